"""Lines of a derivation as they are shown on a terminal, in the notation of a formula, so that they can be typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import sympy

from symbp import mathtree as m
from symbp.compare.subject import Subject
from symbp.compare.verdict import Place
from symbp.derivation import adjoint_name
from symbp.equation import Access, Equation, Guard, Length, Read, reads
from symbp.formulas.names import NOT_ACTIVATIONS
from symbp.functions import Prime, local_derivative
from symbp.layers.fragment import BATCH
from symbp.mathtree.from_sympy import from_sympy
from symbp.mathtree.reading import reading
from symbp.program import Program, Scan
from symbp.views.layerform import ONES, LayerForm, NoMatrixForm
from symbp.views.scalar import Element, Scalar, ScalarView, scalars

TYPED = str.maketrans({"·": "*", "−": "-", "′": "'", "⊙": ".*", "⊤": "^T"})
SEARCHED = 400  # elements that are looked at on the way to one
LONGEST = 400  # characters of a line in neuron notation


@dataclass(frozen=True)
class Style:
    """How lines are written: in which notation, in which layout of arrays, and whether a sample's index is left out."""

    notation: str = "index"
    one: bool = False
    layout: str = "column"


def place(subject: Subject, tensor: str, style: Style = Style()) -> Place:
    """The line of the derivation that defines a tensor, with its number."""
    d = subject.derivation
    own = d.numbers.get(tensor)
    return Place(own or _within(subject, tensor), tensor, line_of(subject, tensor, style), own is None)


def _within(subject: Subject, tensor: str) -> int | None:
    """The number of the first line that a tensor goes into which the last equations have no more."""
    d = subject.derivation
    found = {tensor}
    for equation in d.chain_result.equations():
        if equation.tensors_read & found:
            if equation.target in d.numbers:
                return d.numbers[equation.target]
            found.add(equation.target)
    return None


def line_of(subject: Subject, tensor: str, style: Style) -> str:
    """The definition of a tensor; a notation that cannot say it gives way to indices."""
    written = ""
    if style.notation == "neuron":
        written = _in_neurons(subject, tensor)
    elif style.notation == "layer":
        written = _in_layers(subject, tensor, style.layout)
    return written or _with_indices(subject, tensor, style.one)


def _defining(subject: Subject, tensor: str) -> tuple[Equation, ...]:
    """The equations of a tensor as the chain rule has them, or else as a rewrite does."""
    d = subject.derivation
    found = d.chain_result.defining(tensor) or d.result.defining(tensor)
    return tuple(replace(e, body=_plain(e.body)) for e in map(_spread, found))


def _plain(body: sympy.Expr) -> sympy.Expr:
    """A body without dL/dL, which is one, and with the derivatives of what is no activation put in."""
    start = {r: sympy.Integer(1) for r in reads(body) if r.access.tensor == adjoint_name("L")}
    return body.xreplace(start).replace(_is_no_activation, local_derivative)


def _is_no_activation(node: sympy.Basic) -> bool:
    return isinstance(node, Prime) and node.of in NOT_ACTIVATIONS


def _spread(equation: Equation) -> Equation:
    """An equation of a scan over all its steps: what the left side does not name is summed."""
    bound = {*equation.domain, *equation.over, *equation.lhs.index_atoms()}
    free = tuple(i for i in dict.fromkeys(equation.indices()) if i not in bound)
    return replace(equation, over=(*equation.over, *free), reduction=equation.reduction or "sum") if free else equation


def named(tensor: str) -> str:
    """What a tensor is called where it is typed: ``dL/dz1`` for ``z1_bar``."""
    return f"dL/d{tensor.removesuffix('_bar')}" if tensor.endswith("_bar") else tensor


def typed(node: m.Node) -> str:
    """A formula in the signs of a keyboard."""
    return reading(node).translate(TYPED)


# Indices


def _with_indices(subject: Subject, tensor: str, one: bool) -> str:
    lines: dict[str, list[str]] = {}
    for equation in _defining(subject, tensor):
        left = _access(subject, equation.lhs, one)
        lines.setdefault(left, []).append(_right(subject, equation, one))
    return "; ".join(f"{left} = {_added(terms)}" for left, terms in lines.items())


def _added(terms: list[str]) -> str:
    return " + ".join(terms).replace("+ -", "- ")


def _right(subject: Subject, equation: Equation, one: bool) -> str:
    body = equation.body
    if one:
        body = body.xreplace({size: sympy.Integer(1) for size in body.atoms(Length) if size.name == BATCH.name})

    def symbol(s: sympy.Symbol) -> m.Node:
        return m.Symbol(_access(subject, s.access, one) if isinstance(s, Read) else s.name)

    text = typed(from_sympy(body, symbol))
    over = [i for i in equation.over if not (one and i.extent == BATCH)]
    where = " where " + ", ".join(map(_condition, equation.guards)) if equation.guards else ""
    kind = equation.reduction or "sum"
    return (f"{kind}[{','.join(map(str, over))}]({text})" if over else text) + where


