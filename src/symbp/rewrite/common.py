"""Common subexpressions: a function value that several equations need gets a name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbp.derivation import Derivation, Step
from symbp.equation import Access, Affine, Equation, Index, Read, body_indices, reads, substitute_indices
from symbp.functions import Elementary, abs_, maximum, minimum, sign, step
from symbp.program import Program, Tensor
from symbp.rewrite.patterns import exchange, fresh_name, top_level

RULE = "common subexpressions"
LETTERS = {"sigmoid": "s", "tanh": "t", "normal_cdf": "φ"}  # what the notes call a named function value
SPARE = "uvqrgh"  # for a layer in which that letter is taken
CHEAP = (abs_, maximum, minimum, sign, step)  # a pass over memory costs as much as these do


@dataclass(frozen=True)
class _Use:
    """An application of a function in an equation, and its indices in order of appearance."""

    equation: Equation
    application: Elementary
    indices: tuple[Index, ...]


def name_common(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """``sigmoid(z1[n,i])`` in two equations becomes ``sigmoid_z1[n,i]``, computed once."""
    program = derivation.result
    steps: list[Step] = []
    shared = [uses for uses in _uses(program).values() if len({id(u.equation) for u in uses}) > 1]
    current = {id(e): e for e in program.equations()}
    before: dict[int, list[Equation]] = {}
    tensors: list[Tensor] = []
    for uses in sorted(shared, key=lambda u: -u[0].application.count_ops()):
        live = [u for u in uses if current[id(u.equation)].body.has(u.application)]
        if len(live) < 2:
            continue
        tensor, definition = _definition(program, live[0], tensors)
        tensors.append(tensor)
        before.setdefault(id(live[0].equation), []).append(definition)
        for use in live:
            old = current[id(use.equation)]
            value = Read(Access.of(tensor.name, *use.indices))
            new = replace(old, body=old.body.xreplace({use.application: value}))
            current[id(use.equation)] = new
            steps.append(Step(RULE, new.target, (old,), (new,), (definition,)))
    new_equations = {key: (*before.get(key, ()), equation) for key, equation in current.items()}
    return exchange(program, new_equations, tensors), tuple(steps)


def _uses(program: Program) -> dict[str, list[_Use]]:
    """Applications outside scans and guards by their spelling, indices renamed in order of appearance."""
    found: dict[str, list[_Use]] = {}
    for equation in top_level(program):
        if equation.guards or (isinstance(equation.body, Elementary) and not equation.reduction):
            continue
        for application in sorted(equation.body.atoms(Elementary), key=str):
            if isinstance(application, CHEAP) or not reads(application):
                continue
            indices = tuple(dict.fromkeys(body_indices(application)))
            renamed = {i: Affine.of(Index(f"_{k}", i.extent)) for k, i in enumerate(indices)}
            found.setdefault(str(substitute_indices(application, renamed)), []).append(
                _Use(equation, application, indices)
            )
    return found


def _definition(program: Program, use: _Use, tensors: list[Tensor]) -> tuple[Tensor, Equation]:
    operand = reads(use.application)[0].access.tensor
    name = fresh_name(program, f"{type(use.application).__name__}_{operand}")
    while name in {t.name for t in tensors}:
        name += "_"
    layer = program.tensor[operand].layer
    taken = {t.letter for t in (*program.tensors, *tensors) if t.layer == layer}
    preferred = (LETTERS.get(type(use.application).__name__, "u"), *SPARE)
    letter = next((letter for letter in preferred if letter not in taken), name)
    tensor = Tensor(name, tuple(i.extent for i in use.indices), letter=letter, layer=layer)
    return tensor, Equation(Access.of(name, *use.indices), use.application, use.indices)
