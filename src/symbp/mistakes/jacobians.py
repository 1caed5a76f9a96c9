"""Mistakes with what acts on several numbers at once: a softmax, a normalisation, a dropout, a mask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sympy

from symbp.equation import Affine, Equation, Read, length, reads, substitute_indices
from symbp.functions import Elementary
from symbp.mistakes.changing import Exchange, Link, Way, put, read_of
from symbp.mistakes.slip import Slip
from symbp.wording import say

SMALL = sympy.Rational(1, 50)  # what is added so that nothing is divided by zero is below this


@dataclass(frozen=True)
class Softmax:
    """The contributions of one softmax ``p = e/s, s = sum e, e = exp(z)`` on the way back.

    Attributes:
        straight: ``e_bar += p_bar/s``.
        to_sum: ``s_bar += sum(-e p_bar/s^2)``.
        across: ``e_bar += s_bar``: what reaches an entry through all others.
        score: ``z_bar += e_bar exp'(z)``.
    """

    straight: Link
    to_sum: Link
    across: Link
    score: Link


def softmaxes(way: Way) -> Iterator[Softmax]:
    for across in way.links:
        e = way.of(across.target)
        to_sum = way.to.get(f"{across.forward.target}_bar", ())
        straight = [k for k in way.to[across.target] if k != across]
        score = [k for k in way.links if k.forward.target == e]
        is_sum = across.forward.reduction == "sum" and across.forward.body == read_of(across.forward.body, e)
        is_exponential = any(
            isinstance(q.body, Elementary) and q.body.func.__name__ == "exp" for q in way.program.defining(e)
        )
        if is_sum and is_exponential and len(to_sum) == len(straight) == len(score) == 1:
            yield Softmax(straight[0], to_sum[0], across, score[0])


def diagonal(way: Way) -> Iterator[Slip]:
    """``z_bar = p_bar p (1 - p)`` or ``p_bar p`` in place of ``p (p_bar - sum p_bar p)``."""
    for softmax in softmaxes(way):
        p = way.named(softmax.straight.forward.target)
        told = say("The Jacobian of the softmax {p} is taken as diagonal: its entries act on each other.", p=p)
        yield way.slip(softmax.across.target, told, {softmax.across.backward: _own_share(softmax)})
        told = say("The sum of the softmax {p} is taken as a constant.", p=p)
        yield way.slip(softmax.across.target, told, {softmax.across.backward: None})


def _own_share(softmax: Softmax) -> Equation:
    """What an entry gets through the sum from itself alone."""
    summed, across = softmax.to_sum.backward, softmax.across.backward
    own = {
        i.index: p for i, p in zip(summed.lhs.indices, softmax.across.adjoint.access.indices, strict=True) if i.index
    }
    (over,) = summed.over
    inner = softmax.across.forward.over[0]
    mapping = {**own, over: Affine.of(inner)}
    return replace(across, body=substitute_indices(summed.body, {k: v for k, v in mapping.items() if k is not None}))


def lost_softmax(way: Way) -> Iterator[Slip]:
    """``z_bar = p_bar``: the softmax passed by on the way back."""
    for softmax in softmaxes(way):
        straight, score = softmax.straight, softmax.score
        arrives = Read(straight.adjoint.access)
        pairs = zip(straight.backward.lhs.indices, score.adjoint.access.indices, strict=True)
        mapping = {old.index: new for old, new in pairs if old.index is not None}
        body = substitute_indices(arrives, mapping)
        told = say("The derivative of the softmax {p} is missing.", p=way.named(straight.forward.target))
        yield way.slip(score.target, told, {score.backward: score.with_body(body)})


def softmax_twice(way: Way) -> Iterator[Slip]:
    """``(p - y) p (1 - p)`` where softmax and cross-entropy together give ``p - y``."""
    for softmax in softmaxes(way):
        link = softmax.score
        p = Read(replace(softmax.straight.forward.lhs, indices=link.adjoint.access.indices))
        told = say("The derivative of the softmax {p} is there twice.", p=way.named(p.access.tensor))
        yield way.slip(link.target, told, {link.backward: link.times(p * (1 - p))})


@dataclass(frozen=True)
class Statistics:
    """What a normalisation's mean and variance hand back to the numbers that they are made of."""

    mean: Link
    variance: Link


def normalisations(way: Way) -> Iterator[Statistics]:
    """By their structure: a deviation ``d = a - mu`` whose square makes the variance, a mean ``mu`` of ``a``."""
    for variance in way.links:
        deviation = way.of(variance.target)
        if not _is_mean_of_squares(variance.forward, deviation):
            continue
        for back in way.links:
            if back.forward.target == deviation and way.to.get(back.target):
                means = [
                    k for k in way.links if k.forward.target == way.of(back.target) and k.forward.reduction == "sum"
                ]
                if len(means) == 1:
                    yield Statistics(means[0], variance)


