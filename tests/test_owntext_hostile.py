"""Own text that means harm: it is read or refused with a SpecError, soon, and never reaches a page as it is."""

from __future__ import annotations

import random
import re
import time
import xml.etree.ElementTree as ET

import pytest

from symbp.errors import Fault
from symbp.mathtree.nodes import Display
from symbp.mathtree.pieces import Typeset
from symbp.owntext.choice import notes_of
from symbp.owntext.commands import CHARACTERS, COMMANDS, DELIMITERS, ENVIRONMENTS
from symbp.owntext.display import display
from symbp.owntext.mathematics import formula
from symbp.owntext.text import read_text
from symbp.printing.document import Document
from symbp.printing.html import html_source
from symbp.printing.latex import latex
from symbp.printing.mathml import mathml
from symbp.printing.pdf import tex_engine, tex_pdf
from symbp.printing.tex import tex_source
from symbp.printing.typst import typst_source
from symbp.printing.typst_math import typst_math
from symbp.printing.typst_pdf import typst_pdf

BAD = ["\\input{/etc/passwd}", "\\write18{ls}", "\\def\\x{1}", "\\catcode`\\%=12", "^^5c", "\\csname input\\endcsname",
       "<script>alert(1)</script>", "<!--", "${x}", "{{7*7}}", "{% x %}", "<< x >>", "#import \"x\"", "#eval(1)", "\\",
       "$", "%", "é", "\u2028", "\0", "&#x3c;", "javascript:alert(1)"]  # fmt: skip
