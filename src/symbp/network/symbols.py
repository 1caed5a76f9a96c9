r"""LaTeX of a symbol, from a whitelist of mathematics, as a plain tree that printers can print without trusting text.

Grammar::

    symbol ::= item ...
    item   ::= base ["_" group] ["^" group] | base ["^" group] ["_" group]
    base   ::= letter | digits | sign | greek | accent group | style group | group
    group  ::= "{" symbol "}" | letter | digit | greek
    letter ::= "A" ... "z"        sign ::= one of + - * / ( ) , ' and blank
    greek  ::= "\alpha" ...       accent ::= "\hat" ...       style ::= "\mathbf" ...
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from symbp.errors import Fault, inside, quoted
from symbp.names import nearest, text

LONGEST = 100
DEEPEST = 8
GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
LETTERLIKE = frozenset("ell partial nabla infty".split())
SIGNS = frozenset("prime star ast circ dagger cdot times".split())
ACCENTS = frozenset("hat tilde bar vec dot ddot check overline widehat widetilde".split())
STYLES = frozenset("mathbf mathrm mathit mathcal mathbb mathsf boldsymbol".split())
COMMANDS = GREEK | LETTERLIKE | SIGNS | ACCENTS | STYLES
_TOKEN = re.compile(r"\\[A-Za-z]+|[A-Za-z]|[0-9]+|[+\-*/(),'_^{}]| +")


@dataclass(frozen=True)
class Mark:
    """A node of a symbol.

    ``letter``, ``number``, ``sign`` have their characters as ``text``; ``command`` (Greek and the like),
    ``accent`` and ``style`` the name of the command without its backslash, the latter two over one part;
    ``scripts`` has three parts: the base, what is below, what is above (an empty row where nothing is);
    ``row`` has any number of parts.
    """

    kind: Literal["letter", "number", "sign", "command", "accent", "style", "scripts", "row"]
    text: str = ""
    parts: tuple[Mark, ...] = ()


Symbols: TypeAlias = tuple[tuple[str, Mark], ...]
EMPTY = Mark("row")


def trees_of(given: Mapping[str, object] | Symbols) -> Symbols:
    """The trees of all symbols, by name.

    Raises:
        Fault: at the first symbol that is no LaTeX of the whitelist.
    """
    if isinstance(given, tuple):
        return given
    read = []
    for name, latex in given.items():
        with inside(name):
            read.append((name, symbol(text(latex))))
    return tuple(read)


def symbol(latex: str) -> Mark:
    r"""The tree of one symbol.

    >>> symbol(r"\hat{w}").parts[0].text
    'w'

    Raises:
        Fault: it is empty, too long or too deep, or has a command or character outside the whitelist.
    """
    if not latex.strip():
        raise Fault("the symbol is empty")
    if len(latex) > LONGEST:
        raise Fault(f"the symbol has {len(latex)} characters; at most {LONGEST} are read")
    reader = _Reader(latex)
    tree = reader.row("", 0)
    if not _prints(tree):
        raise Fault("the symbol is empty")
    return tree.parts[0] if len(tree.parts) == 1 else tree


def _prints(mark: Mark) -> bool:
    """Whether a tree has a character to print: braces alone have none."""
    return (mark.kind not in ("row", "scripts", "accent", "style")) or any(map(_prints, mark.parts))


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.position = 0

    def fault(self, problem: str, remedy: str = "", start: int | None = None) -> Fault:
        begin = self.position if start is None else start
        return Fault(problem, remedy, text=self.latex, span=(begin, max(self.position, begin + 1)))

    def peek(self) -> str:
        if self.position >= len(self.latex):
            return ""
        match = _TOKEN.match(self.latex, self.position)
        if not match:
            character = self.latex[self.position]
            raise self.fault(f"the character {quoted(character)} may not stand in a symbol")
        return match[0]

    def take(self) -> str:
        token = self.peek()
        self.position += len(token)
        return token

    def row(self, closing: str, depth: int) -> Mark:
        if depth > DEEPEST:
            raise self.fault(f"the symbol is nested deeper than {DEEPEST}")
        opening, items = self.position, []
        while self.peek() not in (closing, ""):
            if self.peek().isspace():
                self.take()
                continue
            items.append(self.item(depth))
        if closing and not self.take():
            raise self.fault('"{" is not closed', start=max(0, opening - 1))
        return Mark("row", "", tuple(items))

    def item(self, depth: int) -> Mark:
        base = self.base(depth)
        scripts: dict[str, Mark] = {}
        while self.peek() in ("_", "^"):
            sign = self.take()
            if sign in scripts:
                raise self.fault(f'"{sign}" stands twice after one base', start=self.position - 1)
            scripts[sign] = self.group(depth)
        return Mark("scripts", "", (base, scripts.get("_", EMPTY), scripts.get("^", EMPTY))) if scripts else base

    def group(self, depth: int) -> Mark:
        """What a script or an accent applies to: braces, or one letter, digit or Greek letter."""
        while self.peek().isspace():
            self.take()
        token = self.peek()
        if token == "{":
            return self.base(depth)
        if token.isdigit():
            self.position += 1
            return Mark("number", token[0])
        if token == "" or token in "_^}":
            raise self.fault("a letter, a digit or {...} is missing here")
        return self.base(depth)

    def base(self, depth: int) -> Mark:
        start = self.position
        token = self.take()
        if token.startswith("\\"):
            return self.command(token[1:], start, depth)
        if token == "{":
            inner = self.row("}", depth + 1)
            return inner.parts[0] if len(inner.parts) == 1 else inner
        if token in ("}", "_", "^"):
            raise self.fault(f'"{token}" has nothing before it', start=start)
        kind: Literal["letter", "number", "sign"]
        kind = "letter" if token.isalpha() else "number" if token.isdigit() else "sign"
        return Mark(kind, token)

    def command(self, name: str, start: int, depth: int) -> Mark:
        if name not in COMMANDS:
            shown = quoted("\\" + name).replace("\\\\", "\\")
            raise self.fault(f"the command {shown} may not stand in a symbol", nearest(name, COMMANDS), start)
        if depth > DEEPEST:
            raise self.fault(f"the symbol is nested deeper than {DEEPEST}")
        if name in ACCENTS:
            return Mark("accent", name, (self.group(depth + 1),))
        if name in STYLES:
            return Mark("style", name, (self.group(depth + 1),))
        return Mark("command", name)
