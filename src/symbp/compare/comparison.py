"""What comes of comparing a candidate with the right gradient, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symbp.compare import report
from symbp.compare.verdict import Verdict


@dataclass(frozen=True)
class Comparison(Verdict):
    """A verdict that can be printed; it is true if the candidate is the gradient."""

    def text(self) -> str:
        """What the command line prints: the verdict first."""
        return report.text(self)

    def record(self) -> dict[str, Any]:
        """The same for programs: plain lists and dictionaries."""
        return report.record(self)
