"""Mistakes of every kind, seeded into the notes of every kind of network: each stops them, and names its equation.

A mistake that changes no value is none: a factor of one, a term that is zero, two equal entries. What goes through is
tried at other numbers, and with each symbol worth a number of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from itertools import count, islice
from typing import Any

import mpmath
import numpy as np
import pytest
from mistakes import MISTAKES, SLIPS, Slip

from symbp import chain_rule, rounding
from symbp import mathtree as m
from symbp.derive import NetworkDerivation, derive
from symbp.equation import Equation, Size
from symbp.errors import CheckFailed, ProgramError
from symbp.layers import (
    Attention,
    BatchNorm,
    Conv2d,
    Dense,
    Flatten,
    Gru,
    Layer,
    LayerNorm,
    Lstm,
    MaxPool2d,
    Rnn,
)
from symbp.mathtree.check import _free_bindings
from symbp.network import Network
from symbp.notes import SECTIONS, VIEWS, notes
from symbp.notes.agreement import check_numbers
from symbp.notes.subject import Subject
from symbp.reference import evaluate
from symbp.wellformed import check

Layers = Callable[[], list[Layer]]
SAMPLES, STEPS, DRAWS = 2, 3, 4

NETWORKS: dict[str, tuple[list[Any], Layers, str]] = {
    "dense": ([2], lambda: [Dense(2, "tanh"), Dense(1, "sigmoid")], "mse"),
    "labels": ([2], lambda: [Dense(2, "softplus"), Dense(2)], "sparse_cross_entropy"),
    "p - y": ([2], lambda: [Dense(2, "tanh"), Dense(3, "softmax")], "cross_entropy"),
    "distances": ([2], lambda: [Dense(2, "sigmoid"), Dense(2, "sin")], "log_cosh"),
    "convolution": (
        [1, 4, 4],
        lambda: [
            Conv2d(1, 3, stride=2, padding=1, activation="tanh"),
            MaxPool2d(2, stride=1),
            Flatten(),
            Dense(1, "tanh"),
        ],
        "mse",
    ),
    "batch norm": ([2], lambda: [Dense(2, "tanh"), BatchNorm(activation="tanh"), Dense(1, "tanh")], "mse"),
    "layer norm": ([3], lambda: [Dense(3, "tanh"), LayerNorm(), Dense(1, "tanh")], "mse"),
    "rnn": (["T", 1], lambda: [Rnn(2, returns="sequence"), Dense(1, "tanh")], "mse"),
    "lstm": (["T", 1], lambda: [Lstm(1, returns="sequence")], "mse"),
    "gru": (["T", 1], lambda: [Gru(1, returns="sequence")], "mse"),
    "attention": ([3, 2], lambda: [Attention(heads=1, causal=True)], "mse"),
}
FEW = {"rnn", "lstm", "gru", "convolution"}  # with one sample: their lines are many


@cache
def derivation(name: str, seed: int = 1) -> NetworkDerivation:
    """A network of the table with an example that is drawn."""
    shape, layers, loss = NETWORKS[name]
    sizes = {"N": 1 if name in FEW else 3 if name == "batch norm" else SAMPLES, "T": STEPS}  # two are one and minus one
    program = Network("net", {"shape": shape}, layers(), loss).program()
    rng = np.random.default_rng([seed, len(name)])

    def drawn(tensor: str) -> Any:
        extents = [sizes[e.name] + e.plus if isinstance(e, Size) else e for e in program.tensor[tensor].shape]
        return np.round(rng.uniform(0.1, 1, extents) * rng.choice((-1, 1), extents), 3).tolist()

    given = {"x": drawn("x"), "parameters": {t.name: drawn(t.name) for t in program.of_role("parameter")}}
    given["y"] = _targets(loss, sizes["N"], rng) or drawn("y")
    return derive(Network("net", {"shape": shape}, layers(), loss, example=given))


def _targets(loss: str, samples: int, rng: np.random.Generator) -> Any:
    if loss == "sparse_cross_entropy":
        return [1] * samples
    if loss == "cross_entropy":
        return [np.roll([0.2, 0.3, 0.5], k + int(rng.integers(3))).tolist() for k in range(samples)]
    return None


@dataclass(frozen=True)
class Shown:
    """A line of the notes as it was checked."""

    line: m.Line
    environment: m.Environment
    before: m.Node | None

    def passes(self, line: m.Line | None = None) -> bool:
        try:
            m.check_line(line or self.line, self.environment, self.before)
        except CheckFailed as fault:
            place = f"equation ({self.line.number})" if self.line.number else "a line without a number"
            assert str(fault).startswith(place), str(fault)
            return False
        return True


@cache
def shown(name: str, seed: int = 1) -> tuple[Shown, ...]:
    """Every line of the notes of a network, as they check it."""
    real, found = m.check_display, []

    def recording(display: m.Display, environment: m.Environment) -> None:
        before = None
        for line, number in zip(display.lines, display.numbers, strict=True):
            environment = replace(environment, indices={**environment.indices, **dict(line.ranges)})
            if line.relation == "=":  # a bound may hold that is wrongly derived
                found.append(Shown(replace(line, number=number), environment, before))
            before = line.right
        real(display, environment)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(m, "check_display", recording)
        patch.setitem(SECTIONS, "exercises", lambda about: [])  # their numbers are the same whatever the example's are
        notes(derivation(name, seed))
    return tuple(found)


def wrong_lines(name: str, lines: int | None) -> Iterator[tuple[str, int, int, m.Line]]:
    """Kind, place, how manieth of its kind there, and the line: all, or one at each of so many lines for each kind."""
    for kind, mistake in MISTAKES.items():
        places = [place for place, at in enumerate(shown(name)) if any(True for _ in mistake(at.line))]
        turn = count()
        for place in places if lines is None else places[:: max(1, len(places) // lines)][:lines]:
            right = shown(name)[place].line
            every = [(k, wrong) for k, wrong in enumerate(mistake(right)) if wrong != right]
            start = next(turn) * 7 % len(every) if every and lines is not None else 0
            for k, wrong in every[start:] if lines is None else every[start : start + 1]:
                yield kind, place, k, wrong


# Lines.


def seeded(name: str, lines: int | None) -> tuple[Counter[str], Counter[str], list[str]]:
    """How many mistakes of each kind were made, how many were found, and what went through although it is one."""
    made, found, through = Counter[str](), Counter[str](), []
    for kind, place, k, wrong in wrong_lines(name, lines):
        made[kind] += 1
        if not shown(name)[place].passes(wrong):
            found[kind] += 1
        elif is_another(name, kind, place, k, wrong):
            through.append(f"{kind}: {m.line_reading(shown(name)[place].line)}  ->  {m.line_reading(wrong)}")
    return made, found, through


def is_another(name: str, kind: str, place: int, k: int, wrong: m.Line) -> bool:
    """Whether a wrong line that holds at these numbers is a mistake that was overlooked.

    It is none if both sides are zero (a bias before a normalisation), if it is the same whatever its symbols are worth,
    if it says a = max(a, ...), or if it fails at other numbers: there it is found.
    """
    at = shown(name)[place]
    if at.passes(replace(at.line, right=m.Number(0))) or is_same_formula(at, wrong) or is_idempotent(wrong):
        return False
    for seed in range(2, DRAWS + 1):
        at = shown(name, seed)[place]
        twin = next(islice(MISTAKES[kind](at.line), k, None), None)
        if twin is None or not at.passes(twin):
            return False
    return True


def is_idempotent(wrong: m.Line) -> bool:
    right = wrong.right
    return isinstance(right, m.Apply) and right.function == "maximum" and wrong.left in m.walk(right)


class Independent(dict[Any, Any]):
    """Another number for each number, but for zero and one: what holds by what the numbers are holds no more."""

    def __init__(self, known: Any) -> None:
        self.known = known

    def __contains__(self, key: object) -> bool:
        return key in self.known

    def __missing__(self, key: Any) -> Any:
        value = self.known[key]
        if isinstance(value, tuple):
            return tuple(tuple(map(self._other, row)) for row in value)
        return value if isinstance(value, int) else self._other(value)

    def _other(self, number: Any) -> Any:
        if number in (0, 1):
            return number
        rng = np.random.default_rng(int(sha256(mpmath.nstr(number, 20).encode()).hexdigest()[:8], 16))
        return mpmath.mpf(float(rng.uniform(0.5, 2)))


def is_same_formula(at: Shown, wrong: m.Line) -> bool:
    """Whether two right sides are equal for all values of their symbols."""
    symbols, partials = Independent(at.environment.symbols), Independent(at.environment.partials)
    environment = replace(at.environment, symbols=symbols, partials=partials)
    same = m.Comparison(_known_derivatives(at.line.right), "=", _known_derivatives(wrong.right))
    try:
        return all(m.value(same, environment, at) for at in _free_bindings(same, environment, ""))
    except m.NoValue:
        return False


def _known_derivatives(tree: m.Node) -> m.Node:
    """A formula with what stands under its braces in place of what is above, and with dz/db = 1."""

    def change(node: m.Node) -> m.Node:
        if isinstance(node, m.Underbrace):
            return node.label
        bias = isinstance(node, m.Partial) and node.wrt.base == "b" and node.of.base in "zqp"
        return m.Number(1) if bias else node

    return m.transform(tree, change)


QUICK = ("dense", "convolution", "rnn", "attention")


def test_mistakes_of_every_kind_in_the_notes_are_found() -> None:
    """The share of those that change no value, such as a lost factor of one, is small."""
    made, found = Counter[str](), Counter[str]()
    for name in QUICK:
        some, stopped, through = seeded(name, 2)
        assert through == []
        made, found = made + some, found + stopped
    assert len(MISTAKES) >= 20
    rare = {"a lost epsilon", "another gate"}  # found in the networks below
    assert set(found) >= set(MISTAKES) - rare
    assert sum(found.values()) > 0.9 * sum(made.values()) > 200


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_every_line_can_fail_in_every_way(name: str) -> None:
    made, found, through = seeded(name, None)
    assert through == []
    assert len(found) > 20 and sum(found.values()) > 0.8 * sum(made.values()) > 1000


@pytest.mark.parametrize(("name", "kind"), [("batch norm", "a lost epsilon"), ("lstm", "another gate")])
@pytest.mark.slow
def test_mistakes_that_few_networks_have(name: str, kind: str) -> None:
    _, found, _ = seeded(name, 3)
    assert found[kind]


# Numbers and labels.


@pytest.mark.parametrize("digit", [3, 5])
def test_a_number_that_is_rounded_wrongly_stops_the_notes(digit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off instead of rounded, or rounded to fewer digits."""
    real = rounding._decimal

    def wrong(fraction: Any, digits: int) -> Any:
        return real(fraction - abs(fraction) / 10**4 * digit, digits)

    monkeypatch.setattr(rounding, "_decimal", wrong)
    rounding.rounded.cache_clear()
    with pytest.raises(CheckFailed, match=r"^a line without a number: 0\.[0-9]+ is printed as 0\."):
        notes(derivation("dense"))
    rounding.rounded.cache_clear()


