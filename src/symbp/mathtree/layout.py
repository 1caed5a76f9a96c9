"""Formula trees as pieces of layout: where parentheses, signs and dots go is decided here, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from symbp.functions import ROWS
from symbp.mathtree import nodes as m
from symbp.mathtree.pieces import (
    GREEK,
    INVISIBLE_TIMES,
    Accented,
    Big,
    Braced,
    Digits,
    Fence,
    Fraction,
    Framed,
    FunctionName,
    Grid,
    Letters,
    Link,
    Piece,
    Root,
    Row,
    Script,
    Sign,
    Typeset,
    Words,
)
from symbp.mathtree.walks import at_index, walk
from symbp.wording import english

# How tightly a node holds together; what is looser than its place asks for is put in parentheses.
RELATION, SUM, UNARY, SUMMATION, HADAMARD, PRODUCT, FRACTION, POWER, ATOM = range(9)


def layout(node: m.Node) -> Piece:
    """The layout of a formula."""
    return LAYOUT[type(node)](node)


def _level(node: m.Node) -> int:
    found = LEVELS.get(type(node), ATOM)
    return found if isinstance(found, int) else found(node)


def _within(node: m.Node, least: int) -> Piece:
    return layout(node) if _level(node) >= least else Fence("(", layout(node), ")")


def _number_level(node: m.Number) -> int:
    rounded = node.rounded
    return UNARY if rounded.negative else ATOM if rounded.exponent is None else PRODUCT


def _product_level(node: m.Product) -> int:
    if _is_negative_number(node.factors[0]):
        return UNARY
    return SUMMATION if _level(node.factors[-1]) == SUMMATION else PRODUCT


def _apply_level(node: m.Apply) -> int:
    return POWER if node.function == "exp" else ATOM


LEVELS: dict[type[m.Node], int | Callable[[Any], int]] = {
    m.Number: _number_level,
    m.Symbol: lambda n: POWER if n.sup else ATOM,
    m.Partial: FRACTION,
    m.Sum: SUM,
    m.Negative: UNARY,
    m.Product: _product_level,
    m.Quotient: FRACTION,
    m.Power: POWER,
    m.Apply: _apply_level,
    m.BigSum: SUMMATION,
    m.Transpose: POWER,
    m.MatrixProduct: PRODUCT,
    m.Hadamard: HADAMARD,
    m.Comparison: RELATION,
    m.Cases: RELATION,
    m.Underbrace: lambda n: _level(n.body),
}


def _is_negative_number(node: m.Node) -> bool:
    return isinstance(node, m.Number) and node.rounded.negative


def _number(node: m.Number) -> Piece:
    rounded = node.rounded
    sign = (Sign("−", "prefix"),) if rounded.negative else ()
    digits: tuple[Piece, ...] = (Digits(rounded.mantissa.lstrip("-")),)
    if rounded.exponent is not None:
        power = Script(Digits("10"), sup=layout(m.Number(rounded.exponent)))
        digits = (power,) if digits == (Digits("1"),) else (*digits, Sign("×"), power)
    return _row(*sign, *digits)


def _row(*items: Piece) -> Piece:
    return items[0] if len(items) == 1 else Row(items)


def _letters(name: str, style: m.Style = "") -> Letters:
    text = GREEK.get(name, name)
    return Letters(text, style or ("upright" if len(text) > 1 or text.isdigit() else "italic"))


def _position(position: m.Position) -> Piece:
    if isinstance(position, m.Node):
        return layout(position)
    return Digits(str(position)) if isinstance(position, int) else _letters(position)


def _is_short(position: m.Position) -> bool:
    return isinstance(position, m.Index) or len(str(position)) == 1


def _symbol(node: m.Symbol) -> Piece:
    base: Piece = _letters(node.base, node.style)
    if node.accent:
        base = Accented(base, node.accent)
    commas = not all(map(_is_short, node.sub))
    sub = _separated([_position(p) for p in node.sub], Sign(",", "separator") if commas else None)
    if not node.sub and not node.sup:
        return base
    return Script(base, sub if node.sub else None, _superscript(node.sup) if node.sup else None)


def _superscript(sup: str | m.Node) -> Piece:
    if isinstance(sup, m.Node):
        return Fence("(", layout(sup), ")")
    if sup.startswith("(") and sup.endswith(")"):
        inner = sup[1:-1]
        number = inner.removesuffix("′")
        if number.isdigit():
            digits = Digits(number)
            return Fence("(", digits if number == inner else Script(digits, sup=Sign("′", "plain")), ")")
        return Fence("(", _letters(inner), ")")
    return _letters(sup)


def _separated(items: list[Piece], separator: Piece | None) -> Piece:
    out: list[Piece] = []
    for item in items:
        out += [separator, item] if out and separator else [item]
    return _row(*out)


def _partial(node: m.Partial) -> Piece:
    above, below = (Row((Letters("∂", "upright"), layout(s))) for s in (node.of, node.wrt))
    return Row((above, Sign("/", "plain"), below)) if node.slash else Fraction(above, below)


def _unsigned(term: m.Node) -> tuple[bool, m.Node]:
    """Whether a term is printed after a minus, and what is printed there."""
    if isinstance(term, m.Negative):
        return True, term.body
    if _is_negative_number(term):
        return True, replace(term, value=-term.value)  # type: ignore[call-arg, attr-defined]
    if isinstance(term, m.Product) and _is_negative_number(term.factors[0]):
        return True, replace(term, factors=(_unsigned(term.factors[0])[1], *term.factors[1:]))
    return False, term


def _sum(node: m.Sum) -> Piece:
    items: list[Piece] = []
    for term in node.terms:
        minus, body = _unsigned(term)
        if minus or items:
            items.append(Sign("−" if minus else "+", "binary" if items else "prefix"))
        items.append(_within(body, SUMMATION))
    return _row(*items)


def _negative(node: m.Negative) -> Piece:
    return Row((Sign("−", "prefix"), _within(node.body, SUMMATION)))


DOTS = {"dot": Sign("·"), "times": Sign("×"), "": Sign(INVISIBLE_TIMES)}


def _product(node: m.Product) -> Piece:
    last = len(node.factors) - 1
    items: list[Piece] = []
    for position, factor in enumerate(node.factors):
        dot = node.dot or ("dot" if _is_numeric(factor) else "")
        items += [DOTS[dot]] if items else []
        least = SUMMATION if position == last else PRODUCT
        leads = not items and _is_negative_number(factor)
        items.append(layout(factor) if leads else _within(factor, least))
    return _row(*items)


def _is_numeric(node: m.Node) -> bool:
    return all(not isinstance(n, m.Symbol | m.Index | m.Constant | m.Text) for n in walk(node))


def _matrix_product(node: m.MatrixProduct) -> Piece:
    return _separated([_within(f, PRODUCT) for f in node.factors], DOTS[""])


def _beside(node: m.Beside) -> Piece:
    """Matrices in a row; of many that an index counts the first and the last."""
    pieces: list[Piece] = []
    for part in node.parts:
        if not isinstance(part, m.Each):
            pieces.append(layout(part))
            continue
        first, last = (layout(at_index(part.body, part.index.name, at)) for at in (1, part.count))
        pieces += [first, *([Letters("…", "upright")] if part.count > 2 else []), *([last] if part.count > 1 else [])]
    return Grid((tuple(pieces),), "[", "]")


def _row_softmax(node: m.RowSoftmax) -> Piece:
    """The conditions stand below the name: softmax_{u ≤ t}(S)."""
    below = _separated([layout(c) for c in node.where], Sign(",", "separator"))
    name = Script(_function_name("softmax"), below) if node.where else _function_name("softmax")
    return Row((name, Fence("(", layout(node.body), ")")))


def _hadamard(node: m.Hadamard) -> Piece:
    """Factors side by side; which of two products comes first must be seen: (W^T d) ⊙ s."""
    least = (ATOM if isinstance(f, m.MatrixProduct) else PRODUCT for f in node.factors)
    return _separated([_within(f, level) for f, level in zip(node.factors, least, strict=True)], Sign("⊙"))


def _function_name(name: str) -> Piece:
    row = ROWS.get(name)
    if row is None:
        return FunctionName(name.replace("_", " "), rf"\operatorname{{{name.replace('_', ' ')}}}")
    return FunctionName(row.text, row.latex)


def _called(name: str, args: tuple[m.Node, ...], prime: Callable[[Piece], Piece] = lambda p: p) -> Piece:
    row = ROWS.get(name)
    count = len(row.partials) if row else len(args)
    head = prime(_function_name(name))
    constants = [layout(a) for a in args[count:]]
    if constants:
        sub = _separated(constants, Sign(",", "separator"))
        head = replace(head, sub=sub) if isinstance(head, Script) else Script(head, sub)
    arguments = _separated([layout(a) for a in args[:count]], Sign(",", "separator"))
    return Row((head, Fence("(", arguments, ")")))


SPECIAL: dict[str, Callable[[m.Node], Piece]] = {
    "exp": lambda z: Script(Letters("e", "upright"), sup=layout(z)),
    "abs": lambda z: Fence("|", layout(z), "|"),
    "sqrt": lambda z: Root(layout(z)),
}


def _extreme(node: m.Apply) -> Piece:
    """The largest or smallest of several: those inside one another as one list."""
    arguments = _separated(list(map(layout, _extreme_args(node))), Sign(",", "separator"))
    return Row((_function_name(node.function), Fence("(", arguments, ")")))


def _extreme_args(node: m.Apply) -> tuple[m.Node, ...]:
    """The arguments of a maximum, with those of maxima among them."""
    out: list[m.Node] = []
    for argument in node.args:
        inner = isinstance(argument, m.Apply) and argument.function == node.function
        out += _extreme_args(argument) if inner else (argument,)  # type: ignore[arg-type]
    return tuple(out)


def _apply(node: m.Apply) -> Piece:
    if node.function in ("maximum", "minimum"):
        return _extreme(node)
    if node.function in SPECIAL:
        return SPECIAL[node.function](node.args[0])
    return _called(node.function, node.args)


def _prime_of(node: m.PrimeOf) -> Piece:
    if len(ROWS[node.function].partials) == 1:
        return _called(node.function, node.args, lambda head: Script(head, sup=Sign("′", "plain")))
    by = Script(Letters("∂", "upright"), Digits(str(node.slot)))
    return _called(node.function, node.args, lambda head: Row((by, head)))


def _comparison(node: m.Comparison) -> Piece:
    return Row((layout(node.left), Sign(node.relation, "relation"), layout(node.right)))


OPERATORS: dict[str, Piece] = {
    "sum": Sign("∑", "prefix"),
    "prod": Sign("∏", "prefix"),
    "max": FunctionName("max", r"\max"),
    "argmax": FunctionName("arg max", r"\operatorname*{arg\,max}"),
}


def _big(node: m.BigSum) -> Piece:
    if len(node.bounds) > 1 and all(b.lower is None and b.upper is None for b in node.bounds):
        return Row((_over_all(node), _within(node.body, SUMMATION)))
    items: list[Piece] = []
    for position, bound in enumerate(node.bounds):
        lower = (Sign("=", "relation"), layout(bound.lower)) if bound.lower else ()
        under = Row((layout(bound.index), *lower))
        if node.where and position == len(node.bounds) - 1:
            said = not bound.lower and not bound.upper and _bounds(node.where, bound.index)
            under = Row((_separated([*([] if said else [under]), *map(layout, node.where)], Sign(",", "separator")),))
        items.append(Big(OPERATORS[node.operator], under, layout(bound.upper) if bound.upper else None))
    return Row((*items, _within(node.body, SUMMATION)))


def _bounds(conditions: tuple[m.Comparison, ...], index: m.Index) -> bool:
    """Whether a condition says what an index runs over: u ≤ t."""
    return len(conditions) == 1 and index in (conditions[0].left, conditions[0].right)


def _over_all(node: m.BigSum) -> Piece:
    """One sign for all indices together, where each runs over its whole axis: their letters stand below it."""
    letters = _separated([layout(b.index) for b in node.bounds], Sign(",", "separator"))
    conditions = list(map(layout, node.where))
    under = _separated([letters, *conditions], Sign(":", "separator")) if len(conditions) == 1 else letters
    if len(conditions) > 1:
        under = _row(letters, Sign(":", "separator"), _separated(conditions, Sign(",", "separator")))
    return Big(OPERATORS[node.operator], under, None)


def _raised(base: Piece, sup: Piece) -> Piece:
    """The base with a superscript, above its subscript if it has one."""
    if isinstance(base, Script) and base.sup is None:
        return replace(base, sup=sup)
    return Script(base, sup=sup)


def _norm(node: m.Norm) -> Piece:
    bars = Fence("‖", layout(node.body), "‖")
    return Script(bars, _position(int(node.order) if node.order.isdigit() else node.order)) if node.order else bars


def _cases(node: m.Cases) -> Piece:
    holds = Words(f"{english(node.holds)} ")
    rows = [(layout(body), Row((holds, layout(condition)))) for body, condition in node.branches]
    return Grid((*rows, (layout(node.otherwise), Words(english(node.holds_not)))), "{", "")


LAYOUT: dict[type[m.Node], Callable[[Any], Piece]] = {
    m.Number: _number,
    m.Constant: lambda n: Letters(GREEK.get(n.name, n.name), "upright"),
    m.Index: lambda n: _letters(n.name),
    m.Symbol: _symbol,
    m.Partial: _partial,
    m.Sum: _sum,
    m.Negative: _negative,
    m.Product: _product,
    m.Quotient: lambda n: Fraction(layout(n.numerator), layout(n.denominator)),
    m.Power: lambda n: _raised(_within(n.base, ATOM), layout(n.exponent)),
    m.Apply: _apply,
    m.PrimeOf: _prime_of,
    m.Comparison: _comparison,
    m.BigSum: _big,
    m.Matrix: lambda n: Grid(tuple(tuple(map(layout, row)) for row in n.rows), "[", "]"),
    m.Transpose: lambda n: _raised(_within(n.body, ATOM), Sign("⊤", "plain")),
    m.MatrixProduct: _matrix_product,
    m.Hadamard: _hadamard,
    m.Span: lambda n: Row((layout(n.first), Letters("…", "upright"), layout(n.last))),
    m.Beside: _beside,
    m.RowSoftmax: _row_softmax,
    m.Norm: _norm,
    m.Bracket: lambda n: Fence(n.kind, layout(n.body), {"(": ")", "[": "]"}[n.kind]),
    m.Underbrace: lambda n: Braced(layout(n.body), layout(n.label)),
    m.Box: lambda n: Framed(layout(n.body)),
    m.Indicator: lambda n: Fence("[", layout(n.condition), "]"),
    m.Cases: _cases,
    m.Text: lambda n: Words(english(n.text)),
    m.Reference: lambda n: Link(n.number),
    Typeset: lambda n: n.piece,
}
