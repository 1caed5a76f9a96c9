"""Mistakes of backpropagation through time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from symbp.equation import Access, Read, reads
from symbp.mistakes.changing import Link, Way, factors, put
from symbp.mistakes.slip import Slip
from symbp.wording import say

GATES = ("ifgo", "rzn")  # letters of the gates of a cell


def carried(way: Way) -> list[Link]:
    """The contributions from a step to the state before it: those to a state at another step than it is written at."""
    found = []
    for link in way.links:
        if link.scan is None:
            continue
        state = way.of(link.target)
        written = [e.lhs for e in way.program.defining(state) if any(i == link.scan for i in e.lhs.index_atoms())]
        if written and all(w.indices != link.backward.lhs.indices and _moves(w, link) for w in written):
            found.append(link)
    return found


def _moves(written: Access, link: Link) -> bool:
    """Whether a state is read at another step than it is written at."""
    pairs = zip(written.indices, link.backward.lhs.indices, strict=True)
    return any(not (a - b).terms and (a - b).constant for a, b in pairs if link.scan in set(a.indices()))


def not_carried(way: Way) -> Iterator[Slip]:
    """Nothing handed from a step to the one before it: by one path, for one state, at all."""
    links = carried(way)
    for link in links:
        told = say(
            "What {state} at one step gets from the next one through {through} is not carried back.",
            state=way.named(way.of(link.target)),
            through=way.named(link.forward.target),
        )
        yield way.slip(link.target, told, {link.backward: None})
    by_state = {link.target: [k for k in links if k.target == link.target] for link in links}
    for target, some in by_state.items():
        if len(some) > 1:
            told = say("Nothing is carried back to {state} at the step before.", state=way.named(way.of(target)))
            yield way.slip(target, told, {k.backward: None for k in some})
    if len(by_state) > 1:
        told = say("No gradient is carried from a step to the one before it.")
        yield way.slip(links[0].target, told, {k.backward: None for k in links})


def wrong_step(way: Way) -> Iterator[Slip]:
    """The state that a step leaves in place of the one that it starts from, in a gradient or on the way back."""
    for link in way.links:
        for operand in reads(link.local) if link.scan is not None else ():
            written = [
                e.lhs for e in way.program.defining(operand.access.tensor) if link.scan in set(e.lhs.index_atoms())
            ]
            for lhs in written:
                other = _at_the_step_of(lhs, operand.access, link)
                if other is not None:
                    told = say(
                        "{state} is that of the next step in what {adjoint} gets.",
                        state=way.named(operand.access.tensor),
                        adjoint=way.named(link.target),
                    )
                    body = link.with_local(put(link.local, {operand: Read(other)}))
                    yield way.slip(link.target, told, {link.backward: body})


def _at_the_step_of(written: Access, read: Access, link: Link) -> Access | None:
    """The read at the step that the state is written at, if that is another one."""
    found = [
        a if link.scan in set(a.indices()) and not (a - b).terms and (a - b).constant else b
        for a, b in zip(written.indices, read.indices, strict=True)
    ]
    return Access(read.tensor, tuple(found)) if tuple(found) != read.indices else None


def gate_order(way: Way) -> Iterator[Slip]:
    """The blocks of two gates exchanged in what is made of all gates: their rows of the weights are."""
    blocks = [link for link in way.links if _is_block(way, link)]
    for one, other in combinations(blocks, 2):
        if one.target == other.target and one.scan == other.scan:
            told = say(
                "The rows of the gates {one} and {other} are exchanged.",
                one=way.named(one.forward.target),
                other=way.named(other.forward.target),
            )
            new = {
                one.backward: replace(one.backward, lhs=other.backward.lhs),
                other.backward: replace(other.backward, lhs=one.backward.lhs),
            }
            yield way.slip(one.target, told, new)


def complement(way: Way) -> Iterator[Slip]:
    """A gate for what it leaves over, ``z`` for ``1 - z``, and the other way round."""
    for link in way.links:
        if link.scan is None:
            continue
        for factor in factors(link.local):
            gate = next(
                (r for r in reads(factor) if factor in (r, 1 - r) and way.letter(r.access.tensor) in "rz"), None
            )
            if gate is not None:
                told = say(
                    "The gate {gate} and what it leaves over, 1 minus it, are mixed up in what {adjoint} gets.",
                    gate=way.named(gate.access.tensor),
                    adjoint=way.named(link.target),
                )
                yield way.slip(link.target, told, {link.backward: link.with_local(link.local / factor * (1 - factor))})


def _is_block(way: Way, link: Link) -> bool:
    """Whether a gate is computed from its block of what all gates are computed from."""
    letter = way.program.tensor[link.forward.target].letter
    return (
        link.scan is not None and any(letter in g for g in GATES) and way.letter(link.target) not in "".join(GATES[:1])
    )


def wrong_gate(way: Way) -> Iterator[Slip]:
    """Another gate of the cell in place of the one that is meant, or their rows exchanged."""
    yield from gate_order(way)
    yield from complement(way)
    for link in way.links:
        if link.scan is None:
            continue
        for operand in reads(link.local):
            tensor = way.program.tensor[operand.access.tensor]
            letters = next((g for g in GATES if tensor.letter in g), "")
            for other in way.program.tensors:
                kin = other.layer == tensor.layer and other.mark == tensor.mark and other.shape == tensor.shape
                if other.letter in letters and other.letter and other.letter != tensor.letter and kin and not other.of:
                    told = say(
                        "The gate {wrong} stands in place of {right} in what {adjoint} gets.",
                        wrong=way.named(other.name),
                        right=way.named(tensor.name),
                        adjoint=way.named(link.target),
                    )
                    new = Read(Access(other.name, operand.access.indices))
                    yield way.slip(link.target, told, {link.backward: link.with_local(put(link.local, {operand: new}))})
