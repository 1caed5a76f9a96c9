"""The notes: complete, numbered, true to their numbers, and stopped by any mistake."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
import sympy
from heavy import every_third
from networks import every_kind, network, values_for

import symbp
from symbp import mathtree as m
from symbp.derive import NetworkDerivation, derive
from symbp.equation import Equation, Read
from symbp.errors import CheckFailed, ProgramError
from symbp.layers import Dense, RMSNorm
from symbp.network import Network
from symbp.notes import SECTIONS, notes
from symbp.notes.about import subject
from symbp.notes.agreement import check_numbers
from symbp.printing.document import Document, Formula, Table
from symbp.printing.html import html_source
from symbp.printing.tex import tex_source
from symbp.printing.typst import typst_source
from symbp.rewrite import REWRITES
from symbp.wellformed import check

EXAMPLES = ("relay", "xor", "digits", "classes", "deep")
VIEWS = ("neuron", "layer", "index")
SOURCES = (tex_source, html_source, typst_source)


@cache
def example(name: str) -> NetworkDerivation:
    return derive(symbp.load(f"examples/{name}.toml"))


@cache
def document(name: str) -> Document:
    return notes(example(name))


@cache
def source(name: str, printer: Callable[[Document], str]) -> str:
    return printer(document(name))


def lines(doc: Document) -> list[str]:
    return [m.line_reading(line) for display in doc.displays() for line in display.lines]


# What is in them.


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_sections_stand_in_their_order(name: str) -> None:
    sections = document(name).sections
    assert all(bool(section.key) == (section.level == 1) for section in sections)
    keys = [section.key for section in sections if section.key]
    assert keys == list(SECTIONS)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("printer", SOURCES)
def test_every_example_prints_in_every_format(name: str, printer: Callable[[Document], str]) -> None:
    text = source(name, printer)
    assert document(name).title in text.replace("\\ ", " ")
    assert not re.search(r"\bnan\b|undefined|Traceback", text)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_line_is_numbered_but_what_is_given(name: str) -> None:
    given = {t.name for t in example(name).start.tensors if not example(name).start.defining(t.name)}
    symbols = {example(name).naming.whole(tensor) for tensor in given}
    numbers = [(n, line) for d in document(name).displays() for n, line in zip(d.numbers, d.lines, strict=True)]
    assert all(n or line.left in symbols for n, line in numbers)
    once = [n for n, _ in numbers if n]
    assert len(once) == len(set(once))


def printed(part: m.Inline) -> str:
    return f"({part.number})" if isinstance(part, m.Reference) else str(part)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_equation_of_the_derivation_has_a_line_with_its_number(name: str) -> None:
    """Or stands in the table of layers that are told by others."""
    shown = {re.match(r"\d*", n).group() for d in document(name).displays() for n in d.numbers}  # type: ignore[union-attr]
    tables = [b for b in document(name).blocks() if isinstance(b, Table) and "told by others" in str(b.caption)]
    for cell in (cell for table in tables for row in table.rows for cell in row[2:]):
        runs = re.findall(r"\((\d+)\)(?: to \((\d+)\))?", "".join(map(printed, cell)))
        shown |= {str(n) for first, last in runs for n in range(int(first), int(last or first) + 1)}
    assert {str(n) for n in example(name).numbers.values()} <= shown


YHAT = "y\u0302"
ARTICLE = [
    "z_1 = w_11 · x_1 + w_12 · x_2 + b_1", "= 0.33", "a_1 = σ(z_1)", "= 0.5818",
    "z_2 = w_21 · x_1 + w_22 · x_2 + b_2", "= 0.59", "a_2 = σ(z_2)", "= 0.6434",
    "z_3 = w_31 · a_1 + w_32 · a_2 + b_3", "= 1.041", f"{YHAT} = σ(z_3)", "= 0.7391",
    f"L = ({YHAT} − y)^2", "= 0.01935",
    f"∂L/∂{YHAT} = 2 · ({YHAT} − y)", "= 0.2782", f"= ∂L/∂{YHAT} · {YHAT} · (1 − {YHAT})", "= 0.2782 · 0.1928",
    f"∂L/∂z_3 = ∂L/∂{YHAT} · ∂{YHAT}/∂z_3", "= 0.05364",
    "∂L/∂a_1 = ∂L/∂z_3 · ∂z_3/∂a_1", "∂L/∂z_1 = ∂L/∂a_1 · ∂a_1/∂z_1",
    "∂L/∂a_2 = ∂L/∂z_3 · ∂z_3/∂a_2", "∂L/∂z_2 = ∂L/∂a_2 · ∂a_2/∂z_2",
    "= 0.4 · 0.5 + 0.3 · 0.1 + 0.1", "= 0.5 · 0.5818 + 0.7 · 0.6434 + 0.3",
    "w^new_11 = w_11 − η · ∂L/∂w_11",
]  # fmt: skip
IN_FULL = {
    "w_31": "0.03121", "w_32": "0.03451", "b_3": "0.05364", "w_11": "0.003263", "w_12": "6.526 × 10^(−4)",
    "b_1": "0.006526", "w_21": "0.004308", "w_22": "8.616 × 10^(−4)", "b_2": "0.008616",
}  # fmt: skip


@pytest.mark.parametrize("line", ARTICLE)
def test_the_lines_of_the_article(line: str) -> None:
    assert line in lines(document("relay"))


@pytest.mark.parametrize("name", IN_FULL)
def test_each_of_the_nine_parameters_in_full(name: str) -> None:
    """The chain rule, the local derivatives, the numbers, the result: four lines, the last one checked."""
    every = [line for d in document("relay").displays() for line in d.lines]
    texts = [m.line_reading(line) for line in every]
    start = next(k for k, text in enumerate(texts) if text.startswith(f"∂L/∂{name} = ∂L/∂{YHAT} · ∂{YHAT}/∂z_3"))
    assert [line.left for line in every[start + 1 : start + 4]] == [None, None, None]
    assert texts[start + 3] == f"= {IN_FULL[name]}"
    assert every[start + 3].check == "rel. error < 10⁻¹¹"


NEW_VALUES = ["0.4969", "0.6965", "0.2946", "0.3997", "0.2999", "0.09935", "0.5996", "0.8999", "0.1991"]


@pytest.mark.parametrize("printer", SOURCES)
@pytest.mark.parametrize(
    "number",
    [*NEW_VALUES, "0.03121", "0.03451", "0.05364", "0.003263", "6.526", "0.006526", "0.004308", "8.616", "0.008616",
     "0.33", "0.5818", "0.59", "0.6434", "1.041", "0.7391", "0.01935", "0.2782", "0.1928", "0.01883"],
)  # fmt: skip
def test_the_article_s_numbers_in_every_format(number: str, printer: Callable[[Document], str]) -> None:
    assert re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", source("relay", printer))


@pytest.mark.parametrize("name", [n for n in EXAMPLES if n != "digits"])
def test_the_table_of_gradients_agrees_with_independent_values(name: str) -> None:
    (table,) = [b for s in document(name).sections if s.title == ("All gradients",) for b in s.blocks if is_table(b)]
    for _, found, independent, error, *_ in table.rows:
        assert abs(found[0].value - independent[0].value) <= 1e-11 * max(abs(found[0].value), 1e-2)
        assert error == ("< 10⁻¹¹",)


def is_table(block: object) -> bool:
    return isinstance(block, Table)


def test_numbers_of_equations_are_those_of_the_module() -> None:
    (code,) = [b.text for b in document("relay").blocks() if b.kind == "code"]
    commented = {int(n) for n in re.findall(r"^ *# \((\d+)\)", code, re.MULTILINE)}
    assert commented == set(example("relay").numbers.values())


def test_a_view_can_be_left_out() -> None:
    titles = [s.title[0] for s in notes(example("relay"), ("layer",)).sections]
    assert "Layer form" in titles and not {"Every parameter in full", "Index form"} & set(titles)


# Every kind of network.


def worked(net: Network, samples: int = 2, **more: object) -> NetworkDerivation:
    """The derivation with an example that is drawn at random."""
    values = values_for(net, samples)
    drawn = {
        "x": values["x"].tolist(),
        "y": values["y"].tolist(),
        "parameters": {t.name: values[t.name].tolist() for t in net.parameters},
    }
    return derive(
        Network(
            net.name, net.input, net.layers, net.loss, regularization=net.regularization,
            input_gradient=net.input_gradient, example=drawn, **more,
        )
    )  # fmt: skip


KINDS = every_kind()


@pytest.mark.parametrize("name", every_third(KINDS))
def test_many_kinds_of_network_have_notes(name: str) -> None:
    doc = notes(worked(KINDS[name]))
    assert lines(doc)


@pytest.mark.parametrize("samples", [1, 2])
def test_what_comes_back_through_a_normalisation_is_not_asked_for_way_by_way(samples: int) -> None:
    """The line of its derivative sums the ways through the statistics too: one by one they are not what it says."""
    doc = notes(worked(network(Dense(3, "tanh"), RMSNorm(), Dense(1)), samples))
    assert "exercises" in [s.key for s in doc.sections]


@pytest.mark.parametrize("name", list(KINDS)[1::5])
def test_without_an_example_there_are_notes_at_small_extents(name: str) -> None:
    doc = notes(derive(KINDS[name]))
    assert "Layer form" in [s.title[0] for s in doc.sections]
    assert [s.key for s in doc.sections if s.key] == list(SECTIONS)


@pytest.mark.parametrize("rule", every_third(REWRITES))
def test_notes_of_a_derivation_with_a_rewrite_switched_off(rule: str) -> None:
    net = symbp.load("examples/digits.toml" if rule == "identity" else "examples/classes.toml")
    assert lines(notes(derive(net, without=[rule])))


def test_a_kink_in_the_example_takes_the_documented_branch() -> None:
    """relu'(0) = 0, in the lines and in the independent values."""
    parameters = {"W1": [[1.0, -1.0], [1.0, 1.0]], "W2": [[0.5, 0.5]]}
    data = {"x": [0.5, 0.5], "y": [2.0], "parameters": parameters}
    layers = [Dense(2, "relu", bias=False), Dense(1, bias=False)]
    d = derive(network(*layers, inputs=2, example=data))
    assert d.values["W1_bar"].tolist()[0] == [0, 0]
    assert "no finite value" not in tex_source(notes(d))


