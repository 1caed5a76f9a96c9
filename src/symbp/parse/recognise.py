"""Functions of the table recognised in what a user wrote out, so that they come out stable.

==================================  ==================
``1/(1 + exp(u))``                  ``sigmoid(-u)``
``exp(u)*sigmoid(-u)``              ``sigmoid(u)``
``log(1 + exp(u))``                 ``softplus(u)``
``max(0, u)``, ``max(u, 0)``        ``relu(u)``
==================================  ==================
"""

from __future__ import annotations

import sympy

from symbp import functions as f


def recognised_power(power: sympy.Expr) -> sympy.Expr:
    """``(1 + exp(u))**-m`` as ``sigmoid(-u)**m``; anything else as it is."""
    if not (power.is_Pow and power.exp.is_Integer and power.exp < 0):
        return power
    u = _one_plus_exp(power.base)
    return power if u is None else f.sigmoid(-u) ** -power.exp


def recognised_product(product: sympy.Expr) -> sympy.Expr:
    """``exp(u)*sigmoid(-u)`` as ``sigmoid(u)``, which does not overflow; anything else as it is."""
    if not product.is_Mul:
        return product
    for factor in product.args:
        if isinstance(factor, f.exp):
            mirrored = f.sigmoid(-factor.args[0])
            if mirrored in product.args:
                return product / factor / mirrored * f.sigmoid(factor.args[0])
    return product


def recognised_call(name: str, arguments: tuple[sympy.Expr, ...]) -> sympy.Expr | None:
    """The function of the table that a call spells out, if it does."""
    if name == "maximum" and 0 in arguments:
        return f.relu(arguments[1] if arguments[0] == 0 else arguments[0])
    if name == "log":
        u = _one_plus_exp(arguments[0])
        return None if u is None else f.softplus(u)
    return None


def _one_plus_exp(sum_: sympy.Expr) -> sympy.Expr | None:
    """``u``, if the expression is ``1 + exp(u)``."""
    if sum_.is_Add and len(sum_.args) == 2 and sum_.args[0] == 1 and isinstance(sum_.args[1], f.exp):
        return sum_.args[1].args[0]
    return None
