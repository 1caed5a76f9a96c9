"""Modules of bare equations: what no layer is there for yet, and random programs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from symbp import functions as f
from symbp.chain_rule import adjoint
from symbp.derivation import Derivation
from symbp.equation import Access, Equation, Index, Length, Read, Size, read
from symbp.errors import ProgramError
from symbp.network import Network
from symbp.numpy_code import Blueprint, text_of, texts_of
from symbp.program import Program, Tensor
from symbp.rewrite import rewrite
from symbp.verify.module import plan_of
from symbp.wellformed import check
from tests.modules import arguments, bare, both, error, random_values, worst_error
from tests.programs import GENERAL, eq, program, random_program, with_function

N = Size("N")
n = Index("n", N)
SLOW = "# no array form of this equation is known: plain loops, correct and slow"


def trained(built: Program) -> Program:
    """The program itself, or one whose input is a parameter if it has none; then of two fixed samples."""
    if built.of_role("parameter"):
        return built
    fixed = {n: Index("n", 2)}
    tensors = tuple(
        replace(t, shape=tuple(2 if e == N else e for e in t.shape), role="parameter" if t.role == "input" else t.role)
        for t in built.tensors
    )
    changed = built.map(lambda e: replace(e.rename(fixed), body=e.rename(fixed).body.subs(Length("N"), 2)))
    return check(replace(changed, tensors=tensors))


def derived(built: Program) -> Derivation:
    return adjoint(built, [t.name for t in built.of_role("parameter")])


CASES = {name: trained(build()) for name, build in GENERAL.items()}
CASES |= {f"function {name}": with_function(name) for name in f.ROWS}
CASES |= {f"random {seed}": random_program(seed) for seed in range(12)}


@pytest.mark.parametrize("simplified", [False, True], ids=["raw", "rewritten"])
@pytest.mark.parametrize("name", CASES)
def test_both_emissions_agree_with_the_reference(name, simplified, tmp_path):
    built = CASES[name]
    derivation = rewrite(derived(built)) if simplified else derived(built)
    module = both(tmp_path, "bare", bare(derivation))
    workspace = module.Workspace(4, np.float64)
    for batch in (1, 3) if n.extent.name in built.sizes else (1,):
        values = random_values(built, batch, seed=batch)
        if name == "max pool":
            values["x"] = np.round(values["x"])  # ties
        given = arguments(module, built, values)
        for call in (
            module.plain.loss_and_grad,
            module.loss_and_grad,
            workspace.loss_and_grad,
            workspace.loss_and_grad,
        ):
            assert worst_error(call(*given), derivation.result, values, batch) < 1e-11


@pytest.mark.parametrize("name", GENERAL)
def test_single_precision_stays_single(name, tmp_path):
    module = both(tmp_path, "bare", bare(derived(CASES[name])))
    given = arguments(module, CASES[name], random_values(CASES[name], 3, seed=5), np.float32)
    for loss, gradient in (module.plain.loss_and_grad(*given), module.loss_and_grad(*given)):
        assert type(loss) is float
        assert {a.dtype for a in gradient} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", GENERAL)
def test_nothing_falls_back_to_loops_over_scalars(name):
    assert not [style for style, text in texts_of(bare(rewrite(derived(CASES[name])))).items() if SLOW in text]


def test_a_tensor_with_a_reserved_name(tmp_path):
    """Names that Python or the module has taken are spelled with an underscore, and nothing collides."""
    i, j = Index("np", 2), Index("l", 3)
    names = {"p": (2, 3), "p_": (2,), "lambda": (2,)}
    x = read("X", n, j)
    statements = (
        eq(read("l", n, i), read("p", i, j) * x, (j,)),
        eq(read("l", n, i), read("p_", i), accumulate=True),
        eq(read("g", n, i), f.tanh(read("l", n, i)) * read("lambda", i)),
        eq(read("L"), read("g", n, i) ** 2 / Length("N"), (n, i)),
    )
    built = program(statements, {"X": (N, 3)}, {"l": (N, 2), "g": (N, 2)}, names)
    derivation = derived(built)
    module = both(tmp_path, "bare", bare(derivation))
    values = random_values(built, 3, seed=1)
    p = module.Parameters(values["p"], values["p_"], values["lambda"])
    assert p._fields == ("p_", "p__", "lambda_")
    _, gradient = module.Workspace(3, np.float64).loss_and_grad(p, values["X"])
    for found in (module.loss_and_grad, module.plain.loss_and_grad):
        assert error(found(p, values["X"])[1].p_, gradient.p_) < 1e-14


def test_a_scalar_parameter(tmp_path):
    """A slope without axes gets a gradient without axes, an array all the same."""
    i = Index("i", 3)
    x = read("x", n, i)
    statements = (
        eq(read("a", n, i), f.relu(x) + read("slope") * f.minimum(x, 0)),
        eq(read("L"), (read("a", n, i) - 1) ** 2 / Length("N"), (n, i)),
    )
    built = program(statements, {"x": (N, 3)}, {"a": (N, 3)}, {"slope": ()})
    derivation = derived(built)
    module = both(tmp_path, "bare", bare(derivation))
    values = random_values(built, 4, seed=1) | {"slope": np.array(0.25)}
    for dtype in (np.float32, np.float64):
        given = arguments(module, built, values, dtype)
        for result in (module.plain.loss_and_grad(*given), module.loss_and_grad(*given)):
            assert result[1].slope.dtype == dtype and result[1].slope.shape == ()
            assert worst_error(result, derivation.result, values, 4) < (1e-5 if dtype == np.float32 else 1e-13)


def test_two_run_time_lengths(tmp_path):
    T = Size("T")
    t, i, j = Index("t", T), Index("i", 2), Index("j", 3)
    statements = (
        eq(read("z", n, t, i), read("W", i, j) * read("x", n, t, j), (j,)),
        eq(read("L"), f.tanh(read("z", n, t, i)) / (Length("N") * Length("T")), (n, t, i)),
    )
    built = program(statements, {"x": (N, T, 3)}, {"z": (N, T, 2)}, {"W": (2, 3)})
    module = both(tmp_path, "bare", bare(derived(built)))
    rng = np.random.default_rng(0)
    p, x = module.Parameters(rng.normal(size=(2, 3))), rng.normal(size=(3, 5, 3))
    loss, gradient = module.plain.loss_and_grad(p, x)
    slope = (1 - np.tanh(x @ p.W.T) ** 2) / 15
    assert loss == pytest.approx(np.tanh(x @ p.W.T).sum() / 15)
    assert error(gradient.W, np.einsum("nti,ntj->ij", slope, x)) < 1e-13
    workspace = module.Workspace(4, T=6, dtype=np.float64)
    assert error(workspace.loss_and_grad(p, x)[1].W, gradient.W) < 1e-13
    fewer = module.plain.loss_and_grad(p, x[:, :2])[1].W
    assert error(workspace.loss_and_grad(p, x[:, :2])[1].W, fewer) < 1e-13
    with pytest.raises(ValueError) as caught:
        workspace.loss_and_grad(p, np.zeros((3, 7, 3)))
    assert str(caught.value) == "T is 7, this workspace was made for at most 6"


def test_tokens_out_of_range_are_named(tmp_path):
    module = both(tmp_path, "bare", bare(derived(CASES["embedding"])))
    p, tok, Y = arguments(module, CASES["embedding"], random_values(CASES["embedding"], 2, seed=1))
    tok[1, 2] = 5
    with pytest.raises(ValueError) as caught:
        module.loss_and_grad(p, tok, Y)
    assert str(caught.value) == "tok has labels from 0 to 5, needs 0 to 4"


def test_without_parameters_there_is_no_module():
    square = Program((Tensor("x", (), "input"), Tensor("L", (), "loss")), (Equation(Access("L"), Read(Access("x"))),))
    with pytest.raises(ProgramError) as caught:
        text_of(Blueprint("none", "none", square, {}, ()))
    assert str(caught.value) == "none: a module needs a parameter to differentiate by"


def test_equations_alone_do_not_say_what_a_mask_is_in_use():
    layers = [{"kind": "dense", "units": 2}, {"kind": "dropout", "rate": 0.5}, {"kind": "dense", "units": 1}]
    program = Network("net", 3, layers, "mse").program()
    derivation = rewrite(adjoint(program, ["W1", "W2"], ["yhat"]))
    text = text_of(replace(plan_of(derivation), name="net"))
    assert "def loss(" in text and "def predict(" not in text
