"""The gated recurrent unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from symbp import functions as f
from symbp.equation import Affine, Equation, Index
from symbp.layers.fragment import at
from symbp.layers.layer import option
from symbp.layers.recurrent.cell import Recurrent
from symbp.layers.recurrent.walk import Walk
from symbp.names import flag
from symbp.program import Tensor


@dataclass(frozen=True)
class Gru(Recurrent):
    r"""A gated recurrent unit: the state is a mean of itself and of a candidate ``n``, weighted by a gate ``z``.

    .. math:: (r, z) = \sigma(p + q), \qquad n = \tanh(p + r q), \qquad h_{t+1} = (1 - z)\, n + z\, h_t,
        \qquad p = W x_t + b, \quad q = U h_t + b_h

    each with its own third of the stacked ``p`` and ``q``, in PyTorch's order r, z, n. With
    ``reset_after = false`` the candidate reads the state that is reset, ``n = tanh(p + U (r h))``, as in the source.

    >>> Gru(4).output_shape(((5, 3),))
    (4,)

    Args:
        reset_after: Whether ``r`` scales the product with ``U``, or the state before it.

    Raises:
        Fault: a key is at fault by itself.

    Source: Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, (5)-(8).
    """

    kind: ClassVar[str] = "gru"
    gates: ClassVar[int] = 3

    recurrent_bias: bool = option(flag, default=True, kw_only=True)
    reset_after: bool = option(flag, default=True, kw_only=True)

    def cell(self, walk: Walk, own: dict[str, Tensor]) -> tuple[tuple[Tensor, ...], tuple[Equation, ...]]:
        return self._after(walk, own) if self.reset_after else self._before(walk, own)

    def _after(self, walk: Walk, own: dict[str, Tensor]) -> tuple[tuple[Tensor, ...], tuple[Equation, ...]]:
        """The reset gate scales the product."""
        u, m = self.unit, self.stacked.extent
        p, q = walk.each("p", m), walk.each("q", m)
        r, z, n = (walk.each(letter) for letter in "rzn")
        candidate = self.gate(walk, p, 2) + walk.step(r, u) * self.gate(walk, q, 2)
        return (p, q, r, z, n), (
            *self.weighed(walk, own, p),
            *self.recalled(walk, own, q, accumulate=False),
            *(
                walk.define(gate, u, f.sigmoid(self.gate(walk, p, k) + self.gate(walk, q, k)))
                for k, gate in enumerate((r, z))
            ),
            walk.define(n, u, f.tanh(candidate)),
            self._mean(walk, z, n),
        )

    def _before(self, walk: Walk, own: dict[str, Tensor]) -> tuple[tuple[Tensor, ...], tuple[Equation, ...]]:
        """The reset gate scales the state: the candidate's product comes after the gates."""
        h, u, k = walk.rows("h"), self.unit, Index("k", self.units)
        both, third = Index("m", 2 * self.units), Affine.of(u) + 2 * self.units
        p, q = walk.each("p", self.stacked.extent), walk.each("q", 2 * self.units)
        r, z, n, s, v = (walk.each(letter) for letter in "rznsv")
        return (p, q, r, z, n, s, v), (
            *self.weighed(walk, own, p),
            *self.shifted(walk, p, self.stacked, own.get("bh")),
            walk.define(q, both, at(own["U"], both, k) * walk.old(h, k), over=(k,)),
            *(
                walk.define(gate, u, f.sigmoid(self.gate(walk, p, place) + self.gate(walk, q, place)))
                for place, gate in enumerate((r, z))
            ),
            walk.define(s, u, walk.step(r, u) * walk.old(h, u)),
            walk.define(v, u, at(own["U"], third, k) * walk.step(s, k), over=(k,)),
            walk.define(n, u, f.tanh(self.gate(walk, p, 2) + walk.step(v, u))),
            self._mean(walk, z, n),
        )

    def _mean(self, walk: Walk, z: Tensor, n: Tensor) -> Equation:
        """``h' = (1 - z) n + z h``."""
        h, u = walk.rows("h"), self.unit
        kept = walk.step(z, u)
        return walk.state(h, u, (1 - kept) * walk.step(n, u) + kept * walk.old(h, u))
