"""The mistake of updating weights before everything has been differentiated by the old ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import sympy

from symbp.derivation import adjoint_name
from symbp.equation import Access, Affine, Equation, Index, Read
from symbp.mistakes.changing import Way
from symbp.mistakes.slip import Slip
from symbp.program import Program, Scan, Statement, Tensor
from symbp.wording import say

RATE = sympy.Rational(1, 10)  # of the step, where there is no example that has one


def updated_weights(way: Way) -> Iterator[Slip]:
    """The way back through weights that have already made their step: ``W - eta W_bar`` for ``W``."""
    names = [name for name in way.derivation.wrt if way.is_parameter(name) and _used_on_the_way(way, name)]
    for some in ([names] if len(names) > 1 else []) + [[name] for name in names]:
        program = _updated(way, some)
        if program is not None:
            told = (
                say("The gradient is carried back through weights that have already been updated.")
                if len(some) > 1
                else say("The gradient is carried back through {W} after its update.", W=way.named(some[0]))
            )
            readers = [e.target for e in way.program.equations() if _reads(way, e, some)]
            yield Slip(readers[0], program, told, frozenset([*readers, *(f"{name}_new" for name in some)]))


def rate(way: Way) -> sympy.Rational:
    example = way.derivation.network.example
    return sympy.Rational(str(example.learning_rate)) if example and example.learning_rate else RATE


def _reads(way: Way, equation: Equation, names: Sequence[str]) -> bool:
    """Whether an equation of the way back reads a weight for another adjoint than the weight's own."""
    adjoint = way.program.tensor[equation.target].of is not None
    own = way.of(equation.target)
    return adjoint and not way.is_parameter(own) and bool(equation.tensors_read & set(names))


def _used_on_the_way(way: Way, name: str) -> bool:
    scans = [e for s in way.program.statements if isinstance(s, Scan) for e in s.body]
    return any(_reads(way, e, [name]) for e in way.program.equations()) and not any(
        _reads(way, e, [name]) for e in scans
    )


def _updated(way: Way, names: Sequence[str]) -> Program | None:
    """The program with a step of the weights before the way back reads them; ``None`` if each waits for the other."""
    new = {name: f"{name}_new" for name in names}
    steps: list[Statement] = [_step(way, name, new[name]) for name in names]

    def change(equation: Equation) -> Equation:
        if not _reads(way, equation, names):
            return equation
        exchange = {
            r: Read(Access(new[r.access.tensor], r.access.indices)) for r in equation.reads if r.access.tensor in new
        }
        return replace(equation, body=equation.body.xreplace(exchange))

    changed = way.program.map(change)
    tensors = tuple(Tensor(new[name], way.program.tensor[name].shape) for name in names)
    ordered = _in_order([*changed.statements, *steps])
    return None if ordered is None else replace(changed, tensors=(*changed.tensors, *tensors), statements=ordered)


def _step(way: Way, name: str, new: str) -> Equation:
    axes = tuple(Index(f"i{axis}", extent) for axis, extent in enumerate(way.program.tensor[name].shape))
    places = tuple(map(Affine.of, axes))
    old, gradient = Read(Access(name, places)), Read(Access(adjoint_name(name), places))
    return Equation(Access(new, places), old - rate(way) * gradient, axes)


def _in_order(statements: list[Statement]) -> tuple[Statement, ...] | None:
    """The statements, each after all that write what it reads; in the order that they had where that is free."""
    waiting, done = [(s, _written(s), _read(s) - _written(s)) for s in statements], []
    writers = Counter(name for _, written, _ in waiting for name in written)
    while waiting:
        at = next((at for at, (_, _, read) in enumerate(waiting) if not any(writers[name] for name in read)), None)
        if at is None:
            return None
        statement, written, _ = waiting.pop(at)
        writers.subtract(written)
        done.append(statement)
    return tuple(done)


def _equations(statement: Statement) -> tuple[Equation, ...]:
    return statement.body if isinstance(statement, Scan) else (statement,)


def _written(statement: Statement) -> set[str]:
    return {e.target for e in _equations(statement)}


def _read(statement: Statement) -> set[str]:
    return {name for e in _equations(statement) for name in e.tensors_read}
