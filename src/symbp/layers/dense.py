"""The dense layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from symbp.equation import Index
from symbp.errors import Fault
from symbp.layers.activations import Activation
from symbp.layers.fragment import Fragment, Shape, Site, at, define, fixed, sample_axes, steps
from symbp.layers.layer import ActivationLike, Sequences, Trained, option, times
from symbp.names import flag, size
from symbp.program import Tensor


@dataclass(frozen=True)
class Dense(Trained):
    r"""A fully connected layer.

    .. math:: z_{ni} = \sum_j W_{ij} x_{nj} + b_i, \qquad a_{ni} = f(z_{ni})

    A sequence has the same weights at each of its steps: :math:`z_{nti} = \sum_j W_{ij} x_{ntj} + b_i`.

    >>> Dense(2, "sigmoid").activation.name
    'sigmoid'
    >>> Dense(2).output_shape(((5, 3),))
    (5, 2)

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
    sequences: ClassVar[Sequences] = "read"

    units: int = option(size)
    activation: ActivationLike = option(Activation.of, default="identity")
    bias: bool = option(flag, default=True)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        (shape,) = inputs
        if len(shape) > 2:
            problem = f"dense reads vectors, or sequences of them, but the input {times(shape)} has rank {len(shape)}"
            raise Fault(problem, 'Put a layer of kind "flatten" before it.')
        if not fixed(shape[-1:]):
            problem = f"but the steps of the input {times(shape)} hold single numbers"
            remedy = "Give them an axis of their own, such as [n,t,i] with an i of 1."
            raise Fault(f"dense reads vectors, or sequences of them, {problem}", remedy)
        return (*map(steps, shape[:-1]), self.units)

    def arithmetic(self, inputs: tuple[Shape, ...]) -> str:
        return f"units {self.units}"

    def parameters(self, inputs: tuple[Shape, ...], number: int) -> tuple[Tensor, ...]:
        """``W[units, width]``, and ``b[units]`` if it has a bias."""
        (width,) = fixed(inputs[0][-1:])
        weight = self.parameter("W", number, (self.units, width))
        return (weight, self.parameter("b", number, (self.units,))) if self.bias else (weight,)

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        x = sources[0]
        *places, i = sample_axes(out)
        j = Index("j", x.shape[-1])
        found = [define(out, (*places, i), at(own[0], i, j) * at(x, *places, j), over=(j,))]
        if self.bias:
            found.append(define(out, (*places, i), at(own[1], i), accumulate=True))
        return Fragment((out,), tuple(found))
