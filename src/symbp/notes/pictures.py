"""Section 3: the network and its computational graph, drawn."""

from __future__ import annotations

from typing import Any

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.mathtree import Inline
from symbp.network import Network
from symbp.notes.backward import kept_as
from symbp.notes.subject import Subject
from symbp.notes.unrolled import unrolled
from symbp.printing.document import Block, Figure, Paragraph, Section
from symbp.printing.drawing import Column, Drawing, GraphNode, graph_drawing, network_drawing
from symbp.printing.drawing.shapes import Label
from symbp.views.scalar import Element, scalars

MOST_NODES = 24
MOST_IN_COLUMN = 4
Role = str


def pictures(subject: Subject) -> Section:
    """The drawing of the network; where it is small, its graph with values and gradients."""
    blocks: list[Block] = []
    if isinstance(subject.network, Network):
        network = _network(subject, subject.network)
        labelled = any(isinstance(shape, Label) and shape.cleared for shape in network.shapes)
        caption = "The network. A weight stands on its edge." if labelled else "The network."
        blocks.append(Figure(network, (caption,)))
    blocks += unrolled(subject)
    graph = _graph(subject) if subject.worked else None
    if graph is not None:
        text = (
            "Each box is one computed quantity. The number above it was found on the way forward, the one below it, "
            "the derivative of the loss by that quantity, on the way back."
        )
        if subject.samples > 1:
            text += " The boxes are those of the first sample; the loss is that of all of them."
        blocks += [Paragraph((text,)), Figure(graph, ("The computational graph: values above, gradients below.",))]
    if not blocks:
        names = [subject.index_naming.whole(t.name) for t in subject.derivation.start.of_role("input")]
        last = subject.index_naming.whole(subject.derivation.start.output)
        leads: list[Inline] = []
        for name in names:
            leads += [", ", name] if leads else [name]
        told = (
            "The equations lead from ",
            *(leads or ["its parameters"]),
            " to the loss ",
            last,
            "; the next section has all of them.",
        )
        blocks.append(Paragraph(told))
    return Section(("The network",), tuple(blocks))


def _network(subject: Subject, network: Network) -> Drawing:
    columns = [Column(network.widths[0], lambda u: _unit(subject, "x", u), "input", "input")]
    for number, site in enumerate(network.sites, 1):
        last = number == len(network.sites)
        bias = f"b{site.parameters}" if getattr(network.layers[number - 1], "bias", False) else None
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
    computed = [name for name, _ in subject.definitions("forward") if _is_drawn(subject, name)]
    inputs = [t.name for t in subject.derivation.start.of_role("input")]
    columns = [subject.elements(name) for name in (*inputs, *computed)]
    if not computed or sum(map(len, columns)) > MOST_NODES or any(len(c) > MOST_IN_COLUMN for c in columns):
        return None
    gradients = {name: _gradient(subject, name) for name in computed if name != "L"}
    drawn = {element for column in columns for element in column}
    edges = tuple(
        (str(a), str(b)) for column in columns[1:] for b in column for a in _sources(subject, b, frozenset(drawn))
    )
    nodes = tuple(tuple(_node(subject, e, gradients.get(e.tensor)) for e in column) for column in columns)
    return graph_drawing(nodes, edges, "The computational graph")


def _is_drawn(subject: Subject, name: str) -> bool:
    """Whether a quantity is one of the network itself, and not a step within a softmax or a named function value."""
    if not isinstance(subject.network, Network):
        return subject.tensor(name).dtype == "float"
    return name in ("yhat", "L") or subject.tensor(name).letter in ("z", "a", "prob")


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


def _sources(subject: Subject, element: Element, drawn: frozenset[Element]) -> tuple[Element, ...]:
    """What an element is computed from, as far as it is drawn: past what stands between."""
    found: dict[Element, None] = {}
    for scalar in scalars(subject.view.primal(element)):
        near = (scalar.element,) if scalar.element in drawn else _sources(subject, scalar.element, drawn)
        found.update(dict.fromkeys(near))
    return tuple(found)
