"""The notes of attention: scores, softmax, means of values, and back; every line has been evaluated."""

from functools import cache
from pathlib import Path

import pytest

from symbp.derive import derive
from symbp.layers import Dense, PositionalEncoding
from symbp.mathtree.reading import line_reading
from symbp.network import Network
from symbp.notes import notes
from symbp.printing.document import Document, Paragraph
from symbp.spec import load

EXAMPLES = Path(__file__).parents[1] / "examples"


@cache
def document(name: str) -> Document:
    return notes(derive(load(EXAMPLES / f"{name}.toml")))


@cache
def lines(name: str) -> tuple[str, ...]:
    return tuple(line_reading(line) for display in document(name).displays() for line in display.lines)


@pytest.mark.parametrize(
    "text",
    [
        "q^(1)_htd = z^(1)_{t,2 · h + d − 2}",
        "s^(1)_htu = ∑[d] 1/√(2) · q^(1)_htd · k^(1)_hud",
        "m^(1)_ht = max[u ≤ t] s^(1)_htu",
        "e^(1)_htu = e^(s^(1)_htu − m^(1)_ht) · [u ≤ t]",
        "p^(1)_htu = e^(1)_htu/r^(1)_ht",
        "o^(1)_htd = ∑[u] p^(1)_htu · v^(1)_hud",
        "y\u0302_ti = ∑[j] O^(1)_ij · g^(1)_tj + b\u0303^(1)_i",
        "∂L/∂v^(1)_hud = ∑[t] ∂L/∂o^(1)_htd · p^(1)_htu",
        "μ^(1)_ht = ∑[u] ∂L/∂p^(1)_htu · p^(1)_htu",
        "∂L/∂s^(1)_htu = (∂L/∂p^(1)_htu − μ^(1)_ht) · p^(1)_htu",
        "∂L/∂q^(1)_htd = ∑[u] 1/√(2) · ∂L/∂s^(1)_htu · k^(1)_hud",
        "= (∂L/∂p^(1)_htu − μ^(1)_ht)/r^(1)_ht",
    ],
)
def test_what_a_textbook_says(text: str) -> None:
    assert text in lines("attention"), "\n".join(lines("attention"))


@pytest.mark.parametrize(
    "text",
    [
        "a^(1)_nti = e^(1)_{x_nt,i}",
        "p^(2)_{t,2 · i − 1} = sin((t − 1)/10000^((i − 1)/4))",
        "∂L/∂e^(1)_vi = ∑[n,t:v=x_nt] ∂L/∂a^(1)_nti",
        "Z^(4) = A^(3) · (W^(3))⊤ + 1_T · (b^(3))⊤",
        "∂L/∂γ^(4) = (∂L/∂A^(6) ⊙ X\u0302^(6))⊤ · 1_T",
    ],
)
@pytest.mark.slow
def test_tokens_and_places(text: str) -> None:
    assert text in lines("transformer"), "\n".join(lines("transformer"))


def test_what_attention_is_in_words() -> None:
    told = [str(b.parts) for s in document("attention").sections for b in s.blocks if isinstance(b, Paragraph)]
    assert any("Attention lets each step of a sequence look at all others." in text for text in told)
    assert document("attention").subtitle == "Backpropagation in a network of 1 layer with attention"


@pytest.mark.slow
def test_what_a_transformer_is_in_words() -> None:
    assert document("transformer").subtitle.startswith("Backpropagation in a network of 11 layers with embedding, att")


@pytest.mark.parametrize("keys", [{"mask": True}, {"heads": 2, "bias": False}])
def test_other_kinds_have_notes_with_numbers(keys: dict[str, object]) -> None:
    example = {"x": [[1.0, 0.5], [0.2, -0.4]], "y": [[0.0, 1.0], [1.0, 0.0]]}
    example |= {"mask": [1, 0]} if "mask" in keys else {}
    net = Network("seen", {"shape": [2, 2]}, [{"kind": "attention", **keys}], "mse", example=example)
    assert len(list(notes(derive(net)).displays())) > 20


def test_a_penalty_on_places_that_a_sequence_does_not_reach() -> None:
    """Five vectors of places are learned, of which a shorter sequence hears nothing beyond its end."""
    layers = [PositionalEncoding(method="learned", length=5), Dense(1)]
    example = {"x": [[1, 2], [0.5, 1]], "y": [[1], [0.3]]}
    net = Network("net", {"shape": ["T", 2]}, layers, "mse", regularization={"l2": 0.1}, example=example)
    found = [line_reading(line) for display in notes(derive(net)).displays() for line in display.lines]
    assert "∂L/∂p^(1)_ij = 0.1 · p^(1)_ij + ∂L/∂a^(1)_ij · [i ≤ T]" in found
