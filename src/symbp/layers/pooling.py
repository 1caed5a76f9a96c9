"""Pooling: the largest or the mean of each window, and of each channel."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import sympy

from symbp.equation import Access, Equation, Index, Reduction
from symbp.errors import Fault
from symbp.layers.activations import Activation
from symbp.layers.convolution import READS, SHAPES
from symbp.layers.fragment import AXES, BATCH, Fragment, Shape, Site, Sizes, at, fixed
from symbp.layers.layer import ActivationLike, Layer, option, optional, ranked, times
from symbp.layers.windows import Extents, Sliding, Windows, for_each_axis, padding, per_axis, short
from symbp.names import size
from symbp.program import Tensor


@dataclass(frozen=True)
class Pooling(Sliding, Layer):
    """What pooling layers of all ranks have in common.

    Args:
        kernel: The size of a window: one number, or one for each axis.
        stride: From window to window; the kernel if left out, so that windows do not overlap.
        padding: At both ends of an axis, at most half the kernel; or ``"same"``.
        dilation: From place to place within a window.
    """

    reduction: ClassVar[Reduction] = "max"

    kernel: Extents = option(for_each_axis(size))
    stride: Extents | None = option(optional(for_each_axis(size)), default=None)
    padding: Extents | str = option(padding, default=0)
    dilation: Extents = option(for_each_axis(size), default=1)
    activation: ActivationLike = option(Activation.of, default="identity")

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.padding, str):
            return
        pads, kernel, dilation = (per_axis(v, self.rank) for v in (self.padding, self.kernel, self.dilation))
        if any(2 * p > d * (k - 1) + 1 for p, k, d in zip(pads, kernel, dilation, strict=True)):
            problem = f"the padding {short(pads)} is more than half of the kernel {short(kernel)}"
            raise Fault(problem, "A window of nothing but padding has no value.", ("padding",))

    def windows(self, shape: Sizes) -> Windows:
        """Its windows on an input of channels and further axes."""
        stride = self.kernel if self.stride is None else self.stride
        return Windows.of(shape[1:], self.kernel, stride, self.dilation, self.padding)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        shape = ranked(
            inputs, self.rank + 1, self.kind, READS[self.rank], f"A sample with one channel has {SHAPES[self.rank]}."
        )
        windows = self.windows(fixed(shape))
        found = windows.fitting(self.kind)
        if self.reduction == "max" and windows.some_empty():
            problem = (
                f"{self.kind}: input {times(shape[1:])}, {windows.arithmetic()} has a window of nothing but padding"
            )
            raise Fault(problem, "It has no largest value: pad less, or make the dilation smaller.", ("padding",))
        return (shape[0], *found)

    def arithmetic(self, inputs: tuple[Shape, ...]) -> str:
        return self.windows(fixed(inputs[0])).arithmetic()

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        x = sources[0]
        windows = self.windows(fixed(x.shape[1:]))
        n, i = Index("n", BATCH), Index("i", x.shape[1])
        places, taps = windows.places(), windows.taps()
        positions = windows.positions(places, taps)
        domain = (n, i, *places)
        body = self._body(at(x, n, i, *positions), windows)
        lhs = Access.of(out.name, *domain)
        return Fragment((out,), (Equation(lhs, body, domain, taps, self.reduction, windows.guards(positions)),))

    def _body(self, value: sympy.Expr, windows: Windows) -> sympy.Expr:
        return value


class _Mean:
    """A mean over the whole window; padding counts as zeros."""

    def _body(self, value: sympy.Expr, windows: Windows) -> sympy.Expr:
        return value / prod(windows.kernel)


@dataclass(frozen=True)
class MaxPool2d(Pooling):
    r"""The largest value of each window; on ties the first, row by row.

    .. math:: a_{n i r c} = \max_{u v} x_{n,\, i,\, s r + d u - p,\, s c + d v - p}

    >>> MaxPool2d(2).output_shape(((8, 26, 26),))
    (8, 13, 13)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 9.3.
    """

    kind: ClassVar[str] = "max_pool2d"


@dataclass(frozen=True)
class AvgPool2d(_Mean, Pooling):
    r"""The mean of each window; padding counts as zeros.

    .. math:: a_{n i r c} = \frac{1}{K_r K_c} \sum_{u v} x_{n,\, i,\, s r + d u - p,\, s c + d v - p}

    >>> AvgPool2d(3, stride=2).output_shape(((8, 27, 27),))
    (8, 13, 13)

    Source: LeCun, Bottou, Bengio and Haffner (1998), Proceedings of the IEEE 86, section II.B.
    """

    kind: ClassVar[str] = "avg_pool2d"
    reduction: ClassVar[Reduction] = "sum"


@dataclass(frozen=True)
class MaxPool1d(Pooling):
    r"""The largest value of each window along one axis: :math:`a_{n i r} = \max_u x_{n, i, s r + d u - p}`.

    >>> MaxPool1d(2).output_shape(((8, 27),))
    (8, 13)
    """

    kind: ClassVar[str] = "max_pool1d"
    rank: ClassVar[int] = 1


@dataclass(frozen=True)
class AvgPool1d(_Mean, Pooling):
    r"""The mean of each window along one axis: :math:`a_{n i r} = \frac1K \sum_u x_{n, i, s r + d u - p}`.

    >>> AvgPool1d(2).output_shape(((8, 27),))
    (8, 13)
    """

    kind: ClassVar[str] = "avg_pool1d"
    rank: ClassVar[int] = 1
    reduction: ClassVar[Reduction] = "sum"


@dataclass(frozen=True)
class GlobalPooling(Layer):
    """One number for each channel, whatever the further axes are."""

    reduction: ClassVar[Reduction] = "max"

    activation: ActivationLike = option(Activation.of, default="identity")

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        if len(inputs[0]) < 2:
            problem = f"{self.kind} reads channels with further axes, but the input {times(inputs[0])} has rank 1"
            raise Fault(problem, "A vector has nothing to be pooled: leave the layer out.")
        return inputs[0][:1]

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        x = sources[0]
        n, i = Index("n", BATCH), Index("i", x.shape[1])
        over = tuple(Index(name, extent) for name, extent in zip(AXES[1:], x.shape[2:], strict=False))
        body: sympy.Expr = at(x, n, i, *over)
        if self.reduction == "sum":
            body = body / prod(fixed(x.shape[2:]))
        return Fragment((out,), (Equation(Access.of(out.name, n, i), body, (n, i), over, self.reduction),))


@dataclass(frozen=True)
class GlobalAvgPool(GlobalPooling):
    r"""The mean of each channel: :math:`a_{n i} = \frac{1}{R C} \sum_{r c} x_{n i r c}`.

    >>> GlobalAvgPool().output_shape(((8, 13, 13),))
    (8,)

    Source: Lin, Chen and Yan (2014), Network In Network, section 3.2.
    """

    kind: ClassVar[str] = "global_avg_pool"
    reduction: ClassVar[Reduction] = "sum"


@dataclass(frozen=True)
class GlobalMaxPool(GlobalPooling):
    r"""The largest value of each channel: :math:`a_{n i} = \max_{r c} x_{n i r c}`.

    >>> GlobalMaxPool().output_shape(((8, 13, 13),))
    (8,)
    """

    kind: ClassVar[str] = "global_max_pool"
