"""Attention: its equations against a direct computation, its gradients by complex step, its module on hard inputs."""

import re
import warnings
from functools import cache
from typing import Any

import numpy as np
import pytest
from emitted import Arrays, Emitted, errors, values_for

from symbp.derive import derive
from symbp.network import Network
from symbp.notes import notes
from symbp.verify import check_derivation

CASES: dict[str, tuple[tuple[int | str, ...], dict[str, Any]]] = {
    "one head": ((3, 4), {}),
    "heads": (("T", 6), {"heads": 3}),
    "causal": (("T", 4), {"heads": 2, "causal": True}),
    "mask": (("T", 4), {"heads": 2, "mask": True}),
    "causal mask": ((5, 4), {"heads": 2, "mask": "keys", "causal": True}),
    "no bias": ((3, 4), {"heads": 4, "bias": False}),
    "one step": ((1, 2), {"causal": True}),
    "one of all": ((1, 1), {"mask": True}),
}


def network(shape: tuple[int | str, ...], **keys: Any) -> Network:
    return Network("seen", {"shape": list(shape)}, [{"kind": "attention", **keys}], "mse", input_gradient=True)


@cache
def emitted(name: str) -> Emitted:
    shape, keys = CASES[name]
    return Emitted(network(shape, **keys))


def values_of(name: str, samples: int = 2, length: int = 5) -> Arrays:
    """Values of all that is given; of the first sample no key at all is seen."""
    net = emitted(name).net
    assert isinstance(net, Network)
    values = values_for(net, samples, length=length)
    for masked in ("mask", "keys"):
        if masked in values:
            values[masked][0] = 0
    return values


def directly(values: Arrays, heads: int = 1, causal: bool = False, mask: bool | str = False, bias: bool = True) -> Any:
    """The output, sample by sample, head by head, query by query."""
    x = values["x"]
    width = x.shape[-1]
    b, c = (values["b1"], values["bo1"]) if bias else (np.zeros(3 * width), np.zeros(width))
    keys = values["mask" if mask is True else mask] if mask else np.ones(x.shape[:2])
    found = np.zeros_like(x)
    depth = width // heads
    for n, sample in enumerate(x):
        q, k, v = np.split(sample @ values["W1"].T + b, 3, axis=1)
        for h in range(heads):
            own = slice(h * depth, (h + 1) * depth)
            for t in range(len(sample)):
                seen = [u for u in range(len(sample)) if keys[n, u] and (u <= t or not causal)]
                weights = np.exp([q[t, own] @ k[u, own] / np.sqrt(depth) for u in seen])
                if seen:
                    found[n, t, own] = weights @ v[seen, own] / weights.sum()
    return found @ values["O1"].T + c


