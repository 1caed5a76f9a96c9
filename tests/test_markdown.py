"""Markdown for MyST and Quarto, and notebooks: what each block becomes, what is escaped, and that notebooks run."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from symbp import mathtree as m
from symbp.build import derivation_of
from symbp.mathtree.nodes import Hyperlink, Strong
from symbp.notes import notes
from symbp.printing.document import Cell, Document, Figure, Formula, Paragraph, Remark, Section, Solution, Table
from symbp.printing.markdown import myst_files, notebook_source, quarto_files
from symbp.printing.markdown.mathematics import SPECIAL, words
from symbp.printing.markdown.text import APART, code, escaped, guarded, printable
from tests.test_render import HOSTILE_DOCUMENT, SAMPLE

EXAMPLES = Path(__file__).parent.parent / "examples"
HOSTILE = r"""<script>alert(1)</script> *a* _b_ [c](d) # e $f$ `g` \(h\) ~i~ ^j^ {k} | @l & &amp; "m" 'n' -- {{o}}"""


@cache
def relay() -> Document:
    return notes(derivation_of(EXAMPLES / "relay.toml"))


def cells_of(document: Document, name: str = "relay") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(notebook_source(document, name))["cells"]
    return found


def text_of(cells: list[dict[str, Any]], kind: str = "markdown") -> str:
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == kind)


# Plain text is read back as it was.


def read_back(markdown: str) -> str:
    """The text that a Markdown parser finds in one paragraph, markup and HTML left out."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(markdown)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"], tokens
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "html_inline", "text_special"}, children
    assert {child.content for child in children if child.type == "html_inline"} <= {"<span>", "</span>"}
    return "".join(child.content for child in children if child.type != "html_inline")


@pytest.mark.parametrize("signs", [{}, APART])
@given(text=st.text(st.sampled_from(HOSTILE + "\n\t.):=+%!0123é漢"), min_size=1))
@settings(max_examples=150)
def test_any_text_is_read_back(signs: dict[str, str], text: str) -> None:
    shown = printable(text).strip(" \t\u3000")
    if shown:
        assert read_back(guarded(escaped(text, signs))) == shown


@given(text=st.text(st.sampled_from("`` a$|\\<"), min_size=1))
def test_code_is_read_back(text: str) -> None:
    tokens = MarkdownIt("commonmark").parseInline(code(text))[0].children or []
    assert [t.type for t in tokens] == ["code_inline"]
    assert tokens[0].content.strip() == text.strip()


@given(text=st.text())
def test_words_in_a_formula_hold_no_command(text: str) -> None:
    """What is inside ``\\text{...}`` has no sign with a meaning, and what is outside is a known command."""
    outside = re.sub(r"\\text\{[^\\{}$%#&_^~|<>`]*\}|\{\}\^\{[-0-9]+\}", "", words(text).replace(SPECIAL["`"], ""))
    known = "|".join(map(re.escape, sorted(SPECIAL.values(), key=len, reverse=True)))
    assert re.sub(known, "", outside) == ""


def test_a_hostile_title_is_text_in_each_format() -> None:
    document = replace(HOSTILE_DOCUMENT, title=HOSTILE)
    cells, page, quarto = cells_of(document), myst_files(document, "x")["x.md"], quarto_files(document, "x")["x.qmd"]
    for source in (text_of(cells), page, quarto):
        assert "<script" not in MarkdownIt("commonmark").enable("table").render(source)
    assert read_back("".join(cells[0]["source"]).splitlines()[0].removeprefix("# ")) == HOSTILE
    assert read_back(next(line for line in page.splitlines() if line.startswith("# ")).removeprefix("# ")) == HOSTILE
    quoted = next(line for line in quarto.splitlines() if line.startswith("title: "))
    assert read_back(json.loads(quoted.removeprefix("title: "))) == HOSTILE


# Blocks.

A = m.Symbol("a")
EXERCISE = Remark(("Exercise 1",), (Paragraph(("Do.",)), Solution(("Solution",), (Paragraph(("Done.",)),))))
BLOCKS = Document(
    "Blocks",
    (
        Section(
            ("One ", m.Symbol("z")),
            (
                Paragraph(("See ", m.Reference("7.b"), ", not ", m.Reference("9"), ".")),
                Formula(m.Display((m.Line(A, m.Symbol("b"), ":=", ("50 %",)), m.Line(None, m.Number(2))), "7")),
                Paragraph((Strong("bold "), Hyperlink("here", "https://example.org/(a)"))),
                Remark(("Note",), (Paragraph(("so",)),)),
            ),
            key="forward",
        ),
        Section(("Exercises",), (EXERCISE,), key="exercises"),
    ),
    subtitle="sub",
)  # fmt: skip
ALIGNED = "\\begin{align*}\na &\\mathrel{:=} b && \\text{50 }\\% \\tag{7.a} \\\\\n &= 2 \\tag{7.b}\n\\end{align*}"


def test_myst() -> None:
    files = myst_files(BLOCKS, "net")
    assert list(files) == ["net.md"]
    expected = f"""\
