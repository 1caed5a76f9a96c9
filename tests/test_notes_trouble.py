"""What can go wrong: the sizes of gradients against an evaluation by hand, and what is said of them."""

import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy
from networks import network

import symbp
from symbp import mathtree as m
from symbp.derive import NetworkDerivation, derive
from symbp.errors import CheckFailed
from symbp.layers import ACTIVATIONS, Activation, Add, BatchNorm, Dense, Dropout, Layer, RMSNorm
from symbp.network import Network
from symbp.notes import VIEWS, notes
from symbp.notes.about import subject
from symbp.notes.numbers import of_example
from symbp.notes.subject import Subject
from symbp.notes.trouble import trouble
from symbp.notes.trouble import variants as variants_module
from symbp.notes.trouble.activations import slope_curve
from symbp.notes.trouble.measured import factors, heard, in_all, per_layer, verdict
from symbp.notes.trouble.slopes import slopes_at
from symbp.notes.trouble.variants import CONTRASTS, LAMBDA, Variant, contrast, decayed, dropped, normalised, skipped
from symbp.printing.document import Document, Figure, Formula, Section, Table
from symbp.program import Program
from symbp.verify.perturb import complex_step

CHEAP = ("relay", "rnn", "window", "standard", "rbf")


@cache
def example(name: str) -> NetworkDerivation:
    return derive(symbp.load(f"examples/{name}.toml"))


@cache
def document(name: str) -> Document:
    return notes(example(name))


@cache
def about(name: str) -> Subject:
    return subject(example(name), VIEWS)


def section(doc: Document) -> list[Section]:
    """The section and the headings within it."""
    keys = [s.key for s in doc.sections]
    start = keys.index("trouble")
    end = next((k for k in range(start + 1, len(keys)) if keys[k]), len(keys))
    return list(doc.sections[start:end])


def text(doc: Document) -> str:
    return "\n".join(str(s) for s in section(doc))


def told(d: NetworkDerivation) -> str:
    """The section alone, as it is before it is put into a language."""
    return "\n".join(map(str, trouble(subject(d, VIEWS))))


def chain(count: int, scale: float, activation: str = "tanh") -> NetworkDerivation:
    """A chain of two units a layer whose weights are a rotation times a scale."""
    turn = (scale * np.array([[0.8, -0.6], [0.6, 0.8]])).tolist()
    parameters = {f"W{k}": turn for k in range(1, count + 1)} | {f"b{k}": [0.0, 0.0] for k in range(1, count + 1)}
    data = {"x": [0.001, 0.002], "y": [0.5, 0.1], "parameters": parameters}
    return derive(network(*[Dense(2, activation) for _ in range(count)], inputs=2, example=data))


# The sizes.


def test_the_sizes_of_the_article_s_network_by_hand() -> None:
    def s(z: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-z))

    x, w1, w2 = np.array([0.5, 0.1]), np.array([[0.4, 0.3], [0.6, 0.9]]), np.array([[0.5, 0.7]])
    a = s(w1 @ x + [0.1, 0.2])
    y = s(w2 @ a + 0.3)
    d2 = 2 * (y - 0.6) * y * (1 - y)
    d1 = w2.T @ d2 * a * (1 - a)
    first, last = heard(of_example(example("relay")))
    assert first.signal == pytest.approx(np.linalg.norm(d1), rel=1e-12)
    assert last.signal == pytest.approx(np.linalg.norm(d2), rel=1e-12)
    assert first.weights == pytest.approx(np.sqrt(np.sum(np.outer(d1, x) ** 2) + np.sum(d1**2)), rel=1e-12)
    (factor,) = factors(of_example(example("relay")))
    assert factor.bound == pytest.approx(np.linalg.norm(w2, 2) * np.max(a * (1 - a)), rel=1e-12)


