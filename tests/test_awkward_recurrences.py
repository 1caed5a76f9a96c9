"""Recurrences of one's own that no layer has: rows read backwards, picked by data, under conditions or one by one."""

from typing import Any

import numpy as np
import pytest
from emitted import Emitted, errors

from symbp.derive import derive
from symbp.network import EquationNetwork, Network
from symbp.notes import notes
from symbp.reference import evaluate
from symbp.verify.draw import draws

INDICES: dict[str, object] = {"n": "N", "t": "T", "i": 2, "k": 2, "j": 3, "v": 4}
ROLES = {"x": "n,t,j", "y": "n,t,i", "W": "i,j", "U": "i,k", "b": "i", "E": "v,i,k", "tok": "n,t", "s": "t,i"}
STEP = "h[n,0,i] = 0\nh[n,t+1,i] = tanh(sum[j](W[i,j]*x[n,t,j]) + b[i] + sum[k](U[i,k]*h[n,t,k]))\n"
AFTER = "L = mean[n,t,i]((h[n,t+1,i] - y[n,t,i])**2)"
BEFORE = "L = mean[n,t,i]((h[n,t,i] - y[n,t,i])**2)"


def network(lines: str, **changes: Any) -> EquationNetwork:
    """A network with those of the tensors that its lines name."""
    indices = {**INDICES, **changes.pop("indices", {})}
    tensors: dict[str, Any] = {}
    for name, axes in ROLES.items():
        role = {"x": "input", "tok": "input", "s": "input", "y": "target"}.get(name, "parameter")
        if f"{name}[" in lines:
            tensors[name] = {"indices": axes, "role": role} | ({"dtype": "int"} if name == "tok" else {})
    tensors |= changes.pop("tensors", {})
    return EquationNetwork("own", indices, tensors, lines, **changes)


MODULES = {
    "an input read from its end": STEP.replace("x[n,t,j]", "x[n,T-1-t,j]") + AFTER,
    "matrices picked by tokens": "h[n,0,i] = 1\nh[n,t+1,i] = tanh(sum[k](E[tok[n,t],i,k]*h[n,t,k]))\n" + AFTER,
    "a state two steps before, where there is one": "h[n,0,i] = 0\nz[n,t,i] = sum[j](W[i,j]*x[n,t,j])\n"
    "z[n,t,i] += sum[k](U[i,k]*h[n,t-2,k]) where t >= 2\nh[n,t+1,i] = tanh(z[n,t,i])\n" + AFTER,
    "a memory that tokens read": "M[n,0,v,i] = E[v,i,0]\nr[n,t,i] = tanh(sum[k](U[i,k]*M[n,t,tok[n,t],k]))\n"
    "M[n,t+1,v,i] = M[n,t,v,i]/2 + r[n,t,i]\nL = mean[n,t,i]((r[n,t,i] - y[n,t,i])**2)",
}


@pytest.mark.parametrize("name", MODULES)
def test_both_ways_to_call_the_module_agree_with_the_derivation(name: str) -> None:
    found = Emitted(network(MODULES[name]))
    assert "plain loops" not in found.text
    for samples, length in ((1, 1), (2, 2), (3, 5)):
        sizes = {"N": samples, "T": length}
        values = dict(next(draws(found.net.program(), sizes, 0)).values)
        final = evaluate(found.derivation.result, values, sizes)
        expected = {"L": final["L"], **{name: final[f"{name}_bar"] for name in found.derivation.wrt}}
        for given in (found.plain(values), found.workspace(values)):
            assert max(errors(given, expected).values()) < 1e-12


NOTES: dict[str, tuple[str, dict[str, Any]]] = {
    "a loss on states before the steps": (STEP + BEFORE + " + mean[n,i](h[n,1,i]**2)", {}),
    "a loss on a state between": (STEP + BEFORE + " + mean[n,i](h[n,2,i]**2)", {"indices": {"t": 5}}),
    "a loss on what changes": (STEP + AFTER + " + sum[n,t,i]((h[n,t+1,i] - h[n,t,i])**2)/N", {}),
    "states divided by their length": (
        "h[n,0,i] = 1\nq[n,t] = sum[i](h[n,t,i]**2)\n"
        "h[n,t+1,i] = h[n,t,i]/sqrt(q[n,t]) + sum[j](W[i,j]*x[n,t,j])\n" + BEFORE,
        {},
    ),
    "a step of its own for some units": (
        "h[n,0,i] = 0\nz[n,t,i] = sum[j](W[i,j]*x[n,t,j]) + sum[k](U[i,k]*h[n,t,k])\n"
        "h[n,t+1,i] = tanh(z[n,t,i]) + h[n,t,i] where i < 1\nh[n,t+1,i] += z[n,t,i] where i >= 1\n" + AFTER,
        {},
    ),
    "a condition on steps": (
        "h[n,0,i] = 0\nz[n,t,i] = sum[j](W[i,j]*x[n,t,j])\nz[n,t,i] += sum[k](U[i,k]*h[n,t,k]) where t >= 2\n"
        "h[n,t+1,i] = tanh(z[n,t,i])\n" + AFTER,
        {"indices": {"t": 4}},
    ),
    "steps that count": (STEP.replace("b[i]", "b[i]*t/T") + AFTER, {}),
    "no batch": (
        "h[0,i] = 0\nh[t+1,i] = tanh(b[i] + sum[k](U[i,k]*h[t,k]))\nL = mean[t,i]((h[t+1,i] - s[t,i])**2)",
        {},
    ),
    "rows in another order": (
        STEP + "g[n,t,i] = h[n,T-t,i]\nL = mean[n,t,i]((g[n,t,i] - y[n,t,i])**2)",
        {},
    ),
}


@pytest.mark.parametrize("name", NOTES)
def test_every_line_of_the_notes_holds(name: str) -> None:
    """Each is evaluated before it is printed."""
    lines, changes = NOTES[name]
    steps = changes.get("indices", {}).get("t", 3)
    rng = np.random.default_rng(0)
    sizes = {"n": 1, "t": steps, "i": 2, "j": 3}
    given = {
        t: rng.uniform(-1, 1, [sizes[i] for i in ROLES[t].split(",")]).round(2).tolist()
        for t in ("x", "y", "s")
        if f"{t}[" in lines
    }
    document = notes(derive(network(lines, **changes, example=given)))
    assert document.sections


@pytest.mark.slow
def test_notes_of_a_long_fixed_sequence() -> None:
    """They are evaluated in a shorter one, whose steps have fewer digits: h_{n,300,u} beside h_n2u."""
    given = {"x": [[0.1, 0.2]] * 300, "y": [0.1, 0.2, 0.3]}
    layers = [{"kind": "lstm", "units": 3}]
    assert notes(derive(Network("long", {"shape": [300, 2]}, layers, "mse", example=given))).sections
