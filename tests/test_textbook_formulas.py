"""Textbook formulas, written out by hand: loops and matrices that a reader can check against a book."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from emitted import DOT, Array, Arrays, Emitted, errors, vjp
from stated import STATED

import symbp

EXACT = 1e-12


def convolved(x: Array, W: Array, b: Array, stride: int, pad: int) -> Array:
    """A convolution, window by window."""
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    k, m = W.shape[2:]
    rows, columns = ((padded.shape[2 + a] - (k, m)[a]) // stride + 1 for a in (0, 1))
    z = np.zeros((len(x), len(W), rows, columns))
    for n, i, r, c in np.ndindex(z.shape):
        window = padded[n, :, r * stride : r * stride + k, c * stride : c * stride + m]
        z[n, i, r, c] = (window * W[i]).sum() + b[i]
    return z


def convolution_backward(x: Array, W: Array, z_bar: Array, stride: int, pad: int) -> Arrays:
    """Each window gives to the kernel and takes from it: cs231n, assignment 2."""
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    padded_bar, W_bar, b_bar = np.zeros_like(padded), np.zeros_like(W), np.zeros(len(W))
    k, m = W.shape[2:]
    for n, i, r, c in np.ndindex(z_bar.shape):
        window = (n, slice(None), slice(r * stride, r * stride + k), slice(c * stride, c * stride + m))
        padded_bar[window] += z_bar[n, i, r, c] * W[i]
        W_bar[i] += z_bar[n, i, r, c] * padded[window]
        b_bar[i] += z_bar[n, i, r, c]
    inner = slice(pad, padded.shape[2] - pad), slice(pad, padded.shape[3] - pad)
    return {"x": padded_bar[:, :, inner[0], inner[1]], "W1": W_bar, "b1": b_bar}


@pytest.mark.parametrize(
    ("shape", "filters", "kernel", "stride", "pad"),
    [
        ((3, 7, 6), 2, (3, 3), 2, 1),
        ((2, 5, 8), 3, (2, 4), 3, 2),
        ((1, 4, 4), 1, (4, 4), 1, 0),
        ((2, 6, 5), 2, (1, 2), 3, 1),
    ],
    ids=str,
)
def test_a_convolution_with_padding_and_stride(shape: Any, filters: int, kernel: Any, stride: int, pad: int) -> None:
    rng = np.random.default_rng(5)
    values = {"x": rng.normal(size=(2, *shape)), "W1": rng.normal(size=(filters, shape[0], *kernel))}
    values["b1"] = rng.normal(size=filters)
    z = convolved(*values.values(), stride, pad)
    z_bar = rng.normal(size=z.shape)
    layer = {"kind": "conv2d", "filters": filters, "kernel": list(kernel), "stride": stride, "padding": pad}
    found = vjp([layer], values, z_bar)
    expected = {"yhat": z, **convolution_backward(values["x"], values["W1"], z_bar, stride, pad)}
    worst = errors({name: found[name] for name in expected}, expected)
    assert max(worst.values()) < EXACT, worst


def batch_norm_staged(x: Array, gamma: Array, beta: Array, epsilon: float, z_bar: Array) -> Arrays:
    """Backwards through each operation of the forward pass by itself, as a course draws the computational graph."""
    N = len(x)
    mu = x.sum(0) / N
    d = x - mu
    v = (d * d).sum(0) / N
    s = np.sqrt(v + epsilon)
    inverse = 1 / s
    hat = d * inverse
    hat_bar = z_bar * gamma
    d_bar = hat_bar * inverse
    inverse_bar = (hat_bar * d).sum(0)
    s_bar = -inverse_bar / s**2
    v_bar = s_bar / 2 / np.sqrt(v + epsilon)
    square_bar = np.ones_like(x) * v_bar / N
    d_bar = d_bar + 2 * d * square_bar
    mu_bar = -d_bar.sum(0)
    x_bar = d_bar + np.ones_like(x) * mu_bar / N
    return {"yhat": gamma * hat + beta, "x": x_bar, "gamma1": (z_bar * hat).sum(0), "beta1": z_bar.sum(0)}


def batch_norm_closed(x: Array, gamma: Array, beta: Array, epsilon: float, z_bar: Array) -> Arrays:
    """The closed form: Ioffe and Szegedy (2015), section 3, simplified."""
    N, s = len(x), np.sqrt(x.var(0) + epsilon)
    hat = (x - x.mean(0)) / s
    gamma_bar, beta_bar = (z_bar * hat).sum(0), z_bar.sum(0)
    x_bar = gamma / (N * s) * (N * z_bar - beta_bar - hat * gamma_bar)
    return {"yhat": gamma * hat + beta, "x": x_bar, "gamma1": gamma_bar, "beta1": beta_bar}


@pytest.mark.parametrize("formula", [batch_norm_staged, batch_norm_closed])
@pytest.mark.parametrize("epsilon", [1e-5, 0.1, 0])
@pytest.mark.parametrize("samples", [3, 8])
def test_batch_normalisation(samples: int, epsilon: float, formula: Callable[..., Arrays]) -> None:
    rng = np.random.default_rng(6)
    values = {"x": 5 * rng.normal(size=(samples, 4)) + 12, "gamma1": rng.normal(size=4), "beta1": rng.normal(size=4)}
    z_bar = rng.normal(size=(samples, 4))
    expected = formula(*values.values(), epsilon, z_bar)
    found = batch_norm(values, epsilon, z_bar)
    worst = errors({name: found[name] for name in expected}, expected)
    assert max(worst.values()) < EXACT, worst


def batch_norm(values: Arrays, epsilon: float, z_bar: Array) -> Arrays:
    """As ``vjp``, with the batch's own statistics as the running ones: the momentum is 1."""
    layer = {"kind": "batch_norm", "epsilon": epsilon, "momentum": 1}
    found = Emitted(symbp.Network("published", 4, [layer], DOT, input_gradient=True))
    given = {**values, "y": z_bar * len(z_bar)}
    state = found.module.init_state(np.float64)
    p = found.module.Parameters(values["gamma1"], values["beta1"])
    found.module.loss_and_grad(p, given["x"], given["y"], state=state)
    return {**found.plain(given), "yhat": found.predict(given, state=state)}