@pytest.mark.parametrize("name", ["classes", "rnn", "window", "standard", "residual"])
def test_the_sizes_of_other_networks_by_complex_steps(name: str) -> None:
    numbers = of_example(example(name))
    rows = heard(numbers)
    expected = complex_step(example(name).start, numbers.given, numbers.sizes, {row.name for row in rows if row.name})
    for row in rows:
        assert row.signal == pytest.approx(np.linalg.norm(expected[row.name]), rel=1e-10)


def test_the_table_has_these_sizes() -> None:
    (table,) = (b for b in section(document("relay"))[0].blocks if isinstance(b, Table))
    shown = [[cell[0].value for cell in row[1:3]] for row in table.rows]
    assert shown == [[row.signal, row.weights] for row in heard(of_example(example("relay")))]


@pytest.mark.parametrize("name", [n for n, row in ACTIVATIONS.items() if row.formula is not None])
def test_slopes_are_those_of_the_activation(name: str) -> None:
    """Far from zero too, where floats lose all digits of 1 - tanh(z)^2: by the formula in 100 digits."""
    function, z = Activation.of(name), np.array([-50.0, -19, -5, -1.7, -0.3, 0.4, 2.2, 9, 20, 50])
    symbol = sympy.Symbol("z")
    slope = m.from_sympy(sympy.diff(function.formula(symbol), symbol), lambda _: m.Symbol("z"))
    with mpmath.workdps(100):
        expected = [float(m.value(slope, m.Environment({m.Symbol("z"): mpmath.mpf(v)}))) for v in z]
    np.testing.assert_allclose(slopes_at(function, z), expected, rtol=1e-9, atol=0)


def test_a_largest_singular_value() -> None:
    """Of a matrix the norm of order 2 is the most by which it makes a vector longer."""
    rng = np.random.default_rng(0)
    for shape in ((1, 4), (3, 2), (2, 5), (4, 4)):
        table = rng.normal(size=shape)
        known = m.Environment({m.Symbol("W"): m.matrix(table)})
        found = m.value(m.Norm(m.Symbol("W"), "2"), known)
        assert float(found) == pytest.approx(np.linalg.norm(table, 2), rel=1e-13)


# What is said of them.


@pytest.mark.parametrize(
    ("scale", "said"),
    [
        (0.3, "vanishes: at the first layer"),
        (1.0, "neither vanishes nor explodes"),
        (4.0, "explodes: at the first layer"),
    ],
)
def test_what_is_said_follows_from_the_weights(scale: float, said: str) -> None:
    """Seven layers at small inputs, where the slope of tanh is near one: a layer multiplies by the scale."""
    d = chain(7, scale)
    rows = heard(of_example(d))
    if scale <= 1:
        assert per_layer(rows) == pytest.approx(scale, rel=0.05)
    assert said in told(d)


def test_nothing_more_is_said_of_few_layers() -> None:
    assert "So few factors say little of depth." in text(document("relay"))
    assert "as a geometric mean" in told(chain(5, 0.9))


def test_a_single_layer_hears_its_loss_directly() -> None:
    text = told(derive(network(Dense(1, "tanh"), inputs=2, example={"x": [0.5, 0.1], "y": [0.3]})))
    assert "hears its loss directly" in text and "neither vanishes" not in text


@pytest.mark.parametrize("ratio", [0.0, 1e-9, 0.0099, 0.011, 1.0, 99.0, 101.0, 1e30])
def test_the_verdict_goes_by_one_hundred(ratio: float) -> None:
    expected = {True: "silent", False: "neither"}[ratio == 0]
    if ratio and ratio < 0.01:
        expected = "vanishing"
    assert verdict(ratio) == ("exploding" if ratio > 100 else expected)


def test_a_factor_is_never_more_than_its_bound() -> None:
    for name in ("relay", "xor", "classes"):
        numbers = of_example(example(name))
        rows = heard(numbers)
        pairs = zip(rows, rows[1:], factors(numbers), strict=False)
        assert all(here.signal <= after.signal * factor.bound * (1 + 1e-12) for here, after, factor in pairs)


