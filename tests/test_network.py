"""Networks as programs: names and shapes, activations by their definitions, sharing, examples."""

import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from symbp.errors import Fault
from symbp.layers import ACTIVATIONS, Activation, Dense
from symbp.network import Network, Notation, Regularization
from symbp.network.example import Example
from symbp.reference import evaluate
from symbp.wellformed import check

RELAY = [Dense(2, "sigmoid"), Dense(1, "sigmoid")]


def test_a_network_is_the_list_of_its_equations() -> None:
    assert str(Network("relay", 2, RELAY, "mse").program()).splitlines() == [
        "z1[n,i] = sum[j](W1[i,j]*x[n,j])",
        "z1[n,i] += b1[i]",
        "a1[n,i] = sigmoid(z1[n,i])",
        "z2[n,i] = sum[j](W2[i,j]*a1[n,j])",
        "z2[n,i] += b2[i]",
        "yhat[n,i] = sigmoid(z2[n,i])",
        "L = sum[n,k]((-y[n,k] + yhat[n,k])**2/N)",
    ]


def test_names_shapes_and_roles() -> None:
    program = Network(
        "n", 3, [Dense(4, bias=False), Dense(2, "softmax", frozen=True)], "sparse_cross_entropy"
    ).program()
    assert [str(t) for t in program.of_role("parameter")] == ["W1[4,3]", "W2[2,4]", "b2[2]"]
    assert [t.frozen for t in program.of_role("parameter")] == [False, True, True]
    assert [(str(t), t.dtype) for t in program.of_role("input", "target")] == [("x[N,3]", "float"), ("y[N]", "int")]
    assert [str(t) for t in program.of_role("intermediate")] == [
        "z1[N,4]",
        "a1[N,4]",
        "z2[N,2]",
        "e2[N,2]",
        "s2[N]",
        "yhat[N,2]",
    ]


def test_two_networks_with_indices_of_one_name_do_not_meet() -> None:
    """SymPy caches products: reads of another network must not come back out of its cache."""
    for width in (2, 3, 5):
        check(Network("n", width, [Dense(width + 1)]).program())


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


DEFINITIONS: dict[str, Callable[[float], float]] = {
    "identity": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "relu": lambda z: max(0, z),
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "elu": lambda z: z if z > 0 else math.exp(z) - 1,
    "selu": lambda z: 1.0507009873554805 * (z if z > 0 else 1.6732632423543772 * (math.exp(z) - 1)),
    "softplus": lambda z: math.log(1 + math.exp(z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "silu": lambda z: z * sigmoid(z),
    "gelu": lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2,
    "gelu_tanh": lambda z: z / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))),
    "mish": lambda z: z * math.tanh(math.log(1 + math.exp(z))),
    "hard_sigmoid": lambda z: min(1, max(0, z / 6 + 0.5)),
    "hard_tanh": lambda z: min(1, max(-1, z)),
    "relu6": lambda z: min(6, max(0, z)),
    "sin": math.sin,
    "gaussian": lambda z: math.exp(-(z**2)),
}
POINTS = [-7.5, -3.2, -1.0, -0.3, 0.0, 0.4, 1.0, 2.5, 6.5]


def applied(activation: object, z: list[float]) -> np.ndarray:
    network = Network("n", len(z), [Dense(len(z), activation, bias=False)])  # type: ignore[arg-type]
    row = np.array([z])
    values = {"x": row, "y": row, "W1": np.eye(len(z))}
    return np.asarray(evaluate(network.program(), values, {"N": 1})["yhat"][0], dtype=float)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_an_activation_has_the_value_of_its_definition(name: str) -> None:
    assert applied(name, POINTS) == pytest.approx([DEFINITIONS[name](z) for z in POINTS], rel=1e-12, abs=1e-15)


def test_softmax_and_its_logarithm() -> None:
    e = np.exp(POINTS)
    assert applied("softmax", POINTS) == pytest.approx(e / e.sum(), rel=1e-12)
    assert applied("log_softmax", POINTS) == pytest.approx(np.log(e / e.sum()), rel=1e-12)


def test_every_activation_is_defined_here() -> None:
    assert set(ACTIVATIONS) == {*DEFINITIONS, "softmax", "log_softmax"}


def test_constants_and_expressions_of_activations() -> None:
    assert applied({"name": "leaky_relu", "slope": 0.2}, [-2.0, 3.0]) == pytest.approx([-0.4, 3])
    assert applied({"name": "elu", "alpha": 2}, [-1.0]) == pytest.approx([2 * math.expm1(-1)])
    quick = {"name": "quick_gelu", "expression": "z/(1 + exp(-1.702*z))"}
    assert applied(quick, [-800.0, 0.5]) == pytest.approx([0, 0.5 * sigmoid(0.851)], abs=1e-300)


def test_a_shared_layer_reads_the_parameters_of_the_other() -> None:
    layers = [Dense(3, name="first"), Dense(3), Dense(3, share="first"), Dense(1)]
    network = Network("n", 3, layers)
    assert [t.name for t in network.parameters] == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert str(network.program().defining("z3")[0]) == "z3[n,i] = sum[j](W1[i,j]*a2[n,j])"
    assert str(network.program().defining("z4")[0]) == "z4[n,i] = sum[j](W3[i,j]*a3[n,j])"
    assert network.parameter_count == 12 + 12 + 4


