"""The arguments of a module's functions: how they are declared, checked and given local names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symbp.numpy_code import layout
from symbp.numpy_code.blueprint import Blueprint, argument
from symbp.numpy_code.layout import INDENT, WIDTH, unpacking
from symbp.numpy_code.names import spelled
from symbp.program import Tensor


def input_arguments(plan: Blueprint) -> str:
    return ", ".join(["p: Parameters", *(f"{argument(t)}: Array" for t in plan.inputs)])


def all_arguments(plan: Blueprint) -> str:
    return ", ".join([input_arguments(plan), *(f"{argument(t)}: Array" for t in plan.targets)])


def result_type(plan: Blueprint) -> str:
    """The type of what ``loss_and_grad`` returns."""
    return f"tuple[{', '.join(['float', 'Parameters', *('Array' for _ in plan.input_adjoints)])}]"


def check_calls(
    plan: Blueprint,
    inputs: tuple[Tensor, ...],
    targets: tuple[Tensor, ...],
    used: set[str],
    dtype: str,
    scratch: str = "",
) -> Iterator[str]:
    """The calls that check the arguments; the run-time sizes are kept where the function uses them."""
    call = f"_check_inputs({', '.join(['p', *map(argument, inputs), dtype])})"
    needed = bool(used & set(plan.sizes)) or bool(targets)
    yield f"{', '.join(plan.sizes)} = {call}" if plan.sizes and needed else call
    if targets:
        yield f"_check_targets({', '.join([*map(argument, targets), *plan.sizes, dtype])}{scratch})"


def local_names(
    plan: Blueprint, inputs: tuple[Tensor, ...], targets: tuple[Tensor, ...], used: set[str], depth: int
) -> Iterator[str]:
    """The lines that give parameters, inputs and targets the names of the equations."""
    names = tuple(spelled(t.name) for t in plan.parameters)
    if used & set(names):
        yield from unpacking(names, "p", depth)
    pairs = [(spelled(t.name), argument(t)) for t in (*inputs, *targets)]
    pairs = [(a, b) for a, b in pairs if a != b and a in used]
    if pairs:
        yield f"{INDENT * depth}{', '.join(a for a, _ in pairs)} = {', '.join(b for _, b in pairs)}"


def words(lines: Iterable[str]) -> set[str]:
    """The identifiers in lines of code, comments left out."""
    code = (line for line in lines if not line.lstrip().startswith("#"))
    return {word for line in code for word in re.findall(r"[A-Za-z_]\w*", line)}


def declaration(name: str, arguments: str, result: str, margin: str) -> list[str]:
    """A function's first lines, broken as ``ruff format`` breaks them."""
    line = f"{margin}def {name}({arguments}) -> {result}:"
    if len(line) <= WIDTH:
        return [line]
    inner = f"{margin}{INDENT}{arguments}"
    if len(inner) <= WIDTH:
        return [f"{margin}def {name}(", inner, f"{margin}) -> {result}:"]
    parts = [f"{margin}{INDENT}{a}," for a in layout.arguments(arguments)]
    return [f"{margin}def {name}(", *parts, f"{margin}) -> {result}:"]
