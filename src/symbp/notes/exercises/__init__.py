"""Section 12: exercises with solutions, about this network at other numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from symbp import mathtree as m
from symbp.notes.exercises.choosing import which_transpose
from symbp.notes.exercises.computing import (
    error_signal,
    forward_value,
    later_value,
    update_step,
    weight_gradient,
)
from symbp.notes.exercises.counting import parameter_count, shapes, window_sizes
from symbp.notes.exercises.numbers import with_numbers
from symbp.notes.exercises.reasoning import (
    looks_ahead,
    same_sample_twice,
    single_step,
    sums_to_zero,
    switched_off,
    vanishing,
)
from symbp.notes.exercises.setting import Builder, Setting, numbered
from symbp.notes.exercises.spoiling import wrong_line
from symbp.notes.forward import given_numbers
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Paragraph, Section
from symbp.wording import listed, say

# What is asked, in this order, where it can be asked; of the last kinds only as many as there is room for.
BUILDERS: tuple[Builder, ...] = (
    forward_value,
    later_value,
    error_signal,
    weight_gradient,
    wrong_line,
    update_step,
    looks_ahead,
    sums_to_zero,
    single_step,
    switched_off,
    window_sizes,
    which_transpose,
    shapes,
    vanishing,
    same_sample_twice,
    parameter_count,
)
MOST = 8  # exercises


def exercises(about: Subject) -> list[Section]:
    """The exercises of a network: the same for the same spec."""
    random = Random(f"exercises of {about.network.name}")
    source = about.evaluated_as or about
    numbers = with_numbers(source, random)
    blocks = list(_set(Setting(about, numbers, random)))
    if not blocks:
        return []
    return [Section((say("Exercises"),), (*_opening(source, numbers), *blocks))]


def _set(setting: Setting) -> Iterator[Block]:
    """The exercises, numbered from 1."""
    number = 1
    for build in BUILDERS:
        found = build(replace(setting, number=number))
        if found is not None:
            yield numbered(found, number)
            number += 1
        if number > MOST:
            return


def _opening(source: Subject, numbers: Subject | None) -> Iterator[Block]:
    """What the exercises are about, and the numbers that they start from."""
    if numbers is None:
        yield Paragraph((say("None of these needs a calculator."),))
        return
    same = numbers.network.name == source.network.name
    told = (
        say("The same network, with other numbers. A pocket calculator will do; four digits are enough.")
        if same
        else say("A smaller network of the same kind. A pocket calculator will do; four digits are enough.")
    )
    wrong = say("Where a mistake is to be found, one line is wrong on purpose; all other lines were checked as above.")
    yield Paragraph((told, " ", wrong))
    yield from given_numbers(numbers)
    labels = [
        e for t in numbers.base.start.of_role("target", "input") if t.dtype == "int" for e in numbers.elements(t.name)
    ]
    if labels:
        known = [m.Comparison(numbers.naming.symbol(e), "=", numbers.number(e)) for e in labels]
        yield Paragraph((say("It is known that {values}.", values=listed(known)),))
