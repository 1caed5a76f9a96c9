"""A layer of the user's own, written as equations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from symbp.equation import Access, Affine, Equation, Guard, Read, Size
from symbp.errors import Fault, inside, quoted
from symbp.layers.activations import Activation
from symbp.layers.draw import Draw
from symbp.layers.fragment import AXES, BATCH, TIME, Fragment, Shape, Site, fixed, is_sequence, steps
from symbp.layers.layer import INPUT, MANY, ActivationLike, Sequences, Trained, option
from symbp.names import identifier, one_of, shown, text
from symbp.parse import parse_part
from symbp.program import Program, Scan, Statement, Tensor
from symbp.wellformed import needed

# What tensors of other layers are called: a parameter of that name would be spelled as one of them.
TAKEN = frozenset("x y yhat L a z e s t m lse prob mu d v xhat mask mean variance".split())
ROLES = ("intermediate", "parameter")


def table(value: object) -> Mapping[str, object]:
    """The value, if it is a table, or nothing at all."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Fault(f"needs a table, has {shown(value)}")
    return dict(value)


@dataclass(frozen=True)
class Equations(Trained):
    """A layer that equations state: it is derived, written up and checked like any other.

    The equations read the layer's input as ``x`` (several inputs as ``x1``, ``x2``, ...), whose first index runs over
    the batch: ``n``, of extent ``N``. What they declare as a parameter is one of the layer's.

    >>> Equations(
    ...     lines="h[n,i] = exp(-sum[j]((x[n,j] - c[i,j])**2))",
    ...     output="h",
    ...     indices={"i": 2, "j": 3},
    ...     tensors={"c": {"indices": "i,j", "role": "parameter"}},
    ... ).output_shape(((3,),))
    (2,)

    Args:
        lines: The equations, one a line, as docs/equations.md has it.
        output: The tensor that the layer gives: the batch is its first index.
        indices: The extent of each index.
        tensors: The parameters, ``{"c": {"indices": "i,j", "role": "parameter"}}``.

    Raises:
        Fault: an equation is at fault; it points at the characters.
    """

    kind: ClassVar[str] = "equations"
    sequences: ClassVar[Sequences] = "passed"
    reads: ClassVar[tuple[int, int]] = (1, MANY[1])
    size_key: ClassVar[str] = "tensors"
    weights: ClassVar[frozenset[str]] = frozenset("W")

    lines: str = option(text)
    output: str = option(identifier)
    indices: Mapping[str, object] = option(table, default=None)
    tensors: Mapping[str, object] = option(table, default=None)
    activation: ActivationLike = option(Activation.of, default="identity")

    def stated(self, inputs: tuple[Shape, ...]) -> Program:
        """The program of the equations on inputs of given shapes, read once for each."""
        memo: dict[tuple[Shape, ...], Program] = self.__dict__.setdefault("_stated", {})
        if inputs not in memo:
            memo[inputs] = self._read(inputs)
        return memo[inputs]

    def _read(self, inputs: tuple[Shape, ...]) -> Program:
        names = (INPUT,) if len(inputs) == 1 else tuple(f"{INPUT}{k}" for k in range(1, len(inputs) + 1))
        known = {
            name: Tensor(name, (BATCH, *shape), "input", letter=name) for name, shape in zip(names, inputs, strict=True)
        }
        self._check_roles()
        self._check_lengths(inputs)
        indices = {"n": BATCH.name, **self.indices}
        try:
            program = parse_part(indices, self.tensors, self.lines, self.output, known)
        except Fault as fault:
            path = fault.path[1:] if fault.path[:1] == ("equations",) else fault.path
            raise fault.at(path) from None
        self._check_dependence(program)
        return program

    def _check_dependence(self, program: Program) -> None:
        """Every parameter is there for the output."""
        read = needed(program)
        for tensor in program.of_role("parameter"):
            if tensor.name not in read:
                problem = f"{self.output} does not depend on the parameter {tensor.name}"
                raise Fault(problem, "Read it in an equation, or leave it out.", ("tensors", tensor.name), at_key=True)

    def _check_lengths(self, inputs: tuple[Shape, ...]) -> None:
        """The run-time lengths that a layer knows are the batch, and the steps of its inputs."""
        steps = {e.name for shape in inputs for e in shape if isinstance(e, Size)}
        for name, extent in self.indices.items():
            if isinstance(extent, str) and extent.split("+")[0].strip() not in {BATCH.name, *steps}:
                knows = "N, the batch" + (", and T, the steps of its input" if steps else "")
                problem = f"{quoted(extent)} is no length that a layer knows: at run time it knows {knows}"
                raise Fault(problem, "Write a whole number.", ("indices", name))

    def _check_roles(self) -> None:
        """A layer has parameters; what else it reads comes from the layers before it."""
        for name, declared in self.tensors.items():
            if isinstance(declared, Mapping) and "role" in declared:
                with inside("tensors", name, "role"):
                    one_of(declared["role"], ROLES, "role of a layer's tensor")
            if name == INPUT:
                problem = f"{quoted(name)} is the input of the layer"
                raise Fault(problem, "Leave it out.", ("tensors", name), at_key=True)
            if name in TAKEN or name.endswith("_"):
                problem = f"{quoted(name)} would be spelled as a tensor of symbp's"
                raise Fault(problem, "Choose another name.", ("tensors", name), at_key=True)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        shape = self.stated(inputs).tensor[self.output].shape
        rest, several = shape[1:], any(isinstance(e, Size) for e in shape[2:])
        if shape[:1] != (BATCH,) or not 0 < len(rest) <= len(AXES) or several or rest[0] not in (*fixed(rest), TIME):
            has = ", ".join(map(str, shape))
            problem = f"{self.output} has the shape [{has}]; what a layer gives has the batch first, then 1 to 4 axes"
            raise Fault(problem, f"Such as {self.output}[n,i].", ("output",))
        kept = any(is_sequence(given) and given[0] == rest[0] for given in inputs)
        return (steps(rest[0]), *rest[1:]) if kept and len(rest) == 2 else rest

    def arithmetic(self, inputs: tuple[Shape, ...]) -> str:
        return f"output {self.output}"

    def parameters(self, inputs: tuple[Shape, ...], number: int) -> tuple[Tensor, ...]:
        own = self.stated(inputs).of_role("parameter")
        return tuple(self._numbered(t, number) for t in own)

    def draw(self, tensor: Tensor, before_relu: bool) -> Draw | None:
        return Draw("ones") if tensor.letter == "gamma" else None

    def _numbered(self, tensor: Tensor, number: int) -> Tensor:
        name = f"{tensor.name}_{number}" if tensor.name[-1].isdigit() else f"{tensor.name}{number}"
        return replace(tensor, name=name, letter=tensor.name, layer=number, frozen=tensor.frozen or self.frozen)

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        inputs = tuple(source.shape[1:] for source in sources)
        program = self.stated(inputs)
        renamed: dict[str, Tensor] = dict(zip((t.name for t in program.of_role("input")), sources, strict=True))
        renamed |= zip((t.name for t in program.of_role("parameter")), own, strict=True)
        renamed[self.output] = out
        for tensor in program.of_role("intermediate"):
            if tensor.name != self.output:
                name = f"{tensor.name}_{site.number}"
                renamed[tensor.name] = replace(tensor, name=name, letter=tensor.name, layer=site.number)
        between = tuple(renamed[t.name] for t in program.of_role("intermediate"))
        statements = tuple(_statement(s, lambda name: renamed[name].name) for s in program.statements)
        return Fragment(between, statements)


Renaming = Callable[[str], str]


def _statement(statement: Statement, new: Renaming) -> Statement:
    if isinstance(statement, Scan):
        return replace(statement, body=tuple(_equation(e, new) for e in statement.body))
    return _equation(statement, new)


def _equation(equation: Equation, new: Renaming) -> Equation:
    reads = {r: Read(_access(r.access, new)) for r in equation.reads}
    guards = tuple(Guard(_affine(g.affine, new), g.relation) for g in equation.guards)
    return replace(equation, lhs=_access(equation.lhs, new), body=equation.body.xreplace(reads), guards=guards)


def _access(access: Access, new: Renaming) -> Access:
    return Access(new(access.tensor), tuple(_affine(p, new) for p in access.indices))


def _affine(affine: Affine, new: Renaming) -> Affine:
    terms = tuple((c, _access(atom, new) if isinstance(atom, Access) else atom) for c, atom in affine.terms)
    return Affine(terms, affine.constant)
