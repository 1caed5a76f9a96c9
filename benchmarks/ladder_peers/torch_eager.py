"""PyTorch, eager: modules, forward, backward, as a training loop has them."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.ladders.case import Case, Program
from benchmarks.rungs import Rung, activations

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "gelu_tanh": lambda: nn.GELU(approximate="tanh"),
}


def eager(case: Case) -> Program:
    return training(case, built(case, FAMILIES))


def fused(case: Case) -> Program:
    """Recurrent layers by PyTorch's own kernels."""
    return training(case, built(case, {"rnn": Fused, "lstm": Fused}))


def built(case: Case, families: Any) -> nn.Module:
    """The network of a rung with the case's parameters, which PyTorch has in the same order and shapes."""
    torch.set_num_threads(case.threads)
    torch.set_default_dtype(getattr(torch, case.dtype))
    model: nn.Module = families[case.rung.family](case.rung)
    with torch.no_grad():
        for mine, given in zip(model.parameters(), case.p, strict=True):
            mine.copy_(torch.from_numpy(given))
    return model


def training(case: Case, model: Any) -> Program:
    X, Y = torch.from_numpy(case.X), torch.from_numpy(case.Y)
    loss_of = F.cross_entropy if case.rung.labels else F.mse_loss
    parameters = list(model.parameters())

    def step() -> Any:
        model.zero_grad(set_to_none=True)
        loss = loss_of(model(X), Y)
        loss.backward()
        return loss

    return Program(step, lambda loss: (loss.item(), [one.grad.numpy() for one in parameters]))


def dense(rung: Rung) -> nn.Module:
    layers: list[nn.Module] = []
    for inputs, outputs, name in zip(rung.widths, rung.widths[1:], activations(rung), strict=False):
        layers += [nn.Linear(inputs, outputs), ACTIVATIONS[name]()]
    return nn.Sequential(*(one for one in layers if not isinstance(one, nn.Identity)))


def conv(rung: Rung) -> nn.Module:
    channels, *filters, classes = rung.widths
    side = rung.steps
    layers: list[nn.Module] = []
    for count in filters:
        layers += [nn.Conv2d(channels, count, 3), ACTIVATIONS[rung.activation](), nn.MaxPool2d(2)]
        channels, side = count, (side - 2) // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * side * side, classes))


class Cells(nn.Module):
    """A recurrent layer, step by step: all steps' inputs in one product, then a loop."""

    def __init__(self, rung: Rung) -> None:
        super().__init__()
        inputs, units = rung.widths
        gates = units * (4 if rung.family == "lstm" else 1)
        self.units = units
        self.W = nn.Parameter(torch.empty(gates, inputs))
        self.U = nn.Parameter(torch.empty(gates, units))
        self.b = nn.Parameter(torch.empty(gates))
        self.advance = self.lstm if rung.family == "lstm" else self.rnn

    def forward(self, x: Any) -> Any:
        h = c = x.new_zeros(x.shape[0], self.units)
        for z in F.linear(x, self.W, self.b).unbind(1):
            h, c = self.advance(z + h @ self.U.T, c)
        return h

    def rnn(self, z: Any, c: Any) -> tuple[Any, Any]:
        return torch.tanh(z), c

    def lstm(self, z: Any, c: Any) -> tuple[Any, Any]:
        i, f, g, o = z.chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class Fused(nn.Module):
    """``nn.RNN`` and ``nn.LSTM``, whose second bias stays zero and is not trained."""

    def __init__(self, rung: Rung) -> None:
        super().__init__()
        inputs, units = rung.widths
        self.layer = (nn.LSTM if rung.family == "lstm" else nn.RNN)(inputs, units, batch_first=True)
        self.layer.bias_hh_l0.data.zero_()
        self.layer.bias_hh_l0.requires_grad_(False)

    def parameters(self, recurse: bool = True) -> Any:
        return iter([self.layer.weight_ih_l0, self.layer.weight_hh_l0, self.layer.bias_ih_l0])

    def forward(self, x: Any) -> Any:
        return self.layer(x)[0][:, -1]


class Block(nn.Module):
    """A pre-norm block: attention, then an MLP, each added to what it read."""

    def __init__(self, rung: Rung) -> None:
        super().__init__()
        features, times = rung.widths
        self.heads = rung.heads
        self.norm1 = nn.LayerNorm(features)
        self.qkv = nn.Linear(features, 3 * features)
        self.out = nn.Linear(features, features)
        self.norm2 = nn.LayerNorm(features)
        self.mlp = nn.Sequential(
            nn.Linear(features, times * features),
            ACTIVATIONS[rung.activation](),
            nn.Linear(times * features, features),
        )

    def forward(self, x: Any) -> Any:
        x = x + self.out(self.attention(self.norm1(x)))
        return x + self.mlp(self.norm2(x))

    def attention(self, x: Any) -> Any:
        shape = x.shape
        q, k, v = self.qkv(x).view(*shape[:2], 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(shape)


FAMILIES: dict[str, Callable[[Rung], nn.Module]] = {
    "dense": dense,
    "rnn": Cells,
    "lstm": Cells,
    "conv": conv,
    "block": Block,
}
