"""Mistakes with what is multiplied: transposed, of another layer, of another time, of another use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from symbp.equation import Access, Affine, Equation, Index, Read, Size, reads
from symbp.mistakes.changing import Link, Way, factors, is_pointwise, moved, put, swapped
from symbp.mistakes.slip import Slip
from symbp.program import GIVEN
from symbp.wording import say

OUTPUTS = ("a", "h", "x")  # letters of what layers give to each other


def transposed(way: Way) -> Iterator[Slip]:
    """A factor read with two of its indices exchanged: ``W`` for ``W^T``; a gradient written so."""
    for link in way.links:
        for operand in factors(link.local):
            if not isinstance(operand, Read) or link in way.penalties or link in way.at_the_loss:
                continue
            for one, other in square_axes(way, operand.access):
                told = say(
                    "{factor} is transposed in what {adjoint} gets.",
                    factor=way.named(operand.access.tensor),
                    adjoint=way.named(link.target),
                )
                turned = Read(swapped(operand.access, one, other))
                yield way.slip(
                    link.target, told, {link.backward: link.with_body(put(link.backward.body, {operand: turned}))}
                )
    for adjoint, links in way.to.items():
        if way.is_parameter(way.of(adjoint)):
            for one, other in square_axes(way, links[0].backward.lhs):
                told = say("{adjoint} is transposed.", adjoint=way.named(adjoint))
                yield way.slip(adjoint, told, {k.backward: _turned(k, one, other) for k in links})


def _turned(link: Link, one: int, other: int) -> Equation:
    return replace(link.backward, lhs=swapped(link.backward.lhs, one, other))


def square_axes(way: Way, access: Access) -> Iterator[tuple[int, int]]:
    """Pairs of axes of the same extent, each with an index of its own."""
    shape = way.program.tensor[access.tensor].shape
    for one, other in combinations(range(len(shape)), 2):
        both = access.indices[one].index, access.indices[other].index
        fits = all(isinstance(i, Index) for i in both) and way.size(shape[one]) == way.size(shape[other]) > 1
        if fits and shape[one] == shape[other] and not (isinstance(shape[one], Size) and one == 0):
            yield one, other


def before_activation(way: Way) -> Iterator[Slip]:
    """The pre-activation in place of the activation, in the gradient of a weight."""
    before = {}
    for link in way.links:
        if is_pointwise(link.forward) and len(link.forward.reads) == 1:
            before[link.forward.target] = (link.forward.lhs, link.forward.reads[0].access)
    for link in way.at_parameters:
        for operand in reads(link.local):
            found = before.get(operand.access.tensor)
            if found is None or found[0].plain_indices is None or found[1].plain_indices is None:
                continue
            if way.program.tensor[found[1].tensor].shape != way.program.tensor[operand.access.tensor].shape:
                continue  # it is a part of what several tensors make side by side
            mapping = dict(zip(found[0].plain_indices, operand.access.indices, strict=True))
            other = Read(found[1].substitute(mapping))
            told = say(
                "{z} stands in place of {a}, what the activation makes of it.",
                z=way.named(other.access.tensor),
                a=way.named(operand.access.tensor),
            )
            yield way.slip(link.target, told, {link.backward: link.with_local(put(link.local, {operand: other}))})


def own_output(way: Way) -> Iterator[Slip]:
    """The output of the layer in place of its input, in the gradient of a weight between layers of one width."""
    outputs = {r.access.tensor: k.forward for k in way.links if is_pointwise(k.forward) for r in k.forward.reads}
    for link in way.at_parameters:
        out = outputs.get(link.forward.target)
        for operand in reads(link.local):
            tensor = way.program.tensor[operand.access.tensor]
            if out is None or tensor.role == "parameter" or way.program.tensor[out.target].shape != tensor.shape:
                continue
            other = Read(Access(out.target, operand.access.indices))
            told = say(
                "{own}, the output of the layer, stands in place of its input {a}.",
                own=way.named(out.target),
                a=way.named(tensor.name),
            )
            if out.target != tensor.name:
                yield way.slip(link.target, told, {link.backward: link.with_local(put(link.local, {operand: other}))})


def other_layer(way: Way) -> Iterator[Slip]:
    """The activation, or the weights, of the layer before or after the one that is meant, of one shape."""
    for link in way.links:
        if link in way.at_the_loss or link in way.penalties or link.scan is not None:
            continue
        for operand in factors(link.local):
            for name in _neighbours(way, operand.access.tensor) if isinstance(operand, Read) else ():
                told = say(
                    "{other} stands in place of {right} in what {adjoint} gets.",
                    other=way.named(name),
                    right=way.named(operand.access.tensor),
                    adjoint=way.named(link.target),
                )
                local = put(link.local, {operand: Read(Access(name, operand.access.indices))})
                yield way.slip(link.target, told, {link.backward: link.with_local(local)})


def _neighbours(way: Way, name: str) -> list[str]:
    """The tensors of the same kind and shape that come next to one, on either side."""
    own = way.program.tensor[name]
    kind = ("parameter",) if own.role == "parameter" else ("input", "intermediate")
    row = [t for t in way.program.of_role(*kind) if t.shape == own.shape and t.dtype == own.dtype]
    row = [t for t in row if t.role != "intermediate" or t.letter in OUTPUTS]
    at = row.index(own) if own in row else None
    return [] if at is None else [t.name for t in (*row[max(at - 1, 0) : at], *row[at + 1 : at + 2])]


def stale(way: Way) -> Iterator[Slip]:
    """What was computed for the last sample, or at the last step, used for all: a variable that a loop left behind."""
    for link in way.at_parameters:
        for operand in reads(link.local):
            if way.program.tensor[operand.access.tensor].role == "parameter":
                continue
            for axis, position in enumerate(operand.access.indices):
                index = position.index
                if index is None or not isinstance(index.extent, Size):
                    continue
                end = way.program.tensor[operand.access.tensor].shape[axis]
                kept = Read(moved(operand.access, axis, Affine.of(end) - 1))
                told = say(
                    "{a} is that of the last sample or step throughout, as a loop leaves it behind.",
                    a=way.named(operand.access.tensor),
                )
                local = put(link.local, {operand: kept})
                yield way.slip(link.target, told, {link.backward: link.with_local(local)})


def other_operand(way: Way) -> Iterator[Slip]:
    """Of two factors of a product the wrong one: what ``a * b`` gives to ``a`` is ``b``, and not ``a``."""
    for link in way.links:
        if link in way.at_the_loss or not is_pointwise(link.forward):
            continue
        own = next((r for r in link.forward.reads if r.access == link.backward.lhs or _same(way, link, r)), None)
        for operand in reads(link.local):
            if own is not None and operand != own and link.local.is_Symbol and own.access.tensor not in GIVEN:
                told = say(
                    "{own} itself stands in place of {other}, with which it is multiplied.",
                    own=way.named(own.access.tensor),
                    other=way.named(operand.access.tensor),
                )
                yield way.slip(link.target, told, {link.backward: link.with_local(own)})


def _same(way: Way, link: Link, operand: Read) -> bool:
    """Whether the contribution is to the adjoint of this read."""
    return operand.access.tensor == way.of(link.target) and operand.access.indices == link.backward.lhs.indices
