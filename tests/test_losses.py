"""Each loss has the value of its definition, whichever way its equations are written."""

import math
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
import sympy

from symbp import functions as f
from symbp.errors import Fault
from symbp.layers import Dense
from symbp.network import Network
from symbp.network.losses import LOSSES, Loss
from symbp.reference import evaluate

RNG = np.random.default_rng(3)
YHAT = RNG.normal(size=(4, 3))
REAL = RNG.normal(size=(4, 3))
SIGNS = np.where(RNG.random((4, 3)) < 0.5, -1.0, 1.0)
SHARES = RNG.dirichlet(np.ones(3), size=4)
SHARES[0] = [0, 1, 0]
LABELS = np.array([2, 0, 1, 1])
COUNTS = np.array([[0.0, 1, 2]] * 4)


def value(network: Network, x: np.ndarray, y: np.ndarray, **parameters: np.ndarray) -> float:
    return float(evaluate(network.program(), {"x": x, "y": y, **parameters}, {"N": len(x)})["L"])


def loss_of(loss: object, yhat: np.ndarray, y: np.ndarray, activation: str = "identity") -> float:
    """The loss of a network that is one activation of its inputs."""
    width = yhat.shape[1]
    network = Network("only", width, [Dense(width, activation, bias=False)], loss)  # type: ignore[arg-type]
    return value(network, yhat, y, W1=np.eye(width))


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def bce(p: np.ndarray, y: np.ndarray) -> float:
    return float(np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p)))


def huber(u: np.ndarray, delta: float) -> np.ndarray:
    return np.where(np.abs(u) <= delta, u**2 / 2, delta * (np.abs(u) - delta / 2))


def hinges(yhat: np.ndarray, labels: np.ndarray, margin: float) -> float:
    pairs = ((row, k) for row in range(4) for k in range(3) if k != labels[row])
    return float(sum(max(0.0, yhat[row, k] - yhat[row, labels[row]] + margin) for row, k in pairs) / 4)


def entropies(y: np.ndarray) -> float:
    return sum(float(v) * math.log(v) for v in y.ravel() if v) / 4


CROSS = float(-np.sum(SHARES * np.log(softmax(YHAT))) / 4)
SPARSE = float(-np.mean(np.log(softmax(YHAT)[range(4), LABELS])))
DEFINITIONS: list[tuple[object, np.ndarray, float]] = [
    ("mse", REAL, float(np.mean((YHAT - REAL) ** 2))),
    ("squared_error", REAL, float(np.sum((YHAT - REAL) ** 2) / 4)),
    ("half_squared_error", REAL, float(np.sum((YHAT - REAL) ** 2) / 8)),
    ("mae", REAL, float(np.mean(np.abs(YHAT - REAL)))),
    ("huber", REAL, float(np.mean(huber(YHAT - REAL, 1)))),
    ({"kind": "huber", "delta": 0.3}, REAL, float(np.mean(huber(YHAT - REAL, 0.3)))),
    ("log_cosh", REAL, float(np.mean(np.log(np.cosh(YHAT - REAL))))),
    ("hinge", SIGNS, float(np.mean(np.maximum(0, 1 - SIGNS * YHAT)))),
    ("multiclass_hinge", LABELS, hinges(YHAT, LABELS, 1)),
    ({"kind": "multiclass_hinge", "margin": 0.25}, LABELS, hinges(YHAT, LABELS, 0.25)),
    ("binary_cross_entropy_with_logits", SHARES, bce(1 / (1 + np.exp(-YHAT)), SHARES)),
    ("cross_entropy", SHARES, CROSS),
    ("sparse_cross_entropy", LABELS, SPARSE),
    ("kl_divergence", SHARES, CROSS + entropies(SHARES)),
    ("poisson", COUNTS, float(np.mean(np.exp(YHAT) - COUNTS * YHAT))),
    ({"expression": "(yhat - y)**2"}, REAL, float(np.mean((YHAT - REAL) ** 2))),
    ({"expression": "(yhat - y)**4/4", "reduction": "sum"}, REAL, float(np.sum((YHAT - REAL) ** 4) / 16)),
]


@pytest.mark.parametrize(("loss", "y", "expected"), DEFINITIONS, ids=[str(row[0]) for row in DEFINITIONS])
def test_the_value_of_the_definition(loss: object, y: np.ndarray, expected: float) -> None:
    assert loss_of(loss, YHAT, y) == pytest.approx(expected, rel=1e-12)


def test_every_loss_is_defined_here() -> None:
    named = {Loss.of(loss).kind for loss, _, _ in DEFINITIONS}
    assert set(LOSSES) - named == {"binary_cross_entropy"}  # takes probabilities: below