def test_a_layer_may_share_what_is_shared() -> None:
    layers = [Dense(2, name="a"), Dense(2, name="b", share="a"), Dense(2, share="b")]
    assert str(Network("n", 2, layers).program().defining("z3")[1]) == "z3[n,i] += b1[i]"


def test_numbers_of_the_example_stay_as_they_are_given() -> None:
    network = Network("n", 2, RELAY, example=Example([1, 0.1], [0.6]))
    assert network.samples == (((1, 0.1),), ((0.6,),))
    batch = Network("n", 2, RELAY, example=Example([[1, 2], [3, 4]], [[0], [1]]))
    assert batch.samples == (((1, 2), (3, 4)), ((0,), (1,)))
    labels = Network("n", 2, [Dense(2)], "sparse_cross_entropy", example=Example([1, 2], 1))
    assert labels.samples == (((1, 2),), (1,))


def test_parameters_are_drawn_where_none_are_given() -> None:
    """The same everywhere: Python promises its generator's stream. Two decimals, no zero, Glorot's bound."""
    network = Network("n", 2, RELAY, example=Example([1, 2], [1]))
    assert network.parameter_values["W1"] == ((0.84, 0.63), (-0.19, -0.59))
    wide = Network("n", 50, [Dense(100)], example=Example([0] * 50, [0] * 100)).parameter_values["W1"]
    assert isinstance(wide, tuple)
    flat = [number for row in wide for number in row]  # type: ignore[union-attr]
    assert all(number == round(number, 2) and 0 < abs(number) <= 0.205 for number in flat)  # type: ignore[arg-type]


def test_a_wide_network_costs_nothing_until_its_numbers_are_asked_for() -> None:
    assert (
        Network("n", 10_000, [Dense(10_000)], example=Example([0] * 10_000, [0] * 10_000)).parameter_count
        == 100_010_000
    )


def test_a_network_is_frozen_and_takes_short_forms() -> None:
    short = Network("n", 2, [{"kind": "dense", "units": 2, "activation": "tanh"}], "mse", regularization={"l2": 0.1})
    long = Network("n", 2, [Dense(2, Activation.of("tanh"))], "mse", regularization=Regularization(l2=0.1))
    assert short == long
    with pytest.raises(FrozenInstanceError):
        short.name = "other"  # type: ignore[misc]


def raised(build: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        build()
    return str(caught.value)


def test_messages_in_python_name_the_argument() -> None:
    assert raised(lambda: Dense(0)) == "units: needs a positive whole number, has 0"
    assert raised(lambda: Network("n", 0, RELAY)) == "input: needs a positive whole number, has 0"
    assert raised(lambda: Network("n", 2, [])) == "layers: needs at least one layer, has a list of 0"
    assert raised(lambda: Network("n", 2, [3])) == "layers[0]: needs a layer, has 3"  # type: ignore[list-item]
    assert raised(lambda: Notation("neuron")).startswith(
        'numbering: unknown numbering "neuron"\n  Did you mean "neurons"?'
    )
    assert raised(lambda: Example([1], [1], parameters=3)) == (  # type: ignore[arg-type]
        "parameters: needs a table of values by name, has 3"
    )
    assert (
        raised(lambda: Network("n", 2, RELAY).samples) == "n has no example\n  Add [example] with x and y to its spec."
    )
    assert raised(lambda: Dense(2, {"name": "mine", "expression": "w*z"})) == (
        'activation.expression: unknown name "w"\n    w*z\n    ^\n  Known: pi, z'
    )


def test_symbols_are_read_into_plain_trees() -> None:
    notation = Notation(symbols={"W1": r"\hat{w}_{1}^\prime", "x": "x"})
    (_, tree), (_, x) = notation.symbols
    assert (x.kind, x.text) == ("letter", "x")
    base, below, above = tree.parts
    assert (base.kind, base.text, base.parts[0].text) == ("accent", "hat", "w")
    assert (below.kind, below.text, above.kind, above.text) == ("number", "1", "command", "prime")


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("", "symbols.W1: the symbol is empty"),
        ("{}", "symbols.W1: the symbol is empty"),
        (r"\hat{}", "symbols.W1: the symbol is empty"),
        ("x" * 101, "symbols.W1: the symbol has 101 characters; at most 100 are read"),
        ("w_", 'symbols.W1: a letter, a digit or {...} is missing here\n    w_\n      ^'),
        ("_w", 'symbols.W1: "_" has nothing before it\n    _w\n    ^'),
        ("w_1_2", 'symbols.W1: "_" stands twice after one base\n    w_1_2\n       ^'),
        ("w}", 'symbols.W1: "}" has nothing before it\n    w}\n     ^'),
        ("w$x$", 'symbols.W1: the character "$" may not stand in a symbol\n    w$x$\n     ^'),
        (
            "{" * 9 + "w" + "}" * 9,
            "symbols.W1: the symbol is nested deeper than 8\n    {{{{{{{{{w}}}}}}}}}\n             ^",
        ),
    ],
)  # fmt: skip
def test_symbols_outside_the_whitelist(latex: str, message: str) -> None:
    assert raised(lambda: Notation(symbols={"W1": latex})) == message
