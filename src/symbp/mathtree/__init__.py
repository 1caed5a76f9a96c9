"""Displayed mathematics: a tree that is at once what is printed and what is evaluated."""

from symbp.mathtree.evaluate import Environment, NoValue, check_display, check_line, matrix, value
from symbp.mathtree.from_sympy import from_sympy
from symbp.mathtree.nodes import (
    Apply,
    BigSum,
    Bound,
    Box,
    Bracket,
    Cases,
    Comparison,
    Constant,
    Display,
    Hadamard,
    Index,
    Indicator,
    Inline,
    Line,
    Matrix,
    MatrixProduct,
    Negative,
    Node,
    Norm,
    Number,
    Partial,
    Power,
    PrimeOf,
    Product,
    Quotient,
    Reference,
    Sum,
    Symbol,
    Text,
    Transpose,
    Underbrace,
    anchor,
    free_indices,
    number,
    transform,
    walk,
)
from symbp.mathtree.reading import line_reading, reading

__all__ = [
    "Apply", "BigSum", "Bound", "Box", "Bracket", "Cases", "Comparison", "Constant", "Display", "Environment",
    "Hadamard", "Index", "Indicator", "Inline", "Line", "Matrix", "MatrixProduct", "Negative", "NoValue", "Node",
    "Norm", "Number", "Partial", "Power", "PrimeOf", "Product", "Quotient", "Reference", "Sum", "Symbol", "Text",
    "Transpose", "Underbrace", "anchor", "check_display", "check_line", "free_indices", "from_sympy", "line_reading",
    "matrix", "number", "reading", "transform", "value", "walk",
]  # fmt: skip
