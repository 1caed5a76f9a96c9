"""Writes the arrays of the examples whose sources draw them, ``NAME.npz``, each as its source does.

The streams of ``numpy.random.RandomState``, which ``numpy.random.seed`` starts, are the same in all versions of
NumPy. Images are put channels first here, sequences samples first, and weights the way symbp has them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray[Any, Any]]


def drawn(rng: np.random.RandomState, *shapes: tuple[int, ...]) -> list[Any]:
    return [rng.randn(*shape) for shape in shapes]


def spaced(first: float, last: float, *shape: int) -> Any:
    return np.linspace(first, last, int(np.prod(shape))).reshape(shape)


def channels_first(images: Any) -> Any:
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2))


def samples_first(sequences: Any) -> Any:
    """``[features, samples, steps]`` as ``[samples, steps, features]``."""
    return np.ascontiguousarray(sequences.transpose(1, 2, 0))


def coursera_conv() -> Arrays:
    x, W, b = drawn(np.random.RandomState(1), (10, 4, 4, 3), (2, 2, 3, 8), (1, 1, 1, 8))
    zeros = np.zeros((10, 8, 4, 4))
    return {"x": channels_first(x), "y": zeros, "W1": np.ascontiguousarray(W.transpose(3, 2, 0, 1)), "b1": b.ravel()}


def coursera_pool() -> Arrays:
    x, adjoint = drawn(np.random.RandomState(1), (5, 5, 3, 2), (5, 4, 2, 2))
    return {"x": channels_first(x), "y": channels_first(adjoint)}


def coursera_rnn_cell() -> Arrays:
    """The test draws a bias of its own, and passes on the one of an earlier cell of the notebook."""
    rng = np.random.RandomState(1)
    x, a, Wax, Waa, *_ = drawn(rng, (3, 10), (5, 10), (5, 3), (5, 5), (2, 5), (5, 1), (2, 1))
    (da,) = drawn(rng, (5, 10))
    *_, earlier = drawn(np.random.RandomState(1), (3, 10, 4), (5, 10), (5, 5), (5, 3), (2, 5), (5, 1))
    return {"x": x.T[:, None], "y": da.T[:, None], "h1_0": a.T, "W1": Wax, "U1": Waa, "b1": earlier.ravel()}


def coursera_rnn() -> Arrays:
    shapes = ((3, 10, 4), (5, 10), (5, 3), (5, 5), (2, 5), (5, 1), (2, 1), (5, 10, 4))
    x, a, Wax, Waa, _, b, _, da = drawn(np.random.RandomState(1), *shapes)
    return {"x": samples_first(x), "y": samples_first(da), "h1_0": a.T, "W1": Wax, "U1": Waa, "b1": b.ravel()}


def of_gates(rng: np.random.RandomState) -> tuple[Arrays, Arrays]:
    """The weights and biases of the gates, drawn in the order forget, update, output, candidate."""
    pairs = {gate: drawn(rng, (5, 8), (5, 1)) for gate in "fioc"}
    return {gate: W for gate, (W, _) in pairs.items()}, {gate: b.ravel() for gate, (_, b) in pairs.items()}


def coursera_lstm_cell() -> Arrays:
    rng = np.random.RandomState(1)
    x, a, c = drawn(rng, (3, 10), (5, 10), (5, 10))
    W, b = of_gates(rng)
    _, _, da, dc = drawn(rng, (2, 5), (2, 1), (5, 10), (5, 10))
    given = {"x": x.T, "a_prev": a.T, "c_prev": c.T, "da": da.T, "dc": dc.T}
    return given | {f"W{gate}": W[gate] for gate in W} | {f"b{gate}": b[gate] for gate in b}


def coursera_lstm() -> Arrays:
    """The loss is on the first four of seven steps."""
    rng = np.random.RandomState(1)
    x, a = drawn(rng, (3, 10, 7), (5, 10))
    W, b = of_gates(rng)
    (da,) = drawn(rng, (5, 10, 4))
    both = np.concatenate([W[gate] for gate in "ifco"])
    first = {"h1_0": a.T, "c1_0": np.zeros((10, 5))}
    weights = {"W1": both[:, 5:], "U1": both[:, :5], "b1": np.concatenate([b[gate] for gate in "ifco"])}
    return {"x": samples_first(x)[:, :4], "y": samples_first(da), **first, **weights}


def cs231n_conv() -> Arrays:
    x, W = spaced(-0.1, 0.5, 2, 3, 4, 4), spaced(-0.2, 0.3, 3, 3, 4, 4)
    return {"x": x, "y": np.zeros((2, 3, 2, 2)), "W1": W, "b1": spaced(-0.1, 0.2, 3)}


def cs231n_max_pool() -> Arrays:
    return {"x": spaced(-0.3, 0.4, 2, 3, 4, 4), "y": np.zeros((2, 3, 2, 2))}


def transposed(units: int, arrays: Arrays) -> Arrays:
    """Weights ``[from, to]`` as ``[to, from]``, and the gates i, f, o, g of an LSTM in the order i, f, g, o."""
    gates = np.arange(len(arrays["b1"])).reshape(-1, units)
    order = (gates[[0, 1, 3, 2]] if len(gates) == 4 else gates).ravel()
    turned = {"W1": arrays["W1"].T[order], "U1": arrays["U1"].T[order], "b1": arrays["b1"][order]}
    return {**arrays, **turned, "y": np.zeros((*arrays["x"].shape[:2], units))}


def cs231n_rnn_step() -> Arrays:
    x, h = spaced(-0.4, 0.7, 3, 1, 10), spaced(-0.2, 0.5, 3, 4)
    weights = {"W1": spaced(-0.1, 0.9, 10, 4), "U1": spaced(-0.3, 0.7, 4, 4), "b1": spaced(-0.2, 0.4, 4)}
    return transposed(4, {"x": x, "h1_0": h, **weights})


def cs231n_rnn() -> Arrays:
    x, h = spaced(-0.1, 0.3, 2, 3, 4), spaced(-0.3, 0.1, 2, 5)
    weights = {"W1": spaced(-0.2, 0.4, 4, 5), "U1": spaced(-0.4, 0.1, 5, 5), "b1": spaced(-0.7, 0.1, 5)}
    return transposed(5, {"x": x, "h1_0": h, **weights})


def cs231n_lstm_step() -> Arrays:
    x, h, c = spaced(-0.4, 1.2, 3, 1, 4), spaced(-0.3, 0.7, 3, 5), spaced(-0.4, 0.9, 3, 5)
    weights = {"W1": spaced(-2.1, 1.3, 4, 20), "U1": spaced(-0.7, 2.2, 5, 20), "b1": spaced(0.3, 0.7, 20)}
    return transposed(5, {"x": x, "h1_0": h, "c1_0": c, **weights})


def cs231n_lstm() -> Arrays:
    x, h, c = spaced(-0.4, 0.6, 2, 3, 5), spaced(-0.4, 0.8, 2, 4), np.zeros((2, 4))
    weights = {"W1": spaced(-0.2, 0.9, 5, 16), "U1": spaced(-0.3, 0.6, 4, 16), "b1": spaced(0.2, 0.7, 16)}
    return transposed(4, {"x": x, "h1_0": h, "c1_0": c, **weights})


def cs231n_two_layers() -> Arrays:
    W1, b1 = spaced(-0.7, 0.3, 5, 50), spaced(-0.1, 0.9, 50)
    W2, b2 = spaced(-0.3, 0.4, 50, 7), spaced(-0.9, 0.1, 7)
    return {"x": spaced(-5.5, 4.5, 5, 3).T, "y": np.array([0, 5, 1]), "W1": W1.T, "b1": b1, "W2": W2.T, "b2": b2}


def cs231n_captioning() -> Arrays:
    """Ten captions of thirteen words each; the word 0 fills up and does not count."""
    N, D, W, H, V, T = 10, 20, 30, 40, 3, 13
    captions = (np.arange(N * T) % V).reshape(N, T)
    words = {"words": captions[:, :-1], "following": captions[:, 1:], "counts": (captions[:, 1:] != 0).astype(float)}
    shapes = {
        "Wproj": (D, H), "bproj": (H,), "Wembed": (V, W), "Wx": (W, H), "Wh": (H, H), "b": (H,), "Wvocab": (H, V),
        "bvocab": (V,),
    }  # fmt: skip
    return {"features": spaced(-1.5, 0.3, N, D), **words, **{k: spaced(-1.4, 1.3, *v) for k, v in shapes.items()}}


MADE: dict[str, Callable[[], Arrays]] = {
    function.__name__: function
    for function in (
        coursera_conv, coursera_pool, coursera_rnn_cell, coursera_rnn, coursera_lstm_cell, coursera_lstm, cs231n_conv,
        cs231n_max_pool, cs231n_rnn_step, cs231n_rnn, cs231n_lstm_step, cs231n_lstm, cs231n_two_layers,
        cs231n_captioning,
    )
}  # fmt: skip

if __name__ == "__main__":
    for name, make in MADE.items():
        np.savez(Path(__file__).with_name(f"{name}.npz"), **make())  # type: ignore[arg-type]
