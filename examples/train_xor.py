"""Train the generated module ``generated/xor.py`` until it solves XOR, by full-batch gradient descent.

Starting point, learning rate and number of steps are those of the spec's ``[example]``.

    python examples/train_xor.py
"""

import sys
from pathlib import Path

import numpy as np
from rich.progress import track

import symbp

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from generated import xor  # noqa: E402


def main() -> int:
    example = symbp.load(ROOT / "examples" / "xor.toml").example
    assert example is not None
    p, X, Y = xor.example()
    for _ in track(range(example.steps), description="training"):
        _, g = xor.loss_and_grad(p, X, Y)
        p = xor.sgd(p, g, float(example.learning_rate))
    predicted = xor.predict(p, X)
    for x, y, yhat in zip(X, Y, predicted, strict=True):
        print(f"{x[0]:.0f} xor {x[1]:.0f} = {y[0]:.0f}   predicted {yhat[0]:.4f}")
    solved = bool(np.all((predicted > 0.5) == (Y > 0.5)))
    print(f"loss {xor.loss(p, X, Y):.6f} after {example.steps} steps: {'solved' if solved else 'not solved'}")
    return 0 if solved else 1


if __name__ == "__main__":
    sys.exit(main())
