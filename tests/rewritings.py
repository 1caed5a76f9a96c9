"""Right gradients written in other ways: what equal forms of one formula somebody may type, drawn from a seed.

Nothing here knows a gradient: neuron formulas come from the paths of a derivation, index formulas from its equations,
layer formulas from the shapes of a chain of dense layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import sympy

from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.equation import Access, Affine, Equation, Index, Read, reads, substitute_indices
from symbp.errors import SizeError
from symbp.formulas.names import NOT_ACTIVATIONS
from symbp.functions import Elementary, Prime, local_derivative
from symbp.views.scalar import Element, Scalar, ScalarView, scalars

BLANKS = ("", "", " ")


# Formulas of SymPy as text


class Writer:
    """Writes an expression in one of many equal forms."""

    def __init__(self, rng: Random, name_of) -> None:  # type: ignore[no-untyped-def]
        self.rng, self.name_of = rng, name_of

    def sign(self, text: str) -> str:
        return f"{self.rng.choice(BLANKS)}{text}{self.rng.choice(BLANKS)}"

    def text(self, node: sympy.Expr) -> str:
        """A formula that stands in any place: with brackets if it is a sum or a product."""
        if isinstance(node, sympy.Symbol):
            return self.name_of(node)
        if isinstance(node, sympy.Rational):
            return self.number(node)
        if isinstance(node, Prime) and (node.slot > 1 or node.of in NOT_ACTIVATIONS or self.rng.random() < 0.3):
            return self.text(local_derivative(node))
        if isinstance(node, Prime):
            return f"{node.of}'({self.sum_of(node.args)})"
        if isinstance(node, Elementary):
            return f"{type(node).__name__}({self.sum_of(node.args)})"
        if node == sympy.pi:
            return "pi"
        if isinstance(node, sympy.Add):
            return f"({self.added(node)})"
        return f"({self.multiplied(node)})"

    def sum_of(self, arguments) -> str:  # type: ignore[no-untyped-def]
        return ", ".join(self.added(a) if isinstance(a, sympy.Add) else self.text(a) for a in arguments)

    def number(self, node: sympy.Rational) -> str:
        if node.q == 1:
            return str(node.p) if node.p >= 0 else f"({node.p})"
        return f"({node.p}/{node.q})"

    def added(self, node: sympy.Expr) -> str:
        terms = list(node.args)
        self.rng.shuffle(terms)
        text = self.text(terms[0])
        for term in terms[1:]:
            if self.rng.random() < 0.3:
                text += self.sign("-") + self.text(-term)
            else:
                text += self.sign("+") + self.text(term)
        return text

    def multiplied(self, node: sympy.Expr) -> str:
        """Factors in any order; those below the line stay there."""
        above, below = [], []
        for factor in sympy.Mul.make_args(node):
            if isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp < 0:
                below.append(self.power(factor.base, -factor.exp))
            elif isinstance(factor, sympy.Pow):
                above.append(self.power(factor.base, factor.exp))
            else:
                above.append(self.text(factor))
        self.rng.shuffle(above)
        text = self.sign("*").join(above) or "1"
        for factor in below:
            text += self.sign("/") + factor
        return text

    def power(self, base: sympy.Expr, exponent: sympy.Expr) -> str:
        if exponent == 1:
            return self.text(base)
        if exponent == 2 and self.rng.random() < 0.4:
            return f"({self.text(base)}*{self.text(base)})"
        if exponent == sympy.Rational(1, 2) and self.rng.random() < 0.5:
            return f"sqrt({self.text(base)})"
        return f"{self.text(base)}{self.rng.choice(('^', '**'))}{self.text(exponent)}"


def rewritten(rng: Random, expression: sympy.Expr) -> sympy.Expr:
    """An equal expression: expanded, factored, collected, or with a sum split."""
    for _ in range(rng.randrange(3)):
        if expression.count_ops() > 60:
            return expression
        expression = rng.choice((sympy.expand_mul, sympy.factor_terms, _distributed, sympy.expand, lambda e: e))(
            expression
        )
    return expression


def _distributed(expression: sympy.Expr) -> sympy.Expr:
    return expression.replace(lambda e: isinstance(e, sympy.Mul), sympy.expand_mul)


# Neuron notation


def neuron_formula(d: NetworkDerivation, element: Element, rng: Random) -> str:
    """dL/d(element) as somebody may write it neuron by neuron."""
    view = d.view
    expression = _gradient(d, element, rng)
    for _ in range(rng.randrange(3)):
        inner = [s for s in scalars(expression) if d.start.defining(s.element.tensor) and _is_short(view, s)]
        if inner and expression.count_ops() < 60:
            chosen = rng.choice(inner)
            expression = expression.xreplace({chosen: view.primal(chosen.element)})
    return Writer(rng, lambda s: _neuron(d, s, rng)).text(rewritten(rng, expression))


def _is_short(view: ScalarView, scalar: Scalar) -> bool:
    return bool(view.primal(scalar.element).count_ops() < 12)


def _gradient(d: NetworkDerivation, element: Element, rng: Random, depth: int = 0) -> sympy.Expr:
    """The chain rule, link by link, until the adjoint of some number is named."""
    terms = []
    links = d.view.links(element)
    for link in links:
        if link.of is None:
            terms.append(link.local)
        elif len(links) > 3 or depth > 3 or rng.random() < 0.4:
            terms.append(Scalar(Element(adjoint_name(link.of.tensor), link.of.index)) * _local(link, rng))
        else:
            terms.append(_gradient(d, link.of, rng, depth + 1) * _local(link, rng))
    return sympy.Add(*terms)


def _local(link, rng: Random) -> sympy.Expr:  # type: ignore[no-untyped-def]
    return rng.choice((link.raw, link.local))


def _neuron(d: NetworkDerivation, symbol: Scalar, rng: Random) -> str:
    element = symbol.element
    tensor = {t.name: t for p in (d.result, d.chain_result) for t in p.tensors}[element.tensor]
    if tensor.of is None:
        return d.naming.plain(element)
    plain = d.naming.plain(Element(tensor.of, element.index))
    spelled = [f"dL/d{plain}", f"dL_d{plain}"] + ([f"delta{plain[1:]}"] if tensor.of.startswith("z") else [])
    return f"({rng.choice(spelled[:1])})" if rng.random() < 0.5 else rng.choice(spelled)


# Index notation


def index_formula(d: NetworkDerivation, tensor: str, rng: Random) -> tuple[str, str]:
    """What a tensor is asked by, with the letters of its axes, and its gradient with indices."""
    found = d.result.defining(adjoint_name(tensor))
    fresh = _letters(d)
    lhs = found[0].lhs
    if lhs.plain_indices is None:
        raise SizeError("no line says it")
    plain = [next(fresh) for _ in lhs.indices]
    names = {i: Index(n, i.extent) for i, n in zip(lhs.plain_indices, plain, strict=True)}
    text = _definition(d, adjoint_name(tensor), tuple(Affine.of(names[i]) for i in lhs.plain_indices), rng, fresh, 0)
    if text is None:
        raise SizeError("no line says it")
    return f"{tensor}[{','.join(plain)}]" if plain else tensor, text


def _letters(d: NetworkDerivation) -> Iterator[str]:
    taken = {t.name for t in (*d.result.tensors, *d.chain_result.tensors)} | {"L", "N", "T", "e"}
    yield from (
        f"{letter}{number}" for number in range(1, 99) for letter in "pqijkmuv" if f"{letter}{number}" not in taken
    )


def _definition(
    d: NetworkDerivation, tensor: str, at: tuple[Affine, ...], rng: Random, fresh: Iterator[str], depth: int
) -> str | None:
    """The definition of a tensor at some positions; nothing where no sum says it for all of them."""
    program = rng.choice((d.result, d.chain_result)) if tensor.endswith("_bar") and not _scanned(d) else d.result
    equations = program.defining(tensor) or d.result.defining(tensor) or d.chain_result.defining(tensor)
    terms = []
    for equation in equations:
        if equation.lhs.plain_indices is None or equation.guards or equation.reduction not in ("", "sum"):
            return None
        if set(equation.indices()) - {*equation.domain, *equation.over}:
            return None
        if any(p.terms and not isinstance(p.terms[0][1], Index) for r in equation.reads for p in r.access.indices):
            return None
        terms.append(_term(d, equation, at, rng, fresh, depth))
    rng.shuffle(terms)
    return "(" + " + ".join(terms) + ")" if len(terms) > 1 else terms[0]


def _scanned(d: NetworkDerivation) -> bool:
    return any(hasattr(s, "body") and isinstance(s.body, tuple) for s in d.chain_result.statements)


def _term(
    d: NetworkDerivation, equation: Equation, at: tuple[Affine, ...], rng: Random, fresh: Iterator[str], depth: int
) -> str:
    places = dict(zip(equation.lhs.plain_indices or (), at, strict=True))
    over = [Index(next(fresh), i.extent) for i in equation.over]
    places |= {old: Affine.of(new) for old, new in zip(equation.over, over, strict=True)}
    body = substitute_indices(equation.body, places)
    one = {r: sympy.Integer(1) for r in reads(body) if r.access.tensor == "L_bar"}
    body = rewritten(rng, body.xreplace(one))

    def name(symbol: sympy.Symbol) -> str:
        if not isinstance(symbol, Read):
            return str(symbol)
        deeper = d.result.defining(symbol.access.tensor) or d.chain_result.defining(symbol.access.tensor)
        small = deeper and len(deeper) < 3 and symbol.access.tensor not in d.rescaled
        if small and depth < 2 and rng.random() < 0.4:
            found = _definition(d, symbol.access.tensor, symbol.access.indices, rng, fresh, depth + 1)
            if found is not None and len(found) < 300:
                return f"({found})"
        return _accessed(symbol.access, rng)

    text = Writer(rng, name).text(body)
    rng.shuffle(over)
    if len(over) > 1 and rng.random() < 0.4:
        return f"sum[{over[0]}](sum[{','.join(map(str, over[1:]))}]({text}))"
    return f"sum[{','.join(map(str, over))}]({text})" if over else text


def _accessed(access: Access, rng: Random) -> str:
    name, of = access.tensor, access.tensor.removesuffix("_bar")
    spelled = [name]
    if of != name:
        spelled.append(f"dL/d{of}")
        spelled += [f"delta{of[1:]}"] if of.startswith("z") and of[1:].isdigit() else []
    chosen = rng.choice(spelled)
    return chosen + (f"[{','.join(map(str, access.indices))}]" if access.indices else "")


# Layer notation: a chain of dense layers


SLOPES = {
    "sigmoid": ("sigma'({z})", "sigmoid'({z})", "{a} .* (1 - {a})", "({a} - {a}.*{a})", "({a} - {a}^2)"),
    "tanh": ("tanh'({z})", "(1 - {a}^2)", "(1 - {a}.*{a})", "(1 - {a}) .* (1 + {a})"),
    "relu": ("relu'({z})", "ReLU'({z})", "step({z})"),
}


class LayerWriter:
    """The gradient of one weight matrix in layer notation, for one sample or for a batch of rows."""

    def __init__(self, d: NetworkDerivation, rng: Random, rows: bool) -> None:
        self.d, self.rng, self.rows = d, rng, rows
        self.last = max(t.layer or 0 for t in d.start.tensors if t.letter == "z")

    def a(self, layer: int) -> str:
        return "x" if layer == 0 else f"a{layer}" if layer < self.last else self.rng.choice(("yhat", f"a{layer}"))

    def z(self, layer: int) -> str:
        if self.rng.random() < 0.7 or self.rows:
            return f"z{layer}"
        return f"W{layer}*{self.a(layer - 1)} + b{layer}"

    def slope(self, layer: int) -> str:
        (function,) = {
            type(f).__name__ for e in self.d.start.defining(self.activation(layer)) for f in e.body.atoms(Elementary)
        }
        return self.rng.choice(SLOPES[function]).format(z=self.z(layer), a=self.a(layer))

    def activation(self, layer: int) -> str:
        return f"a{layer}" if layer < self.last else "yhat"

    def delta(self, layer: int) -> str:
        """The error signal of a layer."""
        if self.rng.random() < 0.3:
            return self.rng.choice((f"delta{layer}", f"dL/dz{layer}", f"z{layer}_bar"))
        if layer == self.last:
            return f"delta{layer}" if "s2" in self.d.start.tensor else f"(dL/dyhat .* ({self.slope(layer)}))"
        above, slope = self.delta(layer + 1), self.slope(layer)
        weights = f"W{layer + 1}"
        if self.rows:
            products = [f"({above} * {weights})", f"({above} @ {weights})", f"({weights}^T*{above}^T)^T"]
        else:
            products = [
                f"({weights}^T*{above})",
                f"({weights}.T @ {above})",
                f"({above}^T*{weights})^T",
                f"dL/da{layer}",
            ]
            if self.rng.random() < 0.2:
                return f"(diag({slope})*{products[0]})"
        product = self.rng.choice(products)
        sign = self.rng.choice((".*", "∘", "⊙"))
        return self.rng.choice((f"({product} {sign} ({slope}))", f"(({slope}) {sign} {product})"))

    def weights(self, layer: int) -> str:
        """dL/dW of a layer, perhaps as a sum of parts, or transposed twice."""
        d, a = self.delta(layer), self.a(layer - 1)
        if self.rows:
            whole = self.rng.choice((f"{d}^T*{a}", f"({a}^T*{d})^T", f"{d}^T @ {a}"))
        else:
            whole = self.rng.choice((f"{d}*{a}^T", f"({a}*{d}^T)^T", f"{d} @ {a}.T", f"{d} {a}ᵀ"))
        forms = (
            whole,
            f"2*({whole})/2",
            f"-(-({whole}))",
            f"0.25*({whole}) + 0.75*({whole})",
            f"3*({whole}) - 2*{whole}",
        )
        return self.rng.choice(forms)


def layer_formula(d: NetworkDerivation, rng: Random) -> tuple[str, str]:
    """A weight matrix, and its gradient in layer notation."""
    rows = rng.random() < 0.4
    writer = LayerWriter(d, rng, rows)
    layer = rng.randint(1, writer.last)
    return f"W{layer}", writer.weights(layer)
