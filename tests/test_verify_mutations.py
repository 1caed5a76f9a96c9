"""A check that cannot fail checks nothing: every row, rewrite and factor of the chain rule is corrupted once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
import sympy
from heavy import every_third
from programs import (
    GENERAL,
    attention,
    classifier,
    convolution,
    dense,
    eq,
    mean_square,
    n,
    program,
    recurrence,
    with_function,
)

from symbp import functions as f
from symbp.chain_rule import adjoint
from symbp.derivation import Derivation, Step
from symbp.equation import Equation, Index, read
from symbp.functions import ROWS
from symbp.layers import BatchNorm, Dense
from symbp.network import Network
from symbp.program import Program
from symbp.rewrite import REWRITES, rewrite
from symbp.verify import Report, check_equations
from symbp.wellformed import check

Expr = sympy.Expr


def wrt(built: Program) -> tuple[str, ...]:
    return tuple(t.name for t in built.of_role("parameter"))


def checked(built: Program) -> Report:
    return check_equations(rewrite(adjoint(built, wrt(built))))


# Every row of the table of functions.


def changed_sign(formula: Expr) -> Expr:
    return -formula


def changed_factor(formula: Expr) -> Expr:
    return formula * sympy.Rational(101, 100)


def dropped_term(formula: Expr) -> Expr:
    """The formula without its last term, or without its last factor if it has one term."""
    if isinstance(formula, sympy.Add | sympy.Mul):
        return formula.func(*formula.args[:-1])
    return formula.args[0] if isinstance(formula, sympy.Pow) else formula + 1


def added_term(formula: Expr) -> Expr:
    return formula + sympy.Rational(1, 1000)


MUTATIONS = [changed_sign, changed_factor, dropped_term, added_term]
CONSTANT = ("sign", "step")  # their derivative is zero: neither its sign nor a factor can be changed
SLOTS = [(name, slot) for name in sorted(ROWS) for slot in range(len(ROWS[name].partials))]


@pytest.fixture(autouse=True)
def _no_cached_derivatives() -> Iterator[None]:
    """SymPy remembers derivatives; a corrupted one must neither be hidden by that nor outlive its test."""
    sympy.core.cache.clear_cache()
    yield
    sympy.core.cache.clear_cache()


def with_slot(name: str, slot: int) -> Program:
    """A tiny program around a row, whose weight stands in the given argument."""
    if slot == 0:
        return with_function(name)
    i, j = Index("i", 2), Index("j", 3)
    statements = (
        eq(read("z", n, i), read("W", i, j) * read("x", n, j), (j,)),
        eq(read("a", n, i), ROWS[name].function(sympy.Rational(1, 10), read("z", n, i))),
        eq(read("L"), (read("a", n, i) + read("z", n, i)) ** 2 * read("y", n, i), (n, i)),
    )
    N = n.extent
    return program(statements, {"x": (N, 3)}, {"z": (N, 2), "a": (N, 2)}, {"W": (2, 3)}, {"y": (N, 2)})


@pytest.mark.parametrize(("name", "slot"), SLOTS, ids=str)
def test_each_row_passes_as_it_is(name: str, slot: int) -> None:
    report = checked(with_slot(name, slot))
    assert report.passed, report.table()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
@pytest.mark.parametrize(("name", "slot"), SLOTS, ids=str)
def test_a_changed_derivative_of_any_row_fails(
    name: str, slot: int, mutation: Callable[[Expr], Expr], monkeypatch: pytest.MonkeyPatch
) -> None:
    if name in CONSTANT and mutation in (changed_sign, changed_factor):
        pytest.skip("zero stays zero")
    row = ROWS[name]
    partials = list(row.partials)
    right = partials[slot]
    partials[slot] = lambda *arguments: mutation(right(*arguments))
    monkeypatch.setitem(ROWS, name, replace(row, partials=tuple(partials)))
    assert not checked(with_slot(name, slot)).passed


@pytest.mark.parametrize("field", ["numeric", "mp"])
@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_changed_value_of_any_row_fails(name: str, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two implementations of a value check one another."""
    right = getattr(ROWS[name], field)
    wrong = replace(ROWS[name], **{field: lambda *arguments: right(*arguments) * 1.0001})
    monkeypatch.setitem(ROWS, name, wrong)
    assert not checked(with_function(name)).passed


