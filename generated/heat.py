"""heat: A rod and its law

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Parameters(NamedTuple):
    """The parameters in the order of the layers; a gradient has the same fields."""

    w: Array  # (3,)
    b: Array  # (3,)
    a: Array  # (3,)


_SHAPES: tuple[tuple[int, ...], ...] = ((3,), (3,), (3,))


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters: zero biases."""
    return Parameters(
        w=np.zeros((3,), dtype),
        b=np.zeros((3,), dtype),
        a=np.zeros((3,), dtype),
    )


def example(
    dtype: npt.DTypeLike = np.float64,
) -> tuple[Parameters, Array, Array]:
    """The worked example of the notes: (p, X, f)."""
    w = np.array([1.5, -2.0, 0.8], dtype)
    b = np.array([-0.3, 0.9, 0.2], dtype)
    a = np.array([0.6, 0.5, -0.4], dtype)
    X = np.array(
        [0, 0.142857, 0.285714, 0.428571, 0.571429, 0.714286, 0.857143, 1], dtype
    )
    f = np.array([1.0, 1.0, 2.0, 2.0, 1.0, 1.0], dtype)
    p = Parameters(w, b, a)
    return p, X, f


def loss(p: Parameters, X: Array, f: Array) -> float:
    """The loss L.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    _check_inputs(p, X, f, p[0].dtype)
    w, b, a = p
    x = X
    # (1)  h[g,i] = tanh(w[i]*x[g] + b[i])
    h = np.tanh(w * x[:, None] + b)
    # (2)  u[g] = sum[i](a[i]*h[g,i])
    u = np.sum(h * a, axis=1)
    # (3)  d[p] = u[p+2] + u[p] - 2*u[p+1]
    d = u[2:] + u[:6] - 2 * u[1:7]
    # (4)  q[p] = f[p] + 49*d[p]
    q = f + 49 * d
    # (5)  L = sum[p](q[p]**2/6) + u[0]**2 + u[7]**2
    L = float(np.vdot(q, q)) / 6 + float(u[0]) ** 2 + float(u[7]) ** 2
    return L


def loss_and_grad(p: Parameters, X: Array, f: Array) -> tuple[float, Parameters]:
    """The loss L and its gradient, in new arrays.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    _check_inputs(p, X, f, p[0].dtype)
    dtype = p[0].dtype
    w, b, a = p
    x = X
    # (1)  h[g,i] = tanh(w[i]*x[g] + b[i])
    h = np.tanh(w * x[:, None] + b)
    # (2)  u[g] = sum[i](a[i]*h[g,i])
    u = np.sum(h * a, axis=1)
    # (3)  d[p] = u[p+2] + u[p] - 2*u[p+1]
    d = u[2:] + u[:6] - 2 * u[1:7]
    # (4)  q[p] = f[p] + 49*d[p]
    q = f + 49 * d
    # (5)  L = sum[p](q[p]**2/6) + u[0]**2 + u[7]**2
    L = float(np.vdot(q, q)) / 6 + float(u[0]) ** 2 + float(u[7]) ** 2
    # (6)  q_bar[p] = q[p]/3
    q_bar = q / 3
    # (7)  d_bar[p] = 49*q_bar[p]
    d_bar = 49 * q_bar
    # (8)  u_bar[0] += 2*u[0];  u_bar[7] += 2*u[7];  u_bar[p+1] += -2*d_bar[p];
    #          u_bar[p+2] += d_bar[p];  u_bar[p] += d_bar[p]
    u_bar = np.zeros((8,), dtype)
    u_bar[0] += 2 * float(u[0])
    u_bar[7] += 2 * float(u[7])
    u_bar[1:7] -= 2 * d_bar
    u_bar[2:] += d_bar
    u_bar[:6] += d_bar
    # (9)  a_bar[i] = sum[g](u_bar[g]*h[g,i])
    a_bar = np.sum(h * u_bar[:, None], axis=0)
    # (10)  h_bar[g,i] = u_bar[g]*a[i]
    h_bar = u_bar[:, None] * a
    # (11)  b_bar[i] = sum[g](h_bar[g,i]*(1 - h[g,i]**2))
    b_bar = np.sum(h_bar * (1 - h**2), axis=0)
    # (12)  w_bar[i] = sum[g](h_bar[g,i]*x[g]*(1 - h[g,i]**2))
    w_bar = np.sum(h_bar * (1 - h**2) * x[:, None], axis=0)
    g = Parameters(w_bar, b_bar, a_bar)
    return L, g


