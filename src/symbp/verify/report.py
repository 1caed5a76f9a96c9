"""The rows of a check, and their table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import mpmath
import numpy as np

from symbp.reference.arithmetic import Array

LINES = 8


@dataclass(frozen=True)
class Row:
    """One comparison of what symbp derived with an independent computation.

    Attributes:
        what: What was compared: ``dL/dW1``, ``chain rule, 14 steps``.
        how: The independent method, and at which values.
        error: The worst relative error; ``None`` for a comparison that was not made.
        tolerance: The error up to which it passes.
        note: What a reader must know: where the worst error is, why something was not run.
    """

    what: str
    how: str
    error: float | None
    tolerance: float
    note: str = ""

    @property
    def passed(self) -> bool:
        return self.error is None or self.error <= self.tolerance

    @property
    def bound(self) -> str:
        """The error as a bound, the same on every machine."""
        if self.error is None:
            return "not run"
        return f"< {self.tolerance:.0e}".replace("e-0", "e-") if self.passed else f"{self.error:.1e}"


@dataclass(frozen=True)
class Report:
    """All rows of a check."""

    rows: tuple[Row, ...]

    @property
    def passed(self) -> bool:
        """Whether something was compared and nothing differs."""
        return any(r.error is not None for r in self.rows) and all(r.passed for r in self.rows)

    @property
    def failures(self) -> tuple[Row, ...]:
        return tuple(r for r in self.rows if not r.passed)

    def worst(self, what: str) -> Row | None:
        """The row of one thing whose error is nearest to its tolerance, or beyond."""
        rows = [r for r in self.rows if r.what == what and r.error is not None]
        return max(rows, key=lambda r: (r.error or 0.0) / r.tolerance, default=None)

    def table(self) -> str:
        """The rows as text, a line each, and one line that sums them up; many gradients that passed share one."""
        head = ("what", "checked against", "worst error", "tolerance", "")
        lines = [head, *map(_cells, _folded(self.rows))]
        widths = [max(len(line[column]) for line in lines) for column in range(4)]
        lines.insert(1, tuple("-" * width for width in widths) + ("",))
        text = "\n".join("  ".join([*map(str.ljust, line, widths), line[4]]).rstrip() for line in lines)
        return f"{text}\n\n{self.summary()}\n"

    def summary(self) -> str:
        compared = [r for r in self.rows if r.error is not None]
        if self.failures:
            return f"{len(self.failures)} of {len(compared)} comparisons FAILED"
        return f"all {len(compared)} comparisons passed" if compared else "nothing was compared"


def _folded(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, with more than ``LINES`` gradients that passed by one method folded into their worst."""
    rows = tuple(rows)
    passed: dict[str, list[Row]] = {}
    for row in rows:
        if row.what.startswith("dL/d") and row.passed:
            passed.setdefault(row.how, []).append(row)
    for row in rows:
        same = passed.get(row.how, [])
        if len(same) <= LINES or row not in same:
            yield row
        elif row is same[0]:
            worst = max(same, key=lambda r: r.error or 0.0)
            yield replace(worst, what=f"{len(same)} gradients", note=f"worst: {worst.what}")


def _cells(row: Row) -> tuple[str, ...]:
    error = "not run" if row.error is None else f"{row.error:.1e}"
    note = row.note if row.passed else f"FAILED  {row.note}".rstrip()
    return (row.what, row.how, error, f"{row.tolerance:.0e}", note)


def relative_error(value: Array, reference: Array, terms: Any = 0.0, noise: float = 0.0) -> float:
    """max |value - reference| / max |reference|; absolute where the reference is zero; infinite if not finite.

    A reference below ``noise*terms`` is a zero that its terms, added up, did not quite reach: the error is then
    relative to ``terms``, the largest sum of their magnitudes.

    >>> relative_error([1.0, 2.0], [1.0, 2.5])
    0.2
    >>> relative_error([3e-17], [1e-17], terms=2.0, noise=1e-13) < 1e-16
    True
    """
    value, reference = np.asarray(value), np.asarray(reference)
    if value.shape != reference.shape:
        return float("inf")
    scale = largest(reference)
    scale = terms if scale <= noise * terms else scale
    error = largest(value - reference)
    error = error / scale if scale else error
    return float(error) if mpmath.isfinite(error) else float("inf")


def largest(array: Array) -> Any:
    """max |array|; not a number if one of them is none."""
    magnitudes = np.abs(np.ravel(array))
    if any(mpmath.isnan(m) for m in magnitudes) if magnitudes.dtype == object else np.isnan(magnitudes).any():
        return float("nan")
    return magnitudes.max() if magnitudes.size else 0.0
