"""Section 5: the local derivatives, each proved once from the definition of its function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import sympy

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.functions import ROWS, Prime, abs_, exp, local_derivative, log
from symbp.notes.chosen import in_full
from symbp.notes.levels import whole
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Formula, Paragraph, Section, Sentence, Table
from symbp.views.scalar import Element
from symbp.wording import Message, listed, say, say_many

Z = sympy.Symbol("z")
POINTS = ("0.7", "-1.3", "0.2")  # where the lines of a proof are evaluated
Definition = Callable[[sympy.Expr], sympy.Expr]

# A smooth function that is defined by others: its derivative follows from theirs.
DEFINITIONS: dict[str, Definition] = {
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "tanh": lambda z: (exp(z) - exp(-z)) / (exp(z) + exp(-z)),
    "softplus": lambda z: log(1 + exp(z)),
    "log_cosh": lambda z: log((exp(z) + exp(-z)) / 2),
}


# How such a derivative is brought into terms of the output: one line between.
def _sigmoid_step() -> m.Node:
    once = _tree(DEFINITIONS["sigmoid"](Z))
    return m.Product((once, m.Sum((m.Number(1), m.Negative(once)))))


def _tanh_step() -> m.Node:
    return m.Sum((m.Number(1), m.Negative(m.Power(_tree(DEFINITIONS["tanh"](Z)), m.Number(2)))))


BETWEEN: dict[str, Callable[[], m.Node]] = {"sigmoid": _sigmoid_step, "tanh": _tanh_step}
# What a derivative is written with that a calculus course has no name for.
U, LOW, HIGH = m.Symbol("u"), m.Symbol("p"), m.Symbol("q")
PLAIN: dict[str, Message] = {
    "step": say("Here {function} is 1 above 0 and 0 elsewhere.", function=m.Apply("step", (U,))),
    "sign": say("Here {function} is 1 above 0, −1 below it and 0 at 0.", function=m.Apply("sign", (U,))),
    "clip": say(
        "Here {function} is {u} itself, but no less than {low} and no more than {high}.",
        function=m.Apply("clip", (U, LOW, HIGH)),
        u=U,
        low=LOW,
        high=HIGH,
    ),
}
# A function that is put together from pieces: what it is where the condition holds, and where it does not.
C = sympy.Symbol("c")
POSITIVE = m.Comparison(m.Symbol("z"), ">", m.Number(0))
SMALL = m.Comparison(m.Apply("abs", (m.Symbol("z"),)), "≤", m.Symbol("c"))
PIECES: dict[str, tuple[m.Comparison, sympy.Expr, sympy.Expr]] = {
    "relu": (POSITIVE, Z, sympy.Integer(0)),
    "abs": (POSITIVE, Z, -Z),
    "leaky_relu": (POSITIVE, Z, C * Z),
    "elu": (POSITIVE, Z, C * (exp(Z) - 1)),
    "huber": (SMALL, Z**2 / 2, C * (abs_(Z) - C / 2)),
}
KINKED = {  # what the derivative is there
    "relu": say("0 at the kink, by convention"),
    "abs": say("0 at the kink, by convention"),
    "leaky_relu": say("the slope below at the kink, by convention"),
}
# What is known from the calculus course, or is the definition of an area.
KNOWN = ("exp", "log", "sin", "cos", "erf", "normal_cdf")


def local(subject: Subject) -> Section:
    """The derivative of every function that the network uses."""
    used = functions_of(subject)
    blocks: list[Block] = [*_chain_rule(subject)]
    if used:
        blocks.append(Paragraph((say("How each function of the network changes with its argument, proved once."),)))
    explained: set[str] = set()
    for count, name in enumerate(used, 1):
        blocks += _proof(subject, name, f"D{count}", explained)
    if any(t.letter == "W" for t in subject.derivation.start.of_role("parameter")):
        blocks.append(Paragraph((_weighted_sum(),)))
    blocks += _values(subject)
    return Section((say("Local derivatives"),), tuple(blocks))


def _chain_rule(subject: Subject) -> Iterator[Block]:
    """The chain rule for one neuron, checked at a neuron of its own."""
    loss, a, z, w = (m.Symbol(name) for name in ("L", "a", "z", "w"))
    yield Paragraph(
        (
            say(
                "The chain rule: if {loss} depends on {a}, {a} on {z}, and {z} on a weight {w}, then the changes "
                "multiply along the way. For one neuron these are three factors:",
                loss=loss,
                a=a,
                z=z,
                w=w,
            ),
        )
    )
    product = m.Product((m.Partial(loss, a), m.Partial(a, z), m.Partial(z, w)))
    line = m.Line(m.Partial(loss, w), product, remark=(say("chain rule"),))
    yield Formula(subject.show([line], "D0", env=_one_neuron(loss, a, z, w)))
    yield Paragraph(
        (
            say(
                "They say how the loss changes with the output of the neuron, how the output changes with the weighted "
                "sum that goes in, and how that sum changes with the weight. Where a quantity acts on the loss along "
                "several paths, the products of all paths are added."
            ),
        )
    )


def _one_neuron(loss: m.Symbol, a: m.Symbol, z: m.Symbol, w: m.Symbol) -> m.Environment:
    """A neuron with some input, bias, weight and target, its derivatives by differences in 50 digits."""
    with mpmath.workdps(50):
        x, bias, target, weight = (mpmath.mpf(v) for v in ("0.3", "0.1", "1", "0.5"))

        def z_of(v: Any) -> Any:
            return v * x + bias

        def loss_of(v: Any) -> Any:
            return (v - target) ** 2

        at_z, at_a = z_of(weight), mpmath.tanh(z_of(weight))
        partials = {
            (loss, a): mpmath.diff(loss_of, at_a),
            (a, z): mpmath.diff(mpmath.tanh, at_z),
            (z, w): mpmath.diff(z_of, weight),
            (loss, w): mpmath.diff(lambda v: loss_of(mpmath.tanh(z_of(v))), weight),
        }
    return m.Environment({}, partials)


def functions_of(subject: Subject) -> tuple[str, ...]:
    """The functions whose derivative the derivation has put in, in the order of the forward pass."""
    used: dict[str, None] = {}
    for step in reversed(subject.derivation.steps):
        if step.rule == "chain rule":
            for equation in step.after:
                for prime in sorted(equation.body.atoms(Prime), key=str):
                    used.setdefault(prime.of)
    return tuple(used)


def _weighted_sum() -> Message:
    i, j = m.Index("i"), m.Index("j")
    z, w, x, b = m.Symbol("z", "", (i,)), m.Symbol("w", "", (i, j)), m.Symbol("a", "", (j,)), m.Symbol("b", "", (i,))
    inner = m.Sum((m.BigSum((m.Bound(j),), m.Product((w, x))), b))
    derivatives = [m.Comparison(m.Partial(z, by), "=", worth) for by, worth in ((w, x), (x, w), (b, m.Number(1)))]
    return say(
        "A weighted sum {stated} has the plainest derivatives of all: {derivatives}.",
        stated=m.Comparison(z, "=", inner),
        derivatives=listed(derivatives),
    )


def _values(subject: Subject) -> Iterator[Block]:
    """What sigma'(z) is worth at each neuron of the sample: the numbers that the backward pass puts in."""
    rows = [row for element in _activated(subject) for row in _value_rows(subject, element)]
    if rows:
        header: tuple[Sentence, ...] = ((say("derivative"),), (say("formula"),), (say("numbers"),), (say("value"),))
        caption = say_many(
            subject.samples, "Local derivatives at the sample.", "Local derivatives at the first sample."
        )
        yield Table((caption,), header, tuple(rows), ("center", "left", "left", "right"))


