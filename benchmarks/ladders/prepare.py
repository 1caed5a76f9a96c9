"""The modules of the rungs, and for each an ``.npz`` with its arrays and the loss and gradients that all must find."""

from pathlib import Path

import numpy as np

import symbp
from benchmarks.ladders.case import Prepared
from benchmarks.rungs import Rung, data, parameters, spec


def prepare(rung: Rung, folder: Path) -> Prepared:
    """Write the module and the arrays. The reference is the plain function of the module, in float64."""
    prepared = Prepared(folder, rung)
    path = folder / f"{rung.name}.toml"
    path.write_text(spec(rung))
    symbp.write_module(symbp.derive(symbp.load(path)), folder)
    module = prepared.module()
    p = module.Parameters(*parameters(module.init(seed=0, dtype=np.float64)))
    X, Y = data(rung)
    loss, gradients = module.loss_and_grad(p, X, Y)
    named = {f"p{k}": value for k, value in enumerate(p)} | {f"g{k}": value for k, value in enumerate(gradients)}
    np.savez(prepared.arrays, X=X, Y=Y, loss=loss, **named)
    return prepared
