"""What ``symbp audit`` prints: a table of figures with what is said of the wrong ones below it, or records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from textwrap import wrap
from typing import Any

import click

from symbp.audit import Audit, Figure, audit
from symbp.command.progress import progress_bar

Record = dict[str, Any]
WIDTH = 100
HEAD = ("figure", "of", "printed", "exact", "")
MOST = 1e5  # percent
LARGEST = Fraction(10) ** 300  # of what a figure is off
VERDICTS = {"right": "right", "last place": "last place", "wrong": "WRONG"}


def print_audits(examples: Sequence[Path], as_json: bool) -> bool:
    """Print the audits of some examples; whether none of their figures is wrong."""
    found = []
    for number, example in enumerate(examples):
        with progress_bar() as advance:
            found.append(audit(example, advance))
        if not as_json:
            click.echo(("\n" if number else "") + audit_text(found[-1]))
    if as_json:
        click.echo(json.dumps([audit_record(each) for each in found], indent=2, ensure_ascii=False))
    return all(each.passed for each in found)


def audit_record(found: Audit) -> Record:
    """An audit as plain lists and dictionaries."""
    return {
        "file": found.path,
        "source": found.source,
        "summary": found.summary,
        "passed": found.passed,
        "figures": [_figure_record(figure) for figure in found.figures],
    }


def _figure_record(figure: Figure) -> Record:
    return {
        "called": figure.called,
        "of": figure.quantity,
        "after": figure.after,
        "printed": figure.printed,
        "exact": figure.exact,
        "verdict": figure.verdict,
        "off": None if figure.off is None else float(f"{_float(figure.off):.2g}"),
        "by_itself": figure.by_itself,
        "given": figure.given,
        "follows": list(figure.follows),
        "cause": figure.cause,
        "causes": list(figure.causes),
    }


def audit_text(found: Audit) -> str:
    """An audit as a table, at most 100 characters wide; the wrong figures are explained under their lines."""
    head = [line for line in (found.path, *wrap(found.source, WIDTH, break_on_hyphens=False)) if line]
    rows = _fitted([_row(figure) for figure in found.figures])
    widths = [max(len(row[column]) for row in (HEAD, *rows)) for column in range(len(HEAD))]
    lines = [_line(HEAD, widths), "  ".join("-" * max(width, 4) for width in widths)]
    for figure, row in zip(found.figures, rows, strict=True):
        lines.append(_line(row, widths))
        lines += [f"    {line}" for remark in _remarks(figure) for line in wrap(remark, WIDTH - 4)]
    return "\n".join([*head, "", *lines, "", found.summary])


def _row(figure: Figure) -> tuple[str, ...]:
    steps = f" after {figure.after}" if figure.after else ""
    of = figure.quantity if figure.called != figure.quantity else ""
    return (figure.called + steps, of, figure.printed, figure.exact, VERDICTS[figure.verdict])


def _fitted(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows with their longest cells shortened, so far that the table is not too wide."""
    widths = [max(len(row[column]) for row in (HEAD, *rows)) for column in range(len(HEAD))]
    while sum(widths) + 2 * (len(HEAD) - 1) > WIDTH:
        widths[widths.index(max(widths))] -= 1
    return [tuple(map(_short, row, widths)) for row in rows]


def _short(cell: str, width: int) -> str:
    return cell if len(cell) <= width else f"{cell[: width - 3]}..."


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _remarks(figure: Figure) -> list[str]:
    """What is said of a wrong figure: how far off it is, what it follows from, what probably went wrong."""
    if figure.verdict != "wrong":
        return []
    off = "" if figure.off is None else f"off by {_share(figure)}"
    return ["; ".join(part for part in (off, _given(figure), figure.cause) if part)]


def _given(figure: Figure) -> str:
    """That a figure follows from others of the text."""
    if not figure.follows:
        return ""
    if figure.cause:
        return f"as in {figure.follows[0]}"
    verdict = "right" if figure.given == "right" else "off in the last place"
    return f"{verdict} given {_listed(figure.follows)}"


def _share(figure: Figure) -> str:
    """How far off a figure is, in units of the exact value."""
    assert figure.off is not None
    percent = 100 * _float(figure.off)
    return f"{percent:.2g} %" if percent < 99.5 else f"{percent:,.0f} %" if percent < MOST else "orders of magnitude"


def _float(off: Fraction) -> float:
    """A share as a float; the largest that is told if it is beyond all floats."""
    return float(min(off, LARGEST))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
