"""References that lead somewhere: to an equation's own display, or to the form of it that the page has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from symbp import mathtree as m
from symbp.mathtree import Inline
from symbp.printing.document import Document

FORMS = ("I", "M", "V")  # index, matrix and vector form
NAMES = (str, int, float, range)  # what has no reference in it


def resolved(document: Document) -> Document:
    """The document with each reference to an equation that is shown only in another form led there.

    Where no form of it is shown, as when its section was left out, the number stands alone.
    """
    known = numbers_of(document)
    return replace(document, sections=_resolved(document.sections, known))


def numbers_of(document: Document) -> set[str]:
    """The numbers of all equations that a document shows, and of their lines."""
    return {n for d in document.displays() for n in (d.number, *d.numbers) if n}


def forms(number: str) -> tuple[str, ...]:
    """The number of an equation, and those of its other forms."""
    return (number, *(f"{number}.{form}" for form in FORMS))


def _resolved(content: Any, known: Collection[str]) -> Any:
    """Whatever a document is made of, with its references led somewhere; what has none is the very same."""
    if isinstance(content, NAMES):
        return content
    if isinstance(content, tuple):
        items = tuple(_in_sentence(item, known) for item in content)
        return content if all(a is b for a, b in zip(items, content, strict=True)) else items
    if isinstance(content, m.Reference):
        found = _reference(content, known)
        return m.Text(found) if isinstance(found, str) else found
    if is_dataclass(content) and not isinstance(content, type):
        olds = {name: getattr(content, name) for name in _names(type(content))}
        changed = {name: new for name, old in olds.items() if (new := _resolved(old, known)) is not old}
        return replace(content, **changed) if changed else content
    return content


def _in_sentence(item: Any, known: Collection[str]) -> Any:
    return _reference(item, known) if isinstance(item, m.Reference) else _resolved(item, known)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.init)


def _reference(reference: m.Reference, known: Collection[str]) -> Inline:
    """The reference itself, one to another form of its equation, or its bare number."""
    shown = next((number for number in forms(reference.number) if number in known), None)
    if shown == reference.number:
        return reference
    return f"({reference.number})" if shown is None else replace(reference, number=shown)
