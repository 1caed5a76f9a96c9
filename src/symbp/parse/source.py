"""From text to a syntax tree: what may stand in an expression at all, and how much of it.

Python's own parser reads the text and nothing runs it. Characters are checked before that, so that
strings, comments and look-alikes never reach it; sizes are checked after.
"""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from dataclasses import dataclass

from symbp.errors import Fault, Span, quoted

LONGEST = 2_000
MOST_NODES = 500
DEEPEST = 40

_CHARACTERS = re.compile(r"[A-Za-z0-9_+\-*/()\[\],. \t\r\n]")
_RELATIONS = re.compile(r"[A-Za-z0-9_+\-*/()\[\],. \t\r\n<>=!]")
_CLOSING = {"(": ")", "[": "]"}
_INSTEAD = {
    "^": "Write ** for a power.",
    "\N{MINUS SIGN}": "Write - for minus.",
    "\N{MULTIPLICATION SIGN}": "Write * for a product.",
    "\N{MIDDLE DOT}": "Write * for a product.",
    "\N{DOT OPERATOR}": "Write * for a product.",
    "\N{SUPERSCRIPT TWO}": "Write **2 for a square.",
    "\N{GREEK SMALL LETTER PI}": "Write pi.",
    "\N{GREEK SMALL LETTER SIGMA}": "Write sigmoid(...).",
    "{": "Write ( and ).",
    "}": "Write ( and ).",
    "#": "Comments stand outside the text.",
}


@dataclass(frozen=True)
class Source:
    """A part of a text, which faults point into: ``text[start:stop]``."""

    text: str
    start: int
    stop: int

    @staticmethod
    def whole(text: str) -> Source:
        return Source(text, 0, len(text))

    @property
    def part(self) -> str:
        return self.text[self.start : self.stop]

    def fault(
        self,
        problem: str,
        remedy: str = "",
        start: int = 0,
        stop: int | None = None,
        also: Source | None = None,
    ) -> Fault:
        """A fault of the characters ``start:stop`` of this part, or of all of it but for the blanks around it.

        ``also`` is another part of the same text, which this one contradicts.
        """
        if stop is None:
            start, stop = self._span()
        other = None if also is None else tuple(also.start + end for end in also._span())
        return Fault(problem, remedy, (), self.text, (self.start + start, self.start + stop), also=other)  # type: ignore[arg-type]

    def _span(self) -> Span:
        """The characters but for the blanks around them."""
        return len(self.part) - len(self.part.lstrip()), len(self.part.rstrip()) or len(self.part)

    def fault_at(self, node: ast.expr, problem: str, remedy: str = "") -> Fault:
        return self.fault(problem, remedy, *place(node))

    def literal(self, node: ast.expr) -> str:
        """The characters of a node, as typed."""
        start, stop = place(node)
        return self.part[start:stop]


def place(node: ast.expr) -> tuple[int, int]:
    """Where a node stands in its part: the text is one line of ASCII, so columns are characters."""
    return node.col_offset, node.end_col_offset or node.col_offset + 1


def syntax_tree(source: Source, relations: bool = False) -> ast.expr:
    """The syntax tree of an expression, within all limits.

    Raises:
        Fault: the text is empty, too long, too deep or too large, has a character that no expression
            has, or is no expression.
    """
    _check_text(source, _RELATIONS if relations else _CHARACTERS)
    leading = len(source.part) - len(source.part.lstrip())
    line = re.sub(r"[\t\r\n]", " ", source.part)
    try:
        with warnings.catch_warnings(action="ignore"):  # of Python, about text such as "1if": not for our users
            tree = ast.parse(line[leading:], mode="eval").body
    except SyntaxError:
        raise source.fault("this is not an expression") from None
    except (ValueError, RecursionError, MemoryError):
        raise source.fault(f"the expression is nested deeper than {DEEPEST}", "Name a part of it.") from None
    _check_size(source, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset += leading
            node.end_col_offset = (node.end_col_offset or 0) + leading
    return tree


def _check_text(source: Source, allowed: re.Pattern[str]) -> None:
    if not source.part.strip():
        raise source.fault("the expression is empty")
    if len(source.part) > LONGEST:
        raise source.fault(f"the expression has {len(source.part):,} characters; at most {LONGEST:,} are read")
    for position, character in enumerate(source.part):
        if not allowed.fullmatch(character):
            raise source.fault(_foreign(character), _instead(character), position, position + 1)
    _check_brackets(source)


def _foreign(character: str) -> str:
    if character.isascii():
        return f"unexpected character {quoted(character)}"
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    return f"{quoted(character)} is not an ASCII character but {name}"


def _instead(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    if character in _INSTEAD:
        return _INSTEAD[character]
    if not character.isascii() and _CHARACTERS.fullmatch(plain):
        return f"Write {plain}."
    return "" if character.isascii() else "Retype it on a plain keyboard; a look-alike letter is another letter."


def _check_brackets(source: Source) -> None:
    """Brackets come in pairs, at most 40 within one another."""
    opened: list[tuple[str, int]] = []
    for position, character in enumerate(source.part):
        if character in "([":
            opened.append((_CLOSING[character], position))
        elif character in ")]" and (not opened or opened.pop()[0] != character):
            raise source.fault(f"{quoted(character)} closes no bracket", "", position, position + 1)
        if len(opened) > DEEPEST:
            raise source.fault(f"the expression is nested deeper than {DEEPEST}", "Name a part of it.")
    for _, position in opened:
        raise source.fault("this bracket is not closed", "", position, position + 1)


def _check_size(source: Source, tree: ast.expr) -> None:
    """Counts what a reader would count: nested brackets, powers and calls; a long sum is not deep."""
    count = 0
    stack: list[tuple[ast.AST, int]] = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        count += isinstance(node, ast.expr)
        if depth > DEEPEST:
            raise source.fault(f"the expression is nested deeper than {DEEPEST}", "Name a part of it.")
        for child in ast.iter_child_nodes(node):
            chain = isinstance(node, ast.BinOp) and child is node.left and isinstance(child, ast.BinOp)
            stack.append((child, depth if chain or not isinstance(child, ast.expr) else depth + 1))
    if count > MOST_NODES:
        raise source.fault(f"the expression has {count} parts; at most {MOST_NODES} are read", "Name a part of it.")
