"""What a user's function says of a gradient: what it returned, understood and validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbp.compare.child import OF_ONE
from symbp.compare.process import Returned, Shape
from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.errors import SpecError
from symbp.names import nearest
from symbp.reference.arithmetic import Array

LOSSES = ("L", "loss")
REAL = "iuf"  # kinds of dtypes that a gradient may have


@dataclass(frozen=True)
class Answer:
    """What a function gave at one point.

    Attributes:
        gradients: By the name of the tensor that the loss is differentiated by.
        loss: The loss, where the function returns it as well.
    """

    gradients: Mapping[str, Array]
    loss: float | None = None


@dataclass(frozen=True)
class Asked:
    """What a function is asked for, and what it is called in messages.

    Attributes:
        wrt: The tensor whose gradient it must return; empty for those that it chooses.
        label: ``mine.py: grad_W1``.
    """

    derivation: NetworkDerivation
    wrt: str
    label: str

    @property
    def parameters(self) -> list[str]:
        return [t.name for t in self.derivation.start.of_role("parameter")]

    @property
    def learned(self) -> list[str]:
        """The parameters that are not frozen."""
        return [name for name in self.parameters if name in self.derivation.wrt]

    @property
    def inputs(self) -> list[str]:
        """The inputs whose gradients ``loss_and_grad`` returns behind those of the parameters."""
        return [t.name for t in self.derivation.start.of_role("input") if t.name in self.derivation.wrt]


def answers(asked: Asked, returned: Returned) -> tuple[Answer, ...]:
    """What the calls of a function say, one after the other.

    Raises:
        SpecError: a call returned something that is no gradient.
    """
    return tuple(_Reading(asked, returned).whole(tree) for tree in returned.trees)


@dataclass(frozen=True)
class _Reading:
    asked: Asked
    returned: Returned

    def whole(self, tree: Any) -> Answer:
        """What a call returned, which must have the gradient that was asked for."""
        found = self.answer(tree)
        if self.asked.wrt and self.asked.wrt not in found.gradients:
            others = f"only {listed(list(found.gradients))}" if found.gradients else "none at all"
            raise self._fault(f"returns no gradient of {self.asked.wrt}, {others}")
        known = self.asked.derivation.chain_result.tensor  # a frozen parameter has no gradient to compare with
        return Answer({name: g for name, g in found.gradients.items() if adjoint_name(name) in known}, found.loss)

    def answer(self, tree: Any) -> Answer:
        ((kind, value),) = tree.items()
        if kind == "several":
            return self._several(value)
        if kind == "named":
            return self._named(value)
        if kind == "other" and not self.asked.wrt:
            raise self._fault(f"returns {value}; {self._has()}", "Return a gradient of each, in this order.")
        return Answer({self._only(): self._array(tree, self._only())})

    def _only(self) -> str:
        """The one tensor that a single array can be the gradient of."""
        if self.asked.wrt:
            return self.asked.wrt
        named = [name for name in self.asked.parameters if self.returned.function in _spellings(name)]
        if named or len(self.asked.learned) == 1:
            return [*named, *self.asked.learned][0]
        raise self._fault(
            f"returns one array; {self._has()}", "Return one for each, in this order, or say which one: wrt."
        )

    def _several(self, trees: Sequence[Any]) -> Answer:
        """A loss and gradients, or the gradients of all parameters."""
        if len(trees) >= 2 and self._is_loss(trees):
            loss = self._loss(trees[0])
            first = self.answer(trees[1])
            further = zip(self._inputs(trees[2:]), trees[2:], strict=True)
            return Answer({**first.gradients, **{name: self._array(tree, name) for name, tree in further}}, loss)
        for names in (self.asked.parameters, self.asked.learned):
            if len(trees) == len(names):
                return Answer({name: self._array(tree, name) for name, tree in zip(names, trees, strict=True)})
        count = f"a tuple of {len(trees)}" if trees else "an empty tuple"
        raise self._fault(
            f"returns {count}; {self._has()}", "Return one for each, in this order, or a dict with their names."
        )

    def _is_loss(self, trees: Sequence[Any]) -> bool:
        """Whether the first of several is a loss: a single number, before gradients that are put together."""
        if self._shape(trees[0]) != ():
            return False
        if "array" not in trees[1]:
            return True
        return len(trees) == 2 and (len(self.asked.learned) != 2 or bool(self._needed(self.asked.learned[0])))

    def _inputs(self, trees: Sequence[Any]) -> list[str]:
        if len(trees) > len(self.asked.inputs):
            raise self._fault(
                f"returns {len(trees)} more behind the loss and the gradients of the parameters",
                "The gradient of an input is expected there, where the spec has input_gradient = true.",
            )
        return self.asked.inputs[: len(trees)]

    def _named(self, trees: Mapping[str, Any]) -> Answer:
        known = list(dict.fromkeys([*self.asked.parameters, *self.asked.inputs, *filter(None, [self.asked.wrt])]))
        spelled = {spelling: name for name in known for spelling in _spellings(name)}
        loss = next((self._loss(trees[name]) for name in LOSSES if name in trees), None)
        found = {}
        for key, tree in trees.items():
            if key in spelled:
                found[spelled[key]] = self._array(tree, spelled[key])
            elif key not in LOSSES:
                raise self._fault(f"returns a gradient called {key}; {self._has()}", nearest(key, known))
        return Answer(found, loss)

    # --- single values -------------------------------------------------------------------------------------------

    def _shape(self, tree: Any) -> tuple[int, ...] | None:
        return self.returned.arrays[tree["array"]].shape if "array" in tree else None

    def _needed(self, name: str) -> tuple[Any, ...]:
        return self.asked.derivation.start.tensor[name].shape

    def _loss(self, tree: Any) -> float:
        if self._shape(tree) != ():
            raise self._fault(f"returns {self._spelled(tree)} as the loss, which is one number")
        found = self.returned.arrays[tree["array"]]
        assert not isinstance(found, Shape)
        return float(found)

    def _array(self, tree: Any, name: str) -> Array:
        """The numbers of a gradient; their shape is looked at with those of other points."""
        if "array" not in tree:
            what = f"returns {self._spelled(tree)} as the gradient of {name}"
            raise self._fault(what, f"Return an array of the shape of {name}.")
        found = self.returned.arrays[tree["array"]]
        if isinstance(found, Shape):
            return np.broadcast_to(np.float64(0), found.shape)
        if found.dtype.kind not in REAL:
            raise self._fault(
                f"returns an array of dtype {found.dtype} as the gradient of {name}, which has real numbers"
            )
        return found

    def _spelled(self, tree: Any) -> str:
        ((kind, value),) = tree.items()
        if kind == "array":
            return f"an array of shape {self._shape(tree)}"
        several = "a tuple" if kind == "several" else "a dict"
        return str(value) if kind == "other" else f"{several} of {len(value)}"

    def _has(self) -> str:
        names = self.asked.learned
        return f"the network has {'the parameter' if len(names) == 1 else 'the parameters'} {listed(names)}"

    def _fault(self, problem: str, remedy: str = "") -> SpecError:
        return SpecError(f"{self.asked.label} {problem}" + (f"\n  {remedy}" if remedy else ""))


def _spellings(name: str) -> Iterator[str]:
    """What a gradient, or a function that gives it, may be called."""
    yield name
    yield from (form.format(name) for form in OF_ONE)


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them, not too many."""
    shown = list(names[:12]) + ["..."] * (len(names) > 12)
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