---
numbering:
  equation: false
lang: en
---


(net)=
# Blocks

sub

(net-forward)=
## One $z$

See [(7.b)](#net-eq-7), not (9).

(net-eq-7)=
{ALIGNED}

**bold** [here](https://example.org/%28a%29)

```{{admonition}} Note
so
```

(net-exercises)=
## Exercises

```{{exercise}} Exercise 1
:label: net-exercise-1
:nonumber:

Do.
```

```{{solution}} net-exercise-1
:label: net-exercise-1-solution
:class: dropdown

Done.
```
"""
    assert files["net.md"] == expected


def test_quarto() -> None:
    text = quarto_files(BLOCKS, "net")["net.qmd"]
    head, _, body = text.partition("---\n\n")
    assert head.startswith('---\ntitle: "Blocks"\nsubtitle: "sub"\nlang: en\n')
    expected = f"""\
# One $z$ {{#sec-net-forward}}

See [(7.b)](#net-eq-7), not (9).

::: {{#net-eq-7}}
{ALIGNED}
:::

**bold** [here](https://example.org/%28a%29)

::: {{.callout-note icon=false}}
## Note

so
:::

# Exercises {{#sec-net-exercises}}

:::: {{.callout-note icon=false}}
## Exercise 1

Do.

::: {{.callout-tip collapse="true" icon=false}}
## Solution

Done.
:::
::::
"""
    assert body == expected


def test_every_kind_of_block_in_each_format() -> None:
    kinds = {block.kind for block in SAMPLE.blocks()}
    assert kinds == {"paragraph", "formula", "table", "figure", "code", "items", "remark", "solution"}
    figures = [block for block in SAMPLE.blocks() if isinstance(block, Figure)]
    for files in (myst_files(SAMPLE, "net"), quarto_files(SAMPLE, "net")):
        assert len(files) == 1 + len(figures)
        assert files["net-figures/figure-1.svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg" class="drawing"')
    book = text_of(cells_of(SAMPLE, "net"))
    assert book.count("](data:image/svg+xml;base64,") == len(figures)
    tables = [block for block in SAMPLE.blocks() if isinstance(block, Table)]
    assert [f"**Table {n}.**" in book for n in range(1, len(tables) + 2)] == [True] * len(tables) + [False]


def test_links_lead_to_anchors_that_are_there_once() -> None:
    document = relay()
    sources = {
        r"\((\S+?)\)=\n": myst_files(document, "relay")["relay.md"],
        r"::: \{#(\S+)\}": quarto_files(document, "relay")["relay.qmd"],
        r'<a id="([^"]+)">': text_of(cells_of(document)),
    }
    for anchor, source in sources.items():
        there = re.findall(anchor, source)
        assert len(there) == len(set(there))
        links = set(re.findall(r"\]\(#([^)]+)\)|\\href\{#([^}]+)\}", source))
        assert links
        assert {a or b for a, b in links} <= set(there)


# Notebooks.


def test_a_notebook_is_nbformat_4_5() -> None:
    book = json.loads(notebook_source(relay(), "relay"))
    assert {key: book[key] for key in ("nbformat", "nbformat_minor")} == {"nbformat": 4, "nbformat_minor": 5}
    assert book["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
        "title": "Three neurons in a relay",
    }
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])
    for cell in book["cells"]:
        assert re.fullmatch("[A-Za-z0-9_-]{1,64}", cell["id"])
        wanted = {"cell_type", "id", "metadata", "source"}
        wanted |= {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == wanted
        assert all(line.endswith("\n") for line in cell["source"][:-1])


def run(document: Document, name: str = "relay") -> dict[str, Any]:
    """The names that the code of a notebook has given after it has run from top to bottom."""
    known: dict[str, Any] = {"__name__": "notebook"}
    for cell in cells_of(document, name):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), known)
    return known


def test_a_notebook_runs_and_checks_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    known = run(relay())
    told = capsys.readouterr().out
    assert "W1_bar: 4 as printed\n" in told
    assert "p1.W1: 4 as printed\n" in told
    assert "the same loss, and the same gradient\n" in told
    assert known["L1"] < known["L0"]


def changed(document: Document, of: tuple[str, tuple[int, ...]]) -> Document:
    """The document with one digit of one printed number wrong, wherever it stands."""

    def within(node: m.Node) -> m.Node:
        wrong = isinstance(node, m.Number) and node.of == of
        return m.Number(node.value * 1.01, node.digits, node.of) if wrong else node  # type: ignore[attr-defined]

    def table(block: Any) -> Any:
        if not isinstance(block, Table):
            return block
        rows = tuple(tuple(tuple(within(p) if isinstance(p, m.Node) else p for p in c) for c in r) for r in block.rows)
        return replace(block, rows=rows)

    sections = tuple(replace(s, blocks=tuple(map(table, s.blocks))) for s in document.sections)
    return replace(document, sections=sections)


@pytest.mark.parametrize(
    ("of", "message"),
    [
        (("z1", (0, 1)), "z1[0, 1] is 0.59, and the notes print 0.5959"),
        (("W1_bar", (1, 0)), "W1_bar[1, 0] is 0.00430784, and the notes print 0.004351"),
        (("p1.W2", (0, 0)), "p1.W2[0, 0] is 0.496879, and the notes print 0.5018"),
    ],
)
def test_a_number_that_is_printed_wrong_stops_the_notebook(of: tuple[str, tuple[int, ...]], message: str) -> None:
    with pytest.raises(AssertionError) as fault:
        run(changed(relay(), of))
    assert str(fault.value) == message


def test_sections_may_be_chosen_and_reordered() -> None:
    """Code keeps its order, and what is printed before it can be computed is compared later."""
    kept = [s for key in ("gradients", "network", "updates") for s in relay().sections if s.key == key]
    document = replace(relay(), sections=tuple(kept))
    assert run(document)["L1"] < run(document)["L0"]
    assert "recheck" not in text_of(cells_of(document)[:-8], "code").replace("def recheck", "")
    with pytest.raises(AssertionError, match="^W1_bar"):
        run(changed(document, ("W1_bar", (1, 0))))


def test_cells_stand_after_their_sections() -> None:
    document = Document(
        "D",
        (
            Section(("A",), (Paragraph(("a",)),), key="a"),
            Section(("B",), (Paragraph((m.Number(3, 4, ("v", ())),)),), key="b"),
        ),
        cells=(Cell("v = f(2)", ("so",), "a", (("v", "v"),)),),
        module="import math\n\n\ndef f(x):\n    return _g(x) + math.floor(1.5)\n\n\ndef _g(x):\n    return x\n",
    )  # fmt: skip
    shown = [("".join(cell["source"]), "tags" in cell["metadata"]) for cell in cells_of(document)]
    assert shown == [
        ("# D", False),
        ('<a id="relay-a"></a>\n\n## 1. A\n\na', False),
        ("so", False),
        ("import math", False),
        ("def _g(x):\n    return x", True),
        ("def f(x):\n    return _g(x) + math.floor(1.5)", False),
        ("v = f(2)", False),
        ('<a id="relay-b"></a>\n\n## 2. B\n\n$3$', False),
        ('recheck("v", v, "3")', False),
    ]
