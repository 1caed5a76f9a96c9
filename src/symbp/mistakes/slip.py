"""One place where a mistake is made."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.program import Program
from symbp.wording import Message


@dataclass(frozen=True)
class Slip:
    """One place where a mistake is made: the tensor whose definition it changes, and what the program is then.

    Attributes:
        at: The tensor whose definition is wrong: an adjoint ``z1_bar``, or a forward tensor.
        program: The program of the chain rule with the mistake in it; all else follows from it.
        told: What is wrong there, as a student is told: "The factor sigma'(z) is missing in ...".
        touched: All tensors whose definition it changes, ``at`` among them.
    """

    at: str
    program: Program
    told: Message
    touched: frozenset[str]