def saturated(z: float) -> NetworkDerivation:
    """A sigmoid so near to 1 that the forward equations, which take ln(1 - yhat), need more digits than 50."""
    data = {"x": [1.0], "y": [0.25], "parameters": {"W1": [[z]], "b1": [0.0]}}
    return derive(network(Dense(1, "sigmoid"), inputs=1, loss="binary_cross_entropy", example=data))


def test_nearly_saturated_outputs_are_no_failure() -> None:
    assert "= 45" in lines(notes(saturated(60)))


def test_a_formula_that_divides_by_zero_is_named() -> None:
    with pytest.raises(CheckFailed) as caught:
        notes(saturated(200))
    assert str(caught.value) == (
        f"equation (C1), ∂L/∂{YHAT}_k = (1 − y_k)/(1 − {YHAT}_k) − y_k/{YHAT}_k, at k = 1: "
        "in 50 digits something is divided by zero"
    )


def test_wide_networks_list_no_elements() -> None:
    """784-256-10: every line is an equation over all its units."""
    doc = notes(derive(network(Dense(256, "relu"), Dense(10), inputs=784, loss="cross_entropy")))
    assert len(lines(doc)) < 100
    assert all(table.rows == table.rows[:40] for table in doc.blocks() if isinstance(table, Table))
    assert "∑[j=1..n_0] w^(1)_ij" in " ".join(lines(doc))


