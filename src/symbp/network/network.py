"""The description of a network in layers, validated as a whole, and the forward program that it states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cached_property
from math import prod

from symbp.equation import Equation
from symbp.errors import Fault, inside, quoted
from symbp.layers import BATCH, LAYERS, Dense, Dropout, Fragment, Layer, Shape, Site
from symbp.layers.draw import Draw
from symbp.layers.fragment import fixed, is_sequence
from symbp.names import LARGEST_SIZE, Number, flag, identifier, known_keys, one_of, shown
from symbp.network.described import Described
from symbp.network.example import Example, Values, example_of, samples_of, targets_of
from symbp.network.graph import arithmetic, check_names, check_tokens, order_of, shapes_of, sources_of
from symbp.network.losses import Loss, penalties
from symbp.network.settings import (
    Input,
    Notation,
    Regularization,
    input_of,
    notation_of,
    reader,
    regularization_of,
    title_of,
)
from symbp.network.targets import TARGETS, Target, rows_of_sum_one
from symbp.network.tensors import check_distinct, in_order
from symbp.owntext.choice import NotesChoice, notes_of
from symbp.program import Program, Tensor
from symbp.wellformed import check

MOST_LAYERS = 1_000


@dataclass(frozen=True, init=False)
class Network(Described):
    """A network, valid as a whole: what a spec file says, or what Python says in short forms.

    >>> network = Network("relay", 2, [Dense(2, "sigmoid"), Dense(1, "sigmoid")], "mse")
    >>> print(network.program().defining("z1")[0])
    z1[n,i] = sum[j](W1[i,j]*x[n,j])

    Args:
        name: Of the files that are written, and of the module.
        input: How many numbers one sample has, or an ``Input``.
        layers: Each a layer or a table ``{"kind": "dense", ...}``; a layer reads the one before it, or those that it
            names, and the last one gives ``yhat``.
        loss: A name, a table, or a ``Loss``.
        title: Of the notes; the name if there is none.
        input_gradient: Whether the module gives the adjoint of ``X`` too.
        notes: Their language, sections and own texts, as ``[notes]`` of a spec has them.

    Raises:
        Fault: a value is at fault, by itself or because it contradicts another.
    """

    name: str
    input: Input
    layers: tuple[Layer, ...]
    loss: Loss
    title: str
    regularization: Regularization
    notation: Notation
    example: Example | None
    input_gradient: bool
    notes: NotesChoice

    def __init__(
        self,
        name: str,
        input: int | Mapping[str, object] | Input,
        layers: Sequence[Layer | Mapping[str, object]],
        loss: str | Mapping[str, object] | Loss = "mse",
        title: str | None = None,
        regularization: Mapping[str, object] | Regularization | None = None,
        notation: Mapping[str, object] | Notation | None = None,
        example: Mapping[str, object] | Example | None = None,
        input_gradient: bool = False,
        notes: Mapping[str, object] | NotesChoice | None = None,
    ) -> None:
        for key, read, value in (
            ("name", identifier, name),
            ("title", title_of, name if title is None else title),
            ("input", input_of, input),
            ("layers", _layers, layers),
            ("loss", Loss.of, loss),
            ("regularization", regularization_of, regularization or {}),
            ("notation", notation_of, notation or {}),
            ("example", example_of, example),
            ("input_gradient", flag, input_gradient),
            ("notes", notes_of, notes or {}),
        ):
            with inside(key):
                object.__setattr__(self, key, read(value))
        self._check_together()

    def _check_together(self) -> None:
        """What one value alone cannot say: shapes, shared parameters, the example, the symbols."""
        if self.input_gradient and self.input.dtype == "int":
            problem = "the input has tokens, and the loss has no derivative by them"
            remedy = "Leave it out: what stands for a token has its gradient among the parameters."
            raise Fault(problem, remedy, ("module", "input_gradient"))
        with inside("layers"):
            check_names(self.layers)
            check_tokens(self.layers, self.sources, self.input.dtype)
            self._check_shapes()
            self._check_shares()
            self._check_count()
        self.program()
        self.check_parameters("no layer has parameters", ("layers",))
        self._check_numbering()
        self.check_example()
        self.check_symbols()

    # the graph

    @cached_property
    def sources(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the layers that each layer reads, from 1; 0 is the input."""
        return sources_of(self.layers)

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of a sample: of the input, then of what each layer gives."""
        return shapes_of(self.layers, self.sources, self.input.shape)

    def inputs(self, number: int) -> tuple[Shape, ...]:
        """The shapes that a layer reads; layers count from 1."""
        return tuple(self.shapes[source] for source in self.sources[number - 1])

    @property
    def widths(self) -> tuple[int, ...]:
        """How many numbers a sample has, or each step of a sequence: of the input, then of each layer."""
        return tuple(prod(fixed(shape[is_sequence(shape) :])) for shape in self.shapes)

    @cached_property
    def is_dense_chain(self) -> bool:
        """Whether every layer is dense, of vectors, and reads the one before it."""
        chain = all(numbers == (number,) for number, numbers in enumerate(self.sources))
        return chain and len(self.input.shape) == 1 and all(isinstance(layer, Dense) for layer in self.layers)

    def arithmetic(self, number: int) -> str:
        """How a layer comes to its shape, in words."""
        return arithmetic(self.layers[number - 1], number, self.inputs(number), self.shapes[number])

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """Where each layer stands: its number, whose parameters it reads, the name of its output."""
        sites: list[Site] = []
        numbers: dict[str | None, int] = {}
        owned = 0
        for number, layer in enumerate(self.layers, 1):
            owner = layer.shared is None
            owned += owner and bool(layer.parameters(self.inputs(number), number))
            parameters = owned if owner else numbers[layer.shared]
            output = "yhat" if number == len(self.layers) else f"a{number}"
            sites.append(Site(number, parameters, owner, output, self.sources[number - 1]))
            numbers[layer.name] = parameters
        return tuple(sites)

    def own(self, number: int) -> tuple[Tensor, ...]:
        """The parameters that a layer reads."""
        return self.layers[number - 1].parameters(self.inputs(number), self.sites[number - 1].parameters)

    # the programs

    def program(self) -> Program:
        """The forward program: input, layers, loss, and what the regularization adds to it."""
        return self._program

    def prediction(self) -> Program | None:
        """The forward program of ``yhat`` when the network is used; ``None`` if it is the same."""
        return self._prediction

    @property
    def updates(self) -> tuple[Equation, ...]:
        return tuple(u for fragment in self._fragments.values() for u in fragment.updates)

    @cached_property
    def _outputs(self) -> dict[int, Tensor]:
        """The tensor that each layer gives; 0 is the input."""
        found = {0: Tensor("x", (BATCH, *self.shapes[0]), "input", self.input.dtype, "x")}
        for site, shape in zip(self.sites, self.shapes[1:], strict=True):
            found[site.number] = Tensor(site.output, (BATCH, *shape), letter="a", layer=site.number)
        return found

    def _fragment(self, number: int, predicted: bool) -> Fragment:
        layer, site, own, out = self.layers[number - 1], self.sites[number - 1], self.own(number), self._outputs
        sources = tuple(out[source] for source in site.sources)
        build = layer.predicted if predicted else layer.activated
        try:
            found = build(sources, own, out[number], site)
        except Fault as fault:
            raise fault.within("layers", number - 1) from None
        return Fragment(own if site.owner else ()) + found

    @cached_property
    def _fragments(self) -> dict[int, Fragment]:
        return {number: self._fragment(number, False) for number in order_of(self.layers, self.sources)}

    @cached_property
    def _program(self) -> Program:
        yhat = self._outputs[len(self.layers)]
        x, y = self._outputs[0], self.loss.target(yhat)
        loss = self.loss.fragment(yhat, y, _last_activation(self.layers[-1]))
        fragments = [*self._fragments.values(), loss]
        tensors = (x, y, *(t for fragment in fragments for t in fragment.tensors))
        tensors = in_order(tensors)
        equations = [e for fragment in fragments for e in fragment.equations]
        check_distinct(self.layers, tensors)
        limits = tuple(limit for fragment in fragments for limit in fragment.limits)
        statements = (*equations, *penalties(self._weights, self.regularization))
        return check(Program(tensors, statements, limits=limits))

    @cached_property
    def _prediction(self) -> Program | None:
        found = {number: self._fragment(number, True) for number in self._fragments}
        if all(found[number].equations == self._fragments[number].equations for number in found):
            return None
        tensors = (self._outputs[0], *(t for fragment in found.values() for t in fragment.tensors))
        equations = tuple(e for fragment in found.values() for e in fragment.equations)
        limits = tuple(limit for fragment in found.values() for limit in fragment.limits)
        return check(Program(in_order(tensors), equations, "yhat", limits))

    @property
    def parameter_count(self) -> int:
        return sum(_count(t) for t in self.parameters)

    @property
    def target(self) -> Target:
        return self.loss.row.target

    @property
    def draws(self) -> Mapping[str, Draw]:
        """Zero for biases and shifts, one for scales, N(0, 1) for what stands for a token or a place, He's normal for
        weights before a relu-like activation; what equations declare is drawn by its shape."""
        draws: dict[str, Draw] = {}
        for number, layer in enumerate(self.layers, 1):
            before_relu = self._relu_follows(number)
            for tensor in self.own(number):
                draw = layer.draw(tensor, before_relu)
                if draw is not None:
                    draws.setdefault(tensor.name, draw)
        return draws

    @property
    def _weights(self) -> tuple[Tensor, ...]:
        """The parameters that penalties count, each once."""
        numbered = enumerate(self.layers, 1)
        return tuple(dict.fromkeys(t for k, layer in numbered for t in self.own(k) if t.letter in layer.weights))

    @property
    def kept(self) -> Mapping[str, Number]:
        dropouts = ((k, layer) for k, layer in enumerate(self.layers, 1) if isinstance(layer, Dropout))
        return {f"mask{number}": 1 - layer.rate for number, layer in dropouts}

    def _relu_follows(self, number: int) -> bool:
        """Whether what a layer gives goes through a relu-like function: its own, or that of the only layer after it,
        past normalisations."""
        while self.layers[number - 1].function.is_identity:
            readers = self._readers.get(number, ())
            if len(readers) != 1 or any(t.letter == "W" for t in self.own(readers[0])):
                return False
            number = readers[0]
        return self.layers[number - 1].function.relu_like

    @cached_property
    def _readers(self) -> Mapping[int, tuple[int, ...]]:
        """Who reads each layer."""
        found: dict[int, tuple[int, ...]] = {}
        for by, numbers in enumerate(self.sources, 1):
            for number in dict.fromkeys(numbers):
                found[number] = (*found.get(number, ()), by)
        return found

    # the checks

    def _check_shapes(self) -> None:
        """Layers that wait for one another, or whose inputs do not fit, are found when the shapes are."""
        assert self.shapes

    def _check_shares(self) -> None:
        """A layer that shares must be able to read what it shares: the same kind, sizes, bias and state of frost."""
        for position, layer in enumerate(self.layers):
            if layer.shared is not None:
                with inside(position):
                    self._check_share(position, layer)

    def _check_share(self, position: int, layer: Layer) -> None:
        earlier = {other.name: k for k, other in enumerate(self.layers[:position]) if other.name is not None}
        with inside("share"):
            place = earlier[one_of(layer.shared, earlier, "earlier layer")]
        other, name = self.layers[place], quoted(layer.shared or "")
        if other.kind != layer.kind:
            raise Fault(f"this is a {layer.kind}, but {name} is a {other.kind}", path=("share",))
        mine, theirs = (
            {t.letter + t.mark: list(t.shape) for t in side.parameters(self.inputs(k + 1), 1)}
            for side, k in ((layer, position), (other, place))
        )
        for letter in (k for k in mine if k in theirs):
            if mine[letter] != theirs[letter]:
                called = "weight" if letter == "W" else letter
                raise Fault(
                    f"the {called} here has the shape {mine[letter]}, that of {name} {theirs[letter]}",
                    "Layers that share have the same sizes and the same inputs.",
                    ("share",),
                )
        for key in ("bias", "scale", "shift", "frozen"):
            if getattr(layer, key, None) != getattr(other, key, None):
                here, there = (str(getattr(side, key)).lower() for side in (layer, other))
                raise Fault(f"{key} is {here} here, but {there} in {name}", "", ("share",))
        if mine.keys() != theirs.keys():
            here, there = (", ".join(side) or "none" for side in (mine, theirs))
            raise Fault(f"the parameters here are {here}, those of {name} {there}", "", ("share",))

    def _check_count(self) -> None:
        count = 0
        for position, layer in enumerate(self.layers):
            own = layer.parameters(self.inputs(position + 1), 1) if layer.shared is None else ()
            count += sum(map(_count, own))
            if count > LARGEST_SIZE:
                problem = f"the layers up to this one have {count:,} parameters; at most {LARGEST_SIZE:,} are allowed"
                raise Fault(problem, path=(position, layer.size_key))

    def _check_numbering(self) -> None:
        if self.notation.numbering == "neurons" and not self.is_dense_chain:
            other = next((k for k, layer in enumerate(self.layers) if not isinstance(layer, Dense)), 0)
            raise Fault(
                f"only a chain of dense layers has its neurons numbered through: layers[{other}] is "
                f"{self.layers[other].kind}",
                'Leave numbering out, or write "layers".',
                ("notation", "numbering"),
            )

    # the example

    @property
    def samples(self) -> tuple[Values, Values]:
        """``x`` and ``y`` of the example, over the samples."""
        return self.given["x"], self.given["y"]

    @cached_property
    def given(self) -> dict[str, Values]:
        """``x`` and ``y`` over the samples, as they were given, and masks; distributions sum to one."""
        example = self.needed_example()
        x, yhat = self._outputs[0], self._outputs[len(self.layers)]
        samples, sizes = samples_of(example, x)
        y = targets_of(example, x, self.program().tensor["y"], yhat, self.target)
        if self.target is TARGETS["distribution"]:
            y = rows_of_sum_one(y)
        seen = self.fitted(tuple(t for t in self.program().of_role("input") if t != x), sizes)
        return {"x": samples, "y": y} | seen | self.further_given(sizes)


def _count(tensor: Tensor) -> int:
    return prod(e for e in tensor.shape if isinstance(e, int))


def _layers(given: object) -> tuple[Layer, ...]:
    if not isinstance(given, list | tuple) or not given:
        raise Fault(f"needs at least one layer, has {shown(given)}")
    if len(given) > MOST_LAYERS:
        raise Fault(f"has {len(given):,} layers; at most {MOST_LAYERS:,} are read")
    layers = []
    for position, layer in enumerate(given):
        with inside(position):
            layers.append(layer if isinstance(layer, Layer) else _layer(layer))
    return tuple(layers)


def _layer(given: object) -> Layer:
    if not isinstance(given, Mapping):
        raise Fault(f"needs a layer, has {shown(given)}")
    if "kind" not in given:
        raise Fault('"kind" is missing', f"Known kinds: {', '.join(sorted(LAYERS))}")
    with inside("kind"):
        kind = LAYERS[one_of(given["kind"], LAYERS, "kind of layer")]
    keys = tuple(key.name for key in fields(kind))
    known_keys(given, ("kind", *keys))
    required = tuple(key.name for key in fields(kind) if key.default is MISSING)
    return reader(kind, keys, required)({key: value for key, value in given.items() if key != "kind"})


def _last_activation(layer: Layer) -> str:
    return "" if layer.function.expression else layer.function.name
