"""The likely causes of wrong figures: of all that may have gone wrong, what comes to the most of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import comb, log10
from typing import Any

from symbp.audit.causes.alike import alike
from symbp.audit.causes.candidate import Candidate, comes_to, weight
from symbp.audit.causes.elsewhere import elsewhere
from symbp.audit.causes.far import ALWAYS, Far, is_far
from symbp.audit.causes.floats import in_floats
from symbp.audit.causes.hypotheses import Hypothesis, Runner, hypotheses, with_runners
from symbp.audit.causes.relations import related, relations
from symbp.audit.causes.slips import slips
from symbp.audit.consequences import Consequences
from symbp.audit.granted import Granted, Run, Trainer
from symbp.audit.verdicts import Judged
from symbp.rounding import exact

Advance = Callable[[str, int, int], None]
LIKELY, PERHAPS = 0.0, -0.5  # how strong a candidate must be to be told so
SPARE = 0.5  # digits beyond those that chance may give
SPREADING = ("mistake", "as if")  # that are made in one place
MOST_WORK = 40_000  # equations that are evaluated to look for causes
SLIGHT = 0.1  # of what is left open by the digits of a figure
CLEAR = 20  # how many times more a figure is off than what is left open by the figures before it
MOST_NAMED = 3  # mistakes that come to the same


@dataclass(frozen=True)
class Cause:
    """What probably went wrong.

    Attributes:
        told: In words.
        keys: Those of all mistakes that come to the same.
        of: The wrong figures before it that the same mistake comes to, from which it follows.
    """

    told: str
    keys: tuple[str, ...]
    of: tuple[int, ...] = ()


@dataclass
class Search:
    """Looks for what comes to the wrong figures of a text.

    Attributes:
        own: The figures that are wrong by themselves.
        values: The exact values, by the number of steps.
        learned: The parameters that have a gradient.
    """

    figures: Sequence[Judged]
    consequences: Consequences
    own: Sequence[int]
    values: Mapping[int, Mapping[str, Any]]
    learned: Sequence[str]
    advance: Advance
    _found: list[Candidate] = field(default_factory=list)

    def causes(self) -> dict[int, Cause]:
        """The likely cause of each figure that is wrong by itself, where one is found."""
        if not self.own:
            return {}
        candidates = [self._tempered(candidate) for candidate in (*self._tried(), *self._seen())]
        found = {}
        for i in self.own:
            fitting = [c for c in candidates if i in c.explains and c.strength >= PERHAPS]
            if fitting:
                best = min(fitting, key=lambda c: c.rank)
                found[i] = replace(_told(best, fitting), of=self._before(i, best))
        return found

    def _tempered(self, candidate: Candidate) -> Candidate:
        """A candidate less strong by how many choices of as many figures there are: one of them may fit by chance."""
        chosen = len(candidate.explains & set(self.own))
        return replace(candidate, strength=candidate.strength - log10(comb(len(self.own), chosen)))

    def _before(self, i: int, best: Candidate) -> tuple[int, ...]:
        """The figures before one that the same mistake comes to: the first of them."""
        if not best.spreads:
            return ()
        before = {j for j in self.own if j in best.explains and self._precedes(j, i)}
        return tuple(j for j in self.own if j in before and not any(self._precedes(k, j) for k in before))

    def _precedes(self, j: int, i: int) -> bool:
        """Whether a figure can depend on another one, and not the other way around."""
        return j in self.consequences.before(i) and i not in self.consequences.before(j)

    @cached_property
    def wrong(self) -> Sequence[int]:
        return self.consequences.looked_at

    @cached_property
    def right(self) -> Sequence[int]:
        return [i for i, figure in enumerate(self.figures) if figure.verdict != "wrong"]

    @cached_property
    def marks(self) -> list[int]:
        return sorted({figure.asked.after for figure in self.figures})

    @property
    def trainers(self) -> Sequence[Trainer]:
        return self.consequences.trainers

    def _tried(self) -> Iterator[Candidate]:
        """The whole passes that come to some wrong figures."""
        every = self._affordable(
            [each for each in hypotheses(self.trainers, self.learned) if self._concerned(each, self.own)]
        )
        for number, (hypothesis, runner) in enumerate(with_runners(every)):
            self.advance("looking for causes", number, len(every))
            explains, against = self._explained(hypothesis, runner)
            if explains:
                alike = sum(other.kind == hypothesis.kind for other in every)
                own = [self.figures[i] for i in explains if i in self.own]
                strength = weight(own) - log10(alike) - SPARE
                spreads = hypothesis.kind in SPREADING
                told = hypothesis.told
                yield Candidate(hypothesis.kind, hypothesis.key, told, frozenset(explains), against, strength, spreads)

    def _affordable(self, every: list[Hypothesis]) -> list[Hypothesis]:
        """As many as can be tried in a network of this size; those that need a run of their own count more."""
        left = MOST_WORK / max(1, self.trainers[0].work)
        kept = []
        for each in every:
            left -= 1 / self.trainers[0].at_once if each.changed else 1
            if left >= 0:
                kept.append(each)
        return kept

    def _explained(self, hypothesis: Hypothesis, runner: Runner) -> tuple[set[int], int]:
        """The wrong figures that a hypothesis comes to, and how many right ones speak against it.

        Figures that follow from others, and right ones, are only looked at where there is something to compare.
        """
        near = [mark for mark in self.marks if not is_far(mark)]
        sole = {self.figures[i].asked.after for i in self.own}
        explains, against = self._compared(hypothesis, runner, [mark for mark in near if mark in sole])
        far = Far([mark for mark in self.marks if is_far(mark)], self.advance)
        if far.marks:
            followed = bool(explains) or hypothesis.key in ALWAYS
            further = far.reached(hypothesis).run if followed else runner
            explains, against = _both((explains, against), self._compared(hypothesis, further, far.marks))
        others = [mark for mark in near if mark not in sole]
        if explains and others:
            return _both((explains, against), self._compared(hypothesis, runner, others))
        return explains, against

    def _compared(self, hypothesis: Hypothesis, runner: Runner, marks: Sequence[int]) -> tuple[set[int], int]:
        """The same for the figures after some numbers of steps."""
        chosen = [i for i in self._concerned(hypothesis, self.wrong) if self.figures[i].asked.after in marks]
        right = [i for i in self.right if self.figures[i].asked.after in marks]
        run = runner({}, marks) if chosen or right else None
        if run is None:
            return set(), 0
        explains = {i for i in chosen if self._comes(hypothesis, run, i)}
        if hypothesis.later and not explains:
            return set(), 0
        for granted, concerns in self._grounds:
            late = [i for i in chosen if i in self.own and i not in explains and concerns(i)]
            further = runner(granted, marks) if late else None
            if further is not None:
                explains |= {i for i in late if self._comes(hypothesis, further, i, granted=True)}
        return explains, sum(self._contradicts(hypothesis, run, i) for i in right) if explains else 0

    @cached_property
    def _grounds(self) -> Sequence[tuple[Granted, Callable[[int], bool]]]:
        """What a mistake may have been made from: the wrong figures before it; all, in the digits that are printed.

        Each with whether a figure is another one by it.
        """
        every = self.consequences
        return (
            (every.granted(every.put), lambda i: bool(every.before(i))),
            (every.granted(every.put, rounded=True), self._rounded_matters),
        )

    def _rounded_matters(self, i: int) -> bool:
        """Whether a figure is another one if all before it are rounded."""
        asked = self.figures[i].asked
        one, other = (
            runs[0].value(asked.quantity, asked.after)
            for runs in (self.consequences.runs, self.consequences.rounded_runs)
        )
        return one is None or other is None or abs(one - other) > float(asked.printed.half) * SLIGHT

    def _concerned(self, hypothesis: Hypothesis, some: Sequence[int]) -> list[int]:
        return [i for i in some if self._concerns(hypothesis, i)]

    def _concerns(self, hypothesis: Hypothesis, i: int) -> bool:
        """Whether a figure can be another one by a hypothesis."""
        if not hypothesis.touched:
            return bool(self.figures[i].asked.after)
        return bool(hypothesis.touched & self.consequences.able(i))

    def _comes(self, hypothesis: Hypothesis, run: Run, i: int, granted: bool = False) -> bool:
        """Whether a hypothesis comes to a figure; from figures that are rounded it may be one off in the last place."""
        figure = self.figures[i]
        off = abs(figure.asked.printed.value - figure.value)
        slack = min(figure.asked.printed.half, off / CLEAR) if granted else Fraction(0)
        return comes_to(figure, run.value(figure.asked.quantity, figure.asked.after + hypothesis.later), slack)

    def _contradicts(self, hypothesis: Hypothesis, run: Run, i: int) -> bool:
        asked = self.figures[i].asked
        value = run.value(asked.quantity, asked.after + hypothesis.later)
        found = None if value is None else exact(value)
        return found is not None and asked.printed.verdict(found, abs(found) * Fraction(1, 10**11)) == "wrong"

    def _granted_values(self, i: int) -> list[Fraction]:
        """What a figure is by the wrong figures before it."""
        asked = self.figures[i].asked
        values = (run.value(asked.quantity, asked.after) for run in self.consequences.runs)
        return [Fraction(value) for value in values if value is not None]

    def _seen(self) -> Iterator[Candidate]:
        """What is seen of the figures themselves."""
        granted = {i: self._granted_values(i) for i in self.own}
        every = list(relations(self.trainers[0].derivation))
        yield from related(self.figures, self.wrong, self.own, granted, every)
        yield from alike(self.figures, self.own, self.values)
        for i in self.own:
            asked = self.figures[i].asked
            yield from slips(self.figures, i, granted[i])
            yield from in_floats(self.figures, i)
            if asked.after in self.values:
                yield from elsewhere(self.figures, i, self.values[asked.after], self.trainers[0])


def _both(one: tuple[set[int], int], other: tuple[set[int], int]) -> tuple[set[int], int]:
    return one[0] | other[0], one[1] + other[1]


def _told(best: Candidate, fitting: Sequence[Candidate]) -> Cause:
    """A cause in words, with others that come to the same figures."""
    same = [c for c in fitting if (c.kind, c.explains, c.against) == (best.kind, best.explains, best.against)]
    told = list(dict.fromkeys([best.told, *(c.told for c in same)]))[:MOST_NAMED]
    told = told if len({c.key for c in same}) > 1 else told[:1]
    keys = tuple(dict.fromkeys([best.key, *(c.key for c in same)]))
    return Cause(f"{'likely' if best.strength >= LIKELY else 'perhaps'} {'; or '.join(told)}", keys)
