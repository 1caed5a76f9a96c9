"""The chain rule: what it gives for single equations, and what is true of every derivative."""

from dataclasses import replace

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import assert_close
from programs import GENERAL, N, convolution, dense, eq, max_pool, n, program, random_program, recurrence, renamed

from symbp import functions as f
from symbp.chain_rule import adjoint, contribution
from symbp.derivation import Derivation, adjoint_name, slice_program, with_tensors
from symbp.equation import Access, Affine, Equation, Index, read
from symbp.errors import ProgramError
from symbp.program import Program, Scan, Tensor
from symbp.reference import evaluate
from symbp.verify.draw import draws
from symbp.verify.perturb import complex_directional, complex_step, complex_tangent, weighted
from symbp.wellformed import check

II, J, K = Index("i", 3), Index("j", 2), Index("k", 3)
SIZES = {"N": 2}


def parameters(built: Program) -> tuple[str, ...]:
    return tuple(t.name for t in built.of_role("parameter")) or ("x",)


def backward(built: Program, *wrt: str) -> list[str]:
    """The lines that the chain rule adds, but for dL/dL = 1."""
    derivation = adjoint(built, wrt)
    lines = [str(s) for s in derivation.result.statements]
    return lines[len(derivation.start.statements) + 1 :]


def values_of(built: Program) -> dict[str, object]:
    return dict(next(draws(built, SIZES, 3)).values)


# What one equation gives.


def loss_of(body: sympy.Expr, over: tuple[Index, ...] = (), **between: tuple[int, ...]) -> Program:
    return program((eq(read("L"), body, over),), {}, {}, parameters=between)


@pytest.mark.parametrize(
    ("body", "over", "shapes", "expected"),
    [
        (read("u") * read("v"), (), {"u": (), "v": ()}, ["u_bar += L_bar*v"]),
        (read("u") ** 3, (), {"u": (), "v": ()}, ["u_bar += 3*L_bar*u**2"]),
        (read("u", II) * read("v", II), (II,), {"u": (3,), "v": (3,)}, ["u_bar[i] += L_bar*v[i]"]),
        (read("v", II), (II, J), {"u": (3,), "v": (3,)}, []),
        (f.tanh(read("u", II)), (II,), {"u": (3,)}, ["u_bar[i] += L_bar*tanh_prime(u[i])"]),
        (
            read("u", II, K) * read("u", K, II),
            (II, K),
            {"u": (3, 3)},
            ["u_bar[i,k] += L_bar*u[k,i]", "u_bar[k,i] += L_bar*u[i,k]"],
        ),
        (read("u", Affine.of(II) + J), (II, J), {"u": (4,)}, ["u_bar[i+j] += L_bar"]),
        (read("u", II), (II, J), {"u": (3,)}, ["u_bar[i] += sum[j](L_bar)"]),
    ],
)
def test_each_read_of_an_equation_gives_one_contribution(body, over, shapes, expected) -> None:
    assert backward(loss_of(body, over, **shapes), "u") == expected


def test_a_bias_gradient_is_summed_over_what_the_bias_does_not_name() -> None:
    lines = backward(dense(3, 2), "W1", "b1")
    assert lines[-2:] == ["b1_bar[i] += sum[n](z1_bar[n,i])", "W1_bar[i,j] += sum[n](x[n,j]*z1_bar[n,i])"]


def test_guards_stay_and_a_kernel_is_met_at_shifted_positions() -> None:
    (line,) = [line for line in backward(convolution(), "x") if line.startswith("x_bar")]
    assert line == (
        "x_bar[n,m,2*r+u-1,2*c+v-1] += sum[o](K[o,m,u,v]*h_bar[n,o,r,c]) where "
        "2*r+u-1 >= 0, 2*c+v-1 >= 0, -2*r-u+5 >= 0, -2*c-v+5 >= 0"
    )


