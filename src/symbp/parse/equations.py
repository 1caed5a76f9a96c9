"""One line of equation syntax as equations: mixed right sides are split, inner reductions hoisted and named.

Grammar::

    line      ::= access ("=" | "+=") terms ["where" guards]
    terms     ::= expression, in which a reduction may stand wherever a function may
    reduction ::= ("sum" | "mean" | "max" | "argmax") "[" index, ... "]" "(" expression ")"
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import sympy

from symbp.equation import (
    Access,
    Affine,
    Equation,
    Guard,
    Index,
    IndexValue,
    Length,
    Read,
    Reduction,
    Size,
    body_indices,
    length,
    reads,
)
from symbp.errors import Fault, quoted
from symbp.names import nearest
from symbp.parse.expression import Reader
from symbp.parse.positions import Scope, access_of, guards_of, slices
from symbp.parse.source import Source, place, syntax_tree

REDUCTIONS: dict[str, Reduction] = {"sum": "sum", "mean": "sum", "max": "max", "argmax": "argmax"}
_WHERE = re.compile(r"\bwhere\b")
_SIGN = re.compile(r"[-+*/:<>!=]*=")


@dataclass(frozen=True)
class Line:
    """A line taken apart: ``left`` (``=`` or ``+=``) ``right`` where ``condition``."""

    whole: Source
    left: Source
    right: Source
    condition: Source | None
    accumulate: bool

    @staticmethod
    def of(source: Source) -> Line:
        """The parts of a line.

        Raises:
            Fault: it has no ``=``.
        """
        where = _WHERE.search(source.part)
        stop = source.start + where.start() if where else source.stop
        condition = Source(source.text, stop + len("where"), source.stop) if where else None
        signs = list(_SIGN.finditer(source.text, source.start, stop))
        if not signs:
            raise source.fault("an equation needs = or +=", "Each equation stands on one line, and nothing else does.")
        for number, sign in enumerate(signs):
            if number or sign[0] not in ("=", "+="):
                problem = "an equation has one = or +=" if number else f"{quoted(sign[0])} is neither = nor +="
                raise source.fault(problem, "", sign.start() - source.start, sign.end() - source.start)
        left = Source(source.text, source.start, signs[0].start())
        return Line(source, left, Source(source.text, signs[0].end(), stop), condition, signs[0][0] == "+=")

    def place_of(self, scope: Scope, wanted: Callable[[Access], bool], read: bool = False) -> Source:
        """The first access in the line of a kind that is wanted; the whole line if there is none as it was typed.

        Args:
            read: Whether it stands on the right side or in a condition.
        """
        for side in filter(None, (None if read else self.left, self.right, self.condition)):
            for node in ast.walk(syntax_tree(side, relations=side is self.condition)):
                access = _typed(node, side, scope)
                if access is not None and wanted(access):
                    start, stop = place(node)  # type: ignore[arg-type]
                    return Source(side.text, side.start + start, side.start + stop)
        return self.whole


def _typed(node: ast.AST, source: Source, scope: Scope) -> Access | None:
    """The access that a node of a syntax tree states, if it is one."""
    name = node.value if isinstance(node, ast.Subscript) else node
    if not isinstance(name, ast.Name) or name.id not in scope.ranks or not isinstance(node, ast.expr):
        return None
    try:
        return access_of(node, source, scope)
    except Fault:  # the name of a tensor within an access to it
        return None


def lines_of(text: str) -> Iterator[Line]:
    """The lines of a text that are not blank."""
    start = 0
    for row in text.split("\n"):
        if row.strip():
            yield Line.of(Source(text, start, start + len(row.rstrip())))
        start += len(row) + 1


def target_of(line: Line) -> tuple[str, int, bool]:
    """What a line writes: the tensor, its rank, and whether it holds whole numbers."""
    node = syntax_tree(line.left)
    name = node.value if isinstance(node, ast.Subscript) else node
    if not isinstance(name, ast.Name):
        raise line.left.fault("the left side is a tensor with its positions", "Such as z[n,i] = ...")
    rank = len(slices(node)) if isinstance(node, ast.Subscript) else 0
    return name.id, rank, line.right.part.lstrip().startswith("argmax[")


@dataclass
class Names:
    """The names in use, and the next free one for a hoisted reduction."""

    used: set[str]

    def fresh(self, target: str, reduction: str) -> str:
        name, number = f"{target}_{reduction}", 2
        while name in self.used:
            name, number = f"{target}_{reduction}{number}", number + 1
        self.used.add(name)
        return name


def equations_of(line: Line, scope: Scope, names: Names) -> tuple[Equation, ...]:
    """The equations that one line states, in an order in which they can be computed.

    Raises:
        Fault: a side is not of the grammar, an index is free, or a condition concerns nothing.
    """
    lhs = access_of(syntax_tree(line.left), line.left, scope)
    guards = guards_of(line.condition, scope) if line.condition else ()
    reader = _SideReader(line, scope, names, lhs, guards)
    equations = (*reader.pieces(syntax_tree(line.right)),)
    for guard in guards:
        if not any(guard in equation.guards for equation in (*reader.hoisted, *equations)):
            assert line.condition is not None
            stray = [i.name for i in dict.fromkeys(guard.affine.indices())]
            which = f"all of {', '.join(stray)}" if len(stray) > 1 else ", ".join(stray)
            problem = f"no part of the equation runs over {which}" if stray else "this condition has no index"
            raise line.condition.fault(problem, "A condition restricts the points that a part of the equation visits.")
    return (*reader.hoisted, *equations)


@dataclass
class _Piece:
    """A part of a right side: one reduction of one body, or a body alone."""

    body: sympy.Expr
    over: tuple[Index, ...] = ()
    reduction: Reduction = ""


@dataclass
class _SideReader(Reader):
    """Reads the right side of one line; reductions inside expressions collect in ``hoisted``."""

    line: Line
    scope: Scope
    fresh: Names
    lhs: Access
    guards: tuple[Guard, ...]
    hoisted: list[Equation] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.line.right, {})

    def pieces(self, tree: ast.expr) -> Iterator[Equation]:
        """The right side as equations: each top-level sum its own, everything else together."""
        terms = list(_terms(tree, 1))
        pieces = [piece for sign, node in terms if (piece := self.top_reduction(sign, node, len(terms) == 1))]
        rest = [sign * self.read(node) for sign, node in terms if not self.stands_alone(sign, node, len(terms) == 1)]
        pieces += [_Piece(sympy.Add(*rest))] if rest else []
        for number, piece in enumerate(pieces):
            yield self.equation(self.lhs, piece, self.line.accumulate or number > 0)

    def stands_alone(self, sign: int, node: ast.expr, only: bool) -> bool:
        """Whether a term is a reduction that needs no name: a sum, or a maximum that is the whole side."""
        kind = _kind(node)
        return kind in ("sum", "mean") or (kind in ("max", "argmax") and only and sign == 1)

    def top_reduction(self, sign: int, node: ast.expr, only: bool) -> _Piece | None:
        if not self.stands_alone(sign, node, only) or not isinstance(node, ast.Call):
            return None
        piece = self.reduced(node)
        taken = [i for i in piece.over if i in set(self.lhs.index_atoms())]
        if taken:
            raise self.source.fault_at(node.func, f"index {taken[0]} is reduced, and stands on the left side")
        return _Piece(sign * piece.body, piece.over, piece.reduction)

    def reduced(self, node: ast.Call) -> _Piece:
        """The body and the indices of a reduction; a mean is a sum divided by the lengths."""
        assert isinstance(node.func, ast.Subscript)
        kind = _kind(node)
        over = tuple(self.index(item) for item in slices(node.func))
        if len(set(over)) != len(over):
            raise self.source.fault_at(node.func, f"an index stands twice in {self.source.literal(node.func)}")
        if len(node.args) != 1 or node.keywords:
            raise self.source.fault_at(node, f"{kind} takes 1 expression in its brackets, not {len(node.args)}")
        body = self.read(node.args[0])
        if kind == "mean":
            body /= sympy.prod([length(i.extent) for i in over])
        return _Piece(body, over, REDUCTIONS[kind])

    def index(self, node: ast.expr) -> Index:
        if isinstance(node, ast.Name) and node.id in self.scope.indices:
            return self.scope.indices[node.id]
        text = self.source.literal(node)
        raise self.source.fault_at(node, f"unknown index {quoted(text)}", nearest(text, self.scope.indices))

    def reduction(self, node: ast.Call) -> sympy.Expr:
        """A reduction inside an expression: hoisted into an equation of its own, and read by name."""
        kind = _kind(node)
        if not kind:
            return super().reduction(node)
        if kind == "argmax":
            raise self.source.fault_at(node, "argmax stands alone on the right side", "Name it in a line of its own.")
        piece = self.reduced(node)
        domain = self.scope.ordered(_free(piece.body) - set(piece.over))
        for known in self.hoisted:
            if (known.body, known.over, known.reduction) == (piece.body, piece.over, piece.reduction):
                return Read(known.lhs)
        lhs = Access.of(self.fresh.fresh(self.lhs.tensor, kind), *domain)
        self.hoisted.append(self.equation(lhs, piece, False))
        return Read(lhs)

    def equation(self, lhs: Access, piece: _Piece, accumulate: bool) -> Equation:
        domain = tuple(dict.fromkeys(lhs.index_atoms()))
        bound = {*domain, *piece.over}
        for index in self.scope.ordered(_free(piece.body) - bound):
            remedy = f"Reduce it, as in sum[{index}](...), or name it on the left."
            raise self._where(index, piece.body).fault(f"index {index} is free", remedy)
        guards = tuple(g for g in self.guards if set(g.affine.indices()) <= bound)
        return Equation(lhs, piece.body, domain, piece.over, piece.reduction, guards, accumulate)

    def _where(self, index: Index, body: sympy.Expr) -> Source:
        """The access of a body that has the index; if none was typed like that, any that has it."""
        own = {r.access for r in reads(body)}
        for among in (own.__contains__, lambda access: True):
            found = self.line.place_of(self.scope, lambda access, known=among: known(access) and _has(access, index))  # type: ignore[misc]
            if found != self.line.whole:
                return found
        return self.line.whole

    def call(self, node: ast.Call) -> sympy.Expr:
        if isinstance(node.func, ast.Name) and node.func.id in ("sum", "mean", "argmax"):
            kind = node.func.id
            raise self.source.fault_at(node.func, f"{kind} does not say over which indices", f"Such as {kind}[i](...).")
        return super().call(node)

    def subscript(self, node: ast.Subscript) -> sympy.Expr:
        return self.number(node, access_of(node, self.source, self.scope))

    def name(self, node: ast.Name) -> sympy.Expr:
        if node.id in self.scope.ranks:
            return self.number(node, access_of(node, self.source, self.scope))
        if node.id in self.scope.sizes:
            return Length(node.id)
        if node.id in self.scope.indices:
            return IndexValue(self.scope.indices[node.id])
        self.names = {name: sympy.Integer(0) for name in (*self.scope.ranks, *self.scope.sizes)}
        return super().name(node)

    def number(self, node: ast.expr, access: Access) -> sympy.Expr:
        if access.tensor in self.scope.integers:
            raise self.source.fault_at(node, f"{access.tensor} holds whole numbers: it stands in positions only")
        return Read(access)


def _terms(node: ast.expr, sign: int) -> Iterator[tuple[int, ast.expr]]:
    """The terms of a sum, in order, each with its sign."""
    later: list[tuple[int, ast.expr]] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        later.append((sign if isinstance(node.op, ast.Add) else -sign, node.right))
        node = node.left
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield from _terms(node.operand, -sign)
    else:
        yield sign, node
    yield from reversed(later)


def _kind(node: ast.expr) -> str:
    """``sum``, ``mean``, ``max`` or ``argmax`` if a node is such a reduction."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Subscript) and isinstance(node.func.value, ast.Name):
        return node.func.value.id if node.func.value.id in REDUCTIONS else ""
    return ""


def _has(access: Access, index: Index) -> bool:
    return index in access.index_atoms()


def _free(body: sympy.Expr) -> set[Index]:
    return set(body_indices(body))


def last_position(position: Affine) -> tuple[int, dict[str, int]]:
    """The largest value of a position: a number, plus a whole number of each run-time length."""
    total = position.constant
    sizes: dict[str, int] = {}
    for coefficient, atom in position.terms:
        if isinstance(atom, Size):
            sizes[atom.name] = sizes.get(atom.name, 0) + coefficient
        elif isinstance(atom, Index) and coefficient > 0:
            extent = atom.extent
            known = extent if isinstance(extent, int) else extent.plus
            total += coefficient * (known - 1)
            if not isinstance(extent, int):
                sizes[extent.name] = sizes.get(extent.name, 0) + coefficient
    return total, sizes
