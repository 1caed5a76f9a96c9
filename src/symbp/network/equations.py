"""A whole network of the user's own, written as equations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from symbp.equation import Program, Tensor
from symbp.errors import Fault, inside, quoted
from symbp.layers import BATCH
from symbp.names import flag, identifier, text
from symbp.network.described import Described
from symbp.network.example import OPTIONS, Example, example_of, shape_text
from symbp.network.losses import Loss, penalties
from symbp.network.settings import Notation, Regularization, notation_of, regularization_of, title_of
from symbp.network.targets import TARGETS, Target
from symbp.parse import parse_part, parse_program
from symbp.wellformed import check


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
        title, regularization, notation, example, input_gradient: As for ``Network``; penalties are on the parameters
            with two indices or more.

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
    ) -> None:
        for key, read, value in (
            ("name", identifier, name),
            ("title", title_of, name if title is None else title),
            ("lines", text, lines),
            ("regularization", regularization_of, regularization or {}),
            ("notation", notation_of, notation or {}),
            ("example", example_of, example),
            ("input_gradient", flag, input_gradient),
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
        if self.notation.numbering == "neurons":
            problem = "equations have tensors, not neurons"
            raise Fault(problem, 'Leave numbering out, or write "layers".', ("notation", "numbering"))
        self.check_example()
        self.check_symbols()

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
        if yhat.shape[:1] != (BATCH,) or len(yhat.shape) < 2:
            shape = shape_text(yhat.shape)
            problem = f"the loss compares yhat[n,k] with y, but the equations give yhat the shape {shape}"
            raise Fault(problem, "Define L by an equation instead.", ("loss",))
        if "y" in stated.tensor:
            problem = "the loss brings its target y along"
            raise Fault(problem, "Leave y out of [tensors].", ("tensors", "y"), at_key=True)
        y = self.loss.target(yhat)
        fragment = self.loss.fragment(yhat, y, "")
        tensors = (*stated.tensors, y, *fragment.tensors)
        return Program(tensors, (*stated.statements, *fragment.equations))

    @property
    def target(self) -> Target:
        return TARGETS["any"] if self.loss is None else self.loss.row.target

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        return self.program().of_role("input")
