"""What is told of a mistake, for a terminal: formulas are spelled as people type them."""

from __future__ import annotations

from typing import Any

from symbp import mathtree as m
from symbp.derive import NetworkDerivation
from symbp.views.naming import LOSS
from symbp.wording import Message, english


def plainly(derivation: NetworkDerivation, message: Message) -> str:
    """The English of a message about whole tensors: ``W1``, ``dL/dz1``.

    >>> from symbp.derive import derive
    >>> from symbp.mistakes import seeds
    >>> from symbp.network import Dense, Network
    >>> d = derive(Network("one", 1, [Dense(1, "tanh")], "mse"))
    >>> plainly(d, next(iter(seeds(d))).told)
    'The derivative of yhat by z1 is missing.'
    """
    spelled = {derivation.naming.whole(t.name): t.name for t in derivation.start.tensors}
    return english(_spelled(message, spelled))


def _spelled(part: Any, names: dict[m.Symbol, str]) -> Any:
    if isinstance(part, Message):
        return Message(part.text, tuple((n, _spelled(p, names)) for n, p in part.parts), part.plural, part.count)
    if isinstance(part, m.Partial) and part.of == LOSS:
        return f"dL/d{names[part.wrt]}"
    return names[part] if isinstance(part, m.Symbol) else part
