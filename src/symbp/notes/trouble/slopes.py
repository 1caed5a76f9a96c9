"""The slopes of activations at the numbers of a network, right in all printed digits however small they are."""

from __future__ import annotations

import numpy as np
import sympy

from symbp.equation import Index
from symbp.layers import Activation
from symbp.layers.fragment import at, define
from symbp.network import Network
from symbp.notes.numbers import Numbers
from symbp.program import Program, Tensor
from symbp.reference import evaluate, evaluate_grids, multiprecision
from symbp.reference.arithmetic import Array
from symbp.verify.perturb import STEP

AGREEING = 1e-9  # relative
DIGITS = 400  # what is less than 1e-324 is zero in floats


def slopes(numbers: Numbers, layer: int) -> Array:
    """The slope of a layer's activation at each of its numbers: what its adjoint is multiplied by, in floats."""
    network = numbers.derivation.network
    assert isinstance(network, Network)
    site, function, values = network.sites[layer - 1], network.layers[layer - 1].function, numbers.values
    named = [n for n in (f"z{layer}", *(_output(network, source) for source in site.sources)) if n in values]
    return slopes_at(function, values[named[0]])


def _output(network: Network, number: int) -> str:
    """The tensor that a layer gives; 0 is the input."""
    return network.sites[number - 1].output if number else "x"


def slopes_at(function: Activation, z: Array) -> Array:
    """The derivative of an activation that is a function of one number, at many.

    It is computed by its formula and by complex steps, both in floats. Where these differ, as 1 - tanh(z)^2 loses its
    digits where tanh is nearly 1, it is computed by its formula in hundreds of digits.
    """
    flat = z.ravel()
    found = np.array(evaluate_grids(_program(function, z.size, slope=True), {"z": flat}, {})["out"])
    steps = evaluate_grids(_program(function, z.size, slope=False), {"z": (flat + 1j * STEP)[:, None]}, {})
    apart = np.flatnonzero(~np.isclose(found, steps["out"][:, 0].imag / STEP, rtol=AGREEING, atol=0))
    if apart.size:
        program = _program(function, apart.size, slope=True)
        found[apart] = evaluate(program, {"z": flat[apart]}, {}, multiprecision(DIGITS))["out"].astype(float)
    return found.reshape(z.shape)


def _program(function: Activation, size: int, slope: bool) -> Program:
    """The function of each number, or its slope."""
    i = Index("i", size)
    given, out = Tensor("z", (size,), "input"), Tensor("out", (size,))
    z = at(given, i)
    body = function.formula(z)
    return Program((given, out), (define(out, (i,), sympy.diff(body, z) if slope else body),), out.name)