def _activated(subject: Subject) -> Iterator[Element]:
    """The weighted sums that are worked in numbers and that an activation follows."""
    for name, _ in subject.definitions("forward"):
        if subject.tensor(name).letter == "z" and adjoint_name(name) in subject.values:
            yield from in_full(subject, name)


def _value_rows(subject: Subject, element: Element) -> Iterator[tuple[Sentence, ...]]:
    for link in subject.view.links(element):
        if not link.raw.atoms(Prime) or link.of is None:
            continue
        left = m.Partial(subject.naming.symbol(link.of), subject.naming.symbol(link.by))
        primed, symbols, numbers = (
            m.from_sympy(link.raw, lambda s: subject.naming.symbol(s.element)),
            m.from_sympy(link.local, lambda s: subject.naming.symbol(s.element)),
            m.from_sympy(link.local, lambda s: subject.number(s.element)),
        )
        result = m.Number(subject.derivative(link.of, link.by), subject.digits)
        subject.show([m.Line(left, primed), m.Line(None, symbols), m.Line(None, numbers), m.Line(None, result)])
        yield (primed,), (symbols,), (numbers,), (result,)


def _proof(subject: Subject, name: str, number: str, explained: set[str]) -> Iterator[Block]:
    """The lines for one function, and what it is written with that was not explained before."""
    lines = tuple(_lines(name))
    for point in POINTS:
        at = abs(mpmath.mpf(point)) if name == "log" else mpmath.mpf(point)
        known = {m.Symbol("z"): at, m.Symbol("c"): mpmath.mpf("0.4")}
        display = subject.show(lines, number, env=m.Environment(known))
    yield whole(display)
    used = {node.function for line in lines for node in m.walk(line.right) if isinstance(node, m.Apply)}
    for function in sorted((used & PLAIN.keys()) - explained):
        explained.add(function)
        yield Paragraph((PLAIN[function],))


