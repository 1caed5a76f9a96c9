"""Layers that equations state, each with the same thing in the functions of an array library.

The table's functions take the library's ``exp``, ``sqrt`` and so on from their first argument, so that PyTorch
and JAX can differentiate them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Stated:
    """A layer of equations.

    Attributes:
        lines, output: As in the spec.
        indices: The extents of its indices, for the shapes of its inputs.
        parameters: The indices of each parameter.
        value: What it computes: ``value(np_like, *inputs, *parameters)``.
        rank: How many axes a sample of its input has.
        inputs: How many inputs it reads; they have one shape.
    """

    lines: str
    output: str
    indices: Callable[[Shape], dict[str, int]]
    parameters: dict[str, str]
    value: Callable[..., Any]
    rank: int = 1
    inputs: int = 1

    def table(self, shape: Shape) -> dict[str, object]:
        """The table of the layer in a spec, on inputs of a shape."""
        tensors = {name: {"indices": indices, "role": "parameter"} for name, indices in self.parameters.items()}
        keys = {"lines": self.lines, "output": self.output, "indices": self.indices(shape)}
        return {"kind": "equations", **keys, "tensors": tensors}


def radial(np_like: Any, x: Any, c: Any, w: Any) -> Any:
    distance = ((x[:, None, :] - c[None]) ** 2).sum(-1)
    return np_like.exp(-(w**2) * distance)


def bilinear(np_like: Any, x: Any, B: Any) -> Any:
    return np_like.einsum("ijk,nj,nk->ni", B, x, x)


def pairing(np_like: Any, x1: Any, x2: Any, A: Any, b: Any) -> Any:
    return np_like.einsum("ijk,nj,nk->ni", A, x1, x2) + b


def homemade(np_like: Any, x: Any, g: Any) -> Any:
    """Divided by a mean magnitude over channels."""
    return g[None, :, None, None] * x / np_like.sqrt(1 + (x**2).mean(1))[:, None]


def differences(np_like: Any, x: Any, k: Any) -> Any:
    """The second difference along the last axis, minus ``k*x``: a residual of x'' = k x."""
    return x[:, :, 2:] - 2 * x[:, :, 1:-1] + x[:, :, :-2] - k[None, :, None] * x[:, :, 1:-1]


def polynomial(np_like: Any, x: Any, a: Any) -> Any:
    return a[0] + a[1] * x + a[2] * x**2 * np_like.cos(x)


STATED: dict[str, Stated] = {
    "radial basis functions": Stated(
        "h[n,i] = exp(-wid[i]**2*sum[j]((x[n,j] - mid[i,j])**2))",
        "h",
        lambda shape: {"i": 3, "j": shape[0]},
        {"mid": "i,j", "wid": "i"},
        radial,
    ),
    "bilinear form": Stated(
        "q[n,i] = sum[j,k](B[i,j,k]*x[n,j]*x[n,k])",
        "q",
        lambda shape: {"i": 2, "j": shape[0], "k": shape[0]},
        {"B": "i,j,k"},
        bilinear,
    ),
    "bilinear form of two": Stated(
        "q[n,i] = sum[j,k](A[i,j,k]*x1[n,j]*x2[n,k]) + b[i]",
        "q",
        lambda shape: {"i": 2, "j": shape[0], "k": shape[0]},
        {"A": "i,j,k", "b": "i"},
        pairing,
        inputs=2,
    ),
    "polynomial": Stated(
        "q[n,j] = kap[0] + kap[1]*x[n,j] + kap[2]*x[n,j]**2*cos(x[n,j])",
        "q",
        lambda shape: {"j": shape[0], "m": 3},
        {"kap": "m"},
        polynomial,
    ),
    "home-made normalisation": Stated(
        "q[n,i,r,c] = gain[i]*x[n,i,r,c]/sqrt(1 + mean[k](x[n,k,r,c]**2))",
        "q",
        lambda shape: {"i": shape[0], "k": shape[0], "r": shape[1], "c": shape[2]},
        {"gain": "i"},
        homemade,
        rank=3,
    ),
    "residual of a difference equation": Stated(
        "q[n,i,r] = x[n,i,r+2] - 2*x[n,i,r+1] + x[n,i,r] - kap[i]*x[n,i,r+1]",
        "q",
        lambda shape: {"i": shape[0], "r": shape[1] - 2},
        {"kap": "i"},
        differences,
        rank=2,
    ),
}
BY_LINES = {stated.lines: stated for stated in STATED.values()}