MATHEMATICS = [
    *(f"\\{name}" for name in sorted(COMMANDS)), *sorted(DELIMITERS), *CHARACTERS, *"abcxyzWLN0123456789{}{}{}_^'&",
    *(f"\\begin{{{name}}}" for name in ENVIRONMENTS), *(f"\\end{{{name}}}" for name in ENVIRONMENTS),
    "\\\\", " ", "\n", "{a}", "{x_1}", "\\left(", "\\right)", "\\text{if }", "\\operatorname{f}",
]  # fmt: skip
MARKDOWN = [
    "\n", "\n\n", "# ", "## ", "> ", "- ", "1. ", "```\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "**", "*", "_", "`",
    "$", "$$\n", "[", "](", ")", "![", "<", ">", "https://example.org", "&amp;", "\\", "\\eqref{7}", "word ", "é", "  ",
    ": ", "---\n", "===\n", "\t", "|", "~~", "<https://example.org>", "\\$", "\\*", "a", "1",
]  # fmt: skip


def hostile(draw: random.Random, words: list[str]) -> str:
    pool = BAD if draw.random() < 0.1 else words
    return "".join(draw.choice(pool if draw.random() < 0.3 else words) for _ in range(draw.randint(1, 25)))


BARS = re.compile(r"vert|\|", re.IGNORECASE)  # of bars without partners nobody can say which side they are


@pytest.mark.parametrize("seed", range(4))
def test_a_hostile_formula_is_read_or_refused(seed: int) -> None:
    """What is read prints in every language, and what is printed in LaTeX reads as the same formula."""
    draw = random.Random(seed)
    read = 0
    for _ in range(2_500):
        text = hostile(draw, MATHEMATICS)
        try:
            node = Typeset(formula(text))
        except Fault as fault:
            assert fault.text == text and 0 <= fault.span[0] <= len(text)
            continue
        read += 1
        printed = latex(node)
        assert printed.isascii() and "U+" not in printed, text
        if not BARS.search(text):
            assert "".join(latex(Typeset(formula(printed))).split()) == "".join(printed.split()), text
        ET.fromstring(mathml(node))
        typst_math(node)
    assert read > 100


def test_typst_compiles_whatever_is_read() -> None:
    draw = random.Random(7)
    sources = []
    while len(sources) < 300:
        try:
            sources.append(f"$ {typst_math(Typeset(formula(hostile(draw, MATHEMATICS))))} $")
        except Fault:
            continue
    assert typst_pdf("#let boxed(b) = box(stroke: 0.5pt, b)\n" + "\n\n".join(sources)).log == ""


@pytest.mark.parametrize("seed", range(2))
def test_a_hostile_text_is_read_or_refused(seed: int) -> None:
    draw = random.Random(seed)
    read = 0
    for _ in range(1_000):
        text = hostile(draw, [*MARKDOWN, *(f"${word}$" for word in ("x", r"\frac{a}{b}", "a_1"))])
        try:
            sections = read_text(text).sections
        except Fault as fault:
            assert fault.span[0] <= len(text)
            continue
        read += 1
        if read % 50 == 0:
            document = Document("t", sections)
            for source in (tex_source, html_source, typst_source):
                assert source(document)
    assert read > 50


LONG = [
    "(" * 4_000, "{" * 4_000, "|" * 4_000, r"\left(" * 600, "a^" * 2_000, "'" * 4_000, r"\frac" * 800, "_" * 4_000,
    r"\begin{cases}" * 300, "x_1 + " * 600, r"\hat" * 1_000, "(a" * 1_900, r"\|a" * 1_300, "[" * 4_000, "a" * 4_000,
]  # fmt: skip


@pytest.mark.parametrize("text", LONG, ids=[text[:12] for text in LONG])
def test_a_long_formula_is_read_or_refused_soon(text: str) -> None:
    start = time.process_time()
    try:
        latex(display(text).lines[0].right)
    except Fault as fault:
        assert fault.problem
    assert time.process_time() - start < 1.0


BODIES = [
    "[", "(", "*a ", "**a", "> ", "- ", "`", "$a$ ", "$", "\\", "|a", "<", "&a", "![", "[a](", "]", "_a_", "```\n",
    "$$\n", "1. a\n", "- a\n", "> a\n", "a\n", "\\eqref{7} ", "[](#eq-1)", "\t", "|a|b|\n|-|-|\n|a|b|\n\n", "***",
]  # fmt: skip


@pytest.mark.parametrize("piece", BODIES, ids=repr)
def test_a_long_text_is_read_or_refused_soon(piece: str) -> None:
    """What took time with the square of the length would take minutes."""
    body = ("x" + piece * 12_000)[:12_000]
    start = time.process_time()
    try:
        read_text(body)
    except Fault as fault:
        assert str(fault)
    assert time.process_time() - start < 2


def test_what_is_harmless_in_markdown_is_text_in_every_format() -> None:
    """Marks of other languages, within words, code and addresses, are printed and not obeyed."""
    body = (
        'a {{ 7*7 }} {% raw %} << x >> `\\input{x}` `<script>` #import 50 % & ~ ^ "q" #eval x | y $\\text{\\%\\#}$ '
        "`{{ x }}` [a \\] b #](https://example.org/?a=%20&b#c~d_e)\n\n```x\n</code><script> \\end{document} #let\n```\n"
    )
    choice = notes_of({"text": {"t": {"title": "T {{x}} & #let", "body": body}}})
    document = Document("t", choice.texts[0].sections)
    page, tex, typ = html_source(document), tex_source(document), typst_source(document)
    assert "<script" not in page and "{{ 7*7 }}" in page
    inside = tex.split(r"\begin{document}")[1]
    assert r"\input" not in inside and inside.count(r"\end{document}") == 1
    assert typst_pdf(typ).log == ""
    assert [d for d in document.displays() if isinstance(d, Display)] == []
    assert re.search(r"href=\"https://example.org/\?a=%20&amp;b#c~d_e\"", page)


@pytest.mark.tex
def test_tex_sets_whatever_is_read() -> None:
    draw = random.Random(11)
    formulas: list[str] = []
    while len(formulas) < 1_000:
        try:
            formulas.append(latex(Typeset(formula(hostile(draw, MATHEMATICS)))))
        except Fault:
            continue
    packages = r"\documentclass{article}\usepackage{amsmath,amssymb,mathtools}\begin{document}"
    body = "\n\n".join(f"${text}$" for text in formulas)
    engine = tex_engine()
    assert engine is not None
    printed = tex_pdf(f"{packages}\n{body}\n\\end{{document}}\n", engine)
    assert printed.pdf is not None, printed.log[-2_000:]
