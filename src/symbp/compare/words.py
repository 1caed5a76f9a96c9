"""Sentences about mistakes as plain text: formulas in them are spelled as they are typed."""

from __future__ import annotations

import re
from typing import Any

from symbp.mathtree.reading import piece_reading
from symbp.wording import Message

_LAYER = re.compile(r"\^\((\d+)(′?)\)")


def plain(part: Any, typed: bool = True) -> str:
    """A message with its formulas as text: ``dL/dz1`` for the derivative by z^{(1)}.

    Args:
        typed: Whether arrays are spelled as they are typed; where ``z2`` is a neuron, the array stays ``z^(2)``.
    """
    if isinstance(part, Message):
        text = part.plural if part.plural and part.count != 1 else part.text
        return text.format(**{name: plain(inner, typed) for name, inner in part.parts})
    if isinstance(part, tuple):
        return "".join(plain(inner, typed) for inner in part)
    if isinstance(part, str):
        return part
    text = piece_reading(part).replace("∂", "d")
    return _LAYER.sub(r"\1\2", text) if typed else text
