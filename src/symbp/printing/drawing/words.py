"""Words and formulas that must fit a width: how wide they are, and where words are broken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symbp import wording
from symbp.mathtree.nodes import Number
from symbp.printing.drawing.glyphs import plain, runs
from symbp.printing.drawing.shapes import Text, Told
from symbp.wording import Message, as_one


def text_width(content: Text, size: float) -> float:
    """The width of a label in points, good to a few percent."""
    return runs(content, size)[1]


def broken(text: Text, width: float, size: float) -> tuple[str, ...]:
    """The text in lines no wider than ``width``, broken at spaces; a longer word is cut and ends in dots.

    >>> broken("conv2d 8, 3x3, stride 2", 60.0, 10.0)
    ('conv2d 8,', '3x3, stride', '2')
    """
    lines: list[str] = []
    for word in (_cut(word, width, size) for word in plain(text).split()):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def _cut(word: str, width: float, size: float) -> str:
    if text_width(word, size) <= width:
        return word
    most = max(1, int(len(word) * width / text_width(word, size)) - 1)
    return word[:most] + "…"


def narrowed(content: Text, room: float, size: float) -> Text:
    """A number with as many of its digits as there is room for, at least one; anything else as it is.

    >>> narrowed(Number(1 / 3), 16.0, 8.0).rounded
    Rounded(mantissa='0.33', exponent=None)
    """
    if not isinstance(content, Number):
        return content
    narrower = (replace(content, digits=digits) for digits in range(content.digits, 1, -1))
    return next((n for n in narrower if text_width(n, size) <= room), replace(content, digits=1))


def joined(items: tuple[Text, ...]) -> Text:
    """The items as a sentence lists them.

    >>> plain(joined(("a", "b", "c")))
    'a, b and c'
    """
    return wording.listed(items) if items else ""


def listed(items: Iterable[Text]) -> Told:
    """The items with commas between them, as a part of a sentence.

    >>> listed(["a", "b"])
    ('a', ', ', 'b')
    """
    out: list[Text] = []
    for item in items:
        out += [", ", item] if out else [item]
    return tuple(out)


def sentences(items: Iterable[Text]) -> Message:
    """Whole sentences one after the other, as one text.

    >>> plain(sentences(["One.", "Two."]))
    'One. Two.'
    """
    return as_one(wording.sentences(*items))