def _lines(name: str) -> Iterator[m.Line]:
    row = ROWS[name]
    constants = [sympy.Symbol("c")] * (_arity(name) - 1)
    applied = row.function(Z, *constants)
    left = m.PrimeOf(name, tuple(_tree(a) for a in applied.args))
    formula = local_derivative(applied.diff(Z))
    if name in DEFINITIONS:
        definition = DEFINITIONS[name](Z)
        yield m.Line(_tree(applied), _tree(definition), remark=(say("definition"),))
        yield m.Line(left, _tree(_derivative(definition)), remark=(say("differentiated"),))
        if name in BETWEEN:
            yield m.Line(None, BETWEEN[name](), remark=(say("rearranged"),))
        yield m.Line(None, _tree(formula), remark=(say("in terms of the output"),))
    elif name in PIECES:
        condition, inside, outside = PIECES[name]
        yield m.Line(_tree(applied), _cases(condition, inside, outside), remark=(say("definition"),))
        slopes = (_plain_derivative(piece) for piece in (inside, outside))
        kink = KINKED.get(name, say("differentiated"))
        yield m.Line(left, _cases(condition, *slopes), remark=(kink,))
        told = (say("in terms of the output"),) if formula.has(row.function) else ()
        yield m.Line(None, _tree(formula), remark=told)
    else:
        yield m.Line(left, _tree(formula), remark=(say("table of derivatives"),) if name in KNOWN else ())


def _arity(name: str) -> int:
    """How many arguments a function of the table has: its derivative takes these and the output."""
    return ROWS[name].partials[0].__code__.co_argcount - 1


def _cases(condition: m.Comparison, inside: sympy.Expr, outside: sympy.Expr) -> m.Node:
    return m.Cases(((_tree(inside), condition),), _tree(outside))


def _plain_derivative(expression: sympy.Expr) -> sympy.Expr:
    derivative = expression.diff(Z)
    return derivative.xreplace({p: local_derivative(p) for p in derivative.atoms(Prime)})


def _derivative(definition: sympy.Expr) -> sympy.Expr:
    """The derivative of a definition by the rules of calculus, quotients together."""
    derivative = definition.diff(Z)
    primes = sorted(derivative.atoms(Prime), key=str)
    return sympy.factor_terms(sympy.together(derivative.xreplace({p: local_derivative(p) for p in primes})))


def _tree(expression: sympy.Expr) -> m.Node:
    return m.from_sympy(expression, lambda s: m.Symbol(s.name))