@pytest.mark.parametrize("loss", ["squared_error", "sparse_cross_entropy"])
def test_width_changes_no_line(loss: str) -> None:
    def made(width: int) -> list[str]:
        return lines(notes(derive(network(Dense(width, "gelu"), Dense(width), inputs=width, loss=loss))))

    narrow, wide = made(2000), made(10_000)
    assert narrow == [line.replace("10000", "2000").replace("10,000", "2000") for line in wide]


@pytest.mark.parametrize("last", ["softmax", "identity"])
def test_each_of_two_softmaxes_has_a_story_of_its_own(last: str) -> None:
    text = lines(notes(worked(network(Dense(2, "softmax"), Dense(3, last), loss="cross_entropy"))))
    assert sum("μ^(1)_n" in line and "= ∑" in line for line in text) >= 1


@pytest.mark.parametrize(
    "after", [["identity"], ["identity", "identity"], ["tanh", "identity"]], ids=lambda after: "-".join(after)
)
def test_the_story_of_a_softmax_that_is_handed_on_as_it_is(after: list[str]) -> None:
    layers = [{"kind": "activation", "activation": name} for name in after]
    text = lines(notes(worked(network(Dense(3, "softmax"), *layers, Dense(2, "tanh")))))
    assert any("μ^(1)_n" in line and "= ∑" in line for line in text)