@pytest.mark.parametrize("name", CASES)
def test_what_it_computes(name: str) -> None:
    values = values_of(name)
    found = emitted(name).predict(values)
    np.testing.assert_allclose(found, directly(values, **CASES[name][1]), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", CASES)
def test_every_derivative_and_every_step(name: str) -> None:
    report = check_derivation(emitted(name).derivation)
    assert not [row for row in report.rows if not row.error <= row.tolerance]


@pytest.mark.parametrize("name", CASES)
def test_the_softmax_is_found_and_shifted(name: str) -> None:
    result = emitted(name).derivation.result
    (scores,) = result.defining("s1_bar")
    assert str(scores) == "s1_bar[n,h,t,u] = p1[n,h,t,u]*(p1_bar[n,h,t,u] - p1_bar_mean[n,h,t])"
    assert result.defining("m1")[0].reduction == "max"


@pytest.mark.parametrize("name", [n for n in CASES if n != "one of all"])
@pytest.mark.parametrize("size", [1e4, 1e-4])
def test_scores_of_any_size(name: str, size: float) -> None:
    values = values_of(name)
    values["x"] = values["x"] * size
    found = emitted(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plain, workspace = found.plain(values), found.workspace(values)
    assert all(np.isfinite(v).all() for v in plain.values())
    assert max(errors(workspace, plain).values()) < 1e-12


def test_queries_without_keys_give_the_bias_and_get_no_gradient() -> None:
    values = values_of("mask")
    found = emitted("mask")
    np.testing.assert_array_equal(found.predict(values)[0], np.broadcast_to(values["bo1"], (5, 4)))
    assert not found.plain(values)["x"][0].any()
    assert found.plain(values)["x"][1].any()


@pytest.mark.parametrize("name", CASES)
def test_products_are_matrix_products_without_a_loop(name: str) -> None:
    texts = emitted(name).texts
    assert not re.search(r"einsum|_windows|add\.at", texts["fast"])
    assert not re.search(r"^ +for ", texts["plain"].split("def sgd")[0], re.MULTILINE)


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.ones((2, 4), int), "mask has shape (2, 4), needs (2, 5)"),
        (np.ones((3, 5), int), "mask has shape (3, 5), needs (2, 5)"),
        (np.ones((2, 5)), "mask has dtype float64, needs truth values, or 0 and 1"),
        (np.full((2, 5), 2), "mask has values from 2 to 2, needs 0 and 1"),
    ],
)
def test_masks_that_do_not_fit(mask: np.ndarray, message: str) -> None:
    values, module = values_of("mask"), emitted("mask").module
    p = module.Parameters(*(values[k] for k in module.Parameters._fields))
    for call in (module.predict, module.loss, module.loss_and_grad, module.Workspace(2, 5, np.float64).loss_and_grad):
        targets = [] if call is module.predict else [values["y"]]
        with pytest.raises(ValueError) as caught:
            call(p, values["x"], mask, *targets)
        assert str(caught.value) == message


def test_a_mask_of_truth_values() -> None:
    values, found = values_of("mask", samples=3), emitted("mask")
    plain = found.plain(values)
    values["mask"] = values["mask"].astype(bool)
    assert max(errors(found.plain(values), plain).values()) == 0
    assert max(errors(found.workspace(values), plain).values()) < 1e-13


def test_a_token_that_is_not_seen() -> None:
    """A mask that is the tokens themselves: 0 is padding."""
    layers = [{"kind": "embedding", "tokens": 4, "units": 2}, {"kind": "attention", "mask": "x"}]
    padded = Emitted(Network("padded", {"shape": ["T"], "dtype": "int"}, layers, "mse"))
    masked = Emitted(
        Network("masked", {"shape": ["T"], "dtype": "int"}, [layers[0], layers[1] | {"mask": True}], "mse")
    )
    assert isinstance(padded.net, Network)
    values = values_for(padded.net, 3)
    values["x"][:, -1] = 0
    values["mask"] = (values["x"] != 0).astype(int)
    assert max(errors(padded.plain(values), masked.plain(values)).values()) < 1e-14
    assert max(errors(padded.workspace(values), masked.plain(values)).values()) < 1e-13
    assert not [row for row in check_derivation(padded.derivation).rows if not row.error <= row.tolerance]


def test_which_keys_are_seen_is_computed_once() -> None:
    """One condition for the maximum, the exponentials and the divisor."""
    plain = emitted("causal mask").texts["plain"].split("def loss_and_grad")[1]
    assert plain.count("np.logical_and") == 1 and plain.count("np.arange") == 2
    assert "e1 = np.exp(np.where(allowed[:, None, :, :], s1 - m1[:, :, :, None], -np.inf))" in plain
    assert "p1 = e1 / np.where(allowed[:, None, :, :], r1[:, :, :, None], 1)" in plain


def test_notes_of_a_query_that_sees_no_key() -> None:
    """Causal, and the first key is left out: the largest score of none is zero, as all that nothing writes."""
    layers = [{"kind": "attention", "mask": True, "causal": True}]
    given = {"x": [[0.5, -0.2], [0.1, 0.3]], "mask": [0, 1], "y": [[0.1, 0.2], [0.3, 0.4]]}
    net = Network("net", {"shape": ["T", 2]}, layers, "mse", example=given)
    assert notes(derive(net)).sections