class Workspace:
    """``loss_and_grad`` in memory that is made once, for batches of at most ``batch``.

    What it returns is this memory and lasts until the next call. Tensors that are never
    needed at the same time share a buffer. Where NumPy would allocate to broadcast, rows
    are copied into a spare buffer first. Each thread needs a workspace of its own.

    Raises:
        ValueError: the batch is no positive whole number, or the dtype no float.
    """

    def __init__(self, batch: int, dtype: npt.DTypeLike = np.float32) -> None:
        if not isinstance(batch, int) or batch < 1:
            raise ValueError(f"batch is {batch!r}, needs a whole number from 1 on")
        self.batch = batch
        self.dtype = np.dtype(dtype)
        if self.dtype.char not in "fd":
            raise ValueError(f"dtype is {self.dtype}, needs float32 or float64")
        self._gradient = Parameters(*(np.zeros(shape, self.dtype) for shape in _SHAPES))
        self._buffers: tuple[Array, ...] = (
            np.empty(24, self.dtype),
            np.empty(24, self.dtype),
            np.empty(24, self.dtype),
            np.empty(8, self.dtype),
            np.empty(6, self.dtype),
        )
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][:24].reshape(8, 3),  # h
            self._buffers[1][:24].reshape(8, 3),  # spare
            self._buffers[1][:24].reshape(8, 3),  # product3
            self._buffers[2][:8],  # u
            self._buffers[1][:6],  # d
            self._buffers[3][:6],  # spare2
            self._buffers[1][:6],  # q
            self._buffers[1][:6],  # q_bar
            self._buffers[1][:6],  # d_bar
            self._buffers[3][:8],  # u_bar
            self._buffers[2][:6],  # taken
            self._buffers[4][:6],  # spare3
            self._buffers[4][:6],  # taken2
            self._buffers[1][:24].reshape(8, 3),  # h_bar
            self._buffers[2][:24].reshape(8, 3),  # spare4
            self._buffers[2][:24].reshape(8, 3),  # product4
            self._buffers[0][:24].reshape(8, 3),  # spare5
        )

    def loss_and_grad(
        self, p: Parameters, X: Array, f: Array
    ) -> tuple[float, Parameters]:
        """As the function ``loss_and_grad``, but allocates nothing after its first call."""
        _check_inputs(p, X, f, self.dtype)
        w, b, a = p
        x = X
        if 0 not in self._views:
            self._views[0] = self._cut()
        (
            h,
            spare,
            product3,
            u,
            d,
            spare2,
            q,
            q_bar,
            d_bar,
            u_bar,
            taken,
            spare3,
            taken2,
            h_bar,
            spare4,
            product4,
            spare5,
        ) = self._views[0]
        w_bar, b_bar, a_bar = self._gradient
        # (1)  h[g,i] = tanh(w[i]*x[g] + b[i])
        np.copyto(h, w)
        np.copyto(spare, x[:, None])
        h *= spare
        np.copyto(spare, b)
        h += spare
        np.tanh(h, out=h)
        # (2)  u[g] = sum[i](a[i]*h[g,i])
        np.copyto(spare, a)
        np.multiply(h, spare, out=product3)
        product3.sum(axis=1, out=u)
        # (3)  d[p] = u[p+2] + u[p] - 2*u[p+1]
        np.copyto(d, u[2:])
        np.copyto(spare2, u[:6])
        d += spare2
        np.copyto(spare2, u[1:7])
        spare2 *= 2
        d -= spare2
        # (4)  q[p] = f[p] + 49*d[p]
        np.multiply(d, 49, out=q)
        q += f
        # (5)  L = sum[p](q[p]**2/6) + u[0]**2 + u[7]**2
        L = float(np.vdot(q, q)) / 6
        L += float(u[0]) ** 2
        L += float(u[7]) ** 2
        # (6)  q_bar[p] = q[p]/3
        np.divide(q, 3, out=q_bar)
        # (7)  d_bar[p] = 49*q_bar[p]
        np.multiply(q_bar, 49, out=d_bar)
        # (8)  u_bar[0] += 2*u[0];  u_bar[7] += 2*u[7];
        #          u_bar[p+1] += -2*d_bar[p];  u_bar[p+2] += d_bar[p];
        #          u_bar[p] += d_bar[p]
        u_bar.fill(0)
        product = 2 * float(u[0])
        u_bar[0] += product
        product2 = 2 * float(u[7])
        u_bar[7] += product2
        np.copyto(taken, u_bar[1:7])
        np.multiply(d_bar, 2, out=spare3)
        taken -= spare3
        u_bar[1:7] = taken
        np.copyto(taken2, u_bar[2:])
        taken2 += d_bar
        u_bar[2:] = taken2
        np.copyto(taken2, u_bar[:6])
        taken2 += d_bar
        u_bar[:6] = taken2
        # (9)  a_bar[i] = sum[g](u_bar[g]*h[g,i])
        np.copyto(spare, u_bar[:, None])
        np.multiply(h, spare, out=product3)
        product3.sum(axis=0, out=a_bar)
        # (10)  h_bar[g,i] = u_bar[g]*a[i]
        np.copyto(h_bar, u_bar[:, None])
        np.copyto(spare4, a)
        h_bar *= spare4
        # (11)  b_bar[i] = sum[g](h_bar[g,i]*(1 - h[g,i]**2))
        np.square(h, out=spare4)
        np.subtract(1, spare4, out=spare4)
        np.multiply(h_bar, spare4, out=product4)
        product4.sum(axis=0, out=b_bar)
        # (12)  w_bar[i] = sum[g](h_bar[g,i]*x[g]*(1 - h[g,i]**2))
        np.square(h, out=h)
        np.subtract(1, h, out=spare5)
        h_bar *= spare5
        np.copyto(spare4, x[:, None])
        np.multiply(h_bar, spare4, out=product3)
        product3.sum(axis=0, out=w_bar)
        return L, self._gradient