# Derivations.


def slips(d: NetworkDerivation) -> Iterator[tuple[str, str, NetworkDerivation]]:
    """Every well-formed derivation with one mistake in one of its equations: its kind, where, and the derivation."""
    for equation in d.result.equations():
        for kind, slip in SLIPS.items():
            for wrong in slip(equation):
                if str(wrong) == str(equation):
                    continue
                try:
                    result = check(d.result.map(lambda e, old=equation, new=wrong: new if e is old else e))
                except (ProgramError, ValueError):
                    continue
                yield kind, f"{equation} -> {wrong}", replace(d, result=result)


def changes_a_value(name: str, wrong: NetworkDerivation) -> bool:
    """Whether a wrong derivation computes something else, at some of the numbers that are drawn."""
    for seed in range(1, DRAWS + 1):
        right = derivation(name, seed)
        given = {n: np.array(v) for n, v in right.given.items()}
        try:
            values = [evaluate(d.result, given, right.sizes) for d in (right, wrong)]
        except (ZeroDivisionError, ProgramError, TypeError):  # no number, or no real one
            return True
        if any(not np.allclose(values[0][n], values[1][n], rtol=1e-9, atol=1e-12) for n in computed(right, wrong)):
            return True
    return False


def computed(one: NetworkDerivation, other: NetworkDerivation) -> set[str]:
    """What both compute; where a wrong step keeps a rewrite from its work they have not all in common."""
    return set(one.numbers) & set(other.numbers)


