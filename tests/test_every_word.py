"""Every word of ours comes from a catalogue: documents are printed in a language that puts each text into brackets.

What then stands outside of brackets is a text of the user, code, a number, or the name of a function or a symbol.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from symbp import mathtree as m
from symbp.derive import derive
from symbp.functions import ROWS
from symbp.network import Described
from symbp.notes import notes
from symbp.printing import spelled
from symbp.printing.document import Document
from symbp.printing.html import html_source
from symbp.spec import load
from tests.layered import layered
from tools import catalogues

EXAMPLES = Path(__file__).parents[1] / "examples"
WORD = re.compile(r"[^\W\d_⁰¹²³⁴⁵⁶⁷⁸⁹]{2,}")
NAMES = {"max", *(row.text for row in ROWS.values())}
REFERENCE = re.compile(r"\(\d+\.[A-Za-z]+\)")  # the number of a line: (23.Va)
BLOCKS = set("p li td th h1 h2 h3 h4 figcaption caption summary title desc svg".split())
UNREAD = {"math", "code", "style", "script"}  # formulas are looked at in the document
VOID = {"meta", "link", "br", "hr", "img", "input"}
SPOKEN = ("aria-label", "title", "alt")


@pytest.fixture(scope="module")
def bracketed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A language in which every text is itself, in brackets."""
    folder = tmp_path_factory.mktemp("locale") / "brackets" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = catalogues.template()
    for message in catalogues.texts(catalog):
        several = not isinstance(message.id, str)
        message.string = tuple(f"«{form}»" for form in message.id) if several else f"«{message.id}»"
    catalog.locale = "de"  # two forms, as in English
    (folder / "symbp.mo").write_bytes(catalogues.mo_bytes(catalog))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spelled, "LOCALE", folder.parents[1])
        yield "brackets"


def outside(text: str, depth: int = 0) -> tuple[str, int]:
    """What of a text stands outside of brackets, and how deep in brackets it ends."""
    kept = ""
    for char in text:
        depth = max(0, depth + (char == "«") - (char == "»"))
        kept += char if depth == 0 and char != "»" else ""
    return kept, depth


def words(text: str) -> list[str]:
    """The words of a text that nothing explains."""
    return [word for word in WORD.findall(REFERENCE.sub("", text)) if word not in NAMES]


class Page(HTMLParser):
    """The words of a page outside of brackets, formulas and code; a sentence may have formulas and tags within."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.depth = 0
        self.found: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth = 0 if tag in BLOCKS else self.depth
        self.open += [] if tag in VOID else [tag]
        formula = UNREAD & set(self.open) or "row" in dict(attrs).get("class", "").split()  # type: ignore[union-attr]
        for name in () if formula else SPOKEN:
            self.found += words(outside(dict(attrs).get(name) or "")[0])

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not UNREAD & set(self.open):
            text, self.depth = outside(data, self.depth)
            self.found += words(text)


def in_formulas(content: Any) -> Iterator[str]:
    """The words within the formulas of a document."""
    if isinstance(content, m.Text):
        yield str(content.text)
    if isinstance(content, m.Symbol) and isinstance(content.sup, str):
        yield content.sup
    if isinstance(content, m.Cases):
        yield from (str(content.holds), str(content.holds_not))
    if is_dataclass(content):
        content = tuple(getattr(content, field.name) for field in fields(content))
    if isinstance(content, tuple):
        for item in content:
            yield from in_formulas(item)


def unbracketed(document: Document, network: Described) -> list[str]:
    own = set(WORD.findall(f"{network.title} {network.name}"))
    found = [
        *Page(html_source(document)).found,
        *(w for text in in_formulas(document) for w in words(outside(text)[0])),
    ]
    return [word for word in dict.fromkeys(found) if word not in own]


@pytest.mark.parametrize("name", ["relay", "rnn", "attention", "classes"])
def test_every_word_of_an_example_is_in_a_catalogue(name: str, bracketed: str) -> None:
    network = load(EXAMPLES / f"{name}.toml")
    assert unbracketed(notes(derive(network), language=bracketed), network) == []


@pytest.mark.parametrize("name", ["convolution", "batch normalisation", "equations"])
def test_every_word_about_a_kind_of_layer_is_in_a_catalogue(name: str, bracketed: str) -> None:
    network = layered(name, samples=1)
    assert unbracketed(notes(derive(network), language=bracketed), network) == []


def test_a_word_that_was_forgotten_is_found(bracketed: str) -> None:
    assert Page("<p>«A weight <math>w</math> leads</p><p>to» unit</p>").found == ["to", "unit"]
    assert Page("<p>«A weight <b>w</b> leads»: to unit</p>").found == ["to", "unit"]
    assert Page("<svg aria-label='«a» plot'><title>«one» loss</title></svg>").found == ["plot", "loss"]
    cases = m.Cases(((m.Number(1), m.Comparison(m.Number(1), ">", m.Number(0))),), m.Number(0), "if", "«otherwise»")
    formulas = (cases, m.Text("so"), m.Symbol("w", "new"))
    assert [word for text in in_formulas(formulas) for word in words(outside(text)[0])] == ["if", "so", "new"]
