"""Arrays of numbers as Python text."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from symbp.numpy_code.layout import INDENT, WIDTH, wrapped

_MOST = 64  # numbers that are written as nested lists; more of them stand in a block of text


def array_lines(name: str, values: Any, dtype: str) -> list[str]:
    """The statement, indented once, that makes an array of nested tuples of numbers."""
    numbers = list(_flat(values))
    if len(numbers) <= _MOST:
        return wrapped(f"{INDENT}{name} = np.array({_nested(values)}, {dtype})")
    lines = wrap(" ".join(numbers), WIDTH - 2 * len(INDENT))
    shape = ", ".join(map(str, _shape(values)))
    block = [f'{INDENT}{name}_text = """', *(INDENT * 2 + line for line in lines), f'{INDENT}"""']
    return [*block, f"{INDENT}{name} = np.array({name}_text.split(), {dtype}).reshape({shape})"]


def _nested(values: Any) -> str:
    if isinstance(values, tuple | list):
        return f"[{', '.join(map(_nested, values))}]"
    return repr(values)


def _flat(values: Any) -> Iterator[str]:
    if isinstance(values, tuple | list):
        for value in values:
            yield from _flat(value)
    else:
        yield repr(values)


def _shape(values: Any) -> tuple[int, ...]:
    return (len(values), *_shape(values[0])) if isinstance(values, tuple | list) else ()
