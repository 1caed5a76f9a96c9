"""The graph of a network: order, shapes and names; contributions of a layer that is read twice add."""

import random
from typing import Any

import numpy as np
import pytest

from symbp.chain_rule import adjoint
from symbp.errors import Fault
from symbp.layers import (
    Add,
    Apply,
    AvgPool2d,
    BatchNorm,
    Concatenate,
    Conv2d,
    Dense,
    Dropout,
    Equations,
    Flatten,
    Layer,
    Multiply,
)
from symbp.network import Input, Network
from symbp.network.graph import order_of, shapes_of, sources_of
from symbp.reference import evaluate

OWN: dict[str, Any] = {"lines": "h[n,i] = u[i]*x[n,i]", "output": "h", "indices": {"i": 2}}
U: dict[str, Any] = {"u": {"indices": "i", "role": "parameter"}}


def network(*layers: Layer, shape: tuple[int, ...] = (2,), **more: Any) -> Network:
    return Network("net", Input(shape), layers, "mse", **more)


def raised(*layers: Layer, **more: Any) -> str:
    with pytest.raises(Fault) as caught:
        network(*layers, **more)
    return str(caught.value)


def test_a_layer_reads_the_one_before_it_or_those_that_it_names() -> None:
    layers = [Dense(2, name="a"), Dense(2, input="x", name="b"), Add(input=["a", "b", "x"]), Dense(1)]
    assert sources_of(layers) == ((0,), (0,), (1, 2, 0), (3,))


def test_layers_are_computed_after_those_that_they_read() -> None:
    layers = [Dense(3, input="late", name="early"), Dense(4, input="x", name="late"), Add(input=["early", "early"])]
    sources = sources_of(layers)
    assert sources == ((2,), (0,), (1, 1)) and order_of(layers, sources) == (2, 1, 3)
    assert shapes_of(layers, sources, (2,)) == ((2,), (3,), (4,), (3,))
    found = network(*layers)
    assert [t.name for t in found.parameters] == ["W1", "b1", "W2", "b2"]
    assert [e.target for e in found.program().equations()][0] == "z2"


@pytest.mark.parametrize("seed", range(20))
def test_any_order_that_is_found_is_one(seed: int) -> None:
    """Of layers shuffled in any way, each comes after what it reads, as far as possible in its own order."""
    draw = random.Random(seed)
    chain = [
        Add(input=[f"a{k - 1}" if k else "x", draw.choice(["x", *(f"a{j}" for j in range(k))])], name=f"a{k}")
        for k in range(8)
    ]
    last = Concatenate(input=[layer.name or "" for layer in chain])
    shuffled = draw.sample(chain, len(chain))
    layers: list[Layer] = [*shuffled, last]
    sources = sources_of(layers)
    order = order_of(layers, sources)
    assert sorted(order) == list(range(1, len(layers) + 1))
    assert all(order.index(s) < order.index(number) for number in order for s in sources[number - 1] if s)
    assert order_of([*chain, last], sources_of([*chain, last])) == tuple(range(1, 10))


def test_contributions_of_branches_and_of_a_shared_layer_add() -> None:
    """f(x) = (W + W^2 + 1) x with one W: df/dW by the chain rule is what differences give."""
    layers = [Dense(2, bias=False, name="a"), Dense(2, bias=False, share="a", name="b"), Add(input=["x", "a", "b"])]
    program = network(*layers).program()
    rng = np.random.default_rng(0)
    given = {"x": rng.normal(size=(3, 2)), "y": rng.normal(size=(3, 2)), "W1": rng.normal(size=(2, 2))}
    found = np.asarray(evaluate(adjoint(program, ["W1"]).result, given, {"N": 3})["W1_bar"], float)

    def loss(W: np.ndarray) -> float:
        return float(np.mean((given["x"] + given["x"] @ W.T + given["x"] @ (W @ W).T - given["y"]) ** 2))

    step = 1e-6
    moves = [step * np.eye(4)[k].reshape(2, 2) for k in range(4)]
    slopes = [(loss(given["W1"] + move) - loss(given["W1"] - move)) / (2 * step) for move in moves]
    np.testing.assert_allclose(found.ravel(), slopes, rtol=1e-7)


