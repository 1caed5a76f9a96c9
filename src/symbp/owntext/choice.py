"""What a spec says of its notes: their language, which sections, in which order, and a lecturer's own text between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symbp.errors import Fault, Path, Span, SpecError, excerpt, inside, key_path, quoted
from symbp.names import known_keys, one_of, shown
from symbp.owntext.inline import Cited
from symbp.owntext.text import read_text, read_title
from symbp.printing.document import Section
from symbp.printing.spelled import ENGLISH, languages

# The sections that notes may have, in the order in which they have them where nobody says otherwise.
SECTIONS = (
    "introduction", "notation", "network", "forward", "local", "backward", "layers", "gradients", "module", "updates",
    "trouble", "exercises",
)  # fmt: skip
KEYS = ("language", "sections", "text")
TEXT_KEYS = ("title", "body", "after")
MOST_TEXTS = 50
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Written:
    """A text as it was written: in the spec, or in a file beside it, whose name messages tell."""

    body: Any  # a string, once it has been read
    file: str = ""


@dataclass(frozen=True)
class OwnText:
    """A lecturer's own text: a section, with headings in it. Its mathematics has no value and is not checked.

    Attributes:
        after: The section that it follows, where no order of sections is given; empty for the last one.
        cited: The equations that it refers to.
    """

    name: str
    written: Written
    sections: tuple[Section, ...]
    after: str = ""
    cited: tuple[Cited, ...] = ()

    def fault(self, problem: str, remedy: str, span: Span) -> SpecError:
        """A fault in the body, to be told with its place."""
        return _told(Fault(problem, remedy, self.place, self.written.body, span), self.written)

    @property
    def place(self) -> Path:
        return ("notes", "text", self.name, "body")


@dataclass(frozen=True)
class NotesChoice:
    """The language of notes, the names of their sections in order, and the own texts among these.

    Attributes:
        chosen: The names as a spec gives them; ``None`` where it gives none.
    """

    language: str = ENGLISH
    chosen: tuple[str, ...] | None = None
    texts: tuple[OwnText, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """The names of all sections and own texts in their order.

        >>> NotesChoice(chosen=("forward", "backward")).order
        ('forward', 'backward')
        """
        if self.chosen is not None:
            return self.chosen
        names = []
        for key in SECTIONS:
            names += [key, *(text.name for text in self.texts if (text.after or SECTIONS[-1]) == key)]
        return tuple(names)

    @property
    def own(self) -> Mapping[str, OwnText]:
        return {text.name: text for text in self.texts}


def notes_of(given: object) -> NotesChoice:
    """What a table says of the notes.

    Raises:
        Fault: a key is unknown, or a value is at fault; in an own text it points at the characters.
        SpecError: so too, in a text that stands in a file of its own.
    """
    if isinstance(given, NotesChoice):
        return given
    if not isinstance(given, Mapping):
        raise Fault(f"needs a table, has {shown(given)}")
    known_keys(given, KEYS)
    with inside("language"):
        language = one_of(given.get("language", ENGLISH), languages(), "language")
    with inside("text"):
        texts = tuple(_texts(given.get("text", {}), "sections" in given))
    chosen = None
    if "sections" in given:
        with inside("sections"):
            chosen = _chosen(given["sections"], [text.name for text in texts])
        for text in texts:
            if text.name not in chosen:
                remedy = f"Write {quoted(text.name)} where it is to stand in sections, or leave the text out."
                raise Fault("this text does not stand among the sections", remedy, ("text", text.name), at_key=True)
    return NotesChoice(language, chosen, texts)


def _chosen(given: object, own: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not given:
        raise Fault(f'needs a list of sections, such as ["forward", "local"], has {shown(given)}')
    names: list[str] = []
    for position, value in enumerate(given):
        with inside(position):
            name = one_of(value, [*SECTIONS, *own], "section")
            if name in names:
                raise Fault(f"{quoted(name)} stands twice among the sections", "Leave one of the two out.")
            names.append(name)
    return tuple(names)


def _texts(given: object, ordered: bool) -> Iterator[OwnText]:
    if not isinstance(given, Mapping):
        raise Fault(f"needs a table, has {shown(given)}", "Such as [notes.text.why] with title and body.")
    if len(given) > MOST_TEXTS:
        raise Fault(f"has {len(given)} texts; at most {MOST_TEXTS} are read")
    for name, table in given.items():
        with inside(name):
            yield _text(name, table, ordered)


def _text(name: str, table: object, ordered: bool) -> OwnText:
    if name in SECTIONS:
        raise Fault(f"{quoted(name)} is a section of symbp", "Choose another name.", at_key=True)
    if not _NAME.fullmatch(name):
        rule = "A name is a letter A-Z or a-z, then at most 39 letters, digits, underscores or dashes."
        raise Fault(f"{quoted(name)} is not the name of a text", rule, at_key=True)
    if not isinstance(table, Mapping):
        raise Fault(f"needs a table, has {shown(table)}", "Such as [notes.text.why] with title and body.")
    known_keys(table, (*TEXT_KEYS, "file"))
    for key in ("title", "body"):
        if key not in table:
            raise Fault(f"{quoted(key)} is missing", "Required: title, and body or file")
    after = _after(table, ordered)
    with inside("title"):
        title = read_title(table["title"])
    written = table["body"] if isinstance(table["body"], Written) else Written(table["body"])
    try:
        with inside("body"):
            found = read_text(written.body)
    except Fault as fault:
        raise _told(fault.within("notes", "text", name), written) if written.file else fault from None
    before, *others = found.sections
    sections = (Section(title, before.blocks, 1, f"text-{name}"), *others)
    return OwnText(name, written, sections, after, found.cited)


def _after(table: Mapping[str, object], ordered: bool) -> str:
    """The section that a text follows, where the order of sections does not say it."""
    if "after" not in table:
        return ""
    if ordered:
        problem = '"after" and the sections both say where this text stands'
        raise Fault(problem, "Leave after out.", ("after",), at_key=True)
    with inside("after"):
        return one_of(table["after"], SECTIONS, "section")


def _told(fault: Fault, written: Written) -> SpecError:
    """A fault of a body: the loader of specs places it, but for one in a file of its own."""
    if not written.file:
        return fault
    line = written.body.count("\n", 0, fault.span[0]) + 1
    head = f"{written.file}:{line}: {key_path(fault.path[:-1])}: {fault.problem}"
    pointed = excerpt(written.body, fault.span) if written.body.strip() else ()
    return SpecError("\n".join([head, *pointed, *([f"  {fault.remedy}"] if fault.remedy else [])]))
