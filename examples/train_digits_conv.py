"""Train the generated module ``generated/digits_conv.py``, a small convolutional network, on handwritten digits.

Gradient descent with mini-batches and a learning rate that falls to zero; dropout stands in the spec. Each batch is
shown with its images blended with themselves one pixel aside, by a random share: that moves them by up to half
a pixel, so that none is seen twice. Two thirds of the shuffled images are learned from, the last third is never seen:
at least 98 % of it must come out right.

    python examples/train_digits_conv.py       (make examples installs what it needs)
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
import numpy as np
from digits_data import Array, Samples, batches, share_right, shuffled_thirds
from rich.progress import track

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from generated import digits_conv  # noqa: E402

SEED = 0
EPOCHS = 40
BATCH = 32
LEARNING_RATE = 0.3
WANTED = 0.98
CURVE = ROOT / "generated" / "digits_conv_curve.svg"

Point = tuple[float, float]


def as_images(samples: Samples) -> Samples:
    """The samples with their pixels in rows and columns, (N, 1, 8, 8)."""
    X, Y = samples
    return X.reshape(-1, 1, 8, 8), Y


def moved(X: Array, rng: np.random.Generator) -> Array:
    """The images, each moved by up to half a pixel in one random direction, or left where they are."""
    row, column = rng.integers(3, size=2)
    aside = np.pad(X, ((0, 0), (0, 0), (1, 1), (1, 1)))[:, :, row : row + 8, column : column + 8]
    share = rng.uniform(0, 0.5, size=(len(X), 1, 1, 1)).astype(np.float32)
    return X + share * (aside - X)


def train(learned: Samples, unseen: Samples, seed: int = SEED) -> tuple[digits_conv.Parameters, list[Point]]:
    """The trained parameters, and for each epoch the mean loss and the accuracy on the unseen third."""
    rng = np.random.default_rng(seed)
    p = digits_conv.init(seed=seed)
    workspace = digits_conv.Workspace(batch=BATCH, dtype=np.float32)
    curve = []
    for epoch in track(range(EPOCHS), description="training"):
        losses = []
        for x, y in batches(*learned, BATCH, rng):
            loss, g = workspace.loss_and_grad(p, moved(x, rng), y, rng=rng)
            p = digits_conv.sgd(p, g, LEARNING_RATE * (1 - epoch / EPOCHS))
            losses.append(loss)
        curve.append((float(np.mean(losses)), share_right(digits_conv.predict(p, unseen[0]), unseen[1])))
    return p, curve


def draw(curve: list[Point], kernels: Array, path: Path) -> None:
    """The curve and the kernels of the first layer, as an SVG that is the same whenever the numbers are."""
    plt.rcParams["svg.hashsalt"] = "symbp"
    figure = plt.figure(figsize=(9, 3.5), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(5, 4))
    draw_curve(left.subplots(), curve)
    right.suptitle("the kernels of the first layer", fontsize="medium")
    largest = float(np.abs(kernels).max())
    for axes, kernel in zip(right.subplots(4, 8).flat, kernels[:, 0], strict=True):
        axes.pcolormesh(kernel[::-1], cmap="RdBu_r", vmin=-largest, vmax=largest)
        axes.set(aspect="equal", xticks=[], yticks=[])
    figure.savefig(path, metadata={"Date": None})


def draw_curve(left: plt.Axes, curve: list[Point]) -> None:
    """Loss and accuracy over the epochs."""
    losses, accuracies = zip(*curve, strict=True)
    epochs = range(1, len(curve) + 1)
    left.plot(epochs, losses, color="tab:blue")
    left.set(xlabel="epoch", ylabel="mean loss", yscale="log")
    left.yaxis.label.set_color("tab:blue")
    right = left.twinx()
    right.plot(epochs, accuracies, color="tab:orange")
    right.axhline(WANTED, color="tab:gray", linestyle=":")
    right.set(ylabel="accuracy on the unseen third", ylim=(0.9, 1))
    right.yaxis.label.set_color("tab:orange")


def main() -> int:
    learned, unseen = map(as_images, shuffled_thirds(SEED))
    p, curve = train(learned, unseen)
    draw(curve, p.W1, CURVE)
    reached = share_right(digits_conv.predict(p, unseen[0]), unseen[1])
    print(f"{reached:.2%} of {len(unseen[0])} unseen digits right (wanted: {WANTED:.0%}); curve in {CURVE.name}")
    return 0 if reached >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
