"""A formula that somebody typed for a gradient: read in whatever notation it is in, and its value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.errors import Fault, Span
from symbp.formulas.grammar import Read, read
from symbp.formulas.grids import Layout
from symbp.formulas.index import IndexReading
from symbp.formulas.layer import LayerReading, layer_readings, mentions_batch
from symbp.formulas.letters import accesses, letters_of
from symbp.formulas.names import FUNCTIONS, Names
from symbp.formulas.neuron import NeuronReading
from symbp.formulas.notation import Notation, notations
from symbp.formulas.quantity import Quantity, quantities, split_letters
from symbp.formulas.reading import Reading, Target, Values, extents
from symbp.formulas.sizes import are_coupled, sizes_of_one, sizes_of_several
from symbp.formulas.tree import Access, Name, Node, Product, walk
from symbp.layers.fragment import BATCH

MOST_PARTS = 300
MOST_FACTORS = 24  # of a product whose parts are looked at


@dataclass(frozen=True)
class Part:
    """A part of a formula: where it stands, and its value."""

    formula: Formula
    node: Node

    @property
    def span(self) -> Span:
        return self.node.span

    @property
    def text(self) -> str:
        return without_brackets(self.formula.text[slice(*self.span)].strip())

    def value(self, values: Values) -> Any:
        """Its value, in any shape; ``None`` if by itself it has none."""
        try:
            return self.formula.reading.part(self.node, values)
        except (Fault, ValueError, IndexError):
            return None


def without_brackets(text: str) -> str:
    """A formula without the brackets around all of it.

    >>> without_brackets("(a + b)"), without_brackets("(a)*(b)")
    ('a + b', '(a)*(b)')
    """
    while text.startswith("(") and text.endswith(")"):
        depth = 0
        for place, character in enumerate(text):
            depth += (character == "(") - (character == ")")
            if depth == 0 and place < len(text) - 1:
                return text
        text = text[1:-1].strip()
    return text


@dataclass(frozen=True)
class Formula:
    """A formula in one notation.

    Attributes:
        text: What was typed.
        reading: How it is understood.
    """

    text: str
    reading: Reading

    @property
    def notation(self) -> str:
        """``neuron``, ``layer`` or ``index``."""
        return self.reading.notation

    @property
    def layout(self) -> str:
        """Of a formula in layer notation: ``column``, ``rows`` or ``samples``."""
        return self.reading.layout if isinstance(self.reading, LayerReading) else "column"

    @property
    def sizes(self) -> Mapping[str, int]:
        """The run-time sizes at which it means something: one sample where it is of one."""
        return self.reading.sizes

    @property
    def of_any_size(self) -> bool:
        """Whether it means something at other sizes as well."""
        return self.reading.of_any_size

    @property
    def remarks(self) -> tuple[str, ...]:
        """How it is read, where that is not plain."""
        return self.reading.remarks

    def value(self, values: Values) -> Any:
        """Its value at values of all tensors, in floats or, where these are numbers of mpmath, in 50 digits.

        Args:
            values: Arrays by the names of tensors, adjoints as ``NAME_bar``.
        """
        return self.reading.value(values)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Its parts that are more than a name, the longest first: terms, factors, and runs of factors."""
        found = dict.fromkeys(_parts(self.reading.read.tree))
        nodes = sorted(found, key=lambda node: (node.span[0] - node.span[1], node.span))
        return tuple(Part(self, node) for node in nodes[:MOST_PARTS])


def _parts(tree: Node) -> Iterator[Node]:
    for node in walk(tree):
        if isinstance(node, Product):
            yield from _runs(node)
        yield node


def _runs(node: Product) -> Iterator[Node]:
    """Some factors of a product that stand side by side: ``b*c`` of ``a*b*c*d``."""
    every = [node.first, *(f.node for f in node.others)]
    for start in range(len(every) if len(every) <= MOST_FACTORS else 0):
        for stop in range(start + 2, len(every) + 1):
            signs = node.others[start : stop - 1]
            if start == 0 or all(f.sign != "/" for f in signs) and node.others[start - 1].sign != "/":
                yield Product(every[start], signs, (every[start].span[0], every[stop - 1].span[1]))


