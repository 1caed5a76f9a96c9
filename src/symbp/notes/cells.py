"""The code of a notebook: the module, the example, and what computes every printed number again with NumPy alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from symbp.derivation import adjoint_name
from symbp.mathtree import Mono
from symbp.notes.arguments import Arguments
from symbp.notes.stepping import learned
from symbp.notes.subject import Subject
from symbp.numpy_code import StatementsPage, blueprint
from symbp.numpy_code.names import spelled
from symbp.printing.document import Cell
from symbp.verify.draw import placed
from symbp.wording import Message, say

MOST_STEPS = 200  # of an optimizer, for a curve
MOST_MOVED = 400  # parameters that are moved one by one
WORKED = 2  # steps that the notes work in numbers, where something is kept from one to the next

RECHECK = '''
def recheck(name, computed, printed, digits={digits}):
    """Compare what the code above has computed with what the notes print, entry by entry."""
    printed = printed if isinstance(printed, dict) else {{(): printed}}
    for place, text in printed.items():
        value, shown = float(np.asarray(computed)[place]), float(text)
        unit = 10.0 ** (np.floor(np.log10(abs(shown))) - digits + 1) if shown else 0.0
        # The last digit is rounded: half a unit of it, and the little that floating point loses.
        right = abs(value - shown) <= 0.5 * unit + 1e-9 * abs(shown) + 1e-13
        where = f"{{name}}[{{', '.join(map(str, place))}}]" if place else name
        assert right, f"{{where}} is {{value:.{{digits + 2}}g}}, and the notes print {{text}}"
    print(f"{{name}}: {{len(printed)}} as printed")
'''

SLOPE = '''
def slope(name, move, step):
    """How steeply the loss rises as one array of parameters moves: two losses, no chain rule."""
    array = getattr(point, name)
    there = {loss_there}
    back = {loss_back}
    return (there - back) / (2 * step)
'''

ONE_BY_ONE = '''
def differences(step):
    """For every single parameter how far its derivative is from the slope."""
    for name in learned:
        derivative = getattr(gradient, name)
        for place in np.ndindex(derivative.shape):
            move = np.zeros(derivative.shape)
            move[place] = 1.0
            yield abs(derivative[place] - slope(name, move, step))
'''

TOGETHER = '''
def differences(step):
    """For every array of parameters, moved in a random direction, how far its derivative is from the slope."""
    rng = np.random.default_rng(1)
    for name in learned:
        derivative = getattr(gradient, name)
        move = rng.standard_normal(derivative.shape)
        move /= np.linalg.norm(move)
        yield abs(np.sum(derivative * move) - slope(name, move, step))
'''

COMPARE = """
size = max(float(np.linalg.norm(getattr(gradient, name))) for name in learned) or 1.0
errors = {step: max(differences(step)) / size for step in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)}
for step, error in errors.items():
    print(f"step {step:.0e}: relative error {error:.1e}")