def test_every_activation_of_the_table_has_another_one_beside_it() -> None:
    pointwise = {name for name, row in ACTIVATIONS.items() if row.formula is not None}
    assert set(CONTRASTS) == pointwise - {"identity"}
    assert set(CONTRASTS.values()) <= pointwise


def test_the_other_activation_is_derived_and_run_like_the_first() -> None:
    found = contrast(example("relay").network)
    assert found is not None
    variant, here, there = found
    assert (here, there) == ("sigmoid", "relu")
    numbers = variant.numbers(of_example(example("relay")))
    expected = complex_step(numbers.derivation.start, numbers.given, numbers.sizes, ["z1", "z2"])
    assert [row.signal for row in heard(numbers)] == pytest.approx([np.linalg.norm(v) for v in expected.values()])
    shown = [float(v) for v in re.findall(r"with ReLU: the first layer hears ([0-9.]+)", m_text(document("relay")))]
    assert shown == [pytest.approx(in_all(heard(numbers)), rel=1e-2)]


def m_text(doc: Document) -> str:
    """The items of the section as people read them."""
    found = []
    for s in section(doc):
        for block in s.blocks:
            for item in getattr(block, "items", ()):
                found.append("".join(p if isinstance(p, str) else m.reading(p) for p in item))
    return "\n".join(found)


@pytest.mark.parametrize("name", CHEAP)
def test_every_example_has_the_section(name: str) -> None:
    first, *_ = trouble(about(name))
    assert [b for b in first.blocks if isinstance(b, Table)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["deep", "digits", "norms_tanh", "norms_batch", "digits_conv", "attention", "charmodel"]
)
def test_every_larger_example_has_the_section(name: str) -> None:
    first, *_ = section(document(name))
    assert [b for b in first.blocks if isinstance(b, Table)]
    assert [b for b in first.blocks if isinstance(b, Figure)] or name in ("attention",)


# Seeded mistakes.


