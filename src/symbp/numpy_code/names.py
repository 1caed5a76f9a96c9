"""Spelling in the emitted module: tensors keep their names, new quantities get telling ones."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field

from symbp.schedule.arrays import (
    Apply,
    Array,
    Dot,
    Einsum,
    Gather,
    Guarded,
    Masked,
    MatMul,
    Operand,
    Reduce,
    View,
    free_indices,
    memory_axes,
)
from symbp.schedule.taps import is_window, is_windowed

TAKEN = frozenset(
    "np npt p g X Y N self batch dtype Parameters Workspace Array Any NamedTuple "
    "init example predict loss loss_and_grad flatten unflatten float int range reversed max l O I".split()
)

_BY_FUNCTION = {
    "add": "total",
    "subtract": "difference",
    "multiply": "product",
    "divide": "quotient",
    "negative": "negative",
    "power": "power",
    "sqrt": "root",
}


def is_taken(name: str) -> bool:
    return name in TAKEN or keyword.iskeyword(name)


def spelled(name: str) -> str:
    """A tensor's name in code: its own, with an underscore behind it if Python or the module has taken it.

    >>> [spelled(name) for name in ("W1", "lambda", "lambda_")]
    ['W1', 'lambda_', 'lambda__']
    """
    return name + "_" if is_taken(name.rstrip("_")) else name


@dataclass
class Names:
    """The names in use in one function of the module."""

    used: set[str] = field(default_factory=set)

    def fresh(self, base: str) -> str:
        """``base``, or ``base2``, ... if it is in use; from now on it is."""
        name, k = base, 1
        while name in self.used or is_taken(name):
            k += 1
            name = f"{base}{k}"
        self.used.add(name)
        return name


def telling(node: Array) -> str:
    """What a person would call an intermediate result: ``difference``, ``tanh_z1``."""
    match node:
        case Apply(function, (Operand(tensor), *_)) if function not in _BY_FUNCTION:
            return f"{function}_{tensor}"
        case Apply("power", (Operand(tensor), _)):
            return f"power_{tensor}"
        case Apply(function):
            return _BY_FUNCTION.get(function, f"{function}_value")
        case Gather(tensor):
            return f"{tensor}_at"
        case View(tensor):
            if free_indices(node):
                return "tap"
            kind = "windows" if is_window(node) else "groups" if is_windowed(node) and memory_axes(node) else "part"
            return f"{tensor.removesuffix('_padded')}_{kind}"
        case Guarded(arg=arg):
            return telling(arg)
        case MatMul() | Dot() | Einsum():
            return "product"
        case Reduce(kind):
            return {"sum": "total", "max": "largest", "argmax": "place"}[kind]
        case Masked():
            return "masked"
    return "value"