def test_the_adjoint_of_a_maximum_goes_to_where_it_was_found() -> None:
    derivation = adjoint(max_pool(), ["x"])
    assert str(derivation.result.statements[1]) == "p_at[n,r,c] = argmax[u,v](x[n,2*r+u,2*c+v])"
    assert derivation.result.tensor["p_at"].dtype == "int"
    assert str(derivation.result.statements[-1]) == (
        "x_bar[n,2*r+u,2*c+v] += p_bar[n,r,c] where v+3*u-p_at[n,r,c] == 0"
    )


def test_a_scan_is_run_the_other_way_with_its_equations_in_reverse() -> None:
    scan = adjoint(recurrence(), ["U"]).result.statements[-1]
    assert isinstance(scan, Scan) and scan.reverse
    assert str(scan) == (
        "scan t reversed:\n"
        "    z_bar[n,t,i] += h_bar[n,t+1,i]*tanh_prime(z[n,t,i])\n"
        "    U_bar[i,k] += sum[n](h[n,t,k]*z_bar[n,t,i])\n"
        "    h_bar[n,t,k] += sum[i](U[i,k]*z_bar[n,t,i])"
    )


def test_only_what_lies_between_the_question_and_the_loss_has_an_adjoint() -> None:
    derivation = adjoint(dense(3, 4, 2), ["W2"])
    named = [t.name for t in derivation.result.of_role("adjoint")]
    assert named == ["L_bar", "W2_bar", "a2_bar", "z2_bar"]


def test_each_step_holds_the_equation_and_its_contribution() -> None:
    derivation = adjoint(dense(3, 2), ["W1"])
    for step in derivation.steps:
        assert step.rule == "chain rule"
        assert step.before[0] in derivation.start.statements
        assert step.after[0] in derivation.result.statements
        assert step.after[0].target == step.target
    assert str(derivation.steps_of("W1_bar")[0]) == "chain rule: W1_bar[i,j] += sum[n](x[n,j]*z1_bar[n,i])"


def test_contribution_sums_what_the_left_side_does_not_name() -> None:
    made = contribution(Access.of("g", II), read("u", II, J), (II, J))
    assert str(made) == "g[i] += sum[j](u[i,j])" and made.domain == (II,)


@pytest.mark.parametrize("name", ["nothing", "tok"])
def test_a_gradient_by_what_is_no_float_tensor_is_refused(name: str) -> None:
    with pytest.raises(ProgramError) as caught:
        adjoint(GENERAL["embedding"](), [name])
    assert str(caught.value) == f"there is no float tensor {name} to differentiate by"


def test_a_maximum_over_a_run_time_length_must_have_it_first() -> None:
    built = program((eq(read("L"), read("u", II, n), (II, n), "max"),), {}, {}, parameters={"u": (3, N)})
    with pytest.raises(ProgramError) as caught:
        adjoint(built, ["u"])
    assert str(caught.value) == ("L = max[i,n](u[i,n]): only the first index of a maximum may have a run-time extent")


# What is true of every derivative.


@pytest.mark.parametrize("name", GENERAL)
def test_gradients_are_the_slopes_of_the_forward_program(name: str) -> None:
    built = GENERAL[name]()
    wrt, values = parameters(built), values_of(built)
    derivation = adjoint(built, wrt)
    found, expected = evaluate(derivation.result, values, SIZES), complex_step(built, values, SIZES, wrt)
    for tensor in wrt:
        assert_close(found[adjoint_name(tensor)], expected[tensor])


