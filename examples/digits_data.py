"""Scikit-learn's handwritten digits as the training scripts use them: thirds, batches, and what came out right."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

Array = np.ndarray[Any, Any]
Samples = tuple[Array, Array]


def shuffled_thirds(seed: int) -> tuple[Samples, Samples]:
    """The images, 64 pixels from 0 to 1, with their labels: two thirds to learn from, one third to judge by."""
    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(images))
    X, Y = (images[order] / 16).astype(np.float32), labels[order]
    cut = 2 * len(X) // 3
    return (X[:cut], Y[:cut]), (X[cut:], Y[cut:])


def batches(X: Array, Y: Array, size: int, rng: np.random.Generator) -> Iterator[Samples]:
    """Every sample once, in a new order, ``size`` at a time; the last batch may be shorter."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        yield X[rows], Y[rows]


def share_right(outputs: Array, labels: Array) -> float:
    """The share of samples whose largest output stands at their label."""
    return float(np.mean(outputs.argmax(axis=1) == labels))
