"""Backward passes to compare: right ones, ones with a mistake of the table in them, and modules with a changed line."""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from modules import imported

from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.equation import Size
from symbp.mistakes import Seed
from symbp.numpy_code import Blueprint, texts_of

Function = Callable[..., Any]


def with_mistake(seed: Seed, derivation: NetworkDerivation) -> Function:
    """A function that makes a mistake of the table and gives what comes of it: the loss and the gradients by name."""
    roles = {role: [t.name for t in derivation.start.of_role(role)] for role in ("input", "target", "mask", "state")}
    learned = [t.name for t in derivation.start.of_role("parameter") if t.name in derivation.wrt]

    def backward(p: Any, *given: Any, masks: Any = None, state: Any = None) -> Any:
        values = {**p._asdict(), **dict(zip([*roles["input"], *roles["target"]], given, strict=True))}
        for fields in (masks, state):
            values |= fields._asdict() if fields is not None else {}
        sizes = {}
        for tensor in derivation.start.of_role("input"):
            found = zip(tensor.shape, values[tensor.name].shape, strict=True)
            sizes |= {extent.name: length for extent, length in found if isinstance(extent, Size)}
        wanted = [adjoint_name(name) for name in learned]
        found = seed.floats(values, sizes, *wanted)
        return {name: found[adjoint_name(name)] for name in learned}

    names = ["p", *(("X" if n == "x" else "Y" if n == "y" else n) for n in (*roles["input"], *roles["target"]))]
    kinds = inspect.Parameter
    asked = [kinds(name, kinds.POSITIONAL_OR_KEYWORD) for name in names]
    asked += [kinds(name, kinds.KEYWORD_ONLY, default=None) for name in ("masks", "state")]

    def mistaken(*placed: Any, **named: Any) -> Any:
        return backward(*placed, *(named.pop(name) for name in names if name in named), **named)

    mistaken.__signature__ = inspect.Signature(asked)  # type: ignore[attr-defined]
    return mistaken


def file_with_mistake(seed: Seed, derivation: NetworkDerivation) -> str:
    """The module that symbp would emit for a derivation with a mistake in it."""
    numbers: dict[str, int] = {}
    for equation in seed.program.equations():
        numbers.setdefault(equation.target, len(numbers) + 1)
    return texts_of(Blueprint("mine", "Mine", seed.program, numbers, derivation.wrt))["plain"]


@dataclass(frozen=True)
class Mutant:
    """A module with one thing changed in its backward pass."""

    what: str
    text: str

    def module(self) -> types.ModuleType:
        with TemporaryDirectory() as folder:
            return imported(Path(folder), "mutant", self.text)


def mutants(text: str) -> Iterator[Mutant]:
    """A sign, a factor, a transpose or an order of factors changed, everywhere in ``loss_and_grad`` in turn."""
    count = len([*_changes(_function(ast.parse(text)))])
    for number in range(count):
        tree = ast.parse(text)
        what, change = [*_changes(_function(tree))][number]
        change()
        yield Mutant(what, ast.unparse(tree))


def _function(tree: ast.Module) -> ast.FunctionDef:
    return next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "loss_and_grad")


def _changes(function: ast.FunctionDef) -> Iterator[tuple[str, Callable[[], None]]]:
    for node in ast.walk(function):
        for field, child in ast.iter_fields(node):
            for place, one in enumerate(child if isinstance(child, list) else [child]):
                if isinstance(one, ast.expr):
                    for what, new in _instead(one):
                        yield f"line {one.lineno}: {what}", _setting(node, field, place, child, new)


def _setting(node: ast.AST, field: str, place: int, child: Any, new: ast.expr) -> Callable[[], None]:
    def change() -> None:
        if isinstance(child, list):
            child[place] = new
        else:
            setattr(node, field, new)

    return change


def _instead(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Other expressions in the place of one."""
    if isinstance(node, ast.BinOp):
        left, right, kind = node.left, node.right, type(node.op)
        if kind in (ast.Sub, ast.Add):
            other = ast.Add() if kind is ast.Sub else ast.Sub()
            yield f"another sign in {ast.unparse(node)}", ast.BinOp(left, other, right)
        if kind in (ast.Mult, ast.Div):
            yield f"a factor lost from {ast.unparse(node)}", left
        if kind is ast.MatMult:
            yield f"another order of {ast.unparse(node)}", ast.BinOp(right, node.op, left)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield f"no transpose in {ast.unparse(node)}", node.value


def same_numbers(one: Any, other: Any) -> bool:
    """Whether two results of ``loss_and_grad`` are the same up to rounding."""
    pairs = [(one[0], other[0]), *zip(one[1], other[1], strict=True)]
    return all(
        np.shape(a) == np.shape(b)
        and np.abs(np.asarray(a) - b).max(initial=0) <= 1e-9 * np.abs(np.asarray(b)).max(initial=0)
        for a, b in pairs
    )
