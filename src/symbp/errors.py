"""What can go wrong, as exceptions whose text is all that a user reads.

Every message names the place, the contradiction with both of its sides, and the remedy. No module
below the command line prints: it raises one of these, and the command line prints its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias


class SymbpError(Exception):
    """A fault that a user can mend. ``str(error)`` is the whole message."""


class SpecError(SymbpError):
    """The spec, or a value in it, contradicts itself or the rules of the format."""


class OutputError(SymbpError):
    """A file or a folder cannot be written."""


class SizeError(SymbpError):
    """The question has an answer that is too large to print or to compute."""


class CheckFailed(SymbpError):
    """A derived line, gradient or module disagrees with an independent computation."""


class ProgramError(Exception):
    """A program of equations is malformed: a fault of symbp, not of the user's spec."""


Path: TypeAlias = tuple[str | int, ...]


class Fault(SpecError):
    """One value at fault, with the keys that lead to it: ``layers[0].units: needs ..., has ...``.

    Whoever checks a value knows only the value; whoever holds it adds the outer keys with :func:`inside`;
    the loader of specs adds file, line and caret.

    Args:
        problem: The contradiction, with both of its sides.
        remedy: What to write instead.
        path: The keys from here to the value.
        text, span: The text that is at fault and the part of it that a caret points at.
    """

    def __init__(
        self, problem: str, remedy: str = "", path: Path = (), text: str = "", span: tuple[int, int] = (0, 0)
    ) -> None:
        super().__init__(problem)
        self.problem, self.remedy, self.path, self.text, self.span = problem, remedy, path, text, span

    def within(self, *keys: str | int) -> Fault:
        return Fault(self.problem, self.remedy, (*keys, *self.path), self.text, self.span)

    def __str__(self) -> str:
        head = f"{key_path(self.path)}: {self.problem}" if self.path else self.problem
        pointed = pointed_line(self.text, self.span) if self.text.strip() else ()
        return "\n".join([head, *pointed, *([f"  {self.remedy}"] if self.remedy else [])])


def key_path(path: Path) -> str:
    """The keys as one reads them: ``layers[0].units``; a number counts from 0."""
    parts = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return "".join(parts).removeprefix(".")


def pointed_line(text: str, span: tuple[int, int]) -> tuple[str, str]:
    """The line of a text where a span starts, and a line of carets under the span."""
    start, stop = span
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", first) % (len(text) + 1)
    line = text[first:last].rstrip()
    indent = len(line) - len(line.lstrip())
    carets = max(1, min(stop, first + len(line)) - start)
    shown = "".join(c if c.isprintable() else " " for c in line[indent:])
    return f"    {shown}", " " * (4 + max(0, start - first - indent)) + "^" * carets


@contextmanager
def inside(*keys: str | int) -> Iterator[None]:
    """Adds the outer keys to any fault found within."""
    try:
        yield
    except Fault as fault:
        raise fault.within(*keys) from None
