"""Lines of a derivation as they are shown on a terminal."""

from __future__ import annotations

import re

from symbp.compare.subject import Subject
from symbp.compare.verdict import Place

_BAR = re.compile(r"\b([A-Za-z]\w*?)_bar\b")


def place(subject: Subject, tensor: str) -> Place:
    """The line of the derivation that defines a tensor, with its number."""
    d = subject.derivation
    program = d.result if d.result.defining(tensor) else d.chain_result
    lines = [_BAR.sub(r"dL/d\1", str(e)) for e in program.defining(tensor)]
    return Place(d.numbers.get(tensor), tensor, "; ".join(lines))
