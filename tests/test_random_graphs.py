"""Random acyclic networks of layers of all kinds: the module's gradients against methods that know no layer.

With PyTorch two hundred of them; without it, by complex steps through the reference loops, some.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from emitted import Arrays, Emitted, errors, lively_values
from frameworks import torch_gradients
from graphs import MERGING, UNARY, batch_of, random_graph
from heavy import every_third

from symbp.derive import derive
from symbp.notes import notes
from symbp.printing.tex import tex_source
from symbp.reference import evaluate
from symbp.verify import check_derivation
from symbp.verify.check import target_makers
from symbp.verify.draw import draws
from symbp.verify.perturb import complex_step

OF_PYTORCH = range(200)
OF_COMPLEX_STEP, CHECKED = range(206, 231), range(231, 237)
ORACLE_TOLERANCE, TOLERANCE = 1e-10, 1e-11
CANCELS = 1e-13  # beside the largest gradient of a network, one this small is a sum that cancels to zero


@cache
def graph(seed: int) -> tuple[Emitted, Arrays]:
    found = Emitted(random_graph(seed))
    return found, lively_values(found, batch_of(found.net, seed), seed)


def assert_agree(found: Arrays, reference: Arrays, tolerance: float) -> None:
    """Each gradient; one that cancels to zero, as of a bias before a normalisation, beside the largest."""
    largest = max(float(np.abs(v).max()) for v in reference.values())
    zero = {name for name, v in reference.items() if np.abs(v).max() <= CANCELS * largest}
    for name in zero:
        assert np.abs(found[name]).max() <= 10 * CANCELS * largest, name
    worst = {name: error for name, error in errors(found, reference).items() if name not in zero}
    assert max(worst.values()) < tolerance, worst


@pytest.mark.oracles
@pytest.mark.parametrize("seed", OF_PYTORCH)
def test_gradients_as_in_pytorch(seed: int) -> None:
    found, values = graph(seed)
    reference = torch_gradients(found.net, values, found.module.Parameters._fields)
    if not found.net.input_gradient:
        del reference["x"]
    assert_agree(found.plain(values), reference, ORACLE_TOLERANCE)
    assert_agree(found.workspace(values), reference, ORACLE_TOLERANCE)


def by_complex_step(found: Emitted, values: Arrays) -> Arrays:
    """``L``, and its derivative by every parameter and by the input; frozen ones do not move."""
    program, wrt = found.net.program(), found.derivation.wrt
    sizes = found.sizes(values)
    gradients = complex_step(program, values, sizes, wrt)
    frozen = {t.name: np.zeros(t.shape) for t in program.of_role("parameter") if t.name not in wrt}
    return {"L": evaluate(program, values, sizes)["L"], **gradients, **frozen}


@pytest.mark.slow
@pytest.mark.parametrize("seed", OF_COMPLEX_STEP)
def test_gradients_by_complex_step(seed: int) -> None:
    found, values = graph(seed)
    reference = by_complex_step(found, values)
    assert_agree(found.plain(values), reference, TOLERANCE)
    assert_agree(found.workspace(values), reference, TOLERANCE)


@pytest.mark.slow
@pytest.mark.parametrize("seed", CHECKED)
def test_the_check_of_a_derivation_passes(seed: int) -> None:
    report = check_derivation(graph(seed)[0].derivation)
    assert report.passed, report.table()


@pytest.mark.parametrize("seeds", [OF_PYTORCH, OF_COMPLEX_STEP], ids=["pytorch", "complex step"])
def test_every_kind_of_layer_is_in_some_graph(seeds: Sequence[int]) -> None:
    nets = [random_graph(seed) for seed in seeds]
    assert {layer.kind for net in nets for layer in net.layers} == {*UNARY, *MERGING}
    assert max(len(net.layers) for net in nets) == 12
    assert any(layer.shared for net in nets for layer in net.layers)
    assert any(net.sources != tuple((k,) for k in range(len(net.layers))) for net in nets)


@pytest.mark.parametrize("seed", every_third((0, 3, 5, 9, 43, 54, 186, 72, 86, 89, 115, 209, 228)))
def test_notes(seed: int) -> None:
    """Every line of the notes of a graph holds; each of these seeds once had one that did not."""
    document = notes(derive(random_graph(seed)))
    assert tex_source(document).count("\\tag") > 5


@pytest.mark.parametrize("seed", every_third((7, 20, 26, 35, 43, 51, 70, 97, 129)))
def test_notes_in_numbers(seed: int) -> None:
    """The same with values, so that elements are worked one by one."""
    bare = random_graph(seed)
    derivation = derive(bare)
    drawn = next(iter(draws(derivation.start, {"N": 1 + seed % 3}, seed, target_makers(derivation)))).values
    values = {name: value.tolist() for name, value in drawn.items()}
    parameters = {t.name: values.pop(t.name) for t in bare.parameters}
    example = {**values, "learning_rate": 0.1, "parameters": parameters}
    document = notes(derive(replace(bare, example=example)))
    assert tex_source(document).count("\\tag") > 5
