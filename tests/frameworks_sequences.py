"""The layers of sequences in PyTorch: its own modules, with the parameters of a layer put in place of theirs."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import pytest


def own_count(layer: Any) -> int:
    """How many parameters a layer of sequences has."""
    if layer.kind == "attention":
        return 4 if layer.bias else 2
    if layer.kind == "embedding":
        return 1
    if layer.kind == "positional_encoding":
        return int(layer.method == "learned")
    return (2 + int(layer.bias) + int(layer.recurrent_bias)) * (1 + int(layer.bidirectional))


def given_states(layer: Any, number: int) -> list[str]:
    """The names of the first rows that a layer is given, direction by direction."""
    if getattr(layer, "initial", "zero") == "zero":
        return []
    marks = ("", "r") if layer.bidirectional else ("",)
    return [f"{letter}{mark}{number}_0" for mark in marks for letter in ("hc" if layer.kind == "lstm" else "h")]


def torch_recurrent(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    """``nn.RNN``, ``nn.LSTM`` or ``nn.GRU``; one whose reset gate comes before the product is walked by hand."""
    torch = pytest.importorskip("torch")
    x, *states = inputs
    directions = 1 + int(layer.bidirectional)
    per = len(own) // directions
    if layer.kind == "gru" and not layer.reset_after:
        return torch_reset_before(torch, layer, x, states, [own[d * per : (d + 1) * per] for d in range(directions)])
    more = {"nonlinearity": layer.activation.name} if layer.kind == "rnn" else {}
    module = getattr(torch.nn, layer.kind.upper())(
        x.shape[2], layer.units, batch_first=True, bidirectional=layer.bidirectional, dtype=x.dtype, **more
    )
    parameters = {}
    for direction, suffix in enumerate(("", "_reverse")[:directions]):
        W, U, *biases = own[direction * per : (direction + 1) * per]
        nothing = torch.zeros(W.shape[0], dtype=x.dtype)
        b = biases.pop(0) if layer.bias else nothing
        bh = biases.pop(0) if layer.recurrent_bias else nothing
        for name, value in {"weight_ih": W, "weight_hh": U, "bias_ih": b, "bias_hh": bh}.items():
            parameters[f"{name}_l0{suffix}"] = value
    kinds = 2 if layer.kind == "lstm" else 1
    first = [torch.stack(states[k::kinds]) for k in range(kinds)] if states else None
    start = () if first is None else ((tuple(first),) if kinds == 2 else (first[0],))
    output, last = torch.func.functional_call(module, parameters, (x, *start))
    if layer.returns == "sequence":
        return output
    h = last[0] if kinds == 2 else last
    return torch.cat(list(h), dim=1)


def torch_reset_before(torch: Any, layer: Any, x: Any, states: Sequence[Any], own: Sequence[Sequence[Any]]) -> Any:
    """A GRU whose candidate reads the state that is reset."""
    H = layer.units
    sides = []
    for direction, (W, U, *biases) in enumerate(own):
        b = biases.pop(0) if layer.bias else torch.zeros(3 * H, dtype=x.dtype)
        b = b + biases.pop(0) if layer.recurrent_bias else b
        h = states[direction] if states else torch.zeros(x.shape[0], H, dtype=x.dtype)
        steps = list(range(x.shape[1]))[:: -1 if direction else 1]
        found = {}
        for t in steps:
            p = x[:, t] @ W.T + b
            r = torch.sigmoid(p[:, :H] + h @ U[:H].T)
            z = torch.sigmoid(p[:, H : 2 * H] + h @ U[H : 2 * H].T)
            h = (1 - z) * torch.tanh(p[:, 2 * H :] + (r * h) @ U[2 * H :].T) + z * h
            found[t] = h
        sides.append(h if layer.returns == "last" else torch.stack([found[t] for t in sorted(found)], dim=1))
    return torch.cat(sides, dim=-1)


def torch_attention(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    torch = pytest.importorskip("torch")
    query, key = inputs[0], inputs[-1]
    width = own[0].shape[1]
    module = torch.nn.MultiheadAttention(width, layer.heads, bias=layer.bias, batch_first=True, dtype=own[0].dtype)
    names = ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"][:: 1 if layer.bias else 2]
    parameters = dict(zip(names, own, strict=True))
    later = torch.triu(torch.ones(query.shape[1], key.shape[1], dtype=torch.bool), 1) if layer.causal else None
    keywords = {"need_weights": False, "attn_mask": later}
    return torch.func.functional_call(module, parameters, (query, key, key), keywords)[0]


def torch_embedding(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    return importlib.import_module("torch.nn.functional").embedding(inputs[0], own[0])


def torch_positions(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    torch, x = importlib.import_module("torch"), inputs[0]
    if own:
        return x + own[0][: x.shape[1]]
    half, place = torch.arange(0, x.shape[2], 2, dtype=x.dtype), torch.arange(x.shape[1], dtype=x.dtype)
    angle = place[:, None] / 10000 ** (half / x.shape[2])
    waves = torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1)
    return x + waves[:, : x.shape[2]]


TORCH_SEQUENCES = {
    "rnn": torch_recurrent,
    "lstm": torch_recurrent,
    "gru": torch_recurrent,
    "attention": torch_attention,
    "embedding": torch_embedding,
    "positional_encoding": torch_positions,
}
