"""symbp: backpropagation derived symbolically, as checked lecture notes and fast NumPy modules.

    network = symbp.load("examples/relay.toml")
    derivation = symbp.derive(network)
    symbp.write_notes(derivation, "build")
    symbp.write_module(derivation, "build")

Names are imported when they are first used, so that ``import symbp`` itself costs nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbp.audit import audit as audit
    from symbp.build import write_module as write_module
    from symbp.build import write_notes as write_notes
    from symbp.compare import compare as compare
    from symbp.derive import derive as derive
    from symbp.errors import SymbpError as SymbpError
    from symbp.layers import Add as Add
    from symbp.layers import Apply as Apply
    from symbp.layers import AvgPool1d as AvgPool1d
    from symbp.layers import AvgPool2d as AvgPool2d
    from symbp.layers import BatchNorm as BatchNorm
    from symbp.layers import Concatenate as Concatenate
    from symbp.layers import Conv1d as Conv1d
    from symbp.layers import Conv2d as Conv2d
    from symbp.layers import ConvTranspose1d as ConvTranspose1d
    from symbp.layers import ConvTranspose2d as ConvTranspose2d
    from symbp.layers import Dense as Dense
    from symbp.layers import Dropout as Dropout
    from symbp.layers import Equations as Equations
    from symbp.layers import Flatten as Flatten
    from symbp.layers import GlobalAvgPool as GlobalAvgPool
    from symbp.layers import GlobalMaxPool as GlobalMaxPool
    from symbp.layers import GroupNorm as GroupNorm
    from symbp.layers import Gru as Gru
    from symbp.layers import LayerNorm as LayerNorm
    from symbp.layers import Lstm as Lstm
    from symbp.layers import MaxPool1d as MaxPool1d
    from symbp.layers import MaxPool2d as MaxPool2d
    from symbp.layers import Multiply as Multiply
    from symbp.layers import RMSNorm as RMSNorm
    from symbp.layers import Rnn as Rnn
    from symbp.network import EquationNetwork as EquationNetwork
    from symbp.network import Network as Network
    from symbp.spec import load as load
    from symbp.verify import check_derivation as check_derivation

__version__ = "0.1.0"

_HOMES = {
    **dict.fromkeys(
        (
            "Add",
            "Apply",
            "AvgPool1d",
            "AvgPool2d",
            "BatchNorm",
            "Concatenate",
            "Conv1d",
            "Conv2d",
            "ConvTranspose1d",
            "ConvTranspose2d",
            "Dense",
            "Dropout",
            "Equations",
            "Flatten",
            "GlobalAvgPool",
            "GlobalMaxPool",
            "GroupNorm",
            "Gru",
            "LayerNorm",
            "Lstm",
            "MaxPool1d",
            "MaxPool2d",
            "Multiply",
            "RMSNorm",
            "Rnn",
        ),
        "symbp.layers",
    ),
    "audit": "symbp.audit",
    "EquationNetwork": "symbp.network",
    "Network": "symbp.network",
    "SymbpError": "symbp.errors",
    "check_derivation": "symbp.verify",
    "compare": "symbp.compare",
    "derive": "symbp.derive",
    "load": "symbp.spec",
    "write_module": "symbp.build",
    "write_notes": "symbp.build",
}

__all__ = [
    "Add",
    "Apply",
    "AvgPool1d",
    "AvgPool2d",
    "BatchNorm",
    "Concatenate",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "Dense",
    "Dropout",
    "EquationNetwork",
    "Equations",
    "Flatten",
    "GlobalAvgPool",
    "GlobalMaxPool",
    "GroupNorm",
    "Gru",
    "LayerNorm",
    "Lstm",
    "MaxPool1d",
    "MaxPool2d",
    "Multiply",
    "Network",
    "RMSNorm",
    "Rnn",
    "SymbpError",
    "audit",
    "check_derivation",
    "compare",
    "derive",
    "load",
    "write_module",
    "write_notes",
]


class _Package(ModuleType):
    """The package, whose function ``derive`` is not hidden by the submodule of that name.

    Importing a submodule binds it in its package; for the names of the API that is refused.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _HOMES or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'symbp' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])


sys.modules[__name__].__class__ = _Package
