"""The check of displayed lines: each is evaluated from the tree that is printed, and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import gcd, prod

from symbp.errors import CheckFailed
from symbp.mathtree import nodes as m
from symbp.mathtree.evaluate import Environment, value
from symbp.mathtree.reading import reading
from symbp.mathtree.values import NoValue, holds, scalar, show
from symbp.mathtree.walks import free_indices, walk
from symbp.rounding import is_faithful

MOST_BINDINGS = 200  # of free indices, for which a line is checked


def check_display(display: m.Display, environment: Environment) -> None:
    """Evaluate every line of a display and compare its sides, and each line with the one before it.

    A line with free indices is checked for every value that they take, or for some hundreds if these are more.

    Raises:
        CheckFailed: A line does not hold. The message names its equation.
    """
    before: m.Node | None = None
    for line, number in zip(display.lines, display.numbers, strict=True):
        environment = replace(environment, indices={**environment.indices, **dict(line.ranges)})
        check_line(replace(line, number=number), environment, before)
        before = line.right


def check_line(line: m.Line, environment: Environment, before: m.Node | None = None) -> None:
    """Check one line; ``before`` is the right side of the line that it goes on from.

    Raises:
        CheckFailed: The line does not hold. The message names its equation.
    """
    left = before if line.left is None else line.left
    place = f"equation ({line.number})" if line.number else "a line without a number"
    if left is None:
        raise CheckFailed(f"{place}: there is no left side, and no line before it")
    _check_prints(line, place)
    for bindings in _free_bindings(m.Comparison(left, line.relation, line.right), environment, place):
        try:
            a, b = (value(side, environment, bindings) for side in (left, line.right))
        except NoValue as fault:
            raise CheckFailed(f"{place}, {_text(left, line)}{_at(bindings)}: {fault}") from None
        if not holds(a, line.relation, b):
            sides = f"the left side is {show(a)}, the right {show(b)}"
            raise CheckFailed(f"{place}, {_text(left, line)}, does not hold{_at(bindings)}: {sides}")


def _text(left: m.Node, line: m.Line) -> str:
    return f"{reading(left)} {line.relation} {reading(line.right)}"


def _at(bindings: Mapping[str, int]) -> str:
    return "".join(f", at {name} = {number}" for name, number in bindings.items())


def _check_prints(line: m.Line, place: str) -> None:
    """Each number of a line is printed as what it is, up to its last digit."""
    for node in (n for side in (line.left, line.right) if side is not None for n in walk(side)):
        if isinstance(node, m.Number) and not is_faithful(node.value, node.rounded, node.digits):
            raise CheckFailed(f"{place}: {show(scalar(node.value))} is printed as {node.rounded}")


def _free_bindings(node: m.Node, environment: Environment, place: str) -> Iterator[dict[str, int]]:
    names = free_indices(node)
    unknown = [name for name in names if name not in environment.indices]
    if unknown:
        raise CheckFailed(f"{place}: the index {unknown[0]} is not bound")
    ranges = [environment.indices[name] for name in names]
    for rest in _spread(prod(map(len, ranges))):
        numbers = {}
        for name, values in zip(reversed(names), reversed(ranges), strict=True):
            rest, at = divmod(rest, len(values))
            numbers[name] = values[at]
        yield {name: numbers[name] for name in names}


def _spread(count: int) -> Iterable[int]:
    """All places, or from so many that checking each would take minutes, every so manieth and the last."""
    if count <= MOST_BINDINGS:
        return range(count)
    stride = next(s for s in range(-(-count // MOST_BINDINGS), count) if gcd(s, count) == 1)
    return sorted({count - 1, *(stride * k % count for k in range(MOST_BINDINGS))})
