"""What quantities are called on the page and when typed, in both numberings, and what is said of unknown ones."""

from functools import cache

import pytest
from networks import network

import symbp
from symbp import mathtree as m
from symbp.derive import NetworkDerivation, derive
from symbp.equation import Access, Affine, Index, Size
from symbp.errors import SizeError, SpecError
from symbp.layers import Dense
from symbp.program import Tensor
from symbp.views.naming import Naming, elements, lower
from symbp.views.scalar import Element

N = Size("N")
YHAT = "y\u0302"


@cache
def relay() -> NetworkDerivation:
    return derive(symbp.load("examples/relay.toml"))


def layered(*layers: Dense, **more: object) -> NetworkDerivation:
    return derive(network(*layers, **more))


def neurons(*layers: Dense, **more: object) -> NetworkDerivation:
    return layered(*layers, notation={"numbering": "neurons"}, **more)


# Finding what somebody types.


@pytest.mark.parametrize(
    ("words", "element"),
    [
        (("w11",), Element("W1", (0, 0))),
        (("w12",), Element("W1", (0, 1))),
        (("w32",), Element("W2", (0, 1))),
        (("b3",), Element("b2", (0,))),
        (("W1", 2, 1), Element("W1", (1, 0))),
        (("W1", "2", "1"), Element("W1", (1, 0))),
        (("b1", 2), Element("b1", (1,))),
        (("b1",), Element("b1", (0,))),
    ],
)
def test_typed_names_in_the_numbering_by_neurons(words: tuple[str | int, ...], element: Element) -> None:
    assert relay().naming.find(words) == element


@pytest.mark.parametrize(
    ("words", "element"),
    [
        (("w1_11",), Element("W1", (0, 0))),
        (("w2_12_3",), Element("W2", (11, 2))),
        (("b2_12",), Element("b2", (11,))),
        (("W2", 12, 3), Element("W2", (11, 2))),
    ],
)
def test_typed_names_in_the_numbering_by_layers(words: tuple[str | int, ...], element: Element) -> None:
    assert layered(Dense(3, "tanh"), Dense(12)).naming.find(words) == element


KNOWN = "Known: W1, W2, b1, b2, b3, w11, w12, w21, w22, w31, w32"
SHAPES = "Parameters: W1 2x2, b1 2, W2 1x2, b2 1"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("W1",), "W1 has the shape 2x2: name one element, as in W1 1 1"),
        (("W1", 1), "W1 has the shape 2x2: name one element, as in W1 1 1"),
        (("W1", 1, 1, 1), "W1 has the shape 2x2: name one element, as in W1 1 1"),
        (("W1", 0, 1), "W1 has the shape 2x2: position 1 is 1 to 2, not 0"),
        (("W1", 1, 3), "W1 has the shape 2x2: position 2 is 1 to 2, not 3"),
        (("W1", "x", 1), "W1 has the shape 2x2: position 1 is 1 to 2, not x"),
        (("W1", "²", 1), "W1 has the shape 2x2: position 1 is 1 to 2, not ²"),
        (("w99",), f'there is no parameter "w99"\n  {KNOWN}\n  {SHAPES}'),
        (("w1_11",), f'there is no parameter "w1_11"\n  Did you mean "w11"? {KNOWN}\n  {SHAPES}'),
        (("z1",), f'there is no parameter "z1"\n  {KNOWN}\n  {SHAPES}'),
        (("W9", 1, 1), f'there is no parameter "W9 1 1"\n  {KNOWN}\n  {SHAPES}'),
    ],
)
def test_what_is_said_of_a_parameter_that_is_not_there(words: tuple[str | int, ...], message: str) -> None:
    with pytest.raises(SpecError) as caught:
        relay().partial(*words)
    assert str(caught.value) == message


def test_a_large_network_names_no_single_weights() -> None:
    with pytest.raises(SpecError) as caught:
        layered(Dense(256, "relu"), Dense(10), inputs=784).partial("w1_11")
    assert str(caught.value) == (
        'there is no parameter "w1_11"\n  Known: W1, W2, b1, b2\n  Parameters: W1 256x784, b1 256, W2 10x256, b2 10'
    )


