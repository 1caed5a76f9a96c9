"""The table of elementary functions: one row a function, and nothing else in symbp knows a derivative.

Each row is an atomic :class:`sympy.Function`. Differentiating it gives its *prime*, an atom of its own
(``sigmoid'(z)``); :func:`local_derivative` puts the table's formula in its place, written in terms of the
output where that can be: ``sigmoid' = s*(1 - s)``. Two implementations of the value serve the reference
evaluator and share nothing with the derivative: ``numeric`` (NumPy, real or complex, branches on the real
part) and ``mp`` (mpmath). ``stable`` is what emitted code computes, as an expression in NumPy's ufuncs.

Kinks, here and nowhere else: relu'(0) = 0, leaky_relu'(0) = slope, abs'(0) = 0, clip' = 0 at both edges,
and maximum and minimum take their first argument on ties.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import mpmath
import numpy as np
import sympy

Expr: TypeAlias = sympy.Expr
Partial: TypeAlias = Callable[..., Expr]  # (arguments..., output) -> the derivative


class Elementary(sympy.Function):  # type: ignore[misc]
    """A function of the table: atomic, never evaluated by SymPy, differentiated into its prime."""

    @classmethod
    def eval(cls, *args: Expr) -> None:
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        if argindex > len(ROWS[self.func.__name__].partials):
            raise ValueError(f"{self.func.__name__} has no derivative by argument {argindex}: it must be a constant")
        return prime(self.func.__name__, argindex)(*self.args)


Function: TypeAlias = type[Elementary]


class Prime(sympy.Function):  # type: ignore[misc]
    """The partial derivative of an elementary function, by its argument ``slot``, not yet put in."""

    of: str
    slot: int

    @classmethod
    def eval(cls, *args: Expr) -> None:
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        slots = [sympy.Dummy() for _ in self.args]
        formula = local_derivative(self.func(*slots))
        return formula.diff(slots[argindex - 1]).xreplace(dict(zip(slots, self.args, strict=True)))


@cache
def prime(name: str, slot: int = 1) -> type[Prime]:
    """The class of the derivative of the function called ``name`` by its argument ``slot`` (from 1)."""
    suffix = "" if len(ROWS[name].partials) == 1 else str(slot)
    return type(f"{name}_prime{suffix}", (Prime,), {"of": name, "slot": slot})


def local_derivative(derivative: Prime) -> Expr:
    """The table's formula for a prime, in terms of the output: ``sigmoid'(z) -> sigmoid(z)*(1 - sigmoid(z))``.

    >>> z = sympy.Symbol("z")
    >>> local_derivative(sympy.diff(tanh(z), z))
    1 - tanh(z)**2
    """
    row = ROWS[derivative.of]
    return row.partials[derivative.slot - 1](*derivative.args, row.function(*derivative.args))


@dataclass(frozen=True)
class Row:
    """One elementary function.

    Attributes:
        name: Its spelling in specs, equations and code.
        partials: The derivative by each differentiable argument; further arguments are constants.
        latex, text: How mathematics spells it, in LaTeX and in Unicode.
        numeric: Its value in NumPy, for real and complex arrays; a branch looks at the real part.
        mp: Its value in mpmath.
        stable: Its value as an expression in primitives that neither overflows nor cancels; a
            primitive has none: it is the NumPy function named ``ufunc``, or one emitted with the module.
    """

    name: str
    function: type[Elementary]
    partials: tuple[Partial, ...]
    latex: str
    text: str
    numeric: Callable[..., Any]
    mp: Callable[..., Any]
    stable: Callable[..., Expr] | None = None
    ufunc: str = ""


ROWS: dict[str, Row] = {}


def _row(
    name: str,
    *partials: Partial,
    latex: str = "",
    text: str = "",
    numeric: Callable[..., Any],
    mp: Callable[..., Any],
    stable: Callable[..., Expr] | None = None,
    ufunc: str = "",
) -> type[Elementary]:
    function = type(name, (Elementary,), {})
    text = text or name
    latex = latex or rf"\operatorname{{{text}}}"
    ROWS[name] = Row(name, function, partials, latex, text, numeric, mp, stable, ufunc)
    return function


def _where(condition: Any, yes: Any, no: Any) -> Any:
    """``numpy.where`` on the real part, which keeps scalars scalar."""
    return np.where(condition, yes, no)[()]


def _numeric_sigmoid(z: Any) -> Any:
    positive = np.real(z) >= 0
    e = np.exp(_where(positive, -z, z))
    return _where(positive, 1 / (1 + e), e / (1 + e))


def _numeric_softplus(z: Any) -> Any:
    positive = np.real(z) > 0
    return _where(positive, z, 0) + np.log1p(np.exp(_where(positive, -z, z)))


def _numeric_elu(z: Any, alpha: Any) -> Any:
    positive = np.real(z) > 0
    return _where(positive, z, alpha * np.expm1(_where(positive, 0, z)))


def _numeric_abs(z: Any) -> Any:
    return np.sign(np.real(z)) * z


def _numeric_clip(z: Any, low: Any, high: Any) -> Any:
    return _where(np.real(z) <= low, low, _where(np.real(z) >= high, high, z))


def _erf_series(z: Any) -> Any:
    """erf near zero: 2/sqrt(pi) e^(-z^2) (z + 2/3 z^3 + 4/15 z^5 + ...), all terms of one sign (DLMF 7.6.2)."""
    term = total = z
    for k in range(1, 60):
        term = term * (2 * z * z / (2 * k + 1))
        total = total + term
    return 2 / np.sqrt(np.pi) * np.exp(-z * z) * total


def _erfc_fraction(z: Any) -> Any:
    """erfc far to the right, by its continued fraction (DLMF 7.9.1)."""
    tail = z
    for k in range(120, 0, -1):
        tail = z + k / 2 / tail
    return np.exp(-z * z) / np.sqrt(np.pi) / tail


def _numeric_erfc(z: Any) -> Any:
    """1 - erf(z), with all its digits far to the right; a tiny imaginary part keeps its own."""
    x = np.real(z)
    near, right = np.abs(x) < 1.5, x > 0
    away = _erfc_fraction(_where(near, 2.0, _where(right, z, -z)))
    return _where(near, 1 - _erf_series(_where(near, z, 0.0 * z)), _where(right, away, 2 - away))


def _numeric_erf(z: Any) -> Any:
    near = np.abs(np.real(z)) < 1.5
    return _where(near, _erf_series(_where(near, z, 0.0 * z)), 1 - _numeric_erfc(z))


def _numeric_log_cosh(z: Any) -> Any:
    size = _numeric_abs(z)
    near = np.real(size) < 20
    small = _where(near, size, 20)
    return np.log1p(2 * np.sinh(small / 2) ** 2) + _where(near, 0, size - 20)


def _numeric_huber(z: Any, delta: Any) -> Any:
    size = _numeric_abs(z)
    return _where(np.real(size) <= delta, z * z / 2, delta * (size - delta / 2))


def _numeric_xlogx(z: Any) -> Any:
    zero = np.real(z) == 0
    return _where(zero, 0 * z, z * np.log(_where(zero, 1, z)))


def _mp_huber(z: Any, delta: Any) -> Any:
    size = -z if _re(z) < 0 else z
    return z * z / 2 if _re(size) <= delta else delta * (size - mpmath.mpf(delta) / 2)


def _re(z: Any) -> Any:
    return mpmath.re(z)


def _mp_elu(z: Any, alpha: Any) -> Any:
    return z if _re(z) > 0 else alpha * mpmath.expm1(z)


def _mp_softplus(z: Any) -> Any:
    return z + mpmath.log1p(mpmath.exp(-z)) if _re(z) > 0 else mpmath.log1p(mpmath.exp(z))


def _mp_clip(z: Any, low: Any, high: Any) -> Any:
    return low if _re(z) <= low else high if _re(z) >= high else z


exp: Function = _row("exp", lambda z, s: s, latex=r"\exp", numeric=np.exp, mp=mpmath.exp, ufunc="exp")
log: Function = _row("log", lambda z, s: 1 / z, latex=r"\ln", text="ln", numeric=np.log, mp=mpmath.log, ufunc="log")
sin: Function = _row("sin", lambda z, s: cos(z), latex=r"\sin", numeric=np.sin, mp=mpmath.sin, ufunc="sin")
cos: Function = _row("cos", lambda z, s: -sin(z), latex=r"\cos", numeric=np.cos, mp=mpmath.cos, ufunc="cos")
tanh: Function = _row("tanh", lambda z, s: 1 - s**2, latex=r"\tanh", numeric=np.tanh, mp=mpmath.tanh, ufunc="tanh")
sigmoid: Function = _row(
    "sigmoid",
    lambda z, s: s * (1 - s),
    latex=r"\sigma",
    text="σ",
    numeric=_numeric_sigmoid,
    mp=lambda z: 1 / (1 + mpmath.exp(-z)),
    # from 37 on 1 + e^-z is 1 to the last digit: 40 changes nothing, and e^40 is far from overflow
    stable=lambda z: exp(minimum(z, 40)) / (1 + exp(minimum(z, 40))),
)
softplus: Function = _row(
    "softplus",
    lambda z, s: sigmoid(z),
    numeric=_numeric_softplus,
    mp=_mp_softplus,
    stable=lambda z: maximum(z, 0) + log1p(exp(-abs_(z))),
)
log1p: Function = _row("log1p", lambda z, s: 1 / (1 + z), numeric=np.log1p, mp=mpmath.log1p, ufunc="log1p")
expm1: Function = _row("expm1", lambda z, s: s + 1, numeric=np.expm1, mp=mpmath.expm1, ufunc="expm1")
abs_: Function = _row(
    "abs",
    lambda z, s: sign(z),
    numeric=_numeric_abs,
    mp=lambda z: mpmath.sign(_re(z)) * z,
    ufunc="abs",
)
sign: Function = _row(
    "sign",
    lambda z, s: sympy.Integer(0),
    latex=r"\operatorname{sgn}",
    text="sgn",
    numeric=lambda z: np.sign(np.real(z)),
    mp=lambda z: mpmath.sign(_re(z)),
    ufunc="sign",
)
step: Function = _row(
    "step",
    lambda z, s: sympy.Integer(0),
    latex=r"\operatorname{step}",
    numeric=lambda z: _where(np.real(z) > 0, 1.0, 0.0),
    mp=lambda z: mpmath.mpf(_re(z) > 0),
    ufunc="step",
)
relu: Function = _row(
    "relu",
    lambda z, s: step(s),
    text="ReLU",
    numeric=lambda z: _where(np.real(z) > 0, z, 0 * z),
    mp=lambda z: z if _re(z) > 0 else 0 * z,
    stable=lambda z: maximum(z, 0),
)
leaky_relu: Function = _row(
    "leaky_relu",
    lambda z, slope, s: slope + (1 - slope) * step(z),
    text="LReLU",
    numeric=lambda z, slope: _where(np.real(z) > 0, z, slope * z),
    mp=lambda z, slope: z if _re(z) > 0 else slope * z,
    stable=lambda z, slope: maximum(z, 0) + slope * minimum(z, 0),
)
elu: Function = _row(
    "elu",
    lambda z, alpha, s: step(z) + (1 - step(z)) * (s + alpha),
    text="ELU",
    numeric=_numeric_elu,
    mp=_mp_elu,
    stable=lambda z, alpha: maximum(z, 0) + alpha * expm1(minimum(z, 0)),
)
softsign: Function = _row(
    "softsign",
    lambda z, s: (1 + abs_(z)) ** -2,
    numeric=lambda z: z / (1 + _numeric_abs(z)),
    mp=lambda z: z / (1 + (-z if _re(z) < 0 else z)),
    stable=lambda z: z / (1 + abs_(z)),
)
erf: Function = _row(
    "erf",
    lambda z, s: 2 / sympy.sqrt(sympy.pi) * exp(-(z**2)),
    numeric=_numeric_erf,
    mp=mpmath.erf,
    ufunc="erf",
)
normal_cdf: Function = _row(
    "normal_cdf",
    lambda z, s: exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi),
    latex=r"\Phi",
    text="Φ",
    numeric=lambda z: _numeric_erfc(-z / np.sqrt(2)) / 2,
    mp=lambda z: mpmath.erfc(-z / mpmath.sqrt(2)) / 2,
    ufunc="normal_cdf",
)
clip: Function = _row(
    "clip",
    lambda z, low, high, s: step(z - low) * step(high - z),
    numeric=_numeric_clip,
    mp=_mp_clip,
    stable=lambda z, low, high: minimum(maximum(z, low), high),
)
maximum: Function = _row(
    "maximum",
    lambda a, b, s: 1 - step(b - a),
    lambda a, b, s: step(b - a),
    latex=r"\max",
    text="max",
    numeric=lambda a, b: _where(np.real(a) >= np.real(b), a, b),
    mp=lambda a, b: a if _re(a) >= _re(b) else b,
    ufunc="maximum",
)
minimum: Function = _row(
    "minimum",
    lambda a, b, s: 1 - step(a - b),
    lambda a, b, s: step(a - b),
    latex=r"\min",
    text="min",
    numeric=lambda a, b: _where(np.real(a) <= np.real(b), a, b),
    mp=lambda a, b: a if _re(a) <= _re(b) else b,
    ufunc="minimum",
)
log_cosh: Function = _row(
    "log_cosh",
    lambda z, s: tanh(z),
    latex=r"\ln\cosh",
    text="ln cosh",
    numeric=_numeric_log_cosh,
    mp=lambda z: mpmath.log(mpmath.cosh(z)),
    # cosh(v) - 1 = (1 - e^-v)^2 e^v / 2; beyond 20 the function is |z| - ln 2 to the last digit
    stable=lambda z: (
        log1p(expm1(-minimum(abs_(z), 20)) ** 2 * exp(minimum(abs_(z), 20)) / 2) + maximum(abs_(z) - 20, 0)
    ),
)
huber: Function = _row(
    "huber",
    lambda z, delta, s: clip(z, -delta, delta),
    latex=r"\operatorname{H}",
    text="H",
    numeric=_numeric_huber,
    mp=_mp_huber,
    stable=lambda z, delta: clip(z, -delta, delta) * (z - clip(z, -delta, delta) / 2),
)
xlogx: Function = _row(
    "xlogx",
    lambda z, s: log(z) + 1,
    numeric=_numeric_xlogx,
    mp=lambda z: z * mpmath.log(z) if z else z,
    # 2^-126 is the smallest normal number of single precision: 0 times its logarithm is 0
    stable=lambda z: z * log(maximum(z, sympy.Rational(1, 2**126))),
)
