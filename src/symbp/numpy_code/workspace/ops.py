"""Three-address operations: array expressions taken apart into NumPy calls that write into buffers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from symbp.equation import Access, Extent, Size
from symbp.numpy_code.names import Names
from symbp.program import Program
from symbp.schedule import Group, Recurrence
from symbp.schedule.arrays import Array, Axes, View
from symbp.schedule.order import Order

Kind: TypeAlias = Literal["float", "bool", "int", "byte"]
Place: TypeAlias = Literal["given", "planned", "pinned", "gradient", "constant", "view"]
DTYPES: dict[Kind, str] = {"float": "self.dtype", "bool": "np.bool_", "int": "np.intp", "byte": "np.uint8"}
COPY = "{out}[...] = {0}"
FLAT = ".reshape(-1)"
SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}  # of binary operations, by their ufunc


@dataclass(frozen=True, eq=False)
class Value:
    """An array in the workspace's code; two values are the same only if they are one object.

    Attributes:
        name: Its spelling; intermediate results get theirs from the buffer that they end up in.
        place: ``given`` is somebody else's memory; ``planned`` lives in a buffer from its first write to its
            last read; ``pinned`` has a buffer of its own; ``gradient`` is one of the returned arrays,
            ``constant`` is filled when the workspace is made; a ``view`` lies in another one's memory.
        telling: What a person would call an intermediate result.
        goal: The tensor whose definition it is a part of.
        shown: What a view shows.
    """

    name: str
    extents: tuple[Extent, ...]
    kind: Kind = "float"
    place: Place = "planned"
    telling: str = ""
    goal: Value | None = None
    shown: Seen | None = None


@dataclass(frozen=True)
class Seen:
    """An array through a view: ``text`` with the array's name put in place of its ``{}``."""

    value: Value
    text: str

    @property
    def kind(self) -> Kind:
        return self.value.kind


Argument: TypeAlias = Value | str


def values_of(arguments: Iterable[Argument | Seen]) -> list[Value]:
    """The distinct arrays among some arguments, in order."""
    found = [a.value if isinstance(a, Seen) else a for a in arguments if not isinstance(a, str)]
    return list(dict.fromkeys(found))


def spelled_out(argument: Argument | Seen, args: Sequence[Value]) -> str:
    """An argument as it stands in a template whose arrays are ``args``."""
    if isinstance(argument, str):
        return argument
    value = argument.value if isinstance(argument, Seen) else argument
    place = f"{{{args.index(value)}}}"
    return argument.text.replace("{}", place) if isinstance(argument, Seen) else place


def verbatim(lines: Iterable[str]) -> str:
    """Lines as the template of an operation: they have no places for arrays."""
    return "\n".join(lines).replace("{", "{{").replace("}", "}}")


@dataclass(frozen=True, eq=False)
class Run:
    """A loop over blocks of the rows of arrays.

    Attributes:
        extent: How many rows there are.
        block: How many rows a block has, by the name that the code gives this number.
        most: The largest number of them.
        views: The name of the blocks in the code.
    """

    extent: Size
    block: Size
    most: int
    views: str


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
        depth: How many loops it stands in.
        rows: Each row of the result depends on the same row of the arguments that have so many rows, and on
            the others as they are. What is elementwise is so too.
        partial: The part of the template of a number that is a sum over the rows of the arguments.
        run: The loop over blocks of rows that it stands in.
        closes: It is the end of such a loop, which its arguments outlast.
    """

    template: str
    args: tuple[Value, ...]
    out: Value | None
    group: int
    elementwise: bool = False
    sign: str = ""
    operand: str = ""
    scratch: tuple[Value, ...] = ()
    depth: int = 0
    rows: bool = False
    partial: str = ""
    run: Run | None = None
    closes: bool = False

    @property
    def touched(self) -> tuple[Value, ...]:
        return (*self.args, *self.scratch, *(() if self.out is None else (self.out,)))


@dataclass(frozen=True)
class Constant:
    """An array that is made with the workspace: how, and the part of it that a batch needs.

    Without ``made`` it is made for each batch size: ``cut`` is how.
    """

    value: Value
    made: str
    cut: str


@dataclass
class Lookups:
    """What is known of positions: labels as NumPy's own integers, flat places of elements in arrays of a shape."""

    labels: dict[Access, Value] = field(default_factory=dict)
    places: dict[tuple[Access, tuple[Extent, ...]], Value] = field(default_factory=dict)


@dataclass
class Numbers:
    """Numbers as arrays: single ones by their text, arrays of nothing but one by that, their shape and a view."""

    single: dict[tuple[str, Kind], Value] = field(default_factory=dict)
    full: dict[tuple[str, tuple[Extent, ...], str], Value] = field(default_factory=dict)


class Emitter(Protocol):
    """What takes expressions apart: all that the operations of one kind of node need of the others."""

    program: Program
    order: Order
    tensors: dict[str, Value]
    goal: Value | None
    constants: list[Constant]
    ops: list[Op]
    names: Names
    depth: int
    lookups: Lookups
    numbers: Numbers
    known: dict[Array | tuple[Array, Axes], Value]

    def emit(
        self, template: str, args: Iterable[Value], out: Value | None, scratch: tuple[Value, ...] = (), **more: object
    ) -> None: ...
    def fresh(self, node: Array, axes: Axes, kind: Kind = "float") -> Value: ...
    def value(self, node: Array) -> Value: ...
    def into(self, node: Array, out: Value) -> None: ...
    def argument(self, node: Array, axes: Axes) -> Argument: ...
    def binary(self, function: str, left: Argument, right: Argument, out: Value) -> None: ...
    def seen(self, node: Array) -> Seen: ...
    def view(self, source: Seen) -> Value: ...
    def part(self, node: View, more: str) -> Value: ...
    def copy_of(self, source: Seen, view: str, out: Value, rows: bool = False) -> None: ...
    def assign_spread(self, node: Array, axes: Axes, out: Value) -> None: ...
    def aim(self, tensor: str) -> Value: ...
    def remembered(self) -> AbstractContextManager[None]: ...
    def forget(self, written: Iterable[str]) -> None: ...
    def round_of(self, loop: Recurrence) -> AbstractContextManager[None]: ...
    def statement(self, statement: object) -> None: ...
    def group(self, group: Group) -> None: ...
    def comments(self, group: Group, depth: int) -> Iterable[str]: ...
