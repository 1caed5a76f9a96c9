"""The operations of a step that is computed in Python's floats, counted in the source: no array sees them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from symbp.explain.lines import Heading

_OPERATIONS = (ast.BinOp, ast.Call, ast.AugAssign)


def operations(source: str, above: Mapping[int, Heading], samples: int) -> dict[int, int]:
    """The operations of each line of the workspace's step that stands under an equation; those in a loop are repeated.

    Args:
        samples: How often the loop over the samples runs.
    """
    found: dict[int, int] = {}
    for line, count in _counted(_step(ast.parse(source)), 1, samples):
        if line in above:
            found[line] = found.get(line, 0) + count
    return found


def _step(tree: ast.Module) -> list[ast.stmt]:
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Workspace"]
    methods = [node for node in classes[0].body if isinstance(node, ast.FunctionDef)]
    return next(method.body for method in methods if method.name == "loss_and_grad")


def _counted(body: list[ast.stmt], times: int, samples: int) -> Iterator[tuple[int, int]]:
    for statement in body:
        inner = getattr(statement, "body", None)
        if isinstance(inner, list):
            yield from _counted(inner, times * (samples if isinstance(statement, ast.For) else 1), samples)
        else:
            count = sum(isinstance(node, _OPERATIONS) for node in ast.walk(statement))
            yield statement.lineno, times * count
