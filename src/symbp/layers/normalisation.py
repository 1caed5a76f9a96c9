"""Normalisation: a deviation from a mean, divided by a standard deviation, then scaled and shifted.

Every kind states the same equations over its own sets of units:

    mu = mean(x),  d = x - mu,  v = mean(d**2),  s = sqrt(v + epsilon),  xhat = d/s,  z = gamma*xhat + beta
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import sympy

from symbp.equation import Access, Affine, Equation, Index, Read, Size, length
from symbp.errors import Fault
from symbp.layers.activations import Activation, exact
from symbp.layers.fragment import Fragment, Position, Shape, Site, at, batched, define, fixed, is_sequence, sample_axes
from symbp.layers.layer import ActivationLike, Sequences, Trained, option, times
from symbp.names import Number, flag, not_negative, real, shown, size
from symbp.program import Tensor


def fraction(value: object) -> Number:
    """The value, if it is a number from 0 to 1."""
    number = real(value)
    if not 0 <= number <= 1:
        raise Fault(f"needs a number from 0 to 1, has {shown(value)}", "It is the share that each batch replaces.")
    return number


@dataclass(frozen=True)
class Frame:
    """What is normalised by what: the indices of each unit, and of the units that share a mean.

    Attributes:
        unit: The indices of one unit, the batch first.
        shared: The indices of a mean: those of ``unit`` that are not averaged over.
        value: The unit's value before it is normalised.
    """

    unit: tuple[Index, ...]
    shared: tuple[Index, ...]
    value: Read

    @property
    def over(self) -> tuple[Index, ...]:
        return tuple(i for i in self.unit if i not in self.shared)

    @property
    def count(self) -> sympy.Expr:
        """How many units share a mean."""
        return sympy.prod([length(i.extent) for i in self.over])


def standardized(frame: Frame, epsilon: Number, number: int, centred: bool = True) -> tuple[Tensor, Fragment]:
    r"""What is left of each unit when the mean is taken off and the standard deviation divided out.

    .. math:: \mu = \tfrac1M \sum x, \quad d = x - \mu, \quad v = \tfrac1M \sum d^2, \quad s = \sqrt{v + \epsilon},
        \quad \hat x = d/s
    """
    whole, few = (tuple(i.extent for i in indices) for indices in (frame.unit, frame.shared))
    mu, v, s = (Tensor(f"{name}{number}", few, letter=name, layer=number) for name in ("mu", "v", "s"))
    d, xhat = (Tensor(f"{name}{number}", whole, letter=name, layer=number) for name in ("d", "xhat"))
    centre = Fragment()
    deviation: sympy.Expr = frame.value
    if centred:
        centre = Fragment(
            (mu, d),
            (
                define(mu, frame.shared, frame.value / frame.count, over=frame.over),
                define(d, frame.unit, frame.value - at(mu, *frame.shared)),
            ),
        )
        deviation = at(d, *frame.unit)
    spread = Fragment(
        (v, s, xhat),
        (
            define(v, frame.shared, deviation**2 / frame.count, over=frame.over),
            define(s, frame.shared, sympy.sqrt(at(v, *frame.shared) + exact(epsilon))),
            define(xhat, frame.unit, deviation / at(s, *frame.shared)),
        ),
    )
    return xhat, centre + spread


@dataclass(frozen=True)
class Normalisation(Trained):
    """What all normalisations have in common.

    Args:
        epsilon: Added to the variance.
        scale, shift: Whether there are ``gamma`` and ``beta``.
    """

    size_key: ClassVar[str] = "kind"
    total: ClassVar[str] = "t"  # s is its standard deviation

    epsilon: Number = option(not_negative, default=1e-5, kw_only=True)
    scale: bool = option(flag, default=True, kw_only=True)
    shift: bool = option(flag, default=True, kw_only=True)
    activation: ActivationLike = option(Activation.of, default="identity", kw_only=True)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        return inputs[0]

    def normal_shape(self, shape: Shape) -> Shape:
        """The shape of ``gamma`` and ``beta``."""
        return shape[:1]

    def parameters(self, inputs: tuple[Shape, ...], number: int) -> tuple[Tensor, ...]:
        """``gamma`` and ``beta``."""
        letters = [letter for letter, used in (("gamma", self.scale), ("beta", self.shift)) if used]
        return tuple(self.parameter(letter, number, self.normal_shape(inputs[0])) for letter in letters)

    def frame(self, x: Tensor) -> Frame:
        """Which units share a mean."""
        raise NotImplementedError

    def scaled(
        self, own: tuple[Tensor, ...], out: Tensor, xhat: Read, unit: Access, places: tuple[Position, ...]
    ) -> Fragment:
        """``z = gamma*xhat + beta`` at a unit; ``places`` are the positions of its gamma."""
        found = {t.letter: at(t, *places) for t in own}
        body = found.get("gamma", sympy.Integer(1)) * xhat + found.get("beta", sympy.Integer(0))
        domain = tuple(dict.fromkeys(xhat.access.index_atoms()))
        return Fragment((out,), (Equation(unit, body, domain),))

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        frame = self.frame(sources[0])
        xhat, fragment = standardized(frame, self.epsilon, site.number)
        axes = sample_axes(out)
        places = axes[1 : 1 + len(self.normal_shape(out.shape[1:]))]
        return fragment + self.scaled(own, out, at(xhat, *axes), Access.of(out.name, *axes), places)


@dataclass(frozen=True)
class BatchNorm(Normalisation):
    r"""Batch normalisation: each unit, or channel, over the batch (and all places of the channel).

    .. math:: \hat x_{ni} = \frac{x_{ni} - \mu_i}{\sqrt{v_i + \epsilon}}, \qquad
        \mu_i = \tfrac1N \sum_n x_{ni}, \quad v_i = \tfrac1N \sum_n (x_{ni} - \mu_i)^2

    ``predict`` takes running statistics instead: ``mean`` and ``variance``, of which each batch replaces the share
    ``momentum``. The variance is the biased one in both places.

    >>> BatchNorm().output_shape(((8, 26, 26),))
    (8, 26, 26)

    Source: Ioffe and Szegedy (2015), Batch Normalization, section 3.
    """

    kind: ClassVar[str] = "batch_norm"

    momentum: Number = option(fraction, default=0.1)

    def frame(self, x: Tensor) -> Frame:
        axes = sample_axes(x)
        return Frame(axes, axes[1:2], at(x, *axes))

    def _running(self, out: Tensor, site: Site) -> tuple[Tensor, Tensor]:
        """The states ``mean`` and ``variance``."""
        return tuple(  # type: ignore[return-value]
            Tensor(f"{name}{site.number}", out.shape[1:2], "state", letter=name, layer=site.number)
            for name in ("mean", "variance")
        )

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        share, i = exact(self.momentum), sample_axes(out)[1]
        updates = []
        for state, name in zip(self._running(out, site), ("mu", "v"), strict=True):
            batch = Read(Access.of(f"{name}{site.number}", i))
            updates.append(define(state, (i,), (1 - share) * at(state, i) + share * batch))
        found = super().equations(sources, own, out, site)
        return Fragment(found.tensors, found.equations, tuple(updates))

    def prediction(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        axes = sample_axes(out)
        mean, variance = self._running(out, site)
        s = Tensor(f"s{site.number}", out.shape[1:2], letter="s", layer=site.number)
        xhat = batched(f"xhat{site.number}", out.shape[1:], "xhat", site.number)
        body = (at(sources[0], *axes) - at(mean, axes[1])) / at(s, axes[1])
        fragment = Fragment(
            (mean, variance, s, xhat),
            (
                define(s, axes[1:2], sympy.sqrt(at(variance, axes[1]) + exact(self.epsilon))),
                define(xhat, axes, body),
            ),
        )
        return fragment + self.scaled(own, out, at(xhat, *axes), Access.of(out.name, *axes), axes[1:2])


def _trailing(value: object) -> int | None:
    return None if value is None else size(value)


@dataclass(frozen=True)
class LayerNorm(Normalisation):
    r"""Layer normalisation: all units of a sample together, or those along its last axes; of a sequence, at each step.

    .. math:: \hat x_{ni} = \frac{x_{ni} - \mu_n}{\sqrt{v_n + \epsilon}}, \qquad \mu_n = \tfrac1K \sum_i x_{ni}

    Args:
        axes: How many of the last axes are normalised together. If left out, all; of a sequence 1, its features.

    >>> LayerNorm().output_shape(((8,),))
    (8,)

    Source: Ba, Kiros and Hinton (2016), Layer Normalization, section 3.
    """

    kind: ClassVar[str] = "layer_norm"
    sequences: ClassVar[Sequences] = "passed"

    axes: int | None = option(_trailing, default=None)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        if self.axes is not None and self.axes > len(inputs[0]):
            problem = f"{self.axes} axes are to be normalised, but the input {times(inputs[0])} has {len(inputs[0])}"
            raise Fault(problem, "Leave axes out to normalise all of them.", ("axes",))
        if (self.scale or self.shift) and any(isinstance(e, Size) for e in self.normal_shape(inputs[0])):
            problem = f"the parameters would have the run-time length of the input {times(inputs[0])}"
            raise Fault(problem, "Write axes = 1 to normalise the features at each step.", ("axes",))
        return inputs[0]

    def normal_shape(self, shape: Shape) -> Shape:
        if self.axes is None:
            return shape[1:] if is_sequence(shape) else shape
        return shape[-self.axes :]

    def frame(self, x: Tensor) -> Frame:
        axes = sample_axes(x)
        return Frame(axes, axes[: len(axes) - len(self.normal_shape(x.shape[1:]))], at(x, *axes))

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        frame = self.frame(sources[0])
        xhat, fragment = self._standardized(frame, site)
        axes = sample_axes(out)
        return fragment + self.scaled(own, out, at(xhat, *axes), Access.of(out.name, *axes), frame.over)

    def _standardized(self, frame: Frame, site: Site) -> tuple[Tensor, Fragment]:
        return standardized(frame, self.epsilon, site.number)


@dataclass(frozen=True)
class RMSNorm(LayerNorm):
    r"""Layer normalisation without a mean: by the root mean square alone.

    .. math:: \hat x_{ni} = \frac{x_{ni}}{\sqrt{v_n + \epsilon}}, \qquad v_n = \tfrac1K \sum_i x_{ni}^2

    >>> RMSNorm().output_shape(((8,),))
    (8,)

    Source: Zhang and Sennrich (2019), Root Mean Square Layer Normalization, (4).
    """

    kind: ClassVar[str] = "rms_norm"

    shift: bool = option(flag, default=False, kw_only=True)

    def _standardized(self, frame: Frame, site: Site) -> tuple[Tensor, Fragment]:
        return standardized(frame, self.epsilon, site.number, centred=False)


@dataclass(frozen=True)
class GroupNorm(Normalisation):
    r"""Group normalisation: groups of channels of a sample together.

    .. math:: \hat x_{n g q r c} = \frac{x_{n,\, Q g + q,\, r c} - \mu_{ng}}{\sqrt{v_{ng} + \epsilon}}

    Args:
        groups: How many groups the channels are split into.

    >>> GroupNorm(2).output_shape(((8, 4, 4),))
    (8, 4, 4)

    Source: Wu and He (2018), Group Normalization, section 3.1.
    """

    kind: ClassVar[str] = "group_norm"

    groups: int = option(size)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        (channels, *_) = fixed(inputs[0])
        if channels % self.groups:
            problem = f"{self.groups} groups do not divide the channels of the input {times(inputs[0])}"
            raise Fault(problem, f"The number of groups must divide {channels}.", ("groups",))
        return inputs[0]

    def _grouped(self, x: Tensor) -> tuple[tuple[Index, ...], Affine]:
        """The indices of a unit by its group, and its channel: ``Q*g + q``."""
        n, i, *rest = sample_axes(x)
        assert isinstance(i.extent, int)
        g, q = Index("g", self.groups), Index("q", i.extent // self.groups)
        return (n, g, q, *rest), Affine.of(g) * (i.extent // self.groups) + q

    def frame(self, x: Tensor) -> Frame:
        unit, channel = self._grouped(x)
        return Frame(unit, unit[:2], at(x, unit[0], channel, *unit[3:]))

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        xhat, fragment = standardized(self.frame(sources[0]), self.epsilon, site.number)
        unit, channel = self._grouped(out)
        lhs = Access.of(out.name, unit[0], channel, *unit[3:])
        return fragment + self.scaled(own, out, at(xhat, *unit), lhs, (channel,))
