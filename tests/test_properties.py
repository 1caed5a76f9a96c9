"""What holds for every dense network: random ones, drawn by Hypothesis, through derivation, code, check and notes."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from networks import SUITABLE, assert_close

from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation, derive
from symbp.layers import ACTIVATIONS, Dense
from symbp.network import Network
from symbp.network.losses import LOSSES
from symbp.network.targets import TARGETS
from symbp.notes import notes
from symbp.printing.html import html_source
from symbp.printing.tex import tex_source
from symbp.printing.typst import typst_source
from symbp.reference import evaluate
from symbp.rewrite import REWRITES
from symbp.verify import check_derivation
from symbp.verify.perturb import complex_step
from symbp.wellformed import check

# A failing network is small enough to be read; making it smaller would take minutes.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
FEW = settings(phases=PHASES, max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MORE = settings(FEW, max_examples=16)
SYMBOLS = {"W1": r"\Theta", "b1": r"\beta", "x": "u", "yhat": r"\tilde{p}", "L": r"\mathcal{E}", "z1": "q^{(1)}"}
QUICK = {"name": "quick", "expression": "z/(1 + exp(-1.702*z))"}

numbers = st.integers(-99, 99).filter(bool).map(lambda k: k / 100)  # no zeros: a kink at 0 has measure 0


def rows(element: st.SearchStrategy[Any], *shape: int) -> st.SearchStrategy[Any]:
    if not shape:
        return element
    return st.lists(rows(element, *shape[1:]), min_size=shape[0], max_size=shape[0])


def one_hot(outputs: int) -> st.SearchStrategy[list[int]]:
    return st.integers(0, outputs - 1).map(lambda k: [int(j == k) for j in range(outputs)])


def targets(loss: str, samples: int, outputs: int) -> st.SearchStrategy[Any]:
    """Targets that suit a loss."""
    kind = next(name for name, target in TARGETS.items() if target is LOSSES[loss].target)
    element = {
        "any": numbers,
        "label": st.integers(0, outputs - 1),
        "sign": st.sampled_from([-1, 1]),
        "probability": st.sampled_from([0, 1, 0.25]),
        "count": st.integers(0, 5),
    }
    if kind == "distribution":
        return rows(one_hot(outputs), samples)
    return rows(element[kind], samples, *(() if kind == "label" else (outputs,)))


@st.composite
def layers_of(draw: st.DrawFn, loss: str, sizes: list[int]) -> list[Dense]:
    """Dense layers of given sizes; some frozen, some without bias, one that shares where the sizes allow."""
    layers: list[Dense] = []
    for position, (fan, units) in enumerate(zip(sizes, sizes[1:], strict=False)):
        last = position == len(sizes) - 2
        activation = draw(st.sampled_from([*sorted(ACTIVATIONS), "quick"]))
        activation = SUITABLE.get(loss, activation) if last else activation
        before = layers[-1] if layers else None
        sharing = before is not None and (fan, units) == (sizes[position - 1], before.units) and draw(st.booleans())
        layers.append(
            Dense(
                units,
                QUICK if activation == "quick" else activation,
                bias=before.bias if sharing and before else draw(st.booleans()),
                frozen=before.frozen if sharing and before else position > 0 and draw(st.integers(0, 4)) == 0,
                share=(before.share or before.name) if sharing and before else None,
                name=f"layer{position}",
            )
        )
    return layers


@st.composite
def networks(draw: st.DrawFn, with_example: bool = True) -> Network:
    """Depth 1-5, widths 1-6, batch 1-3, every activation and loss, penalties, numbering, symbols."""
    loss = draw(st.sampled_from(sorted(LOSSES)))
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=6))
    samples = draw(st.integers(1, 3))
    example = {
        "x": draw(rows(numbers, samples, sizes[0])),
        "y": draw(targets(loss, samples, sizes[-1])),
        "learning_rate": 0.1,
        "steps": draw(st.sampled_from([1, 3])),
        "digits": draw(st.integers(2, 7)),
    }
    names = ["x", "yhat", "L", *(["z1"] if len(sizes) > 2 else []), "W1"]
    chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=3))
    return Network(
        "drawn",
        sizes[0],
        draw(layers_of(loss, sizes)),
        loss,
        regularization=draw(st.sampled_from([{}, {"l2": 0.1}, {"l1": 0.01}, {"l1": 0.2, "l2": 0.3}])),
        notation={
            "numbering": draw(st.sampled_from(["layers", "neurons"])),
            "symbols": {name: SYMBOLS[name] for name in chosen},
        },
        example=example if with_example else None,
        input_gradient=draw(st.booleans()),
    )


def values_of(d: NetworkDerivation) -> dict[str, Any]:
    return {name: np.array(value) for name, value in d.given.items()}


@MORE
@given(networks(), st.sampled_from(["", *REWRITES]))
def test_gradients_are_the_slopes_of_the_loss(network: Network, without: str) -> None:
    """With all rewrites, and with any one of them switched off."""
    d = derive(network, without=[without] if without else [])
    check(d.result)
    values = values_of(d)
    found = evaluate(d.result, values, d.sizes)
    for name, slope in complex_step(d.start, values, d.sizes, d.wrt).items():
        assert_close(found[adjoint_name(name)], slope, 1e-9)


@MORE
@given(networks())
def test_steps_lead_from_the_chain_rule_to_the_result(network: Network) -> None:
    """Each step takes up what the chain rule or an earlier step has left, and nothing else is in the result.

    Two rewrites rename or rescale what other equations read: they are left out here.
    """
    d = derive(network, without=["identity", "softmax shift"])
    known = {str(e) for e in d.chain_result.equations()}
    for step in d.steps:
        assert {str(e) for e in step.before} <= known
        known |= {str(e) for e in (*step.after, *step.new)}
    assert {str(e) for e in d.result.equations()} <= known


@pytest.mark.slow
@FEW
@given(networks())
def test_notes_are_written(network: Network) -> None:
    """Every line is evaluated on the way: none fails, and each format prints."""
    d = derive(network)
    document = notes(d)
    event(f"{len(network.layers)} layers")
    tex, page, typ = tex_source(document), html_source(document), typst_source(document)
    assert r"\begin{document}" in tex and page.count("<math") == page.count("</math>") and typ
    labelled = [n for display in document.displays() for n in display.numbers if n]
    assert len(labelled) == len(set(labelled))
    assert set(re.findall(r'href="#(eq-[^"]*)"', page)) <= set(re.findall(r'id="(eq-[^"]*)"', page))


@pytest.mark.slow
@FEW
@given(networks(with_example=False))
def test_notes_without_an_example(network: Network) -> None:
    document = notes(derive(network))
    assert tex_source(document) and "gradients" in [s.key for s in document.sections]


@FEW
@given(networks())
def test_the_check_of_derivation_and_module_passes(network: Network) -> None:
    report = check_derivation(derive(network))
    assert report.passed, report.table()


@FEW
@given(networks(), networks())
def test_a_derivation_depends_on_its_network_alone(first: Network, second: Network) -> None:
    """SymPy remembers what it has computed; another network in between changes nothing."""
    before = str(derive(first).result)
    derive(second)
    assert str(derive(first).result) == before
