"""Section 3: the network and its computational graph, drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.network import Network
from symbp.notes.backward import kept_as
from symbp.notes.graph import graph_columns, graph_edges
from symbp.notes.subject import Subject
from symbp.notes.tensors import tensor_graph
from symbp.notes.unrolled import unrolled
from symbp.printing.document import Block, Figure, Paragraph, Section
from symbp.printing.drawing import Column, Drawing, GraphNode, graph_drawing, network_drawing
from symbp.printing.drawing.network import is_labelled, is_labelled_throughout
from symbp.printing.drawing.placing import Lines
from symbp.printing.drawing.shapes import Role
from symbp.views.scalar import Element
from symbp.wording import Message, in_commas, say, sentences

DRAWN_DIGITS = 3


def pictures(subject: Subject) -> Section:
    """The drawing of the network; where it is small, its graph with values and gradients."""
    blocks: list[Block] = []
    if isinstance(subject.network, Network):
        blocks.append(network_figure(subject))
    blocks += [*_with_values(subject), *unrolled(subject)]
    graph = _graph(subject) if subject.worked else None
    if graph is not None:
        text = say(
            "Each box is one computed quantity. The number above it was found on the way forward, the one below it, "
            "the derivative of the loss by that quantity, on the way back."
        )
        first = say("The boxes are those of the first sample; the loss is that of all of them.")
        blocks.append(Paragraph(sentences(text, first if subject.samples > 1 else None)))
        blocks.append(Figure(graph, (say("The computational graph: values above, gradients below."),)))
    elif not isinstance(subject.network, Network):
        blocks += tensor_graph(subject)
    if not blocks:
        names = [subject.index_naming.whole(t.name) for t in subject.derivation.start.of_role("input")]
        last = subject.index_naming.whole(subject.derivation.start.output)
        told = say(
            "The equations lead from {given} to the loss {loss}; the next section has all of them.",
            given=in_commas(names) if names else say("its parameters"),
            loss=last,
        )
        blocks.append(Paragraph((told,)))
    return Section((say("The network"),), tuple(blocks))


def network_figure(subject: Subject) -> Figure:
    """The units of a chain of dense layers, and its weights in symbols."""
    network = _network(subject)
    return Figure(network, (_caption(network),))


def _network(subject: Subject) -> Drawing:
    """The network with the symbols of its units and weights."""

    def symbol(name: str, index: tuple[int, ...]) -> Lines:
        return ((_parameter(subject, name, index), "weight"),)

    columns = _columns(subject, lambda name, unit: symbol(name, (unit - 1,)))
    title = say("The network {title}", title=subject.network.title)
    return network_drawing(columns, lambda *edge: symbol(*_weight(subject, *edge)), title)


def _caption(network: Drawing) -> Message:
    if is_labelled_throughout(network):
        return say("The network. A weight stands on its edge.")
    if is_labelled(network):
        return say("The network. Where there is room, a weight stands on its edge.")
    return say("The network.")


def in_numbers(subject: Subject) -> Iterator[Block]:
    """The network with the values of its units, weights and gradients, where there is room for them."""
    drawing = _in_numbers(subject)
    if drawing is None or not is_labelled(drawing):
        return
    if is_labelled_throughout(drawing):
        caption = say(
            "Above each unit stands its value{where}; on each edge its weight, and below that, in the colour of "
            "gradients, the derivative of the loss by it.",
            where=_where(subject),
        )
    else:
        caption = say(
            "Above each unit stands its value{where}; on an edge, where there is room, its weight, and below that, in "
            "the colour of gradients, the derivative of the loss by it.",
            where=_where(subject),
        )
    yield Figure(drawing, (caption,))


def _with_values(subject: Subject) -> Iterator[Block]:
    """The network with the values of its units, where there is no room for those of its weights."""
    drawing = _in_numbers(subject)
    if drawing is not None and not is_labelled(drawing):
        title = say("The network {title} with its values", title=subject.network.title)
        columns = _columns(subject, None, partial(_value, subject))
        caption = say("Above each unit stands its value{where}.", where=_where(subject))
        yield Figure(network_drawing(columns, lambda *_: (), title), (caption,))


def _where(subject: Subject) -> Message | str:
    return say(" for the first sample") if subject.samples > 1 else ""


def _in_numbers(subject: Subject) -> Drawing | None:
    if not subject.worked or not subject.regular:
        return None

    def numbers(name: str, index: tuple[int, ...]) -> Lines:
        """The number, and the derivative of the loss by it if there is one."""
        lines: Lines = ((_rounded(subject, subject.values[name][index]), "weight"),)
        gradient = subject.values.get(adjoint_name(name))
        return lines if gradient is None else (*lines, (_rounded(subject, gradient[index]), "gradient"))

    columns = _columns(subject, lambda name, unit: numbers(name, (unit - 1,)), partial(_value, subject))
    title = say("The network {title} in numbers", title=subject.network.title)
    return network_drawing(columns, lambda *edge: numbers(*_weight(subject, *edge)), title)


def _value(subject: Subject, name: str, unit: int) -> m.Node:
    """The value of a unit for the first sample."""
    return _rounded(subject, subject.values[name][0, unit - 1])


def _rounded(subject: Subject, value: Any) -> m.Node:
    return m.Number(value, min(subject.digits, DRAWN_DIGITS))


def _columns(
    subject: Subject,
    bias: Callable[[str, int], Lines] | None,
    value: Callable[[str, int], m.Node] | None = None,
) -> tuple[Column, ...]:
    """The layers; what stands at a unit is said by the name of a tensor and the number of the unit."""

    def column(name: str, size: int, heading: Message, role: Role, biases: str | None) -> Column:
        return Column(
            size,
            lambda unit: _unit(subject, name, unit),
            heading,
            role,
            None if bias is None or biases is None else lambda unit: bias(biases, unit),
            None if value is None else lambda unit: value(name, unit),
        )

    network = subject.network
    assert isinstance(network, Network)
    columns = [column("x", network.widths[0], say("input"), "input", None)]
    for number, site in enumerate(network.sites, 1):
        biases = f"b{site.parameters}" if getattr(network.layers[number - 1], "bias", False) else None
        heading, role = _place(number, len(network.sites))
        columns.append(column(site.output, network.widths[number], heading, role, biases))
    return tuple(columns)


def _place(number: int, last: int) -> tuple[Message, Role]:
    """What a layer is called, and what it is."""
    if number == last:
        return say("output"), "output"
    return (say("hidden") if last == 2 else say("hidden {number}", number=number)), "hidden"


def _weight(subject: Subject, gap: int, to: int, source: int) -> tuple[str, tuple[int, ...]]:
    """The tensor and the place of the weight between two units of neighbouring layers."""
    network = subject.network
    assert isinstance(network, Network)
    return f"W{network.sites[gap - 1].parameters}", (to - 1, source - 1)


def _unit(subject: Subject, name: str, unit: int) -> m.Node:
    """The label of one unit: of any sample, so without a number for it."""
    return subject.label_naming.symbol(Element(name, (0, unit - 1)))


def _parameter(subject: Subject, name: str, index: tuple[int, ...]) -> m.Node:
    return subject.label_naming.symbol(Element(name, index))


def _graph(subject: Subject) -> Drawing | None:
    """The graph of the first sample, from the inputs to the loss."""
    columns = graph_columns(subject)
    if not columns:
        return None
    computed = {column[0].tensor for column in columns} - {t.name for t in subject.derivation.start.of_role("input")}
    gradients = {name: _gradient(subject, name) for name in computed if name != "L"}
    nodes = tuple(tuple(_node(subject, e, gradients.get(e.tensor)) for e in column) for column in columns)
    drawn = frozenset(element for column in columns for element in column)
    return graph_drawing(nodes, graph_edges(subject, columns, drawn), say("The computational graph"))


def _gradient(subject: Subject, name: str) -> Any:
    """The derivatives by the entries of a tensor; where terms cancel, the module itself skips some of them."""
    adjoint = adjoint_name(name)
    if adjoint not in subject.values:
        kept = kept_as(subject, adjoint)
        if kept is not None:
            return subject.values[kept]
        subject = subject.textbook
    return subject.values[adjoint] if subject.base.result.defining(adjoint) else None


def _node(subject: Subject, element: Element, gradients: Any) -> GraphNode:
    gradient = None if gradients is None else m.Number(gradients[element.index], subject.digits)
    role = {"x": "input", "yhat": "output", "L": "plain"}.get(element.tensor, "hidden")
    return GraphNode(str(element), subject.naming.symbol(element), subject.number(element), gradient, role)  # type: ignore[arg-type]