def test_a_frozen_parameter_has_no_gradient() -> None:
    with pytest.raises(SpecError) as caught:
        layered(Dense(3, "tanh", frozen=True), Dense(1)).partial("W1", 1, 1)
    assert str(caught.value) == "W1 is frozen: it gets no gradient\n  Set frozen = false to derive one."


# Typed and printed names.


@pytest.mark.parametrize("derivation", [relay, lambda: layered(Dense(12, "sigmoid"), Dense(2, "softmax"), inputs=11)])
def test_every_typed_parameter_is_found_again(derivation) -> None:
    naming = derivation().naming
    every = [e for t in naming.program.of_role("parameter") for e in elements(t, {})]
    typed = [naming.plain(e) for e in every]
    assert len(set(typed)) == len(every)
    assert [naming.find((name,)) for name in typed] == every


@pytest.mark.parametrize(
    ("element", "plain", "printed"),
    [
        (Element("W2", (0, 0)), "w31", "w_31"),
        (Element("b2", (0,)), "b3", "b_3"),
        (Element("z1", (0, 1)), "z2", "z_2"),
        (Element("a1", (0, 1)), "a2", "a_2"),
        (Element("yhat", (0, 0)), "yhat", YHAT),
        (Element("x", (0, 1)), "x2", "x_2"),
        (Element("y", (0, 0)), "y", "y"),
        (Element("L"), "L", "L"),
    ],
)
def test_names_of_the_article(element: Element, plain: str, printed: str) -> None:
    assert relay().naming.plain(element) == plain
    assert m.reading(relay().naming.symbol(element)) == printed


@pytest.mark.parametrize(
    ("element", "plain", "printed"),
    [
        (Element("W2", (0, 0)), "w2_11", "w^(2)_11"),
        (Element("W1", (10, 0)), "w1_11_1", "w^(1)_{11,1}"),
        (Element("b2", (1,)), "b2_2", "b^(2)_2"),
        (Element("z1", (0, 1)), "z1_2", "z^(1)_2"),
        (Element("e2", (0, 1)), "e2_2", "e^(2)_2"),
        (Element("yhat", (0, 1)), "yhat2", f"{YHAT}_2"),
        (Element("y", (0, 1)), "y2", "y_2"),
    ],
)
def test_names_by_layers(element: Element, plain: str, printed: str) -> None:
    naming = layered(Dense(11, "tanh"), Dense(2, "softmax"), loss="cross_entropy").naming
    assert naming.plain(element) == plain
    assert m.reading(naming.symbol(element)) == printed


def test_neurons_are_counted_through_the_network_but_outputs_like_their_targets() -> None:
    naming = neurons(Dense(2, "tanh"), Dense(3, "tanh", bias=False), Dense(2)).naming
    typed = [naming.plain(e) for e in (Element("W1", (0, 2)), Element("W2", (0, 1)), Element("W3", (1, 0)))]
    assert typed == ["w13", "w32", "w71"]
    assert [naming.plain(Element("b3", (k,))) for k in (0, 1)] == ["b6", "b7"]
    assert [naming.plain(Element(t, (0, 1))) for t in ("a2", "yhat", "y")] == ["a4", "yhat2", "y2"]


def test_a_shared_weight_is_called_after_the_first_layer_that_reads_it() -> None:
    naming = neurons(Dense(3, "tanh", name="a"), Dense(3, share="a"), Dense(1)).naming
    assert naming.plain(Element("W1", (2, 0))) == "w31"
    assert naming.plain(Element("W2", (0, 0))) == "w71"


def test_the_sample_comes_first_where_there_are_several() -> None:
    example = {"x": [[1, 2, 3], [4, 5, 6]], "y": [[1], [2]]}
    naming = layered(Dense(2, "tanh"), Dense(1), example=example).naming
    assert naming.plain(Element("z1", (1, 0))) == "z1_21"
    assert m.reading(naming.symbol(Element("yhat", (1, 0)))) == f"{YHAT}_2"
    assert m.reading(naming.symbol(Element("W1", (1, 0)))) == "w^(1)_21"


