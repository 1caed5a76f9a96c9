"""Long short-term memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from symbp import functions as f
from symbp.equation import Equation
from symbp.layers.draw import Draw
from symbp.layers.recurrent.cell import Recurrent
from symbp.layers.recurrent.walk import Walk
from symbp.program import Tensor


@dataclass(frozen=True)
class Lstm(Recurrent):
    r"""Long short-term memory: a cell ``c`` that gates write, keep and show.

    .. math:: (i, f, g, o) = (\sigma, \sigma, \tanh, \sigma)(W x_t + b + U h_t), \qquad
        c_{t+1} = f c_t + i g, \quad h_{t+1} = o \tanh c_{t+1}

    The gates are stacked in this order, which is PyTorch's: ``z[n,t,m]`` has the pre-activations of all four, and
    ``f`` reads it from ``units`` on.

    >>> Lstm(4).output_shape(((5, 3),))
    (4,)

    Raises:
        Fault: a key is at fault by itself.

    Source: Hochreiter and Schmidhuber (1997), Neural Computation 9, 1735-1780; the forget gate of Gers, Schmidhuber
    and Cummins (2000), Neural Computation 12, 2451-2471.
    """

    kind: ClassVar[str] = "lstm"
    gates: ClassVar[int] = 4

    def draw(self, tensor: Tensor, before_relu: bool) -> Draw | None:
        """At first the forget gates keep what is there, as Jozefowicz, Zaremba and Sutskever (2015) advise."""
        return Draw("forget", self.gates) if tensor.letter == "b" else super().draw(tensor, before_relu)

    def states(self, walk: Walk) -> tuple[Tensor, ...]:
        return walk.rows("h"), walk.rows("c")

    def cell(self, walk: Walk, own: dict[str, Tensor]) -> tuple[tuple[Tensor, ...], tuple[Equation, ...]]:
        h, c = self.states(walk)
        z, u = walk.each("z", self.stacked.extent), self.unit
        i, forget, g, o, s = (walk.each(letter) for letter in "ifgos")
        functions = ((i, f.sigmoid), (forget, f.sigmoid), (g, f.tanh), (o, f.sigmoid))
        kept = walk.step(forget, u) * walk.old(c, u) + walk.step(i, u) * walk.step(g, u)
        return (z, i, forget, g, o, s), (
            *self.weighed(walk, own, z),
            *self.recalled(walk, own, z),
            *(walk.define(gate, u, sigma(self.gate(walk, z, k))) for k, (gate, sigma) in enumerate(functions)),
            walk.state(c, u, kept),
            walk.define(s, u, f.tanh(walk.new(c, u))),
            walk.state(h, u, walk.step(o, u) * walk.step(s, u)),
        )
