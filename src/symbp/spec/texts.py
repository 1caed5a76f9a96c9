"""Own texts in files beside a spec, put into the table of its notes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from symbp.errors import Fault, SpecError, inside, quoted
from symbp.names import shown
from symbp.owntext.choice import Written

LARGEST = 400 * 1024  # bytes


def with_files(notes: object, folder: Path | None) -> object:
    """The table ``[notes]`` with the text of each file in place of its name.

    Raises:
        Fault: a name is no file's name alone, or the file cannot be read; or a text has a body too.
        SpecError: the file is not UTF-8.
    """
    texts = notes.get("text") if isinstance(notes, Mapping) else None
    if not isinstance(notes, Mapping) or not isinstance(texts, Mapping):
        return notes
    with inside("notes", "text"):
        return {**notes, "text": {name: _with_file(name, table, folder) for name, table in texts.items()}}


def _with_file(name: str, table: object, folder: Path | None) -> object:
    if not isinstance(table, Mapping) or "file" not in table:
        return table
    with inside(name, "file"):
        if "body" in table:
            raise Fault("a text has a body and a file", "Leave one of the two out.", at_key=True)
        if folder is None:
            raise Fault("a spec that is no file has no file beside it")
        written = _beside(folder, table["file"])
    return {**{key: value for key, value in table.items() if key != "file"}, "body": written}


def _beside(folder: Path, name: object) -> Written:
    if not isinstance(name, str):
        raise Fault(f"needs the name of an .md file, has {shown(name)}")
    if not name.endswith(".md") or any(mark in name for mark in "/\\:\0") or name.startswith("."):
        raise Fault(f"{quoted(name)} is not the name of an .md file beside the spec", 'Such as "why.md".')
    try:
        with (folder / name).open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise Fault(f"there is no file {quoted(name)} beside the spec") from None
    except (OSError, ValueError) as error:
        raise Fault(f"{quoted(name)} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > LARGEST:
        raise Fault(f"{quoted(name)} is larger than {LARGEST:,} bytes", "Write several texts.")
    try:
        return Written(data.decode("utf-8-sig").replace("\r\n", "\n"), name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise SpecError(f"{name}:{line}: {problem}\n  Save the file as UTF-8.") from None
