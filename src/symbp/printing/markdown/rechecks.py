"""Which code of a notebook stands where, and the cells that compare printed numbers with what it computes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

from symbp.mathtree.nodes import Number
from symbp.printing.document import Cell, Section

OTHERS = ("trouble", "exercises")  # sections whose numbers are not those of the example
WIDTH = 88

Chapter = tuple[str, tuple[Section, ...]]  # a section with those within it, and its key
Printed = tuple[str, tuple[int, ...], str]  # an expression, the place in its value, and what is printed


@dataclass(frozen=True)
class Rechecks:
    """The code of a document, placed.

    Code stands at stops: stop 0 lies before the first section, stop n after the n-th.

    Attributes:
        chapters: The sections with their keys.
        cells: The code, each cell with the key of the section that it stands after.
    """

    chapters: tuple[Chapter, ...]
    cells: tuple[Cell, ...]

    def cells_at(self, stop: int) -> tuple[Cell, ...]:
        return tuple(cell for cell, at in zip(self.cells, self._stops, strict=True) if at == stop)

    def text_at(self, stop: int) -> str:
        """The code that compares numbers: those printed up to a stop that can be computed there, and not before."""
        calls: dict[str, list[dict[tuple[int, ...], str]]] = {}
        for name, index, text in self._numbers.get(stop, ()):
            found = calls.setdefault(name, [])
            # An entry that is printed in two ways, one of them wrong, is compared twice.
            call = next((call for call in found if index not in call), None)
            if call is None:
                found.append(call := {})
            call[index] = text
        return "\n".join(_recheck(name, call) for name, found in calls.items() for call in found)

    @cached_property
    def _stops(self) -> tuple[int, ...]:
        """The stop of each cell: after its section, and not before the cells before it, which it may build on.

        Code of a section that the document has not comes last.
        """
        keys = ["", *(key for key, _ in self.chapters)]
        own = (keys.index(cell.key) if cell.key in keys else len(keys) - 1 for cell in self.cells)
        return tuple(accumulate(own, max))

    @cached_property
    def _given(self) -> dict[str, tuple[int, str]]:
        """The stop at which a name gets its value, and the expression that has it."""
        found: dict[str, tuple[int, str]] = {}
        for cell, stop in zip(self.cells, self._stops, strict=True):
            for name, expression in cell.gives:
                found.setdefault(name, (stop, expression))
        return found

    @cached_property
    def _numbers(self) -> dict[int, tuple[Printed, ...]]:
        found: dict[int, dict[Printed, None]] = {}
        for stop, (key, sections) in enumerate(self.chapters, 1):
            for number in () if key in OTHERS else _tagged(sections):
                name, index = number.of or ("", ())
                if name in self._given:
                    given, expression = self._given[name]
                    printed = (expression, index, str(number.rounded))
                    found.setdefault(max(stop, given), {})[printed] = None
        return {stop: tuple(printed) for stop, printed in found.items()}


def _tagged(content: Any) -> Iterator[Number]:
    """All numbers in blocks that say what they are."""
    if isinstance(content, Number):
        if content.of:
            yield content
    elif isinstance(content, tuple):
        for item in content:
            yield from _tagged(item)
    elif is_dataclass(content) and not isinstance(content, type):
        for field in fields(content):
            yield from _tagged(getattr(content, field.name))


def _recheck(name: str, printed: dict[tuple[int, ...], str]) -> str:
    """A call that compares entries of an array, or a number, with what is printed."""
    if list(printed) == [()]:
        return f'recheck("{name}", {name}, "{printed[()]}")'
    pairs = [f'{index}: "{text}"' for index, text in printed.items()]
    line = f'recheck("{name}", {name}, {{{", ".join(pairs)}}})'
    if len(line) <= WIDTH:
        return line
    return "\n".join([f'recheck("{name}", {name}, {{', *_filled(pairs), "})"])


def _filled(pairs: list[str]) -> list[str]:
    """Entries of a dictionary in lines that are as full as they may be."""
    lines = [""]
    for pair in pairs:
        longer = f"{lines[-1]} {pair}," if lines[-1] else f"    {pair},"
        lines = [*lines, f"    {pair},"] if len(longer) > WIDTH else [*lines[:-1], longer]
    return lines
