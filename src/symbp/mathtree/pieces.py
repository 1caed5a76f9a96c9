"""The pieces of layout that a displayed formula is made of: letters, signs, fractions, scripts, grids.

The printers of :mod:`symbp.printing` and the plain reading see nothing but these pieces, one table row for each kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from symbp.mathtree import nodes as m
from symbp.mathtree.signs import SignKind

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "ell": "ℓ", "Gamma": "Γ",
    "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "nabla": "∇", "vartheta": "ϑ", "varrho": "ϱ", "varsigma": "ς", "varphi": "𝜑",
    "varepsilon": "ε",
}  # fmt: skip
INVISIBLE_TIMES = "\u2062"
APPLICATION = "\u2061"  # between a function and an argument without parentheses: log x


@dataclass(frozen=True)
class Piece:
    """What all pieces of layout have in common."""


@dataclass(frozen=True)
class Letters(Piece):
    text: str
    style: Literal["italic", "bold", "upright", "script", "double"] = "italic"


@dataclass(frozen=True)
class FunctionName(Piece):
    text: str
    latex: str


@dataclass(frozen=True)
class Digits(Piece):
    text: str


@dataclass(frozen=True)
class Sign(Piece):
    """An operator; what kind it is decides the space around it. A fence is one half of a pair of parentheses."""

    text: str
    kind: SignKind = "binary"


@dataclass(frozen=True)
class Space(Piece):
    """Nothing; a sign before it has something to stand before."""


@dataclass(frozen=True)
class Gap(Piece):
    """Empty room, in em one of 1/6, 2/9, 5/18, 1/3, 1 and 2, by its name."""

    name: Literal["thin", "medium", "thick", "word", "quad", "wide"]


@dataclass(frozen=True)
class Words(Piece):
    text: str


@dataclass(frozen=True)
class Link(Piece):
    number: str


@dataclass(frozen=True)
class Row(Piece):
    items: tuple[Piece, ...]


@dataclass(frozen=True)
class Fraction(Piece):
    numerator: Piece
    denominator: Piece


@dataclass(frozen=True)
class Script(Piece):
    base: Piece
    sub: Piece | None = None
    sup: Piece | None = None


@dataclass(frozen=True)
class Big(Piece):
    """A large operator with its limits below and above."""

    operator: Piece
    under: Piece
    over: Piece | None


@dataclass(frozen=True)
class Accented(Piece):
    base: Piece
    accent: m.Accent


@dataclass(frozen=True)
class Fence(Piece):
    """A body in parentheses of its height; a side that is empty has none."""

    left: str
    body: Piece
    right: str


@dataclass(frozen=True)
class Root(Piece):
    body: Piece
    degree: Piece | None = None


@dataclass(frozen=True)
class Grid(Piece):
    rows: tuple[tuple[Piece, ...], ...]
    left: str
    right: str


@dataclass(frozen=True)
class Framed(Piece):
    body: Piece


@dataclass(frozen=True)
class Braced(Piece):
    body: Piece
    label: Piece


@dataclass(frozen=True)
class Typeset(m.Node):
    """A formula of a lecturer's own text: its layout as it was written, without a value."""

    piece: Piece
