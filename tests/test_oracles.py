"""The gradients of generated modules, compared with those of PyTorch, JAX and autograd.

Three differentiators that share nothing with symbp. Each framework that is not installed is skipped;
``make oracles`` installs what can be had.
"""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import symbp
from symbp.network import Regularization

pytestmark = pytest.mark.oracles
TOLERANCE = 1e-11
Array = np.ndarray[Any, Any]


def module(folder: Path, monkeypatch: pytest.MonkeyPatch, **network: Any) -> Any:
    """The module that symbp writes for a network, imported."""
    symbp.write_module(symbp.derive(symbp.Network(name="oracle_net", **network)), folder)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "oracle_net", raising=False)
    return importlib.import_module("oracle_net")


def random_parameters(net: Any, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    return net.Parameters(*(rng.normal(size=array.shape) for array in net.init(dtype=np.float64)))


def assert_close(found: Any, reference: list[Array]) -> None:
    for array, expected in zip(found, reference, strict=True):
        scale = np.abs(expected).max() or 1.0
        assert np.abs(array - expected).max() / scale < TOLERANCE


def torch_gradient(p: Any, X: Array, Y: Array, activations: list[Callable[..., Any]], loss: Callable[..., Any]) -> Any:
    torch = pytest.importorskip("torch")
    leaves = [torch.tensor(array, requires_grad=True) for array in p]
    a = torch.tensor(X)
    for (W, b), activation in zip(zip(leaves[::2], leaves[1::2], strict=True), activations, strict=True):
        a = activation(a @ W.T + b)
    L = loss(a, torch.tensor(Y))
    L.backward()
    return float(L.detach()), [leaf.grad.numpy() for leaf in leaves]


def torch_functions() -> ModuleType:
    pytest.importorskip("torch")
    return importlib.import_module("torch.nn.functional")


def gaussian(z: Any) -> Any:
    return (-z * z).exp()


ACTIVATIONS: dict[str, Callable[[ModuleType], Callable[[Any], Any]]] = {
    "identity": lambda F: lambda z: z,
    "sigmoid": lambda F: F.sigmoid,
    "tanh": lambda F: F.tanh,
    "relu": lambda F: F.relu,
    "leaky_relu": lambda F: F.leaky_relu,
    "elu": lambda F: F.elu,
    "selu": lambda F: F.selu,
    "softplus": lambda F: F.softplus,
    "softsign": lambda F: F.softsign,
    "silu": lambda F: F.silu,
    "gelu": lambda F: F.gelu,
    "gelu_tanh": lambda F: lambda z: F.gelu(z, approximate="tanh"),
    "mish": lambda F: F.mish,
    "hard_sigmoid": lambda F: lambda z: F.relu6(z + 3) / 6,  # F.hardsigmoid takes 1/6 in float32
    "hard_tanh": lambda F: F.hardtanh,
    "relu6": lambda F: F.relu6,
    "sin": lambda F: lambda z: z.sin(),
    "gaussian": lambda F: gaussian,
    "softmax": lambda F: lambda z: F.softmax(z, dim=-1),
    "log_softmax": lambda F: lambda z: F.log_softmax(z, dim=-1),
}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_as_in_pytorch(activation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = [symbp.Dense(4, activation), symbp.Dense(2, "tanh")]
    net = module(tmp_path, monkeypatch, input=3, layers=layers, loss="mse")
    rng = np.random.default_rng(1)
    p, X, Y = random_parameters(net, 2), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    F = torch_functions()
    L, reference = torch_gradient(p, X, Y, [ACTIVATIONS[activation](F), F.tanh], F.mse_loss)
    found, g = net.loss_and_grad(p, X, Y)
    assert found == pytest.approx(L, rel=TOLERANCE)
    assert_close(g, reference)


def real(rng: np.random.Generator) -> Array:
    return rng.normal(size=(5, 3))


def signs(rng: np.random.Generator) -> Array:
    return rng.choice([-1.0, 1.0], size=(5, 3))


def labels(rng: np.random.Generator) -> Array:
    return rng.integers(3, size=5)


def rates(rng: np.random.Generator) -> Array:
    return rng.uniform(size=(5, 3))


def rows(rng: np.random.Generator) -> Array:
    weights = rng.uniform(0.1, 1, size=(5, 3))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


Loss = Callable[[Any, Any], Any]
# The last activation, the targets, and PyTorch's loss; for probabilities of a softmax PyTorch has only logs of them.
LOSSES: dict[str, tuple[str, Callable[[np.random.Generator], Array], Callable[[ModuleType], Loss]]] = {
    "mse": ("tanh", real, lambda F: F.mse_loss),
    "squared_error": ("tanh", real, lambda F: lambda yhat, y: F.mse_loss(yhat, y, reduction="sum") / len(y)),
    "half_squared_error": ("tanh", real, lambda F: lambda yhat, y: F.mse_loss(yhat, y, reduction="sum") / len(y) / 2),
    "mae": ("identity", real, lambda F: F.l1_loss),
    "huber": ("identity", real, lambda F: F.huber_loss),
    "log_cosh": ("identity", real, lambda F: lambda yhat, y: (yhat - y).cosh().log().mean()),
    "hinge": ("identity", signs, lambda F: lambda yhat, y: F.relu(1 - y * yhat).mean()),
    "multiclass_hinge": ("identity", labels, lambda F: lambda yhat, y: F.multi_margin_loss(yhat, y) * yhat.shape[1]),
    "binary_cross_entropy": ("sigmoid", rates, lambda F: F.binary_cross_entropy),
    "binary_cross_entropy_with_logits": ("identity", rates, lambda F: F.binary_cross_entropy_with_logits),
    "cross_entropy": ("identity", rows, lambda F: F.cross_entropy),
    "sparse_cross_entropy": ("identity", labels, lambda F: F.cross_entropy),
    "kl_divergence": (
        "identity",
        rows,
        lambda F: lambda yhat, y: F.kl_div(F.log_softmax(yhat, dim=1), y, reduction="batchmean"),
    ),
    "poisson": ("identity", rates, lambda F: F.poisson_nll_loss),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_as_in_pytorch(loss: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last, targets, of = LOSSES[loss]
    layers = [symbp.Dense(4, "tanh"), symbp.Dense(3, last)]
    net = module(tmp_path, monkeypatch, input=3, layers=layers, loss=loss)
    rng = np.random.default_rng(3)
    p, X, Y = random_parameters(net, 4), rng.normal(size=(5, 3)), targets(rng)
    F = torch_functions()
    L, reference = torch_gradient(p, X, Y, [F.tanh, ACTIVATIONS[last](F)], of(F))
    found, g = net.loss_and_grad(p, X, Y)
    assert found == pytest.approx(L, rel=TOLERANCE)
    assert_close(g, reference)


@pytest.mark.parametrize("loss", ["cross_entropy", "sparse_cross_entropy"])
def test_a_softmax_before_cross_entropy_is_one_softmax(
    loss: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = [symbp.Dense(4, "tanh"), symbp.Dense(3, "softmax")]
    net = module(tmp_path, monkeypatch, input=3, layers=layers, loss=loss)
    rng = np.random.default_rng(5)
    p, X, Y = random_parameters(net, 6), rng.normal(size=(5, 3)), LOSSES[loss][1](rng)
    F = torch_functions()
    _, reference = torch_gradient(p, X, Y, [F.tanh, lambda z: z], F.cross_entropy)
    assert_close(net.loss_and_grad(p, X, Y)[1], reference)


# Two more differentiators, in their own dialects of NumPy, on a deeper network with weight decay.


def deep_loss(np_like: Any, p: Any, X: Array, Y: Array) -> Any:
    a = X
    for W, b in zip(p[::2], p[1::2], strict=True):
        a = np_like.tanh(a @ W.T + b)
    return ((a - Y) ** 2).mean() + 0.05 * sum((W**2).sum() for W in p[::2])


def jax_gradient(p: Any, X: Array, Y: Array) -> list[Array]:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    g = jax.grad(lambda q: deep_loss(jax.numpy, q, X, Y))(list(p))
    return [np.asarray(array) for array in g]


def autograd_gradient(p: Any, X: Array, Y: Array) -> list[Array]:
    autograd = pytest.importorskip("autograd")
    numpy = importlib.import_module("autograd.numpy")
    return list(autograd.grad(lambda q: deep_loss(numpy, q, X, Y))(list(p)))


@pytest.mark.parametrize("gradient", [jax_gradient, autograd_gradient], ids=["jax", "autograd"])
def test_a_deep_network_with_weight_decay(
    gradient: Callable[..., list[Array]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = [symbp.Dense(units, "tanh") for units in (5, 4, 6, 3, 2)]
    l2 = Regularization(l2=0.1)
    net = module(tmp_path, monkeypatch, input=3, layers=layers, loss="mse", regularization=l2)
    rng = np.random.default_rng(7)
    p, X, Y = random_parameters(net, 8), rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    assert_close(net.loss_and_grad(p, X, Y)[1], gradient(p, X, Y))
