"""Sequences in networks of layers: what each layer and each loss does at every step, for any number of steps."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from emitted import Arrays, Emitted, errors, values_for

from symbp.command.show import network_record, network_text
from symbp.derive import derive
from symbp.errors import Fault
from symbp.layers import Attention, Concatenate, Dense, Embedding, LayerNorm, RMSNorm
from symbp.layers.fragment import TIME, is_sequence, steps
from symbp.network import Network
from symbp.network.losses import LOSSES
from symbp.network.small import smaller
from symbp.notes import notes
from symbp.printing.tex import tex_source
from symbp.reference import evaluate
from symbp.verify import check_derivation
from symbp.verify.perturb import complex_step

LAST = {"binary_cross_entropy": "sigmoid", "kl_divergence": "softmax", "poisson": "identity"}
RESIDUAL: list[dict[str, Any]] = [
    {"kind": "dense", "units": 4, "activation": "tanh", "name": "a"},
    {"kind": "layer_norm", "name": "b"},
    {"kind": "add", "input": ["a", "b"], "name": "c"},
    {"kind": "concatenate", "input": ["a", "c"]},
    {"kind": "rms_norm", "activation": "softmax"},
    {"kind": "dropout", "rate": 0.5},
]
SIZES = [(2, 3), (1, 1), (1, 4), (3, 1)]  # samples and steps


def network(loss: str, first: int | str = "T", units: int = 3) -> Network:
    last = {"kind": "dense", "units": units, "activation": LAST.get(loss, "identity")}
    return Network("steps", {"shape": [first, 3]}, [*RESIDUAL, last], loss, input_gradient=True)


@cache
def emitted(loss: str, units: int = 3) -> Emitted:
    return Emitted(network(loss, units=units))


def by_complex_step(found: Emitted, values: Mapping[str, Any]) -> Arrays:
    program = found.net.program()
    sizes = dict(zip("NT", values["x"].shape, strict=False))
    gradients = complex_step(program, values, sizes, found.derivation.wrt)
    return {"L": evaluate(program, values, sizes)["L"], **gradients}


def equations(net: Network, *names: str) -> list[str]:
    return [str(e) for name in names for e in net.program().defining(name)]


def test_every_layer_is_stated_for_each_step() -> None:
    net = network("cross_entropy")
    assert equations(net, "z1", "mu2", "xhat2", "a3", "a4", "s5") == [
        "z1[n,t,i] = sum[j](W1[i,j]*x[n,t,j])",
        "z1[n,t,i] += b1[i]",
        "mu2[n,t] = sum[i](a1[n,t,i]/4)",
        "xhat2[n,t,i] = d2[n,t,i]/s2[n,t]",
        "a3[n,t,i] = a1[n,t,i] + a2[n,t,i]",
        "a4[n,t,i] = a1[n,t,i]",
        "a4[n,t,i+4] = a3[n,t,i]",
        "s5[n,t] = sqrt(v5[n,t] + 1/100000)",
    ]
    assert {str(net.program().tensor[name]) for name in ("gamma2", "gamma3", "mask6")} == {
        "gamma2[4]",
        "gamma3[8]",
        "mask6[N,T,8]",
    }


def test_losses_are_means_over_samples_and_steps() -> None:
    assert equations(network("mse"), "L") == ["L = sum[n,t,k]((-y[n,t,k] + yhat[n,t,k])**2/(3*N*T))"]
    assert equations(network("squared_error"), "L") == ["L = sum[n,t,k]((-y[n,t,k] + yhat[n,t,k])**2/(N*T))"]
    assert equations(network("cross_entropy"), "s", "L") == [
        "s[n,t] = sum[k](e[n,t,k])",
        "L = sum[n,t,k](-y[n,t,k]*log(prob[n,t,k])/(N*T))",
    ]
    assert equations(network("sparse_cross_entropy"), "L") == ["L = sum[n,t](-log(prob[n,t,y[n,t]])/(N*T))"]
    assert equations(network("multiclass_hinge"), "L") == [
        "L = sum[n,t,k](relu(yhat[n,t,k] - yhat[n,t,y[n,t]] + 1)/(N*T)) where k-y[n,t] != 0"
    ]
    assert equations(network("mse", 5), "L") == ["L = sum[n,t,k]((-y[n,t,k] + yhat[n,t,k])**2/(15*N))"]


@pytest.mark.parametrize("loss", [name for name in LOSSES if name != "mae"])
def test_every_loss_at_every_step_by_complex_step(loss: str) -> None:
    found = emitted(loss)
    for samples, count in SIZES[:2]:
        values = values_for(found.net, samples, length=count)
        reference = by_complex_step(found, values)
        assert max(errors(found.plain(values), reference).values()) < 1e-11
        assert max(errors(found.workspace(values), reference).values()) < 1e-11


@pytest.mark.parametrize(("samples", "count"), SIZES)
def test_one_unit_and_any_number_of_samples_and_steps(samples: int, count: int) -> None:
    found = emitted("mse", units=1)
    values = values_for(found.net, samples, length=count)
    reference = by_complex_step(found, values)
    assert max(errors(found.plain(values), reference).values()) < 1e-11
    assert max(errors(found.workspace(values), reference).values()) < 1e-11


@pytest.mark.parametrize("loss", ["mse", "sparse_cross_entropy", "cross_entropy"])
def test_a_number_of_steps_that_is_known_gives_the_same(loss: str) -> None:
    known, found = Emitted(network(loss, 3)), emitted(loss)
    values = values_for(found.net, 2, length=3)
    assert max(errors(known.plain(values), found.plain(values)).values()) < 1e-13
    assert max(errors(known.workspace(values), found.plain(values)).values()) < 1e-13


def test_the_check_runs_several_numbers_of_steps() -> None:
    report = check_derivation(emitted("cross_entropy").derivation)
    assert report.passed, report.table()
    assert any("T = 1" in row.how and row.what == "module: Workspace" for row in report.rows)


def test_what_a_sequence_is() -> None:
    """A layer that reads steps and features tells; of images, layers read channels first."""
    assert is_sequence((TIME, 3)) and is_sequence((steps(5), 3)) and not is_sequence((5, 3))
    assert LayerNorm().normal_shape((steps(5), 3)) == (3,) and LayerNorm().normal_shape((5, 3)) == (5, 3)
    assert LayerNorm(axes=2).normal_shape((steps(5), 3)) == (5, 3)
    assert Concatenate().along([(steps(5), 3)]) == 2 and Concatenate().along([(5, 3)]) == 1
    dense = Network("net", {"shape": [5, 3]}, [LayerNorm(), Dense(2)], "mse")
    assert [str(t) for t in dense.parameters] == ["gamma1[3]", "beta1[3]", "W2[2,3]", "b2[2]"]
    flat: list[Any] = [RMSNorm(), {"kind": "flatten"}, Dense(2)]
    assert str(Network("net", {"shape": [5, 3]}, flat, "mse").parameters[0]) == "gamma1[5,3]"
    conv: list[Any] = [{"kind": "conv1d", "filters": 2, "kernel": 2, "name": "c"}, LayerNorm()]
    assert str(Network("net", {"shape": [5, 3]}, conv, "mse").parameters[2]) == "gamma2[2,2]"


def test_the_smaller_network_keeps_its_steps() -> None:
    wide = [Dense(64, "tanh"), Dense(32, "tanh"), LayerNorm(), Dense(16)]
    for first, small in (("T", TIME), (50, 2)):
        found = smaller(Network("net", {"shape": [first, 32]}, wide, "mse"))
        assert found is not None
        assert [shape[0] for shape in found.shapes] == [small] * 5
        widths = [shape[1] for shape in found.shapes]
        assert widths[0] == widths[2] and len(set(widths)) == 3  # equal sizes stay equal


def test_show_has_the_steps() -> None:
    net = Network("net", {"shape": ["T", 3]}, [Dense(2)], "mse")
    assert network_record(net)["input"] == ["T", 3] and network_record(net)["layers"][0]["output"] == ["T", 2]
    assert "(N, T, 3)" in network_text(network_record(net))


# The example


def with_example(loss: str, x: Any, y: Any) -> Network:
    return Network("net", {"shape": ["T", 2]}, [Dense(3)], loss, example={"x": x, "y": y})


def test_one_sequence_or_several_of_one_length() -> None:
    one, two = [[1, 2], [3, 4]], [[[1, 2]], [[3, 4]]]
    assert with_example("sparse_cross_entropy", one, [0, 2]).sizes == {"N": 1, "T": 2}
    assert with_example("sparse_cross_entropy", one, [[0, 2]]).given["y"] == ((0, 2),)
    assert with_example("sparse_cross_entropy", two, [[0], [2]]).sizes == {"N": 2, "T": 1}
    third = [0.3333333, 0.3333333, 0.3333333]
    found = with_example("cross_entropy", one, [third, [0, 0, 1]]).given["y"]
    assert np.asarray(found).shape == (1, 2, 3) and np.asarray(found).sum(axis=-1) == pytest.approx(1, abs=1e-15)


FAULTS: list[tuple[str, Any, Any, str]] = [
    (
        "mse",
        [[1, 2, 3]],
        [[1, 2, 3]],
        "example.x: has the shape [1, 3], but the input has [T, 2]\n"
        "  Give one sample of Tx2 numbers, or a list of such samples, all of the same length.",
    ),
    (
        "mse",
        [[[1, 2]], [[1, 2], [3, 4]]],
        [[[1, 2, 3]], [[1, 2, 3]]],
        "example.x[1]: has the shape [2, 2], but the one at [0] before it has [1, 2]",
    ),
    (
        "mse",
        [[1, 2], [3, 4]],
        [[1, 2, 3]],
        "example.y: has the shape [1, 3], but the samples and the network's outputs need the shape [2, 3]\n"
        "  Give 2x3 numbers for each sample.",
    ),
    (
        "sparse_cross_entropy",
        [[1, 2], [3, 4]],
        2,
        "example.y: has a single number, but the samples and the network's outputs need the shape [2]\n"
        "  Give one whole number for each step of each sample.",
    ),
    (
        "sparse_cross_entropy",
        [[1, 2], [3, 4]],
        [0, 3],
        "example.y[1]: the label 3 is not among 0 to 2: the network has 3 outputs",
    ),
    (
        "cross_entropy",
        [[1, 2], [3, 4]],
        [[0, 1, 0], [0.5, 0.1, 0.1]],
        "example.y[1]: the row sums to 0.7; the targets of a sample sum to 1",
    ),
]


@pytest.mark.parametrize(("loss", "x", "y", "message"), FAULTS)
def test_examples_that_do_not_fit(loss: str, x: Any, y: Any, message: str) -> None:
    with pytest.raises(Fault) as caught:
        with_example(loss, x, y)
    assert str(caught.value) == message


LAYERS: list[tuple[list[Any], str]] = [
    (
        [{"kind": "layer_norm", "axes": 2}, Dense(2)],
        "layers[0].axes: the parameters would have the run-time length of the input Tx2\n"
        "  Write axes = 1 to normalise the features at each step.",
    ),
    (
        [Dense(2, name="a"), Dense(3, name="b"), {"kind": "concatenate", "input": ["a", "b"], "axis": 1}],
        "layers[2].axis: the inputs Tx2 and Tx3 have a run-time length along axis 1, and so the sum of their lengths; "
        "layers[0] dense: input Tx2, units 2 gives Tx2; layers[1] dense: input Tx2, units 3 gives Tx3\n"
        "  Leave axis out: the features stand one after the other.",
    ),
    (
        [Dense(2), {"kind": "conv1d", "filters": 2, "kernel": 1}],
        "layers[1]: conv1d needs to know all sizes beforehand, but the input is Tx2; "
        "layers[0] dense: input Tx2, units 2 gives Tx2\n"
        "  Write a whole number for T, or let a recurrent layer give its last step alone.",
    ),
    (
        [{"kind": "equations", "output": "h", "indices": {"t": "T", "i": 2}, "lines": "h[n,t] = sum[i](x[n,t,i])"}]
        + [Dense(2)],
        "layers[1]: dense reads vectors, or sequences of them, but the steps of the input T hold single numbers; "
        "layers[0] equations: input Tx2, output h gives T\n"
        "  Give them an axis of their own, such as [n,t,i] with an i of 1.",
    ),
    (
        [{"kind": "equations", "output": "h", "indices": {"t": "K", "i": 2}, "lines": "h[n,i] = sum[t](x[n,t,i])"}],
        'layers[0].indices.t: "K" is no length that a layer knows: at run time it knows N, the batch, and T, the steps '
        "of its input\n  Write a whole number.",
    ),
    (
        [{"kind": "equations", "output": "h", "indices": {"t": "T", "i": 2}, "lines": "h[n,i,t] = x[n,t,i]"}],
        "layers[0].output: h has the shape [N, 2, T]; what a layer gives has the batch first, then 1 to 4 axes\n"
        "  Such as h[n,i].",
    ),
]


@pytest.mark.parametrize(("layers", "message"), LAYERS)
def test_layers_that_do_not_fit_a_sequence(layers: list[Any], message: str) -> None:
    with pytest.raises(Fault) as caught:
        Network("net", {"shape": ["T", 2]}, layers, "mse")
    assert str(caught.value) == message


def test_equations_of_a_layer_may_run_over_the_steps() -> None:
    """A running mean, then what it leaves of the sequence at each step, and its mean over all steps."""
    lines = "h[n,0,i] = 0\nh[n,t+1,i] = h[n,t,i] + x[n,t,i]\nr[n,t,i] = u[i]*h[n,t+1,i]"
    layers: list[Any] = [
        {
            "kind": "equations",
            "output": "r",
            "indices": {"t": "T", "i": 2},
            "tensors": {"u": {"indices": "i", "role": "parameter"}},
            "lines": lines,
        },
        LayerNorm(),
        {"kind": "equations", "output": "m", "indices": {"t": "T", "i": 2}, "lines": "m[n,i] = mean[t](x[n,t,i])"},
        Dense(2),
    ]
    found = Emitted(Network("net", {"shape": ["T", 2]}, layers, "mse", input_gradient=True))
    assert list(found.net.shapes) == [(TIME, 2), (TIME, 2), (TIME, 2), (2,), (2,)]
    for samples, count in SIZES:
        values = values_for(found.net, samples, length=count)
        reference = by_complex_step(found, values)
        assert max(errors(found.plain(values), reference).values()) < 1e-11
        assert max(errors(found.workspace(values), reference).values()) < 1e-11


# The module


def test_features_side_by_side_in_one_vector() -> None:
    """What two layers give is put at once where the vector has it."""
    layers: list[Any] = [
        Dense(2, name="a", input="x"),
        Dense(1, name="b", input="x"),
        Concatenate(input=["a", "b"]),
        {"kind": "flatten"},
        Dense(2),
    ]
    found = Emitted(Network("net", {"shape": [3, 2]}, layers, "mse"))
    values = values_for(found.net, 2)  # type: ignore[arg-type]
    reference = by_complex_step(found, values)
    assert max(errors(found.plain(values), reference).values()) < 1e-11
    assert max(errors(found.workspace(values), reference).values()) < 1e-11


X, Y = np.zeros((2, 3, 3)), np.full((2, 3, 3), 1 / 3)
WRONG: list[tuple[Any, Any, str]] = [
    (X[:, :0], Y[:, :0], "X has shape (2, 0, 3), needs at least one step"),
    (X[:0], Y[:0], "X has shape (0, 3, 3), needs at least one sample"),
    (X[0], Y, "X has shape (3, 3), one sample without a batch axis; needs (N, T, 3): X[None] is a batch of one"),
    (X[:, :, :2], Y, "X has shape (2, 3, 2), needs (2, 3, 3)"),
    (X, Y[:, :2], "Y has shape (2, 2, 3), needs (2, 3, 3)"),
    (X, Y[:, 0], "Y has shape (2, 3), needs (2, 3, 3)"),
    (X, np.full((2, 3, 3), 0.5), "Y[0, 0] sums to 1.5, needs to sum to 1"),
]


@pytest.mark.parametrize(("x", "y", "message"), WRONG)
def test_messages_of_wrong_arguments(x: Any, y: Any, message: str) -> None:
    module, plain = emitted("cross_entropy").module, emitted("cross_entropy").plain_module
    p, step = module.init(dtype=np.float64), module.Workspace(2, 3, np.float64)
    for call in (module.loss, module.loss_and_grad, plain.loss_and_grad, step.loss_and_grad):
        with pytest.raises(ValueError) as caught:
            call(p, x, y, rng=0)
        assert str(caught.value) == message


def test_messages_of_a_workspace() -> None:
    module = emitted("cross_entropy").module
    for count in (0, -1, 2.0):
        with pytest.raises(ValueError) as caught:
            module.Workspace(2, count)
        assert str(caught.value) == f"T is {count!r}, needs a whole number from 1 on"
    with pytest.raises(ValueError) as caught:
        module.Workspace(2, 2, np.float64).loss_and_grad(module.init(dtype=np.float64), X, Y, rng=0)
    assert str(caught.value) == "T is 3, this workspace was made for at most 2"
    masks = module.draw_masks(2, 2, 0, np.float64)
    with pytest.raises(ValueError) as caught:
        module.loss(module.init(dtype=np.float64), X, Y, masks=masks)
    assert str(caught.value) == "masks.mask6 has shape (2, 2, 8), needs (2, 3, 8)"


def test_masks_of_sequences_of_different_lengths() -> None:
    module, plain = emitted("mse").module, emitted("mse").plain_module
    p, step = module.init(dtype=np.float64), module.Workspace(3, 4, np.float64)
    for samples, count in [(3, 4), (2, 1), (1, 4), (3, 2)]:
        x, y = np.ones((samples, count, 3)), np.zeros((samples, count, 3))
        masks = module.draw_masks(samples, count, 7, np.float64)
        expected = plain.loss_and_grad(p, x, y, masks=masks)[0]
        for call in (plain.loss_and_grad, module.loss_and_grad, step.loss_and_grad):
            assert call(p, x, y, rng=7)[0] == pytest.approx(expected, rel=1e-14)


def test_the_adjoint_of_a_recurrence_of_one_step_is_whole() -> None:
    """Nothing reads dL/dh of the row before the one step, but dL/dh is there for every row."""
    layers: list[Any] = [{"kind": "rnn", "units": 2, "returns": "sequence"}, Dense(1)]
    found = derive(Network("net", {"shape": [1, 2]}, layers, "mse"))
    assert [str(e) for e in found.result.defining("h1_bar")] == [
        "h1_bar[n,t+1,i] = a1_bar[n,t,i]",
        "h1_bar[n,t,k] = sum[i](U1[i,k]*z1_bar[n,t,i])",
    ]
    report = check_derivation(found)
    assert report.passed, report.table()


@pytest.mark.parametrize("width", [32, 36])
def test_the_smaller_network_keeps_its_heads(width: int) -> None:
    """What a head sees is scaled by a root that is, or is no, whole number: so it is in the smaller network."""
    layers = [Embedding(50, width), Attention(heads=4), Dense(50)]
    found = smaller(Network("net", {"shape": ["T"], "dtype": "int"}, layers, "sparse_cross_entropy"))
    assert found is not None
    tokens, units = found.parameters[0].shape
    assert tokens < 50 and units < width and found.parameters[-1].shape == (tokens,)


# The notes


def test_a_large_letter_of_the_batch_is_not_that_of_a_weight() -> None:
    """A named function value is ``u``; of the batch it would be ``U``, the weights of a state."""
    rng = np.random.default_rng(1)
    numbers = {"x": rng.uniform(-1, 1, (2, 2, 1)).round(2).tolist(), "y": [[0.5], [-0.5]]}
    lines = "q[n,i] = x[n,i]*cos(x[n,i]) + x[n,i]"
    stated = {"kind": "equations", "output": "q", "indices": {"i": 1}, "lines": lines}
    layers: list[Any] = [{"kind": "gru", "units": 1}, stated, Dense(1)]
    source = tex_source(notes(derive(Network("net", {"shape": [2, 1]}, layers, "mse", example=numbers))))
    assert "u^{(2)}" in source or "u^{(1)}" in source


def test_numbers_of_attention_over_any_number_of_steps() -> None:
    numbers = {"x": [[0.5, -0.2], [0.1, 0.7]], "y": [[0.5, 0.1], [-0.5, 0.2]]}
    layers: list[Any] = [{"kind": "attention", "causal": True}]
    document = notes(derive(Network("net", {"shape": ["T", 2]}, layers, "mse", example=numbers)))
    assert tex_source(document).count("\\tag") > 5


def test_a_normalisation_beside_a_layer_that_reads_steps_as_channels() -> None:
    """Both lines of its story have one left side, and so one set of indices."""
    rng = np.random.default_rng(1)
    numbers = {"x": rng.uniform(-1, 1, (2, 3, 3)).round(2).tolist(), "y": rng.uniform(-1, 1, (2, 3)).round(2).tolist()}
    layers: list[Any] = [
        Dense(3, name="a"),
        {"kind": "rms_norm", "name": "b"},
        {"kind": "global_avg_pool", "input": "a", "name": "c"},
        {"kind": "global_avg_pool", "input": "b", "name": "d"},
        {"kind": "add", "input": ["c", "d"]},
    ]
    document = notes(derive(Network("net", {"shape": [3, 3]}, layers, "mse", example=numbers)))
    assert "derivative of a normalisation" in tex_source(document)