def caught(d: NetworkDerivation) -> bool:
    """Whether notes stop, with the number of an equation."""
    try:
        check_numbers(Subject(d, d, d.values, d.sizes, True, VIEWS))
    except CheckFailed as fault:
        assert re.match(r"equation \(\d+", str(fault)), str(fault)
        return True
    except ProgramError:  # a place outside of a tensor, which is named
        return True
    return False


def caught_anywhere(name: str, wrong: NetworkDerivation) -> bool:
    """Whether notes stop at some of the numbers that are drawn: at others the value may be the same by chance."""
    return any(caught(replace(derivation(name, seed), result=wrong.result)) for seed in range(2, DRAWS + 1))


def seeded_slips(name: str, every: int) -> tuple[Counter[str], list[str]]:
    """The kinds that were found, and what went through although it changes a value; of all, one in so many."""
    found, through = Counter[str](), []
    for place, (kind, told, wrong) in enumerate(slips(derivation(name))):
        if place % every == 0:
            if caught(wrong):
                found[kind] += 1
            elif changes_a_value(name, wrong) and not caught_anywhere(name, wrong):
                through.append(f"{kind}: {told}")
    return found, through


@pytest.mark.parametrize("name", ["p - y", "convolution", "layer norm", "lstm"])
def test_mistakes_in_a_derivation_are_found(name: str) -> None:
    found, through = seeded_slips(name, 17)
    assert through == []
    assert sum(found.values()) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_every_mistake_in_a_derivation_is_found(name: str) -> None:
    found, through = seeded_slips(name, 1)
    assert through == []
    assert len(found) >= 6 and sum(found.values()) > 80


