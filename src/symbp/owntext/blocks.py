"""The blocks of an own text: paragraphs, lists, formulas, code, tables, quotations, and headings within it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from symbp.errors import Fault
from symbp.mathtree.nodes import Strong
from symbp.owntext.display import display
from symbp.owntext.inline import Reader
from symbp.owntext.tables import table_of
from symbp.printing.document import Block, Code, Formula, Items, Paragraph, Remark, Sentence, Table
from symbp.wording import say

if TYPE_CHECKING:
    from markdown_it.token import Token

_LANGUAGE = re.compile(r"[A-Za-z0-9+#-]{1,20}")


@dataclass(frozen=True)
class Heading:
    """A heading within an own text, of level 2."""

    title: Sentence


Part: TypeAlias = Block | Heading


@dataclass
class Blocks:
    """Reads the tokens of a text one after the other."""

    reader: Reader
    tokens: list[Token]
    at: int = 0

    def fault(self, token: Token, problem: str, remedy: str) -> Fault:
        return self.reader.source.fault(problem, remedy, self.reader.source.line((token.map or [0])[0]))

    def parts(self, closing: str = "") -> list[Part]:
        """The blocks up to a closing token, or to the end of the text."""
        found: list[Part] = []
        while self.at < len(self.tokens) and self.tokens[self.at].type != closing:
            token = self.tokens[self.at]
            if closing and token.type in ("heading_open", "table_open", "blockquote_open"):
                what = {"h": "a heading", "t": "a table", "b": "a quotation"}[token.type[0]]
                raise self.fault(token, f"{what} stands in a quotation", "Write it outside of the quotation.")
            part = READERS[token.type](self, token)
            last = found[-1] if found else None
            if isinstance(last, Table) and not last.caption and _caption(part):
                found[-1] = replace(last, caption=_caption(part))
            else:
                found.append(part)
        self.at += 1
        return found

    def paragraph(self, token: Token) -> Paragraph:
        self.at += 3
        return Paragraph(self.reader.sentence(self.tokens[self.at - 2]))

    def heading(self, token: Token) -> Heading:
        if token.tag != "h2":
            problem = f"a heading of level {token.tag[1:]}; the text's title is level 1, and within it there is level 2"
            raise self.fault(token, problem, 'Write "## " before it.')
        self.at += 3
        cited, title = len(self.reader.cited), self.reader.sentence(self.tokens[self.at - 2])
        if not title:
            raise self.fault(token, "a heading has no words", "Leave it out.")
        if self.reader.cited[cited:]:
            raise self.fault(token, "a heading refers to an equation", "Refer to it in the text.")
        return Heading(title)

    def rule(self, token: Token) -> Part:
        raise self.fault(token, "a line across the page is not read", 'Leave it out; "## Title" begins a part.')

    def code(self, token: Token) -> Code:
        source = self.reader.source
        first, after = token.map or [0, 1]
        if after - first < 2 or not source.lines[after - 1].rstrip().endswith(token.markup[:3]):
            raise self.fault(token, f"{token.markup[:3]} has no other after it", "Write it on a line of its own.")
        self.at += 1
        words = token.info.split()
        if words and not _LANGUAGE.fullmatch(words[0]):
            raise self.fault(token, "the language of the code is no word", "Such as python.")
        return Code(token.content, words[0] if words else "text")

    def formula(self, token: Token) -> Formula:
        if not token.meta["closed"]:
            raise self.fault(token, '"$$" has no other after it', "End the formula with $$.")
        if token.meta["more"]:
            raise self.fault(token, 'after a formula\'s "$$" stands more on its line', "Begin another paragraph there.")
        self.at += 1
        first = (token.map or [0])[0]
        with self.reader.within(lambda position: self.reader.source.place(token.content, position, first)):
            return Formula(display(token.content))

    def items(self, token: Token) -> Items:
        """A list, each item of which is a sentence."""
        if token.attrs.get("start", 1) != 1:
            raise self.fault(token, f"a list begins with {token.attrs['start']}", "Lists count from 1.")
        items = []
        self.at += 1
        while (item := self.tokens[self.at]).type == "list_item_open":
            self.check_item(item)
            items.append(self.reader.sentence(self.tokens[self.at + 2]))
            self.at += 5
        self.at += 1
        return Items(tuple(items), token.type == "ordered_list_open")

    def check_item(self, item: Token) -> None:
        """Nothing, if an item of a list is a single paragraph."""
        inside = self.tokens[self.at + 1 : self.at + 5]
        if inside[0].type == "list_item_close":
            raise self.fault(item, "an item of a list is empty", "Leave it out.")
        if [t.type for t in inside] != ["paragraph_open", "inline", "paragraph_close", "list_item_close"]:
            other = inside[0 if inside[0].type != "paragraph_open" else 3]
            remedy = "Write it after the list; lists, formulas between $$ and code stand by themselves."
            raise self.fault(other, "an item of a list holds more than one paragraph", remedy)

    def quotation(self, token: Token) -> Remark:
        """A quotation is a remark; bold words at its beginning are its title."""
        self.at += 1
        blocks = self.parts("blockquote_close")
        if not blocks:
            raise self.fault(token, "a quotation is empty", "Leave it out.")
        first = blocks[0]
        title: Sentence = (say("Remark"),)
        if isinstance(first, Paragraph) and isinstance(first.parts[0], Strong):
            title = (first.parts[0].text,)
            rest = _without_leading_blank(first.parts[1:])
            blocks[:1] = [Paragraph(rest)] if rest else []
        return Remark(title, tuple(blocks))  # type: ignore[arg-type]

    def table(self, token: Token) -> Table:
        stop = next(k for k in range(self.at, len(self.tokens)) if self.tokens[k].type == "table_close")
        tokens, self.at = self.tokens[self.at : stop], stop + 1
        return table_of(self.reader, tokens)


READERS: dict[str, Callable[[Blocks, Token], Part]] = {
    "paragraph_open": Blocks.paragraph,
    "heading_open": Blocks.heading,
    "hr": Blocks.rule,
    "fence": Blocks.code,
    "display": Blocks.formula,
    "bullet_list_open": Blocks.items,
    "ordered_list_open": Blocks.items,
    "blockquote_open": Blocks.quotation,
    "table_open": Blocks.table,
}


def _caption(part: Part) -> Sentence:
    """The caption of the table before a paragraph, if it is one: it begins with a colon."""
    first = part.parts[0] if isinstance(part, Paragraph) else None
    if not isinstance(part, Paragraph) or not isinstance(first, str) or not first.startswith(":"):
        return ()
    return _without_leading_blank((first[1:], *part.parts[1:]))


def _without_leading_blank(parts: Sentence) -> Sentence:
    first = parts[0].lstrip() if parts and isinstance(parts[0], str) else None
    return parts if first is None else (first, *parts[1:]) if first else parts[1:]