@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.stable))
def test_a_changed_stable_form_of_any_row_fails(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = ROWS[name].stable
    assert right is not None
    wrong = replace(ROWS[name], stable=lambda *arguments: right(*arguments) * sympy.Rational(10001, 10000))
    monkeypatch.setitem(ROWS, name, wrong)
    assert not checked(with_function(name)).passed


# Every rewrite.


def identities() -> Program:
    """An output that only repeats a tensor, and a function value that two equations need."""
    i, j = Index("i", 2), Index("j", 3)
    z, N = read("z", n, i), n.extent
    statements = (
        eq(z, read("W", i, j) * read("x", n, j), (j,)),
        eq(read("u", n, i), z),
        eq(read("v", n, i), read("u", n, i) * f.sigmoid(read("u", n, i)) + f.sin(read("u", n, i))),
        mean_square("v", (N, 2)),
    )
    between = dict.fromkeys("zuv", (N, 2))
    return program(statements, {"x": (N, 3)}, between, {"W": (2, 3)}, {"y": (N, 2)})


def bernoulli() -> Program:
    """A sigmoid with binary cross-entropy."""
    i, j = Index("i", 2), Index("j", 3)
    p, y, N = read("p", n, i), read("y", n, i), n.extent
    statements = (
        eq(read("z", n, i), read("W", i, j) * read("x", n, j), (j,)),
        eq(p, f.sigmoid(read("z", n, i))),
        eq(read("L"), -y * f.log(p) - (1 - y) * f.log(1 - p), (n, i)),
    )
    return program(statements, {"x": (N, 3)}, {"z": (N, 2), "p": (N, 2)}, {"W": (2, 3)}, {"y": (N, 2)})


def normalised() -> Program:
    """A batch normalisation, scaled and shifted."""
    return Network("net", 3, [Dense(4, bias=False), BatchNorm(activation="tanh"), Dense(2)]).program()


SUBJECTS: dict[str, Callable[[], Program]] = {
    "hoisting": recurrence,
    "merge of contributions": lambda: dense(3, 4, 2),
    "local derivatives": lambda: dense(3, 4, 2),
    "output reuse": lambda: dense(3, 4, 2),
    "normalisation": normalised,
    "known sums": normalised,
    "softmax": attention,
    "softmax + cross-entropy": classifier,
    "sigmoid + binary cross-entropy": bernoulli,
    "log-sum-exp": classifier,
    "logarithm of a sigmoid": bernoulli,
    "constant folding": lambda: dense(3, 4, 2),
    "identity": identities,
    "softmax shift": classifier,
    "common subexpressions": identities,
    "dead equations": lambda: dense(3, 4, 2),
}


def test_there_is_a_subject_for_every_rewrite() -> None:
    assert set(SUBJECTS) == set(REWRITES)


@pytest.mark.parametrize("rule", REWRITES)
def test_every_rewrite_has_something_to_do_in_its_subject(rule: str) -> None:
    built = SUBJECTS[rule]()
    derivation = rewrite(adjoint(built, wrt(built)))
    assert rule in {step.rule for step in derivation.steps}
    report = check_equations(derivation)
    assert report.passed, report.table()


def spoiled(equation: Equation) -> Equation:
    return replace(equation, body=2 * equation.body**2)


def corrupted(rule: str) -> Callable[[Derivation], tuple[Program, tuple[Step, ...]]]:
    """The rewrite, with the first equation that it changes spoiled: in the program and in its step."""
    right = REWRITES[rule]

    def wrong(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
        result, steps = right(derivation)
        known, now = set(derivation.result.equations()), set(result.equations())
        new = next((e for s in steps for e in s.after if e in now - known), None)
        if new is None:
            return result, steps
        bad = [replace(s, after=tuple(spoiled(e) if e == new else e for e in s.after)) for s in steps]
        return result.map(lambda e: spoiled(e) if e == new else e), tuple(bad)

    return wrong


@pytest.mark.parametrize("rule", [rule for rule in REWRITES if rule != "dead equations"])
def test_a_corrupted_rewrite_fails(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REWRITES, rule, corrupted(rule))
    assert not checked(SUBJECTS[rule]()).passed


@pytest.mark.parametrize("rule", [rule for rule in REWRITES if rule != "dead equations"])
def test_a_step_that_shows_another_formula_than_the_program_has_fails(rule: str) -> None:
    """The notes print the steps: the result being right is not enough."""
    built = SUBJECTS[rule]()
    derivation = rewrite(adjoint(built, wrt(built)))
    place = next(k for k, step in enumerate(derivation.steps) if step.rule == rule)
    steps = list(derivation.steps)
    last = steps[place].after[-1]
    wrong = replace(last, body=2 * last.body**2)
    steps[place] = replace(steps[place], after=(*steps[place].after[:-1], wrong))
    assert not check_equations(replace(derivation, steps=tuple(steps))).passed


def test_dropping_an_equation_that_is_needed_fails() -> None:
    derivation = rewrite(adjoint(dense(3, 4, 2), ("W1", "b1", "W2", "b2")))
    for name in ("W1_bar", "b2_bar"):
        without = derivation.result.map(lambda e, name=name: () if e.target == name else e)
        report = check_equations(replace(derivation, result=without))
        assert [row.what for row in report.failures][:1] == [name]


def test_an_equation_that_is_dropped_while_others_read_it_is_a_row_that_fails() -> None:
    derivation = rewrite(adjoint(dense(3, 4, 2), ("W1", "b1", "W2", "b2")))
    without = derivation.result.map(lambda e: () if e.target == "z1" else e)
    assert not check_equations(replace(derivation, result=without)).passed


# Every factor of the chain rule.


def factors(step: Step) -> tuple[Expr, ...]:
    return sympy.Mul.make_args(step.after[0].body)


def with_factor(derivation: Derivation, place: int, factor: int, new: Callable[[Expr], Expr]) -> Derivation:
    """The derivation by the chain rule, with one factor of one step changed, in the step and in the program."""
    step = derivation.steps[place]
    changed = list(factors(step))
    changed[factor] = new(changed[factor])
    old = step.after[0]
    wrong = replace(old, body=sympy.Mul(*changed))
    steps = list(derivation.steps)
    steps[place] = replace(step, after=(wrong,))
    result = check(derivation.result.map(lambda e: wrong if e is old else e))
    return replace(derivation, steps=tuple(steps), result=result, chain_result=result)


@cache
def chain_rules() -> dict[str, Derivation]:
    names = ("dense", "matrix square", "recurrence", "embedding")
    programs = {name: GENERAL[name]() for name in names} | {"convolution": convolution(3, 2, 1, 2)}
    return {name: adjoint(built, wrt(built)) for name, built in programs.items()}


FACTORS = [
    (name, place, factor)
    for name, derivation in chain_rules().items()
    for place, step in enumerate(derivation.steps)
    for factor in range(len(factors(step)))
]


@pytest.mark.parametrize("dropped", every_third(FACTORS), ids=str)
def test_a_dropped_factor_of_the_chain_rule_fails(dropped: tuple[str, int, int]) -> None:
    name, place, factor = dropped
    derivation = chain_rules()[name]
    one = factors(derivation.steps[place])[factor] == read("L_bar")  # dL/dL = 1: dropping it changes nothing
    wrong = with_factor(derivation, place, factor, lambda old: sympy.Integer(2 if one else 1))
    report = check_equations(wrong)
    assert not report.passed
    assert any(row.what.startswith("chain rule") for row in report.failures), "the step itself must fail"
    assert any(row.what.startswith(("dL/d", "adjoints of")) for row in report.failures), "and so must a gradient"


@pytest.mark.parametrize("name", ["dense", "recurrence", "matrix square"])
def test_a_lost_contribution_of_the_chain_rule_fails(name: str) -> None:
    derivation = chain_rules()[name]
    for step in derivation.steps:
        result = derivation.result.map(lambda e, lost=step.after[0]: () if e is lost else e)
        wrong = replace(derivation, result=result, chain_result=result)
        assert not check_equations(wrong).passed, str(step)


@pytest.mark.parametrize("name", ["dense", "matrix square", "embedding"])
def test_swapped_indices_fail(name: str) -> None:
    """A lost transpose: the positions of one read of a two-dimensional tensor exchanged."""
    built = GENERAL[name]()
    derivation = adjoint(built, wrt(built))
    tried = 0
    for step in derivation.steps:
        old = step.after[0]
        for operand in old.reads:
            swapped = replace(operand.access, indices=operand.access.indices[::-1])
            new = replace(old, body=old.body.xreplace({operand: read(swapped.tensor, *swapped.indices)}))
            if len(swapped.indices) != 2 or new == old:
                continue
            tried += 1
            result = derivation.result.map(lambda e, old=old, new=new: new if e is old else e)
            assert not check_equations(replace(derivation, result=result)).passed, str(new)
    assert tried
