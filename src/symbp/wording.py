"""Fixed text of the notes: whole sentences with places for what stands in them, so that they can be translated.

A sentence is kept as its English text and its parts until a document is printed; ``printing/spelled.py`` then puts
it into the language of the document. What is no :class:`Message` is text of the user, code or a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

Part = TypeVar("Part")


@dataclass(frozen=True)
class Message:
    """A sentence, or a few words, with named places in braces: ``"unit {i} of layer {l}"``.

    Attributes:
        text: The English text, which is the key of a catalogue; for one thing, where ``plural`` says it for several.
        parts: What stands at each place: words, a formula, or several of them, as (name, part).
        plural: The English text for another count than one.
        count: How many things the sentence is about.
    """

    text: str
    parts: tuple[tuple[str, Any], ...] = ()
    plural: str = ""
    count: int = 1


def say(text: str, **parts: Any) -> Message:
    """A sentence of fixed text.

    >>> say("Layer {number}.", number=2)
    Message(text='Layer {number}.', parts=(('number', '2'),), plural='', count=1)
    """
    return Message(text, tuple((name, _part(part)) for name, part in parts.items()))


def say_many(count: int, one: str, several: str, **parts: Any) -> Message:
    """A sentence about a number of things, in which the place ``{count}`` is that number.

    >>> say_many(2, "one layer", "{count} layers").parts
    (('count', '2'),)
    """
    return Message(
        one, tuple((name, _part(part)) for name, part in {"count": grouped(count), **parts}.items()), several, count
    )


def listed(items: Iterable[Part]) -> Part | Message:
    """Several things as a sentence lists them.

    >>> english(listed(["a", "b", "c"]))
    'a, b and c'
    """
    *others, last = items
    return say("{some} and {last}", some=in_commas(others), last=last) if others else last


def in_commas(items: Iterable[Part]) -> Part | Message:
    """Several things one after the other.

    >>> english(in_commas(["a", "b", "c"]))
    'a, b, c'
    """
    first, *others = items
    some: Part | Message = first
    for further in others:
        some = say("{some}, {further}", some=some, further=further)
    return some


def sentences(*parts: Any) -> tuple[Any, ...]:
    """Whole sentences one after the other, those that are there."""
    return tuple(piece for part in parts if part for piece in (" ", part))[1:]


def as_one(parts: tuple[Any, ...]) -> Message:
    """Several words and sentences, where one is wanted."""
    return Message("{parts}", (("parts", parts),))


def grouped(number: int) -> str | Message:
    """A whole number, its digits in groups of three.

    >>> english(grouped(1234567))
    '1,234,567'
    """
    thousands, rest = divmod(number, 1000)
    return say("{thousands},{rest}", thousands=grouped(thousands), rest=f"{rest:03}") if thousands else str(rest)


def english(words: str | Message) -> str:
    """The text itself, and of a message its English, for what is printed by itself and not in a document.

    >>> english(say("unit {i}", i=3))
    'unit 3'
    """
    if isinstance(words, str):
        return words
    text = words.plural if words.plural and words.count != 1 else words.text
    return text.format(**{name: _english(part) for name, part in words.parts})


def _english(part: Any) -> str:
    return "".join(map(english, part)) if isinstance(part, tuple) else english(part)


def _part(part: Any) -> Any:
    return str(part) if isinstance(part, int) else part
