"""Words and formulas that must fit a width: how wide they are, and where words are broken."""

from __future__ import annotations

from collections.abc import Iterable

from symbp.printing.drawing.glyphs import plain, runs
from symbp.printing.drawing.shapes import Text, Told
from symbp.wording import Message, say


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


def joined(items: tuple[Text, ...]) -> Text:
    """The items as a sentence lists them.

    >>> plain(joined(("a", "b", "c")))
    'a, b and c'
    """
    if len(items) < 2:
        return items[0] if items else ""
    return say("{several} and {last}", several=listed(items[:-1]), last=items[-1])


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
    found = [part for item in items for part in (" ", item)][1:]
    return Message("{sentences}", (("sentences", tuple(found)),))
