"""Embeddings, attention and transformer blocks against PyTorch's own modules, with their weights as they are, and JAX.

The loss, the gradients to every parameter and to the input, by both ways to call the module, in double precision.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from emitted import Arrays, Emitted, errors
from layer_cases import TOLERANCE, Table, kind

from symbp.network import Network
from symbp.verify.draw import draws

pytestmark = pytest.mark.oracles
OTHER = kind(
    "equations",
    name="other",
    output="h",
    lines="h[n,u,i] = sum[t](A[u,t]*x[n,t,i])",
    indices={"u": 5, "t": 3, "i": 4},
    tensors={"A": {"indices": "u,t", "role": "parameter"}},
)


@dataclass(frozen=True)
class Case:
    """One layer of attention: samples, steps and features of its input, and its keys."""

    sizes: tuple[int, int, int] = (3, 5, 4)
    keys: tuple[tuple[str, Any], ...] = ()
    length: bool = False
    crossed: bool = False

    @property
    def layers(self) -> list[Table]:
        last = kind("attention", **dict(self.keys))
        return [OTHER, last | {"input": ["x", "other"]}] if self.crossed else [last]

    def get(self, key: str, default: Any) -> Any:
        return dict(self.keys).get(key, default)


def keys(**given: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(given.items())


CASES = {
    "one head": Case(),
    "two heads": Case(keys=keys(heads=2), length=True),
    "causal": Case((2, 6, 6), keys(heads=3, causal=True), length=True),
    "mask": Case(keys=keys(heads=2, mask=True), length=True),
    "causal mask": Case(keys=keys(heads=2, mask=True, causal=True)),
    "no bias": Case(keys=keys(heads=4, bias=False)),
    "one feature": Case((2, 3, 1)),
    "one step": Case((3, 1, 4), keys(heads=2), length=True),
    "one sample": Case((1, 4, 4), keys(heads=2, causal=True)),
    "one of each": Case((1, 1, 1), keys(causal=True, mask=True)),
    "as many heads as features": Case((2, 4, 3), keys(heads=3)),
    "of another sequence": Case((2, 3, 4), keys(heads=2), crossed=True),
    "of another sequence, masked": Case((2, 3, 4), keys(heads=2, mask=True), crossed=True),
    "larger": Case((4, 17, 24), keys(heads=4, causal=True), length=True),
}


OF_PYTORCH = {"in_proj_weight": "W", "in_proj_bias": "b", "out_proj.weight": "O", "out_proj.bias": "bo"}


@cache
def emitted(name: str) -> Emitted:
    case = CASES[name]
    _, steps, features = case.sizes
    shape = ["T" if case.length else steps, features]
    return Emitted(Network("oracle_net", {"shape": shape}, case.layers, "mse", input_gradient=True))


def values_for(found: Emitted, samples: int, steps: int, seed: int = 0) -> Arrays:
    """Values of all that is given; the first key of each sample is seen, so that no query sees nothing."""
    values = dict(next(draws(found.net.program(), {"N": samples, "T": steps}, seed)).values)
    if "mask" in values:
        values["mask"][:, 0] = 1
    return values


def torch_parts() -> tuple[Any, Callable[[Any], Any]]:
    torch = pytest.importorskip("torch")
    return torch, lambda a: torch.tensor(a, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("name", CASES)
def test_attention_against_the_module_of_pytorch(name: str) -> None:
    torch, tensor = torch_parts()
    case, found = CASES[name], emitted(name)
    samples, steps, width = case.sizes
    values = values_for(found, samples, steps)
    fields = found.module.Parameters._fields
    number = len([f for f in fields if f.startswith("A")]) + 1
    bias = case.get("bias", True)
    module = torch.nn.MultiheadAttention(width, case.get("heads", 1), bias=bias, batch_first=True, dtype=torch.float64)
    names = {k: f"{letter}{number}" for k, letter in OF_PYTORCH.items() if bias or letter in "WO"}
    module.load_state_dict({k: torch.tensor(values[name]) for k, name in names.items()})
    x = tensor(values["x"])
    given = {"A1": tensor(values["A1"])} if case.crossed else {}
    other = torch.einsum("ut,nti->nui", given["A1"], x) if case.crossed else x
    count = other.shape[1]
    later = torch.ones(steps, count, dtype=torch.bool).triu(1) if case.get("causal", False) else None
    unseen = torch.tensor(values["mask"] == 0) if "mask" in values else None
    yhat, _ = module(x, other, other, attn_mask=later, key_padding_mask=unseen, need_weights=False)
    loss = ((yhat - torch.tensor(values["y"])) ** 2).mean()
    loss.backward()
    expected = {"L": loss.item(), "x": x.grad.numpy()}
    expected |= {ours: dict(module.named_parameters())[k].grad.numpy() for k, ours in names.items()}
    expected |= {k: v.grad.numpy() for k, v in given.items()}
    for call in (found.plain, found.workspace):
        worst = errors(call(values), {k: np.asarray(v) for k, v in expected.items()})
        assert max(worst.values()) < TOLERANCE, worst


def jax_attention(jnp: Any, p: Any, x: Any, heads: int, seen: Any) -> Any:
    """Attention in a line or two of JAX, as anybody would write it."""
    jax = importlib.import_module("jax")
    n, t, width = x.shape
    z = (x @ p["W"].T + p["b"]).reshape(n, t, 3, heads, width // heads)
    q, k, v = (z[:, :, part].transpose(0, 2, 1, 3) for part in range(3))
    scores = jnp.where(seen, q @ k.transpose(0, 1, 3, 2) / jnp.sqrt(width // heads), -jnp.inf)
    o = jax.nn.softmax(scores, axis=-1) @ v
    return o.transpose(0, 2, 1, 3).reshape(n, t, width) @ p["O"].T + p["bo"]


@pytest.mark.parametrize("name", ["two heads", "causal", "mask", "causal mask", "one step", "one of each", "larger"])
def test_attention_against_jax(name: str) -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    jnp, case, found = jax.numpy, CASES[name], emitted(name)
    samples, steps, _ = case.sizes
    values = values_for(found, samples, steps)
    seen = np.tril(np.ones((steps, steps), bool)) if case.get("causal", False) else np.ones((steps, steps), bool)
    seen = np.broadcast_to(seen, (samples, 1, steps, steps))
    seen = seen & (values["mask"][:, None, None, :] != 0) if "mask" in values else seen

    def loss(p: Any, x: Any) -> Any:
        return jnp.mean((jax_attention(jnp, p, x, case.get("heads", 1), seen) - values["y"]) ** 2)

    p = {k[:-1]: jnp.asarray(values[k]) for k in found.module.Parameters._fields}
    value, (g, x_bar) = jax.value_and_grad(loss, (0, 1))(p, jnp.asarray(values["x"]))
    expected = {"L": np.asarray(value), "x": np.asarray(x_bar), **{f"{k}1": np.asarray(v) for k, v in g.items()}}
    for call in (found.plain, found.workspace):
        worst = errors(call(values), expected)
        assert max(worst.values()) < TOLERANCE, worst


# A block of a transformer is a composition.

WIDTH, HEADS, HIDDEN = 6, 3, 10


def block(first: bool) -> list[Table]:
    """``nn.TransformerEncoderLayer``, with its normalisations before or after."""
    attention = kind("attention", name="seen", heads=HEADS)
    mlp = [kind("dense", units=HIDDEN, activation="gelu"), kind("dense", units=WIDTH, name="mlp")]
    norm = kind("layer_norm", axes=1)
    if first:
        before = [norm | {"name": "norm1"}, attention, kind("add", input=["x", "seen"], name="middle")]
        return [*before, norm, *mlp, kind("add", input=["middle", "mlp"])]
    before = [attention, kind("add", input=["x", "seen"]), norm | {"name": "middle"}]
    return [*before, *mlp, kind("add", input=["middle", "mlp"]), norm]


IN_ORDER = {  # of PyTorch's names, as the layers have their parameters
    True: ("norm1.weight", "norm1.bias", "self_attn.in_proj_weight", "self_attn.in_proj_bias")
    + ("self_attn.out_proj.weight", "self_attn.out_proj.bias", "norm2.weight", "norm2.bias")
    + ("linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"),
    False: ("self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight")
    + ("self_attn.out_proj.bias", "norm1.weight", "norm1.bias", "linear1.weight", "linear1.bias")
    + ("linear2.weight", "linear2.bias", "norm2.weight", "norm2.bias"),
}


@pytest.mark.parametrize("first", [True, False], ids=["norm first", "norm last"])
@pytest.mark.parametrize("sizes", [(3, 5), (1, 1), (2, 9)], ids=str)
def test_a_block_against_the_encoder_layer_of_pytorch(first: bool, sizes: tuple[int, int]) -> None:
    torch, tensor = torch_parts()
    found = emitted_block(first)
    values = values_for(found, *sizes, seed=1)
    module = torch.nn.TransformerEncoderLayer(
        WIDTH, HEADS, HIDDEN, 0.0, "gelu", norm_first=first, batch_first=True, dtype=torch.float64
    )
    names = dict(zip(IN_ORDER[first], found.module.Parameters._fields, strict=True))
    module.load_state_dict({k: torch.tensor(values[ours]) for k, ours in names.items()})
    x = tensor(values["x"])
    loss = ((module(x) - torch.tensor(values["y"])) ** 2).mean()
    loss.backward()
    expected = {"L": np.asarray(loss.item()), "x": x.grad.numpy()}
    expected |= {ours: dict(module.named_parameters())[k].grad.numpy() for k, ours in names.items()}
    for call in (found.plain, found.workspace):
        worst = errors(call(values), expected)
        assert max(worst.values()) < TOLERANCE, worst


@cache
def emitted_block(first: bool) -> Emitted:
    return Emitted(Network("oracle_net", {"shape": ["T", WIDTH]}, block(first), "mse", input_gradient=True))


def test_embeddings_against_the_module_of_pytorch() -> None:
    torch, tensor = torch_parts()
    layers = [kind("embedding", tokens=9, units=4), kind("attention", heads=2, causal=True), kind("dense", units=9)]
    found = Emitted(Network("oracle_net", {"shape": ["T"], "dtype": "int"}, layers, "sparse_cross_entropy"))
    values = values_for(found, 3, 6)
    values["x"][:, 1] = values["x"][:, 0]  # tokens that come twice
    table = torch.nn.Embedding.from_pretrained(torch.tensor(values["E1"]), freeze=False)
    module = torch.nn.MultiheadAttention(4, 2, batch_first=True, dtype=torch.float64)
    own = {k: f"{letter}2" for k, letter in OF_PYTORCH.items()}
    module.load_state_dict({k: torch.tensor(values[ours]) for k, ours in own.items()})
    W, b = tensor(values["W3"]), tensor(values["b3"])
    a = table(torch.tensor(values["x"]))
    later = torch.ones(6, 6, dtype=torch.bool).triu(1)
    logits = module(a, a, a, attn_mask=later, need_weights=False)[0] @ W.T + b
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, 9), torch.tensor(values["y"]).reshape(-1))
    loss.backward()
    expected = {"L": np.asarray(loss.item()), "E1": table.weight.grad.numpy(), "W3": W.grad.numpy()}
    expected |= {"b3": b.grad.numpy()}
    expected |= {ours: dict(module.named_parameters())[k].grad.numpy() for k, ours in own.items()}
    for call in (found.plain, found.workspace):
        worst = errors(call(values), expected)
        assert max(worst.values()) < TOLERANCE, worst


def test_single_precision_of_a_block() -> None:
    """Every gradient within rounding of the one in double precision."""
    found = emitted_block(True)
    values = values_for(found, 4, 7)
    double = found.plain(values)
    module, single = found.module, {k: v.astype(np.float32) for k, v in values.items()}
    p = module.Parameters(*(single[k] for k in module.Parameters._fields))
    for call in (found.plain_module.loss_and_grad, module.loss_and_grad):
        loss, g, x_bar = call(p, single["x"], single["y"])
        assert {a.dtype for a in (*g, x_bar)} == {np.dtype(np.float32)}
        assert max(errors({"L": np.asarray(loss), "x": x_bar, **g._asdict()}, double).values()) < 1e-4
