"""The dense layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from symbp.equation import Index, Tensor
from symbp.errors import inside
from symbp.layers.activations import Activation
from symbp.layers.fragment import BATCH, Fragment, Site, at, define
from symbp.names import flag, identifier, size


@dataclass(frozen=True, init=False)
class Dense:
    """A fully connected layer: ``a = activation(W x + b)``.

    >>> Dense(2, "sigmoid").activation.name
    'sigmoid'

    Args:
        units: How many outputs it has.
        activation: A name, or a table of a name and its constants or an expression in ``z``.
        bias: Whether ``b`` is there.
        frozen: Whether its parameters stay as they are: they get no gradient.
        share: The name of an earlier layer whose parameters this one reads.
        name: What ``share`` of another layer calls this one.

    Raises:
        Fault: one of these is at fault by itself.
    """

    kind: ClassVar[str] = "dense"
    units: int
    activation: Activation
    bias: bool
    frozen: bool
    share: str | None
    name: str | None

    def __init__(
        self,
        units: int,
        activation: str | Mapping[str, object] | Activation = "identity",
        bias: bool = True,
        frozen: bool = False,
        share: str | None = None,
        name: str | None = None,
    ) -> None:
        for key, check, value in (
            ("units", size, units),
            ("activation", Activation.of, activation),
            ("bias", flag, bias),
            ("frozen", flag, frozen),
            ("share", identifier, share),
            ("name", identifier, name),
        ):
            with inside(key):
                checked = None if value is None and key in ("share", "name") else check(value)
            object.__setattr__(self, key, checked)

    def parameter_count(self, width: int) -> int:
        return self.units * width + (self.units if self.bias else 0)


def parameters(layer: Dense, width: int, number: int) -> tuple[Tensor, ...]:
    """``W[units, width]``, and ``b[units]`` if it has a bias."""
    weight = Tensor(f"W{number}", (layer.units, width), "parameter", "float", "W", number, frozen=layer.frozen)
    bias = Tensor(f"b{number}", (layer.units,), "parameter", "float", "b", number, frozen=layer.frozen)
    return (weight, bias) if layer.bias else (weight,)


def dense(layer: Dense, source: Tensor, site: Site) -> Fragment:
    r"""The equations of a dense layer on ``source[N, width]``.

    .. math:: z_{ni} = \sum_j W_{ij} x_{nj} + b_i, \qquad a_{ni} = f(z_{ni})

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 6.5.
    """
    width = source.shape[1]
    assert isinstance(width, int)
    n, i, j = Index("n", BATCH), Index("i", layer.units), Index("j", width)
    own = parameters(layer, width, site.parameters)
    z = Tensor(f"z{site.number}", (BATCH, layer.units), letter="z", layer=site.number)
    out = Tensor(site.output, z.shape, letter="a", layer=site.number)
    equations = [define(z, (n, i), at(own[0], i, j) * at(source, n, j), over=(j,))]
    if layer.bias:
        equations.append(define(z, (n, i), at(own[1], i), accumulate=True))
    declared = (*own, z) if site.owner else (z,)
    return Fragment(declared, tuple(equations)) + layer.activation.fragment(z, out)
