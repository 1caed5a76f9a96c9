"""A symbol that a spec asks for, as a symbol of displayed mathematics."""

from __future__ import annotations

from symbp import mathtree as m
from symbp.network.symbols import Mark

STYLES = {"mathbf": "bold", "boldsymbol": "bold", "mathrm": "upright", "mathsf": "upright", "mathcal": "script"}
ACCENTS = {
    "hat": "hat",
    "widehat": "hat",
    "bar": "bar",
    "overline": "bar",
    "tilde": "tilde",
    "widetilde": "tilde",
    "dot": "dot",
    "vec": "vec",
}


def symbol_of(mark: Mark) -> m.Symbol:
    """The symbol of a tree of marks: base, accent, style, what is above and what is below."""
    if mark.kind == "scripts":
        base, below, above = mark.parts
        inner = symbol_of(base)
        sub = (_text(below),) if _text(below) else ()
        return m.Symbol(inner.base, _text(above) or inner.sup, inner.sub + sub, inner.accent, inner.style)
    if mark.kind == "accent" and mark.text in ACCENTS:
        inner = symbol_of(mark.parts[0])
        return m.Symbol(inner.base, inner.sup, inner.sub, ACCENTS[mark.text], inner.style)  # type: ignore[arg-type]
    if mark.kind in ("accent", "style"):
        inner = symbol_of(mark.parts[0])
        style = STYLES.get(mark.text, inner.style)
        return m.Symbol(inner.base, inner.sup, inner.sub, inner.accent, style)  # type: ignore[arg-type]
    return m.Symbol(_text(mark))


def _text(mark: Mark) -> str:
    return mark.text + "".join(map(_text, mark.parts)) if mark.kind != "scripts" else "".join(map(_text, mark.parts))