def parse_formula(text: str, derivation: NetworkDerivation, wrt: str | None = None) -> Formula:
    """A formula, read in the notation that it is in.

    Args:
        text: What was typed, in neuron, layer or index notation.
        wrt: What it is the gradient by: ``w31``, ``W1``, ``W1[i,j]``; without it, it is a number or an array of any
            shape, and positions in square brackets that are numbers count from 1.

    Raises:
        Fault: it is no formula, names what is not there, mixes notations, or has the wrong shape.

    >>> from symbp.network import Dense, Network
    >>> from symbp.derive import derive
    >>> d = derive(Network("relay", 2, [Dense(2, "sigmoid"), Dense(1, "sigmoid")], "mse"))
    >>> [parse_formula(text, d, "W1").notation for text in ("delta1*x^T", "sum[n](delta1[n,i]*x[n,j])")]
    ['layer', 'index']
    """
    if wrt is None:
        return readings(text, derivation, None)[0]
    plain, letters = split_letters(wrt)
    first: Fault | None = None
    for found in quantities(plain, derivation):
        if letters and found[1] is not None:
            continue
        try:
            return readings(text, derivation, found, letters, wrt)[0]
        except Fault as fault:
            first = first or fault
    assert first is not None
    raise first


def readings(
    text: str,
    derivation: NetworkDerivation,
    wrt: Quantity | None,
    letters: tuple[str, ...] = (),
    asked: str = "",
) -> tuple[Formula, ...]:
    """Every way to understand a formula, the likeliest first: notations, layouts, meanings of products.

    Raises:
        Fault: there is none.
    """
    names = Names(derivation)
    typed = read(text, FUNCTIONS)
    target = _target(wrt, letters, asked, names)
    own = derivation.naming.samples
    found: list[Formula] = []
    first: Fault | None = None
    for samples in dict.fromkeys((own,) if are_coupled(derivation) else (own, 1)):
        try:
            which = notations(typed.tree, names, samples, text, target is not None and target.is_number)
            for notation in which:
                for reading in _readings(notation, text, typed, names, target, samples):
                    found.append(Formula(text, reading))
        except Fault as fault:
            first = first or fault
    if not found:
        assert first is not None
        raise first
    return tuple(found)


def _target(wrt: Quantity | None, letters: tuple[str, ...], asked: str, names: Names) -> Target | None:
    if wrt is None:
        return None
    name, index = wrt
    tensor = names.tensors[name]
    if tensor.of is not None:
        tensor = names.tensors[tensor.of]
    return Target(tensor, index, letters, asked or tensor.name)


def _readings(
    notation: Notation, text: str, typed: Read, names: Names, target: Target | None, samples: int
) -> Iterator[Reading]:
    if typed.conditions and notation != "index":
        problem = "a condition belongs to a sum with indices"
        raise Fault(problem, "Such as sum[n,t](...) where t >= 1.", (), text, typed.conditions[0].span)
    if notation == "neuron":
        yield from _neuron(text, typed, names, target, samples)
    elif notation == "index":
        yield from _index(text, typed, names, target)
    else:
        yield from _layer(text, typed, names, target)


