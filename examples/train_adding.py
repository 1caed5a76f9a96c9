"""The adding problem: what an LSTM remembers over fifty steps, and a simple recurrent network does not.

A sequence has fifty numbers from 0 to 1, drawn uniformly. Two of them are marked, one in each half, and their sum is
to be told at the end (Hochreiter and Schmidhuber, 1997, section 5.4). Who always answers 1 is wrong by 1/6 in the mean
square, the variance of the sum. Both generated modules have 16 units, a dense output and the same training: Adam on
new sequences, a gradient longer than 1 shortened by the spec's ``clip_norm``, a learning rate that falls to zero.
Parameters begin as ``init`` draws them. The simple network has its choice of three learning rates. Three seeds each.

What is drawn of the gradient is what the modules return for their input: the norm of dL/dx at step t, of a thousand
sequences together, over that at the last step. As x_t enters the network in the pre-activation of step t alone, it is
W transposed times the error that reaches step t. Before training both lose some of it on the way back, depending on
the seed. Afterwards the LSTM hands all of it back to the first step; the simple network loses it or blows it up.

    python examples/train_adding.py            (make examples installs what it needs)
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
import numpy as np
from rich.progress import track

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from generated import adding_lstm, adding_rnn  # noqa: E402

Array = np.ndarray[Any, Any]
SEEDS = (0, 1, 2)
LENGTH = 50
BATCH = 50
STEPS = 1500
LOOKS = 50  # steps from one look at the unseen sequences to the next
UNITS = 16
TRIVIAL = 1 / 6  # the mean square error of who always answers 1
WANTED = TRIVIAL / 10
CURVES = ROOT / "generated" / "adding_curves.svg"


@dataclass(frozen=True)
class Run:
    """A module with a learning rate and a seed, and what came of it."""

    module: ModuleType
    rate: float
    seed: int
    errors: list[float] = field(default_factory=list)
    norms: list[Array] = field(default_factory=list)

    @property
    def reached(self) -> float:
        return self.errors[-1]


def sequences(count: int, rng: np.random.Generator, length: int = LENGTH) -> tuple[Array, Array]:
    """Numbers with their marks, (count, length, 2), and the sum of the two marked ones, (count, 1)."""
    numbers, marks = rng.uniform(size=(count, length)), np.zeros((count, length))
    half = length // 2
    for places in (rng.integers(0, half, count), rng.integers(half, length, count)):
        marks[np.arange(count), places] = 1
    sums = (numbers * marks).sum(axis=1, keepdims=True)
    return np.stack([numbers, marks], axis=2).astype(np.float32), sums.astype(np.float32)


def gradient_norms(module: ModuleType, p: Any, X: Array, Y: Array) -> Array:
    """The norm of dL/dx at each step, all sequences together."""
    _, _, x_bar = module.loss_and_grad(p, X, Y)
    norms: Array = np.sqrt((x_bar**2).sum(axis=(0, 2)))
    return norms


def train(run: Run, steps: int = STEPS) -> Any:
    """The trained parameters; on the way the error on unseen sequences, at both ends the norms of the gradient."""
    unseen = sequences(1000, np.random.default_rng(12345))
    rng = np.random.default_rng(run.seed)
    p = run.module.init(seed=run.seed)
    state = run.module.init_optimizer(p)
    workspace = run.module.Workspace(batch=BATCH, T=LENGTH, dtype=np.float32)
    run.norms.append(gradient_norms(run.module, p, *unseen))
    for step in range(steps):
        if step % LOOKS == 0:
            run.errors.append(run.module.loss(p, *unseen))
        _, g, _ = workspace.loss_and_grad(p, *sequences(BATCH, rng))
        p, state = run.module.adam(p, g, state, run.rate * (1 - step / steps))
    run.errors.append(run.module.loss(p, *unseen))
    run.norms.append(gradient_norms(run.module, p, *unseen))
    return p


def draw(memories: list[Run], simple: list[Run], path: Path) -> None:
    """Errors beside gradients through time, as an SVG that is the same whenever the numbers are."""
    plt.rcParams["svg.hashsalt"] = "symbp"
    figure, (left, *ends) = plt.subplots(1, 3, figsize=(12, 4), layout="constrained")
    ends[1].sharey(ends[0])
    for runs, colour, label in ((memories, "C0", "LSTM"), (simple, "C3", "simple recurrent network")):
        for run in runs:
            left.plot(np.arange(len(run.errors)) * LOOKS, run.errors, colour, label=label if run is runs[0] else None)
            for axes, norms in zip(ends, run.norms, strict=True):
                axes.plot(range(1, LENGTH + 1), norms / norms[-1], colour)
    left.axhline(TRIVIAL, color="tab:gray", linestyle="--", label="who always answers 1")
    left.axhline(WANTED, color="tab:gray", linestyle=":", label="a tenth of that")
    left.set(xlabel="step of training", ylabel="mean square error, unseen", yscale="log")
    for axes, when in zip(ends, ("before", "after"), strict=True):
        axes.set(xlabel="step t of the sequence", yscale="log", title=f"{when} training")
    ends[0].set(ylabel=f"norm of dL/dx at t, over that at {LENGTH}")
    figure.legend(loc="outside lower center", ncols=4)
    figure.savefig(path, metadata={"Date": None})


def spread(runs: list[Run]) -> str:
    return ", ".join(f"{run.reached:.4f}" for run in runs)


def main() -> int:
    memories = [Run(adding_lstm, 0.01, seed) for seed in SEEDS]
    simple = {rate: [Run(adding_rnn, rate, seed) for seed in SEEDS] for rate in (0.001, 0.003, 0.01)}
    for run in track([*memories, *(run for runs in simple.values() for run in runs)], description="training"):
        train(run)
    best = min(simple.values(), key=lambda runs: np.mean([run.reached for run in runs]))
    draw(memories, best, CURVES)
    print(f"mean square error on unseen sequences; who always answers 1 has {TRIVIAL:.4f}")
    print(f"LSTM, learning rate {memories[0].rate:<6}                      {spread(memories)}")
    for rate, runs in simple.items():
        print(f"simple recurrent network, learning rate {rate:<6}  {spread(runs)}")
    shown = all(r.reached < WANTED for r in memories) and all(
        r.reached > WANTED for runs in simple.values() for r in runs
    )
    print(f"curves in {CURVES.name}" if shown else "this run does not show what it should")
    return 0 if shown else 1


if __name__ == "__main__":
    sys.exit(main())
