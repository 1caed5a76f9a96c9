"""A figure as a text prints it, and how it stands to the exact value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

from symbp.errors import Fault, quoted

Verdict: TypeAlias = Literal["right", "last place", "wrong"]

MOST_CHARACTERS = 60
MOST_DIGITS = 40  # of a figure: exact values have ten more
MOST_EXPONENT = 300
MORE = 2  # digits that an exact value is shown with beyond those of the figure
NEAR = Fraction(1, 4)  # of the exact value: what is off in the last place is not farther from it
NOTHING = Fraction(1, 10**12)  # what the floats of a program may leave of a zero
BARE = -4  # the last place of a zero without a point, which says more than that the value is below a half
NOISE = Fraction(1, 10**40)  # of the exact value: its last digits are rounded
_FIGURE = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d*)(?P<point>\.?)(?P<part>\d*)(?P<cut>(?:\.\.\.|…)?)"
    r"(?:(?:[eE]|\s*[*x×·]\s*10\s*(?:\^|\*\*)\s*)(?P<exponent>[+-]?\d{1,4}))?",
    re.ASCII,
)
REMEDY = 'Write it as it is printed, such as "0.50", "-1.2e-5" or "0.3333...".'


@dataclass(frozen=True)
class Printed:
    """A figure as it is printed.

    Attributes:
        text: What is printed.
        value: Its value.
        places: The power of ten of its last digit: -2 for ``0.50``.
        digits: How many significant digits it has; of a zero, how many digits.
        cut: Whether it says that more digits follow: ``0.333...``.
    """

    text: str
    value: Fraction
    places: int
    digits: int
    cut: bool = False

    @staticmethod
    def of(text: str) -> Printed:
        """The figure that a text is.

        >>> figure = Printed.of("-1.20e-3")
        >>> figure.value, figure.places, figure.digits
        (Fraction(-3, 2500), -5, 3)

        Raises:
            Fault: the text is no number.
        """
        plain = text.strip().replace("\N{MINUS SIGN}", "-")
        if len(plain) > MOST_CHARACTERS:
            raise Fault(f"{quoted(text)} is longer than {MOST_CHARACTERS} characters", text=text, span=(0, len(text)))
        match = _FIGURE.fullmatch(plain)
        if match is None or not (match["whole"] or match["part"]):
            raise Fault(f"{quoted(text)} is not a number", REMEDY, text=text, span=(0, len(text)))
        exponent = int(match["exponent"] or 0)
        digits = (match["whole"] + match["part"]).lstrip("0")
        if len(digits) > MOST_DIGITS or abs(exponent) > MOST_EXPONENT:
            limits = f"at most {MOST_DIGITS} digits and exponents up to {MOST_EXPONENT}"
            raise Fault(f"{quoted(text)} is out of range: figures have {limits}", text=text, span=(0, len(text)))
        bare = not digits and not match["point"] and match["exponent"] is None
        places = BARE if bare else exponent - len(match["part"])
        sign = -1 if match["sign"] == "-" else 1
        value = sign * int(digits or "0") * Fraction(10) ** places
        return Printed(plain, value, places, len(digits) or len(match["whole"] + match["part"]), bool(match["cut"]))

    @cached_property
    def unit(self) -> Fraction:
        """One in the last printed place."""
        return Fraction(10) ** self.places

    @cached_property
    def half(self) -> Fraction:
        """How far from the figure what rounds to it may lie."""
        return self.unit / 2

    def is_of(self, exact: Fraction, allowed: Fraction = Fraction(0)) -> bool:
        """Whether an exact value, known to within ``allowed``, rounds to the figure; a tie rounds to either side.

        >>> [Printed.of("0.12").is_of(Fraction(value)) for value in ("0.1249", "0.125", "0.1251")]
        [True, True, False]
        """
        allowed += abs(exact) * NOISE
        return abs(exact - self.value) <= self.half + allowed or (self.cut and self.is_cut_of(exact, allowed))

    def is_cut_of(self, exact: Fraction, allowed: Fraction = Fraction(0)) -> bool:
        """Whether the figure is the exact value with its further digits cut off."""
        sign = -1 if exact < 0 else 1
        return sign * self.value >= 0 and -allowed <= sign * (exact - self.value) < self.unit + allowed

    def verdict(self, exact: Fraction, allowed: Fraction = Fraction(0)) -> Verdict:
        """Whether the figure is right, off in the last place, or wrong.

        Off in the last place is a figure whose last digit is one too large or one too small, and one that is cut and
        not rounded; but not one of a single digit that is far from the exact value all the same. So is what the floats
        of a program leave of a zero.

        >>> [Printed.of("0.12").verdict(Fraction(value)) for value in ("0.1234", "0.1299", "0.1349", "0.1351")]
        ['right', 'last place', 'last place', 'wrong']
        """
        if self.is_of(exact, allowed):
            return "right"
        off = abs(exact - self.value)
        near = off <= 3 * self.half + allowed and off <= NEAR * abs(exact) + allowed
        near = near or (not exact and off <= NOTHING)
        return "last place" if near or self.is_cut_of(exact, allowed) else "wrong"

    def exactly(self, exact: Fraction) -> str:
        """An exact value with two more digits than the figure has, in its notation.

        >>> Printed.of("0.185").exactly(Fraction("0.157414")), Printed.of("1.2e-3").exactly(Fraction("0.00123456"))
        ('0.15741', '1.235e-3')
        """
        if not exact:
            return "0"
        value = _decimal(exact)
        scientific = "e" in self.text.lower() or "10" in self.text.partition("^")[0][-2:] or value.adjusted() < -7
        last = min(self.places, value.adjusted() + 1 if self.value else value.adjusted()) - MORE
        rounded = value.quantize(Decimal(1).scaleb(last), context=_GENEROUS)
        if not scientific:
            return f"{rounded:f}"
        exponent = rounded.adjusted()
        return f"{rounded.scaleb(-exponent, context=_GENEROUS):f}e{exponent}"


_GENEROUS = Context(prec=MOST_EXPONENT * 4)


def _decimal(exact: Fraction) -> Decimal:
    """The value in more digits than any figure has."""
    return Context(prec=MOST_DIGITS + 15).divide(Decimal(exact.numerator), Decimal(exact.denominator))
