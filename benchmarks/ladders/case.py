"""What a program is given, and what it gives."""

import importlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
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

    @property
    def reference(self) -> Path:
        return self.folder / f"{self.rung.name}_reference.npz"

    def module(self) -> ModuleType:
        """What symbp emitted."""
        sys.path.insert(0, str(self.folder))
        found = importlib.import_module(f"ladder_{self.rung.name}")
        sys.path.pop(0)
        return found

    def case(self, dtype: str, threads: int) -> Case:
        arrays = dict(np.load(self.arrays))
        p = tuple(arrays[f"p{k}"].astype(dtype) for k in range(len(arrays) - 2))
        Y = arrays["Y"] if self.rung.labels else arrays["Y"].astype(dtype)
        return Case(self.rung, dtype, threads, p, arrays["X"].astype(dtype), Y, self.module)


def described(folder: Path, name: str) -> Prepared:
    """What another process has prepared."""
    fields = json.loads((folder / f"{name}.json").read_text())
    return Prepared(folder, Rung(**fields | {"widths": tuple(fields["widths"])}))


def disagreement(program: Program, reference: Mapping[str, Array]) -> float:
    """The largest error of the loss and of each gradient, relative to the largest entry of what it should be."""
    if program.read is None:
        return 0.0
    value, gradients = program.read(program.step())
    if len(gradients) != len(reference) - 1:
        return float("inf")
    errors = [_error(np.asarray(one), reference[f"g{k}"]) for k, one in enumerate(gradients)]
    return max(_error(np.asarray(value), reference["loss"]), *errors)


def _error(found: Array, wanted: Array) -> float:
    if found.shape != wanted.shape:
        return float("inf")
    return float(np.abs(found - wanted).max() / (np.abs(wanted).max() or 1.0))
