"""A lecturer's own text among the sections of the notes, and what the notes say of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from symbp.errors import quoted
from symbp.notes.references import forms, numbers_of
from symbp.owntext.choice import NotesChoice, OwnText
from symbp.printing.document import Document, Paragraph, Section
from symbp.wording import listed, say, say_many

MOST_LISTED = 30  # numbers of equations, in a message


def with_own_text(document: Document, choice: NotesChoice, others: Callable[[], Collection[Section]]) -> Document:
    """The document with the own texts of a choice at their places.

    Args:
        others: The sections that the choice leaves out. Equations in them may be referred to: they have their
            numbers all the same.

    Raises:
        SpecError: a text refers to an equation that there is not.
    """
    own = choice.own
    if not own:
        return document
    _check_cited(choice, document, others)
    found: list[Section] = []
    for name in choice.order:
        found += own[name].sections if name in own else group(document.sections, name)
    return replace(document, sections=tuple(_with_word(found, [own[n] for n in choice.order if n in own])))


def group(sections: Sequence[Section], key: str) -> Iterator[Section]:
    """The section of a key with the headings within it."""
    inside = False
    for section in sections:
        inside = section.key == key if section.level == 1 else inside
        if inside:
            yield section


def _with_word(sections: Sequence[Section], texts: Sequence[OwnText]) -> Iterator[Section]:
    """The sections, with a word in the introduction on what of them was not checked."""
    titles = listed([say("“{title}”", title=text.sections[0].title) for text in texts])
    word = say_many(
        len(texts),
        "The section {titles} is the lecturer's own text, printed as it was written: none of it was checked.",
        "The sections {titles} are the lecturer's own text, printed as it was written: none of it was checked.",
        titles=titles,
    )
    for section in sections:
        blocks = (*section.blocks, Paragraph((word,)))
        yield replace(section, blocks=blocks) if section.key == "introduction" else section


def _check_cited(choice: NotesChoice, document: Document, others: Callable[[], Collection[Section]]) -> None:
    """Nothing, if each equation that an own text refers to is one of the notes."""
    known = numbers_of(document)
    missing = [(text, c) for text in choice.texts for c in text.cited if not known & {*forms(c.number)}]
    if not missing:
        return
    known |= numbers_of(replace(document, sections=tuple(others())))
    for text, cited in missing:
        if not known & {*forms(cited.number)}:
            problem = f"there is no equation {quoted(cited.number)}"
            raise text.fault(problem, _remedy(cited.number, known), cited.span)


def _remedy(wanted: str, known: Collection[str]) -> str:
    """The equations that there are, or the lines of one, where a line was asked for."""
    whole = wanted.partition(".")[0]
    lines = [number for number in known if number.startswith(f"{whole}.")]
    shown = sorted(lines if "." in wanted and lines else {n for n in known if "." not in n} or known, key=_in_order)
    more = ", ..." if len(shown) > MOST_LISTED else ""
    return f"There are: {', '.join(shown[:MOST_LISTED])}{more}" if shown else "These notes have no equations."


def _in_order(number: str) -> tuple[bool, int, bool, int, str]:
    """Numbers by size, then lines by their letters, then other forms."""
    whole, _, line = number.partition(".")
    return not whole.isdigit(), int(whole) if whole.isdigit() else 0, line.isupper(), len(line), number
