"""Positions: waves as equations in the values of indices, tables that are learned, sequences longer than these."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from emitted import Emitted, errors, values_for

import symbp
from symbp.equation import Affine, Index, IndexValue, Read, Size, index_values, number
from symbp.network import EquationNetwork, Network
from symbp.verify import check_derivation

CASES: dict[str, tuple[tuple[int | str, ...], dict[str, Any]]] = {
    "waves": (("T", 6), {}),
    "an odd width": (("T", 5), {}),
    "one feature": ((3, 1), {}),
    "a table": (("T", 3), {"method": "learned", "length": 5}),
    "a full table": ((4, 3), {"method": "learned", "length": 4}),
}


@cache
def emitted(name: str) -> Emitted:
    shape, keys = CASES[name]
    layers = [{"kind": "positional_encoding", **keys}, {"kind": "dense", "units": 2}]
    return Emitted(Network("placed", {"shape": list(shape)}, layers, "mse", input_gradient=True))


def waves(steps: int, width: int) -> np.ndarray:
    """Vaswani et al. (2017), section 3.5, place by place."""
    found = np.zeros((steps, width))
    for t in range(steps):
        for unit in range(width):
            angle = t / 10_000 ** ((unit - unit % 2) / width)
            found[t, unit] = np.cos(angle) if unit % 2 else np.sin(angle)
    return found


@pytest.mark.parametrize("name", CASES)
def test_what_is_added(name: str) -> None:
    found = emitted(name)
    net = found.net
    assert isinstance(net, Network)
    values = values_for(net, 2)
    x = values["x"]
    table = values["P1"][: x.shape[1]] if "P1" in values else waves(*x.shape[1:])
    W, b = (values[t.name] for t in net.parameters if t.letter in "Wb")
    np.testing.assert_allclose(found.predict(values), (x + table) @ W.T + b, rtol=1e-12, atol=1e-14)
    assert max(errors(found.workspace(values), found.plain(values)).values()) < 1e-12


@pytest.mark.parametrize("name", CASES)
def test_every_derivative(name: str) -> None:
    report = check_derivation(emitted(name).derivation)
    assert not [row for row in report.rows if not row.error <= row.tolerance]


def test_single_precision() -> None:
    module = emitted("waves").module
    X = np.zeros((2, 9, 6), np.float32)
    found = module.predict(module.init(), X)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[0], waves(9, 6) @ module.init().W1.T, atol=1e-5)


@pytest.mark.parametrize("call", ["predict", "loss", "loss_and_grad", "Workspace"])
def test_more_steps_than_places(call: str) -> None:
    module = emitted("a table").module
    p, X, Y = module.init(), np.zeros((1, 6, 3), np.float32), np.zeros((1, 6, 2), np.float32)
    function = module.Workspace(1, 6).loss_and_grad if call == "Workspace" else getattr(module, call)
    with pytest.raises(ValueError) as caught:
        function(p, X, *([] if call == "predict" else [Y]))
    assert str(caught.value) == "X has shape (1, 6, 3), needs T of at most 5"


def test_places_that_a_batch_does_not_reach_have_no_gradient() -> None:
    found = emitted("a table")
    assert isinstance(found.net, Network)
    gradient = found.plain(values_for(found.net, 2, length=3))["P1"]
    assert gradient[:3].all() and not gradient[3:].any()
    assert found.derivation.result.most == {"T": 5}


def test_the_value_of_an_index() -> None:
    t, r, c = Index("t", Size("T")), Index("r", 3), Index("c", 2)
    assert IndexValue(t) != IndexValue(Index("t", 4)) and str(IndexValue(t)) == "t"
    assert str(number(Affine.of(r) * 2 + c + 1)) == "c + 2*r + 1"
    assert index_values(number(Affine.of(r) * 2 + c)) == (IndexValue(c), IndexValue(r))


LINES = """
P[t,2*i] = sin(t/10000**(2*i/4))
P[t,2*i+1] = cos(t/10000**(2*i/4))
q[t] = sum[d](w[d]*x[t,d]*P[t,d])
s = max[t](t*q[t])
L = sum[t,d]((x[t,d] - w[d]*P[t,d])**2*(t + 1)/(d + 1)) + s + mean[n,t](c[n,t]*t*n)
"""


def test_indices_as_numbers_in_a_text() -> None:
    """In products, in sums over them, in a maximum, and beside a batch that has no end."""
    network = EquationNetwork(
        name="counted",
        indices={"n": "N", "t": 3, "i": 2, "d": 4},
        tensors={
            "x": {"indices": "t,d", "role": "input"},
            "c": {"indices": "n,t", "role": "input"},
            "w": {"indices": "d", "role": "parameter"},
        },
        lines=LINES,
    )
    derivation = symbp.derive(network)
    report = check_derivation(derivation)
    assert not [row for row in report.rows if not row.error <= row.tolerance]
    assert all(isinstance(r, Read) for e in derivation.result.equations() for r in e.reads)


def test_the_step_of_a_recurrence_as_a_number() -> None:
    network = EquationNetwork(
        name="clock",
        indices={"n": "N", "t": "T", "i": 2, "k": 2},
        tensors={
            "x": {"indices": "n,t,i", "role": "input"},
            "U": {"indices": "i,k", "role": "parameter"},
            "b": {"indices": "i", "role": "parameter"},
        },
        lines="""
h[n,0,i] = 0
z[n,t,i] = sum[k](U[i,k]*h[n,t,k])*cos(t) + b[i]*t/(i + 1) + x[n,t,i]
h[n,t+1,i] = tanh(z[n,t,i])
L = mean[n,t,i](h[n,t+1,i]**2)
""",
    )
    report = check_derivation(symbp.derive(network))
    assert not [row for row in report.rows if not row.error <= row.tolerance]
