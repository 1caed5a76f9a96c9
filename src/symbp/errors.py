"""What can go wrong, as exceptions whose text is all that a user reads.

Every message names the place, the contradiction with both of its sides, and the remedy. No module
below the command line prints: it raises one of these, and the command line prints its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
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
    """A program of equations is malformed.

    What a user wrote is read into equations before they are checked: the reader knows the lines and tells the
    fault there. Anywhere else it is a fault of symbp.

    Args:
        problem: The contradiction, with both of its sides.
        equation, access, other: The equation at fault, an access in it, and the equation that it contradicts.
        remedy: What would mend it.
    """

    def __init__(
        self, problem: str, equation: object = None, access: object = None, other: object = None, remedy: str = ""
    ) -> None:
        super().__init__(problem if equation is None else f"{equation}: {problem}")
        self.problem, self.equation, self.access, self.other, self.remedy = problem, equation, access, other, remedy


Path: TypeAlias = tuple[str | int, ...]
Span: TypeAlias = tuple[int, int]  # of characters: start and stop
WIDEST = 100  # characters of a line that a message shows
_BARE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Fault(SpecError):
    """One value at fault, with the keys that lead to it: ``layers[0].units: needs ..., has ...``.

    Whoever checks a value knows only the value; whoever holds it adds the outer keys with :func:`inside`;
    the loader of specs adds file, line and caret.

    Args:
        problem: The contradiction, with both of its sides.
        remedy: What to write instead.
        path: The keys from here to the value.
        text, span: The text that is at fault and the part of it that a caret points at.
        at_key: Whether the last key is at fault, rather than its value.
        also: Another part of the text, which the fault contradicts.
    """

    def __init__(
        self,
        problem: str,
        remedy: str = "",
        path: Path = (),
        text: str = "",
        span: Span = (0, 0),
        at_key: bool = False,
        also: Span | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem, self.remedy, self.path = problem, remedy, path
        self.text, self.span, self.at_key, self.also = text, span, at_key, also

    def within(self, *keys: str | int) -> Fault:
        return self.at((*keys, *self.path))

    def at(self, path: Path, problem: str = "") -> Fault:
        """The same fault at another place, and in other words if they are given."""
        return Fault(problem or self.problem, self.remedy, path, self.text, self.span, self.at_key, self.also)

    @property
    def head(self) -> str:
        """The keys and the problem."""
        return f"{key_path(self.path)}: {self.problem}" if self.path else self.problem

    def __str__(self) -> str:
        pointed = excerpt(self.text, self.span, self.also) if self.text.strip() else ()
        return "\n".join([self.head, *pointed, *([f"  {self.remedy}"] if self.remedy else [])])


def key_path(path: Path) -> str:
    """The keys as one reads them: ``layers[0].units``; a number counts from 0."""
    parts = (f"[{key}]" if isinstance(key, int) else f".{_key(key)}" for key in path)
    return "".join(parts).removeprefix(".")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else quoted(key)


def quoted(value: str, limit: int = 40) -> str:
    """A text as a message shows it: in quotes, on one line of printable characters, shortened."""
    short = value if len(value) <= limit else value[: limit - 3] + "..."
    escaped = short.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in escaped) + '"'


def excerpt(text: str, span: Span, also: Span | None = None) -> tuple[str, ...]:
    """The line of a text where a span starts with carets under it, then another line, with its number."""
    pointed = pointed_line(text, span)
    if also is None:
        return pointed
    other = pointed_line(text, also)
    if other[0] == pointed[0] and "\n" not in text[min(span[0], also[0]) : max(span[0], also[0])]:
        carets = ("^" if "^" in pair else " " for pair in zip_longest(pointed[1], other[1]))
        return (pointed[0], "".join(carets))
    return (*pointed, f"  and line {text.count(chr(10), 0, also[0]) + 1}:", *pointed_line(text, also))


def pointed_line(text: str, span: Span) -> tuple[str, str]:
    """The line of a text where a span starts, and a line of carets under the span."""
    start, stop = span
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", first) % (len(text) + 1)
    line = text[first:last].rstrip()
    begin = max(len(line) - len(line.lstrip()), start - first - WIDEST // 2 if len(line) > WIDEST else 0)
    shown = "".join(c if c.isprintable() else " " for c in line[begin : begin + WIDEST])
    column = max(0, start - first - begin)
    return f"    {shown}", " " * (4 + column) + "^" * max(1, min(stop - start, len(shown) - column))


@contextmanager
def inside(*keys: str | int) -> Iterator[None]:
    """Adds the outer keys to any fault found within."""
    try:
        yield
    except Fault as fault:
        raise fault.within(*keys) from None
