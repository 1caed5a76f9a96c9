"""The modules of the rungs, and for each an ``.npz`` with its arrays and the loss and gradients that all must find."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.ladders.case import Prepared
from benchmarks.rungs import Rung, data, parameters, spec
from symbp import build


def prepare(rung: Rung, folder: Path) -> Prepared:
    """Write the module and the arrays. The reference is the plain function of the module, in float64."""
    prepared = describe(rung, folder)
    write_module(prepared)
    module = prepared.module()
    p = module.Parameters(*parameters(module.init(seed=0, dtype=np.float64)))
    X, Y = data(rung)
    loss, gradients = module.loss_and_grad(p, X, Y)
    np.savez(prepared.arrays, X=X, Y=Y, **{f"p{k}": value for k, value in enumerate(p)})
    np.savez(prepared.reference, loss=loss, **{f"g{k}": value for k, value in enumerate(gradients)})
    return prepared


def write_module(prepared: Prepared) -> None:
    """From the text of the spec to the module, as ``symbp code`` does it."""
    path = prepared.folder / f"{prepared.rung.name}.toml"
    path.write_text(spec(prepared.rung))
    build.write_module(build.derivation_of(path), prepared.folder)


def describe(rung: Rung, folder: Path) -> Prepared:
    """Write what the rung is, for processes that only have the folder and a name."""
    (folder / f"{rung.name}.json").write_text(json.dumps(asdict(rung)))
    return Prepared(folder, rung)
