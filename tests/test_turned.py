"""Tensors whose short rows have maxima are stored with that axis first in a workspace, where nothing needs the rows."""

from __future__ import annotations

import numpy as np

from symbp.derive import derive
from symbp.equation import Equation, Index, Size, read
from symbp.functions import exp
from symbp.layers import Dense
from symbp.network import Network
from symbp.numpy_code import module_text
from symbp.program import Program, Tensor
from symbp.schedule import schedule, schedule_in_place
from tests.modules import arguments, imported, random_values
from tests.networks import network
from tests.programs import eq

N, T = Size("N"), Size("T")
n, t, u, d, k = Index("n", N), Index("t", T), Index("u", 7), Index("d", 2), Index("k", 5)
TENSORS = (
    Tensor("W", (5, 2), "parameter"),
    Tensor("h", (N, T, 2), "input"),
    Tensor("v", (N, 7, 2), "input"),
    Tensor("y", (N, T, 5), "target"),
    Tensor("z", (N, T, 5)),
    Tensor("s", (N, T, 7)),
    Tensor("m", (N, T)),
    Tensor("e", (N, T, 5)),
    Tensor("L", (), "loss"),
)
Z, E, M, Y = read("z", n, t, k), read("e", n, t, k), read("m", n, t), read("y", n, t, k)
PRODUCT = eq(Z, read("W", k, d) * read("h", n, t, d), (d,))
LARGEST = eq(M, Z, (k,), "max")
SHIFTED = eq(E, exp(Z - M))


def stored(*equations: Equation, output: str = "L") -> dict[str, tuple[object, ...]]:
    program = Program(TENSORS, equations, output)
    return {t.name: t.shape for t in schedule_in_place(program, [output]).program.tensors}


def test_what_is_computed_element_by_element_is_turned_together() -> None:
    total = eq(read("L"), E, (n, t, k))
    shapes = stored(PRODUCT, LARGEST, SHIFTED, total)
    assert shapes["z"] == shapes["e"] == (5, N, T)
    assert shapes["m"] == (N, T)
    plain = schedule(Program(TENSORS, (PRODUCT, LARGEST, SHIFTED, total)), ["L"]).program
    assert plain.tensor["z"].shape == (N, T, 5)


def test_what_is_returned_or_needs_rows_is_not_turned() -> None:
    assert stored(PRODUCT, LARGEST, SHIFTED, output="e")["e"] == (N, T, 5)
    scores = eq(read("s", n, t, u), read("h", n, t, d) * read("v", n, u, d), (d,))  # rows of one sample meet
    shapes = stored(scores, eq(M, read("s", n, t, u), (u,), "max"), eq(read("L"), M, (n, t)))
    assert shapes["s"] == (N, T, 7)


def test_given_tensors_keep_their_rows_and_few_of_them_may_be_met() -> None:
    once = eq(read("L"), Y * E, (n, t, k))
    assert stored(PRODUCT, LARGEST, SHIFTED, once)["e"] == (5, N, T)
    more = [eq(E, Y * Z, (), accumulate=True) for _ in range(3)]
    assert stored(PRODUCT, LARGEST, SHIFTED, *more, once)["e"] == (N, T, 5)


def test_long_rows_stay() -> None:
    d = derive(Network("wide", 2, [Dense(300)], "sparse_cross_entropy"))
    assert schedule_in_place(d.result, d.wanted).program.tensor["yhat"].shape == (N, 300)


def test_softmax_between_layers_has_the_values_of_the_plain_function(tmp_path) -> None:
    for loss in ("sparse_cross_entropy", "cross_entropy"):
        d = derive(network(Dense(4, "softmax"), Dense(3, "softmax", bias=False), Dense(3), loss=loss))
        module = imported(tmp_path, loss, module_text(d))
        assert "reshape(4, N)" in (tmp_path / f"{loss}.py").read_text()
        given = arguments(module, d.start, random_values(d.start, 6, 1, "probabilities"))
        loss_value, gradient = module.loss_and_grad(*given)
        other_value, other = module.Workspace(6, np.float64).loss_and_grad(*given)
        assert abs(loss_value - other_value) < 1e-14
        assert all(np.allclose(a, b, rtol=1e-12, atol=1e-15) for a, b in zip(gradient, other, strict=True))
