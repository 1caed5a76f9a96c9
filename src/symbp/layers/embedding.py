"""What stands for a token, and for its place in the sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from symbp.equation import Access, Equation, Index
from symbp.errors import Fault
from symbp.layers.fragment import BATCH, Fragment, Shape, Site, at, steps
from symbp.layers.layer import Sequences, Trained, option, times
from symbp.names import size
from symbp.program import Tensor


@dataclass(frozen=True)
class Embedding(Trained):
    r"""A vector of numbers for each token: a row of a table.

    .. math:: a_{nti} = E_{x_{nt},\, i}

    The rows of tokens that do not occur get no gradient; what a token gets at several places adds up. The table is that
    of PyTorch's ``nn.Embedding``, and is drawn like it, from N(0, 1).

    >>> Embedding(tokens=10, units=4).output_shape(((7,),))
    (7, 4)

    Args:
        tokens: How many there are: an input holds whole numbers from 0 to ``tokens - 1``.
        units: How many numbers stand for one.

    Source: Bengio, Ducharme, Vincent and Jauvin (2003), A Neural Probabilistic Language Model, section 2.
    """

    kind: ClassVar[str] = "embedding"
    size_key: ClassVar[str] = "tokens"
    reads_tokens: ClassVar[bool] = True
    sequences: ClassVar[Sequences] = "read"

    tokens: int = option(size)
    units: int = option(size)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        (shape,) = inputs
        if len(shape) > 1:
            problem = f"embedding reads sequences of tokens, but the input {times(shape)} has rank {len(shape)}"
            raise Fault(problem, 'The shape of a sequence of tokens is its steps alone, such as ["T"].')
        return (steps(shape[0]), self.units)

    def arithmetic(self, inputs: tuple[Shape, ...]) -> str:
        return f"units {self.units}"

    def parameters(self, inputs: tuple[Shape, ...], number: int) -> tuple[Tensor, ...]:
        """``E[tokens, units]``."""
        return (self.parameter("E", number, (self.tokens, self.units)),)

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        x, (table,) = sources[0], own
        n, t, i = Index("n", BATCH), Index("t", x.shape[1]), Index("i", self.units)
        row = at(table, Access.of(x.name, n, t), i)
        return Fragment((out,), (Equation(Access.of(out.name, n, t, i), row, (n, t, i)),))
