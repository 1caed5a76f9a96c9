"""Normalisation: the closed form of the gradient with respect to what is normalised, derived by substitution.

A normalisation is a mean, the deviations from it, their mean square, its root and a quotient,

    mu = sum(z/N),  d = z - mu,  v = sum(d**2/N),  s = sqrt(v + eps),  xhat = d/s

with the sums over whichever indices: over the samples it is batch normalisation, over the units layer
normalisation, over the units of a group group normalisation; without ``mu`` and ``d`` it is RMS normalisation.
Putting ``d = xhat*s`` into what the chain rule gives, and using that the deviations sum to zero, leaves

    g = sum(xhat_bar*xhat/N),  h = sum(xhat_bar/N),  z_bar = (xhat_bar - h - xhat*g)/s

If ``y = gamma*xhat + beta``, and the sums are over the samples, they are known: ``g = gamma*gamma_bar/N``.
``z_bar`` is what is left of ``xhat_bar`` after a linear regression on ``xhat``, over ``s``. It needs two sums and one
pass where the adjoints in its place need two of each, and rounds less often: in float32 its error is about a third
smaller.

Sources: Ioffe and Szegedy (2015), section 3; Ba, Kiros and Hinton (2016), section 3; Wu and He (2018), section 3;
Zhang and Sennrich (2019), section 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sympy

from symbp.derivation import Derivation, Step, adjoint_name
from symbp.equation import Access, Equation, Index, Read, body_indices, length, reads
from symbp.program import Program, Tensor
from symbp.rewrite.patterns import covers, exchange, fresh_name, readers, spelled_like, top_level

RULE = "normalisation"
KNOWN_SUMS = "known sums"
LETTERS = "ghtu"  # what the notes call the two means, or what is free in their layer


@dataclass(frozen=True)
class Normalisation:
    """One normalisation, spelled with the indices of the equation of ``xhat``.

    Attributes:
        xhat: The equation ``xhat = d/s``.
        d, s, v: What is normalised, the scale and the mean square, at a point of ``xhat``.
        over: The indices that the statistics sum over.
        weight: What each square counts, ``1/N``.
        root: The scale as a function of ``v``, ``sqrt(v + eps)``.
        mu: The mean that has been subtracted, at a point of ``xhat``; none in RMS normalisation.
    """

    xhat: Equation
    d: Read
    s: Read
    v: Read
    over: tuple[Index, ...]
    weight: sympy.Expr
    root: sympy.Expr
    mu: Read | None = None

    @property
    def row(self) -> tuple[Index, ...]:
        """The indices of a statistic."""
        return tuple(i for i in self.xhat.domain if i not in self.over)

    @property
    def count(self) -> sympy.Expr:
        return sympy.Mul(*(length(i.extent) for i in self.over))

    @property
    def hat(self) -> Read:
        return Read(self.xhat.lhs)


def bar(operand: Read) -> Read:
    """The adjoint of what is read."""
    return Read(replace(operand.access, tensor=adjoint_name(operand.access.tensor)))


# Finding them.


def find_normalisations(program: Program) -> tuple[Normalisation, ...]:
    """Every normalisation of a program outside its scans, in the order of its equations."""
    alone = {
        e.target: e
        for e in top_level(program)
        if len(program.defining(e.target)) == 1 and not e.accumulate and not e.guards
    }
    found: list[Normalisation] = []
    for xhat in alone.values():
        for d, s in (xhat.reads, xhat.reads[::-1]) if len(xhat.reads) == 2 else ():
            if not xhat.reduction and xhat.body == d / s:
                found += _normalisation(program, alone, xhat, d, s)
    return tuple(found)


def _normalisation(
    program: Program, alone: dict[str, Equation], xhat: Equation, d: Read, s: Read
) -> Iterator[Normalisation]:
    """The normalisation that a quotient ends, if it ends one."""
    scale = _statistic(program, alone, s, s)
    if scale is None or scale.reduction or len(scale.reads) != 1:
        return
    v = scale.reads[0]
    square = _statistic(program, alone, v, d)
    if square is None or square.reduction != "sum" or set(square.indices()) != set(xhat.domain):
        return
    weight = square.body / d**2
    norm = Normalisation(xhat, d, s, v, square.over, weight, scale.body)
    if reads(weight) or reads(scale.body**2 - v) or set(scale.domain) != set(norm.row):
        return
    deviation = alone.get(d.access.tensor)
    yield replace(norm, mu=_mean(program, alone, norm, deviation) if deviation else None)


def _statistic(program: Program, alone: dict[str, Equation], statistic: Read, *anchors: Read) -> Equation | None:
    """The only equation of a statistic, that of every row, spelled as it is read."""
    equation = alone.get(statistic.access.tensor)
    if equation is None or not covers(equation, program.tensor[equation.target]):
        return None
    return spelled_like(equation, [statistic.access, *(a.access for a in anchors)])


def _mean(program: Program, alone: dict[str, Equation], norm: Normalisation, deviation: Equation) -> Read | None:
    """``mu`` where ``d = z - mu`` with ``mu = sum(z/N)``; ``z`` may be any expression."""
    spelled = spelled_like(deviation, [norm.d.access])
    if spelled is None or spelled.reduction:
        return None
    for mu in spelled.reads:
        z = sympy.expand(spelled.body + mu)
        mean = None if mu in reads(z) else _statistic(program, alone, mu, *reads(z))
        if mean is None or (mean.reduction, set(mean.over), set(mean.domain)) != ("sum", {*norm.over}, {*norm.row}):
            continue
        if sympy.expand(mean.body * norm.count - z) == 0:
            return mu
    return None


# Rewriting what the chain rule gives for one.


@dataclass(frozen=True)
class _Change:
    """An equation put in place of another, and what it names for the first time."""

    before: Equation
    after: Equation
    because: str
    new: tuple[Equation, ...] = ()


def close_normalisations(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """``z_bar = d_bar + mu_bar/N`` becomes ``(xhat_bar - h - xhat*g)/s``; ``s_bar`` to ``mu_bar`` are then dead."""
    program = derivation.result
    steps: list[Step] = []
    for norm in find_normalisations(program):
        for part in (_through_the_scale, _through_the_mean):
            changes = part(program, norm)
            program = _changed(program, norm, changes)
            steps += [Step(RULE, c.after.target, (c.before,), (c.after,), c.new, c.because) for c in changes]
    return program, tuple(steps)


def use_known_sums(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """The means of a closed normalisation as multiples of ``gamma_bar`` and ``beta_bar``: nothing is summed twice."""
    program = derivation.result
    steps: list[Step] = []
    for norm in find_normalisations(program):
        changes = _by_known_sums(program, norm)
        program = _changed(program, norm, changes)
        steps += [Step(KNOWN_SUMS, c.after.target, (c.before,), (c.after,), c.new, c.because) for c in changes]
    return program, tuple(steps)


def _through_the_scale(program: Program, norm: Normalisation) -> list[_Change]:
    """``d_bar`` in terms of ``g``, if nothing but the normalisation reads ``s`` and ``v``."""
    hat, d, s, v = norm.hat, norm.d, norm.s, norm.v
    s_bar = _only(program, bar(s), -bar(hat) * d / s**2, bar(hat), d)
    v_bar = _only(program, bar(v), bar(s) * norm.root.diff(v))
    d_bar = [e for e in program.defining(bar(d).access.tensor) if bar(v).access.tensor in e.tensors_read]
    if s_bar is None or v_bar is None or len(d_bar) != 1:
        return []
    moment = _named(program, norm, "moment", bar(hat) * hat * norm.weight)
    g = Read(moment.lhs)
    value = _adjoint_of_deviation(norm, d_bar[0], g)
    if value is None:
        return []
    scale = _statistic_adjoint(norm, s, -g / (norm.weight * s))
    square = _statistic_adjoint(norm, v, -g / (2 * norm.weight * s**2))
    return [
        _Change(s_bar, scale, "d = xhat s put in; the mean gets a name", (moment,)),
        _Change(v_bar, square, "the adjoint of s put in"),
        _Change(d_bar[0], value, "d = xhat s put in"),
    ]


def _adjoint_of_deviation(norm: Normalisation, definition: Equation, g: Read) -> Equation | None:
    """``d_bar = (xhat_bar - xhat*g)/s``, and beside it what comes from others that read ``d``."""
    spelled = spelled_like(definition, [bar(norm.d).access])
    if spelled is None or spelled.reduction or spelled.guards:
        return None
    rest, ours = spelled.body.as_independent(bar(norm.v), bar(norm.hat), as_Add=True)
    spread = 2 * norm.weight * norm.d * bar(norm.v)
    for direct in (bar(norm.hat), sympy.Integer(0)):  # the quotient may have contributed by itself
        if sympy.expand(ours - spread - direct / norm.s) == 0:
            return replace(spelled, body=(direct - norm.hat * g) / norm.s + rest)
    return None


def _through_the_mean(program: Program, norm: Normalisation) -> list[_Change]:
    """``z_bar`` in terms of ``g`` and ``h``, if only ``d`` reads ``mu``, and only the normalisation ``d``."""
    if norm.mu is None:
        return []
    hat, d, mu, s = norm.hat, norm.d, norm.mu, norm.s
    mu_bar = _only(program, bar(mu), -bar(d), bar(d))
    value = _closed(program, norm)
    if mu_bar is None or value is None:
        return []
    mean = _named(program, norm, "mean", bar(hat) / norm.count)
    h = Read(mean.lhs)
    after = _statistic_adjoint(norm, mu, -norm.count * h / s)
    changes = [_Change(mu_bar, after, "the deviations sum to zero; the mean gets a name", (mean,))]
    for reader in readers(program).get(bar(d).access.tensor, ()):
        spelled = spelled_like(reader, [bar(d).access, bar(mu).access])
        if spelled is None or spelled.reduction or spelled.guards:
            continue
        rest, ours = spelled.body.as_independent(bar(d), bar(mu), as_Add=True)
        slope = sympy.expand(ours).coeff(bar(d))
        if slope != 0 and sympy.expand(ours - slope * (bar(d) + bar(mu) / norm.count)) == 0:
            closed = slope * value.xreplace({bar(hat): bar(hat) - h}) + rest
            changes.append(_Change(reader, replace(spelled, body=closed), "both adjoints put in"))
    return changes


def _closed(program: Program, norm: Normalisation) -> sympy.Expr | None:
    """``(xhat_bar - xhat*g)/s``, if that is all of ``d_bar``."""
    hat, d, s = norm.hat, norm.d, norm.s
    for definition in program.defining(bar(d).access.tensor)[:1]:
        for g in definition.reads:
            value = (bar(hat) - hat * g) / s
            if g.access.indices == s.access.indices and _only(program, bar(d), value) is not None:
                return value
    return None


def _by_known_sums(program: Program, norm: Normalisation) -> list[_Change]:
    """``g = gamma*gamma_bar/N`` and ``h = gamma*beta_bar/N`` where the sums of those gradients are the same."""
    hat_bar = bar(norm.hat)
    definition = program.defining(hat_bar.access.tensor)
    spelled = spelled_like(definition[0], [hat_bar.access]) if len(definition) == 1 else None
    if spelled is None or spelled.reduction or spelled.guards:
        return []
    changes = []
    before: list[Equation] = []
    for equation in top_level(program):
        tensor = program.tensor[equation.target]
        if tensor.role == "adjoint" and tensor.of is None and hat_bar in equation.reads and equation.over == norm.over:
            total = equation.body.xreplace({hat_bar: spelled.body})
            values = (_multiple(norm, total, known) for known in before)
            value = next((v for v in values if v is not None), None)
            if value is not None:
                after = replace(equation, body=value, over=(), reduction="")
                changes.append(_Change(equation, after, "what all terms share stands before a sum that is known"))
        elif equation.reduction == "sum" and len(program.defining(equation.target)) == 1:
            before.append(equation)
    return changes


def _multiple(norm: Normalisation, terms: sympy.Expr, known: Equation) -> sympy.Expr | None:
    """``sum(terms)`` as a multiple, the same for the whole row, of what another equation sums."""
    spelled = spelled_like(known, [r.access for r in reads(terms)])
    if spelled is None or spelled.guards or set(spelled.over) != set(norm.over):
        return None
    factor = terms / spelled.body
    shared = set(body_indices(factor)) <= set(norm.row)
    return factor * Read(spelled.lhs) if shared and not reads(sympy.denom(factor)) else None


# What all of them need.


def _only(program: Program, target: Read, body: sympy.Expr, *anchors: Read) -> Equation | None:
    """The definition of an adjoint, if it is one equation, and has this body where it is spelled like ``target``."""
    definition = program.defining(target.access.tensor)
    if len(definition) != 1 or definition[0].guards:
        return None
    spelled = spelled_like(definition[0], [target.access, *(a.access for a in anchors)])
    same = spelled is not None and sympy.expand(spelled.body - body) == 0
    return definition[0] if same else None


def _statistic_adjoint(norm: Normalisation, statistic: Read, body: sympy.Expr) -> Equation:
    return Equation(bar(statistic).access, body, norm.row)


def _named(program: Program, norm: Normalisation, what: str, body: sympy.Expr) -> Equation:
    """``g`` or ``h``: a sum for each row of statistics."""
    name = fresh_name(program, f"{bar(norm.hat).access.tensor}_{what}")
    return Equation(Access(name, norm.s.access.indices), body, norm.row, norm.over, "sum")


def _changed(program: Program, norm: Normalisation, changes: list[_Change]) -> Program:
    """The program with the changes made, each name defined just before it is first used."""
    tensors = [_tensor(program, norm, equation) for change in changes for equation in change.new]
    return exchange(program, {id(c.before): (*c.new, c.after) for c in changes}, tensors)


def _tensor(program: Program, norm: Normalisation, equation: Equation) -> Tensor:
    layer = program.tensor[norm.xhat.target].layer
    taken = {t.letter for t in program.tensors if t.layer == layer} | {i.name for i in norm.xhat.domain}
    letter = next((letter for letter in LETTERS if letter not in taken), equation.target)
    shape = program.tensor[norm.s.access.tensor].shape
    return Tensor(equation.target, shape, "adjoint", letter=letter, layer=layer)
