"""Networks written as equations: values against NumPy, their examples, what they refuse in Python."""

from typing import Any

import numpy as np
import pytest

from symbp.chain_rule import adjoint
from symbp.errors import Fault
from symbp.layers.draw import Draw
from symbp.network import EquationNetwork, Network
from symbp.network.example import Example
from symbp.reference import evaluate

INDICES: dict[str, object] = {"n": "N", "k": 2, "i": 3, "j": 4}
TENSORS: dict[str, object] = {
    "u": {"indices": "n,i", "role": "input"},
    "v": {"indices": "n,j", "role": "input"},
    "A": {"indices": "k,i,j", "role": "parameter"},
}
LINE = "yhat[n,k] = sum[i,j](A[k,i,j]*u[n,i]*v[n,j])"


def bilinear(loss: str | None = "mse", **more: Any) -> EquationNetwork:
    return EquationNetwork("bilinear", INDICES, TENSORS, LINE, loss, **more)


def values(net: EquationNetwork, **sizes: int) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    given = net.program().of_role("input", "target", "parameter", "state")
    return {
        t.name: rng.normal(size=[e if isinstance(e, int) else sizes[e.name] + e.plus for e in t.shape]) for t in given
    }


def gradient(net: EquationNetwork, name: str, given: dict[str, Any], **sizes: int) -> np.ndarray:
    found = evaluate(adjoint(net.program(), [name]).result, given, sizes)
    return np.asarray(found[f"{name}_bar"], float)


def test_a_bilinear_form_and_its_gradient() -> None:
    given = values(bilinear(), N=3)
    yhat = np.einsum("kij,ni,nj->nk", given["A"], given["u"], given["v"])
    found = evaluate(bilinear().program(), given, {"N": 3})
    np.testing.assert_allclose(np.asarray(found["yhat"], float), yhat, rtol=1e-12)
    expected = np.einsum("nk,ni,nj->kij", (yhat - given["y"]) / 3, given["u"], given["v"])
    np.testing.assert_allclose(gradient(bilinear(), "A", given, N=3), expected, rtol=1e-12)


def test_a_recurrence_is_a_loop_over_its_rows() -> None:
    net = EquationNetwork(
        "rows",
        {"n": "N", "t": "T", "i": 2, "k": 2},
        {
            "x": {"indices": "n,t,i", "role": "input"},
            "s": {"indices": "n,i", "role": "state"},
            "U": {"indices": "i,k", "role": "parameter"},
        },
        "h[n,0,i] = s[n,i]\nh[n,t+1,i] = tanh(sum[k](U[i,k]*h[n,t,k]) + x[n,t,i])\nL = mean[n,i,t](h[n,t+1,i]**2)",
    )
    given = values(net, N=2, T=4)
    h = [given["s"]]
    for t in range(4):
        h.append(np.tanh(h[-1] @ given["U"].T + given["x"][:, t]))
    found = evaluate(net.program(), given, {"N": 2, "T": 4})
    np.testing.assert_allclose(np.asarray(found["h"], float), np.stack(h, axis=1), rtol=1e-12)
    assert [t.name for t in net.states] == ["s"] and not net.has_prediction


def test_a_network_of_layers_and_its_equations_are_one_program() -> None:
    """A dense layer with a penalty, written out, has the loss and the gradient of the layer."""
    layers = Network("net", 3, [{"kind": "dense", "units": 2, "activation": "tanh"}], "mse", regularization={"l2": 0.1})
    stated = EquationNetwork(
        "net",
        {"n": "N", "i": 2, "j": 3},
        {
            "x": {"indices": "n,j", "role": "input"},
            "W1": {"indices": "i,j", "role": "parameter"},
            "b1": {"indices": "i", "role": "parameter"},
        },
        "z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]\nyhat[n,i] = tanh(z1[n,i])",
        "mse",
        regularization={"l2": 0.1},
    )
    given = values(stated, N=4)
    for name in ("W1", "b1"):
        expected = evaluate(adjoint(layers.program(), [name]).result, given, {"N": 4})
        np.testing.assert_allclose(gradient(stated, name, given, N=4), np.asarray(expected[f"{name}_bar"], float))


def test_an_example_has_each_input_under_its_name() -> None:
    one = bilinear(example=Example(u=[1, 2, 3], v=[1, 2, 3, 4], y=[0, 1]))
    assert one.given["u"] == ((1, 2, 3),) and one.sizes == {"N": 1}
    two = bilinear(example=Example(u=[[1, 2, 3]] * 2, v=[[1, 2, 3, 4]] * 2, y=[[0, 1]] * 2))
    assert two.sizes == {"N": 2} and set(two.parameter_values) == {"A"}


def test_scales_are_ones_and_the_rest_is_drawn_by_its_shape() -> None:
    tensors = {"x": {"indices": "n", "role": "input"}, "gamma": {"indices": "", "role": "parameter"}}
    assert EquationNetwork("net", {"n": "N"}, tensors, "L = mean[n](gamma*x[n])").draws == {"gamma": Draw("ones")}
    assert bilinear().draws == {}


def test_a_spec_without_y_has_no_target() -> None:
    tensors = {"x": {"indices": "n", "role": "input"}, "w": {"indices": "", "role": "parameter"}}
    net = EquationNetwork("net", {"n": "N"}, tensors, "L = mean[n]((w*x[n] - 1)**2)", example={"x": [1, 2]})
    assert net.program().of_role("target") == () and net.given == {"x": (1, 2)}


def raised(**changes: Any) -> str:
    given = {"name": "net", "indices": INDICES, "tensors": TENSORS, "lines": LINE, "loss": "mse", **changes}
    with pytest.raises(Fault) as caught:
        EquationNetwork(**given)
    return str(caught.value)


def test_messages_in_python() -> None:
    assert raised(loss=None) == (
        "equations.lines: no equation defines L\n    yhat[n,k] = sum[i,j](A[k,i,j]*u[n,i]*v[n,j])\n"
        "    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  Write L = ..., or define yhat and give a loss."
    )
    assert raised(lines="y[n,k] = u[n,0]\n" + LINE) == (
        "equations.lines: the loss brings its target y along\n  Leave y out of [tensors]."
    )
    assert raised(lines=LINE + "\nq[n] = sum[k](yhat[n,k]", tensors=TENSORS) == (
        "equations.lines: this bracket is not closed\n    q[n] = sum[k](yhat[n,k]\n                 ^"
    )
    assert raised(lines=3) == "lines: needs a string, has 3"
    assert raised(lines="\n".join(["L += 1"] * 1001), loss=None) == (
        "equations.lines: has 1,001 equations; from 1 to 1,000 are read"
    )
    many = "yhat[n,k] += " + " + ".join(["sum[i](u[n,i])"] * 30)
    assert raised(lines="\n".join([many] * 70)).startswith(
        "equations.lines: the equations up to this one have more than 2,000 parts\n    yhat[n,k] += sum[i](u[n,i])"
    )


def test_a_second_place_is_shown_with_its_line() -> None:
    lines = "\n  a[n] = u[n,0]\n\n  yhat[n,k] = a[n]*A[k,0,0]\n  a[n] = 2\n"
    assert raised(lines=lines) == (
        "equations.lines: two equations define a[n]\n    a[n] = 2\n    ^^^^\n"
        "  and line 2:\n    a[n] = u[n,0]\n    ^^^^\n"
        "  Write += to add to what another equation defines."
    )
