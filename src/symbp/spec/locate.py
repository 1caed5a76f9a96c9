"""Where a key of a TOML text stands: TOML readers give no positions.

The text is known to be valid TOML, so the scanner follows its structure and checks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symbp.errors import Path

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\r\n]*")
_BASIC = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_LITERAL = re.compile(r"'([^'\n]*)'")
_LONG_BASIC = re.compile(r'"""\n?((?:[^"\\]|\\.|"(?!""))*"{0,2}?)"""(?!")', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''\n?(.*?'{0,2}?)'''(?!')", re.DOTALL)
_STRINGS = (_LONG_BASIC, _LONG_LITERAL, _BASIC, _LITERAL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_FOLDED = re.compile(r"\\[ \t]*\n[ \t\n]*")  # a backslash at the end of a line joins it to the next
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


@dataclass(frozen=True)
class Place:
    """Where a key and its value stand, as offsets into the text; a string's value is what its quotes hold.

    A table's value is its header; an item of an array has no key of its own: it is its value.
    """

    key: tuple[int, int]
    value: tuple[int, int]


def places(text: str) -> dict[Path, Place]:
    """Every key path of a valid TOML text, and where it stands.

    >>> text = "[input]\\nshape = [2, 3]"
    >>> start, stop = places(text)["input", "shape", 1].value
    >>> text[start:stop]
    '3'
    """
    found: dict[Path, Place] = {}
    for path, place in _Scanner(text).scan():
        found.setdefault(path, place)  # a later header only goes through a table that began before
    return found


def nearest_place(found: dict[Path, Place], path: Path) -> tuple[Path, Place] | None:
    """The place of a path, or of the longest beginning of it that stands in the text."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return path[:length], found[path[:length]]
    return None


def offsets(typed: str, value: str) -> tuple[int, ...]:
    """Where each character of a string's value, and its end, stands in what was typed between the quotes.

    >>> offsets("a\\\\b", "a\\b")
    (0, 1, 3)

    Nothing, if the value is not that of the string.
    """
    if typed == value:
        return tuple(range(len(typed) + 1))
    found, read, position = [], "", 0
    while position < len(typed):
        match = _ESCAPE.match(typed, position)
        folded = _FOLDED.match(typed, position)
        piece = "" if folded else _unescaped(match) if match else typed[position]
        found += [position] * len(piece)
        read += piece
        position = folded.end() if folded else match.end() if match else position + 1
    return (*found, position) if read == value else ()


class _Scanner:
    """Goes through the text once; every method leaves ``position`` behind what it read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.lengths: dict[Path, int] = {}

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.position)
        self.position = match.end() if match else self.position

    def starts(self, what: str) -> bool:
        return self.text.startswith(what, self.position)

    def scan(self) -> Iterator[tuple[Path, Place]]:
        table: Path = ()
        self.skip(_BLANK)
        while self.position < len(self.text):
            before = self.position
            if self.starts("["):
                table, found = self.header()
                yield from found
            else:
                yield from self.pair(table)
            self.skip(_BLANK)
            self.position += self.position == before
        return

    def header(self) -> tuple[Path, list[tuple[Path, Place]]]:
        """``[a.b]`` or ``[[a.b]]``: the path of the table that begins."""
        many = self.starts("[[")
        self.position += 2 if many else 1
        path: Path = ()
        found = []
        keys = list(self.dotted())
        for number, (key, span) in enumerate(keys, 1):
            path = (*path, key)
            found.append((path, Place(span, span)))
            if many and number == len(keys):
                self.lengths[path] = self.lengths.get(path, 0) + 1
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
                found.append((path, Place(span, span)))
        self.position += 2 if many else 1
        return path, found

    def dotted(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """The keys of a dotted key, each with its characters."""
        while True:
            self.skip(_SPACE)
            yield self.key()
            self.skip(_SPACE)
            if not self.starts("."):
                return
            self.position += 1

    def key(self) -> tuple[str, tuple[int, int]]:
        for pattern in (_BARE, _BASIC, _LITERAL):
            match = pattern.match(self.text, self.position)
            if match:
                self.position = match.end()
                return _named(pattern, match), match.span(match.re.groups)
        self.position += 1
        return "", (self.position - 1, self.position)

    def pair(self, table: Path) -> Iterator[tuple[Path, Place]]:
        """``a.b = value``, and what the value holds."""
        path, span = table, (0, 0)
        keys = list(self.dotted())
        for key, span in keys[:-1]:
            path = (*path, key)
            yield path, Place(span, span)
        last, span = keys[-1]
        self.position += 1
        self.skip(_SPACE)
        yield from self.value((*path, last), span)

    def value(self, path: Path, key: tuple[int, int] | None) -> Iterator[tuple[Path, Place]]:
        start = self.position
        inner: list[tuple[Path, Place]] = []
        if self.starts("[") or self.starts("{"):
            inner = list(self.items(path) if self.starts("[") else self.entries(path))
            span = (start, self.position)
        else:
            span = self.scalar()
        yield path, Place(key or span, span)
        yield from inner

    def items(self, path: Path) -> Iterator[tuple[Path, Place]]:
        """The items of an array."""
        self.position += 1
        number = 0
        while self.more("]"):
            yield from self.value((*path, number), None)
            number += 1

    def entries(self, path: Path) -> Iterator[tuple[Path, Place]]:
        """The pairs of an inline table."""
        self.position += 1
        while self.more("}"):
            yield from self.pair(path)

    def more(self, closing: str) -> bool:
        """Whether another item follows; the comma before it, or the closing bracket, is left behind."""
        self.skip(_BLANK)
        if self.starts(","):
            self.position += 1
            self.skip(_BLANK)
        if self.starts(closing) or self.position >= len(self.text):
            self.position += 1
            return False
        return True

    def scalar(self) -> tuple[int, int]:
        for pattern in _STRINGS:
            match = pattern.match(self.text, self.position)
            if match:
                self.position = match.end()
                return match.span(1)
        start = self.position
        self.skip(_SCALAR)
        self.position += self.position == start  # no valid text has nothing here, and the scanner must end
        stop = start + len(self.text[start : self.position].rstrip())
        return start, max(stop, start)


def _named(pattern: re.Pattern[str], match: re.Match[str]) -> str:
    if pattern is _BARE:
        return match[0]
    return _ESCAPE.sub(_unescaped, match[1]) if pattern is _BASIC else match[1]


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
