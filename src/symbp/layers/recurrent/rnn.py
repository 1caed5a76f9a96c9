"""The simple recurrent layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from symbp.equation import Equation
from symbp.layers.layer import ActivationLike, option
from symbp.layers.recurrent.cell import Recurrent, pointwise
from symbp.layers.recurrent.walk import Walk
from symbp.program import Tensor


@dataclass(frozen=True)
class Rnn(Recurrent):
    r"""A simple recurrent layer: its state is a function of the input and of the state before.

    .. math:: z_{nti} = \sum_j W_{ij} x_{ntj} + b_i + \sum_k U_{ik} h_{ntk}, \qquad h_{n,t+1,i} = f(z_{nti})

    >>> Rnn(4, returns="sequence").output_shape(((5, 3),))
    (5, 4)

    Args:
        activation: Of the cell: a function of single numbers.

    Raises:
        Fault: a key is at fault by itself.

    Source: Elman (1990), Finding structure in time, Cognitive Science 14, 179-211.
    """

    kind: ClassVar[str] = "rnn"

    activation: ActivationLike = option(pointwise, default="tanh")

    def cell(self, walk: Walk, own: dict[str, Tensor]) -> tuple[tuple[Tensor, ...], tuple[Equation, ...]]:
        z, h, i = walk.each("z"), walk.rows("h"), self.unit
        state = walk.state(h, i, pointwise(self.activation).formula(walk.step(z, i)))
        return (z,), (*self.weighed(walk, own, z), *self.recalled(walk, own, z), state)