def test_a_state_and_a_mask_belong_to_their_layer() -> None:
    found = network(BatchNorm(), Dropout(0.5), Dense(2), BatchNorm(), Dropout(0.1))
    assert [t.name for t in found.states] == ["mean1", "variance1", "mean4", "variance4"]
    assert dict(found.kept) == {"mask2": 0.5, "mask5": 0.9}
    assert [t.name for t in found.parameters] == ["gamma1", "beta1", "W2", "b2", "gamma3", "beta3"]


def test_weights_before_a_relu_are_drawn_wider_past_normalisations() -> None:
    found = network(
        Conv2d(2, 1),
        BatchNorm(activation="relu"),
        AvgPool2d(1),
        Conv2d(2, 1, name="b"),
        Flatten(),
        Dense(2, "tanh"),
        shape=(1, 2, 2),
    )
    assert {name: draw.rule for name, draw in found.draws.items()} == {
        **{"W1": "he_normal", "b1": "zeros", "gamma2": "ones", "beta2": "zeros"},
        **{"W3": "glorot_uniform", "b3": "zeros", "W4": "glorot_uniform", "b4": "zeros"},
    }


def test_parameters_of_equations_are_drawn_by_their_shape() -> None:
    tensors = {"gamma": {"indices": "i", "role": "parameter"}}
    scaled = network(Equations(**OWN | {"lines": "h[n,i] = gamma[i]*x[n,i]"}, tensors=tensors))
    assert {name: draw.rule for name, draw in scaled.draws.items()} == {"gamma1": "ones"}
    assert network(Equations(**OWN, tensors=U)).draws == {}


MESSAGES: list[tuple[tuple[Layer, ...], str]] = [
    (
        (Apply("tanh"),),
        (
            "layers: no layer has parameters: there is nothing to differentiate by\n"
            '  Add a layer such as "dense", or set input_gradient = true in [module].'
        ),
    ),
    (
        (Dense(3, name="a"), Dense(2, input="x", name="b"), Multiply(input=["a", "b"])),
        (
            "layers[2].input: multiply needs inputs of one shape, has 3 and 2; "
            "layers[0] dense: input 2, units 3 gives 3; "
            "layers[1] dense: input 2, units 2 gives 2\n  A smaller one may have the first axes of the larger."
        ),
    ),
    (
        (Dense(2, name="a"), Dense(2, input="c", name="b"), Add(input=["a", "b"], name="c"), Dense(1)),
        (
            "layers[1].input: there is no order to compute the layers in: layers[1] reads layers[2], "
            "which reads layers[1]\n"
            "  What a layer reads must be computed before it: let one of them read an earlier layer."
        ),
    ),
    (
        (Equations(**OWN, tensors=U, name="a"), Equations(**OWN, tensors=U, share="b")),
        'layers[1].share: unknown earlier layer "b"\n  Known: a',
    ),
    (
        (
            Dense(2),
            Equations(**OWN | {"lines": "h_1[n,i] = sin(x[n,i])\nh[n,i] = h_1[n,i]"}),
            Equations(
                **OWN | {"lines": "h[n,i] = h_1[i]*x[n,i]"}, tensors={"h_1": {"indices": "i", "role": "parameter"}}
            ),
        ),
        ("layers[1]: two tensors would be called h_1_2, one of them h_1 of this layer\n  Call it something else."),
    ),
    (
        tuple(Apply("tanh") for _ in range(1001)),
        "layers: has 1,001 layers; at most 1,000 are read",
    ),
]


@pytest.mark.parametrize(("layers", "message"), MESSAGES, ids=[message[:40] for _, message in MESSAGES])
def test_messages(layers: tuple[Layer, ...], message: str) -> None:
    assert raised(*layers) == message


def test_nothing_to_learn_is_something_to_differentiate_by_the_input() -> None:
    assert network(Apply("tanh"), input_gradient=True).parameters == ()
