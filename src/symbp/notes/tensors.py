"""The computational graph of a network whose layers are more than sums and activations: a box for each tensor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mpmath
import numpy as np

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.equation import Size
from symbp.layers.fragment import BATCH
from symbp.network import Network
from symbp.notes.meanings import layer_of, meaning
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Figure, Paragraph
from symbp.printing.drawing import LayerBox, layers_drawing
from symbp.printing.drawing.placing import Lines
from symbp.printing.drawing.shapes import Role
from symbp.wording import say

FEWEST, MOST = 3, 22  # tensors
MOST_OF_LAYER = 2  # where no layer computes more tensors, the picture of the layers says it all
DIGITS = 3
SILENT = ("parameter", "target")  # roles that have no box
ROLES: dict[str, Role] = {"yhat": "output", "L": "plain"}


def tensor_graph(subject: Subject) -> Iterator[Block]:
    """The tensors of the forward pass and what each is computed from; of many those of the first layer of attention.

    None where they are few, or in a loop.
    """
    every = [name for name, _ in subject.definitions("forward")]
    if subject.timeline.axes or not _tells_more(subject, every):
        return
    names, caption = every, say("The computational graph, tensor by tensor.")
    if len(names) > MOST:
        number = next((layer_of_tensor(subject, n) for n in names if subject.attends(subject.tensor(n))), None)
        names = [n for n in names if number is not None and layer_of_tensor(subject, n) == number]
        caption = say("The computational graph within layer {number}, tensor by tensor.", number=number or 0)
    if not FEWEST <= len(names) <= MOST:
        return
    drawing = layers_drawing(*_boxes(subject, names), say("The computational graph, tensor by tensor"), subject.text)
    yield Paragraph((_OPENING, *((" ", _LENGTHS) if subject.worked else ())))
    yield Figure(drawing, (caption,))


_OPENING = say(
    "Each box is a tensor, with its symbol, the shape that it has for one sample, and the parameters that it is "
    "computed with."
)
_LENGTHS = say(
    "Below stand two lengths, the roots of sums of squares: that of its values, and, in the colour of gradients, that "
    "of the derivatives of the loss by them, where the backward pass computes them."
)


def layer_of_tensor(subject: Subject, name: str) -> int | None:
    """The number of the layer that computes a tensor."""
    network = subject.network
    return layer_of(network, subject.tensor(name)) if isinstance(network, Network) else None


def _boxes(subject: Subject, names: list[str]) -> tuple[tuple[LayerBox, ...], tuple[tuple[str, str], ...]]:
    """The boxes, those of what is only read first, and the edges between them."""
    place = {tensor.name: at for at, tensor in enumerate(subject.index_naming.program.tensors)}
    read = {
        name: sorted({r for e in subject.definition(name) for r in e.tensors_read}, key=lambda r: place[r])
        for name in names
    }
    before = [r for reads in read.values() for r in reads if r not in names and subject.tensor(r).role not in SILENT]
    drawn = [*dict.fromkeys(before), *names]
    edges = tuple((a, b) for b in names for a in read[b] if a in drawn and a != b)
    return tuple(_box(subject, name, read.get(name, [])) for name in drawn), edges


def _tells_more(subject: Subject, names: list[str]) -> bool:
    """Whether some layer computes more than a sum and its activation, or equations state the network."""
    if not isinstance(subject.network, Network):
        return True
    layers = [layer_of_tensor(subject, name) for name in names]
    return any(layer is not None and layers.count(layer) > MOST_OF_LAYER for layer in layers)


def _box(subject: Subject, name: str, read: list[str]) -> LayerBox:
    tensor, naming = subject.tensor(name), subject.label_naming
    computed = bool(read)
    role: Role = ROLES.get(name, "hidden") if computed else "input"
    parameters = [p for p in dict.fromkeys(read) if subject.tensor(p).role == "parameter"]
    own: Lines = tuple((naming.whole(p), "weight") for p in parameters)
    return LayerBox(
        name,
        "",
        _shape(subject, name),
        naming.whole(name),
        role,
        (own, _lengths(subject, name)),
        meaning(subject.network, tensor) or "",
    )


def _shape(subject: Subject, name: str) -> str:
    """The shape for one sample; a number has none."""
    shape = subject.derivation.result.tensor[name].shape
    own = shape[1:] if shape and shape[0] == BATCH else shape
    return "×".join(str(e) if not isinstance(e, Size) else _size(e) for e in own)


def _size(extent: Size) -> str:
    return f"{extent.name}+{extent.plus}" if extent.plus else extent.name


def _lengths(subject: Subject, name: str) -> Lines:
    """The length of a tensor of the example, and that of the derivatives of the loss by it."""
    if not subject.worked or subject.tensor(name).dtype == "int":
        return ()
    found: Lines = ((_length(subject.values[name]), "value"),)
    gradient = subject.values.get(adjoint_name(name))
    return found if gradient is None else (*found, (_length(gradient), "gradient"))


def _length(values: Any) -> m.Number:
    return m.Number(mpmath.sqrt(mpmath.fsum(mpmath.mpf(v) ** 2 for v in np.ravel(values))), DIGITS)
