"""The sentences that lead from one equation to the next."""

from __future__ import annotations

import pytest

import symbp
from symbp.derive import derive
from symbp.layers import LAYERS
from symbp.notes import notes
from symbp.notes.leads import BY_KIND, JUDGE, JUDGED, OUTPUT, TOGETHER
from symbp.printing.document import Formula, Paragraph, Section
from symbp.wording import english


def sections(name: str) -> dict[str, Section]:
    return {s.key: s for s in notes(derive(symbp.load(f"examples/{name}.toml"))).sections}


def leads(section: Section) -> list[str]:
    """The paragraphs that stand right before an equation."""
    pairs = zip(section.blocks, section.blocks[1:], strict=False)
    return [str(p.parts[0]) for p, f in pairs if isinstance(p, Paragraph) and isinstance(f, Formula)]


def test_each_equation_of_a_chain_of_layers_is_led_to() -> None:
    found = sections("relay")
    for key in ("forward", "backward"):
        displays = [b for b in found[key].blocks if isinstance(b, Formula)]
        assert len(leads(found[key])) == len(displays)
    told = leads(found["forward"])
    assert told[-2:] == [english(OUTPUT), english(JUDGED)]
    assert leads(found["backward"])[0] == english(JUDGE)


def test_loss_and_activation_that_cancel_are_told_together_once() -> None:
    told = [text for text in leads(sections("classes")["backward"]) if text == english(TOGETHER)]
    assert told == [english(TOGETHER)]


def test_layers_that_are_not_told_are_passed_over_in_words() -> None:
    told = leads(sections("deep")["forward"])
    (after_gap,) = [text for text in told if text.startswith("So it goes on")]
    assert "up to layer 12, whose units take what layer 11 has handed on" in after_gap


@pytest.mark.parametrize("kind", sorted(LAYERS))
def test_each_kind_of_layer_has_a_lead_in_both_directions(kind: str) -> None:
    forward, back = (english(lead(3)) for lead in BY_KIND[kind])
    assert "Layer 3" in forward and "Layer 3" in back and forward != back
