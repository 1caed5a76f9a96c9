"""Which wrong figures follow from other figures of the text, and which are wrong by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import islice

import numpy as np

from symbp.audit.granted import Granted, Run, Trainer, reaching_of
from symbp.audit.places import Place
from symbp.audit.printed import Verdict
from symbp.audit.verdicts import Judged
from symbp.rounding import exact
from symbp.views.scalar import Element

CLOSE = Fraction(1, 10**11)  # what floats may be off
STEP = Fraction(1, 1000)  # of a figure: how much larger it is taken to see what follows from it
SLIGHT = 1e-9  # of a value: what changes it by less does not change it
MOST_LOOKED_AT = 200  # wrong figures
MOST_TRIED = 60  # wrong figures that another one is asked to follow from
SHARE = Fraction(1, 10)  # of what a figure is off: what the digits of the figures before it may leave open
CERTAIN = 3  # how many half units two figures must be off to be off alike


@dataclass(frozen=True)
class Follows:
    """A figure by the text's own figures before it.

    Attributes:
        verdict: What it is by them.
        of: The wrong figures that it follows from, by their positions among all; none if it is wrong by itself.
        rounded: Whether it is what comes of the text's rounded figures alone, none of which is wrong.
    """

    verdict: Verdict
    of: tuple[int, ...] = ()
    rounded: bool = False


@dataclass
class Consequences:
    """The wrong figures of a text by what is printed before them.

    Attributes:
        trainers: What computes on from printed figures: the textbook's equations, then the plain chain rule.
        places: The elements that figures give.
    """

    figures: Sequence[Judged]
    trainers: Sequence[Trainer]
    places: Mapping[int, Place]
    _aside: dict[tuple[int, int], tuple[Run, ...]] = field(default_factory=dict)
    _before: dict[int, dict[int, None]] = field(default_factory=dict)
    _reached: dict[tuple[frozenset[str], bool], frozenset[str]] = field(default_factory=dict)

    @cached_property
    def wrong(self) -> tuple[int, ...]:
        return tuple(i for i, figure in enumerate(self.figures) if figure.verdict == "wrong")

    @cached_property
    def looked_at(self) -> tuple[int, ...]:
        """The wrong figures that are looked at one by one."""
        return self.wrong[:MOST_LOOKED_AT]

    @cached_property
    def put(self) -> tuple[int, ...]:
        """The wrong figures that something can be computed from."""
        return tuple(i for i in self.wrong if i in self.places)

    def granted(self, chosen: Sequence[int], rounded: bool = False) -> Granted:
        """Printed values of the figures chosen, and exact ones of the right figures: a text goes on with all digits.

        ``rounded`` says that a text goes on with the digits that it prints.
        """
        found: dict[int, dict[Element, float]] = {}
        for i, place in self.places.items():
            figure = self.figures[i]
            if i in chosen or figure.verdict != "wrong":
                as_printed = i in chosen or rounded or figure.verdict == "last place"
                value = place.printed if as_printed else place.exact
                found.setdefault(figure.asked.after, {})[place.element] = float(value)
        return found

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """What follows from the wrong figures, by each trainer."""
        return tuple(trainer.run(self.granted(self.put)) for trainer in self.trainers)

    @cached_property
    def rounded_runs(self) -> tuple[Run, ...]:
        """What follows from all figures, as they are printed."""
        return tuple(trainer.run(self.granted(self.put, rounded=True)) for trainer in self.trainers)

    def of(self, i: int) -> Follows:
        """What a wrong figure is by the figures before it."""
        before = self.before(i)
        for runs, allowed in ((self.runs, Fraction(0)), (self.rounded_runs, Fraction(0)), (self.runs, None)):
            for number, run in enumerate(runs):
                slack = self._open(i, number, before) if allowed is None else allowed
                verdict = self._verdict(i, run, slack)
                if verdict == "right":
                    return self._told(i, verdict, number, before)
        for number, run in enumerate((*self.runs, *self.rounded_runs)):
            if self._verdict(i, run, Fraction(0)) == "last place" and self._nearer(i, run):
                return self._told(i, "last place", number % len(self.trainers), before)
        alike = next(self._alike(i), None)
        return Follows("right", (alike,)) if alike is not None else Follows("wrong")

    def before(self, i: int) -> Collection[int]:
        """The wrong figures that a figure can depend on."""
        if i not in self._before:
            self._before[i] = dict.fromkeys(j for j in self.put if j != i and self._is_before(j, i))
        return self._before[i]

    def _is_before(self, j: int, i: int) -> bool:
        place, after, own = self.places[j], self.figures[j].asked.after, self.figures[i].asked.after
        able = self.able(i) if after < own else self._at_once(i)
        same = i in self.places and (self.places[i].element, own) == (place.element, after)
        return after <= own and place.element.tensor in able and not same

    def able(self, i: int) -> frozenset[str]:
        """The tensors that a figure can depend on, over steps of training too."""
        return self._reach(self.figures[i].asked.quantity.reads, True)

    def _at_once(self, i: int) -> frozenset[str]:
        """The tensors that it can depend on at its own step."""
        return self._reach(self.figures[i].asked.quantity.reads, False)

    def _reach(self, reads: frozenset[str], over_steps: bool) -> frozenset[str]:
        if (reads, over_steps) not in self._reached:
            reaching = self._over_steps if over_steps else self._in_one_step
            self._reached[reads, over_steps] = frozenset(n for read in reads for n in reaching.get(read, {read}))
        return self._reached[reads, over_steps]

    @cached_property
    def _over_steps(self) -> Mapping[str, frozenset[str]]:
        last = self.trainers[-1]
        return reaching_of(last.program, last.updated)

    @cached_property
    def _in_one_step(self) -> Mapping[str, frozenset[str]]:
        return reaching_of(self.trainers[-1].program, ())

    def _verdict(self, i: int, run: Run, slack: Fraction) -> Verdict:
        asked = self.figures[i].asked
        value = run.value(asked.quantity, asked.after)
        found = None if value is None else exact(value)
        return "wrong" if found is None else asked.printed.verdict(found, slack + abs(found) * CLOSE)

    def _nearer(self, i: int, run: Run) -> bool:
        """Whether what follows from the figures before is much nearer to a figure than the exact value is."""
        figure = self.figures[i]
        value = run.value(figure.asked.quantity, figure.asked.after)
        assert value is not None
        printed = figure.asked.printed.value
        return abs(printed - Fraction(value)) < abs(printed - figure.value) / 2

    def _told(self, i: int, verdict: Verdict, number: int, before: Collection[int]) -> Follows:
        of = tuple(j for j in islice(before, MOST_TRIED) if self._moves(i, j, number))
        return Follows(verdict, of, rounded=not of)

    def _moves(self, i: int, j: int, number: int) -> bool:
        """Whether a figure is another one if one of the figures before it is: if it follows from it directly."""
        asked = self.figures[i].asked
        one, other = (run.value(asked.quantity, asked.after) for run in (self.runs[number], self._run(j, number)))
        return one is not None and other is not None and abs(one - other) > SLIGHT * max(abs(one), abs(other))

    def _run(self, j: int, number: int) -> Run:
        """What follows if one of the wrong figures is a little larger than it is printed; many are tried at once."""
        at_once = self.trainers[number].at_once
        start = self.put.index(j) // at_once * at_once
        some = self.put[start : start + at_once]
        if (start, number) not in self._aside:
            granted = {after: dict(elements) for after, elements in self.granted(self.put).items()}
            for lane, which in enumerate(some):
                elements, element = granted[self.figures[which].asked.after], self.places[which].element
                moved = np.full(len(some), elements[element], complex)
                moved[lane] += float(self._step(which))
                elements[element] = moved
            run = self.trainers[number].run(granted)
            self._aside[start, number] = tuple(run.lane(lane) for lane in range(len(some)))
        return self._aside[start, number][some.index(j)]

    def _step(self, j: int) -> Fraction:
        place = self.places[j]
        return abs(place.printed) * STEP or 2 * place.half

    def _open(self, i: int, number: int, before: Collection[int]) -> Fraction:
        """How far a figure may be off because the wrong figures before it are printed with so many digits.

        At most a tenth of what it is off: else the figures before it say nothing about it.
        """
        asked = self.figures[i].asked
        value = self.runs[number].value(asked.quantity, asked.after)
        if value is None:
            return Fraction(0)
        total = Fraction(0)
        for j in islice(before, MOST_TRIED):
            other = self._run(j, number).value(asked.quantity, asked.after)
            if other is not None:
                slope = abs(Fraction(other) - Fraction(value)) / self._step(j)
                total += slope * self.places[j].half
        return min(total, SHARE * abs(asked.printed.value - self.figures[i].value))

    def _alike(self, i: int) -> Iterator[int]:
        """The wrong formulas before a figure that are off by the same amount, or by the same factor."""
        figure = self.figures[i]
        for j in self.looked_at:
            other = self.figures[j]
            formula = other.asked.after == figure.asked.after and j not in self.places
            able = j < i and formula and self._depends(i, j)
            if able and (_same_difference(figure, other) or _same_factor(figure, other)):
                yield j

    def _depends(self, i: int, j: int) -> bool:
        return self.figures[j].asked.quantity.reads <= self._at_once(i)


def _same_difference(one: Judged, other: Judged) -> bool:
    differences = [figure.asked.printed.value - figure.value for figure in (one, other)]
    open_ = one.asked.printed.half + other.asked.printed.half
    return abs(differences[0] - differences[1]) <= open_ and abs(differences[0]) > CERTAIN * open_


def _same_factor(one: Judged, other: Judged) -> bool:
    if not all(figure.value and figure.asked.printed.value for figure in (one, other)):
        return False
    factors = [figure.asked.printed.value / figure.value for figure in (one, other)]
    open_ = sum(f.asked.printed.half / abs(f.asked.printed.value) for f in (one, other)) * abs(factors[0])
    return abs(factors[0] - factors[1]) <= open_ and abs(factors[0] - 1) > CERTAIN * open_