# The chain rule itself: the steps are wrong too, and agree with the result.

CONTRIBUTIONS: dict[str, Slip] = {
    kind: SLIPS[kind] for kind in ("a sign", "a half", "a lost factor", "a missing sum", "another place or step")
}


def wrongly_derived(name: str, kind: str, target: str) -> NetworkDerivation | None:
    """A network derived by a chain rule that makes one mistake in its contributions to one adjoint."""
    real, seeded = chain_rule.contribution, []

    def contribution(*arguments: Any) -> Equation:
        right = real(*arguments)
        wrong = next(iter(CONTRIBUTIONS[kind](right)), right) if right.target == target else right
        seeded.append(str(wrong) != str(right))
        return wrong

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chain_rule, "contribution", contribution)
        try:
            found = derive(derivation(name).network)
        except ProgramError:
            return None
    return found if any(seeded) else None


@pytest.mark.parametrize("name", ["dense", "convolution", "batch norm", "rnn"])
def test_a_mistake_of_the_chain_rule_is_found(name: str) -> None:
    seen = 0
    adjoints = [t for t in derivation(name).numbers if t.endswith("_bar")]
    for place, target in enumerate(adjoints):
        wrong = wrongly_derived(name, list(CONTRIBUTIONS)[place % len(CONTRIBUTIONS)], target)
        if wrong is not None and changes_a_value(name, wrong):
            assert caught(wrong), target
            seen += 1
    assert seen >= 2
