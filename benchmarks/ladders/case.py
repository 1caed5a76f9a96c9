"""What a program is given, and what it gives."""

import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.rungs import Array, Rung


@dataclass(frozen=True)
class Case:
    """A rung with its arrays in one dtype; labels are whole numbers. ``module`` loads what symbp emitted."""

    rung: Rung
    dtype: str
    threads: int
    p: tuple[Array, ...]
    X: Array
    Y: Array
    module: Callable[[], ModuleType]


@dataclass(frozen=True)
class Program:
    """A training step, and how to read loss and gradients out of what it returns; of bare products there are none."""

    step: Callable[[], Any]
    read: Callable[[Any], tuple[float, Sequence[Array]]] | None


@dataclass(frozen=True)
class Prepared:
    """A rung whose module and arrays lie in a folder, for all processes alike."""

    folder: Path
    rung: Rung

    @property
    def arrays(self) -> Path:
        return self.folder / f"{self.rung.name}.npz"

    def module(self) -> ModuleType:
        """What symbp emitted."""
        sys.path.insert(0, str(self.folder))
        found = importlib.import_module(f"ladder_{self.rung.name}")
        sys.path.pop(0)
        return found


def disagreement(program: Program, arrays: dict[str, Array]) -> float:
    """The largest error of the loss and of each gradient, relative to the largest entry of what it should be."""
    if program.read is None:
        return 0.0
    value, gradients = program.read(program.step())
    wanted = [arrays["loss"], *(arrays[f"g{k}"] for k in range(len(gradients)))]
    found = [np.asarray(value), *(np.asarray(g, np.float64) for g in gradients)]
    if len(wanted) != sum(name.startswith("g") for name in arrays) + 1:
        return float("inf")
    return max(_error(one, other) for one, other in zip(found, wanted, strict=True))


def _error(found: Array, wanted: Array) -> float:
    if found.shape != wanted.shape:
        return float("inf")
    return float(np.abs(found - wanted).max() / (np.abs(wanted).max() or 1.0))
