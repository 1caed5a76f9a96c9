"""The account of a step: for each equation, in the order of the module, what NumPy does and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from time import perf_counter
from types import ModuleType
from typing import Any

import numpy as np

from symbp.derive import NetworkDerivation
from symbp.errors import Fault
from symbp.explain.floats import operations
from symbp.explain.given import Sizes, arguments, most
from symbp.explain.lines import Heading, headings
from symbp.explain.timing import median, medians, timed
from symbp.explain.watched import Call, line_in, watcher
from symbp.numpy_code import Blueprint, blueprint, module_text
from symbp.reference import shape_of
from symbp.verify.module import imported

SLOW = frozenset({"einsum", "power"})  # what NumPy computes correctly, and not by a fast kernel
USUAL = 16  # steps of a sequence
FLOATS = "floats"
LOOPS = "plain loops"
MOST_NUMBERS = 500_000_000  # that the tensors of a step may hold to be run


@dataclass(frozen=True)
class Step:
    """What is computed under one comment of the module.

    Attributes:
        numbers: Of the equations; none of what only prepares.
        kernels: The NumPy calls in order, equal ones once, each with how often it is called.
        shapes: Of the results that are as large as the largest one.
        flops: Additions, multiplications and calls of functions.
        moved: Bytes read and written.
        buffers: Where results lie: ``1`` is a buffer of the workspace, ``gradient`` what is returned.
        slow: Whether plain loops or a slow kernel do it, because no better form is known.
        seconds: Measured, if it was.
    """

    numbers: tuple[int, ...]
    text: str
    kernels: tuple[tuple[str, int], ...]
    shape: tuple[int, ...]
    flops: int
    moved: int
    buffers: tuple[str, ...]
    slow: bool
    seconds: float | None = None


@dataclass(frozen=True)
class Account:
    """A whole step.

    Attributes:
        sizes: The batch, and the other run-time lengths.
        memory: The bytes of the workspace's buffers.
        seconds: Of a whole step, without looking at the clock inside, if it was measured.
    """

    name: str
    sizes: Sizes
    dtype: str
    steps: tuple[Step, ...]
    parameters: int
    memory: int
    seconds: float | None = None

    @property
    def flops(self) -> int:
        return sum(s.flops for s in self.steps)

    @property
    def moved(self) -> int:
        return sum(s.moved for s in self.steps)


def account(derivation: NetworkDerivation, sizes: Sizes, dtype: str = "float32", run: bool = False) -> Account:
    """What one step of the workspace does, found by running it on arrays that watch; with ``run`` its times too.

    Args:
        sizes: ``N`` and the other run-time lengths, of which those that are not there are 16.

    Raises:
        Fault: the network has no parameters or no such length, or the step would need too much memory to be run.
    """
    source, plan, width = module_text(derivation), blueprint(derivation), np.dtype(dtype).type
    sizes = _all_sizes(plan, sizes)
    _check_size(derivation, sizes)
    module = imported(source)
    above = headings(source)
    given, keywords = arguments(module, plan, derivation, sizes, width)
    workspace = module.Workspace(*most(sizes, plan), width)
    calls = _watched(module, workspace, above, given, keywords)
    memory = _Memory.of(workspace)
    steps = tuple(_steps(above, calls or _in_floats(source, above, sizes), memory))
    parameters = sum(w.nbytes for w in given[0])
    found = Account(derivation.network.name, dict(sizes), dtype, steps, parameters, memory.total)
    return _measured(found, source, plan, above, (given, keywords), width) if run else found


def _all_sizes(plan: Blueprint, sizes: Sizes) -> Sizes:
    """A number for each run-time size of a network, in the order of a workspace's arguments."""
    unknown = [name for name in sizes if name not in ("N", *plan.sizes)]
    if unknown:
        lengths = ", ".join(name for name in plan.sizes if name != "N") or "none"
        raise Fault(f"the network has no run-time length {unknown[0]}", f"Its lengths: {lengths}.")
    return {name: sizes.get(name, USUAL) for name in plan.sizes}


def _check_size(derivation: NetworkDerivation, sizes: Sizes) -> None:
    count = sum(prod(shape_of(tensor, sizes)) for tensor in derivation.result.tensors)
    if count > MOST_NUMBERS:
        at = ", ".join(f"{name} = {value}" for name, value in sizes.items())
        problem = f"a step at {at} holds {count:,} numbers, and explain runs one of at most {MOST_NUMBERS:,}"
        raise Fault(problem, "Choose a smaller batch or shorter sequences.")


