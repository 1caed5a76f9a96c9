"""Attention: each position of a sequence takes a mean of values, weighted by how well its query fits their keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import sympy

from symbp.equation import Access, Affine, Equation, Extent, Guard, Index
from symbp.errors import Fault
from symbp.functions import exp
from symbp.layers.fragment import BATCH, Fragment, Shape, Site, at, define, fixed, steps
from symbp.layers.layer import Sequences, Trained, option, times
from symbp.names import flag, identifier, size
from symbp.program import Tensor


def mask_name(value: object) -> str | None:
    """The name of the mask: ``mask`` for ``true``, none for ``false``."""
    return "mask" if value is True else None if value is None or value is False else identifier(value)


@dataclass(frozen=True)
class Attention(Trained):
    r"""Scaled dot-product attention of several heads, of a sequence to itself or to another one.

    .. math:: s_{nhtu} = \frac{1}{\sqrt{D}} \sum_d q_{nhtd}\, k_{nhud}, \qquad
        p_{nhtu} = \frac{e^{s_{nhtu}}}{\sum_{u'} e^{s_{nhtu'}}}, \qquad o_{nhtd} = \sum_u p_{nhtu}\, v_{nhud}

    Queries, keys and values are parts of ``z = W x + b``, ``D = width/heads`` numbers for each head; what the heads
    give stands side by side in ``g``, and ``a = O g + bo``. The parameters are those of PyTorch's
    ``nn.MultiheadAttention``: ``W[3*width, width]`` and ``b`` its ``in_proj``, ``O`` and ``bo`` its ``out_proj``.

    Args:
        heads: How many; they divide the width.
        causal: Whether a position sees only itself and those before it.
        mask: Whether the batch comes with a mask of the keys, ``mask[n,u]``: keys at which it is 0 are not seen. A
            name instead of ``true`` calls it so; layers with one name read one mask. A query that sees no key
            gets zeros in place of a mean, so that its output is ``bo``.
        bias: Whether ``b`` and ``bo`` are there.
        input: One sequence, or two: the second one gives keys and values.

    >>> Attention(heads=2).output_shape(((5, 4),))
    (5, 4)

    Raises:
        Fault: a value is at fault by itself.

    Source: Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser and Polosukhin (2017), Attention Is All You
    Need, section 3.2.
    """

    kind: ClassVar[str] = "attention"
    reads: ClassVar[tuple[int, int]] = (1, 2)
    size_key: ClassVar[str] = "heads"
    sequences: ClassVar[Sequences] = "read"

    heads: int = option(size, default=1)
    causal: bool = option(flag, default=False, kw_only=True)
    mask: bool | str | None = option(mask_name, default=None, kw_only=True)
    bias: bool = option(flag, default=True, kw_only=True)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        for shape in inputs:
            if len(shape) != 2:
                problem = f"attention reads sequences of vectors, but the input {times(shape)} has rank {len(shape)}"
                raise Fault(problem, 'The shape of a sequence is its steps and its features, such as ["T", 32].')
        widths = [_width(shape) for shape in inputs]
        if len(set(widths)) > 1:
            problem = f"queries have {widths[0]} features, keys and values {widths[1]}"
            raise Fault(problem, "Bring them to one width with a dense layer.", ("input",))
        if widths[0] % self.heads:
            problem = f"{self.heads} heads do not divide the {widths[0]} features of the input {times(inputs[0])}"
            raise Fault(problem, f"The number of heads must divide {widths[0]}.", ("heads",))
        lengths = [shape[0] for shape in inputs]
        if self.causal and len(set(lengths)) > 1:
            problem = f"there are {lengths[0]} queries and {lengths[1]} keys, so that no key is before a query"
            raise Fault(problem, "Leave causal out, or read sequences of one length.", ("causal",))
        return (steps(inputs[0][0]), widths[0])

    def arithmetic(self, inputs: tuple[Shape, ...]) -> str:
        heads = "1 head" if self.heads == 1 else f"{self.heads} heads"
        return f"{heads} of {_width(inputs[0]) // self.heads}"

    def parameters(self, inputs: tuple[Shape, ...], number: int) -> tuple[Tensor, ...]:
        """``W[3*width, width]``, ``b``, ``O[width, width]`` and ``bo``."""
        width = _width(inputs[0])
        shapes: dict[str, Shape] = {"W": (3 * width, width), "b": (3 * width,), "O": (width, width), "bo": (width,)}
        return tuple(self.parameter(k, number, s) for k, s in shapes.items() if self.bias or len(s) > 1)

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        width = _width(sources[0].shape[1:])
        form = _Form(sources[0].shape[1], sources[-1].shape[1], width, self.heads, site.number)
        of = {t.letter: t for t in own}
        if len(sources) == 1:
            z, projected = form.projection("z", sources[0], 0, 3, of)
            parts = ((z, 0), (z, 1), (z, 2))
        else:
            z, queries = form.projection("z", sources[0], 0, 1, of)
            w, others = form.projection("w", sources[1], 1, 2, of)
            parts, projected = ((z, 0), (w, 0), (w, 1)), queries + others
        heads = [form.part(letter, *part) for letter, part in zip("qkv", parts, strict=True)]
        q, k, v = (tensor for tensor, _ in heads)
        split = sum((fragment for _, fragment in heads), Fragment())
        p, softmax = form.weights(q, k, self.causal, mask_name(self.mask))
        return projected + split + softmax + form.output(p, v, of, out)


def _width(shape: Shape) -> int:
    """How many features a sequence has at each step."""
    (width,) = fixed(shape[1:])
    return width


@dataclass(frozen=True)
class _Form:
    """The tensors and equations of one attention: ``queries`` and ``keys`` are the lengths of both sequences."""

    queries: Extent
    keys: Extent
    width: int
    heads: int
    number: int

    @property
    def depth(self) -> int:
        """How many numbers a query has."""
        return self.width // self.heads

    @property
    def indices(self) -> tuple[Index, Index, Index, Index, Index]:
        n, h, d = Index("n", BATCH), Index("h", self.heads), Index("d", self.depth)
        return n, h, Index("t", self.queries), Index("u", self.keys), d

    def tensor(self, letter: str, *shape: Extent) -> Tensor:
        return Tensor(f"{letter}{self.number}", (BATCH, *shape), letter=letter, layer=self.number)

    def projection(
        self, letter: str, x: Tensor, first: int, count: int, of: dict[str, Tensor]
    ) -> tuple[Tensor, Fragment]:
        """``z[n,t,f] = sum[j](W[f,j]*x[n,t,j]) + b[f]``, for ``count`` of the three parts of W from ``first`` on."""
        n, t = Index("n", BATCH), Index("t", x.shape[1])
        f, j = Index("f", count * self.width), Index("j", self.width)
        z = self.tensor(letter, x.shape[1], count * self.width)
        row = Affine.of(f) + first * self.width
        found = [define(z, (n, t, f), at(of["W"], row, j) * at(x, n, t, j), over=(j,))]
        if "b" in of:
            found.append(define(z, (n, t, f), at(of["b"], row), accumulate=True))
        return z, Fragment((z,), tuple(found))

    def part(self, letter: str, z: Tensor, number: int) -> tuple[Tensor, Fragment]:
        """``q[n,h,t,d] = z[n,t,D*h+d]``: a part of the projection, head by head."""
        n, h, _, _, d = self.indices
        t = Index("t", z.shape[1])
        position = Affine.of(h) * self.depth + d + number * self.width
        tensor = self.tensor(letter, self.heads, z.shape[1], self.depth)
        return tensor, Fragment((tensor,), (define(tensor, (n, h, t, d), at(z, n, t, position)),))

    def weights(self, q: Tensor, k: Tensor, causal: bool, mask: str | None) -> tuple[Tensor, Fragment]:
        """The scores and their softmax over the keys that a query sees."""
        n, h, t, u, d = self.indices
        row, pair = (n, h, t), (n, h, t, u)
        s, p, exps = (self.tensor(letter, self.heads, self.queries, self.keys) for letter in "spe")
        total = self.tensor("r", self.heads, self.queries)
        given = Tensor(mask or "mask", (BATCH, self.keys), "input", "int", letter=mask or "mask")
        seen: tuple[Guard, ...] = (Guard(Affine.of(t) - u, ">="),) if causal else ()
        if mask is not None:
            seen += (Guard(Affine.of(Access.of(given.name, n, u)), "!="),)
        score = at(q, n, h, t, d) * at(k, n, h, u, d) / sympy.sqrt(self.depth)
        equations = (
            define(s, pair, score, over=(d,)),
            Equation(Access.of(exps.name, *pair), exp(at(s, *pair)), pair, guards=seen),
            define(total, row, at(exps, *pair), over=(u,)),
            # a causal query sees itself, but with a mask there may be none: then nothing is divided
            Equation(Access.of(p.name, *pair), at(exps, *pair) / at(total, *row), pair, guards=seen if mask else ()),
        )
        return p, Fragment((*((given,) if mask else ()), s, exps, total, p), equations)

    def output(self, p: Tensor, v: Tensor, of: dict[str, Tensor], out: Tensor) -> Fragment:
        """The means of the values, the heads side by side, and their projection."""
        n, h, t, u, d = self.indices
        i, j = Index("i", self.width), Index("j", self.width)
        o = self.tensor("o", self.heads, self.queries, self.depth)
        g = self.tensor("g", self.queries, self.width)
        beside = Access.of(g.name, n, t, Affine.of(h) * self.depth + d)
        equations = [
            define(o, (n, h, t, d), at(p, n, h, t, u) * at(v, n, h, u, d), over=(u,)),
            Equation(beside, at(o, n, h, t, d), (n, t, h, d)),
            define(out, (n, t, i), at(of["O"], i, j) * at(g, n, t, j), over=(j,)),
        ]
        if "bo" in of:
            equations.append(define(out, (n, t, i), at(of["bo"], i), accumulate=True))
        return Fragment((o, g, out), tuple(equations))
