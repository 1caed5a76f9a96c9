"""Arrays that note what NumPy does with them: which kernel, of what shape, how many operations and bytes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Note = Callable[["Call"], None]


@dataclass(frozen=True)
class Call:
    """One call of a NumPy function.

    Attributes:
        line: The line of the module that it stands in.
        shape: Of the result.
        flops: Additions, multiplications and calls of functions, each counted once.
        moved: The bytes that are read and written.
        place: The address of the result.
    """

    line: int
    kernel: str
    shape: tuple[int, ...]
    flops: int
    moved: int
    place: int


class _Watched(np.ndarray[Any, Any]):
    """What is cut or computed from a watched array is of its class too."""

    note: Note
    line: Callable[[], int]

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **kw: Any) -> Any:
        kernel = _UFUNCS.get((ufunc.__name__, method), ufunc.__name__)
        plain = {} if out is None else {"out": tuple(map(_plain, out))}
        result = getattr(ufunc, method)(*map(_plain, inputs), **plain, **{k: _plain(v) for k, v in kw.items()})
        target = inputs[0] if method == "at" else result if out is None else out[0]
        return self._told(kernel, inputs, target, _flops(kernel, method, inputs, target), result, out and out[0])

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        out = kwargs.get("out")
        result = func(*_deep(args), **{k: _plain(v) for k, v in kwargs.items()})
        if func.__name__ in _FREE:
            return self._of_class(result)
        flops = _einsum_flops(args[0], args[1:]) if func is np.einsum else _least_flops(func, args)
        return self._told(func.__name__, args, result if out is None else out, flops, result, out)

    def _told(self, kernel: str, inputs: Any, target: Any, flops: int, result: Any, out: Any = None) -> Any:
        """Notes a call; gives what it returned."""
        self.note(_call(self.line(), kernel, inputs, target, flops))
        return self._of_class(result) if out is None else out

    def _of_class(self, result: Any) -> Any:
        return result.view(type(self)) if isinstance(result, np.ndarray) else result

    def __setitem__(self, key: Any, value: Any) -> None:
        _plain(self)[_plain(key)] = _plain(value)
        part = _plain(self)[_plain(key)]
        self._told("copy", (value,), part, 0, None)

    def dot(self, other: Any, out: Any = None) -> Any:
        result = _plain(self).dot(_plain(other), _plain(out))
        flops = 2 * int(np.size(result)) * self.shape[-1]
        return self._told("dot", (self, other), result, flops, result, out)

    def fill(self, value: Any) -> None:
        _plain(self).fill(value)
        self._told("fill", (), self, 0, None)

    def take(self, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise") -> Any:
        result = _plain(self).take(_plain(indices), axis, _plain(out), mode)
        return self._told("take", (indices, result), result, 0, result, out)

    def put(self, indices: Any, values: Any, mode: Any = "raise") -> None:
        _plain(self).put(_plain(indices), _plain(values), mode)
        self._told("put", (indices,), values, 0, None)

    def argmax(self, axis: Any = None, out: Any = None, **kw: Any) -> Any:
        result = _plain(self).argmax(axis, _plain(out), **kw)
        return self._told("argmax", (self,), result, self.size, result, out)


def watcher(note: Note, line: Callable[[], int]) -> type[Array]:
    """A class of arrays whose calls are noted.

    Args:
        line: The line of the module that is being run.
    """
    return type("Watched", (_Watched,), {"note": staticmethod(note), "line": staticmethod(line)})


_UFUNCS = {("add", "reduce"): "sum", ("maximum", "reduce"): "max", ("add", "at"): "add.at"}
_FREE = {"may_share_memory", "shares_memory", "shape", "ndim", "reshape", "transpose", "broadcast_to", "size"}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value.view(np.ndarray) if isinstance(value, np.ndarray) else value


def _deep(value: Any) -> Any:
    """Arguments with plain arrays in lists and tuples too."""
    if isinstance(value, list | tuple):
        return type(value)(map(_deep, value))
    return _plain(value)


def _call(line: int, kernel: str, inputs: Any, target: Any, flops: int) -> Call:
    arrays = [a for a in inputs if isinstance(a, np.ndarray)]
    moved = sum(_bytes(a) for a in (*arrays, target))
    place = target.__array_interface__["data"][0] if isinstance(target, np.ndarray) else 0
    return Call(line, kernel, np.shape(target), flops, moved, place)


def _bytes(value: Any) -> int:
    """The memory that is read or written: what a view repeats counts once."""
    if not isinstance(value, np.ndarray):
        return 8
    sides = (extent for extent, stride in zip(value.shape, value.strides, strict=True) if stride)
    return int(value.itemsize * prod(sides))


def _flops(kernel: str, method: str, inputs: Any, target: Any) -> int:
    if kernel == "matmul":
        return 2 * int(np.size(target)) * int(np.shape(inputs[0])[-1])
    if method == "at":
        return int(np.size(inputs[-1]))
    return int(np.size(inputs[0] if method == "reduce" else target))


def _einsum_flops(subscripts: str, operands: Any) -> int:
    """A multiplication for each factor at each point of all indices."""
    letters = subscripts.split("->")[0].split(",")
    extents: dict[str, int] = {}
    for names, operand in zip(letters, operands, strict=False):
        extents |= dict(zip(names, np.shape(operand), strict=True))
    return len(letters) * prod(extents.values())


def _least_flops(func: Any, args: Any) -> int:
    return 2 * int(np.size(args[0])) if func is np.vdot else 0


def line_in(path: str, numbered: set[int]) -> int:
    """The line of a file that is being run: the innermost that stands under an equation, else the outermost."""
    frame = sys._getframe(1)
    outermost = 0
    while frame is not None:
        if frame.f_code.co_filename == path:
            outermost = frame.f_lineno
            if outermost in numbered:
                return outermost
        frame = frame.f_back  # type: ignore[assignment]
    return outermost
