"""What is said of one parameter's derivative: paths, factors, expressions, lines, value."""

from functools import cache

import mpmath
import pytest
from networks import RELAY_GRADIENTS, network, value_of_named

import symbp
from symbp import mathtree as m
from symbp.derive import NetworkDerivation, derive
from symbp.errors import CheckFailed, SizeError
from symbp.layers import Dense
from symbp.notes.about import subject
from symbp.views.naming import elements
from symbp.views.partial import Partial
from symbp.wording import english

TIGHT = mpmath.mpf(10) ** -13


@cache
def relay() -> NetworkDerivation:
    return derive(symbp.load("examples/relay.toml"))


@cache
def classes() -> NetworkDerivation:
    return derive(symbp.load("examples/classes.toml"))


@cache
def deep() -> NetworkDerivation:
    return derive(symbp.load("examples/deep.toml"))


def factors(partial: Partial) -> list[list[str]]:
    return [[str(factor) for factor in path] for path in partial.chain]


def lines(partial: Partial) -> list[str]:
    return [m.line_reading(line) for line in partial.lines()]


# The article's network.


@pytest.mark.parametrize("name", RELAY_GRADIENTS)
def test_the_article_s_nine_derivatives(name: str) -> None:
    partial = relay().partial(name)
    assert abs(partial.value - mpmath.mpf(str(RELAY_GRADIENTS[name]))) < 1e-9 * abs(RELAY_GRADIENTS[name])
    assert partial.path_count == 1


OUTPUT = ["dL/dyhat = -2*y + 2*yhat", "dyhat/dz3 = yhat*(1 - yhat)"]


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("w31", ["dz3/dw31 = a1"]),
        ("w32", ["dz3/dw32 = a2"]),
        ("b3", ["dz3/db3 = 1"]),
        ("w11", ["dz3/da1 = w31", "da1/dz1 = a1*(1 - a1)", "dz1/dw11 = x1"]),
        ("w12", ["dz3/da1 = w31", "da1/dz1 = a1*(1 - a1)", "dz1/dw12 = x2"]),
        ("b1", ["dz3/da1 = w31", "da1/dz1 = a1*(1 - a1)", "dz1/db1 = 1"]),
        ("w21", ["dz3/da2 = w32", "da2/dz2 = a2*(1 - a2)", "dz2/dw21 = x1"]),
        ("w22", ["dz3/da2 = w32", "da2/dz2 = a2*(1 - a2)", "dz2/dw22 = x2"]),
        ("b2", ["dz3/da2 = w32", "da2/dz2 = a2*(1 - a2)", "dz2/db2 = 1"]),
    ],
)
def test_the_article_s_factors(name: str, rest: list[str]) -> None:
    assert factors(relay().partial(name)) == [OUTPUT + rest]


def test_the_article_s_factors_have_their_values() -> None:
    (path,) = relay().partial("w31").chain
    expected = [0.2781765717, 0.1928367916, 0.5817593768]
    assert [float(f.value) for f in path] == pytest.approx(expected, rel=1e-9)


def test_the_same_parameter_by_position_and_by_name() -> None:
    by_name, by_position = relay().partial("w12"), relay().partial("W1", 1, 2)
    assert by_name.element == by_position.element
    assert lines(by_name) == lines(by_position)


def test_the_lines_of_a_hidden_weight() -> None:
    yhat = "y\u0302"
    assert lines(relay().partial("w11")) == [
        f"∂L/∂w_11 = ∂L/∂{yhat} · ∂{yhat}/∂z_3 · ∂z_3/∂a_1 · ∂a_1/∂z_1 · ∂z_1/∂w_11",
        f"= 2 · ({yhat} − y) · {yhat} · (1 − {yhat}) · w_31 · a_1 · (1 − a_1) · x_1",
        "= 0.2782 · 0.1928 · 0.5 · 0.2433 · 0.5",
        "= 0.003263",
    ]


def test_latex_holds_each_line_with_what_the_factors_are() -> None:
    latex = relay().partial("w31").latex()
    assert latex.startswith(r"\begin{align*}") and latex.rstrip().endswith(r"\end{align*}")
    assert r"\underbrace{\frac{\partial L}{\partial\hat{y}}}_{2\,(\hat{y} - y)}" in latex
    assert "0.03121" in latex and r"\boxed" in latex


# Several paths.


def test_a_weight_before_two_outputs_has_two_paths() -> None:
    assert factors(classes().partial("W1", 1, 1)) == [
        [f"dL/dz2_{k} = -y{k} + yhat{k}", f"dz2_{k}/da1_1 = w2_{k}1", "da1_1/dz1_1 = 1 - a1_1**2", "dz1_1/dw1_11 = x1"]
        for k in (1, 2)
    ]


def test_the_common_factors_of_paths_are_taken_out() -> None:
    assert str(classes().partial("W1", 1, 1).expression) == (
        "x1*(1 - a1_1**2)*(w2_11*(-y1 + yhat1) + w2_21*(-y2 + yhat2))"
    )


def test_a_penalty_stands_beside_the_paths_as_a_formula() -> None:
    d = derive(network(Dense(1), regularization={"l2": 0.5}, example={"x": [1, 2, 3], "y": [1]}))
    first, *_ = lines(d.partial("W1", 1, 2))
    assert first == "∂L/∂w^(1)_12 = w^(1)_12/2 + ∂L/∂z^(1)_1 · ∂z^(1)_1/∂w^(1)_12"


# Expressions mean the gradient.


