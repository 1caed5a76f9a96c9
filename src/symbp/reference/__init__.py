"""The meaning of a program: plain nested loops, in an arithmetic of one's choice.

Everything faster (emitted modules) and everything symbolic (rewrites, displayed lines) is compared with
these loops. They know the grammar of :mod:`symbp.equation` and the values of the table of functions. What is too large
for loops is evaluated a whole equation at a time (``evaluate_grids``), compared with them by tests.
"""

from symbp.reference.arithmetic import FLOAT, LANES, Arithmetic, multiprecision, of_sum_one
from symbp.reference.grids import evaluate_grids
from symbp.reference.loops import evaluate, extent_of, shape_of

__all__ = [
    "FLOAT",
    "LANES",
    "Arithmetic",
    "evaluate",
    "evaluate_grids",
    "extent_of",
    "multiprecision",
    "of_sum_one",
    "shape_of",
]
