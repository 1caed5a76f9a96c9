"""What attention looks at, drawn: how much of each key goes into the mean of each query, head by head."""

from __future__ import annotations

from collections.abc import Iterator

from symbp.layers import Attention
from symbp.layers.attention import mask_name
from symbp.network import Network
from symbp.notes.meanings import layer_of
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Figure
from symbp.printing.drawing import HeatMap, Words, heat_maps
from symbp.wording import Message, say

MOST_HEADS = 8
DIGITS = 3


def looking(subject: Subject, name: str) -> Iterator[Block]:
    """The weights of an attention for the first sample as heat maps, if ``name`` is the tensor of its weights."""
    tensor, network = subject.tensor(name), subject.network
    if not subject.worked or tensor.letter != "p" or not isinstance(network, Network) or not subject.attends(tensor):
        return
    number = layer_of(network, tensor)
    assert number is not None
    layer = network.layers[number - 1]
    assert isinstance(layer, Attention)
    heads = subject.values[name][0]
    maps = tuple(
        HeatMap(
            say("head {number}", number=head + 1),
            tuple(
                tuple(float(value) if _is_seen(subject, layer, t, u) else None for u, value in enumerate(row))
                for t, row in enumerate(rows)
            ),
        )
        for head, rows in enumerate(heads[:MOST_HEADS])
    )
    words = Words(say("query"), say("key"), say("weight"), say("masked"))
    drawing = heat_maps(
        maps, words, say("The weights of attention in layer {number}", number=number), min(subject.digits, DIGITS)
    )
    yield Figure(drawing, (_caption(subject, number),))


def _is_seen(subject: Subject, layer: Attention, query: int, key: int) -> bool:
    """Whether a query sees a key at all."""
    mask = mask_name(layer.mask)
    return (not layer.causal or key <= query) and (mask is None or subject.values[mask][0, key] != 0)


def _caption(subject: Subject, number: int) -> Message:
    if subject.samples > 1:
        return say(
            "Where layer {number} looks in the first sample: in the row of each query stand the weights of the keys, "
            "which sum to one.",
            number=number,
        )
    return say(
        "Where layer {number} looks: in the row of each query stand the weights of the keys, which sum to one.",
        number=number,
    )
