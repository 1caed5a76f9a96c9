"""Dropout: units that a random mask leaves out while the network is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from symbp.errors import Fault
from symbp.layers.activations import Activation, exact
from symbp.layers.fragment import Fragment, Shape, Site, at, define, sample_axes
from symbp.layers.layer import ActivationLike, Layer, Sequences, option
from symbp.names import Number, real, shown
from symbp.program import Tensor


def rate(value: object) -> Number:
    """The value, if it is a share less than 1."""
    number = real(value)
    if not 0 <= number < 1:
        raise Fault(f"needs a number from 0 to less than 1, has {shown(value)}", "It is the share that is left out.")
    return number


@dataclass(frozen=True)
class Dropout(Layer):
    r"""Inverted dropout: a unit is kept with the probability ``1 - rate``, and then divided by it.

    .. math:: a_{ni} = \frac{r_{ni}\, x_{ni}}{1 - p}, \qquad r_{ni} \in \{0, 1\}

    The mask ``r`` is an input of the equations: who draws it, and how, is not their business. ``predict`` leaves
    nothing out.

    >>> Dropout(0.5).output_shape(((8,),))
    (8,)

    Args:
        rate: The share of the units that is left out, on average.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), JMLR 15, section 4 and 10.
    """

    kind: ClassVar[str] = "dropout"
    sequences: ClassVar[Sequences] = "passed"

    rate: Number = option(rate)
    activation: ActivationLike = option(Activation.of, default="identity")

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        return inputs[0]

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        axes = sample_axes(out)
        mask = Tensor(f"mask{site.number}", out.shape, "mask", letter="r", layer=site.number)
        body = at(mask, *axes) * at(sources[0], *axes) / (1 - exact(self.rate))
        return Fragment((mask, out), (define(out, axes, body),))

    def prediction(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        axes = sample_axes(out)
        return Fragment((out,), (define(out, axes, at(sources[0], *axes)),))