PROBES = {
    "relay": (lambda example: relay(), [("w11",), ("b2",), ("w31",)]),
    "classes": (lambda example: classes(), [("W1", 2, 3), ("b1", 4), ("W2", 1, 1), ("b2", 2)]),
    "shared": (
        lambda example: derive(
            network(Dense(3, "tanh", name="a"), Dense(3, "sin", share="a"), Dense(2), example=example)
        ),
        [("W1", 1, 2), ("b1", 3)],
    ),
    "penalties": (
        lambda example: derive(
            network(Dense(2, "softplus", bias=False), regularization={"l2": 0.1, "l1": 0.2}, example=example)
        ),
        [("W1", 1, 1), ("W1", 2, 3)],
    ),
    "softmax": (
        lambda example: derive(network(Dense(2, "softmax"), Dense(2, "tanh"), example=example)),
        [("W1", 2, 1)],
    ),
    "log_softmax": (lambda example: derive(network(Dense(2, "log_softmax"), example=example)), [("W1", 2, 1)]),
    "gelu": (lambda example: derive(network(Dense(2, "gelu"), Dense(2, "mish"), example=example)), [("W1", 2, 1)]),
}
BATCH = {"x": [[0.5, 0.1, -0.3], [0.2, -0.4, 0.9]], "y": [[0.6, 0.2], [0.1, 0.3]]}
ONE = {"x": [0.5, 0.1, -0.3], "y": [0.6, 0.2]}


def partials(name: str, example: dict[str, object]) -> tuple[NetworkDerivation, list[Partial]]:
    made, probes = PROBES[name]
    d = made(example)
    return d, [d.partial(*words) for words in probes]


@pytest.mark.parametrize("example", [ONE, BATCH], ids=["one sample", "two samples"])
@pytest.mark.parametrize("name", PROBES)
def test_expressions_have_the_value_of_the_gradient(name: str, example: dict[str, object]) -> None:
    d, found = partials(name, example)
    for partial in found:
        assert abs(value_of_named(d, partial.expression) - partial.value) < TIGHT


@pytest.mark.parametrize("name", PROBES)
def test_expanded_expressions_hold_parameters_inputs_and_targets_alone(name: str) -> None:
    d, found = partials(name, ONE)
    given = {d.naming.plain(e) for t in d.start.tensors if not d.start.defining(t.name) for e in elements(t, d.sizes)}
    for partial in found:
        assert {s.name for s in partial.expanded().free_symbols} <= given
        assert abs(value_of_named(d, partial.expanded()) - partial.value) < TIGHT


@pytest.mark.parametrize("name", PROBES)
def test_every_line_holds_in_its_numbers(name: str) -> None:
    """As the notes check it, and they evaluate each line from the tree that is printed."""
    d, found = partials(name, BATCH)
    about = subject(d, ("neuron", "layer", "index"))
    for partial in found:
        about.show(partial.lines(), "1")


# Without an example; too many paths.


def test_without_an_example_there_are_formulas_but_no_values() -> None:
    d = derive(network(Dense(2, "tanh"), Dense(1)))
    partial = d.partial("W1", 1, 1)
    assert partial.value is None
    assert [f.value for path in partial.chain for f in path] == [None] * 4
    assert len(lines(partial)) == 2


def test_many_paths_are_counted_and_written_as_nested_sums() -> None:
    partial = deep().partial("W1", 1, 1)
    assert partial.path_count == 59049
    assert str(partial.expression) == "dL_dz1_1*x1"
    assert abs(value_of_named(deep(), partial.expression) - partial.value) < TIGHT
    assert m.reading(partial.nested).startswith("∂z^(1)_1/∂w^(1)_11 · ∂a^(1)_1/∂z^(1)_1 · ∑[k=1..3] ∂z^(2)_k/∂a^(1)_1")
    first = next(partial.lines())
    assert [english(part) for part in first.remark] == ["59,049 paths, as nested sums"]  # type: ignore[arg-type]
    assert first.right == partial.nested


TOO_LARGE = (
    "expanded, this expression has more than 2,000 terms and factors\n  Ask for it in named intermediates instead."
)
NESTED = "at most 64 are listed one by one\n  Ask for nested, the same as nested sums."


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda: deep().partial("W1", 1, 1).chain,
            f"59,049 paths lead to w1_11; {NESTED}",
        ),
        (
            lambda: deep().partial("W1", 1, 1).expanded(),
            "59,049 paths lead to w1_11; at most 64 are expanded\n  Ask for it in named intermediates instead.",
        ),
        (
            lambda: derive(network(Dense(64, "tanh"), Dense(1), inputs=64)).partial("W1", 1, 1).expanded(),
            TOO_LARGE,
        ),
        (
            lambda: derive(network(Dense(256, "relu"), Dense(10), inputs=784)).loss_expanded(),
            TOO_LARGE,
        ),
        (
            lambda: derive(network(*[Dense(10, "tanh")] * 8)).partial("W1", 1, 1).chain,
            f"about 10^7 paths lead to w1_11; {NESTED}",
        ),
    ],
)
def test_refusals(ask, message: str) -> None:
    with pytest.raises(SizeError) as caught:
        ask()
    assert str(caught.value) == message


def test_a_wrong_line_is_not_shown() -> None:
    """The check that the lines above pass can fail."""
    about = subject(relay(), ("neuron",))
    first, *rest = relay().partial("w11").lines()
    with pytest.raises(CheckFailed):
        about.show([m.Line(first.left, m.Negative(first.right)), *rest], "1")
