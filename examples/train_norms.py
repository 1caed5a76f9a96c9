"""Thirty layers deep: where the gradient vanishes, and three ways to keep it. Measured and drawn.

Four generated modules learn scikit-learn's digits. All have thirty layers of weights and the same optimizer (gradient
descent, steps clipped to length 1 by the spec), and most have the same start: weights uniform within 1/sqrt(inputs),
as was the custom and as torch.nn.Linear still has it. Their variance is 1/(3 inputs), so each layer of tanh passes on
a third of the variance of its signal, forwards, and of the error, backwards: after 29 layers 3^(-14.5), a
ten-millionth. Three changes help, each by itself:

* batch normalisation gives every layer a signal of variance 1, whatever the scale of the weights;
* a way around each layer (residual connection) passes the error back unchanged, beside what the layer makes of it;
* ReLU, whose slope is 1 where it is not 0, with the start made for it: variance 2/inputs (He and others, 2015).

The start is part of the last: ReLU from the common start stalls as tanh does, and tanh from a start made for it
(Glorot and Bengio, 2010) learns. Both are measured too, and drawn with dashes.

What is drawn of the gradient is its norm with respect to each layer's shift, the bias (or beta): the error that
reaches the layer, summed over the samples.

    python examples/train_norms.py             (make examples installs what it needs)
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
import numpy as np
from digits_data import Array, Samples, batches, share_right, shuffled_thirds
from rich.progress import track

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from generated import norms_batch, norms_relu, norms_residual, norms_tanh  # noqa: E402

SEED = 0
EPOCHS = 40
BATCH = 32
LEARNING_RATE = 0.3
STALLED, LEARNED = 0.3, 0.9  # at most, and at least, this share of the unseen third comes out right
CURVES = ROOT / "generated" / "norms_curves.svg"


@dataclass(frozen=True)
class Run:
    """A network with a start, and what is to come of it."""

    label: str
    module: ModuleType
    common_start: bool
    learns: bool
    line: str


RUNS = (
    Run("tanh", norms_tanh, True, False, "C3-"),
    Run("tanh, batch-normalised", norms_batch, True, True, "C0-"),
    Run("tanh, a way around each", norms_residual, True, True, "C2-"),
    Run("ReLU, He's start", norms_relu, False, True, "C1-"),
    Run("ReLU, common start", norms_relu, True, False, "C1--"),
    Run("tanh, Glorot's start", norms_tanh, False, True, "C3--"),
)


def standardised() -> tuple[Samples, Samples]:
    """The digits, the mean image taken off and all pixels divided by one number, which the learned thirds give."""
    (X, Y), (U, V) = shuffled_thirds(SEED)
    mean = X.mean(axis=0)
    spread = (X - mean).std()
    return ((X - mean) / spread, Y), ((U - mean) / spread, V)


def start(run: Run, seed: int) -> Any:
    """Parameters to begin with: the module's own, or matrices that are uniform within 1/sqrt(inputs)."""
    p = run.module.init(seed=seed)
    if not run.common_start:
        return p
    rng = np.random.default_rng(seed)
    return run.module.Parameters(*(common(rng, w.shape) if w.ndim == 2 else w for w in p))


def common(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Uniform within 1/sqrt(inputs): the heuristic in (1) of Glorot and Bengio (2010)."""
    bound = shape[1] ** -0.5
    return rng.uniform(-bound, bound, size=shape).astype(np.float32)


def error_norms(run: Run, p: Any, learned: Samples) -> list[float]:
    """The norm of the gradient with respect to the shift of each layer, from the first to the last."""
    _, g = run.module.loss_and_grad(p, *learned)
    shifts = (part for name, part in zip(g._fields, g, strict=True) if name.startswith("b"))
    return [float(np.linalg.norm(part)) for part in shifts]


def train(run: Run, p: Any, learned: Samples, unseen: Samples, seed: int) -> list[float]:
    """The share of the unseen third that comes out right, after each epoch.

    Running statistics are the one thing that is kept besides the parameters: training moves them, use reads them.
    """
    rng = np.random.default_rng(seed)
    workspace = run.module.Workspace(batch=BATCH, dtype=np.float32)
    state = {"state": run.module.init_state()} if hasattr(run.module, "init_state") else {}
    curve = []
    for epoch in track(range(EPOCHS), description=f"{run.label:24}"):
        for x, y in batches(*learned, BATCH, rng):
            _, g = workspace.loss_and_grad(p, x, y, **state)
            p = run.module.sgd(p, g, LEARNING_RATE * (1 - epoch / EPOCHS))
        curve.append(share_right(run.module.predict(p, unseen[0], **state), unseen[1]))
    return curve


def draw(curves: list[list[float]], norms: list[list[float]], path: Path) -> None:
    """The training beside the gradient at its start, as an SVG that is the same whenever the numbers are."""
    plt.rcParams["svg.hashsalt"] = "symbp"
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for run, curve, norm in zip(RUNS, curves, norms, strict=True):
        left.plot(range(1, len(curve) + 1), curve, run.line, label=run.label)
        right.plot(range(1, len(norm) + 1), norm, run.line)
    left.set(xlabel="epoch", ylabel="accuracy on the unseen third", ylim=(0, 1))
    right.set(xlabel="layer", ylabel="gradient at the start, norm", yscale="log")
    figure.legend(loc="outside lower center", ncols=3)
    figure.savefig(path, metadata={"Date": None})


def main() -> int:
    learned, unseen = standardised()
    starts = [start(run, SEED) for run in RUNS]
    norms = [error_norms(run, p, learned) for run, p in zip(RUNS, starts, strict=True)]
    curves = [train(run, p, learned, unseen, SEED) for run, p in zip(RUNS, starts, strict=True)]
    draw(curves, norms, CURVES)
    print(f"{'network of thirty layers':24}  unseen right  gradient at layer 1, at layer 30")
    for run, curve, norm in zip(RUNS, curves, norms, strict=True):
        print(f"{run.label:24}  {curve[-1]:12.2%}  {norm[0]:19.0e}, {norm[-1]:11.0e}")
    shown = all(c[-1] >= LEARNED if run.learns else c[-1] <= STALLED for run, c in zip(RUNS, curves, strict=True))
    print(f"curves in {CURVES.name}" if shown else "this run does not show what it should")
    return 0 if shown else 1


if __name__ == "__main__":
    sys.exit(main())