# Arrays and index notation.


def test_arrays_and_entries_go_by_layers() -> None:
    n, i, j = Index("n", N), Index("i", 2), Index("j", 2)
    naming = relay().naming
    assert m.reading(naming.whole("W1")) == "W^(1)"
    assert m.reading(naming.entry(Access.of("W1", i, j))) == "w^(1)_ij"
    assert m.reading(naming.entry(Access.of("z1", n, i))) == "z^(1)_i"
    assert m.reading(naming.at("W1", (1, m.Index("k")))) == "w^(1)_1k"
    assert m.reading(naming.at("z1", (1, 2))) == "z^(1)_2"


@pytest.mark.parametrize(
    ("position", "printed"),
    [
        (Affine.of(0), "1"),
        (Affine.of(Index("r", 3)), "r"),
        (Affine.of(Index("r", 3)) + 1, "r + 1"),
        (Affine.of(Index("r", 3)) * 2 + Index("u", 3), "2 · r + u − 2"),
        (Affine.of(Index("r", 3)) - Index("u", 3) + 2, "r − u + 3"),
    ],
)
def test_positions_count_from_one(position: Affine, printed: str) -> None:
    naming = Naming(relay().start)
    shown = naming.position(position)
    assert (m.reading(shown) if isinstance(shown, m.Node) else str(shown)) == printed


def test_chosen_symbols_take_the_place_of_the_usual_ones() -> None:
    symbols = {"W1": r"\Theta", "yhat": r"\hat{p}", "a1": "h"}
    naming = layered(Dense(2, "tanh"), Dense(2), notation={"symbols": symbols}).naming
    assert m.reading(naming.symbol(Element("W1", (0, 1)))) == "Θ_12"
    assert m.reading(naming.symbol(Element("yhat", (0, 1)))) == "p\u0302_2"
    assert m.reading(naming.whole("a1")) == "h"
    assert naming.plain(Element("a1", (0, 1))) == "a1_2"


@pytest.mark.parametrize(
    ("symbols", "numbering", "message"),
    [
        ({"a1": "x"}, "layers", "notation.symbols.a1: x is printed so too\n  Choose another symbol."),
        ({"x": "z"}, "neurons", "notation.symbols.x: z1 is printed so too\n  Choose another symbol."),
        ({"W1": "Q", "W2": "Q"}, "layers", "notation.symbols.W1: W2 is printed so too\n  Choose another symbol."),
        (
            {"b1": "N"},
            "layers",
            "notation.symbols.b1: the number of samples is printed so too\n  Choose another symbol.",
        ),
        (
            {"b1": r"\eta"},
            "layers",
            "notation.symbols.b1: the learning rate is printed so too\n  Choose another symbol.",
        ),
    ],
)
def test_a_symbol_means_one_thing(symbols: dict[str, str], numbering: str, message: str) -> None:
    d = layered(Dense(2, "tanh"), Dense(2), notation={"numbering": numbering, "symbols": symbols})
    with pytest.raises(SpecError) as caught:
        _ = d.naming
    assert str(caught.value) == message


def test_lower() -> None:
    assert [lower(letter) for letter in ("W", "L", "Theta", "lse")] == ["w", "L", "Theta", "lse"]


def test_elements_are_listed_row_by_row_up_to_a_limit() -> None:
    assert elements(Tensor("t", (N, 2)), {"N": 2}) == tuple(Element("t", p) for p in ((0, 0), (0, 1), (1, 0), (1, 1)))
    assert elements(Tensor("t", ()), {}) == (Element("t"),)
    with pytest.raises(SizeError) as caught:
        elements(Tensor("t", (100, 51)), {})
    assert str(caught.value) == "t[100,51] has 5100 elements: at most 5000 are listed one by one"