def _watched(
    module: ModuleType, workspace: Any, above: Mapping[int, Heading], given: list[Any], keywords: dict[str, Any]
) -> list[Call]:
    """The calls of the second step: the first one makes views."""
    calls: list[Call] = []
    path, numbered = str(module.__file__), {line for line, heading in above.items() if heading.numbers}
    kind = watcher(calls.append, lambda: line_in(path, numbered))
    for name in [n for n, value in vars(workspace).items() if not isinstance(value, memoryview)]:
        setattr(workspace, name, _as(kind, getattr(workspace, name)))
    seen, known = _as(kind, given), {key: _as(kind, value) for key, value in keywords.items()}
    workspace.loss_and_grad(*seen, **known)
    calls.clear()
    workspace.loss_and_grad(*seen, **known)
    return [call for call in calls if call.line in above]


def _as(kind: type[Any], value: Any) -> Any:
    """Arrays, and those in lists and tuples, as arrays of a kind."""
    if isinstance(value, np.ndarray):
        return value.view(kind)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(_as(kind, v) for v in value))
    return type(value)(_as(kind, v) for v in value) if isinstance(value, list | tuple) else value


@dataclass(frozen=True)
class _Memory:
    """Where the workspace's memory lies: the name, the first address and the end of each piece."""

    pieces: tuple[tuple[str, int, int], ...]

    @staticmethod
    def of(workspace: Any) -> _Memory:
        named = [(str(k), b) for k, b in enumerate(workspace._buffers, 1)]
        named += [("gradient", g) for g in workspace._gradient]
        return _Memory(tuple((n, _address(a), _address(a) + a.nbytes) for n, a in named))

    def name(self, address: int) -> str:
        return next((name for name, begin, end in self.pieces if begin <= address < end), "")

    @property
    def total(self) -> int:
        return sum(end - begin for name, begin, end in self.pieces if name != "gradient")


def _address(array: Any) -> int:
    return int(array.__array_interface__["data"][0])


def _in_floats(source: str, above: Mapping[int, Heading], sizes: Sizes) -> list[Call]:
    """What stands for the calls of a step in which NumPy computes nothing."""
    counts = operations(source, above, sizes.get("N", 1))
    return [Call(line, FLOATS, (), count, 0, 0) for line, count in counts.items()]


def _steps(above: Mapping[int, Heading], calls: Iterable[Call], memory: _Memory) -> Iterable[Step]:
    by_heading: dict[tuple[int, Heading], list[Call]] = {}
    first: dict[Heading, int] = {}
    for line in sorted(above):
        first.setdefault(above[line], line)
    for call in calls:
        heading = above[call.line]
        by_heading.setdefault((first[heading], heading), []).append(call)
    for (_, heading), found in sorted(by_heading.items(), key=lambda item: item[0][0]):
        yield _step(heading, found, memory)


def _step(heading: Heading, calls: list[Call], memory: _Memory) -> Step:
    kernels = Counter(call.kernel for call in calls if call.kernel != FLOATS) or {FLOATS: 1}
    largest = max(calls, key=lambda c: (c.flops, int(np.prod(c.shape))))
    names = dict.fromkeys(name for c in calls if (name := memory.name(c.place)))
    return Step(
        heading.numbers,
        heading.text,
        ((LOOPS, 1),) if heading.fallback else tuple(kernels.items()),
        largest.shape,
        sum(c.flops for c in calls),
        sum(c.moved for c in calls),
        tuple(names),
        heading.fallback or bool(SLOW & kernels.keys()),
    )


def _measured(
    found: Account,
    source: str,
    plan: Blueprint,
    above: Mapping[int, Heading],
    given: tuple[list[Any], dict[str, Any]],
    width: type[Any],
) -> Account:
    """The account with the times of a module that looks at the clock around each statement."""
    module, clocked = imported(source), imported(timed(source))
    arguments, keywords = given
    whole, parts = (m.Workspace(*most(found.sizes, plan), width) for m in (module, clocked))
    seconds = median(lambda: whole.loss_and_grad(*arguments, **keywords), perf_counter)
    laps = medians(lambda: parts.loss_and_grad(*arguments, **keywords), clocked._laps, perf_counter)
    times: dict[Heading, float] = {}
    for line, lap in laps.items():
        if line in above:
            times[above[line]] = times.get(above[line], 0.0) + lap
    by_numbers = {(h.numbers, h.text): t for h, t in times.items()}
    steps = tuple(replace(s, seconds=by_numbers.get((s.numbers, s.text), 0.0)) for s in found.steps)
    return replace(found, steps=steps, seconds=seconds)
