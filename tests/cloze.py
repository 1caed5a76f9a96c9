r"""Embedded answers as Moodle reads them, sign by sign, from its documentation and from what its importer takes.

An answer ends at ``~``, ``#`` or ``}``, feedback at ``~`` or ``}``; none of these signs ends anything after a
backslash, nor ends an answer after ``&`` or ``&amp;``. Entities are then read once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

BEGIN = re.compile(r"\{(\d*):([A-Z_]+):")
KINDS = {"NUMERICAL", "MULTICHOICE_V"}
NUMERAL = r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
VALUE = re.compile(f"({NUMERAL})(?::({NUMERAL}))?")


@dataclass(frozen=True)
class Alternative:
    """One answer: how much of the points it is worth, and the HTML of what it says and of what is said about it."""

    percent: float
    answer: str
    feedback: str

    @property
    def span(self) -> tuple[float, float]:
        """The numbers that it stands for."""
        found = VALUE.fullmatch(self.answer)
        assert found, self.answer
        value, tolerance = float(found[1]), float(found[2] or 0)
        return value - tolerance, value + tolerance


@dataclass(frozen=True)
class Place:
    kind: str
    alternatives: tuple[Alternative, ...]

    def chosen(self, value: float) -> Alternative | None:
        """The first alternative that a number falls into."""
        return next((a for a in self.alternatives if a.span[0] <= value <= a.span[1]), None)


def read(text: str) -> tuple[str, tuple[Place, ...]]:
    """The text with ``{#1}``, ``{#2}``, ... in place of the answers, and the answers."""
    places: list[Place] = []
    while found := BEGIN.search(text):
        assert found[2] in KINDS, found[2]
        alternatives, stop = _alternatives(text, found.end())
        places.append(Place(found[2], tuple(alternatives)))
        text = f"{text[: found.start()]}{{#{len(places)}}}{text[stop:]}"
    return text, tuple(places)


def _alternatives(text: str, at: int) -> tuple[list[Alternative], int]:
    out = []
    while True:
        percent = re.compile(r"=|%(-?\d+(?:\.\d*)?)%|").match(text, at)
        assert percent
        stop = _end(text, percent.end(), "~#}")
        answer, feedback = text[percent.end() : stop], ""
        if text[stop] == "#":
            begin, stop = stop + 1, _end(text, stop + 1, "~}")
            feedback = text[begin:stop]
        worth = 100.0 if percent[0] == "=" else float(percent[1] or 0)
        out.append(Alternative(worth, _decoded(answer), _decoded(feedback)))
        if text[stop] == "}":
            return out, stop + 1
        at = stop + 1


def _end(text: str, at: int, signs: str) -> int:
    """The place of the first of some signs that ends what begins here."""
    for place in range(at + ("#" in signs), len(text)):
        before = text[:place]
        guarded = before.endswith("\\") or ("#" in signs and before.endswith(("&", "&amp;")))
        if text[place] in signs and not guarded:
            return place
    raise AssertionError(f"an embedded answer does not end: {text[at : at + 80]}")


def _decoded(html: str) -> str:
    return unescape(html).replace("\\}", "}").replace("\\#", "#")
