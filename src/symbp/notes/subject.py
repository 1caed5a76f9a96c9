"""What the notes are about: one derivation, its numbers, and the check that every displayed line passes.

The sections build their lines through :meth:`Subject.show`, which evaluates each from its own layout tree in
the environment kept here. A network too large to be worked element by element is checked at small, pairwise
distinct extents instead: its equations are the same, and only index and layer notation is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import mpmath
import numpy as np
import sympy

from symbp import mathtree as m
from symbp.chain_rule import adjoint
from symbp.derivation import Derivation, adjoint_name
from symbp.derive import NetworkDerivation, named_program
from symbp.equation import Equation, Extent, Index, Read, Size
from symbp.errors import Fault
from symbp.layers import Attention
from symbp.layers.fragment import BATCH
from symbp.network import Described, Network
from symbp.notes.known import Entries, Padded, Partials, shown_guards
from symbp.notes.meanings import layer_of
from symbp.notes.numbers import Numbers, at_full_size, is_affordable, of_example
from symbp.notes.stated import Stated
from symbp.notes.widths import Widths
from symbp.printing.spelled import ENGLISH, catalogue, in_words
from symbp.program import GIVEN, Tensor
from symbp.reference import evaluate, multiprecision
from symbp.rewrite import REWRITES, rewrite
from symbp.rewrite.copies import RULE as IDENTITY
from symbp.verify.draw import placed
from symbp.verify.perturb import central_differences, complex_step
from symbp.verify.report import relative_error
from symbp.views.naming import Naming, elements
from symbp.views.paper import Timeline
from symbp.views.partial import Partial
from symbp.views.scalar import Element, ScalarView, value_of
from symbp.wording import Message

MOST_DIFFERENCES = 32  # parameters: each costs two evaluations in 50 digits
FOR_THE_MACHINE = (
    "softmax shift",
    "log-sum-exp",
    "logarithm of a sigmoid",
    "common subexpressions",
    "dead equations",
    "known sums",
)
MOST_LOST = 2000  # a number in an exponent that the precision allows for
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """A derivation as the notes see it.

    Attributes:
        derivation: What the notes are about.
        base: What is evaluated: the derivation itself, or the same at small extents.
        values: Of every tensor of ``base``, in 50 digits.
        sizes: The run-time sizes that belong to the values.
        worked: Whether the values are the example's, and single elements can be printed.
        views: In which views the derivation is told.
        checked: Whether displayed lines are evaluated; at the full size of a large network, whose lines have been
            evaluated at small extents, they are only printed.
        evaluated_as: The subject whose lines have been evaluated in place of these.
        code: The text of the module in its plain style.
        language: What the notes are written in. Words in drawings are put into it at once (``text``), since their
            width decides the layout; all else is, when the document is complete.
    """

    derivation: NetworkDerivation
    base: Derivation
    values: Values
    sizes: Mapping[str, int]
    worked: bool
    views: tuple[str, ...]
    checked: bool = True
    evaluated_as: Subject | None = None
    code: str = ""
    language: str = ENGLISH

    def text(self, words: Message) -> str:
        """Words in the language of the notes."""
        return in_words(words, catalogue(self.language))  # type: ignore[return-value]

    @property
    def numbers(self) -> Mapping[str, int]:
        return self.derivation.numbers

    @cached_property
    def textbook(self) -> Subject:
        """The same derivation before it was made stable and short: with every adjoint that the chain rule names."""
        return self._without(FOR_THE_MACHINE)

    @cached_property
    def with_copies(self) -> Subject:
        """The textbook's derivation, in which what is handed on as it is keeps both of its names."""
        return self._without((*FOR_THE_MACHINE, IDENTITY))

    def _without(self, rules: tuple[str, ...]) -> Subject:
        used = {step.rule for step in self.base.steps} - set(rules)
        chain = adjoint(self.base.start, self.base.wrt, self.base.outputs[1:])
        base = rewrite(chain, without=[rule for rule in REWRITES if rule not in used])
        if not self.checked:
            return replace(self, base=base)
        given = {t.name: self.values[t.name] for t in self.base.start.of_role(*GIVEN)}
        return replace(self, base=base, values=evaluated(base, given, self.sizes, self.precision))

    @cached_property
    def named_twice(self) -> Subject:
        """The textbook's derivation; a tensor whose definition a copy of it has taken over keeps its value."""
        textbook = self.textbook
        if not self.checked or not any(s.rule == IDENTITY for s in textbook.base.steps):
            return textbook
        result, values = textbook.base.result, self.with_copies.values
        gone = {t.name for t in result.tensors if t.role not in GIVEN and not result.defining(t.name)}
        return replace(textbook, values={**textbook.values, **{n: v for n, v in values.items() if n in gone}})

    @cached_property
    def at_full_size(self) -> Subject:
        """The subject whose lines are printed: their numbers are those of the network itself, not of a smaller one."""
        if self.worked:
            return self
        return replace(self, base=self.derivation, values={}, checked=False, evaluated_as=self)

    @cached_property
    def runs(self) -> bool:
        """Whether the network is small enough to be run as it is."""
        return self.worked or is_affordable(self.derivation)

    @cached_property
    def full(self) -> Numbers:
        """The numbers of the network at its full size, in floats: of its example, or drawn."""
        if self.evaluated_as is not None:
            return self.evaluated_as.full
        return of_example(self.derivation) if self.worked else at_full_size(self.derivation, self.code)

    @property
    def naming(self) -> Naming:
        """How single elements are called."""
        return self.derivation.naming

    @cached_property
    def index_naming(self) -> Naming:
        """How entries are called in index notation, which goes by layers."""
        return replace(self.naming, program=named_program(self.base), numbering="layers", samples=self.samples)

    @cached_property
    def label_naming(self) -> Naming:
        """How single elements of the network at its full size are called in a drawing: without a sample."""
        return replace(self.naming, samples=1)

    @property
    def samples(self) -> int:
        return self.sizes.get(BATCH.name, 1)

    @cached_property
    def network(self) -> Described:
        return self.derivation.network

    @cached_property
    def regular(self) -> bool:
        """Whether the network is a chain of dense layers: units in columns, every sum over a layer."""
        return isinstance(self.network, Network) and self.network.is_dense_chain

    @cached_property
    def layers(self) -> int:
        """How many layers there are; none in a network that equations state."""
        return len(self.network.layers) if isinstance(self.network, Network) else 0

    @property
    def digits(self) -> int:
        return self.derivation.digits

    @cached_property
    def view(self) -> ScalarView:
        """The neuron view; only where single elements are worked."""
        return self.derivation.view

    def tensor(self, name: str) -> Tensor:
        return self.index_naming.program.tensor[name]

    def shape(self, name: str) -> tuple[Extent, ...]:
        return self.tensor(name).shape

    def elements(self, name: str) -> tuple[Element, ...]:
        """The elements of a tensor at the first sample."""
        every = elements(self.tensor(name), self.sizes)
        return tuple(e for e in every if not self.batched(name) or e.index[0] == 0)

    def batched(self, name: str) -> bool:
        return self.shape(name)[:1] == (BATCH,)

    def value(self, element: Element) -> Any:
        return self.values[element.tensor][element.index]

    def number(self, element: Element) -> m.Number:
        """The value of an element as it is printed; a position counts from 1."""
        value = self.value(element)
        if self.tensor(element.tensor).dtype == "int":
            return m.Number(int(value) + (element.tensor not in self.base.start.truths))
        return m.Number(value, self.digits, (element.tensor, element.index))

    @cached_property
    def computed(self) -> int:
        """How many numbers the forward pass computes for one sample."""
        return sum(len(self.elements(name)) for name, _ in self.definitions("forward"))

    def partial(self, element: Element) -> Partial:
        return Partial(element, self.view, self.naming, self.values, self.digits)

    def definitions(self, role: str) -> Iterator[tuple[str, tuple[Equation, ...]]]:
        """The definitions of the final program with a number each: ``forward`` or ``backward``."""
        for name in self.in_order:
            if (self.tensor(name).role == "adjoint") == (role == "backward"):
                yield name, self.definition(name)

    @cached_property
    def in_order(self) -> tuple[str, ...]:
        """What has a number, in the order in which it is told: a state after what its step computes it from."""
        if not self.timeline.axes:
            return tuple(self.numbers)
        last = {e.target: place for place, e in enumerate(self.base.result.equations())}
        states = {name for name, _ in self.timeline.first}
        forward = [name for name in self.numbers if self.tensor(name).role != "adjoint"]
        told = sorted(forward, key=lambda name: last[name] if states else 0)
        return (*told, *(name for name in self.numbers if name not in told))

    @cached_property
    def stated(self) -> Stated:
        """The definitions of the final program as they stand on paper."""
        return Stated(self.base, self.timeline, self.sizes)

    def definition(self, name: str) -> tuple[Equation, ...]:
        """The equations of the final program that write a tensor, as they stand on paper."""
        return self.stated.definition(name)

    def textbook_definition(self, name: str) -> tuple[Equation, ...]:
        """The same with sigma'(z) not yet put in, where that is all that the rewrites did to it."""
        return tuple(e for part in self.stated.textbook(name) for e in part.equations)

    def on_paper(self, equation: Equation) -> Equation:
        """An equation without its loop: it holds at every step."""
        return self.timeline.on_paper(equation)

    @property
    def timeline(self) -> Timeline:
        return self.index_naming.timeline

    @cached_property
    def first_sample(self) -> Values:
        """The values of all tensors for the first sample alone."""
        given = {t.name: self.values[t.name] for t in self.base.start.of_role(*GIVEN)}
        alone = {name: v[:1] if self.batched(name) else v for name, v in given.items()}
        return evaluated(self.base, alone, {**self.sizes, BATCH.name: 1})

    def independent(self, element: Element) -> Any:
        """dL/d(a parameter) from the forward equations alone, without any chain rule."""
        return self._references[element.tensor][element.index]

    def bound(self, name: str) -> str:
        """A bound of the relative error of a gradient: of the largest difference over its tensor."""
        reference = self._references[name]
        error = relative_error(self.values[adjoint_name(name)].astype(float), reference.astype(float))
        return next((f"< 1e-{k}" for k in range(11, 0, -1) if error < 10.0**-k), "no finite value")

    @cached_property
    def _references(self) -> Mapping[str, Any]:
        """By central differences in 50 digits; near a kink, or for many parameters, by complex steps in floats."""
        names = [n for n in self.base.wrt if adjoint_name(n) in self.values]
        start = self.base.start
        given = {name: np.array(value) for name, value in self.derivation.given.items()}
        few = sum(self.values[n].size for n in names) <= MOST_DIFFERENCES
        if few and placed(start, given, self.sizes).smooth:
            return {n: central_differences(start, given, self.sizes, n, self.precision) for n in names}
        return complex_step(start, given, self.sizes, names)

    @cached_property
    def precision(self) -> int:
        """Digits that show what the forward equations lose, as in the logarithm of 1 - sigmoid(z): 0.43 z of them."""
        computed = [self.values[t.name] for t in self.base.start.of_role("intermediate") if t.name in self.values]
        largest = max((float(abs(v)) for array in computed for v in array.ravel()), default=0.0)
        return 50 + int(min(largest, MOST_LOST) / 2)

    def adjoints(self) -> Iterator[tuple[str, tuple[Equation, ...]]]:
        """Every adjoint that the program computes, in order, with its definition."""
        for name in dict.fromkeys(e.target for e in self.base.result.equations()):
            if self.tensor(name).role == "adjoint":
                yield name, self.definition(name)

    def show(
        self,
        lines: Iterable[m.Line],
        number: str | int = "",
        indices: Iterable[Index] = (),
        env: m.Environment | None = None,
    ) -> m.Display:
        """A display whose every line has been evaluated and compared.

        Raises:
            CheckFailed: a line does not hold; the message names its equation.
        """
        display = m.Display(tuple(lines), str(number))
        if not self.checked:
            return display
        ranges = {i.name: range(1, self.extent(i.extent) + 1) for i in indices}
        environment = env or m.Environment(self.symbols, self.partials, ranges)
        m.check_display(display, environment)
        return display

    def attends(self, tensor: Tensor) -> bool:
        """Whether a tensor belongs to a layer of attention."""
        if not isinstance(self.network, Network):
            return False
        number = layer_of(self.network, tensor)
        return number is not None and isinstance(self.network.layers[number - 1], Attention)

    def standing(self, symbol: sympy.Symbol, name: str) -> tuple[int, int]:
        """Where an operand of a recurrence stands: parameters first, what an earlier step left last."""
        if not self.timeline.axes or name not in self.index_naming.program.tensor:
            return 0, 0
        earlier = 0
        if isinstance(symbol, Read):
            axes = self.timeline.axes.get(name.removesuffix("_bar"), ())
            earlier = max((-symbol.access.indices[axis].constant for axis in axes), default=0)
        return max(earlier, 0), -1 if self.tensor(name).role == "parameter" else self.numbers.get(name, 0)

    def extent(self, extent: Extent) -> int:
        return self.sizes[extent.name] + extent.plus if isinstance(extent, Size) else extent

    @cached_property
    def symbols(self) -> Padded:
        """The value of every symbol that stands for one number."""
        known: dict[m.Symbol, Any] = {m.Symbol(name): size for name, size in self.sizes.items()}
        widths = self.widths.values if self.widths else {}
        known |= {m.Symbol(BATCH.name): self.samples, **widths, **self.entries.values}
        return Padded(known, self.entries.places)

    @cached_property
    def entries(self) -> Entries:
        """What the printed entries of tensors are."""
        single = self.naming if self.worked else None
        truths = self.base.start.truths
        return Entries(self.index_naming, single, self.values, self.sizes, truths, self.read_beyond)

    @cached_property
    def read_beyond(self) -> frozenset[tuple[str, int]]:
        """The axes of tensors that have other places than an index alone, as windows and steps do, or such an index."""
        programs = (self.base.start, self.base.chain_result, self.base.result)
        tensors, steps = self.index_naming.program.tensors, self.timeline.axes
        found = {(t.name, axis) for t in tensors for axis in steps.get(t.of or t.name, ())}
        for equation in () if self.regular else (e for p in programs for e in p.equations()):
            places = [(a.tensor, axis, at) for a in (equation.lhs, *equation.accesses_read())
                      for axis, at in enumerate(a.indices)]  # fmt: skip
            moving = {i for _, _, at in places if at.index is None for i in at.indices()}
            found |= {(tensor, axis) for tensor, axis, at in places if moving & set(at.indices())}
        return frozenset(found)

    @cached_property
    def padded(self) -> bool:
        """Whether some window reaches beyond the ends of what it reads."""
        return any(shown_guards(e, self.shape) != e.guards for e in self.base.start.equations())

    @cached_property
    def widths(self) -> Widths | None:
        """The widths of the layers, where the network is a chain of dense ones."""
        program = self.index_naming.program
        return Widths(self.network, program) if self.regular and isinstance(self.network, Network) else None

    @cached_property
    def partials(self) -> Mapping[tuple[m.Symbol, m.Symbol], Any]:
        return Partials(self.entries.elements, self.derivative, self.symbols.is_beyond)

    def derivative(self, of: Element, by: Element) -> Any:
        """The value of d(of)/d(by): of a gradient, or of one link of the chain rule."""
        if of.tensor == "L":
            if adjoint_name(by.tensor) not in self.values:
                raise m.NoValue(f"there is no derivative of the loss by {by.tensor}")
            return self.values[adjoint_name(by.tensor)][by.index]
        try:
            link = next((link for link in self.view.links(by) if link.of == of), None)
        except Fault as fault:  # labels are needed, and the network has no example
            raise m.NoValue(fault.problem) from None
        return mpmath.mpf(0) if link is None else value_of(link.local, self.values)


def evaluated(derivation: Derivation, given: Values, sizes: Mapping[str, int], digits: int = 50) -> Values:
    arithmetic = multiprecision(digits)
    forward = evaluate(derivation.start, given, sizes, arithmetic)
    return {**forward, **evaluate(derivation.result, given, sizes, arithmetic)}
