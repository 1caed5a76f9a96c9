"""The catalogues of fixed text: extracted from the sources, brought up to date, compiled.

    python tools/catalogues.py

``src/symbp/locale/symbp.pot`` is the template, with every text of ``say`` and ``say_many``; in
``src/symbp/locale/LANGUAGE/LC_MESSAGES/`` lie the translations, ``symbp.po`` to be edited and ``symbp.mo`` to be read
by Python's ``gettext``. The English catalogue says each text as it is. Another language begins as an empty ``symbp.po``
in a folder of its own; what it lacks is printed in English.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

SOURCES = Path(__file__).parents[1] / "src"
LOCALE = SOURCES / "symbp" / "locale"
DOMAIN = "symbp"
KEYWORDS = {"say": (1,), "say_many": (2, 3)}
TAG = "Translators:"  # a comment before a text that is meant for whoever translates it
HEADER = re.compile(r'"([A-Za-z-]+):')
MAGIC = 0x950412DE
NAMED = ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")  # in the header


def template() -> Catalog:
    """Every text of the sources, in the order of the files."""
    catalog = Catalog(project=DOMAIN, charset="utf-8", fuzzy=False)
    catalog.header_comment = "# The fixed text of the notes of symbp. `make catalogues` writes this file."
    for path in sorted(SOURCES.rglob("*.py")):
        name = path.relative_to(SOURCES.parent).as_posix()
        for text, comments in _extracted(path):
            catalog.add(text, locations=[(name, 0)], auto_comments=comments, flags=["python-brace-format"])
    return catalog


def _extracted(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str]]]:
    """The texts of a file, and what is told to whoever translates them."""
    if not any(f"{name}(" in path.read_text() for name in KEYWORDS):
        return
    with redirect_stderr(StringIO()):  # which is told of f-strings, but these are parts of a sentence
        for _, text, comments, _ in extract_from_file("python", path, KEYWORDS, [TAG], strip_comment_tags=True):
            yield text, comments


def catalogue(language: str, known: Catalog) -> Catalog:
    """A catalogue with every text of the template, and the translations that it has of them."""
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    catalog = read(path, language)
    catalog.update(known, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    if language == "en":
        for message in texts(catalog):
            message.string = message.id
    return catalog


def read(path: Path, language: str | None = None) -> Catalog:
    """A catalogue as it lies in its file."""
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def texts(catalog: Catalog) -> Iterator[Message]:
    """The messages of a catalogue, without its header."""
    return (message for message in catalog if message.id)


def po_text(catalog: Catalog) -> bytes:
    """A catalogue as text; the same on every machine and at every time."""
    file = BytesIO()
    write_po(file, catalog, width=110, ignore_obsolete=True, include_lineno=False)
    head, rest = file.getvalue().decode().split("\n\n", 1)
    lines = [line for line in head.split("\n") if not HEADER.match(line) or HEADER.match(line)[1] in NAMED]
    return ("\n".join(lines) + "\n\n" + rest.strip("\n") + "\n").encode()


def mo_bytes(catalog: Catalog) -> bytes:
    """A catalogue as ``gettext`` reads it: the sorted texts, their translations, and where each of them begins."""
    entries = {b"": _header(catalog)}
    for message in texts(catalog):
        if message.string and all(message.string):
            entries[_joined(message.id)] = _joined(message.string)
    keys = sorted(entries)
    start = 28 + 16 * len(keys)
    tables, data = [b"", b""], b""
    for table, strings in enumerate((keys, [entries[key] for key in keys])):
        for string in strings:
            tables[table] += struct.pack("<2I", len(string), start + len(data))
            data += string + b"\0"
    head = struct.pack("<7I", MAGIC, 0, len(keys), 28, 28 + 8 * len(keys), 0, start)
    return head + tables[0] + tables[1] + data


def _header(catalog: Catalog) -> bytes:
    return "".join(f"{name}: {value}\n" for name, value in catalog.mime_headers if name in NAMED).encode()


def _joined(text: str | tuple[str, ...]) -> bytes:
    """A text, or its forms for one and for several."""
    return text.encode() if isinstance(text, str) else b"\0".join(form.encode() for form in text)


def languages() -> list[str]:
    """The languages that have a folder."""
    return sorted(path.parents[1].name for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def main() -> None:
    known = template()
    (LOCALE / f"{DOMAIN}.pot").write_bytes(po_text(known))
    for language in languages():
        folder = LOCALE / language / "LC_MESSAGES"
        (folder / f"{DOMAIN}.po").write_bytes(po_text(catalogue(language, known)))
        catalog = read(folder / f"{DOMAIN}.po", language)
        (folder / f"{DOMAIN}.mo").write_bytes(mo_bytes(catalog))
        missing = sum(not message.string or not all(message.string) for message in texts(catalog))
        print(f"{language}: {len(catalog)} texts, {missing} not translated")


if __name__ == "__main__":
    main()