@pytest.mark.parametrize(
    ("loss", "y", "activation", "expected"),
    [
        ("cross_entropy", SHARES, "softmax", CROSS),
        ("sparse_cross_entropy", LABELS, "softmax", SPARSE),
        ("kl_divergence", SHARES, "softmax", CROSS + entropies(SHARES)),
        ("binary_cross_entropy", SHARES, "sigmoid", bce(1 / (1 + np.exp(-YHAT)), SHARES)),
        ("cross_entropy", SHARES, "log_softmax", CROSS),  # the softmax of its own logarithm
    ],
)
def test_a_last_softmax_or_sigmoid_is_not_taken_twice(
    loss: str, y: np.ndarray, activation: str, expected: float
) -> None:
    assert loss_of(loss, YHAT, y, activation) == pytest.approx(expected, rel=1e-12)


def test_regularization_counts_shared_weights_once_and_no_biases() -> None:
    layers = [Dense(2, "tanh", name="a"), Dense(2, share="a"), Dense(2, frozen=True)]
    network = Network("n", 2, layers, "mse", regularization={"l2": 0.5, "l1": 0.25})
    plain = Network("n", 2, layers, "mse")
    W1, W2, b = np.array([[1.0, -2], [3, 4]]), np.array([[5.0, 6], [-7, 8]]), np.array([9.0, 9])
    given = {"W1": W1, "b1": b, "W2": W2, "b2": b}
    x = np.array([[0.3, 0.4]])
    added = value(network, x, x, **given) - value(plain, x, x, **given)
    weights = np.concatenate([W1.ravel(), W2.ravel()])
    assert added == pytest.approx(0.25 * np.sum(weights**2) + 0.25 * np.sum(np.abs(weights)))


Row = tuple[str, tuple[float, ...], Callable[..., mpmath.mpf]]
FUNCTIONS: list[Row] = [
    ("log_cosh", (), lambda z: mpmath.log(mpmath.cosh(z))),
    ("huber", (0.5,), lambda z, d: z * z / 2 if abs(z) <= d else d * (abs(z) - d / 2)),
    ("xlogx", (), lambda z: z * mpmath.log(z) if z else mpmath.mpf(0)),
]


@pytest.mark.parametrize(("name", "constants", "definition"), FUNCTIONS)
@pytest.mark.parametrize("z", [1e-9, 0.2, 0.7, 3.0, 19.0, 25.0, 900.0])
def test_functions_of_losses(
    name: str, constants: tuple[float, ...], definition: Callable[..., object], z: float
) -> None:
    """Value, stable form and derivative of the rows that losses add to the table, against mpmath."""
    row, symbol = f.ROWS[name], sympy.Symbol("z")
    exact = definition(mpmath.mpf(z), *constants)
    numbers = [sympy.Rational(repr(c)) for c in constants]
    slope = row.partials[0](symbol, *numbers, row.function(symbol, *numbers))
    assert row.numeric(z, *constants) == pytest.approx(float(exact), rel=1e-13)  # type: ignore[arg-type]
    assert float(row.mp(mpmath.mpf(z), *constants)) == pytest.approx(float(exact), rel=1e-13)  # type: ignore[arg-type]
    assert row.stable is not None
    assert numeric(row.stable(symbol, *numbers), symbol, z) == pytest.approx(float(exact), rel=1e-13)  # type: ignore[arg-type]
    assert numeric(slope, symbol, z) == pytest.approx(
        float(mpmath.diff(lambda u: definition(u, *constants), z)), rel=1e-9
    )


def numeric(expression: sympy.Expr, symbol: sympy.Symbol, z: float) -> float:
    """An expression in the table's functions, by their ``numeric``."""
    if expression == symbol:
        return z
    parts = [numeric(part, symbol, z) for part in expression.args]
    if isinstance(expression, f.Elementary):
        return float(f.ROWS[type(expression).__name__].numeric(*parts))
    return float(expression.func(*parts)) if parts else float(expression)


def test_no_logarithm_of_zero_in_a_divergence() -> None:
    zero = f.ROWS["xlogx"].numeric(np.array([0.0, 1.0]))
    assert zero.tolist() == [0.0, 0.0]


def test_messages_of_losses_in_python() -> None:
    for given, message in (
        (3, "needs the name of a loss or a table with one, has 3"),
        ({"expression": "yhat*t"}, 'expression: unknown name "t"\n    yhat*t\n         ^\n  Known: pi, y, yhat'),
        ({"kind": "multiclass_hinge", "margin": -1}, "margin: needs a number that is not negative, has -1"),
    ):
        with pytest.raises(Fault) as caught:
            Loss.of(given)
        assert str(caught.value) == message
