"""Section 3 of a network that is no chain of dense layers: its graph, its layers in a table, how windows read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from symbp import mathtree as m
from symbp.layers import Convolution, Layer, Pooling, Shape
from symbp.layers.fragment import Sizes, fixed
from symbp.layers.layer import times
from symbp.layers.windows import Windows, short
from symbp.network import Network
from symbp.notes.chosen import representative
from symbp.notes.described import KINDS
from symbp.notes.kinds import SHARED, told
from symbp.notes.subject import Subject
from symbp.notes.tensors import tensor_graph
from symbp.notes.unrolled import unrolled
from symbp.printing.document import Block, Figure, Paragraph, Section, Sentence, Table
from symbp.printing.drawing import Grid, LayerBox, WindowPicture, layers_drawing, windows_drawing
from symbp.printing.drawing.shapes import Role
from symbp.wording import Message, grouped, in_commas, say, say_many, sentences

MOST_PICTURES = 2  # of windows: the first convolution and the first pooling
MOST_ROWS = 24
INPUT = "x"


def architecture(subject: Subject) -> Section:
    """What the network is made of."""
    network = subject.network
    assert isinstance(network, Network)
    blocks: list[Block] = [
        Figure(_graph(subject, network), (say("The network: each box is a layer, with the shape of what it gives."),)),
        _table(network),
        *(Paragraph((m.Emphasis(_capital(subject.text(kind)) + ". "), *words)) for kind, words in told(network)),
    ]
    if any(layer.shared for layer in network.layers):
        blocks.append(Paragraph((SHARED,)))
    blocks += [*unrolled(subject), *_pictures(subject, network), *tensor_graph(subject)]
    return Section((say("The network"),), tuple(blocks))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _graph(subject: Subject, network: Network) -> Any:
    """The layers as boxes."""
    boxes = [
        LayerBox(INPUT, subject.text(say("input")), _shape(network.shapes[0]), subject.label_naming.whole("x"), "input")
    ]
    edges: list[tuple[str, str]] = []
    for site, layer in zip(network.sites, network.layers, strict=True):
        role: Role = "output" if site.number == len(network.layers) else "hidden"
        label = subject.label_naming.whole(site.output)
        told = subject.text(heading(layer))
        boxes.append(LayerBox(str(site.number), told, _shape(network.shapes[site.number]), label, role))
        edges += [(str(source) if source else INPUT, str(site.number)) for source in dict.fromkeys(site.sources)]
    return layers_drawing(tuple(boxes), tuple(edges), say("The layers of {title}", title=network.title), subject.text)


def heading(layer: Layer, without: tuple[str, ...] = ()) -> Message:
    """A layer in a few words: its kind, its sizes and its activation."""
    told = [told_as(getattr(layer, key)) for key, told_as in DETAILS if hasattr(layer, key) and key not in without]
    details = [detail for detail in told if detail]
    if not layer.function.is_identity:
        details.append(layer.function.name.replace("_", " "))
    return (
        say("{kind}, {details}", kind=KINDS[layer.kind], details=in_commas(details)) if details else KINDS[layer.kind]
    )


def _sides(kernel: int | Sequence[int]) -> str:
    return str(kernel) if isinstance(kernel, int) else "×".join(map(str, kernel))


DETAILS: tuple[tuple[str, Callable[[Any], str | Message | None]], ...] = (
    ("kernel", lambda kernel: say("kernel {sides}", sides=_sides(kernel))),
    ("filters", lambda n: say_many(n, "{count} filter", "{count} filters")),
    ("units", lambda n: say_many(n, "{count} unit", "{count} units")),
    ("heads", lambda n: say_many(n, "{count} head", "{count} heads")),
    ("causal", lambda causal: say("causal") if causal else None),
    ("tokens", lambda n: say_many(n, "{count} token", "{count} tokens")),
    ("method", str),
    ("rate", str),
)


def _shape(shape: Shape) -> str:
    return times(shape).replace("x", "×")


def _table(network: Network) -> Table:
    """The layers with what they read, what they give, and how many parameters they have."""
    header: tuple[Sentence, ...] = (
        (say("layer"),),
        (say("kind"),),
        (say("reads"),),
        (say("gives"),),
        (say("parameters"),),
    )
    every = range(1, len(network.layers) + 1)
    shown = every if len(every) <= MOST_ROWS else (*every[: MOST_ROWS - 1], every[-1])
    rows = tuple(_row(network, number) for number in shown)
    caption = (
        say("The layers.")
        if len(rows) == len(every)
        else say("The first {number} layers and the last one.", number=MOST_ROWS - 1)
    )
    return Table((caption,), header, rows, ("right", "wrap", "left", "left", "right"))


def _row(network: Network, number: int) -> tuple[Sentence, ...]:
    layer, site = network.layers[number - 1], network.sites[number - 1]
    count = sum(prod(e for e in t.shape if isinstance(e, int)) for t in network.own(number)) if site.owner else 0
    reads = in_commas(say("input") if source == 0 else str(source) for source in site.sources)
    windows = _windows(layer, network.inputs(number)) if isinstance(layer, Convolution | Pooling) else None
    kind: Sentence = (heading(layer, without=("kernel",)), " (", windows, ")") if windows else (heading(layer),)
    numbers = grouped(count) if site.owner else say("those of {layer}", layer=str(layer.shared))
    return (str(number),), kind, (reads,), (_shape(network.shapes[number]),), (numbers,)


def _windows(layer: Convolution | Pooling, inputs: tuple[Shape, ...]) -> str | Message:
    """What the number of windows follows from."""
    windows = layer.windows(fixed(inputs[0]))
    told = [
        say("kernel {sides}", sides=short(windows.kernel)),
        say("stride {steps}", steps=short(windows.stride)),
        say("padding {before}", before=short(windows.before))
        if windows.before == windows.after
        else say("padding {before} and {after}", before=short(windows.before), after=short(windows.after)),
    ]
    if set(windows.dilation) != {1}:
        told.append(say("dilation {steps}", steps=short(windows.dilation)))
    if isinstance(layer, Convolution) and layer.groups > 1:
        told.append(say("groups {number}", number=layer.groups))
    return in_commas(told)


@dataclass(frozen=True)
class _Seen:
    """A layer with windows, at the place that is drawn."""

    subject: Subject
    layer: Convolution | Pooling
    number: int
    source: str
    windows: Windows
    rows: bool  # whether it has rows, or columns alone

    @property
    def place(self) -> tuple[int, ...]:
        """The window that the numbers of the notes are about; in the middle where there are none."""
        if not self.subject.worked:
            return tuple(extent // 2 for extent in self.windows.output)
        return representative(self.subject, _given(self)).index[2:]


def _pictures(subject: Subject, network: Network) -> Iterator[Block]:
    """How the first convolution and the first pooling read their input."""
    drawn: set[str] = set()
    for site, layer in zip(network.sites, network.layers, strict=True):
        if not isinstance(layer, Convolution | Pooling) or layer.kind in drawn or len(drawn) == MOST_PICTURES:
            continue
        drawn.add(layer.kind)
        source = INPUT if site.sources[0] == 0 else network.sites[site.sources[0] - 1].output
        shape = fixed(network.inputs(site.number)[0])
        seen = _Seen(subject, layer, site.number, source, layer.windows(shape), layer.rank == 2)
        yield Figure(
            windows_drawing(_picture(seen), say("A window of layer {number}", number=site.number)),
            _caption(seen, shape),
        )


def _caption(seen: _Seen, shape: Sizes) -> Sentence:
    text = say("Layer {number}: a window and what it gives.", number=seen.number)
    if shape[0] > 1:
        text = say(
            "Layer {number}: a window and what it gives; the first channel of the input and the first of the output.",
            number=seen.number,
        )
    others = isinstance(seen.layer, Convolution) and seen.subject.worked and shape[0] // seen.layer.groups > 1
    added = say("What the other channels and the bias add is the number before the sign of equality.")
    padded = any((*seen.windows.before, *seen.windows.after))
    return sentences(text, added if others else None, say("The dashed cells are padding.") if padded else None)


def _picture(seen: _Seen) -> WindowPicture:
    windows = seen.windows
    pads = ((0, 0) if not seen.rows else (windows.before[0], windows.after[0])) + (
        windows.before[-1],
        windows.after[-1],
    )
    steps = zip(windows.kernel, windows.stride, windows.dilation, seen.place, strict=True)
    spots = [[place * s + k * d for k in range(size)] for size, s, d, place in steps]
    rows, columns = (spots[0], spots[1]) if seen.rows else ([0], spots[0])
    window = frozenset((r, c) for r in rows for c in columns)
    before, after = (windows.before, windows.after) if seen.rows else ((0, *windows.before), (0, *windows.after))
    sides = windows.input if seen.rows else (1, *windows.input)
    source = Grid(_cells(seen, seen.source, sides, before, after), window, pads, seen.subject.text(say("input")))
    place = seen.place if seen.rows else (0, *seen.place)
    out_sides = windows.output if seen.rows else (1, *windows.output)
    cells = _cells(seen, _given(seen), out_sides, (0, 0), (0, 0))
    output = Grid(cells, frozenset({place}), heading=seen.subject.text(say("output")))  # type: ignore[arg-type]
    if isinstance(seen.layer, Pooling):
        return WindowPicture(
            source, None, output, "max" if seen.layer.reduction == "max" else seen.subject.text(say("mean"))
        )
    kernel = Grid(_kernel(seen), heading=seen.subject.text(say("kernel")))
    return WindowPicture(source, kernel, output, "∗", _added(seen, rows, columns))


def _given(seen: _Seen) -> str:
    """The tensor that windows give: before the activation where there is one, by the name that the rewrites left."""
    names = (f"z{seen.number}", f"a{seen.number}", "yhat")
    found = seen.subject.base.result
    return next(name for name in names if found.defining(name) or seen.subject.base.start.defining(name))


def _cells(seen: _Seen, name: str, sides: Sizes, before: Sizes, after: Sizes) -> tuple[tuple[m.Node | None, ...], ...]:
    """The entries of the first channel of the first sample, with the padding around them."""
    rows, columns = sides

    def cell(r: int, c: int) -> m.Node | None:
        if not seen.subject.worked:
            return None
        if not (0 <= r < rows and 0 <= c < columns):
            return m.Number(0) if isinstance(seen.layer, Convolution) else None
        value = seen.subject.values[name][0, 0]
        return m.Number(value[r, c] if seen.rows else value[c], min(seen.subject.digits, 3))

    places = range(-before[0], rows + after[0]), range(-before[1], columns + after[1])
    return tuple(tuple(cell(r, c) for c in places[1]) for r in places[0])


def _weights(seen: _Seen) -> Any:
    """The part of the kernel that leads to the first channel from the first."""
    assert isinstance(seen.subject.network, Network)
    name = seen.subject.network.own(seen.number)[0].name
    weights = seen.subject.values[name][0, 0]
    return weights if seen.rows else weights.reshape(1, -1)


def _kernel(seen: _Seen) -> tuple[tuple[m.Node | None, ...], ...]:
    if not seen.subject.worked:
        rows, columns = seen.windows.kernel if seen.rows else (1, *seen.windows.kernel)
        return ((None,) * columns,) * rows
    return tuple(tuple(m.Number(v, min(seen.subject.digits, 3)) for v in row) for row in _weights(seen))


def _added(seen: _Seen, rows: list[int], columns: list[int]) -> m.Node | None:
    """What is added to the product that the picture shows: the bias, and the other channels."""
    if not seen.subject.worked:
        return None
    value = seen.subject.values[seen.source][0, 0]
    value = value if seen.rows else value.reshape(1, -1)
    above, left = (seen.windows.before[0] if seen.rows else 0), seen.windows.before[-1]
    inside = [
        value[r - above, c - left] * w
        for r, weights in zip(rows, _weights(seen), strict=True)
        for c, w in zip(columns, weights, strict=True)
        if 0 <= r - above < value.shape[0] and 0 <= c - left < value.shape[1]
    ]
    total = seen.subject.values[_given(seen)][(0, 0, *seen.place)]
    rest = total - sum(inside)
    return m.Number(rest, min(seen.subject.digits, 3)) if abs(rest) > 1e-30 else None
