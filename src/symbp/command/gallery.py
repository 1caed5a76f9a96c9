"""The example specs that symbp comes with, and the first spec of a network of one's own."""

from __future__ import annotations

import re
from pathlib import Path

from symbp.errors import OutputError, SpecError
from symbp.files import write_files
from symbp.names import identifier

_NAME_LINE = re.compile(r"^name\s*=.*$", re.MULTILINE)


def folder() -> Path:
    """The folder of the examples: the checkout's, if this is one, else the wheel's."""
    here = Path(__file__).resolve().parents[1]
    checkout = here.parent.parent / "examples"
    return checkout if (checkout / "relay.toml").is_file() else here / "examples"


def names() -> tuple[str, ...]:
    """The names of the examples, sorted."""
    return tuple(sorted(path.stem for path in folder().glob("*.toml")))


def spec_text(name: str, example: str) -> str:
    """The spec of an example, called ``name``.

    Raises:
        SpecError: ``name`` cannot name a network, or there is no such example.
    """
    identifier(name)
    if example not in names():
        raise SpecError(f'there is no example "{example}"\n  Known: {", ".join(names())}')
    text = (folder() / f"{example}.toml").read_text(encoding="utf-8")
    return _NAME_LINE.sub(f'name = "{name}"', text, count=1)


def write_spec(name: str, example: str, folder: Path) -> Path:
    """Write ``NAME.toml``, a copy of an example to begin with, where there is no such file yet.

    Raises:
        SpecError: ``name`` cannot name a network, or there is no such example.
        OutputError: there is such a file, or it cannot be written.
    """
    text = spec_text(name, example)
    path = folder / f"{name}.toml"
    if path.exists():
        raise OutputError(f"{path}: there is a file of that name already\n  Choose another name, or move it away.")
    write_files({path: text.encode()})
    return path
