"""From a network to its derivation: the article's numbers, the questions people ask, and the size of it all."""

from collections.abc import Callable
from functools import cache

import mpmath
import numpy as np
import pytest
import sympy
from networks import RELAY, RELAY_GRADIENTS, assert_close, network, slopes, value_of_named, values_for

import symbp
from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation, derive
from symbp.equation import Equation
from symbp.errors import SizeError, SpecError
from symbp.layers import ACTIVATIONS, Dense
from symbp.reference import evaluate
from symbp.views.scalar import Element, Scalar

EXAMPLES = ("relay", "xor", "digits", "classes", "deep")


@cache
def relay() -> NetworkDerivation:
    return example("relay")


@cache
def example(name: str) -> NetworkDerivation:
    return derive(symbp.load(f"examples/{name}.toml"))


def digits_agree(found: object, printed: float) -> bool:
    return abs(mpmath.mpf(found) - mpmath.mpf(repr(printed))) < abs(printed) * 1e-9


# The article's numbers.


@pytest.mark.parametrize("name", RELAY)
def test_forward_values(name: str) -> None:
    tensor, position = {
        "z1": ("z1", (0, 0)), "z2": ("z1", (0, 1)), "a1": ("a1", (0, 0)), "a2": ("a1", (0, 1)),
        "z3": ("z2", (0, 0)), "yhat": ("yhat", (0, 0)), "L": ("L", ()),
    }[name]  # fmt: skip
    assert relay().naming.plain(Element(tensor, position)) == name
    assert digits_agree(relay().values[tensor][position], RELAY[name])


@pytest.mark.parametrize("name", RELAY_GRADIENTS)
def test_gradients(name: str) -> None:
    assert digits_agree(relay().partial(name).value, RELAY_GRADIENTS[name])


@pytest.mark.parametrize(("name", "expected"), [("yhat", 0.2781765717), ("z2", 0.05364267758)])
def test_error_signals(name: str, expected: float) -> None:
    assert digits_agree(relay().values[adjoint_name(name)][0, 0], expected)


@pytest.mark.parametrize(("name", "expected"), [("w31", 0.4968792869), ("w32", 0.6965488171), ("b3", 0.2946357322)])
def test_updates(name: str, expected: float) -> None:
    partial = relay().partial(name)
    old = relay().values[partial.element.tensor][partial.element.index]
    assert digits_agree(old - partial.value / 10, expected)


def test_the_loss_after_one_step() -> None:
    d = relay()
    moved = {name: d.values[name] - d.values[adjoint_name(name)] / 10 for name in d.wrt}
    assert digits_agree(d.values_at({**d.given, **moved})["L"][()], 0.018828957788)


def test_half_the_squared_error_has_half_of_every_gradient() -> None:
    whole, half = (
        derive(network(Dense(2, "sigmoid"), Dense(1, "sigmoid"), inputs=2, loss=loss, example=_relay_example()))
        for loss in ("mse", "half_squared_error")
    )
    for name in whole.wrt:
        assert_close(2 * half.values[adjoint_name(name)], whole.values[adjoint_name(name)], 1e-14)


def _relay_example() -> dict[str, object]:
    values = {name: np.array(v).tolist() for name, v in relay().given.items()}
    return {"x": values.pop("x"), "y": values.pop("y"), "parameters": values}


# The loss, in named intermediates and expanded.


def test_the_loss_in_named_intermediates() -> None:
    assert str(relay().loss) == "(-y + yhat)**2"
    assert str(example("classes").loss) == "-y1*log(yhat1) - y2*log(yhat2)"
    assert str(derive(network(Dense(2, "tanh"), regularization={"l2": 0.5})).loss) == (
        "w1_11**2/4 + w1_12**2/4 + w1_13**2/4 + w1_21**2/4 + w1_22**2/4 + w1_23**2/4 + (-y1 + yhat1)**2/2 "
        "+ (-y2 + yhat2)**2/2"
    )


def test_the_loss_expanded() -> None:
    assert str(relay().loss_expanded()) == (
        "(-y + sigmoid(b3 + w31*sigmoid(b1 + w11*x1 + w12*x2) + w32*sigmoid(b2 + w21*x1 + w22*x2)))**2"
    )


@pytest.mark.parametrize("name", ["relay", "xor", "classes"])
def test_both_forms_of_the_loss_have_its_value(name: str) -> None:
    d = example(name)
    for expression in (d.loss, d.loss_expanded()):
        assert abs(value_of_named(d, expression) - d.values["L"][()]) < 1e-14


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_losses_behind_every_activation_expand(activation: str) -> None:
    net = network(Dense(2, activation), inputs=2, example={"x": [0.3, -0.2], "y": [0.5, 0.25]})
    d = derive(net)
    assert abs(value_of_named(d, d.loss_expanded()) - d.values["L"][()]) < 1e-14


def test_a_loss_that_labels_pick_needs_an_example_of_them() -> None:
    with pytest.raises(SpecError) as caught:
        _ = example("digits").loss
    assert str(caught.value) == "digits has no example\n  Add [example] with x and y to its spec."


def test_a_loss_too_large_to_expand_is_refused() -> None:
    with pytest.raises(SizeError) as caught:
        example("deep").loss_expanded()
    assert str(caught.value) == (
        "expanded, this expression has more than 2,000 terms and factors\n  Ask for it in named intermediates instead."
    )


def test_the_loss_is_an_expression_of_sympy_that_can_be_worked_with() -> None:
    yhat = sympy.Symbol("yhat")
    assert sympy.diff(relay().loss, yhat) == 2 * yhat - 2 * sympy.Symbol("y")


# What a network may say.


