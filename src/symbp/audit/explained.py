"""What is said of each figure: its verdict, what it follows from, and what probably went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symbp.audit.causes.search import Cause, Search
from symbp.audit.consequences import Consequences, Follows
from symbp.audit.figures import Figure
from symbp.audit.granted import NEAR, Trainer
from symbp.audit.places import Place, places
from symbp.audit.reach import Advance
from symbp.audit.verdicts import Judged
from symbp.derive import NetworkDerivation

Values = Mapping[str, Any]
ROUNDED = "computed from the rounded figures that are printed before it"


def explained(
    derivation: NetworkDerivation,
    updated: tuple[str, ...],
    figures: Sequence[Judged],
    values: Mapping[int, Values],
    advance: Advance,
) -> tuple[Figure, ...]:
    """The figures as an audit tells them.

    Args:
        updated: The parameters that a step of training changes.
        values: The exact values of all tensors, by the number of steps.
    """
    wrong = [i for i, figure in enumerate(figures) if figure.verdict == "wrong"]
    if not wrong:
        return tuple(_figure(figure, Follows(figure.verdict), None, figures) for figure in figures)
    standing = places(figures, values, derivation.chain_result)
    tensors = frozenset(place.element.tensor for place in standing.values())
    figures = [_solved(figure, standing.get(i)) for i, figure in enumerate(figures)]
    consequences = Consequences(figures, _trainers(derivation, updated, figures, values, tensors), standing)
    follows = {i: consequences.of(i) for i in consequences.looked_at}
    own = [i for i in consequences.looked_at if follows[i].verdict == "wrong"]
    causes = Search(figures, consequences, own, values, learned(derivation), advance).causes()
    follows |= {i: Follows("right", cause.of) for i, cause in causes.items() if cause.of}
    return tuple(
        _figure(figure, follows.get(i, Follows(figure.verdict)), causes.get(i), figures)
        for i, figure in enumerate(figures)
    )


def _solved(figure: Judged, place: Place | None) -> Judged:
    """A figure whose formula knows the element that it says the value of."""
    if place is None or figure.asked.quantity.tensor:
        return figure
    return replace(figure, asked=replace(figure.asked, quantity=replace(figure.asked.quantity, solved=place.element)))


def learned(derivation: NetworkDerivation) -> list[str]:
    """The parameters that have a gradient."""
    return [t.name for t in derivation.start.of_role("parameter") if t.name in derivation.wrt]


def _trainers(
    derivation: NetworkDerivation,
    updated: tuple[str, ...],
    figures: Sequence[Judged],
    values: Mapping[int, Values],
    tensors: frozenset[str],
) -> list[Trainer]:
    """What computes on from printed figures: by the textbook's equations, and by the plain chain rule."""
    wanted = frozenset(name for figure in figures for name in figure.asked.quantity.reads)
    marks = tuple(sorted({figure.asked.after for figure in figures}))
    starts = {m: {name: np.array(values[m][name], float) for name in updated} for m in marks if m > NEAR}
    return [
        Trainer(derivation, program, tensors & set(program.tensor), updated, wanted | tensors, marks, starts)
        for program in (derivation.result, derivation.chain_result)
    ]


def _figure(judged: Judged, follows: Follows, cause: Cause | None, figures: Sequence[Judged]) -> Figure:
    asked = judged.asked
    return Figure(
        name_of(judged),
        asked.quantity.text,
        asked.printed.text,
        asked.after,
        asked.printed.exactly(judged.value),
        judged.verdict,
        judged.off,
        follows.verdict,
        tuple(f"{name_of(figures[j])} = {figures[j].asked.printed.text}" for j in follows.of),
        cause.told if cause else ROUNDED if follows.rounded else "",
        cause.keys if cause else (("rounded",) if follows.rounded else ()),
    )


def name_of(judged: Judged) -> str:
    """What a figure is called."""
    return judged.asked.called or judged.asked.quantity.text
