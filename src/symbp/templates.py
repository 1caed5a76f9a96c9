"""The Jinja environments of symbp's templates, in a checkout and in an installed wheel.

Templates hold layout only. They lie in ``templates/`` at the top of a checkout and are shipped inside the
wheel as ``symbp/templates``; names are relative to that folder: ``numpy/module.py.j2``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

import jinja2
from jinja2.bccache import Bucket

Kind: TypeAlias = Literal["python", "tex", "html", "typst"]

_OPTIONS: dict[Kind, dict[str, Any]] = {
    "python": {},
    "tex": {
        "variable_start_string": "<<",
        "variable_end_string": ">>",
        "block_start_string": "<%",
        "block_end_string": "%>",
        "comment_start_string": "<#",
        "comment_end_string": "#>",
    },
    "html": {"autoescape": True},
    "typst": {},
}


def folder() -> Path:
    """The folder of the templates: the checkout's, if this is one, else the wheel's."""
    here = Path(__file__).resolve().parent
    checkout = here.parent.parent / "templates"
    return checkout if (checkout / "numpy").is_dir() else here / "templates"


class InMemory(jinja2.BytecodeCache):
    """Compiled templates: the overlays of an environment, which have filters of their own, share them."""

    def __init__(self) -> None:
        self.compiled: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.compiled:
            bucket.code = self.compiled[bucket.key]

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.code


@cache
def environment(kind: Kind) -> jinja2.Environment:
    """The environment of one kind of text; an undefined name in a template is an error.

    Only ``html`` escapes by itself. LaTeX templates use ``<< >>``, ``<% %>`` and ``<# #>``, which LaTeX does not.

    >>> environment("tex").from_string("\\\\frac{<< a >>}{2}").render(a=1)
    '\\\\frac{1}{2}'
    """
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=InMemory(),
        **_OPTIONS[kind],
    )
