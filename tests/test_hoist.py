"""Hoisting: the same values from smaller scans, and nothing in a scan that need not be there."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from programs import eq, recurrence
from scans import random_recurrence, random_scan

from symbp import functions as f
from symbp.chain_rule import adjoint
from symbp.derivation import Derivation
from symbp.equation import Affine, Equation, Index, read
from symbp.parse import parse_program
from symbp.program import Program, Scan, Statement
from symbp.reference import evaluate
from symbp.rewrite import REWRITES, rewrite
from symbp.rewrite.hoist import distributed, hoist
from symbp.verify.perturb import complex_step
from symbp.verify.steps import check_steps
from symbp.wellformed import check

LSTM = """
h[n,0,u] = 0
c[n,0,u] = 0
z[n,t,p] = sum[j](W[p,j]*x[n,t,j]) + b[p] + sum[k](U[p,k]*h[n,t,k])
i[n,t,u] = sigmoid(z[n,t,u])
f[n,t,u] = sigmoid(z[n,t,u+3])
g[n,t,u] = tanh(z[n,t,u+6])
o[n,t,u] = sigmoid(z[n,t,u+9])
c[n,t+1,u] = f[n,t,u]*c[n,t,u] + i[n,t,u]*g[n,t,u]
m[n,t,u] = tanh(c[n,t+1,u])
h[n,t+1,u] = o[n,t,u]*m[n,t,u]
L = mean[n,t,u]((h[n,t+1,u] - y[n,t,u])**2)
"""


def lstm() -> Program:
    """An LSTM all of whose equations stand in the scan, as a layer states them."""
    given = {"x": "n,t,j", "y": "n,t,u", "W": "p,j", "U": "p,k", "b": "p"}
    roles = {"x": "input", "y": "target", "W": "parameter", "U": "parameter", "b": "parameter"}
    tensors = {name: {"indices": indices, "role": roles[name]} for name, indices in given.items()}
    parsed = parse_program({"n": "N", "t": "T", "p": 12, "k": 3, "u": 3, "j": 2}, tensors, LSTM)
    body: list[Equation] = []
    around: list[Statement] = []
    for e in parsed.equations():
        position = e.lhs.indices[1] if len(e.lhs.indices) > 1 else Affine()
        index = next((i for i in position.indices() if i.name == "t"), None)
        if index is None:
            around.append(e)
        else:
            body.append(replace(e, domain=tuple(i for i in e.domain if i != index)))
            t = index
    return check(replace(parsed, statements=(*around[:-1], Scan(t, tuple(body)), around[-1])))


def values_of(program: Program, given: dict[str, Any], sizes: dict[str, int]) -> dict[str, Any]:
    return {name: v for name, v in evaluate(program, given, sizes).items() if name not in given}


def plain(program: Program) -> Derivation:
    return Derivation(program, (), program, (), (program.output,), program)


@pytest.mark.parametrize("seed", range(150))
def test_hoisting_keeps_the_value_of_every_tensor(seed: int) -> None:
    program = check(random_scan(seed))
    hoisted, _ = hoist(plain(program))
    rng = np.random.default_rng(seed)
    given = {t.name: rng.uniform(-1, 1, t.shape) for t in program.of_role("input", "parameter")}
    before, after = values_of(program, given, {}), values_of(check(hoisted), given, {})
    for name, value in before.items():
        np.testing.assert_allclose(after[name], value, rtol=1e-12, atol=1e-12, err_msg=f"{name}\n{program}\n{hoisted}")


@pytest.mark.parametrize("seed", range(0, 150, 7))
def test_a_scan_that_is_left_cannot_be_split_again(seed: int) -> None:
    for statement in hoist(plain(random_scan(seed)))[0].statements:
        if isinstance(statement, Scan):
            assert distributed(statement) == (statement,)


def test_the_random_scans_are_of_all_sorts() -> None:
    """Some stay whole, some vanish, some become several."""
    counts = set()
    for seed in range(150):
        hoisted, _ = hoist(plain(random_scan(seed)))
        counts.add(sum(isinstance(s, Scan) for s in hoisted.statements))
    assert {0, 1, 2} <= counts


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_the_gradient_of_a_recurrence_is_hoisted(steps: int) -> None:
    d = adjoint(recurrence(steps), ["W", "U", "b", "h0"])
    hoisted, found = hoist(d)
    rng = np.random.default_rng(steps)
    given = {
        t.name: rng.uniform(-1, 1, [3 if e == "N" else e for e in map(_extent, t.shape)])
        for t in d.start.of_role("input", "parameter", "target")
    }
    before, after = values_of(d.result, given, {"N": 3}), values_of(check(hoisted), given, {"N": 3})
    for name, value in before.items():
        np.testing.assert_allclose(after[name], value, rtol=1e-12, atol=1e-12)
    assert max(c.error for c in check_steps(found, {**given, **before}, {"N": 3})) < 1e-12
    scans = [s for s in hoisted.statements if isinstance(s, Scan)]
    assert len(scans) == (2 if steps > 1 else 0)  # one step reads nothing that it writes
    moved = [s.target for s in found if s.target not in {e.target for s in scans for e in s.body} - {"z"}]
    assert steps == 1 or moved == ["z", "b_bar", "U_bar", "W_bar"]


def _extent(extent: Any) -> Any:
    return extent if isinstance(extent, int) else "N"


def test_a_scan_of_an_lstm_holds_the_recurrence_alone() -> None:
    d = rewrite(adjoint(lstm(), ["W", "U", "b"]))
    scans = [s for s in d.result.statements if isinstance(s, Scan)]
    assert [s.reverse for s in scans] == [False, True]
    products = [[str(e) for e in s.body if e.reduction] for s in scans]
    assert products == [
        ["z[n,t,p] += sum[k](U[p,k]*h[n,t,k])"],
        ["h_bar[n,t,k] += sum[p](U[p,k]*z_bar[n,t,p])"],
    ]
    outside = [str(s) for s in d.result.statements if isinstance(s, Equation)]
    assert "z[n,t,p] = sum[j](W[p,j]*x[n,t,j])" in outside
    assert "U_bar[p,k] = sum[n,t](h[n,t,k]*z_bar[n,t,p])" in outside
    assert "b_bar[p] = sum[n,t](z_bar[n,t,p])" in outside


def test_the_steps_say_where_an_equation_went() -> None:
    _, found = hoist(adjoint(lstm(), ["W"]))
    assert {(s.target, s.because) for s in found} == {
        ("z", "nothing in it comes from the recurrence over t: it is computed for all t at once, before the loop"),
        ("W_bar", "the recurrence over t does not read it: it is computed for all t at once, after the loop"),
    }


def test_recurrences_that_do_not_meet_become_scans_of_their_own() -> None:
    t = Index("t", 4)
    after = Affine.of(t) + 1
    body = (
        eq(read("h", after), f.tanh(read("h", t)), scan=t),
        eq(read("g", after), f.sin(read("g", t) + read("h", after)), scan=t),
        eq(read("u", t), read("g", t), scan=t),
    )
    assert list(map(str, distributed(Scan(t, body)))) == [
        "scan t:\n    h[t+1] = tanh(h[t])",
        "scan t:\n    g[t+1] = sin(g[t] + h[t+1])",
        "u[t] = g[t]",
    ]


def test_what_reads_a_row_before_it_is_written_stays_before_it() -> None:
    t = Index("t", 4)
    body = (
        eq(read("a", t), read("h", Affine.of(t) + 1), scan=t),  # not yet written: as it was
        eq(read("h", t), read("x", t), scan=t),
    )
    assert list(map(str, distributed(Scan(t, body)))) == ["a[t] = h[t+1]", "h[t] = x[t]"]
    assert list(map(str, distributed(Scan(t, body, reverse=True)))) == ["h[t] = x[t]", "a[t] = h[t+1]"]


@pytest.mark.parametrize("seed", range(40))
def test_the_gradient_of_a_random_recurrence_stays_what_it_is(seed: int) -> None:
    d = adjoint(random_recurrence(seed), ["W", "x"])
    rng = np.random.default_rng(seed)
    given = {t.name: rng.uniform(-1, 1, t.shape) for t in d.start.of_role("input", "parameter")}
    before, slopes = values_of(d.result, given, {}), complex_step(d.start, given, {}, ("W", "x"))
    for kept in (["merge of contributions"], ["hoisting", "merge of contributions"], list(REWRITES)):
        after = values_of(rewrite(d, without=set(REWRITES) - set(kept)).result, given, {})
        for name in after:
            np.testing.assert_allclose(after[name], before.get(name, after[name]), rtol=1e-11, atol=1e-11)
        for name, slope in slopes.items():
            np.testing.assert_allclose(after[f"{name}_bar"], slope, rtol=1e-11, atol=1e-11)


def test_the_parts_of_an_adjoint_that_a_scan_writes_are_definitions() -> None:
    """Each gate's part of z_bar, which no other equation writes; what the next step adds to comes second."""
    d = rewrite(adjoint(lstm(), ["W", "U", "b"]))
    lines = [str(e) for name in ("z_bar", "h_bar", "c_bar") for e in d.result.defining(name)]
    assert lines == [
        "z_bar[n,t,u+9] = o[n,t,u]*o_bar[n,t,u]*(1 - o[n,t,u])",
        "z_bar[n,t,u+6] = g_bar[n,t,u]*(1 - g[n,t,u]**2)",
        "z_bar[n,t,u+3] = f[n,t,u]*f_bar[n,t,u]*(1 - f[n,t,u])",
        "z_bar[n,t,u] = i[n,t,u]*i_bar[n,t,u]*(1 - i[n,t,u])",
        "h_bar[n,t+1,u] = (2*h[n,t+1,u] - 2*y[n,t,u])/(3*N*T)",
        "h_bar[n,t,k] += sum[p](U[p,k]*z_bar[n,t,p])",
        "c_bar[n,t+1,u] += m_bar[n,t,u]*(1 - m[n,t,u]**2)",
        "c_bar[n,t,u] += c_bar[n,t+1,u]*f[n,t,u]",
    ]
