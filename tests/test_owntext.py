"""A lecturer's own text in the notes: what it is read as, where it stands, and what is said of it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from symbp import mathtree as m
from symbp.build import write_notes
from symbp.derive import derive
from symbp.errors import Fault, SpecError
from symbp.mathtree.nodes import Emphasis, Hyperlink, Mono, Strong
from symbp.mathtree.pieces import GREEK, Letters, Typeset
from symbp.notes import SECTIONS, notes, sections_left_out
from symbp.notes.own import group
from symbp.notes.references import numbers_of, resolved
from symbp.owntext import choice
from symbp.owntext.choice import NotesChoice, notes_of
from symbp.owntext.commands import COMMANDS, ENVIRONMENTS, IGNORED
from symbp.owntext.text import read_text, read_title
from symbp.printing.document import Code, Document, Formula, Items, Paragraph, Remark, Section, Table
from symbp.printing.render import SOURCES
from symbp.printing.spelled import languages
from symbp.spec import load, loads
from symbp.wording import say

OWN = Path(__file__).parent / "data" / "own.toml"
RELAY = (Path(__file__).parents[1] / "examples" / "relay.toml").read_text()
X = Typeset(Letters("x"))


def blocks(text: str) -> tuple[object, ...]:
    (section,) = read_text(text).sections
    return section.blocks


# What is read.


def test_words_in_a_sentence() -> None:
    text = "Some **bold**, *stressed*, `code`, $x$,\n[a link](https://example.org/a) and <https://example.org>; "
    text += "5\\$ & *a $x$ b*."
    assert blocks(text) == (
        Paragraph(
            (
                *("Some ", Strong("bold"), ", ", Emphasis("stressed"), ", ", Mono("code"), ", ", X, ", "),
                *(Hyperlink("a link", "https://example.org/a"), " and ", Hyperlink("https://example.org", "https://example.org")),
                *("; 5$ & ", Emphasis("a "), X, Emphasis(" b"), "."),
            )
        ),
    )  # fmt: skip


def test_references_to_equations() -> None:
    found = read_text(r"See \eqref{7.a} and [](#eq-12).")
    assert found.sections[0].blocks == (Paragraph(("See ", m.Reference("7.a"), " and ", m.Reference("12"), ".")),)
    assert [(c.number, c.span) for c in found.cited] == [("7.a", (4, 15)), ("12", (20, 30))]


def test_blocks() -> None:
    text = "1. one\n2. two $x$\n\n- a\n- b\n\n```python\nx = 1\n```\n\n```\ny\n```\n\n> **Note.** Why\n>\n"
    text += "> $$ x $$\n\n> so"
    numbered, plain, python, other, note, remark = blocks(text)
    assert numbered == Items((("one",), ("two ", X)), ordered=True)
    assert plain == Items((("a",), ("b",)))
    assert (python, other) == (Code("x = 1\n", "python"), Code("y\n", "text"))
    assert isinstance(note, Remark) and note.title == ("Note.",)
    assert note.blocks[0] == Paragraph(("Why",)) and isinstance(note.blocks[1], Formula)
    assert remark == Remark((say("Remark"),), (Paragraph(("so",)),))


def test_a_display_among_paragraphs() -> None:
    before, formula, after = blocks("before\n$$\nx\n$$\nafter")
    assert (before, after) == (Paragraph(("before",)), Paragraph(("after",)))
    assert isinstance(formula, Formula) and formula.display.own and formula.display.lines == (m.Line(None, X, ""),)


def test_a_table_with_its_caption() -> None:
    text = "| a | $x$ |\n|:-:|--:|\n| 1 | *b* |\n| c |\n\n: Some $x$."
    assert blocks(text) == (
        Table(("Some ", X, "."), (("a",), (X,)), ((("1",), (Emphasis("b"),)), (("c",), ())), ("center", "right")),
    )


def test_a_wide_table_breaks_its_widest_column() -> None:
    (table,) = blocks(f"| a | b |\n|---|---|\n| {'word ' * 20} | 1 |")
    assert isinstance(table, Table) and table.alignment == ("wrap", "left")


def test_headings_begin_parts() -> None:
    sections = read_text("first\n\n## Then $x$\n\nsecond").sections
    assert sections == (
        Section((), (Paragraph(("first",)),), 2),
        Section(("Then ", X), (Paragraph(("second",)),), 2),
    )


def test_a_text_may_be_indented() -> None:
    assert blocks("    first\n\n    - item\n") == (Paragraph(("first",)), Items((("item",),)))


def test_a_title_holds_stressed_words_and_formulas() -> None:
    assert read_title("Why *this* $x$") == ("Why ", Emphasis("this"), " ", X)


# Where it stands.


def test_the_sections_of_a_choice_are_those_of_the_notes() -> None:
    assert tuple(SECTIONS) == choice.SECTIONS


def keys(document: Document) -> list[str]:
    return [section.key for section in document.sections if section.level == 1]


@cache
def noted(spec: str) -> Document:
    return notes(derive(loads(spec, "own.toml")))


def test_sections_stand_in_the_order_of_the_spec() -> None:
    document = noted(OWN.read_text())
    assert keys(document) == ["introduction", "text-why", "forward", "backward", "gradients", "text-closing"]
    titles = [s.title for s in document.sections]
    assert titles[titles.index(("What to look for",)) - 1] == document.sections[keys(document).index("text-why")].title


def test_numbers_of_equations_stay_whatever_is_chosen() -> None:
    everything, chosen = noted(RELAY), noted(RELAY + '[notes]\nsections = ["gradients", "backward", "local"]')
    all_lines = {n: line for d in everything.displays() for n, line in zip(d.numbers, d.lines, strict=True) if n}
    lines = {n: line for d in chosen.displays() for n, line in zip(d.numbers, d.lines, strict=True) if n}
    assert lines and all(m.line_reading(all_lines[n]) == m.line_reading(line) for n, line in lines.items())


def references(document: Document) -> set[str]:
    """The numbers of all references of a document."""

    def within(content: object) -> set[str]:
        if isinstance(content, m.Reference):
            return {content.number}
        if isinstance(content, tuple):
            return set().union(*map(within, content))
        return set().union(*map(within, vars(content).values())) if hasattr(content, "__dataclass_fields__") else set()

    return within(document.sections)


@pytest.mark.parametrize("key", SECTIONS)
def test_each_section_alone_refers_to_no_equation_that_is_not_there(key: str) -> None:
    """As the notes of a spec that names it alone do; they are built once, from all sections."""
    everything = noted(RELAY)
    alone = resolved(replace(everything, sections=tuple(group(everything.sections, key))))
    assert set(keys(alone)) <= {key}
    assert references(alone) <= numbers_of(alone)


def test_the_notes_of_one_section_refer_to_no_equation_that_is_not_there() -> None:
    document = noted(RELAY + '[notes]\nsections = ["gradients"]')
    assert keys(document) == ["gradients"]
    assert references(document) == set() == numbers_of(document)


def test_without_an_order_texts_stand_after_their_section_or_at_the_end() -> None:
    text = "[notes.text.{0}]\ntitle = '{0}'\nbody = '{0}'\n"
    spec = (
        RELAY
        + text.format("last")
        + text.format("later")
        + "after = 'forward'\n"
        + text.format("b")
        + "after = 'forward'\n"
    )
    names = noted(spec)
    assert keys(names)[3:6] == ["forward", "text-later", "text-b"] and keys(names)[-1] == "text-last"


def test_a_section_that_a_network_cannot_have_is_told() -> None:
    spec = RELAY.partition("[example]")[0] + '[notes]\nsections = ["gradients", "forward"]'
    derivation = derive(loads(spec))
    document = notes(derivation)
    missing = [key for key in ("gradients", "forward") if key not in keys(document)]
    assert sections_left_out(derivation, document) == tuple(
        f'the section "{key}" was left out: this network has nothing to say in it' for key in missing
    )
    assert sections_left_out(derivation, replace(document, sections=())) == (
        'the section "gradients" was left out: this network has nothing to say in it',
        'the section "forward" was left out: this network has nothing to say in it',
    )


# What is said of it.


def words(document: Document) -> str:
    """The last paragraph of the introduction."""
    block = document.sections[0].blocks[-1]
    assert isinstance(block, Paragraph)
    return "".join(m.reading(p) if isinstance(p, m.Node) else getattr(p, "text", p) for p in block.parts)


def test_the_introduction_says_what_was_not_checked() -> None:
    assert words(noted(OWN.read_text())) == (
        "The sections “Why we do this, and what δ is” and “Closing words” are the lecturer's own text, printed as it "
        "was written: none of it was checked."
    )
    one = RELAY + "[notes.text.one]\ntitle = 'One'\nbody = 'x'"
    assert words(noted(one)) == (
        "The section “One” is the lecturer's own text, printed as it was written: none of it was checked."
    )
    assert "lecturer" not in words(noted(RELAY))


def test_own_lines_are_marked_and_have_no_number() -> None:
    document = noted(OWN.read_text())
    own = [d for d in document.displays() if d.own]
    assert len(own) == 3 and not any(n for d in own for n in d.numbers)
    assert all(d.number for d in noted(RELAY).displays() if not d.own and len(d.lines) == 0)


# Faults that only the notes know, and files.


def test_a_reference_to_no_equation() -> None:
    with pytest.raises(Fault) as caught:
        noted(RELAY + "[notes.text.t]\ntitle = 'T'\nbody = '''\nsee \\eqref{99}\n'''")
    message = str(caught.value)
    assert message.startswith(
        'notes.text.t.body: there is no equation "99"\n    see \\eqref{99}\n        ^^^^^^^^^^\n  There are: 1, 2, 3, '
    )
    with pytest.raises(Fault, match=r"there is no equation \"1.zz\"") as caught:
        noted(RELAY + "[notes.text.t]\ntitle = 'T'\nbody = '''\nsee \\eqref{1.zz}\n'''")
    assert caught.value.remedy.startswith("There are: 1.a, 1.b")


def test_a_reference_to_an_equation_of_a_section_that_is_left_out_is_its_number() -> None:
    spec = RELAY + "[notes]\nsections = ['t']\n[notes.text.t]\ntitle = 'T'\nbody = '''see \\eqref{1}'''"
    assert noted(spec).sections[0].blocks == (Paragraph(("see ", "(1)")),)


def failing(folder: Path, body: bytes | None, name: str = "t.md") -> str:
    (folder / "own.toml").write_text(f"{RELAY}[notes.text.t]\ntitle = 'T'\nfile = '{name}'\n")
    if body is not None:
        (folder / "t.md").write_bytes(body)
    with pytest.raises(SpecError) as caught:
        notes(derive(load(folder / "own.toml")))
    return str(caught.value).replace(str(folder), "FOLDER")


def test_a_text_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(f"{RELAY}[notes.text.t]\ntitle = 'T'\nfile = 't.md'\n")
    (tmp_path / "t.md").write_bytes("\ufeffline\r\n\r\n## Part\r\n".encode())
    (text,) = load(tmp_path / "own.toml").notes.texts
    assert [s.title for s in text.sections] == [("T",), ("Part",)]


def test_faults_of_files(tmp_path: Path) -> None:
    at = f"FOLDER/own.toml:{RELAY.count(chr(10)) + 3}: notes.text.t.file: "
    shown = "    file = '{}'\n            {}\n"
    assert failing(tmp_path, None) == (
        f'{at}there is no file "t.md" beside the spec\n{shown.format("t.md", "^^^^")}'.rstrip("\n")
    )
    assert failing(tmp_path, None, "../t.md") == (
        f'{at}"../t.md" is not the name of an .md file beside the spec\n'
        f'{shown.format("../t.md", "^" * 7)}  Such as "why.md".'
    )
    assert failing(tmp_path, b"a \xe9") == "t.md:1: byte 0xe9 is not UTF-8\n  Save the file as UTF-8."
    assert failing(tmp_path, b"a" * (400 * 1024 + 1)) == (
        f'{at}"t.md" is larger than 409,600 bytes\n{shown.format("t.md", "^^^^")}  Write several texts.'
    )
    assert failing(
        tmp_path, b"a" * 100_001
    ) == "t.md:1: notes.text.t: has 100,001 characters; at most 100,000 are read" + ("\n    " + "a" * 100 + "\n    ^")
    assert failing(tmp_path, b"a\n\nb $\\alpa$") == (
        't.md:3: notes.text.t: the command "\\alpa" is not known here\n    b $\\alpa$\n       ^^^^^\n'
        '  Did you mean "\\alpha"? docs/spec.md names the commands that are read.'
    )
    assert failing(tmp_path, b"a\n\nb \\eqref{99}").startswith(
        't.md:3: notes.text.t: there is no equation "99"\n    b \\eqref{99}\n      ^^^^^^^^^^\n  There are: 1, 2, '
    )


def test_faults_of_a_language() -> None:
    known = ", ".join(sorted(languages()))
    with pytest.raises(Fault) as caught:
        notes_of({"language": "tlh"})
    assert str(caught.value) == f'language: unknown language "tlh"\n  Known: {known}'
    with pytest.raises(Fault) as caught:
        notes_of({"language": 7})
    assert str(caught.value) == f"language: needs the name of a language, has 7\n  Known: {known}"


def test_faults_of_tables_that_python_gives() -> None:
    for given, message in (
        (3, "needs a table, has 3"),
        ({"text": 3}, "text: needs a table, has 3\n  Such as [notes.text.why] with title and body."),
        ({"text": dict.fromkeys(map(str, range(51)))}, "text: has 51 texts; at most 50 are read"),
    ):
        with pytest.raises(Fault) as caught:
            notes_of(given)
        assert str(caught.value) == message
    assert notes_of(NotesChoice("en")) == NotesChoice()


def test_the_notes_with_own_text_are_written_in_each_format(tmp_path: Path) -> None:
    derivation = derive(load(OWN))
    written = write_notes(derivation, tmp_path, ("tex", "html", "typ"))
    assert [path.suffix for path in written.files] == [".tex", ".html", ".typ"] and not written.remarks
    for path in written.files:
        text = path.read_text()
        assert "What to look for" in text and "How large the messages are." in text and "example.org/a" in text


DOCS = (Path(__file__).parents[1] / "docs" / "spec.md").read_text()


def test_the_example_of_the_document_is_written_in_each_format(tmp_path: Path) -> None:
    (spec,) = [text for text in DOCS.split("```toml\n") if text.startswith("name = ") and "[notes.text" in text]
    derivation = derive(loads(spec.partition("```")[0], "docs/spec.md"))
    known = tuple(SOURCES)
    written = write_notes(derivation, tmp_path, known)
    assert not written.left_out and not written.remarks
    texts = [path for path in written.files if path.is_file() and "Before you read on" in path.read_text()]
    assert len(texts) >= len(known) - 1  # a folder of single equations has no words
    assert keys(notes(derivation))[:2] == ["introduction", "text-why"]


def test_the_document_names_what_mathematics_has() -> None:
    synonyms = {"leq", "geq", "neq", "lt", "gt", "rightarrow", "leftarrow", "Rightarrow", "Leftarrow", "Leftrightarrow",
                "wedge", "vee", "lnot", "varnothing", "ldots", "dotsc", "dotsb", "colon", "dfrac", "tfrac", "textrm",
                "widehat", "widetilde", "vert", "Vert", "lbrace", "rbrace", "begin", "end", *GREEK,
                *IGNORED}  # fmt: skip
    assert [name for name in sorted(COMMANDS - synonyms) if f"`\\{name}" not in DOCS and f" \\{name}" not in DOCS] == []
    assert [name for name in ENVIRONMENTS if not re.search(rf"\b{re.escape(name)}", DOCS)] == []
