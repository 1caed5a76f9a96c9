"""What quantities are called: on the page, in expressions, and by someone who types one.

Two numberings. ``layers``: the weight to unit 1 from unit 2 of layer 1 is w^{(1)}_{12}, typed ``w1_12``. ``neurons``:
units are numbered through the network, and the weight to neuron 3 from its input 1 is w_{31}, typed ``w31``.
Whole arrays (W^{(2)}, z^{(2)}) and index notation always go by layers. People count from 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from symbp import mathtree as m
from symbp.equation import Access, Affine, Atom, Index, Size
from symbp.errors import Fault, SizeError, SpecError
from symbp.layers.fragment import BATCH
from symbp.mathtree.nodes import Accent, Position
from symbp.names import nearest
from symbp.program import Program, Tensor
from symbp.views.paper import Timeline, timeline
from symbp.views.scalar import MOST_SCALARS, Element

# letters that print otherwise than they are spelled, and what is above them
LETTERS: dict[str, tuple[str, Accent]] = {
    "prob": ("p", ""),
    "lse": ("ℓ", ""),
    "bh": ("b", "tilde"),
    "bo": ("b", "tilde"),
    "h0": ("h", "bar"),
    "c0": ("c", "bar"),
}
LOSS = m.Symbol("L")
RESERVED = {m.Symbol("N"): "the number of samples", m.Symbol("eta"): "the learning rate"}
HAT = "hat"  # the end of a letter with a hat: xhat
PRIME = "′"  # behind the number of a layer: of the other one of two things that it has
MOST_LISTED = 20  # names in a message


@dataclass(frozen=True)
class Naming:
    """The names of one network's quantities.

    Args:
        program: Its forward equations.
        numbering: ``"layers"`` or ``"neurons"``.
        samples: How many samples there are: a single one is not counted in subscripts.
        overrides: A symbol for a tensor, by its name, in place of the usual one.
    """

    program: Program
    numbering: str = "layers"
    samples: int = 1
    overrides: Mapping[str, m.Symbol] | None = None

    def symbol(self, element: Element) -> m.Symbol:
        """An element as it is printed: w_{31}, or w^{(2)}_{11}."""
        tensor = self._tensor(element.tensor)
        return self._styled(tensor, self._subscript(tensor, element), scalar=True)

    def whole(self, name: str) -> m.Symbol:
        """A tensor as it is printed as a whole: W^{(2)}."""
        return self._array(self._tensor(name))

    def entry(self, access: Access) -> m.Symbol:
        """An access of an equation on paper, as it is printed in index notation: w^{(2)}_{ij}."""
        tensor = self._tensor(access.tensor)
        positions = access.indices[1:] if self.drops_batch(tensor) else access.indices
        return self.indexed(tensor.name, tuple(map(self.position, positions)))

    def position(self, affine: Affine) -> m.Node | int:
        """A position as it is printed: indices, labels and positions all count from 1, so ``2*r+u`` is 2r + u - 2."""
        constant = affine.constant + 1 - sum(c for c, atom in affine.terms if not isinstance(atom, Size))
        if not affine.terms:
            return constant
        terms = [self._term(coefficient, atom) for coefficient, atom in affine.terms]
        if constant:
            terms.append(_signed(m.Number(abs(constant)), constant))
        return terms[0] if len(terms) == 1 else m.Sum(tuple(terms))

    def _term(self, coefficient: int, atom: Atom) -> m.Node:
        name = self.atom(atom)
        size = abs(coefficient)
        return _signed(name if size == 1 else m.Product((m.Number(size), name)), coefficient)

    def atom(self, atom: Atom) -> m.Node:
        """An index, a length or a label, as it stands in a position."""
        if isinstance(atom, Size):
            return m.Symbol(atom.name)
        return m.Index(atom.name) if isinstance(atom, Index) else self.entry(atom)

    def at(self, name: str, positions: tuple[int | m.Index, ...]) -> m.Symbol:
        """An element at positions as they are counted on paper, some of them indices, in the numbering by layers."""
        return self.indexed(name, positions[1:] if self.drops_batch(self._tensor(name)) else positions)

    def indexed(self, name: str, positions: tuple[Position, ...]) -> m.Symbol:
        """A tensor with subscripts: in small letters, unless the spec chose its symbol."""
        symbol = self.whole(name)
        base = symbol.base if name in (self.overrides or {}) else self._small(self._tensor(name), symbol.base)
        return m.Symbol(base, symbol.sup, (*symbol.sub, *positions), symbol.accent, symbol.style)

    def plain(self, element: Element) -> str:
        """An element as it is typed: ``w31``, ``w2_11``, ``yhat``."""
        tensor = self._tensor(element.tensor)
        numbers = [str(n) for n in self._subscript(tensor, element)]
        joined = ("" if all(len(n) == 1 for n in numbers) else "_").join(numbers)
        if tensor.name in ("x", "y", "yhat") or self._by_neuron(tensor):
            stem = tensor.name if tensor.name in ("x", "y", "yhat") else (tensor.letter or tensor.name).lower()
            return stem + joined
        stem = (
            f"{self._small(tensor, tensor.letter)}{tensor.mark}{tensor.layer}"
            if tensor.layer
            else tensor.letter or tensor.name
        )
        return f"{stem}_{joined}" if joined else stem

    def checked(self) -> Naming:
        """The naming itself, if no chosen symbol is that of something else.

        Raises:
            Fault: at the first chosen symbol that is.
        """
        for name in self.overrides or {}:
            mine = self._spellings(name)
            others = (t.name for t in self.program.tensors if name not in (t.name, t.of))
            other = next((other for other in others if mine & self._spellings(other)), "")
            other = other or next((meaning for symbol, meaning in RESERVED.items() if symbol in mine), "")
            if other:
                raise Fault(f"{other} is printed so too", "Choose another symbol.", ("notation", "symbols", name))
        return self

    def _spellings(self, name: str) -> frozenset[m.Symbol]:
        """How a tensor and its elements are printed, subscripts apart."""
        tensor = self._tensor(name)
        whole = self._array(tensor)
        element = m.Symbol(self._small(tensor, whole.base), whole.sup, whole.sub, whole.accent, whole.style)
        return frozenset({whole, element, self._styled(tensor, (), scalar=True)})

    @cached_property
    def timeline(self) -> Timeline:
        """How the steps of recurrences are counted: a state before the first step is number 0."""
        return timeline(self.program)

    def places(self, element: Element) -> tuple[int, ...]:
        """The positions of an element as they are counted on paper."""
        name = self._tensor(element.tensor).of or element.tensor
        return tuple(self.timeline.row(name, axis, row) for axis, row in enumerate(element.index))

    def _tensor(self, name: str) -> Tensor:
        return self.program.tensor[name]

    def _array(self, tensor: Tensor) -> m.Symbol:
        return self._styled(tensor, (), scalar=False)

    def _styled(self, tensor: Tensor, sub: tuple[int, ...], scalar: bool) -> m.Symbol:
        override = self._override(tensor)
        if override is not None:
            return m.Symbol(override.base, override.sup, (*override.sub, *sub), override.accent, override.style)
        if tensor.name == "yhat":
            return m.Symbol("y", "", sub, "hat")
        letter, accent = _letter(tensor)
        base = self._small(tensor, letter) if scalar else letter
        prime = PRIME if tensor.mark else ""
        layer = "" if tensor.layer is None or (scalar and self._by_neuron(tensor)) else f"({tensor.layer}{prime})"
        return m.Symbol(base, layer, sub, accent)

    def _override(self, tensor: Tensor) -> m.Symbol | None:
        """The symbol that was chosen for a tensor; an error signal has that of its z where this is a z as well."""
        overrides = self.overrides or {}
        if tensor.of is None:
            return overrides.get(tensor.name)
        chosen = overrides.get(tensor.of)
        return chosen if chosen is not None and chosen.base == tensor.letter == "z" else None

    def _small(self, tensor: Tensor, letter: str) -> str:
        """What an entry of a tensor is called: w for W, but A where the small letter is another tensor's."""
        small = lower(letter)
        return letter if (small, tensor.layer) in self._letters and small != letter else small

    @cached_property
    def _letters(self) -> frozenset[tuple[str, int | None]]:
        return frozenset((_letter(t)[0], t.layer) for t in self.program.tensors)

    def _by_neuron(self, tensor: Tensor) -> bool:
        """Whether its units are numbered through the network; outputs are numbered as their targets are."""
        numbered = tensor.layer is not None and tensor.letter in ("W", "b", "z", "a") and tensor.name != "yhat"
        return self.numbering == "neurons" and numbered

    def _subscript(self, tensor: Tensor, element: Element) -> tuple[int, ...]:
        """The subscripts of an element, from 1: its sample if there are several, then its units."""
        index = list(self.places(element))
        batched = bool(tensor.shape) and tensor.shape[0] == BATCH
        sample = index[:1] if batched and self.samples > 1 else []
        units = index[1:] if batched else index
        if self._by_neuron(tensor) and units:
            units[0] += self._offset[tensor.name]
        if tensor.name in ("y", "yhat") and tensor.shape[1:] == (1,):
            units = []  # the only output needs no number
        return (*sample, *units)

    def drops_batch(self, tensor: Tensor) -> bool:
        """Whether there is a single sample, so that a tensor has no subscript for it."""
        return self.samples == 1 and bool(tensor.shape) and tensor.shape[0] == BATCH

    @cached_property
    def _offset(self) -> dict[str, int]:
        """How many neurons stand in the layers before the one of each tensor."""
        offsets: dict[str, int] = {}
        before = 0
        for tensor in self.program.tensors:
            if tensor.letter == "z" and tensor.role == "intermediate":
                for name in self._beside(tensor):
                    offsets.setdefault(name, before)
                before += int(tensor.shape[-1])  # type: ignore[arg-type]
        return offsets

    def _beside(self, z: Tensor) -> Iterator[str]:
        """The tensors numbered like a pre-activation: itself, its activation and what it is computed from."""
        yield z.name
        for equation in self.program.defining(z.name):
            yield from (n for n in sorted(equation.tensors_read) if self._tensor(n).role == "parameter")
        yield from (t.name for t in self.program.tensors if t.letter == "a" and t.layer == z.layer)

    def find(self, words: Sequence[str | int]) -> Element:
        """The parameter that somebody means by ``w31``, or by ``W2 1 1``.

        Raises:
            SpecError: there is no such parameter; the message says what there is.
        """
        name, positions = str(words[0]), words[1:]
        tensor = next((t for t in self._parameters if t.name == name), None)
        if tensor is not None and len(positions) == len(tensor.shape):
            return Element(name, tuple(self._count(tensor, a, p) for a, p in enumerate(positions)))
        if not positions and name in self._typed:
            return self._typed[name]
        if tensor is not None:
            example = " ".join("1" for _ in tensor.shape)
            raise SpecError(f"{name} has the shape {_shape(tensor)}: name one element, as in {name} {example}")
        known = dict.fromkeys([*(t.name for t in self._parameters), *self._typed])
        if len(known) > MOST_LISTED:
            known = dict.fromkeys(t.name for t in self._parameters)
        shapes = ", ".join(f"{t.name} {_shape(t)}" for t in self._parameters)
        asked = " ".join(map(str, words))
        raise SpecError(f'there is no parameter "{asked}"\n  {nearest(name, known)}\n  Parameters: {shapes}')

    def _count(self, tensor: Tensor, axis: int, given: str | int) -> int:
        extent = tensor.shape[axis]
        try:
            position = int(given)
        except ValueError:
            position = 0
        if not isinstance(extent, int) or not 1 <= position <= extent:
            raise SpecError(
                f"{tensor.name} has the shape {_shape(tensor)}: position {axis + 1} is 1 to {extent}, not {given}"
            )
        return position - 1

    @cached_property
    def _parameters(self) -> tuple[Tensor, ...]:
        return self.program.of_role("parameter")

    @cached_property
    def _typed(self) -> dict[str, Element]:
        """The parameters by what is typed for them, where there are few enough to list."""
        try:
            return {self.plain(e): e for t in self._parameters for e in elements(t, {})}
        except SizeError:
            return {}


