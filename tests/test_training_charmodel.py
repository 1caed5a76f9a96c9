"""The generated transformer block learns what train_charmodel.py asks of it, small."""

from pathlib import Path

import numpy as np

import symbp
from generated import charmodel

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_a_transformer_block_tells_what_a_bigram_cannot() -> None:
    """In 0 0 1 0 0 1 ... a 0 is followed by either; what tells which is the character before it."""
    text = np.tile([0, 0, 1], 30)
    X, Y = np.stack([text[k : k + 12] for k in range(8)]), np.stack([text[k + 1 : k + 13] for k in range(8)])
    p = charmodel.init(0)
    state, workspace = charmodel.init_optimizer(p), charmodel.Workspace(batch=8, T=12, dtype=np.float32)
    for _ in range(60):
        _, g = workspace.loss_and_grad(p, X, Y)
        p, state = charmodel.adamw(p, g, state, 0.01)
    told = charmodel.predict(p, X).argmax(axis=2)
    assert np.mean(told[:, 1:] == Y[:, 1:]) > 0.98
    assert charmodel.loss(p, X[:, :9], Y[:, :9]) < 2 / 3 * np.log(2)  # of a shorter sequence


def test_no_character_sees_those_after_it() -> None:
    p, X = charmodel.init(0), np.arange(20)[None] % 7
    other = X.copy()
    other[0, 12:] += 3
    first, second = charmodel.predict(p, X), charmodel.predict(p, other)
    assert np.array_equal(first[0, :12], second[0, :12]) and not np.array_equal(first[0, 12:], second[0, 12:])


def test_the_character_model_has_a_token_for_every_character_of_its_story() -> None:
    story = (EXAMPLES / "relay_race.txt").read_text(encoding="ascii")
    network = symbp.load(EXAMPLES / "charmodel.toml")
    table = next(t for t in network.parameters if t.letter == "E")
    assert table.shape[0] == len(set(story.lower()))
