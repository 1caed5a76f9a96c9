"""Which equation each line of an emitted module belongs to: the one whose comment stands above it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symbp.numpy_code.loops import NOTE

_NUMBERED = re.compile(r"\((\d+)\)  (.*)")


@dataclass(frozen=True)
class Heading:
    """The comment above some statements.

    Attributes:
        numbers: Of the equations that it holds; none of what only prepares others.
        text: The equations, or what else the comment says.
        fallback: Whether the statements are plain loops, because no array form is known.
    """

    numbers: tuple[int, ...]
    text: str
    fallback: bool = False


def headings(source: str) -> dict[int, Heading]:
    """The heading of each line that stands below one, by its number from 1 on; a ``def`` ends what came before."""
    found: dict[int, Heading] = {}
    comment: list[str] = []
    current: Heading | None = None
    for number, line in enumerate(source.splitlines(), 1):
        text = line.strip()
        if text.startswith(("def ", "class ")):
            comment, current = [], None
        elif text.startswith("#"):
            comment.append(text[1:])
        elif text:
            if comment:
                current, comment = _heading(comment, current), []
            if current is not None:
                found[number] = current
    return found


def _heading(comment: list[str], before: Heading | None) -> Heading:
    """The heading that lines of a comment make; one without a number goes with the equation that it stands under."""
    numbers: list[int] = []
    texts: list[str] = []
    for line in comment:
        match = _NUMBERED.match(line.strip())
        if match:
            numbers.append(int(match[1]))
            texts.append(match[2])
        elif numbers and line.startswith("    "):
            texts[-1] += f" {line.strip()}"
        elif not numbers:
            texts.append(line.strip())
    fallback = any(NOTE.removeprefix("#").strip() == line.strip() for line in comment)
    if fallback and not numbers and before is not None:
        return Heading(before.numbers, before.text, True)
    return Heading(tuple(numbers), ";  ".join(texts), fallback)