def test_shared_and_frozen_layers_are_told() -> None:
    net = network(Dense(3, "tanh", frozen=True), Dense(3, "tanh", name="a"), Dense(3, share="a"))
    text = tex_source(notes(worked(net, 1)))
    assert "kept fixed" in text


# Mistakes stop the build.


def seeds() -> dict[str, NetworkDerivation]:
    pairs = {"W1": [[0.3, -0.7], [0.9, 0.4]], "b1": [0.1, -0.2], "W2": [[-0.5, 0.8], [0.6, 0.2]], "b2": [0.3, 0.5]}
    data = {"x": [[0.5, 0.1], [0.2, -0.4]], "parameters": pairs}
    some, labels, sure = [[0.3, 0.2], [0.7, 0.4]], [1, 0], [[0.1, 0.9], [0.25, 0.75]]
    cases = {
        "squares": ("tanh", "tanh", "mse", some),
        "distances": ("sigmoid", "sin", "log_cosh", some),
        "labels": ("softplus", "identity", "sparse_cross_entropy", labels),
        "p - y": ("gelu", "softmax", "cross_entropy", sure),
        "sigmoids": ("softsign", "sigmoid", "binary_cross_entropy", some),
    }
    return {
        name: derive(
            network(
                Dense(2, hidden), Dense(2, last), inputs=2, loss=loss,
                example={**data, "y": y},
            )
        )
        for name, (hidden, last, loss, y) in cases.items()
    }  # fmt: skip


SEEDS = seeds()


def other_body(equation: Equation) -> Iterator[sympy.Expr]:
    """The body with a factor or a term dropped, a sign flipped, a constant changed, two indices swapped."""
    body = equation.body
    yield -body
    yield body * sympy.Rational(101, 100)
    if isinstance(body, sympy.Mul | sympy.Add):
        for gone in body.args:
            yield body.func(*(part for part in body.args if part is not gone))
    for operand in equation.reads:
        if len(operand.access.indices) == 2:
            yield body.xreplace({operand: Read(replace(operand.access, indices=operand.access.indices[::-1]))})


def mistakes(d: NetworkDerivation) -> Iterator[tuple[Equation, NetworkDerivation]]:
    """Every well-formed derivation with one mistake in one of its equations.

    A wrong maximum or a scaled exponential changes nothing that is computed from a softmax: these are left out.
    """
    for equation in d.result.equations():
        if d.result.tensor[equation.target].letter in ("m", "e"):
            continue
        for body in other_body(equation):
            wrong = replace(equation, body=body)
            try:
                result = check(d.result.map(lambda e, old=equation, new=wrong: new if e is old else e))
            except ProgramError:
                continue
            yield wrong, replace(d, result=result)


@pytest.mark.parametrize("name", every_third(SEEDS))
def test_a_derivation_with_a_mistake_has_no_notes(name: str) -> None:
    d = SEEDS[name]
    count = 0
    for wrong, corrupted in mistakes(d):
        with pytest.raises(CheckFailed) as caught:
            notes(corrupted)
            pytest.fail(f"{wrong} went through")
        assert re.match(r"equation \(\d+", str(caught.value)), str(caught.value)
        count += 1
    assert count > 30


def test_the_message_names_the_equation() -> None:
    d = SEEDS["squares"]
    (equation,) = d.result.defining("W2_bar")
    flipped = d.result.map(lambda e: replace(e, body=-e.body) if e is equation else e)
    with pytest.raises(CheckFailed) as caught:
        notes(replace(d, result=flipped))
    assert str(caught.value) == (
        f"equation ({d.numbers['W2_bar']}): W2_bar is not what the forward equations give: along a random direction "
        "-0.2289836009, and not 0.2289836009"
    )


def test_a_mistake_in_a_wide_derivation_is_named_too() -> None:
    d = derive(network(Dense(500, "relu"), Dense(10), inputs=784))
    (equation,) = d.result.defining("b2_bar")
    doubled = d.result.map(lambda e: replace(e, body=2 * e.body) if e is equation else e)
    with pytest.raises(CheckFailed) as caught:
        notes(replace(d, result=doubled))
    assert str(caught.value) == (
        f"equation ({d.numbers['b2_bar']}): the derivation has b2_bar[i] = sum[n](2*z2_bar[n,i]), "
        "its steps give b2_bar[i] = sum[n](z2_bar[n,i])"
    )


