"""How a parameter is drawn before it is learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Rule: TypeAlias = Literal["glorot_uniform", "he_normal", "standard_normal", "orthogonal", "zeros", "ones", "forget"]


@dataclass(frozen=True)
class Draw:
    """How ``init`` draws a parameter.

    Attributes:
        rule: Its name in :mod:`symbp.numpy_code.pages.parameters`; ``forget`` is one for the second of the gates,
            else zero.
        gates: How many matrices stand one below the other, each drawn by itself.
    """

    rule: Rule
    gates: int = 1
