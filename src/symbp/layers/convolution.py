"""Convolutions, and transposed ones, in one and two dimensions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from symbp.equation import Access, Affine, Equation, Index
from symbp.errors import Fault
from symbp.layers.activations import Activation
from symbp.layers.fragment import BATCH, Fragment, Position, Shape, Site, Sizes, at, define, fixed, sample_axes
from symbp.layers.layer import ActivationLike, Trained, option, ranked, times
from symbp.layers.windows import Extents, Sliding, Windows, for_each_axis, padding, per_axis, short, whole
from symbp.names import flag, size
from symbp.program import Tensor

READS = {1: "channels x length", 2: "channels x rows x columns"}
SHAPES = {1: "shape = [1, 28]", 2: "shape = [1, 28, 28]"}


@dataclass(frozen=True)
class Channels:
    """How channels are split into groups: each group of outputs reads its own group of inputs."""

    groups: int
    outputs: int  # of one group
    inputs: int

    @property
    def to(self) -> tuple[Index, ...]:
        return (Index("i", self.outputs),) if self.groups == 1 else (Index("g", self.groups), Index("q", self.outputs))

    @property
    def source(self) -> Index:
        return Index("j", self.inputs)

    def output(self) -> Affine:
        """The channel of the output: ``i``, or ``outputs*g + q``."""
        return self._in_group(Index("q", self.outputs)) if self.groups > 1 else Affine.of(Index("i", self.outputs))

    def input(self) -> Affine:
        return self._in_group(self.source) if self.groups > 1 else Affine.of(self.source)

    def _in_group(self, index: Index) -> Affine:
        """``extent*g + index``; a group of one is ``g`` itself."""
        assert isinstance(index.extent, int)
        start = Affine.of(Index("g", self.groups)) * index.extent
        return start if index.extent == 1 else start + index

    def domain(self) -> tuple[Index, ...]:
        """The indices of the output channels that are named."""
        group = (Index("g", self.groups),) if self.groups > 1 else ()
        inner = () if self.groups > 1 and self.outputs == 1 else (self.to[-1],)
        return (*group, *inner)

    def over(self) -> tuple[Index, ...]:
        return () if self.groups > 1 and self.inputs == 1 else (self.source,)

    def inner(self, index: Index) -> Position:
        """A channel within its group."""
        return 0 if self.groups > 1 and index.extent == 1 else index


@dataclass(frozen=True)
class _Convolution(Sliding, Trained):
    """What convolutions of all ranks have in common."""

    weighted: ClassVar[bool] = True
    size_key: ClassVar[str] = "filters"

    def __post_init__(self) -> None:
        super().__post_init__()
        filters, groups = getattr(self, "filters"), getattr(self, "groups")  # noqa: B009
        if filters % groups:
            problem = f"{groups} groups do not divide the {filters} filters"
            raise Fault(problem, f"The number of groups must divide {filters}.", ("groups",))

    def _channels(self, inputs: tuple[Shape, ...]) -> Channels:
        shape = ranked(
            inputs, self.rank + 1, self.kind, READS[self.rank], f"A sample with one channel has {SHAPES[self.rank]}."
        )
        filters, groups = getattr(self, "filters"), getattr(self, "groups")  # noqa: B009
        if shape[0] % groups:
            problem = f"{groups} groups do not divide the channels of the input {times(shape)}"
            raise Fault(problem, f"The number of groups must divide {shape[0]}.", ("groups",))
        return Channels(groups, filters // groups, shape[0] // groups)

    def _with_bias(self, equation: Equation, own: tuple[Tensor, ...], out: Tensor) -> Fragment:
        axes = sample_axes(out)
        bias = (define(out, axes, at(own[1], axes[1]), accumulate=True),) if len(own) > 1 else ()
        return Fragment((out,), (equation, *bias))


@dataclass(frozen=True)
class Convolution(_Convolution):
    r"""A convolution (a cross-correlation, as networks use it).

    .. math:: z_{n i r c} = \sum_{j u v} W_{i j u v}\, x_{n,\, j,\, s r + d u - p,\, s c + d v - p} + b_i

    Args:
        filters: How many channels it gives.
        kernel, stride, dilation: One number, or one for each axis.
        padding: Zeros at both ends of an axis, or ``"same"``: ``ceil(input/stride)`` outputs, the odd zero last.
        groups: Into how many groups channels are split; as many as channels is a depthwise convolution.

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 9.5; Dumoulin and Visin (2016).
    """

    filters: int = option(size)
    kernel: Extents = option(for_each_axis(size))
    stride: Extents = option(for_each_axis(size), default=1)
    padding: Extents | str = option(padding, default=0)
    dilation: Extents = option(for_each_axis(size), default=1)
    groups: int = option(size, default=1)
    activation: ActivationLike = option(Activation.of, default="identity")
    bias: bool = option(flag, default=True)

    def windows(self, shape: Sizes) -> Windows:
        """Its windows on an input of channels and further axes."""
        return Windows.of(shape[1:], self.kernel, self.stride, self.dilation, self.padding)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        self._channels(inputs)
        return (self.filters, *self.windows(fixed(inputs[0])).fitting(self.kind))

    def arithmetic(self, inputs: tuple[Shape, ...]) -> str:
        return self.windows(fixed(inputs[0])).arithmetic() + (f", groups {self.groups}" if self.groups > 1 else "")

    def parameters(self, inputs: tuple[Shape, ...], number: int) -> tuple[Tensor, ...]:
        """``W[filters, channels/groups, kernel...]``, and ``b[filters]`` if it has a bias."""
        kernel = per_axis(self.kernel, self.rank)
        weight = self.parameter("W", number, (self.filters, fixed(inputs[0])[0] // self.groups, *kernel))
        return (weight, self.parameter("b", number, (self.filters,))) if self.bias else (weight,)

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        x, n = sources[0], Index("n", BATCH)
        shape = fixed(x.shape[1:])
        channels, windows = self._channels((shape,)), self.windows(shape)
        places, taps = windows.places(), windows.taps()
        positions = windows.positions(places, taps)
        weight = at(own[0], channels.output(), channels.inner(channels.source), *taps)
        equation = Equation(
            Access.of(out.name, n, channels.output(), *places),
            weight * at(x, n, channels.input(), *positions),
            (n, *channels.domain(), *places),
            (*channels.over(), *taps),
            "sum",
            windows.guards(positions),
        )
        return self._with_bias(equation, own, out)


@dataclass(frozen=True)
class Conv2d(Convolution):
    """A convolution over rows and columns.

    >>> Conv2d(8, 3, stride=2).output_shape(((1, 28, 28),))
    (8, 13, 13)
    """

    kind: ClassVar[str] = "conv2d"


@dataclass(frozen=True)
class Conv1d(Convolution):
    """A convolution along one axis.

    >>> Conv1d(8, 3, padding="same").output_shape(((1, 28),))
    (8, 28)
    """

    kind: ClassVar[str] = "conv1d"
    rank: ClassVar[int] = 1


@dataclass(frozen=True)
class TransposedConvolution(_Convolution):
    r"""A transposed convolution: what the gradient of a convolution does to its input, as a layer.

    .. math:: z_{n,\, i,\, s r + d u - p,\, s c + d v - p} \mathrel{+}= \sum_j W_{j i u v}\, x_{n j r c}

    Args:
        filters: How many channels it gives.
        kernel, stride, padding, dilation: Those of the convolution; padding is what is cut off.
        output_padding: Rows and columns added at the end, less than the stride.
        groups: Into how many groups channels are split.

    Source: Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning, chapter 4.
    """

    filters: int = option(size)
    kernel: Extents = option(for_each_axis(size))
    stride: Extents = option(for_each_axis(size), default=1)
    padding: Extents = option(for_each_axis(whole), default=0)
    output_padding: Extents = option(for_each_axis(whole), default=0)
    dilation: Extents = option(for_each_axis(size), default=1)
    groups: int = option(size, default=1)
    activation: ActivationLike = option(Activation.of, default="identity")
    bias: bool = option(flag, default=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        more, step = per_axis(self.output_padding, self.rank), per_axis(self.stride, self.rank)
        if any(m >= s for m, s in zip(more, step, strict=True)):
            problem = f"the output padding {short(more)} is not less than the stride {short(step)}"
            raise Fault(problem, "A larger one would only add rows of the bias.", ("output_padding",))

    def _windows(self, shape: Sizes) -> Windows:
        """The windows of the convolution that this one is the transpose of: they lie in the output."""
        k, s, p, d, more = (
            per_axis(v, self.rank) for v in (self.kernel, self.stride, self.padding, self.dilation, self.output_padding)
        )
        sides = zip(shape[1:], k, s, p, d, more, strict=True)
        output = tuple((extent - 1) * s_ - 2 * p_ + d_ * (k_ - 1) + 1 + m_ for extent, k_, s_, p_, d_, m_ in sides)
        return Windows(output, k, s, d, p, p)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        self._channels(inputs)
        found = self._windows(fixed(inputs[0]))
        if min(found.input) < 1:
            problem = f"{self.kind}: input {times(inputs[0][1:])}, {self.arithmetic(inputs)} gives {times(found.input)}"
            raise Fault(problem, "The padding cuts off all that there is: make it smaller.", ("padding",))
        return (self.filters, *found.input)

    def arithmetic(self, inputs: tuple[Shape, ...]) -> str:
        more = per_axis(self.output_padding, self.rank)
        return self._windows(fixed(inputs[0])).arithmetic() + (f", output padding {short(more)}" if any(more) else "")

    def parameters(self, inputs: tuple[Shape, ...], number: int) -> tuple[Tensor, ...]:
        """``W[channels, filters/groups, kernel...]``, and ``b[filters]`` if it has a bias."""
        kernel = per_axis(self.kernel, self.rank)
        weight = self.parameter("W", number, (inputs[0][0], self.filters // self.groups, *kernel))
        return (weight, self.parameter("b", number, (self.filters,))) if self.bias else (weight,)

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        x, n = sources[0], Index("n", BATCH)
        shape = fixed(x.shape[1:])
        channels, windows = self._channels((shape,)), self._windows(shape)
        places = tuple(replace(i, extent=extent) for i, extent in zip(windows.places(), shape[1:], strict=True))
        taps = windows.taps()
        positions = windows.positions(places, taps)
        weight = at(own[0], channels.input(), channels.inner(channels.to[-1]), *taps)
        equation = Equation(
            Access.of(out.name, n, channels.output(), *positions),
            weight * at(x, n, channels.input(), *places),
            (n, *channels.domain(), *places, *taps),
            channels.over(),
            "sum" if channels.over() else "",
            windows.guards(positions),
            accumulate=True,
        )
        return self._with_bias(equation, own, out)


@dataclass(frozen=True)
class ConvTranspose2d(TransposedConvolution):
    """A transposed convolution over rows and columns.

    >>> ConvTranspose2d(3, 2, stride=2).output_shape(((8, 7, 7),))
    (3, 14, 14)
    """

    kind: ClassVar[str] = "conv_transpose2d"


@dataclass(frozen=True)
class ConvTranspose1d(TransposedConvolution):
    """A transposed convolution along one axis.

    >>> ConvTranspose1d(3, 4, stride=2, padding=1).output_shape(((8, 7),))
    (3, 14)
    """

    kind: ClassVar[str] = "conv_transpose1d"
    rank: ClassVar[int] = 1
