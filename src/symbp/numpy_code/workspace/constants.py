"""Numbers as arrays of the workspace: of a Python number a ufunc makes an array anew on each call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from symbp.equation import Extent
from symbp.numpy_code.workspace.buffers import Amount
from symbp.numpy_code.workspace.ops import DTYPES, FLAT, Argument, Constant, Emitter, Kind, Value
from symbp.schedule.arrays import Axes

WITHOUT_SIMD = ("maximum", "minimum")  # of a number and an array: three times as slow as of two arrays
_WORDS = {"0": "zero", "1": "one", "2": "two", "3": "three", "0.5": "half", "-np.inf": "minus_infinity"}
_NAME = re.compile(r"\b[A-Za-z_]\w*")


def as_array(emitter: Emitter, argument: Argument, kind: Kind) -> Argument:
    """A number as an array without axes, unless a loop or a sum over arrays sets it.

    One that depends on run-time sizes is made when the buffers are cut for them.
    """
    if not isinstance(argument, str) or not _is_known(emitter, argument):
        return argument
    if (argument, kind) not in emitter.numbers.single:
        value = Value(emitter.names.fresh(number_name(argument)), (), kind, "constant")
        made = f"np.array({argument}, {DTYPES[kind]})"
        sized = bool(_names(argument))
        emitter.constants.append(Constant(value, "" if sized else made, made if sized else ""))
        emitter.numbers.single[argument, kind] = value
    return emitter.numbers.single[argument, kind]


def as_full_array(emitter: Emitter, argument: Argument, like: Value) -> Argument:
    """A number as an array of the shape of another one; all of the same number share their memory."""
    if not isinstance(argument, str) or _names(argument):
        return as_array(emitter, argument, like.kind)
    return _full(emitter, argument, like.extents, like.kind, "")


def ones(emitter: Emitter, axes: Axes) -> Value:
    """As many ones side by side as some axes have elements together."""
    return _full(emitter, "1", tuple(i.extent for i in axes), "float", FLAT if len(axes) > 1 else "")


def _full(emitter: Emitter, number: str, extents: tuple[Extent, ...], kind: Kind, through: str) -> Value:
    key = (number, extents, through)
    if key not in emitter.numbers.full:
        telling = "ones" if number == "1" else "zeros" if number == "0" else f"all_{number_name(number)}"
        emitter.numbers.full[key] = Value(emitter.names.fresh(telling), extents, kind, "constant")
    return emitter.numbers.full[key]


def full_arrays(
    full: Mapping[tuple[str, tuple[Extent, ...], str], Value], short: Mapping[Value, tuple[Value, ...]]
) -> Iterator[tuple[str, Amount, tuple[tuple[Value, str], ...]]]:
    """The arrays of one number: which, how many of it a workspace needs, and the parts of these, each with a view.

    Args:
        full: The arrays by number, shape and view.
        short: Those in place of which others are used, which are as large as a block of rows.
    """
    shared: dict[tuple[str, object], list[tuple[Value, str]]] = {}
    used = [(text, v, through) for (text, _, through), value in full.items() for v in short.get(value, (value,))]
    for text, value, through in used:
        extents = value.extents
        shared.setdefault((text, Amount.of(extents).sizes), []).append((value, through))
    for (text, _), parts in shared.items():
        yield text, max((Amount.of(v.extents) for v, _ in parts), key=lambda a: a.count), tuple(parts)


def number_name(text: str) -> str:
    """What code calls a number.

    >>> [number_name(text) for text in ("0.5", "1 / N", "-2 / (3 * N)", "0.7978845608028654", "-1e-05", "N")]
    ['half', 'one_over_N', 'minus_two_over_3N', 'c0_797885', 'minus_c1e_05', 'by_N']
    """
    if text in _WORDS:
        return _WORDS[text]
    top, slash, bottom = text.partition(" / ")
    below = re.sub(r"[ *()]", "", bottom)
    if slash and re.fullmatch(r"\w+", below):
        return f"{number_name(top)}_over_{_WORDS.get(below, below)}"
    if re.fullmatch(r"[A-Za-z]\w*", text):
        return f"by_{text}"
    if text.startswith("-"):
        return f"minus_{number_name(text[1:])}"
    try:
        return f"c{float(text):.6g}".replace("+", "").replace("-", "_").replace(".", "_")
    except ValueError:
        return "factor"


def _names(text: str) -> set[str]:
    return set(_NAME.findall(text)) - {"np", "inf"}


def _is_known(emitter: Emitter, text: str) -> bool:
    return _names(text) <= set(emitter.program.sizes)
