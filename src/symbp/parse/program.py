"""A program from equation syntax: ``[indices]``, ``[tensors]`` and lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from symbp.equation import Affine, Equation, Extent, Index, Program, Role, Size, Statement, Tensor
from symbp.errors import Fault, ProgramError, inside, quoted
from symbp.names import flag, identifier, known_keys, nearest, one_of, shown, size, text
from symbp.parse.equations import Line, Names, equations_of, last_position, lines_of, target_of
from symbp.parse.expression import CONSTANTS, FUNCTIONS
from symbp.parse.positions import Scope
from symbp.parse.recurrence import NoOrder, ordered
from symbp.parse.source import Source
from symbp.wellformed import check

MOST_LINES = 1_000
ROLES: dict[str, Role] = {
    "input": "input",
    "target": "target",
    "parameter": "parameter",
    "state": "state",
    "intermediate": "intermediate",
}
_LENGTH = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_]{0,63})\s*(\+\s*(?P<plus>[0-9]{1,4}))?")
_PARTS = re.compile(r"(?P<letter>.*?)(?P<layer>[0-9]{1,4})?")


def parse_program(
    indices: Mapping[str, object],
    tensors: Mapping[str, object],
    lines: str,
    output: str = "L",
) -> Program:
    """The program that equations state, checked.

    >>> print(parse_program({"n": "N", "i": 2, "j": 3},
    ...     {"W": {"indices": "i,j", "role": "parameter"}, "x": {"indices": "n,j", "role": "input"}},
    ...     "L = mean[n](sum[i,j](W[i,j]*x[n,j])**2)"))
    L_sum[n] = sum[i,j](W[i,j]*x[n,j])
    L = sum[n](L_sum[n]**2/N)

    Args:
        indices: The extent of each index: a whole number, or the name of a run-time length.
        tensors: What is given: ``indices``, ``role``, and ``dtype`` and ``frozen`` where they matter.
        lines: One equation a line, in any order.
        output: The scalar that is differentiated.

    Raises:
        Fault: a name, a line or their connection is at fault; it points at the characters.
    """
    program = parse_part(indices, tensors, lines, output)
    if program.tensor[output].shape:
        raise _not_defined(f"the scalar {output}", output, lines).within("equations", "lines")
    return program


def parse_part(
    indices: Mapping[str, object],
    tensors: Mapping[str, object],
    lines: str,
    output: str,
    known: Mapping[str, Tensor] | None = None,
) -> Program:
    """The program that equations state, checked, whose output is any tensor that they define.

    Args:
        indices, tensors, lines: As for :func:`parse_program`.
        output: What the equations are there for.
        known: Tensors that are given from outside, such as the input of a layer.

    Raises:
        Fault: as :func:`parse_program` does.
    """
    with inside("indices"):
        bound = {name: _index(name, extent) for name, extent in indices.items()}
    with inside("tensors"):
        given = dict(known or {})
        for name, table in tensors.items():
            if name in given:
                raise Fault(f"{quoted(name)} is given already", "Leave it out here.", (name,), at_key=True)
            given[name] = _tensor(name, table, bound)
    with inside("equations", "lines"):
        rows = tuple(lines_of(text(lines)))
        if not 0 < len(rows) <= MOST_LINES:
            raise Fault(f"has {len(rows):,} equations; from 1 to {MOST_LINES:,} are read")
        scope = _scope(bound, given, rows)
        stated = _stated(rows, scope)
        return _program(given, stated, output, lines)


def _not_defined(what: str, output: str, lines: str) -> Fault:
    """Points at the end of the equations: there it is missing."""
    end = len(lines.rstrip())
    start = lines.rstrip().rfind("\n") + 1
    return Fault(f"no equation defines {what}", f"Write {output} = ...", text=lines, span=(start, end))


def _index(name: str, extent: object) -> Index:
    with inside(name):
        _free_name(name, [])
        return Index(name, _extent(extent))


def _extent(given: object) -> Extent:
    if not isinstance(given, str):
        return size(given)
    match = _LENGTH.fullmatch(given.strip())
    if not match:
        raise Fault(f"{quoted(given)} is not a length", 'Write a whole number, or a name such as "T" or "T+1".')
    return Size(match["name"], int(match["plus"] or 0))


def _free_name(name: str, taken: Sequence[str]) -> str:
    identifier(name)
    if name in (*FUNCTIONS, *CONSTANTS) or name.endswith("_bar"):
        raise Fault(f"{quoted(name)} is a name of symbp's", "Choose another name.", at_key=True)
    if name in taken:
        raise Fault(f"{quoted(name)} is the name of an index or a length too", "Choose another name.", at_key=True)
    return name


def _tensor(name: str, given: object, bound: Mapping[str, Index]) -> Tensor:
    with inside(name):
        _free_name(name, [*bound, *_sizes(bound)])
        if not isinstance(given, Mapping):
            raise Fault(f"needs a table with indices and a role, has {shown(given)}")
        known_keys(given, ("indices", "role", "dtype", "frozen"))
        for key in ("indices", "role"):
            if key not in given:
                raise Fault(f"{quoted(key)} is missing")
        with inside("indices"):
            shape = _shape(text(given["indices"]), bound)
        with inside("role"):
            role = ROLES[one_of(given["role"], ROLES, "role")]
        with inside("dtype"):
            whole = one_of(given.get("dtype", "float"), ("float", "int"), "dtype") == "int"
        with inside("frozen"):
            frozen = flag(given.get("frozen", False))
    return _named(name, shape, role, whole, frozen)


def _named(name: str, shape: tuple[Extent, ...], role: Role, whole: bool, frozen: bool = False) -> Tensor:
    parts = _PARTS.fullmatch(name)
    letter, layer = (parts["letter"], parts["layer"]) if parts else (name, None)
    number = int(layer) if layer else None
    return Tensor(name, shape, role, "int" if whole else "float", letter or name, number, frozen=frozen)


def _shape(given: str, bound: Mapping[str, Index]) -> tuple[Extent, ...]:
    extents: list[Extent] = []
    start = 0
    for item in given.split(",") if given.strip() else []:
        word = item.strip()
        if not word.isdecimal() and word not in bound:
            begin = start + item.find(word)
            span = (begin, begin + max(1, len(word)))
            raise Fault(f"unknown index {quoted(word)}", nearest(word, bound), text=given, span=span)
        extents.append(size(int(word)) if word.isdecimal() and len(word) < 12 else bound[word].extent)
        start += len(item) + 1
    return tuple(extents)


def _sizes(bound: Mapping[str, Index]) -> frozenset[str]:
    return frozenset(i.extent.name for i in bound.values() if isinstance(i.extent, Size))


def _scope(bound: Mapping[str, Index], given: Mapping[str, Tensor], rows: Sequence[Line]) -> Scope:
    """The names of all lines: what is given, and what some line defines."""
    ranks = {name: len(t.shape) for name, t in given.items()}
    whole = {name for name, t in given.items() if t.dtype == "int"}
    for row in rows:
        name, rank, integer = target_of(row)
        _check_target(row.left, name, rank, given, ranks, bound)
        ranks[name] = rank
        whole |= {name} if integer else set()
    return Scope(bound, ranks, frozenset(whole), _sizes(bound))


def _check_target(
    left: Source,
    name: str,
    rank: int,
    given: Mapping[str, Tensor],
    ranks: Mapping[str, int],
    bound: Mapping[str, Index],
) -> None:
    try:
        _free_name(name, [*bound, *_sizes(bound)])
    except Fault as fault:
        raise left.fault(fault.problem, fault.remedy) from None
    if name in given and given[name].role != "intermediate":
        raise left.fault(f"{name} is given as {given[name].role}; an equation cannot define it", "Choose another name.")
    if ranks.get(name, rank) != rank:
        raise left.fault(f"{name} has {rank} positions here, and {ranks[name]} in an equation above")


def _stated(rows: Sequence[Line], scope: Scope) -> list[tuple[Line, Equation]]:
    names = Names({*scope.ranks, *scope.indices, *scope.sizes})
    return [(row, equation) for row in rows for equation in equations_of(row, scope, names)]


def _program(given: Mapping[str, Tensor], stated: Sequence[tuple[Line, Equation]], output: str, lines: str) -> Program:
    equations = [equation for _, equation in stated]
    try:
        statements: tuple[Statement, ...] = ordered(equations)
    except NoOrder as circle:
        row = stated[circle.numbers[0]][0]
        remedy = "A recurrence writes a row from the row before: h[n,t+1,i] = ... h[n,t,k] ..."
        raise row.whole.fault(f"{equations[circle.numbers[0]].target} depends on itself", remedy) from None
    defined = _defined(given, stated, output)
    if output not in defined:
        raise _not_defined(output, output, lines)
    program = Program((*(t for t in given.values() if t.name not in defined), *defined.values()), statements, output)
    return _checked(program, stated)


def _defined(given: Mapping[str, Tensor], stated: Sequence[tuple[Line, Equation]], output: str) -> dict[str, Tensor]:
    """The tensors that equations define, each as large as what is written of it."""
    shapes: dict[str, tuple[Extent, ...]] = {}
    whole: dict[str, bool] = {}
    for row, equation in stated:
        name = equation.target
        if name in given:
            shapes[name] = given[name].shape
        else:
            here = tuple(_reached(position, row, name) for position in equation.lhs.indices)
            before = shapes.get(name, here)
            shapes[name] = tuple(_larger(a, b, row, name) for a, b in zip(before, here, strict=True))
        whole[name] = equation.reduction == "argmax"
    return {
        name: _named(name, shape, "intermediate" if shape or name != output else "loss", whole[name])
        for name, shape in shapes.items()
    }


def _reached(position: Affine, row: Line, name: str) -> Extent:
    """How long an axis must be for a position to lie within it."""
    total, sizes = last_position(position)
    if any(position.reads()) or any(c != 1 for c in sizes.values()) or len(sizes) > 1:
        raise row.left.fault(f"the size of {name} does not follow from {position}", f"Declare {name} in [tensors].")
    return Size(next(iter(sizes)), total + 1) if sizes else total + 1


def _larger(a: Extent, b: Extent, row: Line, name: str) -> Extent:
    """The longer of two lengths; a run-time length is at least 1."""
    if isinstance(a, int) and isinstance(b, int):
        return max(a, b)
    if isinstance(a, Size) and isinstance(b, Size) and a.name == b.name:
        return max(a, b)
    fixed, open_ = (a, b) if isinstance(a, int) else (b, a)
    if isinstance(fixed, int) and isinstance(open_, Size) and fixed <= open_.plus + 1:
        return open_
    raise row.left.fault(f"{name} has the length {a} here and {b} above", f"Declare {name} in [tensors].")


def _checked(program: Program, stated: Sequence[tuple[Line, Equation]]) -> Program:
    """The program, if the checker agrees; else its objection, placed at the line."""
    try:
        return check(program)
    except ProgramError as error:
        message = str(error)
        for row, equation in stated:
            if message.startswith(f"{equation}: "):
                raise row.whole.fault(message.removeprefix(f"{equation}: ")) from None
        raise Fault(message) from None
