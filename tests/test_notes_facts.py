"""What tables and sentences of the notes say is checked like their lines."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

import symbp
from symbp import mathtree as m
from symbp.derive import derive
from symbp.errors import CheckFailed
from symbp.notes import SECTIONS, VIEWS, _sections
from symbp.notes.about import subject
from symbp.notes.facts import check_facts
from symbp.notes.subject import Subject
from symbp.printing.document import Paragraph, Section, Sentence, Table
from symbp.wording import say

KEYS = ("forward", "gradients", "updates")


@cache
def about() -> Subject:
    return subject(derive(symbp.load("examples/relay.toml")), VIEWS)


@cache
def sections() -> tuple[Section, ...]:
    return _sections(about(), [key for key in SECTIONS if key != "exercises"])


def rows(key: str) -> list[tuple[Sentence, ...]]:
    """The rows of the section's table of quantities."""
    (section,) = [s for s in sections() if s.key == key]
    tables = [b for b in section.blocks if isinstance(b, Table) and len(b.rows) > 5]
    return list(tables[0].rows)


def with_table(key: str, *changed: tuple[Sentence, ...]) -> tuple[Section, ...]:
    """A section with a table of some rows."""
    alignment = ("left",) * len(changed[0])
    table = Table(("t",), ((),) * len(changed[0]), changed, alignment)  # type: ignore[arg-type]
    return (Section(("s",), (table,), key=key),)


def test_what_the_notes_say_holds() -> None:
    check_facts(about(), sections())


@pytest.mark.parametrize("key", KEYS)
def test_a_wrong_digit_in_a_table_stops_the_notes(key: str) -> None:
    """In each row: a number that differs in the last digit."""
    for row in rows(key):
        (number,) = row[1]
        assert isinstance(number, m.Number)
        wrong = replace(number, value=number.value * (1 + 1e-4))
        check_facts(about(), with_table(key, row))
        with pytest.raises(CheckFailed, match=r"^(equation \(\d+\)|a line without a number), .* does not hold"):
            check_facts(about(), with_table(key, (row[0], (wrong,), *row[2:])))


@pytest.mark.parametrize("key", KEYS)
def test_a_value_in_the_wrong_row_stops_the_notes(key: str) -> None:
    every = rows(key)
    with pytest.raises(CheckFailed):
        check_facts(about(), with_table(key, (every[0][0], *every[-1][1:]), *every[1:]))


@pytest.mark.parametrize("key", ["forward", "gradients"])
def test_a_reference_to_another_equation_stops_the_notes(key: str) -> None:
    row = rows(key)[0]
    place = next(k for k, cell in enumerate(row) if any(isinstance(p, m.Reference) for p in cell))
    wrong = (*row[:place], (m.Reference("2"),), *row[place + 1 :])
    with pytest.raises(CheckFailed) as fault:
        check_facts(about(), with_table(key, wrong))
    (quantity,), (right,) = row[0], row[place]
    assert isinstance(quantity, m.Node) and isinstance(right, m.Reference)
    assert str(fault.value) == (
        f"equation ({right.number}): a table leads from {m.reading(quantity)} to equation (2)"
    )  # fmt: skip


def test_a_wrong_formula_within_a_sentence_stops_the_notes() -> None:
    z = m.Symbol("z", "", (1,))
    for value, holds in ((about().values["z1"][0, 0], True), (about().values["z1"][0, 1], False)):
        told = say("Here {formula}.", formula=m.Comparison(z, "=", m.Number(value)))
        section = Section(("s",), (Paragraph((told,)),), key="forward")
        if holds:
            check_facts(about(), (section,))
            continue
        with pytest.raises(CheckFailed) as fault:
            check_facts(about(), (section,))
        assert str(fault.value) == "a sentence says z_1 = 0.59, which does not hold"


def test_a_formula_of_what_has_no_value_here_is_left_alone() -> None:
    told = Paragraph((m.Comparison(m.Symbol("u"), "=", m.Number(1)),))
    check_facts(about(), (Section(("s",), (told,), key="forward"),))
