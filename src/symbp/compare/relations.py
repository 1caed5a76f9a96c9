"""What a candidate is besides the mistakes of the table: a multiple of the gradient, its transpose, another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import sympy

from symbp.compare.lines import chain_view, neuron_symbol, typed
from symbp.compare.points import Measured
from symbp.compare.subject import Subject
from symbp.errors import SizeError
from symbp.formulas.numbers import Numbers
from symbp.functions import ROWS, Elementary
from symbp.layers.fragment import BATCH
from symbp.mathtree.from_sympy import from_sympy
from symbp.rounding import rounded
from symbp.views.scalar import Element, scalars

SAME = 1e-9
MOST_TERMS = 40  # of a sum
MOST_NUMBERS = 5_000  # that are looked at one by one, as a factor or a term
FACTORS = {"2": 2.0, "1/2": 0.5, "-1": -1.0, "-2": -2.0, "-1/2": -0.5, "4": 4.0, "1/4": 0.25}


def relations(subject: Subject, every: Sequence[Measured]) -> tuple[str, ...]:
    """What the candidate is at every point, in words; of several the simplest kind."""
    if not all(np.isfinite(m.given).all() for m in every):
        return ("not a finite number",)
    for kind in (_zero, _multiple, _updated, _transposed, _another, _factor_of_a_neuron, _terms, _difference):
        found = tuple(dict.fromkeys(kind(subject, every)))
        if found:
            return found
    return ()


def _alike(one: Any, other: Any) -> bool:
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if one.shape != other.shape:
        return False
    largest = np.abs(other).max(initial=0)
    return bool(largest > 0 and np.abs(one - other).max(initial=0) <= SAME * largest)


def _zero(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    if not any(m.given.any() for m in every):
        yield "zero everywhere"


def _multiple(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    """A factor that is the same for all elements: a number, a length, the learning rate."""
    factors = [_factor(m) for m in every]
    if any(f is None for f in factors):
        return
    named = next((name for name, values in _named(subject, every) if np.allclose(factors, values, rtol=SAME)), "")
    if named == "-1":
        yield "the right gradient with the other sign"
    elif named:
        yield f"{named} times the right gradient"
    elif np.allclose(factors, factors[0], rtol=SAME) and str(rounded(factors[0])) != "1.000":
        yield f"{rounded(factors[0])} times the right gradient"


def _factor(measured: Measured) -> Any:
    """The factor from the gradient to the candidate; ``None`` if there is not one for all elements."""
    right, given = measured.right.ravel(), measured.given.ravel()
    if not right.any():
        return None
    at = int(np.abs(right).argmax())
    factor = given[at] / right[at]
    return factor if factor and _alike(given, factor * right) else None


def _named(subject: Subject, every: Sequence[Measured]) -> Iterator[tuple[str, list[float]]]:
    """Factors with a name, and their values at each point."""
    one = np.ones(len(every))
    for name, value in FACTORS.items():
        yield name, list(value * one)
    sizes = every[0].point.sizes
    for size in (name for name in dict.fromkeys((BATCH.name, *sorted(sizes))) if name in sizes):
        values = np.array([float(m.point.sizes[size]) for m in every])
        if values.max() > 1:
            halves = ((f"{size}/2", values / 2), (f"2/{size}", 2 / values), (f"1/(2*{size})", 0.5 / values))
            for name, k in ((size, values), (f"1/{size}", 1 / values), *halves):
                yield name, list(k)
                yield f"-{name}", list(-k)
    for extent in dict.fromkeys(every[0].right.shape):
        if extent > 1 and len({m.right.shape for m in every}) == 1:
            yield f"1/{extent}", list(one / extent)
    rate = _rate(subject)
    if rate:
        yield f"the learning rate {rate:g}", list(rate * one)
        yield f"minus the learning rate {rate:g}", list(-rate * one)


def _rate(subject: Subject) -> float:
    example = subject.derivation.network.example
    return float(example.learning_rate or 0) if example is not None else 0.0


def _updated(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    """The parameter after a step, in place of its gradient."""
    rate = _rate(subject)
    for sign, what in ((-1, "after one step against the gradient"), (1, "after a step along the gradient")):
        values = [_own(subject, m) + sign * rate * m.right for m in every]
        if rate and all(_alike(m.given, v) for m, v in zip(every, values, strict=True)):
            yield f"{subject.asked} {what}, not the gradient"


def _own(subject: Subject, measured: Measured) -> Any:
    value = measured.point.chain[subject.tensor]
    return value if subject.index is None else value[subject.index]


def _transposed(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    if all(m.right.ndim == 2 and len(set(m.right.shape)) == 1 and _alike(m.given, m.right.T) for m in every):
        yield "the transpose of the right gradient"


def _another(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    """The value of another quantity of the derivation, or of another element of the same gradient."""
    if subject.index is not None:
        values = [float(m.given) for m in every]
        yield from (f"the value of {name}" for name, found in _numbers(subject, every) if _close(values, found))
        return
    for tensor in subject.derivation.chain_result.tensors:
        if tensor.dtype == "float" and all(_alike(m.given, m.point.chain[tensor.name]) for m in every):
            yield f"the value of {f'dL/d{tensor.of}' if tensor.of else tensor.name}"


def _close(values: Sequence[float], others: Any) -> bool:
    return bool(np.all(np.abs(np.asarray(values) - others) <= SAME * np.abs(others)) and np.all(others))


def _numbers(subject: Subject, every: Sequence[Measured]) -> Iterator[tuple[str, Any]]:
    """Single numbers of the derivation by name, each with its values at all points."""
    naming = subject.derivation.naming
    known = set(naming.program.tensor)
    for tensor in subject.derivation.chain_result.tensors:
        values = [m.point.chain[tensor.name] for m in every]
        if tensor.dtype != "float" or values[0].size > MOST_NUMBERS or len({v.shape for v in values}) > 1:
            continue
        for at in np.ndindex(values[0].shape):
            if tensor.of or tensor.name in known:
                name = naming.plain(Element(tensor.of or tensor.name, at))
                yield (f"dL/d{name}" if tensor.of else name), np.array([v[at] for v in values])


def _slopes(subject: Subject, every: Sequence[Measured]) -> Iterator[tuple[str, Any]]:
    """Derivatives of activations at single pre-activations."""
    naming = subject.derivation.naming
    for equation in subject.derivation.start.equations():
        body = equation.body
        reads = equation.reads
        if not isinstance(body, Elementary) or len(body.args) != 1 or body.args != tuple(reads):
            continue
        z, row = reads[0].access.tensor, ROWS[type(body).__name__]
        values = [m.point.chain[z] for m in every]
        if values[0].size > MOST_NUMBERS or len({v.shape for v in values}) > 1:
            continue
        for at in np.ndindex(values[0].shape):
            slope = [np.imag(row.numeric(v[at] + 1e-30j)) / 1e-30 for v in values]
            yield f"{row.text}'({naming.plain(Element(z, at))})", np.array(slope)


def _factor_of_a_neuron(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    """A factor that is lost, or that is there once more than it should be."""
    if subject.index is None or not all(m.right and m.given for m in every):
        return
    ratio = np.array([float(m.given / m.right) for m in every])
    for name, values in (*_slopes(subject, every), *_numbers(subject, every)):
        with np.errstate(divide="ignore"):
            lost = _close(list(1 / ratio), values)
        if lost:
            yield f"the right gradient without the factor {name}"
        elif _close(list(ratio), values):
            yield f"the right gradient times {name}, which is once too often"


def _terms(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    """A term of a sum over units, samples or steps that is lost, or that is there twice."""
    d = subject.derivation
    if subject.index is None or d.network.example is None or any(m.point.sizes != d.sizes for m in every):
        return
    try:
        terms = sympy.Add.make_args(chain_view(subject).final(Element(subject.adjoint, subject.index)))
    except SizeError:
        return
    for count in (1, 2):
        for chosen in combinations(terms if 1 < len(terms) <= MOST_TERMS else (), count):
            values = [sum(_value(term, m) for term in chosen) for m in every]
            text = _typed(subject, sympy.Add(*chosen))
            if len(chosen) < len(terms) and _all_alike([m.right - m.given for m in every], values):
                yield f"the right gradient without {text}"
            elif _all_alike([m.given - m.right for m in every], values):
                yield f"the right gradient with {text} twice"


def _value(term: sympy.Expr, measured: Measured) -> Any:
    values = {s: measured.point.chain[s.element.tensor][s.element.index] for s in scalars(term)}
    return Numbers(False).expression(term, values)


def _typed(subject: Subject, term: sympy.Expr) -> str:
    return typed(from_sympy(term, lambda s: neuron_symbol(subject, s)))


def _all_alike(ones: Sequence[Any], others: Sequence[Any]) -> bool:
    return all(np.allclose(a, b, rtol=1e-7, atol=0) for a, b in zip(ones, others, strict=True))


def _difference(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    """What is added to the right gradient, or lost from it: a multiple of another quantity."""
    program = subject.derivation.chain_result
    for tensor in program.tensors:
        values = [m.point.chain[tensor.name] for m in every]
        if subject.index is not None and tensor.name == subject.tensor:
            values = [v[subject.index] for v in values]
        factors = [_times(m.given - m.right, v) for m, v in zip(every, values, strict=True)]
        if tensor.dtype == "float" and None not in factors and np.allclose(factors, factors[0], rtol=1e-6):  # type: ignore[arg-type]
            name = f"dL/d{tensor.of}" if tensor.of else tensor.name
            factor = float(factors[0])  # type: ignore[arg-type]
            added = "plus" if factor > 0 else "minus"
            times = "" if abs(abs(factor) - 1) < SAME else f"{rounded(float(f'{abs(factor):.9g}'))} times "
            yield f"the right gradient {added} {times}{subject.asked if subject.index is not None else name}"


def _times(difference: Any, value: Any) -> float | None:
    if np.shape(difference) != np.shape(value) or not np.any(value):
        return None
    at = np.unravel_index(int(np.abs(value).argmax()), np.shape(value))
    factor = np.asarray(difference)[at] / np.asarray(value)[at]
    return float(factor) if factor and np.allclose(difference, factor * value, rtol=1e-6) else None
