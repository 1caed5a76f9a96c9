"""The neuron view: primals, links, paths, and nested sums where there are too many of them."""

from functools import cache
from itertools import product

import mpmath
import pytest
import sympy
from networks import every_kind, network, values_for
from programs import GENERAL, convolution, max_pool

import symbp
from symbp import mathtree as m
from symbp.chain_rule import adjoint
from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation, derive
from symbp.errors import SizeError
from symbp.layers import Dense
from symbp.network import Network
from symbp.notes.about import subject
from symbp.reference import evaluate, multiprecision
from symbp.rewrite import rewrite
from symbp.verify.draw import draws
from symbp.views.naming import elements
from symbp.views.nested import nested_sums
from symbp.views.scalar import Element, Scalar, ScalarView, scalars, value_of

KINDS = every_kind()
VIEWS = ("neuron", "layer", "index")


@cache
def relay() -> NetworkDerivation:
    return derive(symbp.load("examples/relay.toml"))


@cache
def deep() -> NetworkDerivation:
    return derive(symbp.load("examples/deep.toml"))


def with_values(net: Network, samples: int = 1) -> NetworkDerivation:
    """The derivation of a network whose example is drawn at random."""
    values = values_for(net, samples)
    parameters = {t.name: values[t.name].tolist() for t in net.parameters}
    example = {"x": values["x"].tolist(), "y": values["y"].tolist(), "parameters": parameters}
    more = {"regularization": net.regularization, "input_gradient": net.input_gradient}
    return derive(Network(net.name, net.input, net.layers, net.loss, example=example, **more))


def formula(element: Element) -> str:
    return str(relay().view.primal(element))


def test_primals_are_the_forward_formulas_in_named_intermediates() -> None:
    assert formula(Element("z1", (0, 1))) == "W1[1,0]*x[0,0] + W1[1,1]*x[0,1] + b1[1]"
    assert formula(Element("a1", (0, 1))) == "sigmoid(z1[0,1])"
    assert formula(Element("L")) == "(-y[0,0] + yhat[0,0])**2"


def test_a_maximum_is_a_maximum_of_its_terms() -> None:
    d = derive(network(Dense(3, "softmax")))
    assert str(d.view.final(Element("m1", (0,)))) == "maximum(maximum(z1[0,0], z1[0,1]), z1[0,2])"


def test_scalars_are_atoms_in_order() -> None:
    a, b = Scalar(Element("t", (10,))), Scalar(Element("t", (9,)))
    assert scalars(a * b + b) == (b, a)
    assert sympy.diff(a * b, a) == b
    assert Scalar(Element("t", (10,))) == a


def test_links_of_a_hidden_activation_lead_to_every_unit_that_reads_it() -> None:
    d = derive(network(Dense(2, "tanh"), Dense(3)))
    links = d.view.links(Element("a1", (0, 1)))
    assert [(str(link.of), str(link.by), str(link.local)) for link in links] == [
        (f"z2[0,{k}]", "a1[0,1]", f"W2[{k},1]") for k in range(3)
    ]


def test_a_link_has_the_chain_rule_s_form_and_the_final_one() -> None:
    (link,) = relay().view.links(Element("z1", (0, 0)))
    assert (str(link.raw), str(link.local)) == ("sigmoid_prime(z1[0,0])", "a1[0,0]*(1 - a1[0,0])")


def test_a_penalty_is_a_link_to_the_loss_itself() -> None:
    d = derive(network(Dense(1), regularization={"l2": 0.5}))
    direct, through = d.view.links(Element("W1", (0, 0)))
    assert (direct.of, str(direct.local)) == (None, "W1[0,0]/2")
    assert (str(through.of), str(through.local)) == ("z1[0,0]", "x[0,0]")


def test_a_shared_weight_acts_at_each_of_its_places() -> None:
    d = derive(network(Dense(3, "tanh", name="a"), Dense(3, "tanh", share="a")))
    places = [str(link.of) for link in d.view.links(Element("W1", (1, 2)))]
    assert places == ["z1[0,1]", "z2[0,1]"]
    assert d.view.path_count(Element("W1", (1, 2))) == 3 + 1


# Every path.


def widths(*hidden: int) -> Network:
    return network(*(Dense(k, "tanh") for k in hidden), inputs=2)


@pytest.mark.parametrize("hidden", [(1,), (3, 1), (2, 3, 2), (4, 4, 4), (2, 2, 2, 2, 2, 2, 2)])
def test_paths_to_a_first_weight_are_the_product_of_the_later_widths(hidden: tuple[int, ...]) -> None:
    view = derive(widths(*hidden)).view
    expected = 1
    for units in hidden[1:]:
        expected *= units
    assert view.path_count(Element("W1", (0, 0))) == expected
    assert len(view.paths(Element("W1", (0, 0)))) == expected


def test_sixty_four_paths_are_listed_and_sixty_five_are_not() -> None:
    assert len(derive(widths(1, 8, 8)).view.paths(Element("W1", (0, 0)))) == 64
    with pytest.raises(SizeError) as caught:
        derive(widths(1, 5, 13)).view.paths(Element("W1", (0, 0)))
    assert str(caught.value) == "65 paths lead to W1[0,0]: at most 64 are listed one by one"


def test_paths_are_chains_from_the_loss_to_the_element() -> None:
    for path in derive(widths(2, 3, 2)).view.paths(Element("W1", (1, 0))):
        assert path[0].of is None and path[-1].by == Element("W1", (1, 0))
        assert all(before.by == after.of for before, after in zip(path, path[1:], strict=False))


