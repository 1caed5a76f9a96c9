"""Times of the lines of a step, by a copy of the module that looks at the clock around each statement."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Callable, Mapping
from typing import Any

_CLOCK = "from time import perf_counter as _clock\n_laps: dict[int, float] = {}\n_begin = 0.0\n"
SECONDS = 0.5  # for which the step is repeated
LEAST, MOST = 5, 2000


def timed(source: str) -> str:
    """The module with a clock around each statement of its workspace's methods; ``_laps`` has the time of each line."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == "Workspace":
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name != "__init__":
                    method.body = [ast.Global(["_begin"]), *_clocked(method.body)]
    after_future = next(k for k, node in enumerate(tree.body) if isinstance(node, ast.ImportFrom)) + 1
    tree.body[after_future:after_future] = ast.parse(_CLOCK).body
    return ast.unparse(ast.fix_missing_locations(tree))


def _clocked(body: list[ast.stmt]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, ast.For | ast.If | ast.With | ast.While | ast.Try):
            statement.body = _clocked(statement.body)
            found.append(statement)
        elif isinstance(statement, ast.Return | ast.Continue | ast.Break | ast.Raise | ast.Global):
            found.append(statement)
        else:
            line = statement.lineno
            end = f"_laps[{line}] = _laps.get({line}, 0.0) + (_clock() - _begin)"
            found += [*ast.parse("_begin = _clock()").body, statement, *ast.parse(end).body]
    return found


def medians(step: Callable[[], Any], laps: dict[int, float], clock: Callable[[], float]) -> Mapping[int, float]:
    """The median time of each line over many runs of a step that notes it in ``laps``."""
    step()
    seen: list[dict[int, float]] = []
    start = clock()
    while len(seen) < LEAST or (clock() - start < SECONDS and len(seen) < MOST):
        laps.clear()
        step()
        seen.append(dict(laps))
    return {line: statistics.median(run.get(line, 0.0) for run in seen) for line in seen[0]}


def median(step: Callable[[], Any], clock: Callable[[], float]) -> float:
    """The median time of a whole step."""
    step()
    seen: list[float] = []
    while len(seen) < LEAST or (sum(seen) < SECONDS and len(seen) < MOST):
        start = clock()
        step()
        seen.append(clock() - start)
    return statistics.median(seen)
