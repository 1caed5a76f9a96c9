"""Markdown as tokens: CommonMark and tables, with mathematics between dollar signs, and without HTML and pictures.

What an own text may not hold is a token as well, of the type ``refused``, so that it is told with its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

Rule: TypeAlias = "Callable[[StateInline, bool], bool]"

DEEPEST = 20  # blocks within blocks; whatever is nested more deeply than a list or a quotation is refused later
_COMMAND = re.compile(r"\\(?:eqref\{([^{}\\$]*)\}|[A-Za-z]+|\()")
_MARKUP = re.compile(r"<[A-Za-z/!?][^<>\n]{0,60}>?|&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9xX][0-9a-fA-F]{0,8});|!\[")
WITHOUT_BLANKS = r"Write $x$ without blanks beside the signs, or \$ for the sign itself."


@cache
def parser() -> MarkdownIt:
    """What reads Markdown. It is imported when the first own text is read: most specs have none."""
    package, rules = import_module("markdown_it"), import_module("markdown_it.rules_inline")
    md: Any = package.MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    md.enable("table")
    md.disable(["code", "reference", "html_block", "html_inline", "entity", "image"])
    md.validateLink = lambda address: True  # they are checked where a caret can point at them
    md.normalizeLink = md.normalizeLinkText = lambda address: address
    md.block.ruler.before("fence", "display", _display, {"alt": ["paragraph", "blockquote", "list"]})
    md.inline.ruler.before("escape", "mathematics", _mathematics)
    md.inline.ruler.before("escape", "command", _command)
    md.inline.ruler.at("link", _placed(rules.link))
    md.inline.ruler.at("autolink", _placed(rules.autolink))
    md.inline.ruler.after("autolink", "markup", _markup)
    return md  # type: ignore[no-any-return]


def _token(state: StateInline, kind: str, start: int, stop: int, **meta: Any) -> Token:
    token = state.push(kind, "", 0)
    token.meta = {"at": (start, stop), **meta}
    return token


def _refused(state: StateInline, start: int, stop: int, problem: str, remedy: str) -> None:
    _token(state, "refused", start, stop, problem=problem, remedy=remedy)


def _placed(rule: Rule) -> Rule:
    """A rule of the reader whose tokens say where they stand."""

    def run(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        found = rule(state, silent)
        if found and not silent:
            for token in state.tokens[before:]:
                token.meta.setdefault("at", (start, state.pos))
        return found

    return run


def _mathematics(state: StateInline, silent: bool) -> bool:
    """``$...$`` within a line of text."""
    start, text = state.pos, state.src
    if text[start] != "$":
        return False
    double = text.startswith("$$", start)
    stop = _closing(text, start + 1 + double, state.posMax)
    state.pos = stop + 1 + (double and text.startswith("$$", stop)) if stop >= 0 else state.posMax
    if silent:
        return True
    body = text[start + 1 : stop]
    if stop < 0:
        _refused(state, start, start + 1 + double, '"$" has no other after it', WITHOUT_BLANKS)
    elif double:
        remedy = "Write it on lines of its own, from $$ to $$."
        _refused(state, start, state.pos, 'a formula between "$$" stands in a line of text', remedy)
    elif body != body.strip():
        _refused(state, start, state.pos, "a blank stands beside a dollar sign", WITHOUT_BLANKS)
    else:
        _token(state, "mathematics", start + 1, stop).content = body
    return True


def _closing(text: str, start: int, limit: int) -> int:
    """Where the next dollar sign stands that no backslash belongs to; -1 if there is none."""
    position = start
    while position < limit:
        if text[position] == "$":
            return position
        position += 2 if text[position] == "\\" else 1
    return -1


def _command(state: StateInline, silent: bool) -> bool:
    r"""A command of LaTeX outside of mathematics: a reference, ``\eqref{7}``, or refused."""
    match = _COMMAND.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    start, state.pos = state.pos, match.end()
    if silent:
        return True
    if match[1] is not None:
        _token(state, "reference", start, state.pos).content = match[1].strip()
        return True
    remedy = r"Write mathematics between dollar signs, $\alpha$; a reference to an equation is \eqref{7}."
    _refused(state, start, state.pos, f'"{match[0]}" stands outside of mathematics', remedy)
    return True


def _markup(state: StateInline, silent: bool) -> bool:
    """HTML, its names of characters, and pictures: refused."""
    match = _MARKUP.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    start, state.pos = state.pos, match.end()
    if not silent:
        problem, remedy = MARKUP[match[0][0]]
        _refused(state, start, state.pos, problem, remedy)
    return True


MARKUP = {
    "<": ("HTML is not read", r"Write \< for the sign; stressed words are *so* or **so**."),
    "&": ("HTML's names of characters are not read", "Write the character itself."),
    "!": ("pictures are not read", "Leave it out; formulas, tables and code are read."),
}


def _display(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``$$ ... $$`` on lines of its own."""
    if not _text(state, start).startswith("$$"):
        return False
    if silent:
        return True
    lines, number = [_text(state, start)[2:]], start
    while not lines[-1].rstrip().endswith("$$") and number + 1 < end and state.sCount[number + 1] >= state.blkIndent:
        number += 1
        lines.append(_text(state, number))
    body, closed, after = "\n".join(lines).rpartition("$$")
    token = state.push("display", "", 0)
    token.map = [start, number + 1]
    token.content = body if closed else after
    token.meta = {"closed": bool(closed), "more": "$$" in body or bool(after.strip())}
    state.line = number + 1
    return True


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
