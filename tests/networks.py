"""Networks that the tests of derivations share, values for them, and the value of a SymPy expression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy

from symbp import mathtree as m
from symbp.derivation import Derivation, adjoint_name
from symbp.derive import NetworkDerivation
from symbp.layers import (
    ACTIVATIONS,
    Add,
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GroupNorm,
    Layer,
    LayerNorm,
    MaxPool2d,
    RMSNorm,
)
from symbp.network import Described, EquationNetwork, Network
from symbp.network.losses import LOSSES
from symbp.network.targets import TARGETS
from symbp.program import Program
from symbp.reference import evaluate
from symbp.verify.check import MAKERS
from symbp.verify.draw import draws
from symbp.verify.perturb import complex_step
from symbp.views.scalar import Element

RELAY = {  # the numbers that issue and article print for examples/relay.toml
    "z1": 0.33, "a1": 0.5817593768, "z2": 0.59, "a2": 0.6433651457, "z3": 1.041235290, "yhat": 0.7390882859,
    "L": 0.01934555127,
}  # fmt: skip
RELAY_GRADIENTS = {
    "w31": 0.03120713068, "w32": 0.03451182908, "b3": 0.05364267758,
    "w11": 0.003263022446, "w12": 0.0006526044892, "b1": 0.006526044892,
    "w21": 0.004307842397, "w22": 0.0008615684794, "b2": 0.008615684794,
}  # fmt: skip
SUITABLE = {"binary_cross_entropy": "sigmoid"}  # a loss that needs outputs between 0 and 1


def network(*layers: Layer, inputs: int = 3, loss: Any = "mse", **more: Any) -> Network:
    return Network("net", inputs, list(layers), loss, **more)


def every_kind() -> dict[str, Network]:
    """Every activation, hidden and last, every loss, and what else a spec can say of a dense network."""
    found = {name: network(Dense(4, name), Dense(2, name)) for name in ACTIVATIONS}
    for name in LOSSES:
        found[f"{name} loss"] = network(Dense(4, "tanh"), Dense(2, SUITABLE.get(name, "identity")), loss=name)
        if LOSSES[name].fused:
            found[f"{name} fused"] = network(Dense(4, "tanh"), Dense(2, LOSSES[name].fused), loss=name)
    found["shared"] = network(Dense(3, "tanh", name="a"), Dense(3, "sigmoid", share="a"), Dense(3, share="a"))
    found["no bias, penalties"] = network(
        Dense(3, "softmax", bias=False), Dense(2, "tanh", bias=False), regularization={"l2": 0.1, "l1": 0.01}
    )
    quick = {"name": "quick", "expression": "z/(1 + exp(-1.702*z))"}
    custom = {"expression": "(yhat - y)**4 + log(1 + exp(-yhat*y))", "reduction": "sum"}
    found["user's own"] = network(Dense(3, quick), Dense(2), loss=custom)
    found["frozen"] = network(Dense(3, "tanh"), Dense(3, "sin", frozen=True), Dense(2), input_gradient=True)
    return found


def elman() -> EquationNetwork:
    """A recurrence over three steps, its output the last row."""
    shapes = {"x": ("n,t,j", "input"), "W": ("i,j", "parameter"), "U": ("i,k", "parameter"), "b": ("i", "parameter")}
    lines = """
    h[n,0,i] = 0
    z[n,t,i] = sum[j](W[i,j]*x[n,t,j]) + b[i] + sum[k](U[i,k]*h[n,t,k])
    h[n,t+1,i] = tanh(z[n,t,i])
    yhat[n,i] = h[n,3,i]
    """
    return EquationNetwork(
        "net",
        indices={"n": "N", "t": 3, "i": 2, "k": 2, "j": 3},
        tensors={name: {"indices": indices, "role": role} for name, (indices, role) in shapes.items()},
        lines=lines,
        loss="mse",
    )


def every_layer() -> dict[str, Described]:
    """Layers with a derivation of their own, each in a small network: normalisations, windows, branches, masks."""
    hidden, last = Dense(4, bias=False), Dense(2)
    image = {"shape": [2, 4, 5]}
    return {
        "batch norm": network(hidden, BatchNorm(activation="tanh"), last),
        "batch norm of channels": Network(
            "net", image, [Conv2d(2, 2, bias=False), BatchNorm(scale=False), GlobalAvgPool(), last]
        ),
        "layer norm": network(hidden, LayerNorm(activation="sigmoid"), last),
        "rms norm": network(hidden, RMSNorm(), last),
        "group norm": network(hidden, GroupNorm(2, shift=False), last),
        "residual": network(Dense(3, "tanh", name="f"), Add(input=["x", "f"]), BatchNorm(), last),
        "convolution": Network("net", image, [Conv2d(2, 3, stride=2, padding=1), GlobalAvgPool(), last]),
        "transposed convolution": Network("net", {"shape": [2, 3, 3]}, [ConvTranspose2d(2, 2, stride=2)]),
        "pooling": Network("net", image, [MaxPool2d(2, stride=1, activation="tanh"), Flatten(), last]),
        "dropout": network(hidden, Dropout(0.4), last, input_gradient=True),
        "recurrence": elman(),
    }


def values_for(net: Described, samples: int = 3, seed: int = 0) -> dict[str, Any]:
    """Random values, away from kinks, that suit the loss."""
    kind = next(name for name, target in TARGETS.items() if target is net.loss.row.target)
    makers = {"y": MAKERS[kind]} if kind in MAKERS else {}
    return dict(next(draws(net.program(), {"N": samples}, seed, makers)).values)


def slopes(program: Program, values: Mapping[str, Any], samples: int, names: tuple[str, ...]) -> dict[str, Any]:
    """dL/dT of the forward program by complex step."""
    return complex_step(program, values, {"N": samples}, names)


def gradients(derivation: Derivation, values: Mapping[str, Any], samples: int = 3) -> dict[str, Any]:
    """What the final program of a derivation computes for its gradients, and its outputs."""
    found = evaluate(derivation.result, values, {"N": samples})
    return {name: found[name] for name in derivation.wanted}


def assert_close(found: Any, expected: Any, tolerance: float = 1e-11) -> None:
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    assert found.shape == expected.shape
    assert np.max(np.abs(found - expected), initial=0) <= tolerance * max(np.max(np.abs(expected), initial=0), 1e-3)


def value_of_named(derivation: NetworkDerivation, expression: sympy.Expr) -> Any:
    """The value of an expression in typed names (w11, a1, dL_dz3), by its formula tree."""
    named = named_values(derivation)
    tree = m.from_sympy(expression, lambda s: m.Symbol(s.name))
    return m.value(tree, m.Environment({m.Symbol(s.name): named[s.name] for s in expression.free_symbols}))


def named_values(derivation: NetworkDerivation) -> dict[str, Any]:
    """The example's value of everything that has a typed name, and of dL by it."""
    named: dict[str, Any] = {}
    for name, tensor in derivation.naming.program.tensor.items():
        value = derivation.values.get(name)
        for index in np.ndindex(value.shape) if value is not None and tensor.role != "adjoint" else ():
            typed = derivation.naming.plain(Element(name, index))
            named[typed] = value[index]
            if adjoint_name(name) in derivation.values:
                named[f"dL_d{typed}"] = derivation.values[adjoint_name(name)][index]
    return named
