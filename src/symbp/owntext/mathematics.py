r"""LaTeX's mathematics, as far as it is on the whitelist of :mod:`symbp.owntext.commands`, as pieces of layout.

Nothing of the text itself reaches a printer: letters, digits, signs and words are kept as what they are, and whatever
is unknown is an error. Grammar::

    formula  ::= item ...
    item     ::= atom ["_" argument] ["^" argument] ["'" ...]
    atom     ::= letter | digits | sign | "{" formula "}" | "(" formula ")" | "\left" side formula "\right" side
               | "\alpha" | "\frac" argument argument | "\hat" argument | "\text" "{" words "}" | environment ...
    argument ::= "{" formula "}" | letter | digit | sign | "\alpha" ...
"""

from __future__ import annotations

import re
from collections.abc import Callable

from symbp.errors import quoted
from symbp.mathtree import pieces as lay
from symbp.mathtree.pieces import Piece, Sign
from symbp.mathtree.signs import PRIMES
from symbp.names import close_to
from symbp.owntext import commands as c
from symbp.owntext.scan import ENDS, Scanner
from symbp.owntext.styles import letters_of, styled

MOST_COLUMNS = 20
_NAME = re.compile(r"\{\s*([A-Za-z]+\*?)\s*\}")
_WORDS = re.compile(r"\{((?:[^\\{}$]|\\[_%&#$ {}])*)\}")
_FUNCTION = re.compile(r"\{\s*([A-Za-z](?:[A-Za-z0-9 ]|\\[, ])*)\}")
_COLUMNS = re.compile(r"\{\s*(c\s*)+\}")
_ROOM = re.compile(r"\s*\[\s*-?[0-9.]+\s*[a-z]{2}\s*\]")
_PRIMES = {count: text for text, count in PRIMES.items()}


def formula(latex: str) -> Piece:
    r"""The layout of a formula.

    >>> from symbp.printing.latex import latex
    >>> latex(lay.Typeset(formula(r"\sigma'(z_1) \le \frac14")))
    "\\sigma'(z_{1}) \\le \\frac{1}{4}"

    Raises:
        Fault: it is too long or too deep, not balanced, or has something that is not on the whitelist.
    """
    reader = Reader(latex)
    items = reader.items()
    reader.check_end()
    return row(items)


def row(items: list[Piece]) -> Piece:
    return items[0] if len(items) == 1 else lay.Row(tuple(items)) if items else lay.Space()