# A softmax classifier, trained.


def spiral(points: int = 30, classes: int = 3) -> tuple[Array, Array]:
    """Arms of a spiral, as in cs231n, "Putting it together"."""
    rng = np.random.default_rng(0)
    r, turn = np.linspace(0, 1, points), np.linspace(0, 4, points)
    angles = [turn + 4 * k + 0.2 * rng.normal(size=points) for k in range(classes)]
    x = np.concatenate([np.stack([r * np.sin(t), r * np.cos(t)], axis=1) for t in angles])
    return x, np.repeat(np.arange(classes), points)


def softmax_step(W: Array, b: Array, x: Array, y: Array, decay: float) -> tuple[float, Array, Array]:
    """The loss and its gradients, as cs231n writes them: classes are columns of ``W``."""
    scores = x @ W + b
    exp_scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    probs = exp_scores / exp_scores.sum(axis=1, keepdims=True)
    loss = -np.log(probs[range(len(x)), y]).sum() / len(x) + 0.5 * decay * (W * W).sum()
    dscores = probs.copy()
    dscores[range(len(x)), y] -= 1
    dscores /= len(x)
    return float(loss), x.T @ dscores + decay * W, dscores.sum(axis=0)


@pytest.mark.parametrize("loss", ["sparse_cross_entropy", "cross_entropy"])
@pytest.mark.parametrize("last", ["identity", "softmax"])
def test_a_softmax_classifier_trained_for_200_steps_with_weight_decay(loss: str, last: str) -> None:
    decay, rate = 1e-2, 1.0
    layers = [{"kind": "dense", "units": 3, "activation": last}]
    emitted = Emitted(symbp.Network("published", 2, layers, loss, regularization={"l2": decay}))
    found, plain = emitted.module, emitted.plain_module
    x, labels = spiral()
    y = labels if loss.startswith("sparse") else np.eye(3)[labels]
    p, workspace_p = (found.init(seed=4, dtype=np.float64) for _ in range(2))
    W, b = p.W1.T.copy(), p.b1.copy()
    step = found.Workspace(len(x), np.float64)
    for _ in range(200):
        L, W_bar, b_bar = softmax_step(W, b, x, labels, decay)
        mine, g = plain.loss_and_grad(p, x, y)
        assert mine == pytest.approx(L, rel=1e-10)
        p = found.sgd(p, g, rate)
        workspace_p = found.sgd(workspace_p, step.loss_and_grad(workspace_p, x, y)[1], rate)
        W, b = W - rate * W_bar, b - rate * b_bar
    for trained in (p, workspace_p):
        worst = errors(trained._asdict(), {"W1": W.T, "b1": b})
        assert max(worst.values()) < 1e-10, worst
    assert (np.argmax(found.predict(p, x), axis=1) == labels).mean() > 0.45