def test_a_wrong_bound_stops_the_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the weights the bound does not hold where they make the message longer."""
    d = chain(4, 3.0)
    real = m.check_display

    def checking(display: m.Display, environment: m.Environment) -> None:
        real(display, environment)
        if display.number == "G1":
            first = display.lines[0]
            short = m.Product(first.right.factors[::2])
            with pytest.raises(CheckFailed) as caught:
                real(m.Display((m.Line(first.left, short, "≤"),), "G1"), environment)
            assert str(caught.value).startswith("equation (G1), ")
            seen.append(display)

    seen: list[m.Display] = []
    monkeypatch.setattr(m, "check_display", checking)
    trouble(subject(d, VIEWS))
    assert seen


def lines_of(d: NetworkDerivation, number: str) -> list[str]:
    """The lines of one display of the section."""
    blocks = [b for s in trouble(subject(d, VIEWS)) for b in s.blocks if isinstance(b, Formula)]
    return [m.line_reading(line) for b in blocks if b.display.number == number for line in b.display.lines]


# The remedies.


def variants(d: NetworkDerivation) -> dict[str, Variant]:
    net = d.network
    assert isinstance(net, Network)
    found = {
        "decay": decayed(net),
        "dropout": dropped(net),
        "layer norm": normalised(net, False),
        "batch norm": normalised(net, True, everywhere=True),
        "residual": skipped(net),
    }
    return {kind: variant for kind, variant in found.items() if variant is not None}


@pytest.mark.parametrize("name", ["xor", "residual", "a chain"])
def test_every_variant_has_the_gradient_of_its_own_equations(name: str) -> None:
    """The chain rule over the changed network, against complex steps of its forward equations."""
    d = chain(4, 0.9) if name == "a chain" else example(name)
    found = variants(d)
    assert set(found) >= {"decay", "dropout", "layer norm", "batch norm"}
    assert ("residual" in found) == (name == "a chain")
    for kind, variant in found.items():
        numbers = variant.numbers(of_example(d))
        first, last = numbers.learned[0], numbers.learned[-1]
        expected = complex_step(numbers.derivation.start, numbers.given, numbers.sizes, [first, last])
        for parameter, gradient in expected.items():
            np.testing.assert_allclose(numbers.gradient(parameter), gradient, rtol=1e-9, atol=1e-14, err_msg=kind)


def test_a_penalty_adds_a_share_of_each_weight_and_of_no_bias() -> None:
    plain = of_example(example("relay"))
    net = example("relay").network
    assert isinstance(net, Network)
    numbers = decayed(net).numbers(plain)
    for name in ("W1", "W2"):
        np.testing.assert_allclose(
            numbers.gradient(name), plain.gradient(name) + LAMBDA * plain.given[name], rtol=1e-12
        )
    for name in ("b1", "b2"):
        np.testing.assert_array_equal(numbers.gradient(name), plain.gradient(name))


def test_a_step_with_the_penalty_shrinks_first() -> None:
    numbers = of_example(example("relay"))
    weight, slope = 0.4, numbers.gradient("W1")[0, 0]
    assert lines_of(example("relay"), "G5")[-1] == f"= {0.999 * weight - 0.1 * slope:.4f}"


def test_a_unit_that_is_left_out_hears_nothing() -> None:
    variant = variants(example("relay"))["dropout"]
    numbers = variant.numbers(of_example(example("relay")))
    mask = numbers.given["mask2"]
    assert set(mask.ravel()) == {0.0, 1.0}
    np.testing.assert_allclose(numbers.values["a1_bar"], 2 * mask * numbers.values["a2_bar"], rtol=1e-15)
    assert not numbers.values["z1_bar"][mask == 0].any() and not numbers.gradient("W1")[mask[0] == 0].any()
    (table,) = (
        b for s in section(document("relay")) if s.title == ("Dropout",) for b in s.blocks if isinstance(b, Table)
    )
    assert [row[3][0].value for row in table.rows] == numbers.values["a1_bar"][0].tolist()


def test_two_units_are_too_few_to_normalise() -> None:
    assert "no message passes" in text(document("relay"))
    variant = variants(example("relay"))["layer norm"]
    assert (
        heard(variant.numbers(of_example(example("relay"))))[0].signal
        < 1e-3 * heard(of_example(example("relay")))[0].signal
    )


def test_a_way_around_is_one_more_term() -> None:
    (line,) = lines_of(chain(4, 0.9), "G8")
    assert line == "∂L/∂a^(1)_i = ∂L/∂a^(3)_i + ∑[l] δ^(2)_l · w^(2)_li"


def dead(**more: object) -> NetworkDerivation:
    """Two units, of which the second is below the kink of relu."""
    parameters = {"W1": [[1.0, 0.5], [-1.0, -0.5]], "b1": [0.1, -0.1], "W2": [[0.7, 0.4]], "b2": [0.2]}
    data = {"x": [0.5, 0.2], "y": [0.3], "parameters": parameters}
    return derive(network(Dense(2, "relu"), Dense(1), inputs=2, example=data, **more))


def test_the_weights_of_a_silent_unit_have_no_gradient() -> None:
    assert lines_of(dead(), "G3") == ["∂L/∂w^(1)_21 = 0", "∂L/∂w^(1)_22 = 0"]
    assert "One of the {units} hidden units has the slope zero" in told(dead())


def test_a_penalty_reaches_a_silent_unit_too() -> None:
    d = dead(regularization={"l2": 0.1})
    assert lines_of(d, "G3") == []
    assert float(d.values["W1_bar"][1, 0]) == pytest.approx(-0.1)
    assert lines_of(d, "G4") == ["∂L/∂w^(1)_ij = δ^(1)_i · x_j + 0.1 · w^(1)_ij"]
    assert lines_of(d, "G5") == []


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([Dense(3, "tanh"), BatchNorm(activation="tanh"), Dense(1)], "This network normalises in layer {layer}."),
        ([Dense(3, "tanh"), RMSNorm(), Dense(1)], "its share along the normalised values is taken away"),
        ([Dense(3, "tanh"), Dropout(0.25), Dense(1)], "Layer {layer} of this network is such a dropout"),
        ([Dense(3, "tanh", name="a"), Dense(3, "tanh", name="b"), Add(input=["a", "b"]), Dense(1)], "adds branches"),
    ],
    ids=["normalisation", "RMS normalisation", "dropout", "residual"],
)  # fmt: skip
def test_what_a_network_has_is_told_and_not_put_in(layers: list[Layer], said: str) -> None:
    assert said in told(derive(Network("has", 2, layers)))


def test_clipping_says_what_it_does_here() -> None:
    assert "This network does so" in told(dead(regularization={"clip_norm": 0.5}))
    assert "would halve every derivative" in told(dead())


# Seeded mistakes in the remedies.


def other(net: Network, regularization: dict[str, float]) -> Variant:
    """The variant with another penalty than the one that is told."""
    return replace(decayed(net), network=replace(net, regularization=regularization))


@pytest.mark.parametrize(
    ("module", "function", "wrong", "number"),
    [
        ("decay", "decayed", lambda net: other(net, {"l2": 0.02}), "G5.a"),
        ("decay", "decayed", lambda net: other(net, {}), "G5.a"),
    ],
    ids=["another factor", "no penalty"],
)  # fmt: skip
def test_a_penalty_that_is_not_the_one_that_is_told(
    module: str, function: str, wrong: Callable[[Network], Variant], number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module(f"symbp.notes.trouble.{module}"), function, wrong)
    with pytest.raises(CheckFailed) as caught:
        trouble(subject(example("relay"), VIEWS))
    assert str(caught.value).startswith(f"equation ({number}), w^new_11 = ")


def test_a_wrong_adjoint_in_a_remedy_stops_the_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The values of a changed network are those of its derivation: a line that says something else does not hold."""
    real = variants_module.evaluate

    def doubled(program: Program, given: object, sizes: object, arithmetic: object) -> dict[str, object]:
        found = real(program, given, sizes, arithmetic)
        return {name: 2 * v if name == "a1_bar" else v for name, v in found.items()}

    monkeypatch.setattr(variants_module, "evaluate", doubled)
    with pytest.raises(CheckFailed) as caught:
        trouble(subject(example("relay"), VIEWS))
    assert re.match(r"equation \(G[68]", str(caught.value))


def test_a_slope_that_jumps_is_drawn_upright() -> None:
    """Both ends of the jump are points of the curve; where a slope goes on without one, no point is added."""
    points = slope_curve(Activation.of("relu"))
    ((before, after),) = [(a, b) for a, b in pairwise(points) if b[1] != a[1]]
    assert (before[1], after[1]) == (0, 1)
    assert 0 < after[0] - before[0] < 1e-9
    assert len(slope_curve(Activation.of("relu6"))) == len(points)  # the other jump is beyond the plot
    assert len(slope_curve(Activation.of("hard_tanh"))) == len(points) + 2
    assert len(slope_curve(Activation.of("tanh"))) == len(points) - 2


def test_a_saturated_unit_is_not_silent() -> None:
    """A slope of 4e-18 is no zero, though 1 - sigmoid(40) is one in floats."""
    data = {"x": [40], "y": [0], "parameters": {"W1": [[1]], "b1": [0], "W2": [[1]], "b2": [0]}}
    said = told(derive(network(Dense(1, "sigmoid"), Dense(1), inputs=1, example=data)))
    assert "silent" not in said
    assert "Number(value=4.248354255" in said
