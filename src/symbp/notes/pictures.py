"""Section 3: the network and its computational graph, drawn."""

from __future__ import annotations

from collections.abc import Iterator

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.document import Block, Figure, Paragraph, Section
from symbp.drawing import Column, Drawing, GraphNode, graph_drawing, network_drawing
from symbp.notes.subject import Subject
from symbp.scalar import Element, scalars

MOST_NODES = 24
MOST_IN_COLUMN = 4
Role = str


def pictures(subject: Subject) -> Section:
    """The drawing of the network; where it is small, its graph with values and gradients."""
    blocks: list[Block] = [Figure(_network(subject), ("The network. A weight stands on its edge.",))]
    graph = _graph(subject) if subject.worked else None
    if graph is not None:
        text = (
            "Each box is one computed quantity. The number above it was found on the way forward, the one below it, "
            "the derivative of the loss by that quantity, on the way back."
        )
        if subject.samples > 1:
            text += " The boxes are those of the first sample; the loss is that of all of them."
        blocks += [Paragraph((text,)), Figure(graph, ("The computational graph: values above, gradients below.",))]
    return Section(("The network",), tuple(blocks))


def _network(subject: Subject) -> Drawing:
    network = subject.derivation.network
    columns = [Column(network.widths[0], lambda u: _unit(subject, "x", u), "input", "input")]
    for number, site in enumerate(network.sites, 1):
        last = number == len(network.sites)
        bias = f"b{site.parameters}" if network.layers[number - 1].bias else None
        columns.append(
            Column(
                network.widths[number],
                lambda u, name=site.output: _unit(subject, name, u),  # type: ignore[misc]
                "output" if last else "hidden" if len(network.sites) == 2 else f"hidden {number}",
                "output" if last else "hidden",
                None if bias is None else lambda u, name=bias: _parameter(subject, name, (u - 1,)),  # type: ignore[misc]
            )
        )

    def weight(gap: int, to: int, source: int) -> m.Node:
        return _parameter(subject, f"W{network.sites[gap - 1].parameters}", (to - 1, source - 1))

    return network_drawing(tuple(columns), weight, f"The network {network.title}")


def _unit(subject: Subject, name: str, unit: int) -> m.Node:
    """The label of one unit: of any sample, so without a number for it."""
    return subject.label_naming.symbol(Element(name, (0, unit - 1)))


def _parameter(subject: Subject, name: str, index: tuple[int, ...]) -> m.Node:
    return subject.label_naming.symbol(Element(name, index))


def _graph(subject: Subject) -> Drawing | None:
    """The graph of the first sample, from the inputs to the loss."""
    columns: list[tuple[GraphNode, ...]] = [tuple(_node(subject, e, "input") for e in subject.elements("x"))]
    for name, _ in subject.definitions("forward"):
        role = "plain" if name == "L" else "output" if name == "yhat" else "hidden"
        columns.append(tuple(_node(subject, e, role) for e in subject.elements(name)))
    names = {node.name for column in columns for node in column}
    if len(names) > MOST_NODES or any(len(c) > MOST_IN_COLUMN for c in columns):
        return None
    return graph_drawing(tuple(columns), tuple(_edges(subject, names)), "The computational graph")


def _node(subject: Subject, element: Element, role: str) -> GraphNode:
    adjoint = Element(adjoint_name(element.tensor), element.index)
    gradient = subject.number(adjoint) if adjoint.tensor in subject.values else None
    return GraphNode(str(element), subject.naming.symbol(element), subject.number(element), gradient, role)  # type: ignore[arg-type]


def _edges(subject: Subject, names: set[str]) -> Iterator[tuple[str, str]]:
    for name, _ in subject.definitions("forward"):
        for element in subject.elements(name):
            for scalar in scalars(subject.view.final(element)):
                if str(scalar.element) in names:
                    yield str(scalar.element), str(element)
