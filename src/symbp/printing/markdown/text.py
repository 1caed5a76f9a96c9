r"""Sentences as Markdown: plain text with every sign that has a meaning escaped, so that it is read back as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping

SPECIAL = "\\`*_{}[]<>#$|~^@&"
# Where MathJax reads the whole page, a sign that opens mathematics stands in an element of its own.
APART = {"$": "<span>&#36;</span>", "\\": "<span>&#92;</span>"}
# A paragraph that begins like this would be a list, a heading, a rule, a comment, a target or a definition.
BEGINS = re.compile(r"[-+=:%(!]|\d+(?=[.)])")


def escaped(text: str, signs: Mapping[str, str] | None = None) -> str:
    r"""Plain text within a line of Markdown.

    Args:
        signs: How some signs are written, where not with a backslash.

    >>> print(escaped("a*b <i> $5"), escaped("$5", APART))
    a\*b \<i\> \$5 <span>&#36;</span>5
    """
    signs = signs or {}
    return "".join(signs.get(c) or (f"\\{c}" if c in SPECIAL else c) for c in printable(text))


def printable(text: str) -> str:
    """The text with a space in place of what is no letter or sign, such as the end of a line."""
    return "".join(c if c.isprintable() else " " for c in text)


def code(text: str) -> str:
    """A name of code within a line: the fence is longer than any in it.

    >>> print(code("a`b"))
    ``a`b``
    """
    clean = printable(text) or " "
    fence = "`" * (longest_run(clean) + 1)
    space = " " if clean.startswith("`") or clean.endswith("`") else ""
    return f"{fence}{space}{clean}{space}{fence}"


def longest_run(text: str) -> int:
    """The longest run of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)


def stressed(text: str, stars: str) -> str:
    """Escaped text between stars; the spaces at its ends stay outside, where Markdown wants them."""
    inner = text.strip()
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{stars}{inner}{stars}{after}" if inner else text


def address(link: str) -> str:
    """The address of a page, in which no sign ends a link or the cell of a table.

    >>> address("https://example.org/a_(b)|c")
    'https://example.org/a_%28b%29%7Cc'
    """
    return "".join(f"%{ord(c):02X}" if c in "()<>[]\\|\"'`*$ {}" else c for c in link)


def guarded(line: str) -> str:
    r"""A line that begins a block, so that its first signs are text.

    >>> guarded("1. May"), guarded("- so"), guarded("x")
    ('1\\. May', '\\- so', 'x')
    """
    line = line.strip(" \t\u3000")
    found = BEGINS.match(line)
    if not found:
        return line
    start = found.group()
    return f"{start}\\{line[len(start) :]}" if start[0].isdigit() else f"\\{line}"
