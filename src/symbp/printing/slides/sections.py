"""A document as slides, one idea each: a derivation, a table, a figure, a few lines of code, or a short list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symbp.mathtree.nodes import Inline
from symbp.printing.document import Block, Document, Items, Paragraph, Remark, Section, Sentence, Solution
from symbp.printing.slides.blocks import SHOWN
from symbp.printing.slides.brief import point
from symbp.printing.slides.displays import about
from symbp.printing.slides.fill import shares
from symbp.printing.slides.heights import ROOM, block_height, paragraph_height
from symbp.printing.slides.shown import Slide, SlideBlock, Steps

MOST_LED = 6.5  # em of text above what it leads to


def slides(document: Document) -> tuple[Slide, ...]:
    """The slides of a document."""
    return tuple(slide for section in document.sections for slide in _section(section))


def heading(slide: Slide) -> Sentence:
    """The heading of a slide: its section, and what of it this is about."""
    quantities: list[Inline] = [part for node in slide.about for part in (", ", node)]
    return (*slide.title, ": ", *quantities[1:]) if quantities else slide.title


def _section(section: Section) -> Iterator[Slide]:
    found = _gathered(_told(section.title, section.blocks, brief=True))
    if section.level == 1:
        found[:1] = [replace(slide, section=section.title) for slide in found[:1]]
    yield from found


# Texts go with what follows them.


def _told(title: Sentence, blocks: Iterable[Block], brief: bool) -> list[Slide]:
    """The slides of blocks under one title; of an exercise the whole text is shown."""
    out: list[Slide] = []
    said: list[Sentence] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            said.append(block.parts)
            continue
        if isinstance(block, Remark | Solution):
            out += _texts(title, said, brief)
            out += _told(_unstopped(block.title), block.blocks, brief=False)
        else:
            out += _led(title, said, block, brief)
        said = []
    return _closed(out, list(_texts(title, said, brief)))


def _unstopped(title: Sentence) -> Sentence:
    """A title without the full stop that ends it where text goes on in the same line."""
    last = title[-1] if title else ""
    return (*title[:-1], last.removesuffix(".")) if isinstance(last, str) else title


def _closed(told: list[Slide], last: list[Slide]) -> list[Slide]:
    """The slides with the last words, which stand below what they are about if there is room."""
    if len(last) == 1 and told and _height(told[-1]) + _height(last[0]) <= ROOM:
        (words,), before = last, told[-1]
        last = [replace(before, blocks=before.blocks + words.blocks, spoken=before.spoken + words.spoken)]
        told = told[:-1]
    return told + last


def _height(slide: Slide) -> float:
    return sum(map(block_height, slide.blocks))


def _texts(title: Sentence, said: list[Sentence], brief: bool) -> Iterator[Slide]:
    """Texts that nothing follows, as slides of their own."""
    spoken = iter(said)
    for some in shares([point(parts) if brief else parts for parts in said], paragraph_height, ROOM):
        told = tuple(text for _, text in zip(some, spoken, strict=False))
        yield Slide(title, (Items(some) if len(some) > 1 else Paragraph(some[0]),), spoken=told)


def _led(title: Sentence, said: list[Sentence], block: Block, brief: bool) -> Iterator[Slide]:
    """A block with the texts before it: above it if they are short, or else on slides of their own."""
    lead = [point(parts, leads=place == len(said) - 1) if brief else parts for place, parts in enumerate(said)]
    above = len(lead)
    while above and sum(map(paragraph_height, lead[-above:])) > MOST_LED:
        above -= 1
    apart = len(lead) - above
    yield from _texts(title, said[:apart], brief)
    taken = sum(map(paragraph_height, lead[apart:]))
    for place, slide in enumerate(SHOWN[type(block)](title, block, taken)):
        leading, spoken = ((), ()) if place else (tuple(map(Paragraph, lead[apart:])), tuple(said[apart:]))
        yield replace(slide, blocks=(*leading, *slide.blocks), spoken=spoken + slide.spoken)


# What is short shares a slide.


def _gathered(told: list[Slide]) -> list[Slide]:
    """The slides, where displays of one line each that follow one another share one."""
    out: list[Slide] = []
    for slide in told:
        if out and _share(out[-1], slide):
            before = out.pop()
            both = about([*before.about, *slide.about]) if before.about and slide.about else ()
            blocks = _joined(before.blocks, slide.blocks)
            slide = replace(before, blocks=blocks, about=both, spoken=before.spoken + slide.spoken)
        out.append(slide)
    return out


def _share(one: Slide, other: Slide) -> bool:
    """Whether the second goes on where the first ends, and there is room for both: a text begins another thought."""
    goes_on = one.title == other.title and isinstance(other.blocks[0], Steps) and _is_short(one) and _is_short(other)
    return goes_on and _height(one) + _height(other) <= ROOM


def _is_short(slide: Slide) -> bool:
    """Whether there is nothing but text and lines that go on from no other."""
    return all(isinstance(b, Paragraph) or (isinstance(b, Steps) and _are_apart(b)) for b in slide.blocks)


def _are_apart(steps: Steps) -> bool:
    return not steps.name and all(line[0].left for line in steps.lines)


def _joined(one: tuple[SlideBlock, ...], other: tuple[SlideBlock, ...]) -> tuple[SlideBlock, ...]:
    """The blocks of both; displays that come to stand side by side are aligned with one another."""
    last, first = one[-1], other[0]
    if isinstance(last, Steps) and isinstance(first, Steps):
        return (*one[:-1], replace(last, rows=last.rows + first.rows), *other[1:])
    return (*one, *other)
