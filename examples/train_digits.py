"""Train the generated module ``generated/digits.py`` on scikit-learn's handwritten digits.

Plain gradient descent with mini-batches; the weight decay is the L2 term of the spec's loss. Two thirds of the
shuffled images are learned from, the last third is never seen: at least 96 % of it must come out right.

    python examples/train_digits.py            (make examples installs what it needs)
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
import numpy as np
from digits_data import Samples, batches, share_right, shuffled_thirds
from rich.progress import track

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from generated import digits  # noqa: E402

SEED = 0
EPOCHS = 60
BATCH = 32
LEARNING_RATE = 0.1
WANTED = 0.96
CURVE = ROOT / "generated" / "digits_curve.svg"


def train(learned: Samples, unseen: Samples) -> tuple[digits.Parameters, list[tuple[float, float]]]:
    """The trained parameters, and for each epoch the mean loss and the accuracy on the unseen third."""
    rng = np.random.default_rng(SEED)
    p = digits.init(seed=SEED)
    workspace = digits.Workspace(batch=BATCH, dtype=np.float32)
    curve = []
    for _ in track(range(EPOCHS), description="training"):
        losses = []
        for x, y in batches(*learned, BATCH, rng):
            loss, g = workspace.loss_and_grad(p, x, y)
            p = digits.sgd(p, g, LEARNING_RATE)
            losses.append(loss)
        curve.append((float(np.mean(losses)), share_right(digits.predict(p, unseen[0]), unseen[1])))
    return p, curve


def draw(curve: list[tuple[float, float]], path: Path) -> None:
    """Loss and accuracy over the epochs, as an SVG that is the same whenever the numbers are."""
    plt.rcParams["svg.hashsalt"] = "symbp"
    losses, accuracies = zip(*curve, strict=True)
    epochs = range(1, len(curve) + 1)
    figure, left = plt.subplots(figsize=(6, 3.5), layout="constrained")
    left.plot(epochs, losses, color="tab:blue")
    left.set(xlabel="epoch", ylabel="mean loss", yscale="log")
    left.yaxis.label.set_color("tab:blue")
    right = left.twinx()
    right.plot(epochs, accuracies, color="tab:orange")
    right.axhline(WANTED, color="tab:gray", linestyle=":")
    right.set(ylabel="accuracy on the unseen third", ylim=(0.8, 1))
    right.yaxis.label.set_color("tab:orange")
    figure.savefig(path, metadata={"Date": None})


def main() -> int:
    learned, unseen = shuffled_thirds(SEED)
    p, curve = train(learned, unseen)
    draw(curve, CURVE)
    reached = share_right(digits.predict(p, unseen[0]), unseen[1])
    print(f"{reached:.2%} of {len(unseen[0])} unseen digits right (wanted: {WANTED:.0%}); curve in {CURVE.name}")
    return 0 if reached >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