def elements(tensor: Tensor, sizes: Mapping[str, int]) -> tuple[Element, ...]:
    """All elements of a tensor, in row-major order.

    Raises:
        SizeError: there are too many to list.
    """
    extents = [sizes[e.name] + e.plus if isinstance(e, Size) else e for e in tensor.shape]
    count = 1
    for extent in extents:
        count *= extent
    if count > MOST_SCALARS:
        raise SizeError(f"{tensor} has {count} elements: at most {MOST_SCALARS} are listed one by one")
    return tuple(Element(tensor.name, index) for index in itertools.product(*map(range, extents)))


def lower(letter: str) -> str:
    """What an entry of W is called: w. The loss stays L."""
    return letter.lower() if len(letter) == 1 and letter != LOSS.base else letter


def _shape(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "scalar"


def _signed(node: m.Node, sign: int) -> m.Node:
    return m.Negative(node) if sign < 0 else node


def _letter(tensor: Tensor) -> tuple[str, Accent]:
    """The letter of a tensor as it is printed, and what is above it."""
    letter = tensor.letter or tensor.name
    if letter in LETTERS:
        return LETTERS[letter]
    hatted = len(letter) > len(HAT) and letter.endswith(HAT)
    return (letter.removesuffix(HAT), "hat") if hatted else (letter, "")
