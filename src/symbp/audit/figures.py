"""What an audit says of each figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symbp.audit.printed import Verdict


@dataclass(frozen=True)
class Figure:
    """A figure of a text, judged.

    Attributes:
        called: The text's own name of it; that of the quantity if there is none.
        quantity: What it is of.
        printed: The figure as it is printed.
        after: How many steps of training stand before it.
        exact: The exact value, with two more digits.
        verdict: ``right``, ``last place`` or ``wrong``.
        off: How far it is from the exact value, in units of that; ``None`` where the exact value is zero.
        given: What it is if the text's own figures before it are taken for granted; as ``verdict`` if there are none.
        follows: The wrong figures that it follows from, by their names; none if it is wrong by itself.
        cause: What probably went wrong, in words; empty if nothing is known.
        causes: The keys of the mistakes that come to this figure: ``lost-slope``.
    """

    called: str
    quantity: str
    printed: str
    after: int
    exact: str
    verdict: Verdict
    off: Fraction | None
    given: Verdict
    follows: tuple[str, ...] = ()
    cause: str = ""
    causes: tuple[str, ...] = ()

    @property
    def by_itself(self) -> bool:
        """Whether it is wrong and does not follow from other figures."""
        return self.verdict == "wrong" and self.given == "wrong"


@dataclass(frozen=True)
class Audit:
    """The figures of a text, each judged.

    Attributes:
        path: The file that they stand in.
        source: The text.
    """

    path: str
    source: str
    figures: tuple[Figure, ...]

    def count(self, verdict: Verdict) -> int:
        """How many figures are so."""
        return sum(figure.verdict == verdict for figure in self.figures)

    @property
    def wrong(self) -> Sequence[Figure]:
        """The figures that are wrong."""
        return tuple(figure for figure in self.figures if figure.verdict == "wrong")

    @property
    def passed(self) -> bool:
        """Whether no figure is wrong; the last place is no fault."""
        return not self.wrong

    @property
    def summary(self) -> str:
        """``31 figures: 22 right, 4 off in the last place, 5 wrong (2 by themselves)``."""
        count = len(self.figures)
        parts = [f"{self.count('right')} right"]
        if self.count("last place"):
            parts.append(f"{self.count('last place')} off in the last place")
        if self.wrong:
            own = sum(figure.by_itself for figure in self.wrong)
            own_text = "by itself" if own == 1 else "by themselves"
            parts.append(f"{len(self.wrong)} wrong ({own} {own_text})")
        else:
            parts.append("none wrong")
        return f"{count} figure{'s' if count != 1 else ''}: {', '.join(parts)}"
