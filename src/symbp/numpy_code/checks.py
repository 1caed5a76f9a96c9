"""What a module asks of its arguments, as the calls that check it."""

from __future__ import annotations

from collections.abc import Iterator

from symbp.equation import Extent, Size, Tensor
from symbp.numpy_code.blueprint import Blueprint, argument
from symbp.numpy_code.scalars import extent_text, shape_text


def input_checks(plan: Blueprint) -> Iterator[str]:
    """The lines that find the run-time sizes and check every input."""
    known: set[str] = set()
    for tensor in plan.inputs:
        yield from _sizes(tensor, known)
        yield from array_checks(plan, tensor)


def target_checks(plan: Blueprint) -> Iterator[str]:
    for tensor in plan.targets:
        yield from array_checks(plan, tensor)


def _sizes(tensor: Tensor, known: set[str]) -> Iterator[str]:
    """The run-time sizes that this tensor is the first to name."""
    for axis, extent in enumerate(tensor.shape):
        if isinstance(extent, Size) and extent.name not in known:
            known.add(extent.name)
            name = argument(tensor)
            less = f" - {extent.plus}" if extent.plus else ""
            yield f'{extent.name} = _length("{name}", {name}, {axis}, {_symbolic(tensor.shape)}){less}'


def _symbolic(shape: tuple[Extent, ...]) -> str:
    """The shape as text, with its run-time sizes by name."""
    return f'"{shape_text(shape)}"'


def array_checks(plan: Blueprint, tensor: Tensor) -> Iterator[str]:
    name, shape = argument(tensor), shape_text(tensor.shape)
    if tensor.dtype == "int":
        extent = plan.label_extents.get(tensor.name)
        top = "None" if extent is None else extent_text(extent)
        yield f'_fits_labels("{name}", {name}, {shape}, {top})'
    else:
        yield f'_fits("{name}", {name}, {shape}, dtype)'
    if tensor.normalized:
        yield f'_sums_to_one("{name}", {name}, sums)'
