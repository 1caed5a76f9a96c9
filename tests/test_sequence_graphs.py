"""Random networks of sequences: the module's gradients against methods that know no layer.

Recurrent layers, attention and embeddings among all earlier ones, with one step, one sample and one unit among the
sizes. With PyTorch two hundred of them; without it, by complex steps through the reference loops, some.
"""

from functools import cache

import pytest
from emitted import Arrays, Emitted, lively_values
from frameworks import torch_gradients
from graphs import MERGING, UNARY
from sequence_graphs import RECURRENT, random_sequences, sizes_of
from test_random_graphs import ORACLE_TOLERANCE, TOLERANCE, assert_agree, by_complex_step

from symbp.layers import LAYERS
from symbp.network import Network
from symbp.verify import check_derivation

OF_PYTORCH, OF_COMPLEX_STEP, CHECKED = range(200), range(200, 212), (110, 212, 213)


@cache
def graph(seed: int) -> tuple[Emitted, Arrays]:
    net = random_sequences(seed)
    found, (samples, steps) = Emitted(net), sizes_of(net, seed)
    return found, lively_values(found, samples, seed, steps)


@pytest.mark.oracles
@pytest.mark.parametrize("seed", OF_PYTORCH)
def test_gradients_as_in_pytorch(seed: int) -> None:
    found, values = graph(seed)
    reference = torch_gradients(found.net, values, found.module.Parameters._fields)
    if "x" not in found.derivation.wrt:
        del reference["x"]
    assert_agree(found.plain(values), reference, ORACLE_TOLERANCE)
    assert_agree(found.workspace(values), reference, ORACLE_TOLERANCE)


@pytest.mark.parametrize("seed", OF_COMPLEX_STEP)
def test_gradients_by_complex_step(seed: int) -> None:
    found, values = graph(seed)
    reference = by_complex_step(found, values)
    assert_agree(found.plain(values), reference, TOLERANCE)
    assert_agree(found.workspace(values), reference, TOLERANCE)


@pytest.mark.parametrize("seed", CHECKED)
def test_the_check_of_a_derivation_passes(seed: int) -> None:
    report = check_derivation(graph(seed)[0].derivation)
    assert report.passed, report.table()


@cache
def nets(first: int, last: int) -> tuple[Network, ...]:
    return tuple(random_sequences(seed) for seed in range(first, last))


def test_every_kind_of_layer_is_in_some_graph() -> None:
    found = nets(0, 100)
    kinds = {layer.kind for net in found for layer in net.layers}
    of_images = {kind for kind, (ranks, _) in UNARY.items() if ranks == (3,)}
    assert kinds >= {*UNARY, *MERGING, *RECURRENT, "attention", "embedding", "positional_encoding"} - of_images
    assert kinds | of_images == set(LAYERS)
    assert {str(net.input.shape[0]) for net in found} == {"T", "1", "3", "4"}
    assert {1, 2} <= {len(net.shapes[-1]) for net in found}
    sizes = [sizes_of(net, seed) for seed, net in enumerate(found)]
    assert {1} < {samples for samples, _ in sizes} and {1} < {steps for _, steps in sizes}
    assert any(layer.shared for net in found for layer in net.layers)


def test_no_parameter_is_spelled_as_what_another_layer_computes() -> None:
    """Parameters have numbers of their own: two names that are the same but for it could have the same one."""
    programs = [net.program() for net in nets(0, 100)]
    tensors = [t for program in programs for t in program.tensors if "_" not in t.name]  # else of stated equations
    stated = {name for net in nets(0, 100) for layer in net.layers for name in getattr(layer, "tensors", {})}
    learned = {t.name.rstrip("0123456789") for t in tensors if t.role == "parameter"} - stated
    assert {"W", "U", "b", "bh", "bo", "gamma"} <= learned
    assert not learned & {t.name.rstrip("0123456789") for t in tensors if t.role != "parameter"}
