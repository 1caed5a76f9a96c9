"""Words and formulas that must fit a width: how wide they are, and where words are broken."""

from __future__ import annotations

from symbp.mathtree.nodes import Node
from symbp.printing.drawing.glyphs import runs


def text_width(content: Node | str, size: float) -> float:
    """The width of a label in points, good to a few percent."""
    return runs(content, size)[1]


def broken(text: str, width: float, size: float) -> tuple[str, ...]:
    """The text in lines no wider than ``width``, broken at spaces; a longer word is cut and ends in dots.

    >>> broken("conv2d 8, 3x3, stride 2", 60.0, 10.0)
    ('conv2d 8,', '3x3, stride', '2')
    """
    lines: list[str] = []
    for word in (_cut(word, width, size) for word in text.split()):
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


def joined(items: tuple[str, ...]) -> str:
    """The items as a sentence lists them.

    >>> joined(("a", "b", "c"))
    'a, b and c'
    """
    return " and ".join((", ".join(items[:-1]), items[-1])) if len(items) > 1 else "".join(items)
