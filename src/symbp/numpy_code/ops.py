"""Three-address operations: array expressions taken apart into NumPy calls that write into buffers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from symbp.equation import Extent

Kind: TypeAlias = Literal["float", "bool", "int"]
Place: TypeAlias = Literal["given", "planned", "pinned", "gradient", "constant"]


@dataclass(frozen=True, eq=False)
class Value:
    """An array in the workspace's code; two values are the same only if they are one object.

    Attributes:
        name: Its spelling; intermediate results get theirs from the buffer that they end up in.
        place: ``given`` is somebody else's memory; ``planned`` lives in a buffer from its first write to its
            last read; ``pinned`` has a buffer of its own; ``gradient`` is one of the returned arrays,
            ``constant`` is filled when the workspace is made.
        telling: What a person would call an intermediate result.
        goal: The tensor whose definition it is a part of.
    """

    name: str
    extents: tuple[Extent, ...]
    kind: Kind = "float"
    place: Place = "planned"
    telling: str = ""
    goal: Value | None = None


@dataclass(frozen=True, eq=False)
class Op:
    """One statement: ``template`` with the names of ``args`` put in place of {0}, {1} and of ``out``.

    Attributes:
        elementwise: Each element of the result depends on the same element of the arguments alone, so
            that the result may lie where an argument lies.
        sign: ``+``, ``-``, ``*``, ``/`` of a binary operation, which can be written ``a += b``.
        operand: The second argument of a binary operation, as it is written.
        scratch: Further arrays that it writes into.
        group: The number of the group of the schedule that it belongs to.
    """

    template: str
    args: tuple[Value, ...]
    out: Value | None
    group: int
    elementwise: bool = False
    sign: str = ""
    operand: str = ""
    scratch: tuple[Value, ...] = ()

    @property
    def touched(self) -> tuple[Value, ...]:
        return (*self.args, *self.scratch, *(() if self.out is None else (self.out,)))