def _condition(guard: Guard) -> str:
    """A condition with its indices on the left: ``r+u >= 1``."""
    turned = guard.affine.terms and guard.affine.terms[0][0] < 0
    left = guard.affine * -1 if turned else guard.affine
    relation = "<=" if turned and guard.relation == ">=" else guard.relation
    return f"{left - left.constant} {relation} {-left.constant}"


def _access(subject: Subject, access: Access, one: bool) -> str:
    d = subject.derivation
    tensor = d.chain_result.tensor.get(access.tensor) or d.result.tensor[access.tensor]
    positions = access.indices[1:] if one and tensor.shape[:1] == (BATCH,) else access.indices
    return named(access.tensor) + (f"[{','.join(map(str, positions))}]" if positions else "")


# Whole arrays


def _in_layers(subject: Subject, tensor: str, layout: str) -> str:
    d = subject.derivation
    if any(isinstance(s, Scan) for s in d.chain_result.statements):  # steps have no place in it
        return ""
    equations = _defining(subject, tensor)
    program = d.chain_result if d.chain_result.defining(tensor) else d.result
    right = ""
    if layout == "rows":
        right = _arrays(program, equations, "batch")
    if not right:
        terms = [_arrays(program, (e if layout != "column" else _of_one_sample(e),), "column") for e in equations]
        summed = [layout != "column" and any(i.extent == BATCH for i in e.over) for e in equations]
        right = _added([f"sum_n({t})" if s else t for t, s in zip(terms, summed, strict=True)]) if all(terms) else ""
    return f"{array_name(tensor)} = {right}" if right else ""


def _arrays(program: Program, equations: tuple[Equation, ...], layout: Literal["column", "batch"]) -> str:
    """Right sides with whole arrays; empty where no matrices say it, or a vector of ones does."""
    form = LayerForm(program, layout, lambda access: m.Symbol(array_name(access.tensor)))
    try:
        node = form.right_side(equations)
    except (NoMatrixForm, ValueError):
        return ""
    return "" if ONES in m.walk(node) else typed(node)


def array_name(tensor: str) -> str:
    """What an array is called in layer notation: ``delta1`` for ``z1_bar``."""
    of = tensor.removesuffix("_bar")
    return f"delta{of[1:]}" if tensor != of and of.startswith("z") and of[1:].isdigit() else named(tensor)


def _of_one_sample(equation: Equation) -> Equation:
    lengths = {size: sympy.Integer(1) for size in equation.body.atoms(Length) if size.name == BATCH.name}
    return replace(equation, body=equation.body.xreplace(lengths))


# Single neurons


def _in_neurons(subject: Subject, tensor: str) -> str:
    """The definition of the element of a tensor that the asked one depends on."""
    d = subject.derivation
    if not tensor.endswith("_bar") or subject.index is None or d.network.example is None:
        return ""
    view = chain_view(subject)
    element = next((e for e in ancestors(subject, view) if e.tensor == tensor), None)
    if element is None:
        return ""
    loss = {s: sympy.Integer(1) for s in scalars(view.final(element)) if s.element.tensor == adjoint_name("L")}
    formula = _plain(view.final(element).xreplace(loss))
    found = f"{number_name(subject, element)} = {typed(from_sympy(formula, lambda s: neuron_symbol(subject, s)))}"
    return found if len(found) <= LONGEST else ""


def chain_view(subject: Subject) -> ScalarView:
    """The chain rule's own equations, element by element, in the sizes of the example."""
    d = subject.derivation
    return ScalarView(replace(d, result=d.chain_result), d.sizes, d.view.integers)


def ancestors(subject: Subject, view: ScalarView) -> Iterator[Element]:
    """The gradient by an element and the adjoints that it depends on, the nearest first."""
    assert subject.index is not None
    start = Element(subject.adjoint, subject.index)
    waiting, seen = [start], {start}
    while waiting and len(seen) < SEARCHED:
        element = waiting.pop(0)
        yield element
        for scalar in scalars(view.final(element)):
            if scalar.element.tensor.endswith("_bar") and scalar.element not in seen:
                seen.add(scalar.element)
                waiting.append(scalar.element)


def neuron_symbol(subject: Subject, symbol: sympy.Symbol) -> m.Node:
    """A number of the neuron view as it is typed."""
    return m.Symbol(number_name(subject, symbol.element) if isinstance(symbol, Scalar) else symbol.name)


def number_name(subject: Subject, element: Element) -> str:
    """What an element, or the gradient by one, is called where it is typed."""
    naming = subject.derivation.naming
    if element.tensor.endswith("_bar"):
        return f"dL/d{naming.plain(Element(element.tensor[:-4], element.index))}"
    return naming.plain(element) if element.tensor in naming.program.tensor else str(element)
