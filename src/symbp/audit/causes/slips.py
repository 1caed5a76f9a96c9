"""Slips of the pen: digits swapped, mistyped, lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from symbp.audit.causes.candidate import Candidate
from symbp.audit.printed import Printed
from symbp.audit.verdicts import Judged

FEWEST = 4  # digits of a figure in which a slip is looked for
ENOUGH = 2  # digits behind a slip that agree


def slips(figures: Sequence[Judged], i: int, others: Sequence[Fraction]) -> Iterator[Candidate]:
    """The slips that make a figure of the exact value, or of what follows from the figures before it."""
    for value in (figures[i].value, *others):
        found = slip(figures[i].asked.printed, value)
        if found:
            key, told, agreeing = found
            yield Candidate("slip", key, told, frozenset([i]), 0, agreeing - ENOUGH + 1)
            return


def slip(printed: Printed, value: Fraction) -> tuple[str, str, int] | None:
    """The slip that makes a figure of a value: its key, in words, and how many digits behind it agree.

    >>> slip(Printed.of("0.291772"), Fraction("0.2917722"))
    >>> slip(Printed.of("0.219772"), Fraction("0.2917722"))[1]
    'the digits 91 are swapped'
    >>> slip(Printed.of("0.297772"), Fraction("0.2917722"))[1]
    'a digit is mistyped: 7 for 1'
    """
    digits = _digits(printed.value, printed.places)
    if len(digits.lstrip("0")) < FEWEST or (printed.value < 0) != (value < 0):
        return None
    for places in (printed.places, printed.places - 1, printed.places + 1):
        right = _digits(value, places)
        found = _swapped(digits, right) or _mistyped(digits, right) or _lost(digits, right) or _doubled(digits, right)
        if found and found[2] >= ENOUGH:
            return found
    return None


def _digits(value: Fraction, places: int) -> str:
    """The digits of a value rounded to a place, without its point."""
    scaled = abs(value) / Fraction(10) ** places
    return str(int(Decimal(int(scaled * 2 + 1) // 2)))


def _swapped(digits: str, right: str) -> tuple[str, str, int] | None:
    if len(digits) != len(right):
        return None
    apart = [at for at in range(len(digits)) if digits[at] != right[at]]
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return None
    one, other = apart
    if (digits[one], digits[other]) != (right[other], right[one]):
        return None
    return "digits-swapped", f"the digits {right[one]}{right[other]} are swapped", len(digits) - one


def _mistyped(digits: str, right: str) -> tuple[str, str, int] | None:
    if len(digits) != len(right):
        return None
    apart = [at for at in range(len(digits)) if digits[at] != right[at]]
    if len(apart) != 1:
        return None
    told = f"a digit is mistyped: {digits[apart[0]]} for {right[apart[0]]}"
    return "digit-mistyped", told, len(digits) - 1 - apart[0]


def _lost(digits: str, right: str) -> tuple[str, str, int] | None:
    if len(digits) != len(right) - 1:
        return None
    at = _first_difference(digits, right)
    if at is None or digits[at:] != right[at + 1 :]:
        return None
    return "digit-lost", f"the digit {right[at]} is lost", len(digits) - at


def _doubled(digits: str, right: str) -> tuple[str, str, int] | None:
    if len(digits) != len(right) + 1:
        return None
    at = _first_difference(right, digits)
    if at is None or right[at:] != digits[at + 1 :]:
        return None
    return "digit-added", f"the digit {digits[at]} is one too many", len(right) - at


def _first_difference(shorter: str, longer: str) -> int | None:
    return next((at for at, pair in enumerate(zip(shorter, longer, strict=False)) if pair[0] != pair[1]), None)
