"""PyTorch, compiled: ``torch.compile`` of forward pass and loss, whose backward pass it compiles with them."""

import shutil
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.ladder_peers.torch_eager import FAMILIES, built
from benchmarks.ladders.case import Case, Program
from benchmarks.rungs import Array


def compiled(case: Case) -> Program:
    if not any(map(shutil.which, ("c++", "g++", "clang++"))):
        raise NotImplementedError("there is no C++ compiler for torch.compile")
    return training(case.X, case.Y, built(case, FAMILIES), case.rung.labels)


def training(X: Array, Y: Array, model: nn.Module, labels: bool) -> Program:
    x, y = torch.from_numpy(X), torch.from_numpy(Y)
    parameters = list(model.parameters())
    loss_of = F.cross_entropy if labels else F.mse_loss
    measured = torch.compile(lambda: loss_of(model(x), y))

    def step() -> Any:
        model.zero_grad(set_to_none=True)
        loss = measured()
        loss.backward()
        return loss

    return Program(step, lambda loss: (loss.item(), [one.grad.numpy() for one in parameters]))
