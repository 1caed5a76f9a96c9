"""Lines that are printed at the size of a network, and have been evaluated in a smaller one."""

from __future__ import annotations

import re

from symbp.errors import CheckFailed
from symbp.mathtree import Display
from symbp.mathtree.reading import line_reading


def same_but_for_sizes(printed: Display | None, evaluated: Display | None) -> None:
    """Nothing, if two displays have the same lines, but for the sizes in them.

    Raises:
        CheckFailed: a line is another one.
    """
    if printed is None or evaluated is None or _without_numbers(printed) != _without_numbers(evaluated):
        number = (printed or evaluated or Display(())).number
        raise CheckFailed(f"equation ({number}): another line is printed than has been evaluated")


def _without_numbers(display: Display) -> list[str]:
    """What stands in the lines besides numbers: sizes, and the coefficients that are made of them.

    A subscript is set apart by braces and commas where a number in it has several digits: h_{n,300,u} beside h_n2u.
    """
    return [re.sub(r"[0-9.·/(){}, ]+", "", line_reading(line)) for line in display.lines]
