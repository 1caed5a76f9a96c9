"""Programs in equation syntax mean what loops in NumPy compute, and faults point at the characters."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from symbp.equation import Size
from symbp.errors import Fault
from symbp.parse import parse_program
from symbp.program import Program, Scan
from symbp.reference import evaluate
from symbp.wellformed import check

RNG = np.random.default_rng(7)
Array = np.ndarray[Any, Any]


def tensors(
    inputs: Mapping[str, str], parameters: Mapping[str, str], **more: Mapping[str, object]
) -> dict[str, object]:
    given = {name: {"indices": indices, "role": "input"} for name, indices in inputs.items()}
    weights = {name: {"indices": indices, "role": "parameter"} for name, indices in parameters.items()}
    return {**given, **weights, **more}


def computed(program: Program, sizes: Mapping[str, int], **values: Array) -> dict[str, Array]:
    return evaluate(check(program), values, dict(sizes))


def test_a_strided_and_padded_convolution() -> None:
    program = parse_program(
        {"n": "N", "o": 2, "m": 3, "u": 3, "v": 3, "r": 4, "c": 4, "p": 8, "q": 8},
        tensors({"x": "n,m,p,q"}, {"K": "o,m,u,v", "b": "o"}),
        """
        h[n,o,r,c] = b[o] + sum[m,u,v](K[o,m,u,v]*x[n,m,2*r+u-1,2*c+v-1]) where 0 <= 2*r+u-1 < 8, 0 <= 2*c+v-1 < 8
        L = mean[n,o,r,c](h[n,o,r,c]**2)
        """,
    )
    x, K, b = RNG.normal(size=(2, 3, 8, 8)), RNG.normal(size=(2, 3, 3, 3)), RNG.normal(size=2)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    expected = np.zeros((2, 2, 4, 4))
    for r, c in np.ndindex(4, 4):
        window = padded[:, :, 2 * r : 2 * r + 3, 2 * c : 2 * c + 3]
        expected[:, :, r, c] = np.einsum("nmuv,omuv->no", window, K) + b
    found = computed(program, {"N": 2}, x=x, K=K, b=b)
    np.testing.assert_allclose(found["h"], expected, rtol=1e-12)
    assert float(found["L"]) == pytest.approx(np.mean(expected**2))


def test_an_overlapping_maximum_with_ties() -> None:
    program = parse_program(
        {"n": "N", "r": 3, "u": 3, "p": 7},
        tensors({"x": "n,p"}, {}),
        "m[n,r] = max[u](x[n,2*r+u])\nat[n] = argmax[r](m[n,r])\nL = mean[n](x[n,2*at[n]] + sum[r](m[n,r]))",
    )
    x = np.array([[1.0, 3, 3, 3, 0, 5, 5], [2, 2, 2, 2, 2, 2, 2]])
    found = computed(program, {"N": 2}, x=x)
    assert found["m"].tolist() == [[3, 3, 5], [2, 2, 2]]
    assert found["at"].tolist() == [2, 0]
    assert program.tensor["at"].dtype == "int"
    assert float(found["L"]) == pytest.approx((0 + 11 + 2 + 6) / 2)


def test_an_embedding_over_a_run_time_length() -> None:
    program = parse_program(
        {"n": "N", "t": "T", "w": 7, "d": 3},
        tensors({}, {"E": "w,d"}, tok={"indices": "n,t", "role": "input", "dtype": "int"}),
        "e[n,t,d] = E[tok[n,t],d]\nL = mean[n,t,d](e[n,t,d]**2)",
    )
    E, tok = RNG.normal(size=(7, 3)), RNG.integers(0, 7, size=(2, 5))
    found = computed(program, {"N": 2, "T": 5}, E=E, tok=tok)
    np.testing.assert_allclose(found["e"], E[tok])
    assert float(found["L"]) == pytest.approx(np.mean(E[tok] ** 2))


def test_batch_normalisation() -> None:
    program = parse_program(
        {"n": "N", "c": 3, "r": 4},
        tensors({"x": "n,c,r"}, {"g": "c", "b": "c"}),
        """
        mu[c] = mean[n,r](x[n,c,r])
        var[c] = mean[n,r]((x[n,c,r] - mu[c])**2)
        y[n,c,r] = g[c]*(x[n,c,r] - mu[c])/sqrt(var[c] + 1e-5) + b[c]
        L = mean[n,c,r](y[n,c,r]**3)
        """,
    )
    x, g, b = RNG.normal(size=(5, 3, 4)), RNG.normal(size=3), RNG.normal(size=3)
    scaled = (x - x.mean((0, 2))[:, None]) / np.sqrt(x.var((0, 2)) + 1e-5)[:, None]
    found = computed(program, {"N": 5}, x=x, g=g, b=b)
    np.testing.assert_allclose(found["y"], g[:, None] * scaled + b[:, None], rtol=1e-10)


def test_a_tensor_read_twice() -> None:
    program = parse_program(
        {"i": 3, "j": 3, "k": 3}, tensors({}, {"M": "i,j"}), "y[i,k] = sum[j](M[i,j]*M[j,k])\nL = sum[i,k](y[i,k]**2)"
    )
    M = RNG.normal(size=(3, 3))
    np.testing.assert_allclose(computed(program, {}, M=M)["y"], M @ M)


RECURRENCE = """
h[n,0,i] = h0[i]
z[n,t,i] = sum[j](W[i,j]*x[n,t,j]) + b[i] + sum[k](U[i,k]*h[n,t,k])
h[n,t+1,i] = tanh(z[n,t,i])
L = mean[n,t,i](h[n,t+1,i]**2)
"""


@pytest.mark.parametrize("length", [5, "T"])
def test_a_recurrence_becomes_a_scan(length: object) -> None:
    """What does not depend on the loop stands before it: the product with the inputs of all times, and the bias."""
    program = parse_program(
        {"n": "N", "t": length, "i": 4, "k": 4, "j": 3},
        tensors({"x": "n,t,j"}, {"W": "i,j", "U": "i,k", "b": "i", "h0": "i"}),
        RECURRENCE,
    )
    assert str(program).splitlines()[1:7] == [
        "z[n,t,i] = sum[j](W[i,j]*x[n,t,j])",
        "z[n,t,i] += b[i]",
        "scan t:",
        "    z[n,t,i] += sum[k](U[i,k]*h[n,t,k])",
        "    h[n,t+1,i] = tanh(z[n,t,i])",
        f"L = sum[n,t,i](h[n,t+1,i]**2/({'20*N' if length == 5 else '4*N*T'}))",
    ]
    assert program.tensor["h"].shape[1] == (6 if length == 5 else Size("T", 1))
    x, W, U = RNG.normal(size=(2, 5, 3)), RNG.normal(size=(4, 3)), RNG.normal(size=(4, 4))
    b, h0 = RNG.normal(size=4), RNG.normal(size=4)
    h = [np.tile(h0, (2, 1))]
    for t in range(5):
        h.append(np.tanh(x[:, t] @ W.T + b + h[-1] @ U.T))
    found = computed(program, {"N": 2, **({} if length == 5 else {"T": 5})}, x=x, W=W, U=U, b=b, h0=h0)
    np.testing.assert_allclose(found["h"], np.stack(h, axis=1), rtol=1e-12)


@pytest.mark.parametrize("length", [5, "T"])
def test_the_row_behind_the_last_step_is_written_and_read_by_its_length(length: object) -> None:
    """Downwards it is the first state, and reading it needs no loop."""
    end = str(length)
    program = parse_program(
        {"t": length},
        {"x": {"indices": "t", "role": "input"}, "a": {"indices": "", "role": "parameter"}},
        f"h[{end}] = a\nh[t] = a*h[t+1] + x[t]\nL = h[0] + h[{end}]**2 + h[{end}-1]",
    )
    x, a = np.array([0.5, -1.0, 2.0, 0.25, -0.75]), 0.5
    rows = [a]
    for value in x[::-1]:
        rows.append(a * rows[-1] + value)
    found = evaluate(program, {"x": x, "a": a}, {"T": 5})
    assert float(found["L"]) == pytest.approx(rows[5] + rows[0] ** 2 + rows[1], rel=1e-15)
    assert isinstance(program.statements[1], Scan) and program.statements[1].reverse


def test_a_recurrence_may_run_downwards_and_over_two_tensors() -> None:
    program = parse_program(
        {"t": 4, "i": 2},
        tensors({"x": "t,i"}, {}),
        "c[4,i] = 0\nh[4,i] = 0\nh[t,i] = tanh(c[t,i])\nc[t,i] = h[t+1,i]/2 + c[t+1,i] + x[t,i]\nL = sum[i](h[0,i])",
    )
    scan = next(s for s in program.statements if isinstance(s, Scan))
    assert (scan.reverse, [e.target for e in scan.body]) == (True, ["c", "h"])
    x = RNG.normal(size=(4, 2))
    c, h = np.zeros(2), np.zeros(2)
    for t in reversed(range(4)):
        c = h / 2 + c + x[t]
        h = np.tanh(c)
    assert float(computed(program, {}, x=x)["L"]) == pytest.approx(h.sum())


def test_single_head_attention_with_named_inner_sums() -> None:
    program = parse_program(
        {"n": "N", "q": "T", "k": "T", "d": 3, "e": 2},
        tensors({"x": "n,q,e"}, {"Wq": "d,e", "Wk": "d,e", "Wv": "d,e"}),
        """
        Q[n,q,d] = sum[e](Wq[d,e]*x[n,q,e])
        K[n,k,d] = sum[e](Wk[d,e]*x[n,k,e])
        V[n,k,d] = sum[e](Wv[d,e]*x[n,k,e])
        S[n,q,k] = sum[d](Q[n,q,d]*K[n,k,d])/sqrt(3)
        A[n,q,k] = exp(S[n,q,k] - max[k](S[n,q,k]))/sum[k](exp(S[n,q,k] - max[k](S[n,q,k])))
        O[n,q,d] = sum[k](A[n,q,k]*V[n,k,d])
        L = mean[n,q,d](O[n,q,d]**2)
        """,
    )
    assert [str(e) for e in program.equations() if e.target.startswith("A")] == [
        "A_max[n,q] = max[k](S[n,q,k])",
        "A_sum[n,q] = sum[k](exp(-A_max[n,q] + S[n,q,k]))",
        "A[n,q,k] = exp(-A_max[n,q] + S[n,q,k])/A_sum[n,q]",
    ]
    x, Wq, Wk, Wv = RNG.normal(size=(2, 4, 2)), *RNG.normal(size=(3, 3, 2))
    S = (x @ Wq.T) @ (x @ Wk.T).transpose(0, 2, 1) / np.sqrt(3)
    A = np.exp(S) / np.exp(S).sum(axis=2, keepdims=True)
    found = computed(program, {"N": 2, "T": 4}, x=x, Wq=Wq, Wk=Wk, Wv=Wv)
    np.testing.assert_allclose(found["O"], A @ (x @ Wv.T), rtol=1e-12)


def test_a_mixed_side_is_split_and_the_order_of_lines_is_free() -> None:
    program = parse_program(
        {"i": 2, "j": 3},
        tensors({"x": "j"}, {"W": "i,j", "b": "i"}),
        "L = sum[i](z[i]**2)\nz[i] = 2*b[i] - sum[j](W[i,j]*x[j]) + 1\nz[i] += b[i]**2",
    )
    assert str(program).splitlines() == [
        "z[i] = sum[j](-W[i,j]*x[j])",
        "z[i] += 2*b[i] + 1",
        "z[i] += b[i]**2",
        "L = sum[i](z[i]**2)",
    ]


FAULTS = [
    ("", "equations.lines: has 0 equations; from 1 to 1,000 are read"),
    (
        "L",
        (
            "equations.lines: an equation needs = or +=\n"
            "    L\n"
            "    ^\n"
            "  Each equation stands on one line, and nothing else does."
        ),
    ),
    (
        "L + 1 = 2",
        (
            "equations.lines: the left side is a tensor with its positions\n"
            "    L + 1 = 2\n"
            "    ^^^^^\n"
            "  Such as z[n,i] = ..."
        ),
    ),
    ("L = x[n,t]", ("equations.lines: x takes 3 positions, not 2\n    L = x[n,t]\n        ^^^^^^")),
    (
        "L = sum[n,t](x[n,t,i])",
        (
            "equations.lines: index i is free\n"
            "    L = sum[n,t](x[n,t,i])\n"
            "                 ^^^^^^^^\n"
            "  Reduce it, as in sum[i](...), or name it on the left."
        ),
    ),
    ("L = sum[q](x)", ('equations.lines: unknown index "q"\n    L = sum[q](x)\n            ^\n  Known: i, n, t')),
    (
        "L = y[0]",
        ('equations.lines: no equation defines "y", and it is not given\n    L = y[0]\n        ^\n  Known: L, x'),
    ),
    ("L = lenght", ('equations.lines: unknown name "lenght"\n    L = lenght\n        ^^^^^^\n  Known: L, N, pi, x')),
    (
        "L = x[0,t*t,0]",
        (
            'equations.lines: "t*t" is not a position\n'
            "    L = x[0,t*t,0]\n"
            "            ^^^\n"
            "  A position is made of indices and whole numbers, such as 2*r + u - 1."
        ),
    ),
    (
        "L = x[0,5,0]",
        (
            "equations.lines: x[0,5,0] may lie outside x[N,5,4]: 5 is no position of that axis, "
            "which goes from 0 to 4\n"
            "    L = x[0,5,0]\n"
            "        ^^^^^^^^\n"
            "  Use another index, or a longer axis."
        ),
    ),
    (
        "L = sum[t](x[0,t+1,0])",
        (
            "equations.lines: x[0,t+1,0] may lie outside x[N,5,4]: t+1 goes from 1 to 5, and that axis from 0 to 4\n"
            "    L = sum[t](x[0,t+1,0])\n"
            "               ^^^^^^^^^^\n"
            "  Use another index, or add the condition: where t+1 < 5"
        ),
    ),
    (
        "L = sum[t](x[0,t,0]) where i >= 1",
        (
            "equations.lines: no part of the equation runs over i\n"
            "    L = sum[t](x[0,t,0]) where i >= 1\n"
            "                               ^^^^^^\n"
            "  A condition restricts the points that a part of the equation visits."
        ),
    ),
    (
        "L = sum[t](x[0,t,0]) where t",
        (
            'equations.lines: "t" is not a condition\n'
            "    L = sum[t](x[0,t,0]) where t\n"
            "                               ^\n"
            "  Such as r + u - 1 >= 0; commas stand between conditions that must all hold."
        ),
    ),
    (
        "L = x[0,x[0,0,0],0]",
        (
            "equations.lines: x holds numbers; only a tensor of whole numbers can stand in a position\n"
            "    L = x[0,x[0,0,0],0]\n"
            "            ^^^^^^^^\n"
            '  Declare it with dtype = "int".'
        ),
    ),
    (
        "x[n,t,i] = 0",
        (
            "equations.lines: x is given as input; an equation cannot define it\n"
            "    x[n,t,i] = 0\n"
            "    ^^^^^^^^\n"
            "  Choose another name."
        ),
    ),
    (
        "L = 0\nL[n] = 0",
        (
            "equations.lines: L has 1 position here, and 0 above\n"
            "    L[n] = 0\n"
            "    ^^^^\n"
            "  and line 1:\n"
            "    L = 0\n"
            "    ^"
        ),
    ),
    (
        "L[n] = 0",
        (
            "equations.lines: L[n] has positions, but L is the loss: a single number\n"
            "    L[n] = 0\n"
            "    ^^^^\n"
            "  Sum over them: L = sum[...](...)"
        ),
    ),
    (
        "exp[n] = 0",
        ('equations.lines: "exp" is a name of symbp\'s\n    exp[n] = 0\n    ^^^^^^\n  Choose another name.'),
    ),
    (
        "L = L + 1",
        (
            "equations.lines: there is no order to compute these equations in: L reads itself\n"
            "    L = L + 1\n"
            "    ^^^^^^^^^\n"
            "  A recurrence writes a row from the row before: h[n,t+1,i] = ... h[n,t,k] ..."
        ),
    ),
    (
        "L = 1 + argmax[t](x[0,t,0])",
        (
            "equations.lines: argmax stands alone on the right side\n"
            "    L = 1 + argmax[t](x[0,t,0])\n"
            "            ^^^^^^^^^^^^^^^^^^^\n"
            "  Name it in a line of its own."
        ),
    ),
    (
        "h[t] = sum[t](x[0,t,0])\nL = 0",
        (
            "equations.lines: index t is reduced, and stands on the left side\n"
            "    h[t] = sum[t](x[0,t,0])\n"
            "           ^^^^^^"
        ),
    ),
    (
        "L = sum[t](x[0,t,0], 1)",
        (
            "equations.lines: sum takes 1 expression in its brackets, not 2\n"
            "    L = sum[t](x[0,t,0], 1)\n"
            "        ^^^^^^^^^^^^^^^^^^^"
        ),
    ),
    (
        "h[0] = 0\nh[t] = 1\nL = 0",
        (
            "equations.lines: two equations define the same elements, one as h[t], the other as h[0]\n"
            "    h[t] = 1\n"
            "    ^^^^\n"
            "  and line 1:\n"
            "    h[0] = 0\n"
            "    ^^^^\n"
            "  Write += to add to what another equation defines."
        ),
    ),
]


@pytest.mark.parametrize(("lines", "message"), FAULTS, ids=[lines[:25] or "empty" for lines, _ in FAULTS])
def test_faults_of_equations(lines: str, message: str) -> None:
    with pytest.raises(Fault) as caught:
        parse_program({"n": "N", "t": 5, "i": 4}, tensors({"x": "n,t,i"}, {}), lines)
    assert str(caught.value) == message


TABLES: list[tuple[dict[str, object], dict[str, object], str]] = [
    ({"n": 0}, {}, "indices.n: needs a positive whole number, has 0"),
    ({"n": "2N"}, {}, 'indices.n: "2N" is not a length\n  Write a whole number, or a name such as "T" or "T+1".'),
    ({"n": 2}, {"x": 3}, "tensors.x: needs a table with indices and a role, has 3"),
    ({"n": 2}, {"n": {}}, 'tensors.n: "n" is the name of an index or a length too\n  Choose another name.'),
    (
        {"n": 2},
        {"x": {"indices": "n"}},
        'tensors.x: "role" is missing\n  Such as {indices = "n,j", role = "input"}.',
    ),
    (
        {"n": 2},
        {"x": {"indices": "n,m", "role": "input"}},
        ('tensors.x.indices: unknown index "m"\n    n,m\n      ^\n  Known: n'),
    ),
    (
        {"n": 2},
        {"x": {"indices": "n", "role": "inptu"}},
        (
            'tensors.x.role: unknown role "inptu"\n'
            '  Did you mean "input"? Known: input, intermediate, parameter, state, target'
        ),
    ),
]


@pytest.mark.parametrize(("indices", "given", "message"), TABLES, ids=[row[2][:30] for row in TABLES])
def test_faults_of_the_tables(indices: dict[str, object], given: dict[str, object], message: str) -> None:
    with pytest.raises(Fault) as caught:
        parse_program(indices, given, "L = 0")
    assert str(caught.value) == message
