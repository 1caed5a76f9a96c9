"""What the printers of documents share: templates with filters and fixed words, anchors of displays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from symbp.mathtree.nodes import Display
from symbp.mathtree.numbering import anchor
from symbp.printing.document import Document
from symbp.printing.spelled import catalogue, in_words
from symbp.templates import Kind, environment
from symbp.wording import Message, say

MANY = 6  # sections

Filters: TypeAlias = dict[str, Callable[..., Any]]

# The words of the templates: what they print as ``words.table`` is in the language of the document.
WORDS = {
    "table": say("Table"),
    "figure": say("Figure"),
    "contents": say("Contents"),
    # Translators: the name of the language's hyphenation patterns in TeX (language.dat), such as ngerman.
    "hyphenation": say("english"),
}


def filled(
    kind: Kind,
    template: str,
    filters: Filters,
    document: Document,
    words: Mapping[str, str] | None = None,
    **context: Any,
) -> str:
    """The text of a template of ``templates/notes/`` that uses these filters beside those of its kind.

    Args:
        words: What it prints beyond the document, and beyond ``WORDS``, in the language of the document.
    """
    overlay = environment(kind).overlay()
    overlay.filters = {**overlay.filters, **filters}
    words = {**in_language(WORDS, document.language), **(words or {})}
    return overlay.get_template(f"notes/{template}").render(document=document, words=words, **context)


def in_language(words: Mapping[str, Message], language: str) -> dict[str, str]:
    """Words that have names, in a language."""
    return {name: str(in_words(word, catalogue(language))) for name, word in words.items()}


def whole(display: Display) -> str:
    """The anchor of a display of several lines, each of which has one of its own."""
    return anchor(display.number) if display.number and len(display.lines) > 1 else ""


def are_many(document: Document) -> bool:
    """Whether a document has so many sections that they are listed at its beginning."""
    return sum(section.level == 1 for section in document.sections) >= MANY