class Reader(Scanner):
    """Reads a formula from left to right."""

    # rows of items

    def items(self, brackets: bool = False, bar: str = "") -> list[Piece]:
        """The items up to what ends them: an end of a group, in brackets a closing one, in bars another bar."""
        found: list[Piece] = []
        while True:
            token = self.peek()
            if token in ENDS or (brackets and token in c.CLOSING):
                return found
            if bar and c.BARS.get(token) == bar and _is_operand(found):
                return found
            for piece in self.item(found):
                if _is_called(found) and not isinstance(_innermost(piece), Sign | lay.Fence | lay.Gap):
                    found.append(Sign(lay.APPLICATION, "plain"))
                found.append(piece)

    def item(self, before: list[Piece]) -> list[Piece]:
        """An atom with its scripts; brackets that are never closed are signs among what follows them."""
        token = self.peek()
        if token in c.OPENING:
            return self.bracketed(c.OPENING[token], brackets=True)
        if token in c.BARS and not _is_operand(before):
            return self.bracketed(c.BARS[token], bar=c.BARS[token])
        if token in ("_", "^", "'"):
            raise self.fault(f'"{token}" has nothing before it', f"Write what it belongs to, or {{}}{token}.")
        if token[1:] in c.IGNORED:
            self.take()
            return []
        atom = self.atom()
        if atom is None:
            return []
        if isinstance(atom, Sign) and atom.kind == "binary" and not _is_operand(before):
            atom = Sign(atom.text, "prefix" if atom.text in "−+±∓" else "plain")
        return [self.scripted(atom)]

    def bracketed(self, left: str, brackets: bool = False, bar: str = "") -> list[Piece]:
        """Parentheses with what is in them, which are as tall as that; if nothing closes them, a sign."""
        self.take()
        if self.peek() in ("_", "^", "'"):
            return [self.scripted(Sign(left, "fence"))]
        with self.deeper():
            inside = self.items(brackets, bar)
        token = self.peek()
        if bar and c.BARS.get(token) == bar:
            right = bar
        elif brackets and token in c.CLOSING:
            right = c.CLOSING[token]
        else:
            return [Sign(left, "fence"), *inside]
        self.take()
        return [self.scripted(lay.Fence(left, row(inside), right))]

    def scripted(self, base: Piece) -> Piece:
        """A piece with what follows below and above it."""
        start, sub, sup, primes = self.position, None, None, 0
        while (token := self.peek()) in ("_", "^", "'") or token == r"\limits":
            here = self.position
            self.take()
            if (token == "_" and sub) or (token != "_" and sup):
                below = "subscript" if token == "_" else "superscript"
                raise self.fault(f"a second {below} of one thing", "Put braces around what belongs together.", here)
            if token == "'":
                primes += 1
            elif token == "_":
                sub = _alone(self.argument('"_"'))
            elif token == "^":
                sup = _alone(self.argument('"^"'))
        if primes > len(PRIMES):
            raise self.fault(f"{primes} primes; at most {len(PRIMES)} are read", "Write a superscript: f^{(4)}.", start)
        if primes:
            sup = Sign(_PRIMES[primes], "plain") if not sup else lay.Row((*[Sign("′", "plain")] * primes, sup))
        if isinstance(base, lay.Script) and not sub and not base.sup:  # {x_1}' and {x_1}^2
            return lay.Script(base.base, base.sub, sup) if sup else base
        if sub and _has_limits(base):
            return lay.Big(base, sub, sup)
        return lay.Script(base, sub, sup) if sub or sup else base

    def argument(self, after: str) -> Piece:
        """What a script, an accent or a fraction applies to: a group in braces, or a single thing."""
        token = self.peek()
        if token in ENDS or token in ("_", "^", "'"):
            raise self.fault(f"after {after} something is missing", "Write one letter, or several in braces: {ab}.")
        if token[0].isdigit():
            self.position += 1
            return lay.Digits(token[0])
        return self.atom() or lay.Space()

    # atoms

    def atom(self) -> Piece | None:
        """One thing without its scripts; ``None`` for a command that prints nothing."""
        token = self.peek()
        if token == "{":
            return self.group()
        if token.startswith("\\"):
            return self.command(token)
        start = self.position
        self.take()
        if token in c.CHARACTERS:
            return c.CHARACTERS[token]
        if token[0].isascii() and token[0].isalnum():
            return lay.Digits(token) if token[0].isdigit() else lay.Letters(token)
        sides = {**c.OPENING, **c.CLOSING, **c.BARS}
        if token in sides:
            return Sign(sides[token], "fence")
        remedy = rf"Write \{token} for the sign." if token in "%#" else r"Words stand in \text{...}."
        raise self.fault(f"the character {quoted(token)} may not stand in mathematics", remedy, start)

    def group(self) -> Piece:
        """What braces hold together."""
        start = self.position
        self.take()
        with self.deeper():
            inside = self.items()
        if self.peek() != "}":
            raise self.fault('"{" is not closed', "Write the brace that closes it.", start)
        self.take()
        return row(inside)

    def command(self, token: str) -> Piece | None:
        name, start = token[1:], self.position
        self.take()
        if name in c.SYMBOLS or name in c.FUNCTIONS:
            return c.SYMBOLS.get(name) or c.FUNCTIONS[name]
        if name in c.GAPS:
            return c.GAPS[name]
        if token in c.DELIMITERS:
            return Sign(c.DELIMITERS[token], "fence")
        if name in c.ACCENTS:
            with self.deeper():
                return lay.Accented(self.argument(quoted_command(token)), c.ACCENTS[name])
        if name in c.STYLES:
            return self.in_style(token, start)
        if name in c.IGNORED:
            return None
        if name in STRUCTURES:
            with self.deeper():
                return STRUCTURES[name](self, token, start)
        close = close_to(name, c.COMMANDS)
        hint = rf'Did you mean "\{close}"? ' if close else ""
        remedy = f"{hint}docs/spec.md names the commands that are read."
        raise self.fault(f"the command {quoted_command(token)} is not known here", remedy, start)

    def in_style(self, token: str, start: int) -> Piece:
        with self.deeper():
            body = self.argument(quoted_command(token))
        letters = list(letters_of(body))
        other = [text for text in letters if not (text.isascii() and text.isupper())]
        if token[1:] in c.CAPITALS and (other or not letters):
            has = f", here stands {quoted(other[0])}" if other else ""
            raise self.fault(f"{quoted_command(token)} has capital letters alone{has}", "Such as R.", start)
        return styled(body, c.STYLES[token[1:]])

    # structures: each is called with the command that it has just taken and where that stands

    def fraction(self, token: str, start: int) -> Piece:
        return lay.Fraction(self.argument(quoted_command(token)), self.argument(quoted_command(token)))

    def root(self, token: str, start: int) -> Piece:
        degree = None
        if self.peek() == "[":
            self.take()
            degree = row(self.items(brackets=True))
            if self.take() != "]":
                raise self.fault(r'after "\sqrt[" a "]" is missing', "Such as \\sqrt[3]{x}.", start)
        return lay.Root(self.argument(quoted_command(token)), degree)

    def words(self, token: str, start: int) -> Piece:
        self.peek()
        match = _WORDS.match(self.latex, self.position)
        if not match:
            problem = f"after {quoted_command(token)} words in braces are missing"
            raise self.fault(problem, "Mathematics, braces and commands may not stand among them.", start)
        self.position = match.end()
        return lay.Words(re.sub(r"\s+", " ", re.sub(r"\\(.)", r"\1", match[1])))

    def named(self, token: str, start: int) -> Piece:
        self.peek()
        match = _FUNCTION.match(self.latex, self.position)
        if not match:
            problem = f"after {quoted_command(token)} the name of a function is missing"
            raise self.fault(problem, r"Such as \operatorname{softmax}: letters, digits and blanks.", start)
        self.position = match.end()
        name = " ".join(re.sub(r"\\[, ]", " ", match[1]).split())
        return lay.FunctionName(name, rf"{token}{{{name.replace(' ', chr(92) + ',')}}}")

    def underbrace(self, token: str, start: int) -> Piece:
        body, label = self.argument(quoted_command(token)), None
        if self.peek() == "_":
            self.take()
            label = self.argument('"_"')
        return lay.Braced(body, label or lay.Space())

    def boxed(self, token: str, start: int) -> Piece:
        return lay.Framed(self.argument(quoted_command(token)))

    def paired(self, token: str, start: int) -> Piece:
        left = self.delimiter(token)
        inside = self.items()
        if self.peek() != r"\right":
            raise self.fault(r'"\left" has no "\right" after it', r"Write both; \right. prints nothing.", start)
        self.take()
        return lay.Fence(left, row(inside), self.delimiter(r"\right"))

    def delimiter(self, token: str) -> str:
        side = self.peek()
        if side not in c.DELIMITERS:
            remedy = f"Known: {' '.join(c.DELIMITERS)}"
            raise self.fault(f"after {quoted_command(token)} stands no parenthesis", remedy)
        self.take()
        return c.DELIMITERS[side]

    def environment(self, token: str, start: int) -> Piece:
        name = self.name_of_environment(token, start)
        if name in c.ALIGNED:
            problem = rf'"\begin{{{name}}}" stands within other mathematics'
            raise self.fault(problem, "It is a whole formula between $$ and $$.", start)
        if name == "array":
            self.columns(start)
        rows = self.cells(name, start)
        widest = max(map(len, rows))
        most = 2 if name == "cases" else MOST_COLUMNS
        if widest > most:
            raise self.fault(f'"{name}" has {widest} columns; at most {most} are read', "", start)
        grid = tuple(tuple(map(row, cells)) + (lay.Space(),) * (widest - len(cells)) for cells in rows)
        left, right = c.MATRICES.get(name, ("{", ""))
        return lay.Grid(grid, left, right)

    def name_of_environment(self, token: str, start: int) -> str:
        self.peek()
        match = _NAME.match(self.latex, self.position)
        if not match or match[1] not in c.ENVIRONMENTS:
            problem = f"the environment {quoted(match[1])} is not known here" if match else "an environment has no name"
            raise self.fault(problem, f"Known: {', '.join(sorted(c.ENVIRONMENTS))}", start)
        self.position = match.end()
        return match[1]

    def columns(self, start: int) -> None:
        self.peek()
        match = _COLUMNS.match(self.latex, self.position)
        if not match:
            raise self.fault('after "\\begin{array}" the columns are missing', "Columns are centred: {ccc}.", start)
        self.position = match.end()

    def cells(self, name: str, start: int) -> list[list[list[Piece]]]:
        r"""The cells of an environment up to its ``\end``, line by line; an empty last line is none."""
        rows: list[list[list[Piece]]] = [[self.items()]]
        while (token := self.peek()) in ("&", r"\\"):
            self.take()
            if token == r"\\":
                self.check_room()
                rows.append([])
            rows[-1].append(self.items())
        if token != r"\end":
            raise self.fault(rf'"\begin{{{name}}}" is not ended', rf"Write \end{{{name}}}.", start)
        here = self.position
        self.take()
        ended = _NAME.match(self.latex, self.position)
        if not ended or ended[1] != name:
            shown = quoted(ended[1]) if ended else "nothing"
            raise self.fault(rf'"\begin{{{name}}}" is ended by {shown}', rf"Write \end{{{name}}}.", here)
        self.position = ended.end()
        return rows[:-1] if len(rows) > 1 and rows[-1] == [[]] else rows

    def check_room(self) -> None:
        room = _ROOM.match(self.latex, self.position)
        if room:
            start, self.position = self.position, room.end()
            raise self.fault(r'"\\" with a distance', "Leave it out: symbp chooses the distance of lines.", start)


