"""What can go wrong: the sizes of gradients against an evaluation by hand, and what is said of them."""

import re
from functools import cache

import numpy as np
import pytest
from networks import network

import symbp
from symbp import mathtree as m
from symbp.derive import NetworkDerivation, derive
from symbp.equation import Index
from symbp.errors import CheckFailed
from symbp.layers import ACTIVATIONS, Activation, Dense
from symbp.layers.fragment import at, define
from symbp.notes import VIEWS, notes
from symbp.notes.about import subject
from symbp.notes.numbers import of_example
from symbp.notes.subject import Subject
from symbp.notes.trouble import trouble
from symbp.notes.trouble.measured import factors, heard, in_all, per_layer, slopes_at, verdict
from symbp.notes.trouble.variants import CONTRASTS, contrast
from symbp.printing.document import Document, Figure, Section, Table
from symbp.program import Program, Tensor
from symbp.reference import evaluate_grids
from symbp.verify.perturb import STEP, complex_step

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
    function, z, i = Activation.of(name), np.array([-1.7, -0.3, 0.4, 2.2]), Index("i", 4)
    given, out = Tensor("z", (4,), "input"), Tensor("a", (4,))
    program = Program((given, out), (define(out, (i,), function.formula(at(given, i))),), "a")
    step = evaluate_grids(program, {"z": (z + 1j * STEP)[:, None]}, {})["a"][:, 0].imag / STEP
    np.testing.assert_allclose(slopes_at(function, z), step, rtol=1e-12, atol=1e-14)


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


@pytest.mark.parametrize("ratio", [0.0, 1e-9, 0.0099, 0.011, 1.0, 99.0, 101.0, 1e30])
def test_the_verdict_goes_by_one_hundred(ratio: float) -> None:
    expected = {True: "silent", False: "neither"}[ratio == 0]
    if ratio and ratio < 0.01:
        expected = "vanishing"
    assert verdict(ratio) == ("exploding" if ratio > 100 else expected)


def test_a_factor_is_never_more_than_its_bound() -> None:
    for name in ("relay", "xor", "classes", "deep"):
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
    first, *_ = section(document(name))
    assert first.title == ("What can go wrong",)
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
        if display.number == "T1":
            first = display.lines[0]
            short = m.Product(first.right.factors[::2])
            with pytest.raises(CheckFailed) as caught:
                real(m.Display((m.Line(first.left, short, "≤"),), "T1"), environment)
            assert str(caught.value).startswith("equation (T1), ")
            seen.append(display)

    seen: list[m.Display] = []
    monkeypatch.setattr(m, "check_display", checking)
    trouble(subject(d, VIEWS))
    assert seen
