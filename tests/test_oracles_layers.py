"""Every kind of layer against PyTorch and JAX: the loss, the gradients to parameters and to the input.

Both ways to call the module are compared, in double precision, on each row of ``layer_cases``.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from emitted import Arrays, Emitted, errors, values_for
from frameworks import torch_gradients
from frameworks_jax import jax_gradients
from layer_cases import CASES, HEAD, TOLERANCE, Shape, Table, kind

import symbp

pytestmark = pytest.mark.oracles
FRAMEWORKS: dict[str, Callable[..., Arrays]] = {"pytorch": torch_gradients, "jax": jax_gradients}
COMPARED = [(f, name) for name, case in CASES.items() for f in FRAMEWORKS if f == "pytorch" or case.jax]


@cache
def emitted(name: str) -> tuple[Emitted, Arrays]:
    """The module of a case, and values for it."""
    case = CASES[name]
    net = symbp.Network("oracle_net", {"shape": list(case.shape)}, list(case.layers), "mse", input_gradient=True)
    values = values_for(net, case.batch)
    if case.ties:
        values["x"] = np.random.default_rng(1).integers(0, 3, values["x"].shape).astype(float)
    return Emitted(net), values


@pytest.mark.parametrize(("framework", "name"), COMPARED)
def test_the_loss_and_every_gradient(framework: str, name: str) -> None:
    found, values = emitted(name)
    reference = FRAMEWORKS[framework](found.net, values, found.module.Parameters._fields)
    for call in (found.plain, found.workspace):
        worst = errors(call(values), reference)
        assert max(worst.values()) < CASES[name].tolerance, worst


def test_a_bias_before_batch_normalisation_has_no_gradient() -> None:
    """The mean takes it off again: what PyTorch and symbp give is rounding alone."""
    layers = [kind("dense", units=3), kind("batch_norm", activation="tanh"), kind("dense", units=2)]
    found = Emitted(symbp.Network("oracle_net", 4, layers, "mse"))
    values = values_for(found.net, 5)
    reference = torch_gradients(found.net, values, found.module.Parameters._fields)
    for gradients in (found.plain(values), found.workspace(values), reference):
        assert np.abs(gradients["b1"]).max() < 1e-15


# The network in use, and weights of PyTorch's own modules.


@pytest.mark.parametrize("shape", [(3,), (3, 4), (3, 2, 3)], ids=str)
def test_prediction_by_running_statistics(shape: Shape) -> None:
    F = pytest.importorskip("torch.nn.functional")
    torch = pytest.importorskip("torch")
    found = Emitted(symbp.Network("oracle_net", {"shape": list(shape)}, [kind("batch_norm", epsilon=0.01), *HEAD]))
    values = values_for(found.net, 4)
    rng = np.random.default_rng(2)
    mean, variance = rng.normal(size=3), rng.uniform(0.5, 2, size=3)
    t = {name: torch.tensor(v) for name, v in {**values, "mean": mean, "variance": variance}.items()}
    normal = F.batch_norm(t["x"], t["mean"], t["variance"], t["gamma1"], t["beta1"], False, 0.0, 0.01)
    expected = normal.flatten(1) @ t["W2"].T + t["b2"]
    yhat = found.predict(values, state=found.module.State(mean, variance))
    assert errors({"yhat": yhat}, {"yhat": expected.numpy()})["yhat"] < TOLERANCE


@pytest.mark.parametrize(("shape", "momentum"), [((3,), 0.1), ((3, 2, 3), 0.25), ((3, 4), 1)], ids=str)
def test_running_statistics_after_two_batches(shape: Shape, momentum: float) -> None:
    """PyTorch's variance is the unbiased one: M/(M - 1) times the biased one of each batch."""
    torch = pytest.importorskip("torch")
    F = pytest.importorskip("torch.nn.functional")
    found = Emitted(symbp.Network("oracle_net", {"shape": list(shape)}, [kind("batch_norm", momentum=momentum), *HEAD]))
    state = found.module.init_state(np.float64)
    workspace_state = found.module.init_state(np.float64)
    mean, variance = torch.zeros(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
    biased = np.ones(3)
    step = found.module.Workspace(5, np.float64)
    for batch in (5, 4):
        values = values_for(found.net, batch, seed=batch)
        p = found.module.Parameters(*(values[name] for name in found.module.Parameters._fields))
        found.plain_module.loss_and_grad(p, values["x"], values["y"], state=state)
        step.loss_and_grad(p, values["x"], values["y"], state=workspace_state)
        before = variance.numpy().copy()
        F.batch_norm(torch.tensor(values["x"]), mean, variance, None, None, True, momentum)
        count = batch * int(np.prod(shape[1:]))
        of_batch = (variance.numpy() - (1 - momentum) * before) * (count - 1) / count
        biased = (1 - momentum) * biased + of_batch
    for mine in (state, workspace_state):
        worst = errors(mine._asdict(), {"mean1": mean.numpy(), "variance1": biased})
        assert max(worst.values()) < TOLERANCE, worst


def torch_modules() -> dict[str, tuple[Callable[[Any], list[Any]], list[Table], Shape]]:
    """PyTorch's modules in a row, symbp's layers that are the same, and the shape of a sample."""
    return {
        "convolutions": (
            lambda nn: [nn.Conv2d(4, 6, 3, 2, 1, groups=2), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(3, 2, 1),
                        nn.ConvTranspose2d(6, 4, 3, 2, 1, 1, groups=2), nn.GroupNorm(2, 4), nn.Tanh(),
                        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(16, 3)],
            [kind("conv2d", filters=6, kernel=3, stride=2, padding=1, groups=2), kind("batch_norm", activation="relu"),
             kind("max_pool2d", kernel=3, stride=2, padding=1),
             kind("conv_transpose2d", filters=4, kernel=3, stride=2, padding=1, output_padding=1, groups=2),
             kind("group_norm", groups=2, activation="tanh"), kind("avg_pool2d", kernel=2), kind("flatten"),
             kind("dense", units=3)],
            (4, 8, 8),
        ),
        "sequences": (
            lambda nn: [nn.Conv1d(2, 4, 3, dilation=2), nn.LayerNorm([4, 5]), nn.GELU(), nn.ConvTranspose1d(4, 2, 2, 2),
                        nn.RMSNorm([10]), nn.Flatten(), nn.Linear(20, 2)],
            [kind("conv1d", filters=4, kernel=3, dilation=2), kind("layer_norm", activation="gelu"),
             kind("conv_transpose1d", filters=2, kernel=2, stride=2), kind("rms_norm", axes=1, epsilon=2.0**-52),
             kind("flatten"), kind("dense", units=2)],
            (2, 9),
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", torch_modules())
def test_weights_of_pytorch_modules_as_they_are(name: str) -> None:
    """``Parameters`` of a module's own parameters, in their order: the same loss, gradients and prediction."""
    torch = pytest.importorskip("torch")
    of_torch, layers, shape = torch_modules()[name]
    torch.manual_seed(3)
    model = torch.nn.Sequential(*of_torch(torch.nn)).double()
    found = Emitted(symbp.Network("oracle_net", {"shape": list(shape)}, layers, "mse", input_gradient=True))
    x = torch.randn(3, *shape, dtype=torch.float64, requires_grad=True)
    yhat = model(x)
    y = torch.randn(yhat.shape, dtype=torch.float64)
    L = torch.nn.functional.mse_loss(yhat, y)
    L.backward()
    p = found.module.Parameters(*(w.detach().numpy() for w in model.parameters()))
    gradients = dict(zip(p._fields, (w.grad.numpy() for w in model.parameters()), strict=True))
    reference = {"L": L.detach().numpy(), "x": x.grad.numpy(), **gradients}
    values = {"x": x.detach().numpy(), "y": y.numpy(), **p._asdict()}
    for call in (found.plain, found.workspace):
        worst = errors(call(values), reference)
        # the bias before batch normalisation has no gradient: what is left of it is rounding
        worst = {k: v for k, v in worst.items() if np.abs(reference[k]).max() > 1e-15}
        assert max(worst.values()) < TOLERANCE, worst
    model.eval()
    keywords = {}
    if hasattr(found.module, "State"):
        norm = model[1]
        keywords["state"] = found.module.State(norm.running_mean.numpy(), norm.running_var.numpy())
    expected = model(x).detach().numpy()
    assert errors({"yhat": found.predict(values, **keywords)}, {"yhat": expected})["yhat"] < TOLERANCE