def sgd(
    p: Parameters,
    g: Parameters,
    learning_rate: float,
    clip_norm: float | None = None,
) -> Parameters:
    """One step of gradient descent: w - learning_rate * dL/dw for every parameter w.

    A gradient longer than ``clip_norm``, all parameters together, is shortened to it.
    """
    rate = float(learning_rate)
    if clip_norm is not None:
        length = float(np.sqrt(sum(float(np.vdot(d, d)) for d in g)))
        rate *= min(1.0, clip_norm / length) if length else 1.0
    return Parameters(*(w - rate * d for w, d in zip(p, g, strict=True)))


def flatten(p: Parameters) -> Array:
    """All parameters as one vector, in the order of Parameters, row by row."""
    return np.concatenate([w.ravel() for w in p])


def unflatten(v: Array) -> Parameters:
    """The parameters that ``flatten`` made the vector of.

    Raises:
        ValueError: the vector has another length than the parameters need.
    """
    _fits("v", v, (9,), v.dtype)
    arrays, start = [], 0
    for shape in _SHAPES:
        stop = start + int(np.prod(shape))
        arrays.append(v[start:stop].reshape(shape))
        start = stop
    return Parameters(*arrays)


def _check_inputs(p: Parameters, X: Array, f: Array, dtype: np.dtype[Any]) -> None:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.w has dtype {dtype}, needs float32 or float64")
    for name, a, shape in zip(Parameters._fields, p, _SHAPES, strict=True):
        _fits(f"p.{name}", a, shape, dtype)
    _fits("X", X, (8,), dtype)
    _fits("f", f, (6,), dtype)


def _fits(name: str, a: Array, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raises an error unless the argument is an array of this shape and dtype."""
    if not isinstance(a, np.ndarray):
        raise TypeError(f"{name} is a {type(a).__name__}, needs an array {shape}")
    if a.shape != shape:
        raise ValueError(f"{name} has shape {a.shape}, needs {shape}")
    if a.dtype != dtype:
        raise ValueError(f"{name} has dtype {a.dtype}, needs {dtype}")
