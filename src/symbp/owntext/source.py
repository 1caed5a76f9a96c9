"""The text of a lecturer, and where in it something stands that a Markdown reader has found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from symbp.errors import Fault, Span


@dataclass(frozen=True)
class Source:
    """A text of several lines."""

    text: str

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts."""
        return [0, *accumulate(len(line) + 1 for line in self.lines)]

    def fault(self, problem: str, remedy: str, span: Span) -> Fault:
        return Fault(problem, remedy, text=self.text, span=span)

    def line(self, number: int) -> Span:
        """A whole line without the blanks around it."""
        line = self.lines[min(number, len(self.lines) - 1)]
        start = self.starts[min(number, len(self.lines) - 1)]
        return start + len(line) - len(line.lstrip()), start + len(line.rstrip())

    def place(self, content: str, position: int, first: int, column: int = -1) -> int:
        """Where a character of a block stands: blocks lack the marks and blanks before each of their lines.

        Args:
            content: The text of the block, whose first line is the line ``first`` of the source.
            position: Where the character is in the content.
            column: From where the content is searched for in its line; if negative, it is the end of the line.
        """
        start = content.rfind("\n", 0, position) + 1
        stop = content.find("\n", position) % (len(content) + 1)
        piece = content[start:stop]
        number = min(first + content.count("\n", 0, position), len(self.lines) - 1)
        line = self.lines[number]
        found = line.find(piece.strip(), column) if column >= 0 else line.rfind(piece.strip())
        blanks = len(piece) - len(piece.lstrip())
        return self.starts[number] + min(max(found, 0) + max(0, position - start - blanks), len(line))
