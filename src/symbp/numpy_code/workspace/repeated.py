"""What one equation has computed and the next one computes again: ``yhat - y`` of a loss and of its gradient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbp.numpy_code.workspace.ops import Op, Value


def without_repeats(ops: Sequence[Op]) -> Iterator[Op]:
    """The operations without those whose result is at hand.

    It is if an operation element by element with the same arguments has given it since the last product of matrices
    or loop: what is further away is computed again sooner than kept.
    """
    fixed = _written_once(ops)
    instead: dict[Value, Value] = {}
    known: dict[tuple[str, tuple[Value, ...]], Value] = {}
    for op in ops:
        args = tuple(instead.get(v, v) for v in op.args)
        op = replace(op, args=args) if args != op.args else op
        key = (op.template, args)
        if op.out is not None and op.out in fixed and op.elementwise and key in known:
            instead[op.out] = known[key]
            continue
        if not (op.elementwise or op.rows or op.partial or op.template.startswith("#")) or op.depth:
            known.clear()
        written = {op.out, *op.scratch}
        known = {k: v for k, v in known.items() if not written.intersection((v, *k[1]))}
        if op.out is not None and op.out in fixed and op.elementwise:
            known[key] = op.out
        yield op


def _written_once(ops: Sequence[Op]) -> set[Value]:
    """Intermediate results that one operation writes, and that are seen in their own shape alone."""
    writes: dict[Value, int] = {}
    seen: set[Value] = set()
    for op in ops:
        for value in (*op.scratch, *(() if op.out is None else (op.out,))):
            writes[value] = writes.get(value, 0) + 1
        seen |= {value.shown.value for value in op.touched if value.shown is not None}
    return {v for v, count in writes.items() if count == 1 and v.place == "planned" and not v.name and v not in seen}
