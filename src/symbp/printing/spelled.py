"""The fixed text of a document, put into a language: every :class:`Message` becomes words and formulas."""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar

from symbp.mathtree.nodes import Emphasis, Gap, Index, Inline, Mono, Node, Number, Partial, Reference, Symbol
from symbp.mathtree.reading import reading
from symbp.printing.document import Document
from symbp.wording import Message

LOCALE = Path(__file__).parents[1] / "locale"
DOMAIN = "symbp"
ENGLISH = "en"

WORDLESS = (str, int, float, Number, Index, Symbol, Partial, Reference)  # what no fixed text can stand in

Any_ = TypeVar("Any_")


def languages() -> tuple[str, ...]:
    """The languages that there is a catalogue for, English first."""
    found = (path.parents[1].name for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (ENGLISH, *sorted(set(found) - {ENGLISH}))


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; what it lacks is printed in English."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, [language])


def spelled(document: Document, language: str = ENGLISH) -> Document:
    """The document with all of its fixed text in a language."""
    return replace(in_words(document, catalogue(language)), language=language)


def in_words(content: Any_, words: gettext.NullTranslations) -> Any_:
    """Whatever a document is made of, with its messages spelled out."""
    return _spelled(content, words)  # type: ignore[no-any-return]


def _spelled(content: Any, words: gettext.NullTranslations) -> Any:
    if isinstance(content, WORDLESS):
        return content
    if isinstance(content, Message):  # where one text is wanted and not a sentence
        return "".join(map(_text, sentence(content, words)))
    if isinstance(content, tuple):
        return _items(content, words)
    if is_dataclass(content) and not isinstance(content, type):
        changed = {}
        for name in _names(type(content)):
            old = getattr(content, name)
            new = _spelled(old, words)
            if new is not old:
                changed[name] = new
        return replace(content, **changed) if changed else content
    return content


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _items(items: tuple[Any, ...], words: gettext.NullTranslations) -> tuple[Any, ...]:
    """The items of a tuple; with messages among them it is a sentence, and its words are joined."""
    if any(isinstance(item, Message) for item in items):
        return tuple(_joined(_flat(items, words)))
    out = [_spelled(item, words) for item in items]
    return items if all(a is b for a, b in zip(out, items, strict=True)) else tuple(out)


def sentence(message: Message, words: gettext.NullTranslations) -> tuple[Inline, ...]:
    """A message as words and formulas, in the order that the language wants.

    >>> from symbp.wording import say
    >>> sentence(say("Layer {number} of {name}", number=2, name=Mono("p")), gettext.NullTranslations())
    ('Layer 2 of ', Mono(text='p'))
    """
    parts = dict(message.parts)
    found: list[Inline] = []
    for before, name, _, _ in Formatter().parse(_translated(message, words)):
        found.append(before)
        if name is not None:
            found += _flat(parts[name], words)
    return tuple(_joined(found))


def _translated(message: Message, words: gettext.NullTranslations) -> str:
    if message.plural:
        return words.ngettext(message.text, message.plural, message.count)
    return words.gettext(message.text) if message.text else ""


def _flat(part: Any, words: gettext.NullTranslations) -> tuple[Inline, ...]:
    """A part of a sentence as words and formulas."""
    if isinstance(part, Message):
        return sentence(part, words)
    if isinstance(part, tuple):
        return tuple(piece for inner in part for piece in _flat(inner, words))
    return (_spelled(part, words),)


def _joined(parts: Iterable[Inline]) -> Iterator[Inline]:
    """The parts, with texts that stand side by side as one."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
        yield part
        text = ""
    if text:
        yield text


def _text(part: Inline) -> str:
    if isinstance(part, Node):
        return reading(part)
    return str(part.text) if isinstance(part, Mono | Emphasis | Gap) else str(part)
