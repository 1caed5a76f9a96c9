"""How a network is used that is trained otherwise: running statistics in place of the batch's, nothing left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import mpmath
import numpy as np

from symbp import mathtree as m
from symbp.derivation import Derivation
from symbp.derive import named_program
from symbp.equation import Equation
from symbp.layers import Dropout
from symbp.network import Network
from symbp.notes.lines import index_line, is_indexable
from symbp.notes.subject import Subject, evaluated
from symbp.printing.document import Block, Formula, Paragraph, Section
from symbp.program import Program
from symbp.wording import say

START = {"variance": 1}  # of running statistics before any batch; a mean starts at 0
STATISTICS = say(
    "What the network gives for one sample must not depend on the others that happen to be with it. So in use the "
    "mean and the variance of a batch are replaced by running ones, which every batch of the training has moved a "
    "little towards its own:"
)
INSTEAD = say("With them the normalisation is a fixed line for each unit or channel:")
DROPOUT = say("In use dropout leaves nothing out: its output is its input.")


def in_use(subject: Subject) -> tuple[Section, ...]:
    """The equations that differ when the network is used."""
    network = subject.network
    program = network.prediction()
    if program is None or not isinstance(network, Network):
        return ()
    blocks: list[Block] = []
    if network.updates:
        used = _used(subject)
        updates = getattr(subject.base, "network", network).updates
        blocks += [Paragraph((STATISTICS,)), *_updates(used, updates), Paragraph((INSTEAD,)), *_instead(used, updates)]
    if any(isinstance(layer, Dropout) for layer in network.layers):
        blocks.append(Paragraph((DROPOUT,)))
    return (Section((say("When the network is used"),), tuple(blocks)),)


def _used(subject: Subject) -> Subject:
    """The network in use after one batch, the one of these notes, from the start of its running statistics."""
    base = getattr(subject.base, "network", subject.network)
    program = base.prediction()
    assert program is not None
    known = {t.name: t for t in (*named_program(subject.base).tensors, *program.tensors)}
    alone = Derivation(program, (), program, (), (program.output,), program)
    used = replace(alone, start=replace(program, tensors=tuple(known.values())))
    if not subject.checked:
        return replace(subject, base=used)
    states = [t for t in program.of_role("state") if t.name in subject.values]
    given = {t.name: subject.values[t.name] for t in (*program.of_role("input", "parameter"), *states)}
    for update in base.updates:
        given[update.target] = _moved(subject, base.program(), update, program)
    values = {**subject.values, **evaluated(alone, given, subject.sizes, subject.precision)}
    return replace(subject, base=used, values=values)


def _moved(subject: Subject, program: Program, update: Equation, used: Program) -> np.ndarray:
    """A running statistic after the batch of these notes."""
    tensor = used.tensor[update.target]
    start = mpmath.mpf(START.get(tensor.letter, 0))
    shape = tuple(subject.extent(e) for e in tensor.shape)
    (batch,) = (r for r in update.reads if r.access.tensor != update.target)
    old = next(r for r in update.reads if r.access.tensor == update.target)
    out = np.empty(shape, dtype=object)
    with mpmath.workdps(subject.precision):
        for index in np.ndindex(shape):
            kept, taken = (mpmath.mpf(c.p) / c.q for c in (update.body.coeff(old), update.body.coeff(batch)))
            out[index] = kept * start + taken * subject.values[batch.access.tensor][index]
    return out


def _updates(used: Subject, updates: tuple[Equation, ...]) -> Iterator[Block]:
    """The rule by which running statistics move; the new value on the left, the old one on the right."""
    for update in updates:
        line = index_line(used, (update,), say("new on the left, old on the right"))
        assert isinstance(line.left, m.Symbol)
        new = _new(used, line.left)
        tensor = used.base.start.tensor[update.target]
        shown = [replace(line, left=new)]
        if not used.checked:
            yield Formula(used.show(shown))
            continue
        known = dict(used.symbols)
        for index in np.ndindex(tuple(used.extent(e) for e in tensor.shape)):
            old = used.index_naming.indexed(tensor.name, tuple(i + 1 for i in index))
            known[_new(used, old)] = known[old]
            known[old] = mpmath.mpf(START.get(tensor.letter, 0))
        ranges = {i.name: range(1, used.extent(i.extent) + 1) for i in update.indices()}
        yield Formula(used.show(shown, env=m.Environment(known, indices=ranges)))


def _new(used: Subject, symbol: m.Symbol) -> m.Symbol:
    """The symbol of a running statistic after a batch."""
    new = used.text(say("new"))
    return replace(symbol, sup=f"{symbol.sup} {new}" if symbol.sup else new)


def _instead(used: Subject, updates: tuple[Equation, ...]) -> Iterator[Block]:
    """The definitions that read running statistics, or what is made of them."""
    touched = {update.target for update in updates}
    for name in dict.fromkeys(e.target for e in used.base.start.equations()):
        equations = used.base.start.defining(name)
        if not any(e.tensors_read & touched for e in equations) or not is_indexable(equations):
            continue
        if used.tensor(name).letter == "s":
            touched.add(name)
        line = index_line(used, equations)
        yield Formula(used.show([line], indices=[i for e in equations for i in e.indices()]))
