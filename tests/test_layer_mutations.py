"""Mistakes that people make in the backward pass of a layer, each seeded once: the check must see every one.

Some of them pass the tolerances that are usual for gradient checks in single precision.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import sympy

from symbp.chain_rule import adjoint
from symbp.derivation import Derivation
from symbp.equation import Access, Affine, Equation, Guard, Index, Read
from symbp.layers import (
    Add,
    AvgPool2d,
    BatchNorm,
    Concatenate,
    Conv2d,
    ConvTranspose1d,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GroupNorm,
    Gru,
    Layer,
    LayerNorm,
    Lstm,
    MaxPool2d,
    Multiply,
    RMSNorm,
    Rnn,
)
from symbp.layers.fragment import within
from symbp.network import Network
from symbp.rewrite import rewrite
from symbp.verify import Report, check_equations

pytestmark = pytest.mark.slow

Mistake = Callable[[Equation], Equation | tuple[()]]
Shape = tuple[int, ...]

EPSILON = sympy.Rational("1e-5")
HEAD = (Flatten(), Dense(2))
NETWORKS: dict[str, tuple[Shape, Sequence[Layer]]] = {
    "convolution": ((2, 4, 5), (Conv2d(2, 3, 2, 1), *HEAD)),
    "dilated": ((2, 4, 5), (Conv2d(2, 2, dilation=2, activation="tanh"), *HEAD)),
    "groups": ((4, 3, 3), (Conv2d(6, 2, groups=2), *HEAD)),
    "transposed": ((2, 4), (ConvTranspose1d(2, 3, 2, 1, activation="tanh"),)),
    "largest": ((1, 3, 4), (Conv2d(1, 1), MaxPool2d(3, 2, 1), *HEAD)),
    "mean": ((1, 3, 4), (Conv2d(1, 1, activation="tanh"), AvgPool2d(2, padding=1), *HEAD)),
    "batch norm": ((3,), (BatchNorm(activation="tanh"), Dense(2))),
    "layer norm": ((4,), (LayerNorm(), Dense(2))),
    "rms norm": ((4,), (RMSNorm(), Dense(2))),
    "group norm": ((4, 3), (GroupNorm(2), *HEAD)),
    "dropout": ((4,), (Dropout(0.4), Dense(2, "tanh"))),
    "residual": ((3,), (Dense(3, "tanh", name="f"), Add(input=["x", "f"]), Dense(2))),
    "gate": ((2, 3, 3), (Conv2d(2, 1, name="a"), GlobalAvgPool(input="x", name="b"), Multiply(input=["a", "b"]))),
    "branches": ((3,), (Dense(2, name="a"), Concatenate(input=["a", "x"]), Dense(2, "tanh"))),
    "shared": ((3,), (Dense(3, "tanh", name="a"), Dense(3, share="a"))),
    "rnn": ((3, 2), (Rnn(2, returns="sequence"),)),
    "both ways": ((3, 2), (Rnn(2, bidirectional=True),)),
    "lstm": ((3, 2), (Lstm(2, returns="sequence"),)),
    "gru": ((3, 2), (Gru(2), Dense(2))),
}


@cache
def chain_rule(name: str) -> Derivation:
    shape, layers = NETWORKS[name]
    program = Network("net", {"shape": list(shape)}, list(layers)).program()
    wrt = (*(t.name for t in program.of_role("parameter")), "x")
    return adjoint(program, wrt)


def seeded(derivation: Derivation, target: str, mistake: Mistake) -> Derivation:
    """The derivation with a mistake in the equations of one target where it can be made, in program and steps."""
    changed: list[Equation] = []

    def wrong(equation: Equation) -> Equation | tuple[()]:
        new = mistake(equation) if equation.target == target else equation
        if new != equation:
            changed.append(equation)
        return new

    result = derivation.result.map(wrong)
    assert changed, f"there is nothing to get wrong in {target}"
    steps = [s if s.target != target else replace(s, after=with_mistake(s.after, mistake)) for s in derivation.steps]
    steps = [s for s in steps if s.after or s.rule != "chain rule"]
    chain = result if derivation.chain_result is derivation.result else derivation.chain_result
    return replace(derivation, steps=tuple(steps), result=result, chain_result=chain)


def with_mistake(equations: tuple[Equation, ...], mistake: Mistake) -> tuple[Equation, ...]:
    wrong = (mistake(e) for e in equations)
    return tuple(e for e in wrong if isinstance(e, Equation))


# The mistakes.


def at_positions(tensor: str, extents: Sequence[int], change: Callable[[Affine], Affine]) -> Mistake:
    """Every position in a tensor changed, and the guards with them: it still lies within."""

    def access(old: Access) -> Access:
        return replace(old, indices=tuple(map(change, old.indices))) if old.tensor == tensor else old

    def mistake(equation: Equation) -> Equation:
        touched = (equation.lhs, *(r.access for r in equation.reads))
        inside: list[Guard] = [g for g in equation.guards if g.relation != ">="]
        for found in (access(a) for a in touched if a.tensor == tensor):
            for position, extent in zip(found.indices[1:], extents, strict=True):
                inside += within(position, extent) if position.index is None else ()
        body = equation.body.xreplace({r: Read(access(r.access)) for r in equation.reads})
        return replace(equation, lhs=access(equation.lhs), body=body, guards=tuple(inside))

    return mistake


def padding_off_by_one(position: Affine) -> Affine:
    return position + 1 if position.constant < 0 else position


def without_factor(*names: str) -> Callable[[Affine], Affine]:
    """Positions in which a factor (the stride, the dilation, the size of a group) of these indices is forgotten."""

    def forgotten(position: Affine) -> Affine:
        terms = ((1 if isinstance(a, Index) and a.name in names else c, a) for c, a in position.terms)
        return Affine(tuple(terms), position.constant)

    return forgotten


def without_offset(position: Affine) -> Affine:
    """Positions of the first group, or of the first branch, whatever the group or branch."""
    return Affine(tuple((c, a) for c, a in position.terms if not (isinstance(a, Index) and a.name == "g")), 0)


def to_another_place(equation: Equation) -> Equation:
    """The adjoint of a maximum goes to the place before the largest."""
    guards = (replace(g, affine=g.affine + 1) if g.relation == "==" else g for g in equation.guards)
    return replace(equation, guards=tuple(guards))


def to_every_place(equation: Equation) -> Equation:
    return replace(equation, guards=tuple(g for g in equation.guards if g.relation != "=="))


def lost(reads: str) -> Mistake:
    """The contribution that comes through a tensor, forgotten."""
    return lambda equation: () if reads in equation.tensors_read else equation


def forgotten(name: str) -> Mistake:
    """A factor of the derivative, forgotten."""

    def mistake(equation: Equation) -> Equation:
        factors = {r: 1 for r in equation.reads if r.access.tensor == name}
        return replace(equation, body=equation.body.xreplace(factors))

    return mistake


def times(number: Any) -> Mistake:
    return lambda equation: replace(equation, body=equation.body * number)


def a_step_later(tensor: str) -> Mistake:
    """A row of a state taken one step too late."""

    def later(access: Access) -> Access:
        return replace(access, indices=tuple(p + 1 if _counts_steps(p) else p for p in access.indices))

    def mistake(equation: Equation) -> Equation:
        moved = {r: Read(later(r.access)) for r in equation.reads if r.access.tensor == tensor}
        return replace(equation, body=equation.body.xreplace(moved))

    return mistake


def _counts_steps(position: Affine) -> bool:
    return any(isinstance(a, Index) and a.name == "t" for _, a in position.terms) and not position.constant


ROWS, LINE = (2, 4, 5), (2, 7)
MISTAKES: dict[str, tuple[str, str, Mistake]] = {
    "padding off by one, to the input": ("convolution", "x_bar", at_positions("x_bar", ROWS, padding_off_by_one)),
    "padding off by one, to the kernel": ("convolution", "W1_bar", at_positions("x", ROWS, padding_off_by_one)),
    "stride ignored in the scatter": ("convolution", "x_bar", at_positions("x_bar", ROWS, without_factor("r", "c"))),
    "stride ignored to the kernel": ("convolution", "W1_bar", at_positions("x", ROWS, without_factor("r", "c"))),
    "stride ignored along columns alone": ("convolution", "x_bar", at_positions("x_bar", ROWS, without_factor("c"))),
    "kernel transposed": ("convolution", "x_bar", lambda e: replace(e, body=transposed(e, "W1"))),
    "a bias averaged over its places": ("convolution", "b1_bar", lambda e: replace(e, body=e.body / 6)),
    "dilation ignored": ("dilated", "x_bar", at_positions("x_bar", ROWS, without_factor("u", "v"))),
    "dilation ignored to the kernel": ("dilated", "W1_bar", at_positions("x", ROWS, without_factor("u"))),
    "first group for all, to the input": ("groups", "x_bar", at_positions("x_bar", (4, 3, 3), without_offset)),
    "first group for all, to the kernel": ("groups", "W1_bar", at_positions("x", (4, 3, 3), without_offset)),
    "group offset by its number": ("groups", "x_bar", at_positions("x_bar", (4, 3, 3), without_factor("g"))),
    "transposed: padding off by one": ("transposed", "x_bar", at_positions("z1_bar", LINE, padding_off_by_one)),
    "transposed: stride ignored": ("transposed", "W1_bar", at_positions("z1_bar", LINE, without_factor("r"))),
    "pooled to the place before": ("largest", "a1_bar", to_another_place),
    "pooled to every place": ("largest", "a1_bar", to_every_place),
    "pooling with its padding off by one": ("largest", "a1_bar", at_positions("a1_bar", (1, 3, 4), padding_off_by_one)),
    "a mean by the places that are there": ("mean", "a1_bar", times(4)),
    "a mean with its padding off by one": ("mean", "a1_bar", at_positions("a1_bar", (1, 3, 4), padding_off_by_one)),
    "the mean of a batch taken as constant": ("batch norm", "x_bar", lost("mu1_bar")),
    "the variance of a batch taken as constant": ("batch norm", "d1_bar", lost("v1_bar")),
    "an unbiased variance": ("batch norm", "v1_bar", times(1.25)),
    "no epsilon": ("batch norm", "v1_bar", lambda e: replace(e, body=e.body.xreplace({EPSILON: 0}))),
    "the mean of a sample taken as constant": ("layer norm", "x_bar", lost("mu1_bar")),
    "the variance of a sample taken as constant": ("layer norm", "d1_bar", lost("v1_bar")),
    "the root mean square taken as constant": ("rms norm", "x_bar", lost("v1_bar")),
    "the mean of a group taken as constant": ("group norm", "x_bar", lost("mu1_bar")),
    "the first group for all groups": ("group norm", "x_bar", at_positions("x_bar", (4, 3), without_offset)),
    "gamma forgotten": ("group norm", "xhat1_bar", forgotten("gamma1")),
    "the mask forgotten": ("dropout", "x_bar", forgotten("mask1")),
    "not scaled by what is kept": ("dropout", "x_bar", times(0.6)),
    "the skip connection forgotten": ("residual", "x_bar", lost("a2_bar")),
    "the branch forgotten": ("residual", "x_bar", lost("z1_bar")),
    "a gate without its partner": ("gate", "a2_bar", forgotten("a1")),
    "the other branch's part": ("branches", "x_bar", at_positions("a2_bar", (5,), without_offset)),
    "one of two uses forgotten": ("shared", "W1_bar", lost("a1")),
    "nothing goes back through time": ("rnn", "h1_bar", lost("U1")),
    "the state after the step, to its weights": ("rnn", "U1_bar", a_step_later("h1")),
    "nothing goes back on the way back": ("both ways", "hr1_bar", lost("Ur1")),
    "the cell's own path forgotten": ("lstm", "c1_bar", lost("f1")),
    "the cell after the step, to the forget gate": ("lstm", "f1_bar", a_step_later("c1")),
    "the slope at the cell forgotten": ("lstm", "c1_bar", lost("s1_bar")),
    "the gates of an LSTM taken as constant": ("lstm", "z1_bar", lost("i1_bar")),
    "the state's own path forgotten": ("gru", "h1_bar", lost("z1")),
    "the reset gate taken as constant": ("gru", "q1_bar", lost("r1_bar")),
    "the update gate without the candidate": ("gru", "z1_bar", lambda e: replace(e, body=without(e, "n1"))),
}


def without(equation: Equation, name: str) -> Any:
    """The body with a tensor taken as zero."""
    return equation.body.xreplace({r: 0 for r in equation.reads if r.access.tensor == name})


def transposed(equation: Equation, name: str) -> Any:
    """The body with rows and columns of a kernel exchanged."""
    swap = {r: Read(replace(r.access, indices=(*r.access.indices[:2], *r.access.indices[:1:-1])))
            for r in equation.reads if r.access.tensor == name}  # fmt: skip
    return equation.body.xreplace(swap)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_network_passes_as_it_is(name: str) -> None:
    for derivation in (chain_rule(name), rewrite(chain_rule(name))):
        report = check_equations(derivation)
        assert report.passed, report.table()


def failed(report: Report) -> list[str]:
    return [row.what for row in report.failures]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_the_chain_rule_fails(name: str) -> None:
    """The gradient fails; so does the step, unless it has been left out."""
    network, target, mistake = MISTAKES[name]
    wrong = failed(check_equations(seeded(chain_rule(network), target, mistake)))
    assert any(what.startswith(("dL/d", "adjoints of")) for what in wrong), wrong


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_does_not_hide_behind_the_rewrites(name: str) -> None:
    network, target, mistake = MISTAKES[name]
    wrong = failed(check_equations(rewrite(seeded(chain_rule(network), target, mistake))))
    assert any(what.startswith(("dL/d", "adjoints of")) for what in wrong), wrong


CLOSED = [(name, lost) for name in ("batch norm", "layer norm", "group norm") for lost in ("mean", "moment")]


@pytest.mark.parametrize(("name", "statistic"), CLOSED)
def test_a_closed_form_without_a_statistic_fails(name: str, statistic: str) -> None:
    """``(xhat_bar - h - xhat*g)/s`` with ``g`` or ``h`` left out."""
    derivation = rewrite(chain_rule(name))

    def mistake(equation: Equation) -> Equation:
        gone = {r: 0 for r in equation.reads if r.access.tensor == f"xhat1_bar_{statistic}"}
        return replace(equation, body=equation.body.xreplace(gone))

    wrong = failed(check_equations(seeded(derivation, "x_bar", mistake)))
    assert "dL/dx" in wrong and any(what.startswith("normalisation") for what in wrong), wrong
