"""What a module asks of its arguments, as the calls that check it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symbp.equation import Extent, Size
from symbp.numpy_code.arguments import declaration, input_arguments
from symbp.numpy_code.blueprint import Blueprint, argument
from symbp.numpy_code.layout import INDENT, indented, wrapped
from symbp.numpy_code.names import spelled
from symbp.numpy_code.scalars import extent_text, shape_text
from symbp.program import Tensor

LEAST = {"T": "one step"}  # of each run-time size, in words


def input_checks(plan: Blueprint) -> Iterator[str]:
    """The lines that find the run-time sizes and check every input."""
    known: set[str] = set()
    for tensor in plan.inputs:
        yield from _sizes(tensor, known, plan.program.most)
        yield from array_checks(plan, tensor)


def target_checks(plan: Blueprint) -> Iterator[str]:
    for tensor in plan.targets:
        yield from array_checks(plan, tensor)


def _sizes(tensor: Tensor, known: set[str], most: Mapping[str, int]) -> Iterator[str]:
    """The run-time sizes that this tensor is the first to name; one may have a limit."""
    for axis, extent in enumerate(tensor.shape):
        if isinstance(extent, Size) and extent.name not in known:
            known.add(extent.name)
            name = argument(tensor)
            least = "" if extent.name == "N" else f', "{LEAST.get(extent.name, f"a {extent.name} of 1")}"'
            plus = f", plus={extent.plus}" if extent.plus else ""
            needed = f"{len(tensor.shape)}, {_symbolic(tensor.shape)}"
            yield f'{extent.name} = _length("{name}", {name}, {axis}, {needed}{least}{plus})'
            if extent.name in most:
                needs = f"needs {extent.name} of at most {most[extent.name]}"
                yield f"if {extent.name} > {most[extent.name]}:"
                yield from wrapped(f'{INDENT}raise ValueError(f"{name} has shape {{{name}.shape}}, {needs}")')


def _symbolic(shape: tuple[Extent, ...]) -> str:
    """The shape as text, with its run-time sizes by name."""
    return f'"{shape_text(shape)}"'


def array_checks(plan: Blueprint, tensor: Tensor) -> Iterator[str]:
    name, shape = argument(tensor), shape_text(tensor.shape)
    if tensor.name in plan.program.truths:
        yield f'_fits_mask("{name}", {name}, {shape})'
    elif tensor.dtype == "int":
        extent = plan.label_extents.get(tensor.name)
        top = "None" if extent is None else extent_text(extent)
        yield f'_fits_labels("{name}", {name}, {shape}, {top})'
    else:
        yield f'_fits("{name}", {name}, {shape}, dtype)'
    if tensor.normalized:
        yield f'_sums_to_one("{name}", {name}, scratch)'


@dataclass(frozen=True)
class ChecksPage:
    """The functions that check the arguments."""

    plan: Blueprint

    @property
    def inputs(self) -> list[str]:
        sizes = self.plan.sizes
        arguments = ", ".join([input_arguments(self.plan), "dtype: np.dtype[Any]"])
        result = {0: "None", 1: "int"}.get(len(sizes), f"tuple[{', '.join('int' for _ in sizes)}]")
        lines = declaration("_check_inputs", arguments, result, "")
        lines.append(f'{INDENT}"""The run-time sizes, of arguments that fit."""')
        first = f"p.{spelled(self.plan.parameters[0].name)}"
        lines += [
            f'{INDENT}if dtype.char not in "fd":',
            *wrapped(f'{INDENT * 2}raise ValueError(f"{first} has dtype {{dtype}}, needs float32 or float64")'),
            f'{INDENT}_check_arrays("p", p, dtype)',
            *indented(input_checks(self.plan)),
        ]
        return [*lines, f"{INDENT}return {', '.join(sizes)}"] if sizes else lines

    @property
    def targets(self) -> list[str]:
        if not self.plan.targets:
            return []
        arguments = [f"{argument(t)}: Array" for t in self.plan.targets]
        arguments += [f"{s}: int" for s in self.plan.sizes] + ["dtype: np.dtype[Any]"]
        arguments += ["scratch: tuple[Array, Array] | None = None"] if self.normalized else []
        return [
            *declaration("_check_targets", ", ".join(arguments), "None", ""),
            f'{INDENT}"""Raises ValueError unless the targets fit the inputs."""',
            *indented(target_checks(self.plan)),
        ]

    @property
    def _given(self) -> tuple[Tensor, ...]:
        return (*self.plan.inputs, *self.plan.targets)

    @property
    def sizes(self) -> bool:
        return bool(self.plan.sizes)

    @property
    def labels(self) -> bool:
        return any(t.dtype == "int" and t.name not in self.plan.program.truths for t in self._given)

    @property
    def truths(self) -> bool:
        return any(t.name in self.plan.program.truths for t in self._given)

    @property
    def normalized(self) -> bool:
        return any(t.normalized for t in self._given)
