"""A right gradient in any equal form, in each of three notations, is never called wrong."""

import re
from functools import cache
from pathlib import Path
from random import Random

import pytest
from rewritings import index_formula, layer_formula, neuron_formula

from symbp import compare, load
from symbp.derive import NetworkDerivation, derive
from symbp.errors import SizeError
from symbp.formulas.tokens import LONGEST
from symbp.spec import loads
from symbp.views.naming import elements

EXAMPLES = Path(__file__).parents[1] / "examples"
NEURONS = ("relay", "classes", "xor", "deep", "rnn", "lstm", "window", "residual", "standard", "rbf", "attention")
LAYERS = ("relay", "classes", "xor", "deep")
INDICES = (
    *("relay", "classes", "xor", "deep", "rnn", "lstm", "attention", "window", "residual", "standard", "rbf"),
    *("transformer", "adding_lstm", "adding_rnn", "heat"),
)
QUICK = {("neuron", n) for n in ("relay", "classes", "xor", "rnn", "residual")}
QUICK |= {("layer", n) for n in ("relay", "classes")} | {("index", n) for n in ("relay", "rnn", "attention", "heat")}
FEW = 2
MANY = {"neuron": 20, "layer": 60, "index": 15}


@cache
def derivation(name: str) -> NetworkDerivation:
    return derive(load(EXAMPLES / f"{name}.toml"))


def neurons(d: NetworkDerivation, rng: Random) -> tuple[str, str]:
    tensor = d.start.tensor[rng.choice(d.wrt)]
    element = rng.choice(elements(tensor, d.sizes))
    return d.naming.plain(element), neuron_formula(d, element, rng)


def indices(d: NetworkDerivation, rng: Random) -> tuple[str, str]:
    return index_formula(d, rng.choice(d.wrt), rng)


KINDS = {"neuron": (neurons, NEURONS), "layer": (layer_formula, LAYERS), "index": (indices, INDICES)}


def check(kind: str, name: str, seeds: range, of: NetworkDerivation | None = None) -> int:
    """Compare rewritings of seeds; how many there were."""
    make, d, done = KINDS[kind][0], of or derivation(name), 0
    for seed in seeds:
        try:
            wrt, text = make(d, Random(f"{kind} {name} {seed}"))
        except SizeError:  # no single line says it, as with the parts of gates that are written one by one
            continue
        if len(text) > LONGEST:
            continue
        found = compare(d, wrt, text)
        assert found.equal, f"{name} {wrt}: {text}\n{found.text()}"
        done += 1
    return done


CASES = [(kind, name) for kind, (_, names) in KINDS.items() for name in names]


@pytest.mark.parametrize(("kind", "name"), sorted(QUICK))
def test_a_right_gradient_in_another_form_is_equal(kind: str, name: str) -> None:
    assert check(kind, name, range(FEW)) > 0


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), CASES)
def test_many_forms_of_a_right_gradient_are_equal(kind: str, name: str) -> None:
    seeds = range(MANY[kind])
    assert check(kind, name, seeds) >= len(seeds) // 3


SPECS = [
    (f"{path.name} {number}", text)
    for path in sorted((EXAMPLES.parent / "docs").glob("*.md"))
    for number, text in enumerate(re.findall(r"^```toml\n(name = .*?)^```", path.read_text(), re.DOTALL | re.MULTILINE))
]


@pytest.mark.slow
@pytest.mark.parametrize(("place", "text"), SPECS, ids=[place for place, _ in SPECS])
def test_forms_of_gradients_of_the_networks_of_the_documents_are_equal(place: str, text: str) -> None:
    d = derive(loads(text, place))
    assert check("index", place, range(6), d) > 0
    assert d.network.example is None or check("neuron", place, range(6), d) > 0
