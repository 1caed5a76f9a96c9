"""The way through a sequence of states, and the equations of its steps."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from symbp.equation import Access, Affine, Equation, Extent, Index, Read, plus
from symbp.layers.fragment import BATCH, at
from symbp.program import Tensor


@dataclass(frozen=True)
class Walk:
    """The way through a sequence of states, one row longer than the sequence itself.

    Upwards, step ``t`` reads row ``t`` and writes row ``t+1``; row 0 is the first state. Downwards it reads row
    ``t+1`` and writes row ``t``, and the row behind the last step is the first state.

    Attributes:
        x: What the steps read, ``x[N, T, features]``.
        number: That of the layer, in the names of its tensors.
        units: How many numbers a state has.
        mark: Behind the letters of its tensors.
    """

    x: Tensor
    number: int
    units: int
    mark: str = ""

    @property
    def n(self) -> Index:
        return Index("n", BATCH)

    @property
    def t(self) -> Index:
        return Index("t", self.x.shape[1])

    @property
    def j(self) -> Index:
        return Index("j", self.x.shape[2])

    @property
    def reverse(self) -> bool:
        return bool(self.mark)

    @property
    def before(self) -> Affine:
        """The row that a step reads."""
        return Affine.of(self.t) + 1 if self.reverse else Affine.of(self.t)

    @property
    def after(self) -> Affine:
        """The row that a step writes."""
        return Affine.of(self.t) if self.reverse else Affine.of(self.t) + 1

    @property
    def first(self) -> Affine:
        """The row of the first state."""
        return Affine.of(self.t.extent) if self.reverse else Affine()

    @property
    def last(self) -> Affine:
        """The row of the last state."""
        return Affine() if self.reverse else Affine.of(self.t.extent)

    def each(self, letter: str, width: Extent | None = None) -> Tensor:
        """A tensor with a value for each step."""
        return self._tensor(letter, (BATCH, self.t.extent, width or self.units))

    def rows(self, letter: str) -> Tensor:
        """A state: a row before the first step, and one after each."""
        return self._tensor(letter, (BATCH, plus(self.t.extent, 1), self.units))

    def given(self, letter: str) -> Tensor:
        """The first row of a state, where it is given."""
        name = f"{letter}{self.mark}{self.number}_0"
        return Tensor(name, (BATCH, self.units), "state", letter=f"{letter}0", layer=self.number, mark=self.mark)

    def _tensor(self, letter: str, shape: tuple[Extent, ...]) -> Tensor:
        name = f"{letter}{self.mark}{self.number}"
        return Tensor(name, shape, letter=letter, layer=self.number, mark=self.mark)

    def define(
        self, tensor: Tensor, unit: Index, body: sympy.Expr, over: tuple[Index, ...] = (), accumulate: bool = False
    ) -> Equation:
        """``tensor[n,t,unit] (=|+=) sum[over](body)``, within the scan."""
        return self.write(Access.of(tensor.name, self.n, self.t, unit), unit, body, over, accumulate)

    def write(
        self, lhs: Access, unit: Index, body: sympy.Expr, over: tuple[Index, ...] = (), accumulate: bool = False
    ) -> Equation:
        return Equation(lhs, body, (self.n, unit), over, "sum" if over else "", (), accumulate)

    def state(self, tensor: Tensor, unit: Index, body: sympy.Expr) -> Equation:
        """The row of a state that a step writes."""
        return self.write(Access.of(tensor.name, self.n, self.after, unit), unit, body)

    def step(self, tensor: Tensor, place: Affine | Index) -> Read:
        """The value of a tensor at a step."""
        return at(tensor, self.n, self.t, place)

    def old(self, tensor: Tensor, unit: Index) -> Read:
        """A state as a step finds it."""
        return at(tensor, self.n, self.before, unit)

    def new(self, tensor: Tensor, unit: Index) -> Read:
        """A state as a step leaves it."""
        return at(tensor, self.n, self.after, unit)
