"""Write the four specs of ``train_norms.py``: ``norms_tanh``, ``norms_batch``, ``norms_relu``, ``norms_residual``.

Each has thirty layers of weights, twenty-nine of 64 units and one of the ten outputs. They differ in one thing: what
stands between one product with weights and the next.

    python examples/write_norms.py
"""

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
HIDDEN = 29
UNITS = 64  # as many as an image has pixels, so that a way around the first layer can begin at the image

TITLES = {
    "norms_tanh": "Thirty layers of tanh",
    "norms_batch": "Thirty layers with batch normalisation",
    "norms_relu": "Thirty layers of ReLU",
    "norms_residual": "Thirty layers with a way around each",
}
HEAD = """\
# Written by write_norms.py.
name = "{name}"
title = "{title}"

[input]
shape = [64]                       # an image of 8 x 8 pixels
"""
TAIL = """\
[[layers]]
kind = "dense"
units = 10

[loss]
kind = "sparse_cross_entropy"      # a label from 0 to 9 for each image

[regularization]
clip_norm = 1                      # an update step shortens a longer gradient to this length
"""
DENSE = """\
[[layers]]
kind = "dense"
units = {units}
activation = "{activation}"
"""
NORMALISED = """\
[[layers]]
kind = "dense"
units = {units}
bias = false

[[layers]]
kind = "batch_norm"
activation = "tanh"
"""
AROUND = """\
[[layers]]
kind = "dense"
units = {units}
activation = "tanh"
name = "change{number}"

[[layers]]
kind = "add"
input = ["{before}", "change{number}"]
name = "block{number}"
"""


def hidden(name: str) -> Iterator[str]:
    """The layers before the last, as tables of a spec."""
    for number in range(1, HIDDEN + 1):
        before = f"block{number - 1}" if number > 1 else "x"
        table = {"norms_batch": NORMALISED, "norms_residual": AROUND}.get(name, DENSE)
        activation = "relu" if name == "norms_relu" else "tanh"
        yield table.format(units=UNITS, activation=activation, number=number, before=before)


def spec(name: str) -> str:
    """The text of one of the four specs."""
    return "\n".join([HEAD.format(name=name, title=TITLES[name]), *hidden(name), TAIL])


def main() -> None:
    for name in TITLES:
        (FOLDER / f"{name}.toml").write_text(spec(name), encoding="utf-8")


if __name__ == "__main__":
    main()
