"""Layers that are alike are told once."""

from __future__ import annotations

import re
from functools import cache

import pytest

from symbp.derive import NetworkDerivation, derive
from symbp.layers import BatchNorm, Dense
from symbp.layers.layer import Layer
from symbp.mathtree import Reference
from symbp.notes import notes
from symbp.notes.about import subject
from symbp.notes.alike import alike_blocks, likeness, repeated
from symbp.notes.subject import Subject
from symbp.printing.document import Table
from tests.networks import network as network_of

VIEWS = ("neuron", "layer", "index")


def network(*layers: Layer) -> NetworkDerivation:
    return derive(network_of(*layers))


@cache
def deep(normalised: bool) -> NetworkDerivation:
    middle = [Dense(2), BatchNorm()] * 6 if normalised else [Dense(2, "tanh")] * 12
    return network(Dense(2, "tanh"), *middle, Dense(2))


@cache
def about_deep(normalised: bool) -> Subject:
    return subject(deep(normalised), VIEWS)


@pytest.mark.parametrize("normalised", [False])
def test_each_equation_is_displayed_or_in_the_table_of_layers_that_are_alike(normalised: bool) -> None:
    document = notes(deep(normalised))
    shown = {re.match(r"[0-9]*", d.number)[0] for d in document.displays()}  # type: ignore[index]
    about = about_deep(normalised)
    elsewhere = {str(about.numbers[name]) for name in repeated(about)}
    assert elsewhere and not elsewhere & shown
    lines = {re.match(r"[0-9]*", n)[0] for d in document.displays() for n in d.numbers}  # type: ignore[index]
    assert set(map(str, about.numbers.values())) <= lines | elsewhere


@pytest.mark.parametrize("normalised", [False, True])
def test_the_table_has_every_number_that_is_not_displayed_once(normalised: bool) -> None:
    about = about_deep(normalised)
    (table,) = (b for b in alike_blocks(about) if isinstance(b, Table))
    found: list[int] = []
    for row in table.rows:
        for run in (part for cell in row[2:] for part in cell if part != ", "):
            ends = [
                int(e.number) for e in (run, *(p for _, p in getattr(run, "parts", ()))) if isinstance(e, Reference)
            ]
            found += range(ends[0], ends[-1] + 1)
    assert sorted(found) == sorted(about.numbers[name] for name in repeated(about))


def test_a_layer_goes_like_the_first_one_that_has_its_equations() -> None:
    assert likeness(about_deep(False)) == dict.fromkeys(range(3, 14), 2)
    halves = {layer: 2 if layer % 2 == 0 else 3 for layer in range(4, 14)}
    assert likeness(about_deep(True)) == halves


def test_a_network_of_few_layers_is_told_in_full() -> None:
    few = subject(network(Dense(4, "tanh"), Dense(4, "tanh"), Dense(4, "tanh"), Dense(2)), VIEWS)
    assert not likeness(few) and not repeated(few) and not tuple(alike_blocks(few))
