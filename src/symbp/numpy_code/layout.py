"""Lines broken where ``ruff format`` breaks them, so that the emitted text is a fixed point of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

WIDTH = 88
INDENT = "    "
_COPY = ".copy()"  # nothing to break there
_CLOSING = {")": "(", "]": "["}


def indented(lines: Iterable[str], depth: int = 1) -> Iterator[str]:
    """The lines, each broken to the width, at a depth of indentation."""
    for line in lines:
        yield from wrapped(INDENT * depth + line)


def wrapped(line: str) -> list[str]:
    """A statement as it stands if it fits, else broken at its last bracket.

    A call first keeps its arguments on one line of their own; then, as a list does at once, it gives each
    a line and a trailing comma. Parentheses around one operand get none: it would become a tuple.

    >>> wrapped("short(a, b)")
    ['short(a, b)']
    >>> wrapped("total = " + "x" * 70 + " * (a + b + c)")[1:]
    ['    a + b + c', ')']
    """
    if len(line) <= WIDTH or line.lstrip().startswith("#"):
        return [line]
    if line.lstrip().startswith("for ") and " in " in line:
        return _loop_head(line)
    margin = line[: len(line) - len(line.lstrip())]
    start = _opening(line)
    if start is None:
        place, equals, name = line.rpartition(" = ")
        fits = equals and name.isidentifier() and len(f"{place} = (") <= WIDTH
        return [f"{place} = (", f"{margin}{INDENT}{name}", f"{margin})"] if fits else [line]
    end = line.rstrip(",").removesuffix(_COPY)
    head, inner, tail = line[: start + 1], end[start + 1 : -1], end[-1] + line[len(end) :]
    if len(head) > WIDTH:
        broken_earlier = _grouped(line, margin) or _before_last(line, start, margin)
        if broken_earlier:
            return broken_earlier
    body = margin + INDENT + inner
    is_call = head.endswith("(") and head[-2:-1] not in ("", " ", "(", "[")
    is_group = head.endswith(" (") and len(arguments(inner)) == 1 and not inner.endswith(",")
    if (is_call and len(body) <= WIDTH) or is_group:
        return [head, body, margin + tail]
    broken = [part for argument in arguments(inner) for part in wrapped(f"{margin}{INDENT}{argument},")]
    return [head, *broken, margin + tail]


def _loop_head(line: str) -> list[str]:
    """``for a, b in pairs:`` with one name a line."""
    margin = line[: len(line) - len(line.lstrip())]
    names, _, source = line.strip().removeprefix("for ").partition(" in ")
    return [f"{margin}for (", *(f"{margin}{INDENT}{name}," for name in arguments(names)), f"{margin}) in {source}"]


def commented(line: str, comment: str) -> list[str]:
    """A line with a comment behind it, which counts for its width."""
    behind = f"  # {comment}"
    if len(line + behind) <= WIDTH:
        return [line + behind]
    margin = line[: len(line) - len(line.lstrip())]
    chain = _chain(line.strip())
    if len(chain) > 2:
        return [margin + chain[0], *(margin + part for part in chain[1:-1]), margin + chain[-1] + behind]
    start = _opening(line)
    if start is None:
        return [line + behind]
    return [line[: start + 1], f"{margin}{INDENT}{line[start + 1 : -2]}", f"{margin}{line[-2:]}{behind}"]


def _chain(text: str) -> list[str]:
    """What is called or looked up one after the other: ``x[:2]``, ``.reshape(4)``, ``.T``."""
    ends = [k for k in range(1, len(text)) if text[k] == "." and text[k - 1] in ")]" and _balanced(text[:k])]
    return [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]


def _balanced(text: str) -> bool:
    return all(text.count(opening) == text.count(closing) for closing, opening in _CLOSING.items())


def _grouped(line: str, margin: str) -> list[str]:
    """``name = (a @ b).reshape(...)`` broken inside its first parentheses, before the operator if need be."""
    name, equals, value = line.partition(" = ")
    if not equals or not value.startswith("("):
        return []
    end = _closing(value)
    inner, tail = value[1:end], value[end:]
    parts = [inner] if len(margin + INDENT + inner) <= WIDTH else _operands(inner)
    return [f"{name} = (", *(f"{margin}{INDENT}{part}" for part in parts), margin + tail]


def _before_last(line: str, start: int, margin: str) -> list[str]:
    """``name = a.reshape(...).transpose(...)`` broken inside the brackets of the call before the last one."""
    dot = line.rfind(".", 0, start)
    before = _opening(line[:dot]) if dot > 0 else None
    if before is None:
        return []
    parts = [line[: before + 1], margin + INDENT + line[before + 1 : dot - 1], margin + line[dot - 1 :]]
    return parts if all(len(part) <= WIDTH for part in parts) else []


def _closing(text: str) -> int:
    """Where the bracket closes that opens at the beginning."""
    depth = 0
    for k, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if not depth:
            return k
    raise AssertionError(f"unbalanced: {text}")


def _operands(text: str) -> list[str]:
    """A product or a comparison in two lines, the second of which begins with its operator."""
    depth = 0
    for k, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if not depth and text.startswith((" @ ", " == "), k):
            return [text[:k], text[k + 1 :]]
    return [text]


def _opening(line: str) -> int | None:
    """Where the bracket that closes at the end of the line opens."""
    text = line.rstrip(",").removesuffix(_COPY)
    if text[-1:] not in _CLOSING:
        return None
    depth = 0
    for k in range(len(text) - 1, -1, -1):
        depth += (text[k] in ")]") - (text[k] in "([")
        if not depth:
            return k
    return None


def arguments(text: str) -> list[str]:
    """The text split at the commas that stand in no bracket."""
    parts, depth, begin = [], 0, 0
    for k, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == "," and not depth:
            parts.append(text[begin:k].strip())
            begin = k + 1
    parts.append(text[begin:].strip())
    return [p for p in parts if p]


def unpacking(names: tuple[str, ...], source: str, depth: int = 1) -> list[str]:
    """``a, b = source``, one name a line if they do not fit."""
    left = ", ".join(names) if len(names) > 1 else f"({names[0]},)"
    line = f"{INDENT * depth}{left} = {source}"
    if len(line) <= WIDTH:
        return [line]
    margin = INDENT * depth
    return [f"{margin}(", *(f"{margin}{INDENT}{name}," for name in names), f"{margin}) = {source}"]
