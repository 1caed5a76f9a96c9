r"""Answers embedded in the text of a question, as Moodle's questions of the type "cloze" have them.

``{1:NUMERICAL:%100%0.25:0.001~%0%0.5:0.001#Twice as much.}`` is a place for a number, ``{1:MULTICHOICE_V:...}`` one for
a choice. Moodle ends an answer at ``~``, ``#`` or ``}``, knows a backslash before these signs, and reads entities in
what it has found once; what then stands there is HTML. So these signs, and the braces of formulas, are entities of
entities, and backslashes are entities; no answer holds anything that ends it.
"""

from __future__ import annotations

import re
from typing import Any

from symbp.rounding import rounded
from symbp.sheets.hypertext import Hypertext, plain_sentence
from symbp.sheets.question import Answer, Choice, Number, Option

EXACT = 12  # digits of a value; a platform computes with floats
ROUGH = 4  # digits of a tolerance
ENDS = re.compile(r"[{}~]|(?<!&)#")  # what Moodle may take for an end; not the sign within an entity
IN_CLOZE = str.maketrans({"&": "&amp;", "\\": "&#92;"})


def embedded(answer: Answer, points: int, html: Hypertext) -> str:
    """The place for an answer that is worth some points or none."""
    if isinstance(answer, Choice):
        return f"{{{points}:MULTICHOICE_V:{'~'.join(_option(option, html) for option in answer.options)}}}"
    return f"{{{points}:NUMERICAL:{'~'.join(_values(answer))}}}"


def numeral(value: Any, digits: int = EXACT) -> str:
    """A number as a platform reads it.

    >>> numeral(0.00001234), numeral(-2)
    ('1.234e-5', '-2')
    """
    return str(rounded(value, digits))


def _values(number: Number) -> list[str]:
    """The right value, which comes first where ranges overlap, and those that come of known mistakes."""
    tolerance = numeral(number.tolerance, ROUGH)
    right = f"%100%{numeral(number.exact)}:{tolerance}"
    # Moodle shows why a value is wrong in a small window, in which no formula is set.
    wrong = (f"%0%{numeral(value)}:{tolerance}#{escaped(plain_sentence(tuple(told)))}" for value, *told in number.wrong)
    return [right, *wrong]


def _option(option: Option, html: Hypertext) -> str:
    told = f"#{escaped(plain_sentence(option.why))}" if option.why else ""
    return f"%{100 if option.right else 0}%{escaped(html.sentence(option.parts))}{told}"


def escaped(html: str) -> str:
    r"""HTML within an embedded answer.

    >>> escaped(r"\(w^{2}\) ~ 1")
    '&#92;(w^&amp;#123;2&amp;#125;&#92;) &amp;#126; 1'
    """
    return ENDS.sub(lambda found: f"&#{ord(found[0])};", html).translate(IN_CLOZE)
