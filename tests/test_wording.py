"""Fixed text: sentences with places, which a catalogue may reorder."""

from __future__ import annotations

import gettext

from symbp import mathtree as m
from symbp.mathtree import Mono
from symbp.printing.document import Document, Figure, Formula, Paragraph, Section
from symbp.printing.drawing.shapes import Drawing
from symbp.printing.spelled import in_words, languages, sentence, spelled
from symbp.wording import english, listed, say, say_many

Z = m.Symbol("z")
ENGLISH = gettext.NullTranslations()


class Backwards(gettext.NullTranslations):
    """A language that says everything the other way round, and keeps the places."""

    def gettext(self, message: str) -> str:
        return " ".join(reversed(message.split(" ")))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def test_a_sentence_has_its_parts_at_their_places() -> None:
    message = say("unit {z} of layer {number}", z=Z, number=3)
    assert sentence(message, ENGLISH) == ("unit ", Z, " of layer 3")
    assert sentence(message, Backwards()) == ("3 layer of ", Z, " unit")


def test_a_part_may_be_a_sentence_or_a_message() -> None:
    message = say("{a}, then {b}", a=(Mono("f"), " and ", Z), b=say("the {end}", end="last"))
    assert sentence(message, ENGLISH) == (Mono("f"), " and ", Z, ", then the last")
    assert sentence(message, Backwards()) == ("last the then ", Mono("f"), " and ", Z, ",")


def test_a_count_chooses_its_form() -> None:
    assert sentence(say_many(1, "one layer", "{count} layers"), ENGLISH) == ("one layer",)
    assert sentence(say_many(12, "one layer", "{count} layers"), Backwards()) == ("layers 12",)


def test_text_of_the_user_may_hold_braces() -> None:
    assert sentence(say("{title}: notes", title="{x} {} {0}"), Backwards()) == ("notes {x} {} {0}:",)


def test_every_message_of_a_document_is_spelled_out() -> None:
    drawing = Drawing(1, 1, (), say("a title"), say("of {z}", z=Z))
    line = m.Line(Z, m.Text(say("some words")), remark=(say("by {z}", z=Z),), check=say("error {e}", e="0"))
    blocks = (Paragraph((say("one {z}", z=Z), " two")), Figure(drawing, (say("caption"),)), Formula(m.Display((line,))))
    document = Document("title", (Section((say("heading"),), blocks),), say("sub title"))
    out = in_words(document, Backwards())
    assert out == Document(
        "title",
        (
            Section(
                ("heading",),
                (
                    Paragraph((Z, " one two")),
                    Figure(Drawing(1, 1, (), "title a", "z of"), ("caption",)),
                    Formula(m.Display((m.Line(Z, m.Text("words some"), remark=(Z, " by"), check="0 error"),))),
                ),
            ),
        ),
        "title sub",
    )


def test_what_has_no_message_stays_the_very_same() -> None:
    document = Document("title", (Section(("heading",), (Paragraph(("words ", Z)),)),))
    assert spelled(document).sections is document.sections


def test_english_without_a_catalogue() -> None:
    assert english(say_many(2, "one {x}", "{count} of {x}", x=say("a {y}", y="b"))) == "2 of a b"
    assert languages()[0] == "en"


def test_a_list_is_a_sentence_of_its_own() -> None:
    assert [english(listed(items)) for items in (("a",), ("a", "b"), ("a", "b", "c"))] == ["a", "a and b", "a, b and c"]
    assert sentence(say("{all}.", all=listed(("a", Z))), Backwards()) == (Z, " and a.")