def _is_mean_of_squares(equation: Equation, deviation: str) -> bool:
    square = [p for p in equation.body.atoms(sympy.Pow) if p.exp == 2 and p.base == read_of(p.base, deviation)]
    return equation.reduction == "sum" and bool(square)


def constant_statistics(way: Way) -> Iterator[Slip]:
    """Mean, variance, or both taken as constants on the way back."""
    found = list(normalisations(way))
    groups: list[tuple[str, list[Link]]] = []
    for of in found:
        groups += [("mean", [of.mean]), ("variance", [of.variance]), ("both", [of.mean, of.variance])]
    if len(found) > 1:
        groups.append(("all", [k for of in found for k in (of.mean, of.variance)]))
    for which, links in groups:
        told = {
            "mean": say("The mean {statistic} is taken as a constant.", statistic=way.named(links[0].forward.target)),
            "variance": say(
                "The variance {statistic} is taken as a constant.", statistic=way.named(links[0].forward.target)
            ),
            "both": say("Mean and variance are taken as constants."),
            "all": say("All means and variances are taken as constants."),
        }[which]
        yield way.slip(links[-1].target, told, {k.backward: None for k in links})


def sample_variance(way: Way) -> Iterator[Slip]:
    """The mean of squared deviations taken as that of a sample: divided by n - 1, and its derivative too."""
    for link in dict.fromkeys(of.variance for of in normalisations(way)):
        (over,) = link.forward.over if len(link.forward.over) == 1 else (None,)
        if over is None or (way.size(over.extent) == 1 and way.derivation.network.example is not None):
            continue  # which would divide by zero
        factor = length(over.extent) / (length(over.extent) - 1)
        told = say("The variance {v} is divided by one less than the count.", v=way.named(link.forward.target))
        new = {
            link.forward: replace(link.forward, body=link.forward.body * factor),
            link.backward: link.times(factor),
        }
        yield way.slip(link.forward.target, told, new)


def lost_epsilon(way: Way) -> Iterator[Slip]:
    """The small number under a root, or beside a denominator, forgotten."""
    all_at_once: dict[Equation, Equation | None] = {}
    places = 0
    for equation in (e for e in way.program.equations() if way.program.tensor[e.target].of is None):
        for epsilon in [a for a in equation.body.atoms(sympy.Rational) if 0 < a < SMALL and _is_added(equation, a)]:
            back = [k.backward for k in way.from_(equation) if _is_added(k.backward, epsilon)]
            exchange: Exchange = {e: replace(e, body=_without(e.body, epsilon)) for e in (equation, *back)}
            named = {"epsilon": str(epsilon), "s": way.named(equation.target)}
            yield way.slip(equation.target, say("The small number {epsilon} is missing in {s}.", **named), exchange)
            all_at_once |= exchange
            places += 1
    if places > 1:
        told = say("The small number is missing in every normalisation.")
        yield way.slip(next(iter(all_at_once)).target, told, all_at_once)


def _is_added(equation: Equation, number: sympy.Rational) -> bool:
    return any(number in a.args for a in equation.body.atoms(sympy.Add))


def _without(body: sympy.Expr, number: sympy.Rational) -> sympy.Expr:
    return body.replace(
        lambda node: isinstance(node, sympy.Add) and number in node.args,
        lambda node: sympy.Add(*(a for a in node.args if a != number)),
    )


def dropped_mask(way: Way) -> Iterator[Slip]:
    """The mask of a dropout, or the factor beside it, forgotten on the way back."""
    for link in way.links:
        masks = [r for r in reads(link.local) if way.program.tensor[r.access.tensor].role == "mask"]
        for mask in masks:
            named = {"adjoint": way.named(link.target)}
            told = say("{adjoint} is not masked: units that were dropped get no gradient.", **named)
            yield way.slip(
                link.target, told, {link.backward: link.with_local(put(link.local, {mask: sympy.Integer(1)}))}
            )
            told = say("The factor of the dropout is missing in {adjoint}.", **named)
            if link.local != mask:
                yield way.slip(link.target, told, {link.backward: link.with_local(mask)})


def masked_places(way: Way) -> Iterator[Slip]:
    """A gradient given to scores that a mask keeps out."""
    for link in way.links:
        masked = [g for g in link.forward.guards if g in link.backward.guards]
        causal = [g for g in masked if g.relation == ">=" and len(list(g.affine.indices())) == 2]
        if causal and isinstance(link.forward.body, Elementary) and not link.forward.reduction:
            guards = tuple(g for g in link.backward.guards if g not in causal)
            told = say(
                "{adjoint} is not masked: what is not looked at gets no gradient.", adjoint=way.named(link.target)
            )
            yield way.slip(link.target, told, {link.backward: replace(link.backward, guards=guards)})
