"""What is made for a few numbers: two dense layers of sigmoids, mean square error, sample by sample.

SymPy's ``lambdify`` and CasADi get their numbers ready to use, Python's floats or their own memory, and compute in
double precision whatever the others do.
"""

from typing import Any

import numpy as np
import sympy

from benchmarks.ladders.case import Case, Program
from benchmarks.rungs import Array


def lambdified(case: Case) -> Program:
    """The loss written out, differentiated by ``diff``, and all of it in one function with ``cse``."""
    arrays = [symbols(f"p{k}", one) for k, one in enumerate(case.p)]
    X, Y = symbols("x", case.X), symbols("y", case.Y)
    loss = written_out(arrays, X, Y)
    wanted = [loss, *(loss.diff(one) for array in arrays for one in array.flat)]
    given = [one for array in (*arrays, X, Y) for one in array.flat]
    function = sympy.lambdify(given, wanted, modules="math", cse=True)
    numbers = [float(value) for one in (*case.p, case.X, case.Y) for value in one.flat]
    return Program(lambda: function(*numbers), lambda result: (result[0], parted(case, result[1:])))


def symbols(name: str, like: Array) -> Array:
    """An array of symbols."""
    return np.array(sympy.symbols(f"{name}_:{like.size}"), object).reshape(like.shape)


def written_out(arrays: list[Array], X: Array, Y: Array) -> Any:
    """The loss of the batch."""
    a: Any = X
    for W, b in zip(arrays[::2], arrays[1::2], strict=True):
        a = np.vectorize(lambda z: 1 / (1 + sympy.exp(-z)))(a @ W.T + b)
    return sum(one**2 for one in (a - Y).flat) / Y.size


def parted(case: Case, numbers: Any) -> list[Any]:
    """One number after the other, as arrays of the parameters' shapes."""
    ends = np.cumsum([one.size for one in case.p])[:-1]
    parts = np.split(np.array(numbers, float).ravel(), ends)
    return [part.reshape(one.shape) for part, one in zip(parts, case.p, strict=True)]