@pytest.mark.parametrize("name", ["convolution", "recurrence", "attention", "dense", "batch normalisation"])
def test_dot_product(name: str) -> None:
    """<J u, v> = <u, J^T v>: the chain rule of sum(v*out) against a complex step along u."""
    built = GENERAL[name]()
    output = next(t.name for t in reversed(built.tensors) if t.role == "intermediate")
    values, rng = values_of(built), np.random.default_rng(5)
    wrt = parameters(built)
    directions = {p: rng.normal(size=np.shape(values[p])) for p in wrt}
    tangent = complex_tangent(built, values, SIZES, directions, output)
    weights = rng.normal(size=tangent.shape)
    pulled = evaluate(adjoint(weighted(built, output), wrt).result, {**values, "weights#": weights}, SIZES)
    left = (tangent * weights).sum()
    right = sum((pulled[adjoint_name(p)] * directions[p]).sum() for p in wrt)
    assert abs(left - right) <= 1e-11 * abs(left)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_random_programs(seed: int) -> None:
    built = random_program(seed)
    values = values_of(built)
    along = {p: np.random.default_rng(seed).normal(size=np.shape(values[p])) for p in ("x", "W")}
    found = evaluate(adjoint(built, ("x", "W")).result, values, SIZES)
    slope = sum((found[adjoint_name(p)] * along[p]).sum() for p in along)
    size = sum(np.abs(found[adjoint_name(p)] * along[p]).sum() for p in along)
    assert abs(slope - complex_directional(built, values, SIZES, along)) <= 1e-11 * max(size, 1e-3)


def test_a_gradient_is_a_program_that_has_a_gradient() -> None:
    """H v twice: the chain rule applied to <dL/dW, v>, against complex steps of dL/dW."""
    built = dense(2, 3, 1, activation=f.sin)
    first = adjoint(built, ["W1"])
    i, j = Index("i", 3), Index("j", 2)
    product = Equation(Access("H"), read("W1_bar", i, j) * read("v", i, j), (), (i, j), "sum")
    tensors = (Tensor("v", (3, 2), "input"), Tensor("H", (), "loss"))
    second = Program((*first.result.tensors, *tensors), (*first.result.statements, product), "H")
    values = {**values_of(built), "v": np.random.default_rng(1).normal(size=(3, 2))}
    # the first adjoints are called g_..., since the second ones will be called ..._bar
    gradient = renamed(second, lambda name: f"g_{name.removesuffix('_bar')}" if name.endswith("_bar") else name)
    found = evaluate(adjoint(gradient, ["W1"]).result, values, SIZES)["W1_bar"]
    assert_close(found, complex_step(gradient, values, SIZES, ["W1"])["W1"])


# A derivation as a value.


def derivation() -> Derivation:
    return adjoint(dense(3, 2), ["W1"], ["a1"])


def test_numbers_count_definitions_in_order() -> None:
    expected = ["z1", "a1", "L", "L_bar", "a1_bar", "z1_bar", "W1_bar"]
    assert derivation().numbers == {name: k for k, name in enumerate(expected, 1)}
    assert derivation().wanted == ("L", "a1", "W1_bar")


def test_then_checks_what_it_is_given() -> None:
    d = derivation()
    wrong = replace(d.result, statements=d.result.statements[2:])
    with pytest.raises(ProgramError) as caught:
        d.then(wrong, [])
    assert str(caught.value) == "a1[n,i] = tanh(z1[n,i]): z1 is read before any equation writes it"


def test_a_slice_keeps_what_an_output_needs_and_all_that_is_given() -> None:
    built = dense(3, 4, 2)
    part = slice_program(built, ["a1"])
    assert [e.target for e in part.equations()] == ["z1", "z1", "a1"]
    assert {t.name for t in part.tensors} == {"x", "y", "W1", "b1", "W2", "b2", "z1", "a1"}


def test_a_slice_of_a_scan_follows_the_loop_around() -> None:
    assert slice_program(recurrence(), ["h"]).statements[-1] == recurrence().statements[1]


def test_with_tensors_adds_only_new_ones() -> None:
    built = dense(3, 2)
    again = with_tensors(built, {"x": Tensor("x", (9,)), "q": Tensor("q", ())})
    assert again.tensor["x"] == built.tensor["x"] and again.tensor["q"] == Tensor("q", ())
    assert check(again) is again