STRUCTURES: dict[str, Callable[[Reader, str, int], Piece]] = {
    "frac": Reader.fraction,
    "dfrac": Reader.fraction,
    "tfrac": Reader.fraction,
    "sqrt": Reader.root,
    "text": Reader.words,
    "textrm": Reader.words,
    "operatorname": Reader.named,
    "operatorname*": Reader.named,
    "underbrace": Reader.underbrace,
    "boxed": Reader.boxed,
    "left": Reader.paired,
    "begin": Reader.environment,
}


def quoted_command(token: str) -> str:
    """A command as a message shows it."""
    return quoted(token).replace("\\\\", "\\")


def _alone(piece: Piece) -> Piece:
    """A sign that connects nothing, without the room that it needs elsewhere."""
    return Sign(piece.text, "plain") if isinstance(piece, Sign) and piece.kind != "fence" else piece


def _is_operand(found: list[Piece]) -> bool:
    """Whether the last item is something that a sign after it can connect with what follows."""
    last = next((item for item in reversed(found) if not isinstance(item, lay.Gap)), None)
    if isinstance(last, Sign):
        if last.kind == "fence":
            return last.text not in c.OPENING.values()
        return last.kind == "plain" and last.text != lay.APPLICATION
    return last is not None and not isinstance(last, lay.Big) and not _is_called(found)


def _is_called(found: list[Piece]) -> bool:
    """Whether the last item is a function, whose argument follows."""
    return bool(found) and isinstance(_innermost(found[-1]), lay.FunctionName)


def _innermost(piece: Piece) -> Piece:
    """What scripts and limits belong to."""
    while isinstance(piece, lay.Script | lay.Big):
        piece = piece.base if isinstance(piece, lay.Script) else piece.operator
    return piece


def _has_limits(base: Piece) -> bool:
    """Whether what follows such an operator stands below and above it."""
    if isinstance(base, lay.FunctionName):
        return base.latex.startswith(r"\operatorname*") or base.text in c.LIMITED
    return isinstance(base, Sign) and base.text in "∑∏"
