"""A line of an own text as a sentence: words, stressed words, code, mathematics, links and references."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from symbp.errors import Fault, Span, quoted
from symbp.mathtree.nodes import Emphasis, Hyperlink, Inline, Mono, Reference, Strong
from symbp.mathtree.pieces import Typeset
from symbp.owntext.mathematics import formula
from symbp.owntext.source import Source

if TYPE_CHECKING:
    from markdown_it.token import Token

_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?:[:/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?")
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,15}")
LONGEST_ADDRESS = 500


@dataclass(frozen=True)
class Cited:
    """A reference to an equation, and where it stands in the text."""

    number: str
    span: Span


@dataclass
class Reader:
    """Reads the tokens of one text; what it cites is known at its end."""

    source: Source
    cited: list[Cited] = field(default_factory=list)

    def sentence(self, token: Token, column: int = -1) -> tuple[Inline, ...]:
        """The sentence of an ``inline`` token, whose first line is searched for from a column on."""
        return tuple(_joined(self.parts(token, column)))

    def parts(self, token: Token, column: int) -> Iterator[Inline]:
        stress: list[str] = []
        children = deque(token.children or ())
        while children:
            child = children.popleft()
            if child.type in ("em_open", "strong_open"):
                stress.append(child.tag)
            elif child.type in ("em_close", "strong_close"):
                stress.pop()
            elif child.type == "link_open":
                inside = []
                while children[0].type != "link_close":
                    inside.append(children.popleft())
                children.popleft()
                yield self.link(token, child, inside, column)
            else:
                yield from self.part(token, child, stress, column)

    def part(self, token: Token, child: Token, stress: list[str], column: int) -> Iterator[Inline]:
        if child.type in ("softbreak", "hardbreak", "text"):
            text = child.content if child.type == "text" else " "
            if text:
                yield Strong(text) if "strong" in stress else Emphasis(text) if stress else text
        elif child.type == "code_inline":
            yield Mono(child.content)
        elif child.type == "mathematics":
            start = child.meta["at"][0]
            with self.within(lambda position: self.place(token, start + position, column)):
                yield Typeset(formula(child.content))
        elif child.type == "reference":
            yield self.reference(child.content, self.span(token, child, column))
        else:
            raise self.source.fault(child.meta["problem"], child.meta["remedy"], self.span(token, child, column))

    @contextmanager
    def within(self, placed: Callable[[int], int]) -> Iterator[None]:
        """Tells a fault of a formula where the formula stands in the source."""
        try:
            yield
        except Fault as fault:
            start, stop = fault.span
            begin = placed(start)
            end = placed(max(start, stop - 1)) + 1
            raise self.source.fault(fault.problem, fault.remedy, (begin, max(begin + 1, end))) from None

    def place(self, token: Token, position: int, column: int) -> int:
        first = token.map[0] if token.map else 0
        return self.source.place(token.content, position, first, column)

    def span(self, token: Token, child: Token, column: int) -> Span:
        start, stop = child.meta.get("at", (0, 1))
        begin = self.place(token, start, column)
        return begin, max(begin + 1, self.place(token, max(start, stop - 1), column) + 1)

    def reference(self, number: str, span: Span) -> Reference:
        if not _NUMBER.fullmatch(number):
            problem = f"{quoted(number)} is not the number of an equation"
            raise self.source.fault(problem, r"Such as \eqref{7} or \eqref{7.a}.", span)
        self.cited.append(Cited(number, span))
        return Reference(number)

    def link(self, token: Token, opening: Token, inside: list[Token], column: int) -> Inline:
        """A link to a page of the web, or to an equation where it has no words: ``[](#eq-7)``."""
        span = self.span(token, opening, column)
        address = str(opening.attrs.get("href", ""))
        if address.startswith("#eq-") and not inside:
            return self.reference(address.removeprefix("#eq-"), span)
        if not _ADDRESS.fullmatch(address) or len(address) > LONGEST_ADDRESS:
            problem = f"{quoted(address)} is not an address that a link may have"
            raise self.source.fault(problem, "https://... in ASCII, or [](#eq-7) for an equation.", span)
        if "title" in opening.attrs or not inside or any(c.type not in ("text", "code_inline") for c in inside):
            problem = "a link holds more than words" if inside else "a link has no words"
            raise self.source.fault(problem, "Such as [the article](https://example.org).", span)
        return Hyperlink("".join(child.content for child in inside), address)


def _joined(parts: Iterator[Inline]) -> Iterator[Inline]:
    """The parts, with words of one kind that follow one another as one."""
    out: list[Inline] = []
    for part in parts:
        last = out[-1] if out else None
        if isinstance(part, str | Emphasis | Strong) and type(part) is type(last):
            before, after = (p if isinstance(p, str) else p.text for p in (last, part))
            out[-1] = f"{before}{after}" if isinstance(part, str) else type(part)(f"{before}{after}")
        else:
            out.append(part)
    yield from out
