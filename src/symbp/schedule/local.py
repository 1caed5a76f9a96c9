"""Tensors that the schedule adds to a program: padded copies, and what is computed before it is spread."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symbp.equation import Affine, Extent, Index
from symbp.program import Program, Tensor
from symbp.rewrite.patterns import fresh_name
from symbp.schedule.order import Order

SUFFIXES = ("_padded", "_rows")


def plain_name(name: str) -> str:
    """The name of the tensor that one of the schedule's own is a padded or reordered copy of."""
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name


@dataclass
class Locals:
    """The program with the tensors added so far; equal ``key`` give the same tensor."""

    program: Program
    order: Order
    made: list[Tensor] = field(default_factory=list)
    known: dict[object, Tensor] = field(default_factory=dict)

    def add(self, base: str, like: str, shape: tuple[Extent, ...]) -> Tensor:
        """A new tensor called ``base``, written in products and sums where ``like`` would stand."""
        tensor = Tensor(fresh_name(self.program, base), shape)
        self.program = replace(self.program, tensors=(*self.program.tensors, tensor))
        self.order.rank[tensor.name] = self.order.rank[like]
        self.made.append(tensor)
        return tensor

    def mark(self) -> tuple[Program, int, dict[object, Tensor]]:
        return self.program, len(self.made), dict(self.known)

    def back_to(self, mark: tuple[Program, int, dict[object, Tensor]]) -> None:
        """Forgets what was added since: an attempt at a kernel failed."""
        self.program, count, self.known = mark[0], mark[1], mark[2]
        del self.made[count:]

    def forget(self, name: str) -> None:
        """The tensor changes: what was made from it is out of date."""
        self.known = {key: t for key, t in self.known.items() if not (isinstance(key, tuple) and key[0] == name)}


def numbered(shape: tuple[Extent, ...]) -> tuple[Index, ...]:
    """An index for each axis of a tensor."""
    return tuple(Index(f"axis{k}", extent) for k, extent in enumerate(shape))


def loop_index(program: Program, index: Index) -> Index:
    """The index under a name that no tensor or size of the program has, as a variable of a loop needs."""
    taken = {t.name.rstrip("_") for t in program.tensors} | set(program.sizes)
    name = index.name
    while name.rstrip("_") in taken:
        name = name + name[-1]
    return replace(index, name=name)


def renamed(index: Index, new: Index) -> dict[Index, Affine]:
    return {index: Affine.of(new)}
