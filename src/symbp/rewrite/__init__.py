"""The named rewrites: each takes a derivation to one that computes the same, and records its steps."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias

from symbp.derivation import Derivation, Step, slice_program
from symbp.program import Program
from symbp.rewrite.cancel import cancel_quotients
from symbp.rewrite.common import name_common
from symbp.rewrite.copies import remove_copies
from symbp.rewrite.fold import fold
from symbp.rewrite.hoist import hoist
from symbp.rewrite.local import put_in_local_derivatives
from symbp.rewrite.logs import log_of_sigmoid, log_of_softmax
from symbp.rewrite.merge import merge
from symbp.rewrite.normalisation import close_normalisations, use_known_sums
from symbp.rewrite.reuse import reuse_outputs
from symbp.rewrite.shift import shift_softmax
from symbp.rewrite.softmax import backward_softmax, fuse_cross_entropy

Rewrite: TypeAlias = Callable[[Derivation], tuple[Program, tuple[Step, ...]]]


def drop_dead(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """The equations that nothing asks for, dropped: a tensor stays whole, or goes."""
    kept: set[str] = set()
    alive = slice_program(derivation.result, derivation.wanted)
    while (targets := {e.target for e in alive.equations()}) != kept:
        kept, alive = targets, slice_program(derivation.result, {*derivation.wanted, *targets})
    dead = dict.fromkeys(e.target for e in derivation.result.equations() if e.target not in kept)
    steps = tuple(Step("dead equations", name, derivation.result.defining(name), ()) for name in dead)
    return alive, steps


REWRITES: dict[str, Rewrite] = {
    "hoisting": hoist,
    "merge of contributions": merge,
    "constant folding": fold,
    "local derivatives": put_in_local_derivatives,
    "output reuse": reuse_outputs,
    "normalisation": close_normalisations,
    "known sums": use_known_sums,
    "softmax": backward_softmax,
    "softmax + cross-entropy": fuse_cross_entropy,
    "sigmoid + binary cross-entropy": cancel_quotients,
    "log-sum-exp": log_of_softmax,
    "logarithm of a sigmoid": log_of_sigmoid,
    "identity": remove_copies,
    "softmax shift": shift_softmax,
    "common subexpressions": name_common,
    "dead equations": drop_dead,
}


def rewrite(derivation: Derivation, without: Collection[str] = ()) -> Derivation:
    """The derivation after every rewrite of the table, in order, but those named in ``without``."""
    unknown = sorted(set(without) - set(REWRITES))
    if unknown:
        raise ValueError(f"no rewrite is called {unknown[0]!r}; there are: {', '.join(REWRITES)}")
    for name, apply in REWRITES.items():
        if name not in without:
            derivation = derivation.then(*apply(derivation))
    return derivation
