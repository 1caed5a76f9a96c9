"""The dense layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from symbp.equation import Index, Tensor
from symbp.layers.activations import Activation
from symbp.layers.fragment import BATCH, Fragment, Shape, Site, at, define
from symbp.layers.layer import ActivationLike, Trained, option, ranked
from symbp.names import flag, size


@dataclass(frozen=True)
class Dense(Trained):
    r"""A fully connected layer.

    .. math:: z_{ni} = \sum_j W_{ij} x_{nj} + b_i, \qquad a_{ni} = f(z_{ni})

    >>> Dense(2, "sigmoid").activation.name
    'sigmoid'

    Args:
        units: How many outputs it has.
        activation: A name, or a table of a name and its constants or an expression in ``z``.
        bias: Whether ``b`` is there.

    Raises:
        Fault: one of these is at fault by itself.

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 6.5.
    """

    kind: ClassVar[str] = "dense"
    weighted: ClassVar[bool] = True
    size_key: ClassVar[str] = "units"

    units: int = option(size)
    activation: ActivationLike = option(Activation.of, default="identity")
    bias: bool = option(flag, default=True)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        ranked(inputs, 1, "dense", "vectors", 'Put a layer of kind "flatten" before it.')
        return (self.units,)

    def arithmetic(self, inputs: tuple[Shape, ...]) -> str:
        return f"units {self.units}"

    def parameters(self, inputs: tuple[Shape, ...], number: int) -> tuple[Tensor, ...]:
        """``W[units, width]``, and ``b[units]`` if it has a bias."""
        weight = self.parameter("W", number, (self.units, inputs[0][0]))
        return (weight, self.parameter("b", number, (self.units,))) if self.bias else (weight,)

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        x = sources[0]
        n, i, j = Index("n", BATCH), Index("i", self.units), Index("j", x.shape[1])
        found = [define(out, (n, i), at(own[0], i, j) * at(x, n, j), over=(j,))]
        if self.bias:
            found.append(define(out, (n, i), at(own[1], i), accumulate=True))
        return Fragment((out,), tuple(found))