# Networks that equations state.


def radial_gradients(x: Array, c: Array, w: Array, v: Array, y: Array) -> Arrays:
    """The mean square of ``sum v_i h_ni - y_n`` with ``h_ni = exp(-w_i^2 |x_n - c_i|^2)``, by its formulas."""
    difference = x[:, None, :] - c
    square = (difference**2).sum(2)
    h = np.exp(-(w**2) * square)
    yhat = h @ v
    r = 2 * (yhat - y) / len(x)
    h_bar = r[:, None] * v
    return {
        "L": np.asarray(((yhat - y) ** 2).mean()),
        "v": h.T @ r,
        "w": (h_bar * h * -2 * w * square).sum(0),
        "c": (2 * w[:, None] ** 2 * ((h_bar * h)[:, :, None] * difference).sum(0)),
        "x": -(2 * w[:, None] ** 2 * (h_bar * h)[:, :, None] * difference).sum(1),
    }


def radial_values() -> Arrays:
    rng = np.random.default_rng(7)
    shapes = {"x": (5, 3), "c": (3, 3), "w": (3,), "v": (3,), "y": (5,)}
    return {name: 0.7 * rng.normal(size=shape) for name, shape in shapes.items()}


def test_an_rbf_network_as_equations() -> None:
    network = symbp.EquationNetwork(
        "published",
        indices={"n": "N", "i": 3, "j": 3},
        tensors={
            "x": {"indices": "n,j", "role": "input"},
            "y": {"indices": "n", "role": "target"},
            "c": {"indices": "i,j", "role": "parameter"},
            "w": {"indices": "i", "role": "parameter"},
            "v": {"indices": "i", "role": "parameter"},
        },
        lines="""
            h[n,i] = exp(-w[i]**2*sum[j]((x[n,j] - c[i,j])**2))
            yhat[n] = sum[i](v[i]*h[n,i])
            L = mean[n]((yhat[n] - y[n])**2)
        """,
        input_gradient=True,
    )
    found, values = Emitted(network), radial_values()
    expected = radial_gradients(**values)
    for gradients in (found.plain(values), found.workspace(values)):
        worst = errors(gradients, expected)
        assert max(worst.values()) < EXACT, worst


def test_an_rbf_network_as_a_layer() -> None:
    layers = [STATED["radial basis functions"].table((3,)), {"kind": "dense", "units": 1, "bias": False}]
    found = Emitted(symbp.Network("published", 3, layers, "mse", input_gradient=True))
    values = radial_values()
    expected = radial_gradients(**values)
    given = {
        "x": values["x"],
        "y": values["y"][:, None],
        "mid1": values["c"],
        "wid1": values["w"],
        "W2": values["v"][None],
    }
    reference = {"L": expected["L"], "mid1": expected["c"], "wid1": expected["w"], "W2": expected["v"][None]}
    for gradients in (found.plain(given), found.workspace(given)):
        worst = errors(gradients, {**reference, "x": expected["x"]})
        assert max(worst.values()) < EXACT, worst


