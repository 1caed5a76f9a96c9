"""Simple relations between a wrong figure and the exact value: a sign, a factor, a decimal point, another logarithm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log, log10

from symbp.audit.causes.candidate import Candidate, comes_to, weight
from symbp.audit.verdicts import Judged
from symbp.derive import NetworkDerivation
from symbp.functions import Elementary

FEW = 2.0  # digits that speak for a factor, at least; one is enough for a sign
SIZES = {"N": "the number of samples", "T": "the number of steps"}


@dataclass(frozen=True)
class Relation:
    """A factor that the exact value may have been multiplied by."""

    key: str
    factor: Fraction
    told: str
    needed: float = FEW


def relations(derivation: NetworkDerivation) -> Iterator[Relation]:
    """The factors that are looked for in a network."""
    yield Relation("sign", Fraction(-1), "the sign is wrong", 0.5)
    yield Relation("factor", Fraction(2), "twice what it should be")
    yield Relation("factor", Fraction(1, 2), "half of what it should be")
    sizes = [(SIZES.get(name, name), size) for name, size in derivation.sizes.items()]
    outputs = derivation.start.tensor["yhat"].shape[-1:] if "yhat" in derivation.start.tensor else ()
    sizes += [("the number of outputs", int(size)) for size in outputs if isinstance(size, int)]
    for name, size in sizes:
        if size > 1:
            yield Relation("size", Fraction(size), f"multiplied by {name}, {size}")
            yield Relation("size", Fraction(1, size), f"divided by {name}, {size}")
    if any(_is_logarithm(node) for e in derivation.start.equations() for node in e.body.atoms(Elementary)):
        yield Relation("log10", Fraction(1 / log(10)), "the common logarithm, to base 10, for the natural one")
        yield Relation("log2", Fraction(1 / log(2)), "the logarithm to base 2 for the natural one")
    for places in (1, -1, 2, -2, 3, -3):
        count = f"{abs(places)} place{'s' if abs(places) > 1 else ''}"
        aside = "right" if places > 0 else "left"
        told = f"the decimal point is {count} too far {aside}"
        yield Relation("decimal-point", Fraction(10) ** places, told)


def _is_logarithm(node: Elementary) -> bool:
    return node.func.__name__ in ("log", "log_sigmoid")


def related(
    figures: Sequence[Judged],
    wrong: Sequence[int],
    own: Sequence[int],
    granted: Mapping[int, Sequence[Fraction]],
    found: Sequence[Relation],
) -> Iterator[Candidate]:
    """The relations that wrong figures have to their exact values, or to what follows from the figures before them."""
    for relation in found:
        explains = [
            i
            for i in wrong
            if figures[i].asked.printed.value
            and any(comes_to(figures[i], value * relation.factor) for value in (figures[i].value, *granted.get(i, ())))
        ]
        if explains:
            strength = weight([figures[i] for i in explains if i in own]) - relation.needed + log10(2)
            yield Candidate("relation", relation.key, relation.told, frozenset(explains), 0, strength)