# --- what the answers to all points must be ------------------------------------------------------------------------


def validate(label: str, answers: Sequence[Answer], right: Sequence[Mapping[str, Array]], where: Sequence[str]) -> None:
    """Nothing, if every gradient has the shape that it needs and finite numbers.

    Args:
        right: The right value of each adjoint ``NAME_bar``, at each point.
        where: What each point is called.

    Raises:
        SpecError: one has not; the message has both shapes, or the position, and the point.
    """
    for name in dict.fromkeys(name for answer in answers for name in answer.gradients):
        pairs = [(a.gradients[name], r[adjoint_name(name)]) for a, r in zip(answers, right, strict=True)]
        for found, expected in pairs:
            if found.shape != expected.shape:
                raise SpecError(_other_shape(label, name, [(f.shape, e.shape) for f, e in pairs], right))
        for (found, _), at in zip(pairs, where, strict=True):
            if not np.isfinite(found).all():
                raise SpecError(_not_finite(label, name, found, at))
    for answer, at in zip(answers, where, strict=True):
        if answer.loss is not None and not np.isfinite(answer.loss):
            raise SpecError(f"{label} gives the loss {answer.loss}, {at}")


def _other_shape(label: str, name: str, shapes: Sequence[tuple[Any, Any]], right: Sequence[Mapping[str, Array]]) -> str:
    found, expected = next((f, e) for f, e in shapes if f != e)
    problem = f"{label} returns the gradient of {name} with the shape {found}; {name} has the shape {expected}"
    samples = [values["x"].shape[0] if "x" in values else 0 for values in right]
    remedy = ""
    if len(expected) > 1 and found == expected[::-1]:
        remedy = "It is transposed: a weight is (units to, units from)."
    elif found[1:] == expected and all(f[0] == n for (f, _), n in zip(shapes, samples, strict=True)):
        remedy = "Its first axis is the batch: the gradient is the sum over all samples."
    elif found[1:] == expected and found[0] == 1:
        remedy = "It has one axis too many: keepdims=True leaves one where a sum was."
    elif any(f == e and n == 1 for (f, e), n in zip(shapes, samples, strict=True)):
        remedy = "It fits for one sample: of several the gradients are summed."
    return problem + (f"\n  {remedy}" if remedy else "")


def _not_finite(label: str, name: str, found: Array, at: str) -> str:
    first = np.argwhere(~np.isfinite(found))[0] if found.ndim else ()
    place = f"{name}[{','.join(str(k + 1) for k in first)}]" if len(first) else name
    return f"{label} gives {found[tuple(first)]} as the gradient of {place}, {at}"
