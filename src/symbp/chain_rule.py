"""The chain rule: one rule, applied to every read of every equation, from the loss backwards.

For an equation ``y[l(d)] += f(x1[a1(d)], ..., xk[ak(d)])`` over the points ``d`` of its domain, each read gives

    xj_bar[aj(d)] += y_bar[l(d)] * df/dxj    over the same points

with the scalar partial derivative taken by ``sympy.diff``. Source: Griewank and Walther, Evaluating
Derivatives (2008), section 3.2; for index notation Laue, Mitterreiter and Giesen (2018), section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import sympy

from symbp.derivation import Derivation, Step, adjoint_name, slice_program
from symbp.equation import Access, Affine, Equation, Guard, Index, Read
from symbp.errors import ProgramError
from symbp.program import Program, Scan, Statement, Tensor
from symbp.wellformed import check


def adjoint(program: Program, wrt: Iterable[str], outputs: Iterable[str] = ()) -> Derivation:
    """The derivation of dL/dw for each tensor of ``wrt``, by the chain rule alone.

    Args:
        program: The forward equations; ``program.output`` is the scalar L.
        wrt: Names of float tensors.
        outputs: Names of tensors that the final program keeps besides L.

    >>> from symbp.equation import read
    >>> x, L = Tensor("x", (), "parameter"), Tensor("L", (), "loss")
    >>> square = Program((x, L), (Equation(Access("L"), read("x") ** 2),))
    >>> print(adjoint(square, ["x"]).result)
    L = x**2
    L_bar = 1
    x_bar += 2*L_bar*x
    """
    wrt = tuple(wrt)
    active = _active(program, wrt)
    forward = _with_positions(check(program), active)
    steps: list[Step] = []
    backward: list[Statement] = [Equation(Access(adjoint_name(program.output)), sympy.Integer(1))]
    for statement in reversed(forward.statements):
        if isinstance(statement, Scan):
            body = [s for e in reversed(statement.body) for s in _chain_rule(forward, e, active)]
            if body:
                equations = tuple(e for s in body for e in s.after)
                backward.append(Scan(statement.index, equations, reverse=not statement.reverse))
            steps += body
        else:
            found = list(_chain_rule(forward, statement, active))
            backward += [e for s in found for e in s.after]
            steps += found
    names = dict.fromkeys([program.output, *wrt, *(s.target.removesuffix("_bar") for s in steps)])
    adjoints = tuple(_adjoint_tensor(forward.tensor[name]) for name in names)
    tensors = (*forward.tensors, *adjoints)
    result = check(replace(forward, tensors=tensors, statements=(*forward.statements, *backward)))
    return Derivation(program, tuple(steps), result, wrt, (program.output, *outputs), result)


def _adjoint_tensor(tensor: Tensor) -> Tensor:
    spelled = {"letter": tensor.letter, "layer": tensor.layer, "mark": tensor.mark}
    return Tensor(adjoint_name(tensor.name), tensor.shape, "adjoint", of=tensor.name, **spelled)  # type: ignore[arg-type]


def _active(program: Program, wrt: tuple[str, ...]) -> frozenset[str]:
    """The tensors between ``wrt`` and the output: only these have an adjoint that anybody asks for."""
    for name in wrt:
        if name not in program.tensor or program.tensor[name].dtype != "float":
            raise ProgramError(f"there is no float tensor {name} to differentiate by")
    active = set(wrt)
    before = 0
    while len(active) > before:  # one round, and one more to see it; a scan may need further rounds
        before = len(active)
        for equation in program.equations():
            if equation.reduction != "argmax" and equation.tensors_read & active:
                active.add(equation.target)
    leading = {e.target for e in slice_program(program, [program.output]).equations()}
    return frozenset(active & {*leading, *wrt})


def _chain_rule(program: Program, equation: Equation, active: frozenset[str]) -> Iterator[Step]:
    """One step for each read of an active tensor in an equation with an active target."""
    if equation.target not in active:
        return
    guards = equation.guards
    if equation.reduction == "max":
        guards = (*guards, _at_the_maximum(equation))
    for operand in equation.reads:
        if operand.access.tensor not in active:
            continue
        partial = equation.body.diff(operand)
        if partial == 0:
            continue
        body = Read(Access(adjoint_name(equation.target), equation.lhs.indices)) * partial
        lhs = Access(adjoint_name(operand.access.tensor), operand.access.indices)
        after = contribution(lhs, body, (*equation.domain, *equation.over), guards)
        yield Step("chain rule", lhs.tensor, (equation,), (after,))


def contribution(lhs: Access, body: sympy.Expr, points: tuple[Index, ...], guards: tuple[Guard, ...] = ()) -> Equation:
    """``lhs += sum(body)`` over ``points``: an index that the left side does not name is summed."""
    named = set(lhs.index_atoms())
    domain = tuple(i for i in points if i in named)
    over = tuple(i for i in points if i not in named)
    return Equation(lhs, body, domain, over, "sum" if over else "", guards, accumulate=True)


@dataclass(frozen=True)
class _Positions:
    """The argmax that goes with a max: its tensor and its equation."""

    tensor: Tensor
    equation: Equation


def _position_name(equation: Equation) -> str:
    return f"{equation.target}_at"


def _with_positions(program: Program, active: frozenset[str]) -> Program:
    """The program with an argmax beside every max that is to be differentiated."""
    found: dict[str, _Positions] = {}

    def beside(equation: Equation) -> tuple[Equation, ...]:
        if equation.reduction != "max" or equation.target not in active:
            return (equation,)
        name, target = _position_name(equation), program.tensor[equation.target]
        tensor = Tensor(name, target.shape, dtype="int", letter="k", layer=target.layer)
        position = replace(equation, lhs=replace(equation.lhs, tensor=name), reduction="argmax")
        found[name] = _Positions(tensor, position)
        return (equation, position)

    changed = program.map(beside)
    return replace(changed, tensors=program.tensors + tuple(p.tensor for p in found.values()))


def _at_the_maximum(equation: Equation) -> Guard:
    """The condition that a point is where the maximum was found: its flat position is the argmax."""
    flat, stride = Affine(), 1
    for index in reversed(equation.over):
        flat += Affine.of(index) * stride
        if index is not equation.over[0]:
            if not isinstance(index.extent, int):
                raise ProgramError(f"{equation}: only the first index of a maximum may have a run-time extent")
            stride *= index.extent
    position = Access(_position_name(equation), equation.lhs.indices)
    return Guard(flat - position, "==")
