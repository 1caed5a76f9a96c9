"""The settings of a network besides its equations: its input, penalties, notation, and how tables become them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal, TypeVar, cast

from symbp.equation import Extent
from symbp.errors import Fault, inside, quoted
from symbp.layers.fragment import TIME, Shape, fixed
from symbp.layers.layer import times
from symbp.names import LARGEST_SIZE, Number, known_keys, not_negative, one_of, positive, shown, size, text
from symbp.network.symbols import Symbols, trees_of

NUMBERINGS = ("layers", "neurons")
LONGEST_TITLE = 200
MOST_AXES = 4  # of a sample
T = TypeVar("T")


@dataclass(frozen=True, init=False)
class Input:
    """One sample: its shape, without the batch axis, and whether it holds numbers or tokens.

    Args:
        shape: One to four sizes; the first may be ``"T"``, the steps of a sequence, of which only a run tells.
        dtype: ``"float"``, or ``"int"`` for tokens.
    """

    shape: Shape
    dtype: Literal["float", "int"]

    def __init__(self, shape: Sequence[Extent | str], dtype: str = "float") -> None:
        with inside("shape"):
            object.__setattr__(self, "shape", _shape(shape))
        with inside("dtype"):
            object.__setattr__(self, "dtype", one_of(dtype, ("float", "int"), "dtype"))
        if self.shape == (TIME,) and self.dtype == "float":
            problem = '["T"] is a sequence of tokens, but dtype is "float"'
            raise Fault(problem, 'Write dtype = "int", or ["T", 1] for one number at each step.', ("shape",))


@dataclass(frozen=True)
class Regularization:
    """What the weights, not the biases, add to the loss: ``l2/2*sum(W**2) + l1*sum(abs(W))``.

    Args:
        clip_norm: The length that an update step shortens a longer gradient to, all parameters together.

    Raises:
        Fault: a factor is no finite number, or negative.
    """

    l2: Number = 0
    l1: Number = 0
    clip_norm: Number | None = None

    def __post_init__(self) -> None:
        for key in ("l2", "l1"):
            with inside(key):
                not_negative(getattr(self, key))
        if self.clip_norm is not None:
            with inside("clip_norm"):
                positive(self.clip_norm)


@dataclass(frozen=True, init=False)
class Notation:
    """How the notes write names: the numbering of neurons, and LaTeX for single tensors.

    Args:
        numbering: ``"layers"`` (w^{(2)}_{11}) or ``"neurons"`` (w_{31}).
        symbols: LaTeX by the name of a tensor, within the whitelist of :mod:`symbp.network.symbols`.
    """

    numbering: str
    symbols: Symbols

    def __init__(self, numbering: str = "layers", symbols: Mapping[str, str] | Symbols = ()) -> None:
        with inside("numbering"):
            object.__setattr__(self, "numbering", one_of(numbering, NUMBERINGS, "numbering"))
        with inside("symbols"):
            object.__setattr__(self, "symbols", trees_of(symbols))


def reader(kind: Callable[..., T], known: tuple[str, ...], required: tuple[str, ...] = ()) -> Callable[[object], T]:
    """What builds ``kind`` from a table of known keys, or takes one that is built."""

    def read(given: object) -> T:
        if isinstance(kind, type) and isinstance(given, kind):
            return cast(T, given)
        if not isinstance(given, Mapping):
            raise Fault(f"needs a table, has {shown(given)}")
        known_keys(given, known)
        for key in required:
            if key not in given:
                raise Fault(f"{quoted(key)} is missing", f"Required: {', '.join(required)}")
        return kind(**given)

    return read


def title_of(value: object) -> str:
    """The value, if it may be the title of notes."""
    found = text(value)
    if len(found) > LONGEST_TITLE:
        raise Fault(f"has {len(found):,} characters; a title has at most {LONGEST_TITLE}")
    return found


def input_of(given: object) -> Input:
    """The input that a number, a table or an ``Input`` describes."""
    if isinstance(given, int) or not isinstance(given, Mapping | Input):
        return Input((size(given),))
    return reader(Input, ("shape", "dtype"), ("shape",))(given)


def _shape(given: object) -> Shape:
    if not isinstance(given, list | tuple) or not given:
        raise Fault(f"needs a list of sizes, such as [2], has {shown(given)}")
    if len(given) > MOST_AXES:
        raise Fault(f"has {len(given)} axes; a sample has at most {MOST_AXES}")
    sizes = []
    for position, value in enumerate(given):
        with inside(position):
            sizes.append(_extent(value, position))
    if sizes[0] == TIME and len(sizes) > 2:
        held = fixed(sizes)
        problem = f"the steps of a sequence hold vectors or tokens, but these hold {times(held)} numbers"
        flat = f'["T", {prod(held)}]'
        raise Fault(problem, f"Write a whole number for T, or flatten what stands at a step, such as {flat}.")
    if prod(fixed(sizes)) > LARGEST_SIZE:
        has = " times ".join(f"{extent:,}" for extent in fixed(sizes))
        raise Fault(f"a sample has {has} numbers; at most {LARGEST_SIZE:,} are allowed")
    return tuple(sizes)


def _extent(value: object, position: int) -> Extent:
    """A size, or the run-time length of a sequence."""
    if value == TIME:
        return TIME
    if not isinstance(value, str):
        return size(value)
    if value != TIME.name:
        raise Fault(f"{quoted(value)} is not a length", 'Write a whole number, or "T" for the steps of a sequence.')
    if position:
        raise Fault('"T" is the number of steps, and they are the first axis', 'Such as ["T", 32].')
    return TIME


regularization_of = reader(Regularization, ("l2", "l1", "clip_norm"))
notation_of = reader(Notation, ("numbering", "symbols"))