"""
AGREE = "assert min(errors.values()) < 1e-7, errors"


def cells(subject: Subject) -> tuple[Cell, ...]:
    """The code of a notebook; each cell names the section after which it stands."""
    return tuple(_Cells(subject).all())


@dataclass(frozen=True)
class _Cells:
    subject: Subject

    @cached_property
    def arguments(self) -> Arguments:
        return Arguments(self.subject.derivation, blueprint(self.subject.derivation))

    @cached_property
    def learned(self) -> list[str]:
        """The parameters that have a gradient."""
        plan = self.arguments.plan
        return [t.name for t in plan.parameters if t.name in plan.wrt and plan.program.defining(adjoint_name(t.name))]

    def all(self) -> Iterator[Cell]:
        worked = self.subject.worked
        yield Cell("\n".join(self.arguments.lines), (self._about_module(), " ", self._about_data()))
        if worked:
            yield self._recheck()
            yield from self._statements()
        if self.learned:
            yield self._slopes()
        if worked and self.learned:
            yield self._same()
            yield from self._steps()

    def _about_module(self) -> Message:
        return say(
            "This notebook needs NumPy and nothing else. The functions of the module {module} stand where they are "
            "first called; run the cells in their order.",
            module=Mono(f"{self.arguments.plan.name}.py"),
        )

    def _recheck(self) -> Cell:
        about = say(
            "No number of this notebook has to be believed. The code after a section computes the numbers of that "
            "section again, and {recheck} stops the notebook at the first one that is printed wrong.",
            recheck=Mono("recheck"),
        )
        return Cell(RECHECK.strip().format(digits=self.subject.digits), (about,))

    def _about_data(self) -> Message:
        if self.subject.network.example is not None:
            return say("It begins with the numbers of the example.")
        return say(
            "These notes have no example in numbers, so the module is run on random data: on parameters as {init} "
            "draws them, and on inputs and targets of the shapes that the network takes.",
            init=Mono("init"),
        )

    def _statements(self) -> Iterator[Cell]:
        """The equations, one statement each, in the open."""
        page = StatementsPage(self.arguments.plan)
        back = {name: text for name, text in page.names.items() if page.is_backward(name)}
        forward = tuple((name, text) for name, text in page.names.items() if name not in back)
        about = say(
            "The same with NumPy, one statement for each equation. Look at whatever you like to see: every array keeps "
            "its name."
        )
        yield Cell(f"{page.given}\n{page.forward}".strip(), (about,), "forward", gives=forward)
        if back:
            about = say(
                "The way back with NumPy. What ends in {bar} is the derivative of the loss by what stands before it.",
                bar=Mono("_bar"),
            )
            yield Cell(page.backward, (about,), "backward", gives=tuple(back.items()))

    # --- the gradient, without any chain rule ---

    def _slopes(self) -> Cell:
        smooth = not self.subject.worked or self._is_smooth
        call = self.arguments.call
        moved = "point._replace(**{{name: array {} step * move}})".format
        parts = [
            "point = p"
            if smooth
            else "point = init(seed=1, dtype=np.float64)  # the example lies on a kink of the loss",
            "learned = " + repr([spelled(name) for name in self.learned]).replace("'", '"'),
            self._found("" if self.subject.worked and smooth else "point"),
            SLOPE.rstrip().format(loss_there=call("loss", moved("+")), loss_back=call("loss", moved("-"))),
            (ONE_BY_ONE if self._count <= MOST_MOVED and self.subject.worked else TOGETHER).rstrip(),
            COMPARE.rstrip(),
        ]
        text = "\n\n".join(["\n".join(parts[:3]), *parts[3:]]) + (f"\n{AGREE}" if smooth else "")
        about = say(
            "Is the gradient right? Move a parameter a little to both sides, compute the loss at each, and divide the "
            "difference by the distance: that slope needs no chain rule. A long step sees the loss bend, a very short "
            "one loses digits; in between the slope agrees with the derivative of the chain rule."
        )
        return Cell(text, (about,), "gradients" if self.subject.worked else "module")

    def _found(self, point: str) -> str:
        """The gradient in question: that of the statements above, or at another point that of the module."""
        if point:
            return f"_, gradient = {self._gradient(point)}"
        parameters = self.arguments.plan.parameters
        known = {t.name: spelled(adjoint_name(t.name)) for t in parameters if t.name in self.learned}
        made = ", ".join(f"{spelled(name)}={value}" for name, value in known.items())
        return f"gradient = Parameters({made})" if len(known) == len(parameters) else f"gradient = p._replace({made})"

    def _same(self) -> Cell:
        """That the module's function gives what the statements have given."""
        lines = [
            f"loss_of_module, g = {self._gradient('p')}",
            self._found(""),
            "assert np.isclose(loss_of_module, L)",
            "assert all(np.allclose(getattr(g, name), getattr(gradient, name)) for name in learned)",
            'print("the same loss, and the same gradient")',
        ]
        about = say("The function of the module gives what the single statements have given:")
        return Cell("\n".join(lines), (about,), "module")

    @property
    def _is_smooth(self) -> bool:
        """Whether differences at the example's values meet no kink."""
        given = {name: np.array(value) for name, value in self.subject.derivation.given.items()}
        return placed(self.subject.base.start, given, self.subject.sizes).smooth

    @property
    def _count(self) -> int:
        plan = self.arguments.plan
        return sum(prod(int(str(e)) for e in t.shape) for t in plan.parameters)

    # --- the steps of the optimizer ---

    def _steps(self) -> Iterator[Cell]:
        example = self.subject.network.example
        assert example is not None
        kept = bool(example.optimizer.row.kept)
        lines = [*(["kept0 = init_optimizer(p)"] if kept else []), *self._step(0)]
        given = self._given(1, kept)
        if kept and example.steps >= WORKED:
            lines += self._step(1)
            given += self._given(2, kept)
        lines += [
            f"L1 = {self.arguments.call('loss', 'p1')}",
            'print(f"loss {L0:.6g} before the step, {L1:.6g} after it")',
        ]
        yield Cell(
            "\n".join(lines),
            (say("One step, and the loss before and after it:"),),
            "updates",
            gives=(("L1", "L1"), *given),
        )
        steps = min(example.steps, MOST_STEPS)
        if steps >= WORKED:
            yield Cell(
                self._all_steps(steps, kept),
                (say("All steps of the example:"),),
                "updates",
                gives=(("losses", "losses"),),
            )

    def _given(self, step: int, kept: bool) -> tuple[tuple[str, str], ...]:
        """What the numbers of a step are called, and the expressions that give them."""
        wholes = [f"p{step}", f"g{step - 1}", *((f"kept{step}.m", f"kept{step}.v") if kept else ())]
        names = learned(self.subject)
        return tuple((f"{whole}.{name}", f"{whole}.{spelled(name)}") for whole in wholes for name in names)

    def _step(self, step: int) -> list[str]:
        """The lines of a step, from the parameters p0 = p on."""
        before, after = "p" if step == 0 else f"p{step}", f"p{step + 1}"
        gradient = f"L{step}, g{step} = {self._gradient(before)}"
        state = f"kept{step}"
        return [gradient, self._stepped(before, after, f"g{step}", state, f"kept{step + 1}")]

    def _gradient(self, parameters: str) -> str:
        call = self.arguments.call("loss_and_grad", parameters)
        return f"{call}[:2]" if self.arguments.plan.input_adjoints else call

    def _stepped(self, before: str, after: str, gradient: str, state: str, new_state: str) -> str:
        """The call of the optimizer."""
        example = self.subject.network.example
        assert example is not None
        constants = [("learning_rate", example.learning_rate), *example.optimizer.constants]
        given = [f"{name}={value!r}" for name, value in constants]
        clip = self.subject.network.regularization.clip_norm
        given += [] if clip is None else [f"clip_norm={clip!r}"]
        kept = bool(example.optimizer.row.kept)
        arguments = ", ".join([before, gradient, *([state] if kept else []), *given])
        left = f"{after}, {new_state}" if kept else after
        return f"{left} = {example.optimizer.name}({arguments})"

    def _all_steps(self, steps: int, kept: bool) -> str:
        lines = [
            "q, kept = p, init_optimizer(p)" if kept else "q = p",
            f"losses = [{self.arguments.call('loss', 'q')}]",
            f"for _ in range({steps}):",
            f"    _, g = {self._gradient('q')}",
            f"    {self._stepped('q', 'q', 'g', 'kept', 'kept')}",
            f"    losses.append({self.arguments.call('loss', 'q')})",
            f'print(f"loss {{losses[0]:.4g}}, after {steps} steps {{losses[-1]:.4g}}")',
        ]
        return "\n".join(lines)
