"""A program from equation syntax: ``[indices]``, ``[tensors]`` and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from symbp.equation import Access, Affine, Equation, Extent, Index, Size
from symbp.errors import Fault, ProgramError, inside
from symbp.names import LARGEST_SIZE, text
from symbp.parse.declared import declared, free_name, indices_of, lengths, named
from symbp.parse.equations import Line, Names, equations_of, last_position, lines_of, target_of
from symbp.parse.positions import Scope, counted
from symbp.parse.recurrence import Late, NoOrder, circle, ordered
from symbp.parse.source import Source
from symbp.program import Program, Scan, Statement, Tensor
from symbp.wellformed import check

MOST_LINES = 1_000
MOST_EQUATIONS = 2_000  # with the parts that lines are split into


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
        with inside("equations", "lines"):
            raise _not_scalar(output, tuple(lines_of(lines)))
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
        bound = indices_of(indices)
    with inside("tensors"):
        given = declared(tensors, bound, known or {})
    with inside("equations", "lines"):
        rows = tuple(lines_of(text(lines)))
        if not 0 < len(rows) <= MOST_LINES:
            raise Fault(f"has {len(rows):,} equations; from 1 to {MOST_LINES:,} are read")
        scope = _scope(given, rows, Scope(bound, {}, frozenset(), lengths(bound)))
        stated = _stated(rows, scope)
        if output not in {equation.target for _, equation in stated}:
            raise _not_defined(output, rows)
        return _program(given, stated, output, scope)


def _not_defined(output: str, rows: Sequence[Line]) -> Fault:
    """Points at the last equation: after it, one is missing."""
    remedy = "Write L = ..., or define yhat and give a loss." if output == "L" else f"Write {output}[n,i] = ..."
    return rows[-1].whole.fault(f"no equation defines {output}", remedy)


def _not_scalar(output: str, rows: Sequence[Line]) -> Fault:
    row = next(row for row in rows if target_of(row)[0] == output)
    problem = f"{row.left.part.strip()} has positions, but {output} is the loss: a single number"
    return row.left.fault(problem, f"Sum over them: {output} = sum[...](...)")


def _scope(given: Mapping[str, Tensor], rows: Sequence[Line], empty: Scope) -> Scope:
    """The names of all lines: what is given, and what some line defines."""
    ranks = {name: len(t.shape) for name, t in given.items()}
    whole = {name for name, t in given.items() if t.dtype == "int"}
    first: dict[str, Line] = {}
    for row in rows:
        name, rank, integer = target_of(row)
        _check_target(row.left, name, given, empty)
        if ranks.setdefault(name, rank) != rank:
            also = first[name].left if name in first else None
            where = f"{ranks[name]} above" if also else f"{ranks[name]} where it is declared"
            raise row.left.fault(f"{name} has {counted(rank)} here, and {where}", also=also)
        first.setdefault(name, row)
        whole |= {name} if integer else set()
    return Scope(empty.indices, ranks, frozenset(whole), empty.sizes)


def _check_target(left: Source, name: str, given: Mapping[str, Tensor], empty: Scope) -> None:
    try:
        free_name(name, [*empty.indices, *empty.sizes])
    except Fault as fault:
        raise left.fault(fault.problem, fault.remedy) from None
    if name in given and given[name].role != "intermediate":
        raise left.fault(f"{name} is given as {given[name].role}; an equation cannot define it", "Choose another name.")


def _stated(rows: Sequence[Line], scope: Scope) -> list[tuple[Line, Equation]]:
    names = Names({*scope.ranks, *scope.indices, *scope.sizes})
    stated: list[tuple[Line, Equation]] = []
    for row in rows:
        stated += [(row, equation) for equation in equations_of(row, scope, names)]
        if len(stated) > MOST_EQUATIONS:
            problem = f"the equations up to this one have more than {MOST_EQUATIONS:,} parts"
            raise row.whole.fault(problem, "Each sum counts as one; write sums over an index instead.")
    return stated


def _program(
    given: Mapping[str, Tensor], stated: Sequence[tuple[Line, Equation]], output: str, scope: Scope
) -> Program:
    equations = [equation for _, equation in stated]
    try:
        statements: tuple[Statement, ...] = ordered(equations)
    except NoOrder as none:
        if none.late is not None:
            raise _of_its_future(none.late, stated, scope) from None
        row = stated[none.numbers[0]][0]
        remedy = "A recurrence writes a row from the row before: h[n,t+1,i] = ... h[n,t,k] ..."
        problem = f"there is no order to compute these equations in: {circle(equations, none.numbers)}"
        raise row.whole.fault(problem, remedy) from None
    defined = _defined(given, stated, output)
    program = Program((*(t for t in given.values() if t.name not in defined), *defined.values()), statements, output)
    return _checked(program, stated, scope)


def _of_its_future(late: Late, stated: Sequence[tuple[Line, Equation]], scope: Scope) -> Fault:
    """A recurrence reads a row that it has not written yet."""
    row, equation = stated[late.number]
    when = f"which the same step writes from {equation.target}" if late.same else "which a later step writes"
    problem = f"{equation.lhs} reads {late.access}, {when}: a recurrence cannot read its own future"
    remedy = f"Along {late.index} it may read rows up to {late.allowed}."
    return row.place_of(scope, lambda access: access == late.access, read=True).fault(problem, remedy)


def _defined(given: Mapping[str, Tensor], stated: Sequence[tuple[Line, Equation]], output: str) -> dict[str, Tensor]:
    """The tensors that equations define, each as large as what is written of it."""
    shapes: dict[str, tuple[Extent, ...]] = {}
    whole: dict[str, bool] = {}
    first: dict[str, Line] = {}
    for row, equation in stated:
        name = equation.target
        if name in given:
            shapes[name] = given[name].shape
        else:
            here = tuple(_reached(position, row, name) for position in equation.lhs.indices)
            before = shapes.get(name, here)
            pairs = zip(before, here, strict=True)
            shapes[name] = tuple(_larger(a, b, row, first.get(name, row), name) for a, b in pairs)
            _check_size(shapes[name], row, name)
        first.setdefault(name, row)
        whole[name] = equation.reduction == "argmax"
    return {
        name: named(name, shape, "intermediate" if shape or name != output else "loss", whole[name])
        for name, shape in shapes.items()
    }


def _reached(position: Affine, row: Line, name: str) -> Extent:
    """How long an axis must be for a position to lie within it."""
    total, sizes = last_position(position)
    if any(position.reads()) or any(c != 1 for c in sizes.values()) or len(sizes) > 1:
        raise row.left.fault(
            f"the size of {name} does not follow from the position {position}",
            f'Declare {name} in [tensors] with the role "intermediate".',
        )
    return Size(next(iter(sizes)), total + 1) if sizes else total + 1


def _larger(a: Extent, b: Extent, row: Line, before: Line, name: str) -> Extent:
    """The longer of two lengths; a run-time length is at least 1."""
    if isinstance(a, int) and isinstance(b, int):
        return max(a, b)
    if isinstance(a, Size) and isinstance(b, Size) and a.name == b.name:
        return max(a, b)
    fixed, open_ = (a, b) if isinstance(a, int) else (b, a)
    if isinstance(fixed, int) and isinstance(open_, Size) and fixed <= open_.plus + 1:
        return open_
    raise row.left.fault(
        f"an axis of {name} is {b} long here, and {a} before",
        f'Declare {name} in [tensors] with the role "intermediate".',
        also=before.left,
    )


def _check_size(shape: tuple[Extent, ...], row: Line, name: str) -> None:
    if prod(extent for extent in shape if isinstance(extent, int)) > LARGEST_SIZE:
        sizes = " times ".join(f"{extent:,}" if isinstance(extent, int) else str(extent) for extent in shape)
        raise row.left.fault(f"{name} has {sizes} elements; at most {LARGEST_SIZE:,} are allowed")


def _checked(program: Program, stated: Sequence[tuple[Line, Equation]], scope: Scope) -> Program:
    """The program, if the checker agrees; else its objection, placed at the line."""
    try:
        return check(program)
    except ProgramError as error:
        raise _placed(error, program, stated, scope) from None


def _placed(error: ProgramError, program: Program, stated: Sequence[tuple[Line, Equation]], scope: Scope) -> Fault:
    """The objection at the line of its equation, and at the characters of its access."""
    rows = [row for row, equation in stated if str(equation) == str(error.equation)]
    if not rows:
        return Fault(error.problem, error.remedy)
    row = rows[-1]
    if error.other is not None:
        return _twice(row, next(row for row, equation in stated if str(equation) == str(error.other)))
    place = row.whole if error.access is None else row.place_of(scope, lambda access: access == error.access)
    return place.fault(error.problem, _downwards(error, program) or error.remedy)


def _downwards(error: ProgramError, program: Program) -> str:
    """The remedy where a recurrence that goes down reads a row that is not there; empty anywhere else."""
    for scan in program.statements:
        if isinstance(scan, Scan) and scan.reverse and error.equation in scan.body and isinstance(error.access, Access):
            for equation in scan.body:
                if equation.target == error.access.tensor:
                    return _first_row(equation.lhs, error.access, scan.index)
    return ""


def _first_row(written: Access, missing: Access, index: Index) -> str:
    """Which rows a recurrence may read upwards, and which row it lacks downwards."""
    axis = next(axis for axis, position in enumerate(written.indices) if index in position.indices())

    def row(position: Affine) -> Access:
        return Access(missing.tensor, (*missing.indices[:axis], position, *missing.indices[axis + 1 :]))

    last = missing.indices[axis] - index + index.extent - 1
    upwards, first = row(written.indices[axis] - 1), row(last)
    return f"Upwards it may read rows up to {upwards}; downwards it begins with a row of its own, {first} = ..."


def _twice(row: Line, before: Line) -> Fault:
    """Two lines claim the same elements."""
    here, there = (line.left.part.strip() for line in (row, before))
    problem = f"two equations define {here}"
    if here != there:
        problem = f"two equations define the same elements, one as {here}, the other as {there}"
    return row.left.fault(problem, "Write += to add to what another equation defines.", also=before.left)