def test_a_bilinear_form_as_equations() -> None:
    """``yhat_n = x_n^T B u_n``: the gradient of B is a sum of outer products."""
    network = symbp.EquationNetwork(
        "published",
        indices={"n": "N", "j": 3, "k": 2},
        tensors={
            "x": {"indices": "n,j", "role": "input"},
            "u": {"indices": "n,k", "role": "input"},
            "y": {"indices": "n", "role": "target"},
            "B": {"indices": "j,k", "role": "parameter"},
        },
        lines="""
            yhat[n] = sum[j,k](x[n,j]*B[j,k]*u[n,k])
            L = mean[n]((yhat[n] - y[n])**2)
        """,
        input_gradient=True,
    )
    rng = np.random.default_rng(8)
    values = {name: rng.normal(size=s) for name, s in {"x": (4, 3), "u": (4, 2), "y": (4,), "B": (3, 2)}.items()}
    x, u, y, B = values.values()
    yhat = np.array([x[n] @ B @ u[n] for n in range(4)])
    r = 2 * (yhat - y) / 4
    expected = {
        "L": np.asarray(((yhat - y) ** 2).mean()),
        "B": sum(r[n] * np.outer(x[n], u[n]) for n in range(4)),
        "x": np.stack([r[n] * B @ u[n] for n in range(4)]),
        "u": np.stack([r[n] * B.T @ x[n] for n in range(4)]),
    }
    found = Emitted(network)
    for gradients in (found.plain(values), found.workspace(values)):
        worst = errors(gradients, expected)
        assert max(worst.values()) < EXACT, worst


def test_a_physics_loss_as_equations() -> None:
    """The residual of u'' + k u = f on a grid, and two boundary values, as a least-squares problem in u and k."""
    R, h = 7, 0.25
    network = symbp.EquationNetwork(
        "published",
        indices={"n": "N", "r": R - 2, "g": R},
        tensors={
            "f": {"indices": "n,r", "role": "input"},
            "end": {"indices": "n", "role": "target"},
            "u": {"indices": "g", "role": "parameter"},
            "k": {"indices": "", "role": "parameter"},
        },
        lines=f"""
            q[n,r] = (u[r+2] - 2*u[r+1] + u[r])/{h}**2 + k*u[r+1] - f[n,r]
            L = mean[n,r](q[n,r]**2) + mean[n]((u[0] - end[n])**2 + (u[{R - 1}] + end[n])**2)
        """,
        input_gradient=True,
    )
    rng = np.random.default_rng(9)
    shapes = {"f": (3, R - 2), "end": (3,), "u": (R,), "k": ()}
    values = {name: np.asarray(rng.normal(size=shape)) for name, shape in shapes.items()}
    f, end, u, k = values.values()
    middle = np.eye(R)[1:-1]
    A = (np.eye(R)[2:] - 2 * middle + np.eye(R)[:-2]) / h**2 + k * middle
    q = A @ u - f
    of_q = 2 * q / q.size
    u_bar = (of_q @ A).sum(0)
    u_bar[0] += 2 * (u[0] - end).mean()
    u_bar[-1] += 2 * (u[-1] + end).mean()
    expected = {
        "L": np.asarray((q**2).mean() + ((u[0] - end) ** 2 + (u[-1] + end) ** 2).mean()),
        "u": u_bar,
        "k": np.asarray((of_q @ u[1:-1]).sum()),
        "f": -of_q,
    }
    found = Emitted(network)
    for gradients in (found.plain(values), found.workspace(values)):
        worst = errors(gradients, expected)
        assert max(worst.values()) < EXACT, worst
