"""One transformer block learns the characters of a story, and tells a little of it.

The generated module ``charmodel`` is one pre-norm block: embedding and position, causal attention and a multilayer
perceptron with a way around each, and a softmax over the characters. It learns ``relay_race.txt``, in small letters, a
paragraph a line; the last eighth of the story is never learned from. There its loss must be below that of the bigram
model, which tells each character by the one before it from counts in the same part of the story; the best of several
smoothings is taken, chosen by the unseen part itself, which favours the bigram model.

Both losses are means over the same characters of the unseen part, in nats. It is read in windows, so that the first
characters of each are told from little: that is to the disadvantage of the transformer.

    python examples/train_charmodel.py         (make examples installs what it needs)
"""

import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
import numpy as np
from rich.progress import track

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from generated import charmodel  # noqa: E402

Array = np.ndarray[Any, Any]
SEED = 0
WINDOW = 48
BATCH = 32
STEPS = 1200
WARMING, LEARNING_RATE = 50, 0.005
LOOKS = 50  # steps from one look at the losses to the next
SMOOTHINGS = (1, 0.3, 0.1, 0.03)
SAMPLE, TEMPERATURE = 400, 0.6
CURVE = ROOT / "generated" / "charmodel_curve.svg"


def story() -> str:
    """The text in small letters, a paragraph a line."""
    paragraphs = (ROOT / "examples" / "relay_race.txt").read_text(encoding="ascii").lower().split("\n\n")
    return "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def encoded(text: str) -> tuple[str, Array]:
    """The characters that occur, in order, and the place of each character of the text among them."""
    alphabet = "".join(sorted(set(text)))
    return alphabet, np.array([alphabet.index(character) for character in text])


def bigram_loss(learned: Array, unseen: Array, count: int) -> float:
    """The mean of -ln p(next | character) with p from counts in the learned part, at the best smoothing."""
    counts = np.zeros((count, count))
    np.add.at(counts, (learned[:-1], learned[1:]), 1)
    losses = []
    for more in SMOOTHINGS:
        p = (counts + more) / (counts + more).sum(axis=1, keepdims=True)
        losses.append(-float(np.mean(np.log(p[unseen[:-1], unseen[1:]]))))
    return min(losses)


def windows(text: Array) -> tuple[Array, Array]:
    """The text cut into windows, and what comes after each of their characters; the end that fills none is left out."""
    count = (len(text) - 1) // WINDOW
    cut = count * WINDOW
    return text[:cut].reshape(count, WINDOW), text[1 : cut + 1].reshape(count, WINDOW)


def batch(text: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Windows from anywhere."""
    places = rng.integers(0, len(text) - WINDOW, BATCH)[:, None] + np.arange(WINDOW)
    return text[places], text[places + 1]


def train(learned: Array, unseen: Array) -> tuple[Any, list[tuple[float, float]]]:
    """The trained parameters, and the losses on both parts on the way."""
    rng = np.random.default_rng(SEED)
    p = charmodel.init(seed=SEED)
    state = charmodel.init_optimizer(p)
    workspace = charmodel.Workspace(batch=BATCH, T=WINDOW, dtype=np.float32)
    curve = []
    for step in track(range(STEPS), description="training"):
        if step % LOOKS == 0:
            curve.append((charmodel.loss(p, *windows(learned)), charmodel.loss(p, *windows(unseen))))
        _, g = workspace.loss_and_grad(p, *batch(learned, rng))
        rate = LEARNING_RATE * min((step + 1) / WARMING, 1 - step / STEPS)
        p, state = charmodel.adamw(p, g, state, rate)
    curve.append((charmodel.loss(p, *windows(learned)), charmodel.loss(p, *windows(unseen))))
    return p, curve


def told(p: Any, alphabet: str, opening: str, rng: np.random.Generator) -> str:
    """The opening, and what the model tells after it: each character drawn from its softmax, sharpened."""
    text = [alphabet.index(character) for character in opening]
    for _ in range(SAMPLE):
        logits = charmodel.predict(p, np.array([text[-WINDOW:]]))[0, -1] / TEMPERATURE
        chances = np.exp(logits - logits.max(), dtype=np.float64)
        text.append(int(rng.choice(len(alphabet), p=chances / chances.sum())))
    return "".join(alphabet[place] for place in text)


def draw(curve: list[tuple[float, float]], bigram: float, path: Path) -> None:
    """Both losses over the training, as an SVG that is the same whenever the numbers are."""
    plt.rcParams["svg.hashsalt"] = "symbp"
    figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
    steps = np.arange(len(curve)) * LOOKS
    for losses, colour, label in zip(zip(*curve, strict=True), ("C0", "C1"), ("learned", "unseen"), strict=True):
        axes.plot(steps, losses, colour, label=f"transformer block, {label} part")
    axes.axhline(bigram, color="tab:gray", linestyle=":", label="bigram model, unseen part")
    axes.set(xlabel="step", ylabel="loss a character")
    axes.legend()
    figure.savefig(path, metadata={"Date": None})


def main() -> int:
    alphabet, text = encoded(story())
    cut = 7 * len(text) // 8
    learned, unseen = text[:cut], text[cut:]
    bigram = bigram_loss(learned, unseen[: windows(unseen)[0].size + 1], len(alphabet))
    p, curve = train(learned, unseen)
    draw(curve, bigram, CURVE)
    print(told(p, alphabet, "the first runner ", np.random.default_rng(SEED)))
    reached = curve[-1][1]
    print(f"\nloss on the unseen eighth: {reached:.3f}, of the bigram model {bigram:.3f}; curve in {CURVE.name}")
    return 0 if reached < bigram else 1


if __name__ == "__main__":
    sys.exit(main())
