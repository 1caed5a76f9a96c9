"""What a gradient is asked by: a tensor or an element, whose adjoint the derivation has, or is given here."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.chain_rule import adjoint
from symbp.derivation import Derivation, adjoint_name
from symbp.derive import NetworkDerivation
from symbp.errors import Fault
from symbp.formulas.quantity import Quantity, quantities
from symbp.rewrite import REWRITES, rewrite


@dataclass(frozen=True)
class Subject:
    """A tensor, or one element of it, that the loss is differentiated by.

    Attributes:
        derivation: One that has its adjoint.
        tensor, index: The tensor, and the position of the element from 0, or ``None`` for all of it.
        asked: How it was asked for.
    """

    derivation: NetworkDerivation
    tensor: str
    index: tuple[int, ...] | None
    asked: str

    @property
    def adjoint(self) -> str:
        return adjoint_name(self.tensor)


def subjects(derivation: NetworkDerivation, wrt: str, asked: str = "") -> tuple[Subject, ...]:
    """Every quantity that ``wrt`` may mean, each with a derivation of its gradient; ``dL/dW1`` is ``W1``.

    Raises:
        Fault: there is no such quantity, or the loss has no derivative by it.
    """
    return tuple(_subject(derivation, asked or wrt, found) for found in quantities(wrt, derivation))


def _subject(derivation: NetworkDerivation, wrt: str, found: Quantity) -> Subject:
    name, index = found
    tensors = {t.name: t for program in (derivation.chain_result, derivation.result) for t in program.tensors}
    name = tensors[name].of or name if name in tensors else name
    if adjoint_name(name) in derivation.chain_result.tensor:
        return Subject(derivation, name, index, wrt)
    return Subject(_widened(derivation, name, wrt), name, index, wrt)


def _widened(derivation: NetworkDerivation, name: str, wrt: str) -> NetworkDerivation:
    """The derivation of one more gradient, such as that of an input or of a frozen parameter."""
    tensor = derivation.start.tensor.get(name)
    span = (0, len(wrt))
    if tensor is None:
        remedy = "Ask for one that the network's own equations have."
        raise Fault(f"{name} is named by a rewrite: the loss has no derivative by it", remedy, (), wrt, span)
    if tensor.dtype == "int":
        raise Fault(f"{name} holds whole numbers: the loss has no derivative by it", "", (), wrt, span)
    if not _is_read(derivation, name):
        raise Fault(f"the loss does not depend on {name}: it has no derivative by it", "", (), wrt, span)
    used = {step.rule for step in derivation.steps}
    again: Derivation = adjoint(derivation.start, [*derivation.wrt, name], derivation.outputs[1:])
    d = rewrite(again, [rule for rule in REWRITES if rule not in used])
    return NetworkDerivation(d.start, d.steps, d.result, d.wrt, d.outputs, d.chain_result, derivation.network)


def _is_read(derivation: NetworkDerivation, name: str) -> bool:
    reached, before = {name}, 0
    while len(reached) > before:
        before = len(reached)
        reached |= {e.target for e in derivation.start.equations() if e.tensors_read & reached}
    return derivation.start.output in reached
