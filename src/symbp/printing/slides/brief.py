"""What of a text stands on a slide: a sentence of each paragraph; the whole is for whoever speaks."""

from __future__ import annotations

import re
from math import ceil

from symbp.mathtree.extent import width
from symbp.mathtree.layout import layout
from symbp.mathtree.nodes import Inline, Node
from symbp.printing.document import Sentence

# A full stop before a capital, or before a formula; what is abbreviated goes on in lower case.
END = re.compile(r"[.!?][)”“\"]?(?=\s+(?:[\"“„(]?[^\W\d_a-zäöüß]|$))")
LETTER = 0.435  # em of a slide's sans-serif letters, on average
LINE = 1.3  # em from one line of text to the next


def sentences(parts: Sentence) -> list[Sentence]:
    """The sentences of a text.

    >>> sentences(("One. Two goes on with ", Node(), ". Three."))
    [('One.',), ('Two goes on with ', Node(), '.'), ('Three.',)]
    """
    out: list[list[Inline]] = [[]]
    for place, part in enumerate(parts):
        pieces = _pieces(part, place == len(parts) - 1) if isinstance(part, str) else [part]
        for number, piece in enumerate(pieces):
            if number:
                out.append([])
                piece = piece.lstrip() if isinstance(piece, str) else piece
            if piece:
                out[-1].append(piece)
    return [tuple(sentence) for sentence in out if sentence]


def _pieces(text: str, last: bool) -> list[str]:
    """The text cut behind each end of a sentence; its own end is one only where no more text follows."""
    ends = [match.end() for match in END.finditer(text) if not (last and not text[match.end() :].strip())]
    return [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]


def point(parts: Sentence, leads: bool = False) -> Sentence:
    """The sentence of a paragraph that a slide shows: the first, or the last if it leads to what follows."""
    found = sentences(parts)
    if not found:
        return ()
    last = found[-1][-1]
    return found[-1] if leads and isinstance(last, str) and last.rstrip().endswith(":") else found[0]


def text_width(parts: Sentence) -> float:
    """The width of a text on one line, in em."""
    return sum(width(layout(part)) if isinstance(part, Node) else LETTER * len(_text(part)) for part in parts)


def _text(part: Inline) -> str:
    return part if isinstance(part, str) else str(getattr(part, "text", ""))


def text_height(parts: Sentence, line: float) -> float:
    """The height of a text on lines of a width, in em."""
    return LINE * max(1, ceil(text_width(parts) / line))
