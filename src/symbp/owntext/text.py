"""An own text read as a whole: what stands before its first heading, and a section for each heading."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from symbp.errors import Fault, quoted
from symbp.names import shown
from symbp.owntext.blocks import Blocks, Heading
from symbp.owntext.inline import Cited, Reader
from symbp.owntext.markdown import parser
from symbp.owntext.source import Source
from symbp.printing.document import Section, Sentence

LONGEST = 100_000  # characters
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Read:
    """What a text holds.

    Attributes:
        sections: The first has no title: what stands before the first heading.
        cited: The equations that it refers to, in order.
    """

    sections: tuple[Section, ...]
    cited: tuple[Cited, ...]


def read_text(body: object) -> Read:
    """The sections of a text.

    Raises:
        Fault: it is no text, empty, too long, or holds something that is not read; it points at the characters.
    """
    source = _source(body, LONGEST)
    reader = Reader(source)
    sections = [Section((), (), 2)]
    for part in Blocks(reader, parser().parse(source.text)).parts():
        if isinstance(part, Heading):
            sections.append(Section(part.title, (), 2))
        else:
            last = sections[-1]
            sections[-1] = Section(last.title, (*last.blocks, part), 2)
    return Read(tuple(sections), tuple(reader.cited))


def read_title(title: object) -> Sentence:
    """The title of a text: one line, in which words may be stressed and formulas stand.

    Raises:
        Fault: as :func:`read_text`; or it has several lines.
    """
    source = _source(title, LONGEST_TITLE)
    if "\n" in source.text.strip():
        raise Fault("a title has several lines", "Write one.")
    (token,) = parser().parseInline(source.text)
    reader = Reader(source)
    sentence = reader.sentence(token)
    if reader.cited:
        raise source.fault("a title refers to an equation", "Refer to it in the text.", reader.cited[0].span)
    return sentence


def _source(text: object, longest: int) -> Source:
    if not isinstance(text, str):
        raise Fault(f"needs a string, has {shown(text)}")
    if not text.strip():
        raise Fault("there is no text", "Write some, or leave it out.")
    if len(text) > longest:
        raise Fault(f"has {len(text):,} characters; at most {longest:,} are read")
    for place, character in enumerate(text):
        if not (character.isprintable() or character in "\n\t" or unicodedata.category(character) == "Zs"):
            name = unicodedata.name(character, "a control character")
            problem = f"the character {quoted(character)}, {name}, may not stand in a text"
            remedy = "In TOML a text with backslashes stands between ''' and '''." if character in "\b\f\r" else ""
            raise Fault(problem, remedy, text=text, span=(place, place + 1))
    return Source(text)
