"""A whole network of the user's own, written as equations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

from symbp.equation import Length, Size
from symbp.errors import Fault, inside, quoted
from symbp.layers import BATCH
from symbp.layers.draw import Draw
from symbp.layers.fragment import AXES
from symbp.names import ARGUMENT_NAMES, LARGEST_SIZE, flag, identifier, text
from symbp.network.described import Described
from symbp.network.example import OPTIONS, Example, example_of, shape_text
from symbp.network.losses import Loss, penalties
from symbp.network.settings import Notation, Regularization, notation_of, regularization_of, title_of
from symbp.network.targets import TARGETS, Target
from symbp.owntext.choice import NotesChoice, notes_of
from symbp.parse import parse_part, parse_program
from symbp.program import Program, Tensor
from symbp.wellformed import check, needed


@dataclass(frozen=True, init=False)
class EquationNetwork(Described):
    """A network whose equations are given as text, as docs/equations.md has it.

    >>> network = EquationNetwork(
    ...     "line",
    ...     indices={"n": "N"},
    ...     tensors={"x": {"indices": "n", "role": "input"}, "y": {"indices": "n", "role": "target"},
    ...              "w": {"indices": "", "role": "parameter"}},
    ...     lines="L = mean[n]((w*x[n] - y[n])**2)",
    ... )
    >>> print(network.program())
    L = sum[n]((w*x[n] - y[n])**2/N)

    Args:
        name: Of the files that are written, and of the module.
        indices: The extent of each index: a whole number, or the name of a run-time length.
        tensors: What is given: ``indices``, ``role``, and ``dtype`` and ``frozen`` where they matter.
        lines: One equation a line; they define the scalar ``L``, or ``yhat`` and the loss is given.
        loss: What compares ``yhat`` with ``y``, where no equation defines ``L``.
        title, regularization, notation, example, input_gradient, notes: As for ``Network``; penalties are on the
            parameters with two indices or more.

    Raises:
        Fault: an equation or a value is at fault; it points at the characters.
    """

    name: str
    indices: Mapping[str, object]
    tensors: Mapping[str, object]
    lines: str
    loss: Loss | None
    title: str
    regularization: Regularization
    notation: Notation
    example: Example | None
    input_gradient: bool
    notes: NotesChoice

    def __init__(
        self,
        name: str,
        indices: Mapping[str, object],
        tensors: Mapping[str, object],
        lines: str,
        loss: str | Mapping[str, object] | Loss | None = None,
        title: str | None = None,
        regularization: Mapping[str, object] | Regularization | None = None,
        notation: Mapping[str, object] | Notation | None = None,
        example: Mapping[str, object] | Example | None = None,
        input_gradient: bool = False,
        notes: Mapping[str, object] | NotesChoice | None = None,
    ) -> None:
        for key, read, value in (
            ("name", identifier, name),
            ("title", title_of, name if title is None else title),
            ("lines", text, lines),
            ("regularization", regularization_of, regularization or {}),
            ("notation", notation_of, notation or {}),
            ("example", example_of, example),
            ("input_gradient", flag, input_gradient),
            ("notes", notes_of, notes or {}),
        ):
            with inside(key):
                object.__setattr__(self, key, read(value))
        with inside("loss"):
            object.__setattr__(self, "loss", None if loss is None else Loss.of(loss))
        object.__setattr__(self, "indices", dict(indices))
        object.__setattr__(self, "tensors", dict(tensors))
        self._check_together()

    def _check_together(self) -> None:
        for name in self.tensors:
            if name in OPTIONS:
                problem = f"{quoted(name)} is a key of the example, where the values of tensors stand too"
                raise Fault(problem, "Choose another name.", ("tensors", name), at_key=True)
        self.program()
        self.check_parameters("no tensor is a parameter", ("tensors",))
        self._check_dependence()
        self._check_lengths()
        self._check_arguments()
        self._check_count()
        if self.notation.numbering == "neurons":
            problem = "equations have tensors, not neurons"
            raise Fault(problem, 'Leave numbering out, or write "layers".', ("notation", "numbering"))
        self.check_example()
        self.check_symbols()

    def _check_dependence(self) -> None:
        """Every parameter has a gradient: the loss depends on it."""
        read = needed(self.program())
        for tensor in self.parameters:
            if tensor.name not in read:
                problem = f"the loss does not depend on the parameter {tensor.name}"
                raise Fault(problem, "Read it in an equation, or leave it out.", ("tensors", tensor.name), at_key=True)

    def _check_lengths(self) -> None:
        """A module finds a run-time length in the shape of an input."""
        known = {e.name for t in self.inputs for e in t.shape if isinstance(e, Size)}
        unknown = _lengths(self.program()) - known
        for name, extent in self.indices.items():
            length = str(extent).split("+")[0].strip()
            if length in unknown:
                problem = f"no input has an axis of the length {length}: a module could not tell how long it is"
                remedy = "Let an index of an input have this length, or write a whole number."
                raise Fault(problem, remedy, ("indices", name))

    def _check_arguments(self) -> None:
        """Inputs and targets are arguments of the module's functions: ``x`` and ``y`` as ``X`` and ``Y``."""
        given = {t.name for t in self.program().of_role("input", "target")}
        for name in sorted(given & ARGUMENT_NAMES):
            if name not in ("X", "Y") or name.lower() in given:
                problem = f"{quoted(name)} is the name of another argument of the module's functions"
                raise Fault(problem, "Choose another name.", ("tensors", name), at_key=True)

    def _check_count(self) -> None:
        count = 0
        for tensor in self.parameters:
            count += prod(e for e in tensor.shape if isinstance(e, int))
            if count > LARGEST_SIZE:
                problem = f"the parameters up to this one have {count:,} numbers; at most {LARGEST_SIZE:,} are allowed"
                raise Fault(problem, path=("tensors", tensor.name))

    def program(self) -> Program:
        return self._program

    def prediction(self) -> None:
        return None

    @cached_property
    def _program(self) -> Program:
        stated = self._with_loss() if self.loss is not None else parse_program(self.indices, self.tensors, self.lines)
        weights = [t for t in stated.of_role("parameter") if len(t.shape) > 1]
        return check(replace(stated, statements=(*stated.statements, *penalties(weights, self.regularization))))

    def _with_loss(self) -> Program:
        """The equations of ``yhat``, and those of the loss behind them."""
        assert self.loss is not None
        stated = parse_part(self.indices, self.tensors, self.lines, "yhat")
        yhat = stated.tensor["yhat"]
        if "L" in stated.tensor:
            raise Fault("the equations define L, and a loss is given too", "Leave one of the two out.", ("loss",))
        if yhat.shape[:1] != (BATCH,) or not 1 < len(yhat.shape) <= 1 + len(AXES):
            shape = shape_text(yhat.shape)
            problem = f"the loss compares yhat[n,k] with y, but the equations give yhat the shape {shape}"
            raise Fault(problem, "Give yhat the batch N as its first axis, or define L by an equation.", ("loss",))
        if "y" in stated.tensor:
            problem = "the loss brings its target y along"
            path = ("tensors", "y") if "y" in self.tensors else ("equations", "lines")
            raise Fault(problem, "Leave y out of [tensors].", path, at_key=True)
        y = self.loss.target(yhat)
        fragment = self.loss.fragment(yhat, y, "")
        for tensor in fragment.tensors:
            if tensor.name in stated.tensor:
                problem = f"the loss {self.loss.kind} gives a tensor the name {tensor.name}, and so do the equations"
                path = ("tensors", tensor.name) if tensor.name in self.tensors else ("equations", "lines")
                raise Fault(problem, "Choose another name.", path, at_key=True)
        tensors = (*stated.tensors, y, *fragment.tensors)
        return Program(tensors, (*stated.statements, *fragment.equations))

    @property
    def draws(self) -> Mapping[str, Draw]:
        """One for scales, which are called gamma."""
        return {t.name: Draw("ones") for t in self.parameters if t.letter == "gamma"}

    @property
    def target(self) -> Target:
        return TARGETS["any"] if self.loss is None else self.loss.row.target

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        return self.program().of_role("input")


def _lengths(program: Program) -> set[str]:
    """The run-time lengths that a program needs."""
    found = set(program.sizes)
    for equation in program.equations():
        found.update(i.extent.name for i in equation.indices() if isinstance(i.extent, Size))
        found.update(a.name for a in equation.body.atoms(Length))
    return found