@pytest.mark.parametrize("name", SEEDS)
def test_right_numbers_pass(name: str) -> None:
    check_numbers(subject(SEEDS[name], VIEWS))


def altered(line: m.Line) -> Iterator[m.Line]:
    """The line with its sign flipped, with a factor, a term or a transpose less, with subscripts the other way."""
    right = line.right
    yield replace(line, right=m.Negative(right))
    for node in m.walk(right):
        for other in without_a_part(node):
            yield replace(line, right=exchanged(right, node, other))


def without_a_part(node: m.Node) -> Iterator[m.Node]:
    if isinstance(node, m.Product | m.MatrixProduct | m.Hadamard) and len(node.factors) > 1:
        yield from () if is_one(node.factors[0]) else (replace(node, factors=node.factors[1:]),)
        yield from () if is_one(node.factors[-1]) else (replace(node, factors=node.factors[:-1]),)
    if isinstance(node, m.Sum) and len(node.terms) > 1:
        yield replace(node, terms=node.terms[:-1])
    if isinstance(node, m.Transpose):
        yield node.body


def is_one(node: m.Node) -> bool:
    """Whether a factor is dz/db, which may be left out."""
    body = node.body if isinstance(node, m.Underbrace) else node
    return isinstance(body, m.Partial) and body.wrt.base == "b"


def exchanged(tree: m.Node, old: m.Node, new: m.Node) -> m.Node:
    return m.transform(tree, lambda node: new if node == old else node)


@pytest.mark.parametrize("name", ["squares", pytest.param("labels", marks=pytest.mark.slow)])
def test_every_line_can_fail(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line that the notes print is altered in every way above, and checked as the notes check it."""
    real, seen, passed = m.check_display, [0], []

    def checking(display: m.Display, environment: m.Environment) -> None:
        real(display, environment)
        for position, line in enumerate(display.lines):
            for wrong in altered(line) if line.relation == "=" else ():  # a bound less a factor may be one too
                seen[0] += 1
                try:
                    real(replace(display, lines=(*display.lines[:position], wrong)), environment)
                except CheckFailed:
                    continue
                passed.append(f"{m.line_reading(line)}  ->  {m.line_reading(wrong)}")

    monkeypatch.setattr(m, "check_display", checking)
    notes(SEEDS[name])
    assert seen[0] > 200
    assert passed == []


# Hostile text.

HOSTILE = '</title><script>alert(1)</script> \\input{/etc/passwd} #eval("1") $x$ """ %& {} ~^_ `raw`'


def hostile() -> NetworkDerivation:
    return derive(
        network(
            Dense(1, "tanh"), inputs=1, title=HOSTILE, example={"x": [1], "y": [2]},
            notation={"symbols": {"W1": r"\mathbf{w}_{a,b}'"}},
        )
    )  # fmt: skip


def test_a_hostile_title_is_text() -> None:
    doc = notes(hostile())
    tex, page, typ = (printer(doc) for printer in SOURCES)
    assert "\\input{/etc" not in tex and r"\textbackslash{}input\{/etc/passwd\}" in tex
    assert "<script" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not re.search(r'(?<!\\)#eval\("1"\)', re.sub(r'"(?:[^"\\]|\\.)*"', "", typ))


@pytest.mark.parametrize(
    "symbol", [r"\input{x}", "<b>", "#x", "$x$", r"\write18{ls}", "%", "x\n", "`x`", '"x"', "\u202ex", "{", r"\def\a{}"]
)
def test_a_hostile_symbol_is_refused(symbol: str) -> None:
    with pytest.raises(symbp.SymbpError):
        network(Dense(1), notation={"symbols": {"W1": symbol}})


def test_a_symbol_with_scripts_of_its_own_is_evaluated_and_printed() -> None:
    doc = notes(hostile())
    assert all(printer(doc) for printer in SOURCES)
    assert any("w_{a,b}" in line.replace("'", "") or "a,b" in line for line in lines(doc))


def test_formulas_are_all_that_is_displayed() -> None:
    assert all(isinstance(b, Formula) for b in document("relay").blocks() if b.kind == "formula")
