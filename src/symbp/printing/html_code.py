"""Code as HTML: numbered lines, whose comments lead to the equations that they name."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape

from symbp.mathtree.numbering import anchor
from symbp.printing.document import Code

EQUATION = re.compile(r"^(\s*# )\((\d+)\)")
# The forms of an equation that a page may have: itself, its first line, and the same in other sections.
FORMS = ("", ".a", *(f".{form}{part}" for form in "IMVR" for part in ("", "a")))


def lines_of(code: Code) -> dict[str, int]:
    """The line of each equation that code names in a comment of its own, by the equation's number: the first one."""
    found: dict[str, int] = {}
    for number, line in enumerate(code.text.split("\n"), code.first):
        if named := EQUATION.match(line):
            found.setdefault(named[2], number)
    return found if code.first else {}


def html_code(code: Code, anchors: Collection[str]) -> str:
    """The lines of code, with their numbers if they have any, linked to those equations that the page shows."""
    lines = code.text.split("\n")
    if not code.first:
        return escape(code.text)
    return "\n".join(_line(line, number, anchors) for number, line in enumerate(lines, code.first))


def _line(line: str, number: int, anchors: Collection[str]) -> str:
    named = EQUATION.match(line)
    places = [anchor(named[2] + form) for form in FORMS] if named else []
    target = next((place for place in places if place in anchors), "")
    if named is None or not target:
        return f'<span class="line" id="line-{number}">{escape(line)}</span>'
    before, after = escape(named[1]), escape(line[named.end() :])
    return f'<span class="line" id="line-{number}">{before}<a href="#{target}">({named[2]})</a>{after}</span>'
