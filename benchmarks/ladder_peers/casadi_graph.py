"""CasADi: scalar symbols, its own reverse mode, evaluated in memory that it is given once; in double precision."""

from typing import Any

import casadi
import numpy as np

from benchmarks.ladder_peers.scalars import parted
from benchmarks.ladders.case import Case, Program


def graph(case: Case) -> Program:
    p = casadi.SX.sym("p", sum(one.size for one in case.p))
    x, y = (casadi.SX.sym(name, *one.shape[::-1]) for name, one in (("x", case.X), ("y", case.Y)))
    loss = mean_square(case, p, x, y)
    function = casadi.Function("f", [p, x, y], [loss, casadi.gradient(loss, p)])
    buffer, evaluate = function.buffer()
    given = [np.concatenate([one.ravel() for one in group]).astype(float) for group in (case.p, case.X, case.Y)]
    value, gradient = np.zeros(1), np.zeros(len(given[0]))
    for k, one in enumerate(given):
        buffer.set_arg(k, one.data)
    buffer.set_res(0, value.data)
    buffer.set_res(1, gradient.data)

    def step(kept: Any = (buffer, given)) -> None:
        evaluate()

    return Program(step, lambda _: (float(value[0]), parted(case, gradient)))


def mean_square(case: Case, p: Any, x: Any, y: Any) -> Any:
    """The loss; matrices of CasADi go column by column, so that theirs are transposed."""
    a, start = x, 0
    for W, b in zip(case.p[::2], case.p[1::2], strict=True):
        weights = casadi.reshape(p[start : start + W.size], *W.shape[::-1]).T
        start += W.size
        bias = p[start : start + b.size]
        start += b.size
        a = 1 / (1 + casadi.exp(-(weights @ a + casadi.repmat(bias, 1, a.shape[1]))))
    return casadi.sumsqr(a - y) / case.Y.size
