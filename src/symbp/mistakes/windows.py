"""Mistakes with windows: places off by one, strides, kernels turned around, pools that hand back to wrong places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import sympy

from symbp.equation import Access, Affine, Equation, Guard, Index, Read, reads
from symbp.mistakes.changing import Link, Way, inside, moved, put
from symbp.mistakes.jacobians import normalisations
from symbp.mistakes.slip import Slip
from symbp.wording import say


def windowed(way: Way) -> Iterator[tuple[Link, Access, int]]:
    """The contributions with an access at places such as ``2*r+u-1``, of a window that is summed: access and axis."""
    for link in way.links:
        for access in (link.backward.lhs, *(r.access for r in reads(link.local))):
            for axis, position in enumerate(access.indices):
                indices = list(position.indices())
                if len(indices) > 1 and set(indices) & set(link.forward.over):
                    yield link, access, axis


Positions = Mapping[int, Affine]  # of an access, by axis


def at(way: Way, link: Link, access: Access, positions: Positions) -> Equation:
    """The contribution with other positions in one access, where these are places of the tensor."""
    other, guards = access, link.backward.guards
    for axis, position in positions.items():
        other = moved(other, axis, position)
        guards = (*guards, *inside(position, way.program.tensor[access.tensor].shape[axis]))
    if access == link.backward.lhs:
        return replace(link.backward, lhs=other, guards=guards)
    body = put(link.backward.body, {Read(access): Read(other)})
    return replace(link.backward, body=body, guards=guards)


def each_and_all(found: Iterable[tuple[int, Affine]]) -> Iterator[Positions]:
    """One axis after the other, then all of them together."""
    pairs = list(found)
    yield from ({axis: position} for axis, position in pairs)
    if len({axis for axis, _ in pairs}) > 1:
        yield dict(pairs)


def windows(way: Way) -> Iterator[tuple[Link, Access, list[int]]]:
    """The accesses of ``windowed``, each with all of its axes."""
    found: dict[tuple[Link, Access], list[int]] = {}
    for link, access, axis in windowed(way):
        found.setdefault((link, access), []).append(axis)
    yield from ((link, access, axes) for (link, access), axes in found.items())


def padding(way: Way) -> Iterator[Slip]:
    """A place too far to either side, along one axis or along all."""
    for link, access, axes in windows(way):
        named = {"tensor": way.named(access.tensor), "adjoint": way.named(link.target)}
        told = (
            say("What {adjoint} gets is put one place too far: the padding is off by one.", **named)
            if access == link.backward.lhs
            else say("{tensor} is read one place too far for {adjoint}: the padding is off by one.", **named)
        )
        for by in (-1, 1):
            for positions in each_and_all((axis, access.indices[axis] + by) for axis in axes):
                yield way.slip(link.target, told, {link.backward: at(way, link, access, positions)})


def stride(way: Way) -> Iterator[Slip]:
    """The stride of a window forgotten, or one place too wide."""
    for link, access, axes in windows(way):
        steps = {axis: _stride(way, link, access.indices[axis]) for axis in axes}
        for other in dict.fromkeys(o for step in steps.values() if step for o in (1, step[0] + 1)):
            new = [(a, _with_step(access.indices[a], s, other)) for a, s in steps.items() if s and s[0] != other]
            for positions in each_and_all(new):
                told = say(
                    "The stride is {other} in place of {step} in what {adjoint} gets.",
                    other=other,
                    step=next(s[0] for s in steps.values() if s),
                    adjoint=way.named(link.target),
                )
                yield way.slip(link.target, told, {link.backward: at(way, link, access, positions)})


def _stride(way: Way, link: Link, position: Affine) -> tuple[int, Index] | None:
    """The factor of the index that counts windows, which is none of those within a window."""
    within = set(link.forward.over)
    return next(((c, a) for c, a in position.terms if isinstance(a, Index) and a not in within and c > 0), None)


def _with_step(position: Affine, step: tuple[int, Index], other: int) -> Affine:
    return replace(position, terms=tuple((other, a) if (c, a) == step else (c, a) for c, a in position.terms))


def flipped(way: Way) -> Iterator[Slip]:
    """A kernel turned around where it is not to be, or the other way round: along all of its axes."""
    for link, access in dict.fromkeys((link, access) for link, access, _ in windowed(way)):
        window = {i for p in access.indices if len(list(p.indices())) > 1 for i in p.indices()}
        for kernel in (link.backward.lhs, *(r.access for r in reads(link.local))):
            if not way.is_parameter(way.of(kernel.tensor)):
                continue
            shape = way.program.tensor[kernel.tensor].shape
            turned = kernel
            for axis, position in enumerate(kernel.indices):
                if position.index in window and way.size(shape[axis]) > 1:
                    turned = moved(turned, axis, Affine.of(shape[axis]) - 1 - position)
            if turned == kernel:
                continue
            told = say("The kernel {W} is turned around.", W=way.named(way.of(kernel.tensor)))
            if kernel == link.backward.lhs:
                new = replace(link.backward, lhs=turned)
            else:
                new = link.with_body(put(link.backward.body, {Read(kernel): Read(turned)}))
            yield way.slip(link.target, told, {link.backward: new})


def pool_routing(way: Way) -> Iterator[Slip]:
    """What a maximum gets, handed to all places of its window, to the first or to the last; a mean's 1/k forgotten."""
    statistics = [of.mean for of in normalisations(way)]
    for link in way.links:
        if link.forward.reduction == "max":
            guards = link.backward.guards
            routed = tuple(g for g in guards if not any(True for _ in g.affine.reads()))
            window = link.forward.over
            named = {"adjoint": way.named(link.target)}
            told = say("{adjoint} gets its share at all places of a window, not at the largest alone.", **named)
            yield way.slip(link.target, told, {link.backward: replace(link.backward, guards=routed)})
            for places, told in (
                (
                    [Affine.of(0) for _ in window],
                    say("{adjoint} gets its share at the first place of a window.", **named),
                ),
                (
                    [Affine.of(i.extent) - 1 for i in window],
                    say("{adjoint} gets its share at the last place of a window.", **named),
                ),
            ):
                there = tuple(Guard(Affine.of(i) - p, "==") for i, p in zip(window, places, strict=True))
                yield way.slip(link.target, told, {link.backward: replace(link.backward, guards=(*routed, *there))})
        elif _is_mean_of_a_window(link) and link not in statistics:
            told = say("{adjoint} gets the whole in place of its share of a mean.", adjoint=way.named(link.target))
            yield way.slip(link.target, told, {link.backward: link.with_local(1)})


def _is_mean_of_a_window(link: Link) -> bool:
    share = link.local.is_Rational and link.local.p == 1 and link.local != 1
    return bool(share) and link.forward.reduction == "sum" and isinstance(link.forward.body, sympy.Mul)
