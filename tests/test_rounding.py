"""Numbers as people read them."""

from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbp.rounding import bound, exact, rounded

with mpmath.workdps(50):
    THIRD = mpmath.mpf(1) / 3
    TENTH = mpmath.mpf("0.1")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-7, "-7"),
        (123456789, "123456789"),
        (0.5, "0.5"),
        (0.1, "0.1"),
        (TENTH, "0.1"),
        (Fraction(1, 8), "0.125"),
        (THIRD, "0.3333"),
        (-THIRD, "-0.3333"),
        (Fraction(2, 3), "0.6667"),
        (Fraction(12345, 100000), "0.1235"),
        (0.9999999, "1.000"),
        (99999.5, "1.000e5"),
        (1041.2352, "1041"),
        (1.0412352, "1.041"),
        (0.0032630224, "0.003263"),
        (0.00043859, "4.386e-4"),
        (0.0001, "0.0001"),
        (0.00001, "1e-5"),
        (1e-60, "1e-60"),
        (12345.678, "1.235e4"),
        (2.0, "2"),
        (1e6, "1e6"),
        (float("inf"), "∞"),
        (-mpmath.inf, "-∞"),
        (float("nan"), "undefined"),
    ],
)
def test_a_number_is_printed_as(value: object, text: str) -> None:
    assert str(rounded(value)) == text


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 12))
def test_a_print_is_within_half_a_unit_of_its_last_digit(value: float, digits: int) -> None:
    printed = Fraction(Decimal(str(rounded(value, digits))))
    assert abs(printed - Fraction(value)) <= abs(Fraction(value)) * max(
        Fraction(1, 2 * 10 ** (digits - 1)), Fraction(1, 10**14)
    )


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_only_zero_is_printed_as_zero(value: float) -> None:
    assert (Decimal(str(rounded(value))) == 0) == (value == 0)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_taken_exactly_by_either_type(value: float) -> None:
    assert exact(value) == exact(mpmath.mpf(value)) == Fraction(value)


@pytest.mark.parametrize(
    ("error", "exponent"), [(0, -11), (3e-14, -11), (Fraction(1, 10**11), -10), (2.5e-9, -8), (-0.5, 0), (70, 2)]
)
def test_the_bound_of_an_error(error: object, exponent: int) -> None:
    assert bound(error) == exponent


def test_what_is_not_finite_has_no_bound() -> None:
    with pytest.raises(ValueError) as fault:
        bound(float("nan"))
    assert str(fault.value) == "an error of nan has no bound"
