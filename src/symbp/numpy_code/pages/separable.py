"""Whether a batch may be cut into parts: the loss is a mean over the samples, and no sample knows of another one."""

from __future__ import annotations

import sympy

from symbp.derivation import slice_program
from symbp.equation import Access, Affine, Equation, Index, IndexValue, Length, Size
from symbp.numpy_code.blueprint import Blueprint
from symbp.program import Program

_BATCH = Size("N")


def separable(plan: Blueprint) -> bool:
    """Whether the loss, and with it every gradient, is the mean of those of parts of a batch, by their sizes.

    So it is if each number that belongs to a sample is computed from numbers of the same sample, and the loss is a
    sum over samples divided by N, and of what does not depend on samples.
    """
    if plan.updates or "N" not in plan.sizes or not all(_by_samples(t.shape) for t in plan.program.tensors):
        return False
    if any(not t.shape or t.shape[0] != _BATCH for t in (*plan.inputs, *plan.targets)):
        return False
    program = plan.program
    forward = slice_program(program, (program.output,))
    return all(_is_separate(program, equation) for equation in forward.equations())


def _by_samples(shape: tuple[object, ...]) -> bool:
    """Whether the batch is the first axis, or none."""
    return _BATCH not in shape[1:]


def _is_separate(program: Program, equation: Equation) -> bool:
    samples = [i for i in (*equation.domain, *equation.over) if i.extent == _BATCH]
    accesses = [*equation.accesses_read(), *(a for g in equation.guards for a in g.affine.reads())]
    if len(samples) > 1 or any(_directly(g.affine, i) for g in equation.guards for i in samples):
        return False
    if not samples:
        return not _names_batch(equation.body) and not any(_per_sample(program, a) for a in accesses)
    sample = samples[0]
    if equation.body.has(IndexValue) and any(v.index == sample for v in equation.body.atoms(IndexValue)):
        return False
    if not all(_of_sample(program, a, sample) for a in accesses):
        return False
    if sample in equation.domain and equation.lhs.tensor != program.output:
        return _of_sample(program, equation.lhs, sample) and not _names_batch(equation.body)
    return equation.lhs.tensor == program.output and equation.reduction in ("", "sum") and _is_mean(equation.body)


def _per_sample(program: Program, access: Access) -> bool:
    return _BATCH in program.tensor[access.tensor].shape


def _of_sample(program: Program, access: Access, sample: Index) -> bool:
    """Whether an access stays within a sample, or within what belongs to none."""
    if not _per_sample(program, access):
        return True
    first, *rest = access.indices
    return first.index == sample and not any(_directly(p, sample) for p in rest)


def _directly(position: Affine, sample: Index) -> bool:
    """Whether a position moves with the sample itself, and not with a label of it."""
    return any(atom == sample for _, atom in position.terms)


def _names_batch(body: sympy.Expr) -> bool:
    return any(symbol.name == _BATCH.name for symbol in body.atoms(Length))


def _is_mean(body: sympy.Expr) -> bool:
    """Whether every term of a sum over samples is divided by their number."""
    terms = sympy.Add.make_args(body)
    return all(not _names_batch(term * Length(_BATCH.name)) for term in terms)