def test_frozen_parameters_are_not_asked_for() -> None:
    d = derive(network(Dense(3, "tanh"), Dense(3, "sin", frozen=True), Dense(2)))
    assert d.wrt == ("W1", "b1", "W3", "b3")
    assert "W2_bar" not in d.result.tensor


def test_no_adjoint_leads_only_to_frozen_layers() -> None:
    d = derive(network(Dense(3, "tanh", frozen=True), Dense(2)))
    assert {t.name for t in d.result.of_role("adjoint")} == {"z2_bar", "W2_bar", "b2_bar"}


def test_a_network_with_nothing_to_learn_is_refused() -> None:
    with pytest.raises(SpecError) as caught:
        derive(network(Dense(2, frozen=True)))
    assert str(caught.value) == (
        "layers: every layer is frozen: there is nothing to differentiate by\n"
        "  Set frozen = false in one of them, or input_gradient = true in [module]."
    )


def test_the_gradient_of_the_input_is_there_if_it_is_asked_for() -> None:
    net = network(Dense(3, "tanh"), Dense(2), input_gradient=True)
    values = values_for(net)
    found = evaluate(derive(net).result, values, {"N": 3})
    assert_close(found["x_bar"], slopes(net.program(), values, 3, ("x",))["x"])


def test_a_layer_without_bias_has_none() -> None:
    d = derive(network(Dense(2, "tanh", bias=False), Dense(1)))
    assert d.wrt == ("W1", "W2", "b2")


def test_an_example_that_divides_by_zero_says_so() -> None:
    d = derive(network(Dense(1, "relu"), loss="binary_cross_entropy", inputs=1, example={"x": [-1], "y": [1]}))
    with pytest.raises(SpecError) as caught:
        _ = d.values_at({**d.given, "W1": [[1]], "b1": [0]})
    assert str(caught.value) == (
        "example: with these numbers the loss, or a derivative of it, divides by zero\n"
        "  Change x, y or the parameters, or take a loss that suits the last activation."
    )


def test_without_an_example_nothing_has_a_value() -> None:
    d = derive(network(Dense(2)))
    assert d.sizes == {"N": 1} and d.digits == 4 and d.partial("b1", 1).value is None
    with pytest.raises(SpecError) as caught:
        _ = d.values
    assert str(caught.value) == "net has no example\n  Add [example] with x and y to its spec."


def test_the_example_says_how_many_digits_are_printed() -> None:
    d = derive(network(Dense(1), inputs=1, example={"x": [[1], [2], [3]], "y": [[1], [2], [4]], "digits": 7}))
    assert d.digits == 7 and d.sizes == {"N": 3}


def test_named_gives_typed_names() -> None:
    assert relay().named(Scalar(Element("W2", (0, 1))) ** 2) == sympy.Symbol("w32") ** 2


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_same_network_twice_is_the_same_derivation(name: str) -> None:
    again = derive(symbp.load(f"examples/{name}.toml"))
    assert again == example(name)
    assert str(again.result) == str(example(name).result)


# The size of a derivation.


def nodes(equations: object) -> int:
    return sum(1 for e in equations for _ in sympy.preorder_traversal(e.body))  # type: ignore[attr-defined]


def size(d: NetworkDerivation) -> tuple[int, int, int]:
    """Nodes of all bodies, equations, and steps."""
    equations = tuple(d.result.equations())
    assert all(isinstance(e, Equation) for e in equations)
    return nodes(equations), len(equations), len(d.steps)


@pytest.mark.parametrize("activation", ["tanh", "softmax"])
def test_size_is_linear_in_the_depth(activation: str) -> None:
    """Each further layer adds the same: sizes at 25, 50, 100, 200 layers lie on one line."""
    depths = (25, 50, 100, 200) if activation == "tanh" else (5, 10, 20)
    sizes = [size(derive(network(*[Dense(3, activation)] * depth))) for depth in depths]
    for counts in zip(*sizes, strict=True):
        a_layer = {
            (after - before) / (deeper - depth)
            for before, after, depth, deeper in zip(counts, counts[1:], depths, depths[1:], strict=False)
        }
        assert len(a_layer) == 1


def test_steps_themselves_stay_small() -> None:
    """No step of a deep network holds more than one of a shallow one: nothing is ever expanded."""
    largest = [max(nodes(s.after) for s in derive(network(*[Dense(3, "gelu")] * depth)).steps) for depth in (3, 30)]
    assert largest[0] == largest[1]


def operations(call: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> int:
    """How many equations are built, and how many expressions differentiated, while something is made."""
    count = [0]
    real_init, real_diff = Equation.__init__, sympy.Expr.diff

    def init(self: Equation, *arguments: object, **named: object) -> None:
        count[0] += 1
        real_init(self, *arguments, **named)  # type: ignore[arg-type]

    def diff(self: sympy.Expr, *arguments: object, **named: object) -> sympy.Expr:
        count[0] += 1
        return real_diff(self, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Equation, "__init__", init)
        patch.setattr(sympy.Expr, "diff", diff)
        call()
    return count[0]


@pytest.mark.parametrize("loss", ["mse", "sparse_cross_entropy"])
def test_width_does_not_matter(loss: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(width: int) -> NetworkDerivation:
        return derive(network(Dense(width, "relu"), Dense(width, "gelu"), Dense(10), inputs=width, loss=loss))

    narrow, wide = made(10), made(10_000)
    assert [str(s) for s in narrow.steps] == [str(s) for s in wide.steps]
    assert str(narrow.result) == str(wide.result)
    assert size(narrow) == size(wide)
    counted = [operations(lambda width=width: made(width), monkeypatch) for width in (10, 10_000)]  # type: ignore[misc]
    assert counted[0] == counted[1] > 0
