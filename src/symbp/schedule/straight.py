"""Programs so short that they are written out number by number, and the order in which that is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import prod

from symbp.derivation import slice_program
from symbp.equation import Access, Affine, Equation, Guard, Index, Size, index_values
from symbp.functions import step
from symbp.program import GIVEN, Program, Tensor

BATCH = Size("N")
# In arrays a definition takes about a microsecond; in floats a term of one sample takes 0.025, a round of the loop 0.1.
_TERMS_OF_A_DEFINITION = 35
_TERMS_OF_THE_LOOP = 4
# Python keeps a hundred freed floats for the next ones: a step with about so many numbers allocates next to nothing.
_MOST_NUMBERS = 116
_MOST_TERMS = 400  # of one sample: each is a line, or a part of one
_MOST_STEPS = 3  # of one body: each doubles its text


@dataclass(frozen=True)
class Parts:
    """The equations of a program by their place: before the loop over the samples, in it, and after it."""

    program: Program
    before: tuple[Equation, ...]
    sample: tuple[Equation, ...]
    after: tuple[Equation, ...]

    @property
    def few(self) -> int:
        """Up to how many samples this is the faster form."""
        definitions = {e.target for e in (*self.before, *self.sample, *self.after)}
        faster = _TERMS_OF_A_DEFINITION * len(definitions) // (_terms(self.sample) + _TERMS_OF_THE_LOOP)
        given = [t for t in self.program.of_role(*GIVEN) if BATCH in t.shape]
        written = {e.target for e in self.sample} - set(self.summed)
        numbers = 2 * sum(map(_count, self.program.of_role("parameter")))
        numbers += sum(_count(self.program.tensor[name]) for name in written)
        return min(faster, (_MOST_NUMBERS - numbers) // max(1, sum(1 + _count(t) for t in given)))

    @property
    def summed(self) -> tuple[str, ...]:
        """The tensors that the samples are added up in."""
        found = (e.target for e in self.sample if BATCH not in self.program.tensor[e.target].shape)
        return tuple(dict.fromkeys(found))


def batch_index(equation: Equation) -> Index | None:
    """The index of the samples."""
    return next((i for i in equation.indices() if i.extent == BATCH), None)


def fixed(indices: Iterable[Index]) -> tuple[Index, ...]:
    """The indices besides that of the samples."""
    return tuple(i for i in indices if i.extent != BATCH)


def label(affine: Affine) -> Access | None:
    """The element of an integer tensor in a position or a condition."""
    return next((atom for _, atom in affine.terms if isinstance(atom, Access)), None)


def parts(program: Program, outputs: Iterable[str]) -> Parts | None:
    """The parts of what ``outputs`` depend on; None if it is too much, or of another kind.

    Samples may meet only in sums that no sample reads, labels are given, and there is no loop over steps.

    >>> from symbp.equation import read
    >>> n, k = Index("n", BATCH), Index("k", 2)
    >>> tensors = (Tensor("x", (BATCH, 2), "input"), Tensor("w", (2,), "parameter"), Tensor("L", ()))
    >>> loss = Equation(Access.of("L"), read("w", k) * read("x", n, k), over=(n, k), reduction="sum")
    >>> found = parts(Program(tensors, (loss,)), ["L"])
    >>> found.summed, found.few
    (('L',), 5)
    """
    alive = slice_program(program, outputs)
    equations = tuple(s for s in alive.statements if isinstance(s, Equation))
    extents = [*(i.extent for e in equations for i in e.indices()), *(e for t in alive.tensors for e in t.shape)]
    if len(equations) < len(alive.statements) or not all(isinstance(e, int) or e == BATCH for e in extents):
        return None
    if _terms(equations) > _MOST_TERMS or not all(_is_simple(alive, e) for e in equations):
        return None
    sorter = _Sorter(alive, frozenset(e.target for e in equations if _is_sum(alive, e)))
    found = Parts(alive, *map(tuple, sorter.lists)) if all(map(sorter.takes, equations)) else None
    return found if found is not None and found.few > 0 else None


def _count(tensor: Tensor) -> int:
    """How many numbers a tensor of one sample has."""
    return prod(e for e in tensor.shape if isinstance(e, int))


def _terms(equations: Iterable[Equation]) -> int:
    """How many terms are computed when each sum is written out, of one sample."""
    return sum(prod(int(str(i.extent)) for i in fixed((*e.domain, *e.over))) for e in equations)


def _is_sum(program: Program, equation: Equation) -> bool:
    """Whether an equation adds up something of all samples."""
    return batch_index(equation) is not None and BATCH not in program.tensor[equation.target].shape


def _is_simple(program: Program, equation: Equation) -> bool:
    batch = batch_index(equation)
    if len({i for i in equation.indices() if i.extent == BATCH}) > 1 or equation.reduction == "argmax":
        return False
    if equation.reduction == "max" and (equation.accumulate or batch in equation.over or equation.guards):
        return False
    if label(equation.lhs.indices[-1] if equation.lhs.indices else Affine()) and not equation.accumulate:
        return False
    return (
        all(_is_reached(program, a, batch) for a in (equation.lhs, *equation.accesses_read()))
        and all(_is_decided(program, g) for g in equation.guards)
        and batch not in [o.index for o in index_values(equation.body)]
        and len(equation.body.atoms(step)) <= _MOST_STEPS
    )


def _is_reached(program: Program, access: Access, batch: Index | None) -> bool:
    """Whether an element has a name: its place is known, or one of few that a label picks."""
    tensor = program.tensor[access.tensor]
    if tensor.dtype == "int" and (tensor.role not in GIVEN or access.tensor in program.truths):
        return False
    for k, (position, extent) in enumerate(zip(access.indices, tensor.shape, strict=True)):
        if extent == BATCH and (k or position.index is None or position.index != batch):
            return False
        if extent != BATCH and not _is_place(position):
            return False
    return True


def _is_place(position: Affine) -> bool:
    if label(position) is not None:
        return position == Affine.of(label(position) or 0)
    return all(isinstance(a, Index) and a.extent != BATCH for _, a in position.terms)


def _is_decided(program: Program, guard: Guard) -> bool:
    """Whether a condition holds or not is known, or it compares a label with a number."""
    labels = [(c, a) for c, a in guard.affine.terms if isinstance(a, Access)]
    rest = [a for _, a in guard.affine.terms if not isinstance(a, Access)]
    if not all(isinstance(a, Index) and a.extent != BATCH for a in rest):
        return False
    return not labels or (len(labels) == 1 and abs(labels[0][0]) == 1 and guard.relation != ">=")


@dataclass
class _Sorter:
    """Sorts the equations: what is read must stand before."""

    program: Program
    summed: frozenset[str]
    lists: tuple[list[Equation], list[Equation], list[Equation]] = field(default_factory=lambda: ([], [], []))
    place: dict[str, int] = field(default_factory=dict)

    def takes(self, equation: Equation) -> bool:
        """Puts an equation in its place; False if it has none, as what reads a sum over the samples for each sample."""
        last = max((self.place.get(name, 0) for name in equation.tensors_read), default=0)
        alone = 2 if last or equation.target in self.summed else 0
        place = alone if batch_index(equation) is None else 1
        if last > place:
            return False
        self.lists[place].append(equation)
        known = 2 if equation.target in self.summed else place
        self.place[equation.target] = max(known, self.place.get(equation.target, 0))
        return True