def test_paths_to_a_deep_weight_are_counted_not_walked() -> None:
    assert deep().view.path_count(Element("W1", (0, 0))) == 3**10


@pytest.mark.parametrize("samples", [1, 2])
@pytest.mark.parametrize("name", KINDS)
def test_the_paths_add_up_to_the_gradient(name: str, samples: int) -> None:
    """The sum over all paths of the product of their factors, in numbers: what the chain rule says."""
    d = with_values(KINDS[name], samples)
    for tensor in d.wrt:
        element = Element(tensor, tuple(0 for _ in d.start.tensor[tensor].shape))
        expected = d.values[adjoint_name(tensor)][element.index]
        assert abs(path_sum(d, element) - expected) <= mpmath.mpf(10) ** -13 * max(abs(expected), 1e-3)


def path_sum(d: NetworkDerivation, element: Element):
    paths = d.view.paths(element)
    return mpmath.fsum(mpmath.fprod(value_of(link.local, d.values) for link in path) for path in paths)


@pytest.mark.parametrize("name", [n for n in KINDS if "softmax" in n or n in ("gelu", "shared", "user's own")])
def test_raw_and_final_factors_have_the_same_value(name: str) -> None:
    d = with_values(KINDS[name])
    for path in d.view.paths(Element(d.wrt[0], (0,) * len(d.start.tensor[d.wrt[0]].shape))):
        for link in path:
            assert abs(value_of(link.raw, d.values) - value_of(link.local, d.values)) < 1e-13


# Nested sums.


def nested_value(d: NetworkDerivation, element: Element):
    s = subject(d, VIEWS)
    environment = m.Environment(s.symbols, s.partials)
    return m.value(nested_sums(d.view, d.naming, element), environment)


CASES = {
    "three samples of three units": (network(Dense(3, "tanh"), Dense(3, "sin"), Dense(3)), 3),
    "softmax inside": (network(Dense(3, "softmax"), Dense(4, "tanh"), Dense(2)), 2),
    "penalties": (network(Dense(2, "tanh"), Dense(2), regularization={"l2": 0.1, "l1": 0.2}), 2),
    "cross-entropy": (network(Dense(4, "tanh"), Dense(3, "softmax"), loss="cross_entropy"), 3),
    "shared": (network(Dense(3, "tanh", name="a"), Dense(3, "tanh", share="a"), Dense(2)), 1),
}


@pytest.mark.parametrize("name", CASES)
def test_nested_sums_have_the_value_of_the_gradient(name: str) -> None:
    d = with_values(*CASES[name])
    for tensor in d.wrt:
        last = Element(tensor, tuple(int(e) - 1 for e in d.start.tensor[tensor].shape))
        expected = d.values[adjoint_name(tensor)][last.index]
        assert abs(nested_value(d, last) - expected) < mpmath.mpf(10) ** -13


def test_nested_sums_as_text() -> None:
    d = derive(network(Dense(2, "tanh"), Dense(3, "tanh"), Dense(2)))
    assert m.reading(nested_sums(d.view, d.naming, Element("W1", (1, 2)))) == (
        "∂z^(1)_2/∂w^(1)_23 · ∂a^(1)_2/∂z^(1)_2 · ∑[k=1..3] ∂z^(2)_k/∂a^(1)_2 · ∂a^(2)_k/∂z^(2)_k · "
        "∑[j=1..2] ∂z^(3)_j/∂a^(2)_k · ∂L/∂z^(3)_j"
    )


def test_nested_sums_of_a_deep_network_have_one_sum_a_layer() -> None:
    tree = nested_sums(deep().view, deep().naming, Element("W1", (0, 0)))
    assert sum(isinstance(node, m.BigSum) for node in m.walk(tree)) == 10
    assert abs(nested_value(deep(), Element("W1", (0, 0))) - deep().values["W1_bar"][0, 0]) < mpmath.mpf(10) ** -13


# Any program, not networks alone.


@pytest.mark.parametrize("name", ["convolution", "max pool", "embedding", "matrix square", "recurrence", "attention"])
def test_every_element_of_a_general_program_has_its_formula(name: str) -> None:
    """Each adjoint's formula at an element, evaluated, is what the loops compute."""
    built = {"convolution": lambda: convolution(side=3), "max pool": max_pool}.get(name, GENERAL[name])()
    wrt = tuple(t.name for t in built.of_role("parameter")) or ("x",)
    d, sizes = rewrite(adjoint(built, wrt)), {"N": 1}
    given = next(draws(built, sizes, 2)).values
    values = evaluate(d.result, given, sizes, multiprecision(50))
    integers = {t.name: values[t.name] for t in d.result.tensors if t.dtype == "int"}
    view = ScalarView(d, sizes, integers)
    for tensor in wrt:
        for element in elements(d.result.tensor[adjoint_name(tensor)], sizes)[::5]:
            found = value_of(view.final(element), values)
            assert abs(found - values[element.tensor][element.index]) < mpmath.mpf(10) ** -40


def test_too_many_scalars_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symbp.views.scalar.MOST_SCALARS", 50)
    view = derive(network(Dense(9, "tanh"), Dense(9), inputs=9)).view
    with pytest.raises(SizeError) as caught:
        for row, column in product(range(9), repeat=2):
            view.links(Element("W1", (row, column)))
    assert str(caught.value) == "more than 50 scalars take part: use the layer or the index view"