def ones(names: Names, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Arrays of the right shapes."""
    return {name: np.ones(extents(tensor, sizes)) for name, tensor in names.tensors.items()}


def _neuron(text: str, typed: Read, names: Names, target: Target | None, samples: int) -> Iterator[Reading]:
    sizes = {**names.derivation.sizes, BATCH.name: samples}
    reading = NeuronReading(text, typed, names, sizes, target)
    dummy = ones(names, sizes)
    reading.part(typed.tree, dummy)
    if target is not None and not target.is_number and int(np.prod(extents(target.tensor, sizes))) > 1:
        shape = "x".join(map(str, extents(target.tensor, sizes)))
        problem = f"this is one number, and dL/d{target.asked} has {shape} of them"
        raise Fault(problem, "Ask for one element, or write it in layer notation.", (), text, typed.tree.span)
    yield reading


def _layer(text: str, typed: Read, names: Names, target: Target | None) -> Iterator[Reading]:
    """Columns of one sample, a batch of rows, or columns of several samples: whatever fits."""
    batch = mentions_batch(typed.tree)
    capital = any(_is_capital(node, names) for node in walk(typed.tree))
    batch = batch or are_coupled(names.derivation)
    layouts: tuple[Layout, ...] = ("samples", "rows") if batch else ("column", "rows")
    if capital:
        layouts = ("rows",)
    of_a_sample = target is not None and target.is_number and target.batched
    if target is None or of_a_sample or BATCH.name not in names.derivation.sizes:
        layouts = ("column",)
    first: Fault | None = None
    count = 0
    for layout in layouts:
        one = layout == "column"
        sizes = sizes_of_one(names.derivation) if one else sizes_of_several(names.derivation)
        if target is None:
            sizes = dict(names.derivation.sizes)
        reading = LayerReading(text, typed, names, sizes, target, (LAYOUTS[layout],), layout)
        try:
            for found in layer_readings(reading, ones(names, sizes)):
                count += 1
                yield found
        except Fault as fault:
            first = first or fault
    if not count and first is not None:
        raise first


LAYOUTS: dict[Layout, str] = {
    "column": "read in layer notation for one sample: vectors are columns",
    "rows": "read in layer notation for a batch: samples are rows",
    "samples": "read in layer notation for a batch: a column for each sample",
}


def _is_capital(node: Node, names: Names) -> bool:
    if not isinstance(node, Name):
        return False
    ref = names.array(node)
    return ref is not None and ref.rows


def _index(text: str, typed: Read, names: Names, target: Target | None) -> Iterator[Reading]:
    one = _leaves_out_samples(typed.tree, names, text)
    if one and are_coupled(names.derivation):
        problem = "samples act on one another in this network: one alone says nothing"
        raise Fault(problem, "Write the index of the sample, as in x[n,j].", (), text, typed.tree.span)
    sizes = sizes_of_one(names.derivation) if one else sizes_of_several(names.derivation)
    dropped = one and target is not None and target.batched
    if target is not None and not target.is_number:
        target = _lettered(text, typed, names, target, sizes, dropped)
    said = ("read for one sample, whose index is left out",) if one else ()
    reading = IndexReading(text, typed, names, sizes, target, said, one)
    reading.value(ones(names, sizes))
    yield reading


def _leaves_out_samples(tree: Node, names: Names, text: str) -> bool:
    """Whether the index of the only sample is left out: in all of a formula, or in nothing of it."""
    said: dict[bool, Access] = {}
    for access, _ in accesses(tree):
        ref = names.array(access.base)
        if ref is not None and ref.tensor.shape[:1] == (BATCH,):
            less = len(access.positions) == len(ref.tensor.shape) - 1
            if less or len(access.positions) == len(ref.tensor.shape):
                said.setdefault(less, access)
    if len(said) > 1:
        with_it, without = (said[k] for k in (False, True))
        problem = f"{_spelled(with_it, text)} has the index of the sample, and {_spelled(without, text)} has not"
        raise Fault(problem, "Write it in all, or in none.", (), text, without.span, also=with_it.span)
    return True in said


def _spelled(node: Node, text: str) -> str:
    return text[slice(*node.span)]


def _lettered(text: str, typed: Read, names: Names, target: Target, sizes: Mapping[str, int], dropped: bool) -> Target:
    """The target with a letter for each of its axes: as they were typed, or else as the derivation has them."""
    rank = len(target.tensor.shape) - (1 if dropped else 0)
    if target.letters:
        if len(target.letters) not in (rank, len(target.tensor.shape)):
            problem = f"{target.tensor.name} has {rank} axes, and {target.asked} names {len(target.letters)}"
            raise Fault(problem, "Name one letter for each.", (), target.asked, (0, len(target.asked)))
        if len(set(target.letters)) < len(target.letters):
            problem = f"{target.asked} names an index twice"
            raise Fault(problem, "Name another letter for each axis.", (), target.asked, (0, len(target.asked)))
        return replace(target, letters=target.letters[len(target.letters) - rank :])
    defined = names.derivation.result.defining(adjoint_name(target.tensor.name))
    defined = defined or names.derivation.chain_result.defining(adjoint_name(target.tensor.name))
    plain = next((e.lhs.plain_indices for e in defined if e.lhs.plain_indices is not None), None)
    letters = tuple(i.name for i in plain)[len(target.tensor.shape) - rank :] if plain is not None else ()
    free = free_letters(typed.tree)
    if set(free) <= set(letters):
        return replace(target, letters=letters)
    if len(free) == rank == 1:
        return replace(target, letters=free)
    example = ",".join(free if len(free) == rank else "ijkl"[:rank])
    problem = f"which axis of {target.tensor.name} is {', '.join(free)}?"
    remedy = f'Say so where you name it, such as "{target.tensor.name}[{example}]".'
    raise Fault(problem, remedy, (), text, typed.tree.span)


def free_letters(tree: Node) -> tuple[str, ...]:
    """The letters in positions that no sum binds, in order."""
    found: dict[str, None] = {}
    for access, hidden in accesses(tree):
        for letter in sorted(letters_of(access) - hidden):
            found.setdefault(letter)
    return tuple(found)
