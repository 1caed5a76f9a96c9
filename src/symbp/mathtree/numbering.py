"""What parts of a display are numbered by, and the names of equations as places that links lead to."""

from __future__ import annotations

from string import ascii_lowercase


def letters(position: int) -> str:
    """``a``, ``b``, ... ``z``, ``aa``, ``ab``, ... for positions from 0."""
    high, low = divmod(position, 26)
    return (letters(high - 1) if high else "") + ascii_lowercase[low]


def anchor(number: str) -> str:
    """The name by which documents link to an equation: letters, digits, dots and dashes."""
    return "eq-" + "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "-" for c in number)
