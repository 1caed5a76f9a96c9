"""The catalogues of fixed text: up to date, complete, and with the same places in every language."""

from __future__ import annotations

import gettext
import re
import tomllib
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from symbp.printing.spelled import LOCALE, languages
from tools import catalogues as tool

ROOT = Path(__file__).parents[1]
LANGUAGES = tool.languages()


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def po(language: str) -> Catalog:
    return tool.read(LOCALE / language / "LC_MESSAGES" / "symbp.po", language)


@pytest.fixture(scope="module")
def template() -> Catalog:
    return tool.template()


def test_english_and_german_are_there() -> None:
    assert LANGUAGES == ["de", "en"]
    assert languages() == ("en", "de")


def test_the_template_has_every_text_of_the_sources(template: Catalog) -> None:
    """If this fails, `make catalogues` brings it up to date."""
    kept = tool.read(LOCALE / "symbp.pot")
    assert [ids(m) for m in tool.texts(kept)] == [ids(m) for m in tool.texts(template)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str, template: Catalog) -> None:
    catalog = po(language)
    assert {ids(m) for m in tool.texts(catalog)} == {ids(m) for m in tool.texts(template)}
    assert [m.id for m in tool.texts(catalog) if m.fuzzy or not all(forms(m))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_text(language: str) -> None:
    """The form for one thing need not say their number, that for several must have each place."""
    for message in tool.texts(po(language)):
        known = places("".join(ids(message)))
        assert all(places(form) <= known for form in forms(message)), message.id
        assert places(forms(message)[-1]) == places(ids(message)[-1]), message.id
        assert known - {"count"} <= places(forms(message)[0]), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_begins_and_ends_as_its_text(language: str) -> None:
    """Sentences are put side by side, and a colon leads to a formula."""
    for message in tool.texts(po(language)):
        for text, form in zip(ids(message), forms(message), strict=True):
            assert text[-1] == form[-1] or not {text[-1], form[-1]} & set(".:; "), message.id
            assert (text[0] == " ") == (form[0] == " "), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_read_is_what_is_edited(language: str) -> None:
    """The compiled catalogue says what the one for people says."""
    path = LOCALE / language / "LC_MESSAGES" / "symbp.mo"
    assert path.read_bytes() == tool.mo_bytes(po(language)), "run `make catalogues`"
    compiled = gettext.GNUTranslations(BytesIO(path.read_bytes()))
    for message in tool.texts(po(language)):
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string
        else:
            assert tuple(compiled.ngettext(*message.id, n) for n in (1, 2)) == forms(message)


def test_the_english_catalogue_says_each_text_as_it_is() -> None:
    assert [m.id for m in tool.texts(po("en")) if ids(m) != forms(m)] == []


def test_a_new_language_begins_empty_and_keeps_what_it_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "symbp.po").write_text('msgid "layer"\nmsgstr "couche"\n\nmsgid "gone"\nmsgstr "parti"\n')
    monkeypatch.setattr(tool, "LOCALE", tmp_path)
    tool.main()
    texts = {m.id: m.string for m in tool.texts(tool.read(folder / "symbp.po", "fr"))}
    assert (texts["layer"], texts["loss"], "gone" in texts) == ("couche", "", False)
    assert f"fr: {len(texts)} texts, {len(texts) - 1} not translated" in capsys.readouterr().out
    compiled = gettext.GNUTranslations(BytesIO((folder / "symbp.mo").read_bytes()))
    assert (compiled.gettext("layer"), compiled.gettext("loss")) == ("couche", "loss")
    tool.main()
    assert {m.id: m.string for m in tool.texts(tool.read(folder / "symbp.po", "fr"))} == texts


def test_the_wheel_ships_the_catalogues() -> None:
    """They lie inside the package, and nothing leaves them out."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["src/symbp"] and "exclude" not in wheel
    assert LOCALE == ROOT / "src" / "symbp" / "locale"
    ignored = (ROOT / ".gitignore").read_text().split()  # hatch leaves out what git ignores
    assert not [line for line in ignored if line.endswith((".mo", ".po", "locale", "locale/"))]
