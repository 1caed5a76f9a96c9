"""The tokens of a formula from left to right, and faults that point at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from symbp.errors import Fault

LONGEST = 4_000
DEEPEST = 20
_TOKEN = re.compile(r":=|\\operatorname\*|\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|.", re.DOTALL)
_BLANK = re.compile(r"\s*")
ENDS = ("", "}", "&", r"\\", r"\end", r"\right")  # what no formula goes on after
OUTSIDE = {
    "}": ('"}" closes nothing', "Leave it out, or write the brace that it closes."),
    "&": (
        '"&" stands outside of an environment with columns',
        r"Write it within \begin{aligned} ... \end{aligned}, or \& for the sign.",
    ),
    r"\\": (r'"\\" stands outside of an environment with lines', r"Write it within \begin{aligned} ... \end{aligned}."),
    r"\end": (r'"\end" ends no environment', r"Each needs its \begin."),
    r"\right": (r'"\right" has no "\left" before it', r"Write \left and \right in pairs; \left. prints nothing."),
}


class Scanner:
    """Goes through a formula from left to right."""

    def __init__(self, latex: str) -> None:
        if len(latex) > LONGEST:
            raise Fault(
                f"a formula has {len(latex):,} characters; at most {LONGEST:,} are read",
                "Write several shorter ones.",
                text=latex,
                span=(0, len(latex)),
            )
        self.latex = latex
        self.position = 0
        self.depth = 0

    def peek(self) -> str:
        """The next token, past blanks; empty at the end."""
        blank = _BLANK.match(self.latex, self.position)
        assert blank
        self.position = blank.end()
        token = _TOKEN.match(self.latex, self.position)
        return token[0] if token else ""

    def take(self) -> str:
        token = self.peek()
        self.position += len(token)
        return token

    def fault(self, problem: str, remedy: str = "", start: int | None = None) -> Fault:
        begin = self.position if start is None else start
        stop = max(self.position, begin + 1) if start is not None else begin + max(1, len(self.peek()))
        return Fault(problem, remedy, text=self.latex, span=(begin, stop))

    def check_end(self) -> None:
        """Nothing, if the formula has been read to its end."""
        token = self.peek()
        if token:
            raise self.fault(*OUTSIDE[token])

    @contextmanager
    def deeper(self) -> Iterator[None]:
        if self.depth >= DEEPEST:
            raise self.fault(f"the formula is nested deeper than {DEEPEST}", "Write parts of it as formulas before it.")
        self.depth += 1
        yield
        self.depth -= 1
