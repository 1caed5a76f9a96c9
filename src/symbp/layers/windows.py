"""Windows that slide over the last axes of a sample: where they stand, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from symbp.equation import Affine, Guard, Index
from symbp.errors import Fault, inside, quoted
from symbp.layers.fragment import Sizes, within
from symbp.layers.layer import times
from symbp.names import LARGEST_SIZE, shown

Extents: TypeAlias = int | Sequence[int]  # one number for every axis, or one for each
PLACES, TAPS = "rch", "uvw"  # the indices of a window's place, and of a place within the window
STARTS = 10_000  # windows that begin in the padding of an axis; more of them are not looked at one by one


def whole(value: object) -> int:
    """The value, if it is a whole number that is not negative."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_SIZE:
        raise Fault(f"needs a whole number from 0 on, has {shown(value)}")
    return value


def for_each_axis(check: Callable[[object], int]) -> Callable[[object], Extents]:
    """The check of a value that is one number, or a list of one for each axis."""

    def checked(value: object) -> Extents:
        if not isinstance(value, list | tuple):
            return check(value)
        numbers = []
        for position, number in enumerate(value):
            with inside(position):
                numbers.append(check(number))
        return tuple(numbers)

    return checked


def padding(value: object) -> Extents | str:
    """The value, if it is a padding: numbers, or ``"same"``."""
    if isinstance(value, str):
        if value != "same":
            raise Fault(f'needs a whole number or "same", has {quoted(value)}', "0 pads nothing.")
        return value
    return for_each_axis(whole)(value)


class Sliding:
    """A layer whose windows slide along ``rank`` axes: a list of numbers has one for each."""

    rank: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()  # type: ignore[misc]
        for key in ("kernel", "stride", "padding", "output_padding", "dilation"):
            value = getattr(self, key, None)
            if isinstance(value, tuple) and len(value) != self.rank:
                raise Fault(f"needs one number, or a list of {self.rank}, has {shown(value)}", path=(key,))


def per_axis(value: Extents, rank: int) -> tuple[int, ...]:
    return (value,) * rank if isinstance(value, int) else tuple(value)


@dataclass(frozen=True)
class Windows:
    """Windows along some axes of an input.

    ``input``, ``kernel``, ``stride``, ``dilation`` and the padding ``before`` and ``after`` have one number an axis.
    """

    input: Sizes
    kernel: Sizes
    stride: Sizes
    dilation: Sizes
    before: Sizes
    after: Sizes

    @staticmethod
    def of(input: Sizes, kernel: Extents, stride: Extents, dilation: Extents, padding: Extents | str) -> Windows:
        """The windows that the keys of a layer describe; ``"same"`` gives ``ceil(input/stride)`` of them."""
        rank = len(input)
        k, s, d = (per_axis(value, rank) for value in (kernel, stride, dilation))
        if not isinstance(padding, str):
            both = per_axis(padding, rank)
            return Windows(input, k, s, d, both, both)
        spans = [(extent, d_ * (k_ - 1) + 1, s_) for extent, k_, d_, s_ in zip(input, k, d, s, strict=True)]
        total = [max(0, (-(-extent // s_) - 1) * s_ + span - extent) for extent, span, s_ in spans]
        return Windows(input, k, s, d, tuple(t // 2 for t in total), tuple(t - t // 2 for t in total))

    @property
    def span(self) -> Sizes:
        """How far a window reaches: ``dilation*(kernel - 1) + 1``."""
        return tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel, strict=True))

    @property
    def output(self) -> Sizes:
        """How many windows there are along each axis; none or fewer where the kernel does not fit.

        Source: Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning, relationship 15.
        """
        sides = zip(self.input, self.before, self.after, self.span, self.stride, strict=True)
        return tuple((extent + before + after - span) // step + 1 for extent, before, after, span, step in sides)

    def arithmetic(self) -> str:
        """What the number of windows follows from, in words."""
        parts = [f"kernel {short(self.kernel)}", f"stride {short(self.stride)}"]
        parts.append(
            f"padding {short(self.before)}" + ("" if self.before == self.after else f" and {short(self.after)}")
        )
        if set(self.dilation) != {1}:
            parts.append(f"dilation {short(self.dilation)}")
        return ", ".join(parts)

    def fitting(self, kind: str) -> Sizes:
        """The number of windows along each axis.

        Raises:
            Fault: the kernel does not fit into the padded input.
        """
        if min(self.output) < 1:
            problem = f"{kind}: input {times(self.input)}, {self.arithmetic()} leaves no place for a window of "
            problem += times(self.span)
            raise Fault(problem, "Make the kernel smaller, or pad more.", ("kernel",))
        return self.output

    def some_empty(self) -> bool:
        """Whether a window begins in the padding and steps over the whole input: its dilation is larger."""
        sides = zip(self.input, self.before, self.stride, self.dilation, strict=True)
        return any(
            step_within > extent and any(start % step_within >= extent for start in range(-before, 0, step)[:STARTS])
            for extent, before, step, step_within in sides
        )

    def places(self) -> tuple[Index, ...]:
        return tuple(Index(name, extent) for name, extent in zip(PLACES, self.output, strict=False))

    def taps(self) -> tuple[Index, ...]:
        return tuple(Index(name, extent) for name, extent in zip(TAPS, self.kernel, strict=False))

    def positions(self, places: Sequence[Index], taps: Sequence[Index]) -> tuple[Affine, ...]:
        """Where a place within a window lies in the input: ``stride*r + dilation*u - before``."""
        sides = zip(self.stride, places, self.dilation, taps, self.before, strict=True)
        return tuple(Affine.of(r) * s + Affine.of(u) * d - p for s, r, d, u, p in sides)

    def guards(self, positions: Sequence[Affine]) -> tuple[Guard, ...]:
        """What keeps the positions inside the input: the padding is not there, so nothing is read from it."""
        return tuple(self._guards(positions))

    def _guards(self, positions: Sequence[Affine]) -> Iterator[Guard]:
        for position, extent in zip(positions, self.input, strict=True):
            yield from within(position, extent)


def short(extents: Sizes) -> str:
    """One number for all axes where it is the same."""
    return str(extents[0]) if len(set(extents)) == 1 else times(extents)
