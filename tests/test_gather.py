"""The gather form: its text in the textbook cases, and that it means what the scatter form means."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from networks import assert_close
from programs import N, at_least_zero, convolution, embedding, eq, max_pool, mean_square, n, program, recurrence

from symbp.chain_rule import adjoint
from symbp.derivation import Derivation
from symbp.equation import Access, Affine, Equation, Index, read
from symbp.program import Program, Scan, Tensor
from symbp.reference import evaluate
from symbp.rewrite.gather import gathered
from symbp.verify.draw import draws
from symbp.wellformed import check


def forms(derivation: Derivation, name: str) -> list[str]:
    """The gather form of each contribution to a tensor, where it has one."""
    tensor = derivation.chain_result.tensor[name]
    found = (gathered(e, tensor) for e in derivation.chain_result.defining(name))
    return [str(e) for e in found if e is not None]


# The textbook cases.


def test_the_kernel_comes_out_flipped() -> None:
    assert forms(adjoint(convolution(5, stride=1, padding=1), ["x"]), "x_bar") == [
        "x_bar[n,m,p,q] += sum[o,u,v](K[o,m,u,v]*h_bar[n,o,p-u+1,q-v+1])"
        " where p-u+1 >= 0, -p+u+3 >= 0, q-v+1 >= 0, -q+v+3 >= 0"
    ]


def test_a_stride_leaves_a_sum_over_the_windows_that_hold_the_element() -> None:
    assert forms(adjoint(convolution(5, stride=2, padding=1), ["x"]), "x_bar") == [
        "x_bar[n,m,p,q] += sum[o,r,c,u,v](K[o,m,u,v]*h_bar[n,o,r,c]) where 2*r+u-p-1 == 0, 2*c+v-q-1 == 0"
    ]


def test_a_maximum_that_overlapping_windows_share() -> None:
    assert forms(adjoint(max_pool(), ["x"]), "x_bar") == [
        "x_bar[n,p,q] += sum[r,c,u,v](p_bar[n,r,c]) where 2*r+u-p == 0, 2*c+v-q == 0, v+3*u-p_at[n,r,c] == 0"
    ]


def test_a_row_of_a_table_gathers_from_the_places_where_its_token_stands() -> None:
    assert forms(adjoint(embedding(), ["E"]), "E_bar") == [
        "E_bar[p,d] += sum[k,n,t](W[k,t,d]*h_bar[n,k]) where tok[n,t]-p == 0"
    ]


def digits(body: str = "z", accumulate: bool = True) -> tuple[Equation, Tensor]:
    """``x_bar[n,12*m+4*r+c]`` from ``z[n,m,r,c]``: an image put in a row."""
    m, r, c = Index("m", 2), Index("r", 3), Index("c", 4)
    flat = Affine.of(m) * 12 + Affine.of(r) * 4 + c
    equation = eq(read("x_bar", n, flat), read(body, n, m, r, c), accumulate=accumulate)
    return equation, Tensor("x_bar", (N, 24))


def test_a_position_of_several_digits() -> None:
    assert str(gathered(*digits())) == "x_bar[n,p] += sum[m,r,c](z[n,m,r,c]) where 12*m+4*r+c-p == 0"
    assert str(gathered(*digits(accumulate=False))) == "x_bar[n,p] = sum[m,r,c](z[n,m,r,c]) where 12*m+4*r+c-p == 0"


def test_what_writes_a_part_of_its_tensor_only_adds_to_it() -> None:
    i = Index("i", 2)
    part = eq(read("x_bar", n, Affine.of(i) + 3), read("z", n, i))
    assert str(gathered(part, Tensor("x_bar", (N, 5)))) == "x_bar[n,p] += z[n,p-3] where p-3 >= 0"
    first = eq(read("x_bar", n, i), read("z", n, i))
    assert str(gathered(first, Tensor("x_bar", (N, 5)))) == "x_bar[n,i] += z[n,i] where -i+1 >= 0"


def test_a_read_at_the_position_itself_is_one_of_the_element() -> None:
    r, u = Index("r", 2), Index("u", 2)
    position = Affine.of(r) * 2 + u
    square = eq(read("x_bar", position), 2 * read("x", position) * read("z_bar", r), accumulate=True)
    assert str(gathered(square, Tensor("x_bar", (4,)))) == "x_bar[p] += sum[r,u](2*x[p]*z_bar[r]) where 2*r+u-p == 0"


def test_letters_that_are_taken_are_not_used() -> None:
    r, p = Index("r", 4), Index("p", 3)
    scatter = eq(read("x_bar", Affine.of(r) + p), read("W", p) * read("z_bar", r), accumulate=True)
    assert str(gathered(scatter, Tensor("x_bar", (6,)))) == (
        "x_bar[q] += sum[p](W[p]*z_bar[q-p]) where q-p >= 0, -q+p+3 >= 0"
    )


def test_the_index_of_a_scan_and_a_fixed_position_stay() -> None:
    d = adjoint(recurrence(), ["W", "h0"])
    scan = next(s for s in reversed(d.result.statements) if isinstance(s, Scan))
    assert [gathered(e, d.result.tensor[e.target]) for e in scan.body] == [None] * len(scan.body)
    assert forms(d, "h_bar") == ["h_bar[n,p,i] += L_bar*(2*h[n,p,i] - 2*y[n,p-1,i])/N where p-1 >= 0"]


@pytest.mark.parametrize("reduction", ["max", "argmax"])
def test_a_maximum_and_a_plain_left_side_have_no_gather_form(reduction: str) -> None:
    i, k = Index("i", 2), Index("k", 3)
    plain = eq(read("z", n, i), read("x", n, k) * read("W", i, k), (k,))
    assert gathered(plain, Tensor("z", (N, 2))) is None
    shifted = eq(read("z", n, Affine.of(i) + 1), read("x", n, k) * read("W", i, k), (k,), reduction)
    assert gathered(shifted, Tensor("z", (N, 3))) is None


# The same values.

NOTABLE = [(3, 3, 1, 1, 0), (3, 3, 3, 1, 0), (4, 4, 2, 1, 0), (4, 2, 2, 1, 0), (6, 2, 3, 1, 0)]  # all of it; apart
CONVOLUTIONS = NOTABLE + [
    (side, kernel, stride, dilation, padding)
    for side, kernel, stride, dilation, padding in product((4, 5, 7), (1, 2, 3), (1, 2, 3), (1, 2, 3), (0, 1, 2))
    if side + 2 * padding > dilation * (kernel - 1) and padding < max(kernel, 2)
]


def line(side: int, kernel: int, stride: int, dilation: int, padding: int) -> Program:
    """A convolution of two rows of numbers, each in its own direction."""
    out = (side + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    r, u, o, m = Index("r", out), Index("u", kernel), Index("o", 2), Index("m", 2)
    position = Affine.of(r) * stride + Affine.of(u) * dilation - padding
    guards = at_least_zero(position, Affine.of(side - 1) - position)
    h = eq(read("h", n, o, r), read("K", o, m, u) * read("x", n, m, position) ** 2, (m, u), guards=guards)
    shape = (N, 2, out)
    inputs, weights = {"x": (N, 2, side)}, {"K": (2, 2, kernel)}
    return program((h, mean_square("h", shape)), inputs, {"h": shape}, weights, {"y": shape})


@pytest.mark.parametrize("shape", CONVOLUTIONS, ids=str)
def test_convolutions(shape: tuple[int, int, int, int, int]) -> None:
    assert_same(adjoint(line(*shape), ["x"]), "x_bar")


@pytest.mark.parametrize(("stride", "padding"), tuple(product((1, 2, 3), (0, 1))))
def test_convolutions_in_two_directions(stride: int, padding: int) -> None:
    assert_same(adjoint(convolution(5, stride, padding), ["x"]), "x_bar")


def pooled(side: int, kernel: int, stride: int, padding: int) -> Program:
    """A maximum over windows."""
    out = (side + 2 * padding - kernel) // stride + 1
    r, c, u, v = Index("r", out), Index("c", out), Index("u", kernel), Index("v", kernel)
    row, column = Affine.of(r) * stride + u - padding, Affine.of(c) * stride + v - padding
    last = Affine.of(side - 1)
    guards = at_least_zero(row, last - row, column, last - column)
    h = eq(read("h", n, r, c), read("x", n, row, column), (u, v), "max", guards=guards)
    shape = (N, out, out)
    return program((h, mean_square("h", shape)), {"x": (N, side, side)}, {"h": shape}, targets={"y": shape})


@pytest.mark.parametrize("shape", [(4, 2, 2, 0), (5, 3, 2, 0), (5, 3, 1, 1), (5, 2, 3, 0), (4, 2, 1, 0), (3, 3, 1, 0)])
def test_maxima(shape: tuple[int, int, int, int]) -> None:
    assert_same(adjoint(pooled(*shape), ["x"]), "x_bar")


@pytest.mark.parametrize(("built", "name"), [(embedding(), "E"), (recurrence(), "h"), (max_pool(), "x")])
def test_other_programs(built: Program, name: str) -> None:
    assert_same(adjoint(built, [name]), f"{name}_bar")


def test_positions_that_share_their_indices() -> None:
    """A diagonal, a Hankel and a Toeplitz matrix, and what is solved for the second position after the first."""
    i, j, k = Index("i", 3), Index("j", 2), Index("k", 2)
    a, b, c = Affine.of(i), Affine.of(j), Affine.of(k)
    for first, second in ((a, a), (a + 1, a), (a + b, a - b + 1), (a + b, a + c), (b - a + 2, b + c), (a * 2 + b, a)):
        body = read("z", i, j, k)
        scatter = Equation(Access.of("t", first, second), body, (i, j, k), accumulate=True)
        form = gathered(scatter, Tensor("t", (6, 6)))
        assert form is not None and form.lhs.plain_indices is not None
        assert_equal_values(scatter, form, (6, 6), {"z": np.random.default_rng(1).normal(size=(3, 2, 2))}, {})


def test_digits_of_a_position() -> None:
    equation, tensor = digits()
    form = gathered(equation, tensor)
    assert form is not None
    values = {"z": np.random.default_rng(2).normal(size=(4, 2, 3, 4))}
    assert_equal_values(equation, form, tensor.shape, values, {"N": 4})


def assert_same(derivation: Derivation, name: str) -> None:
    """The gradient is the same when every contribution to it is in its gather form; and the form is well formed."""
    changed = 0

    def form(equation: Equation) -> Equation:
        nonlocal changed
        found = gathered(equation, derivation.result.tensor[name]) if equation.target == name else None
        changed += found is not None
        return found or equation

    program_ = check(derivation.result.map(form))
    assert changed
    for equation in program_.defining(name):
        assert all(p.index or not set(p.indices()) & set(equation.domain) for p in equation.lhs.indices)
    values = next(draws(derivation.start, {"N": 3}, 1)).values
    before, after = (evaluate(p, values, {"N": 3})[name] for p in (derivation.result, program_))
    assert np.any(before)
    assert_close(after, before)


def assert_equal_values(a: Equation, b: Equation, shape: tuple, values: dict, sizes: dict) -> None:
    tensors = (Tensor("z", values["z"].shape, "input"), Tensor(a.target, shape))
    one, other = (evaluate(Program(tensors, (e,), a.target), values, sizes)[a.target] for e in (a, b))
    assert np.any(one)
    assert_close(one, other)
