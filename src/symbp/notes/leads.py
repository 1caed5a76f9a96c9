"""The sentence that leads to an equation: what a runner does on the way forward, and what it hears on the way back.

In a chain of dense layers every equation has one, since each is a step of the race of its own; in another network
the first equation of each layer has the layer's number and kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symbp.network import Network
from symbp.notes.chosen import is_representative
from symbp.notes.meanings import layer_of
from symbp.notes.subject import Subject
from symbp.printing.document import Paragraph
from symbp.wording import Message, say

Lead = Callable[[int], Message]  # of a layer

# By the letter of what is computed: for the first layer that is told, for the next ones, and after a gap.
FORWARD: dict[str, tuple[Lead, Lead, Lead]] = {
    "z": (
        lambda layer: say(
            "The race begins. Each unit of layer {layer} takes every input, times the weight of the edge that it came "
            "along, and adds all of these up, with its bias if it has one:",
            layer=layer,
        ),
        lambda layer: say(
            "Each unit of layer {layer} does the same with what layer {before} has handed on:",
            layer=layer,
            before=layer - 1,
        ),
        lambda layer: say(
            "So it goes on, up to layer {layer}, whose units take what layer {before} has handed on:",
            layer=layer,
            before=layer - 1,
        ),
    ),
    "a": (
        lambda layer: say("What a unit of layer {layer} hands on is its activation function of that sum:", layer=layer),
        *2 * (lambda layer: say("Layer {layer} hands on the activation function of its sums:", layer=layer),),
    ),
}
OUTPUT = say("The last runner crosses the line: this is what the network gives.")
JUDGED = say("The judge compares it with the target, and the race has its result:")
# By the letter of what the loss is derived by: for the first layer that is told, for the next ones, and after a gap.
BACK: dict[str, tuple[Lead, Lead, Lead]] = {
    "z": (
        lambda layer: say(
            "The message reaches the last runner. A small change of its sum acts on the loss through its activation "
            "function alone, so the message is multiplied by the slope that this function has at the sum:",
        ),
        *2
        * (
            lambda layer: say(
                "At a unit of layer {layer} the message passes the activation function, as before, and is multiplied "
                "by its slope:",
                layer=layer,
            ),
        ),
    ),
    "a": (
        lambda layer: say(
            "Now back over the edges from layer {after} to layer {layer}. What a unit handed on went to every unit "
            "behind it, each time times the weight of the edge; so it hears from each of them, times the same weight:",
            layer=layer,
            after=layer + 1,
        ),
        lambda layer: say(
            "Back over the edges from layer {after} to layer {layer}, in the same way:", layer=layer, after=layer + 1
        ),
        lambda layer: say(
            "So it goes on, over the edges of all layers between, and then from layer {after} to layer {layer}:",
            layer=layer,
            after=layer + 1,
        ),
    ),
}
JUDGE = say("The judge speaks first, and says how the loss changes with the output:")
TOGETHER = say(
    "The judge speaks first. The loss and the last activation function are taken together here, since most of what the "
    "chain rule gives for the two of them cancels:"
)


_CONVOLUTION = (
    lambda n: say("Layer {n}, a convolution: at every place the kernel is laid over the window there:", n=n),
    lambda n: say("Layer {n}, a convolution: an entry hears from every window that saw it:", n=n),
)
_TRANSPOSED = (
    lambda n: say("Layer {n}, a transposed convolution: every entry writes the kernel, times itself:", n=n),
    lambda n: say("Layer {n}, a transposed convolution: an entry hears from the window that it wrote to:", n=n),
)
_LARGEST = (
    lambda n: say("Layer {n}, max pooling: of each window the largest number goes on:", n=n),
    lambda n: say("Layer {n}, max pooling: the message goes back to the number that was the largest:", n=n),
)
_MEAN = (
    lambda n: say("Layer {n}, average pooling: of each window the mean goes on:", n=n),
    lambda n: say("Layer {n}, average pooling: all numbers of a window hear an equal share:", n=n),
)
_NORMAL = (
    lambda n: say("Layer {n}, a normalisation: numbers are measured from their mean, in standard deviations:", n=n),
    lambda n: say(
        "Layer {n}, a normalisation: a number also acts through the mean and the standard deviation, so the message "
        "has three terms:",
        n=n,
    ),
)
# By the kind of layer: on the way forward, and on the way back.
BY_KIND: dict[str, tuple[Lead, Lead]] = {
    "dense": (
        lambda n: say("Layer {n}, a dense layer: each unit adds up all that arrives, each number times a weight:", n=n),
        lambda n: say("Layer {n}, a dense layer: the message goes back over the same weights:", n=n),
    ),
    "rnn": (
        lambda n: say(
            "Layer {n}, a recurrent layer: at every step what the sequence has there and what the step before left are "
            "weighted and added:",
            n=n,
        ),
        lambda n: say(
            "Layer {n}, a recurrent layer: a state hears from what reads it at its own step, and from the step after "
            "it:",
            n=n,
        ),
    ),
    "lstm": (
        lambda n: say("Layer {n}, an LSTM: at every step gates are computed, then the cell, then what it shows:", n=n),
        lambda n: say(
            "Layer {n}, an LSTM: the message passes the same gates, and along the cell from step to step:", n=n
        ),
    ),
    "gru": (
        lambda n: say("Layer {n}, a GRU: at every step gates say how much of the old state stays:", n=n),
        lambda n: say("Layer {n}, a GRU: the message passes the same gates, and along the state:", n=n),
    ),
    "embedding": (
        lambda n: say("Layer {n}, an embedding: each token picks its row of the table:", n=n),
        lambda n: say("Layer {n}, an embedding: the row that was picked hears the message:", n=n),
    ),
    "positional_encoding": (
        lambda n: say("Layer {n}, a positional encoding: the vector of the place is added:", n=n),
        lambda n: say("Layer {n}, a positional encoding: the message passes as it is:", n=n),
    ),
    "attention": (
        lambda n: say(
            "Layer {n}, attention: queries meet keys, their scores become weights, and the values are averaged with "
            "them:",
            n=n,
        ),
        lambda n: say(
            "Layer {n}, attention: the message goes to the values and to their weights, and through the softmax to the "
            "scores, the queries and the keys:",
            n=n,
        ),
    ),
    **dict.fromkeys(("conv1d", "conv2d"), _CONVOLUTION),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d"), _TRANSPOSED),
    **dict.fromkeys(("max_pool1d", "max_pool2d", "global_max_pool"), _LARGEST),
    **dict.fromkeys(("avg_pool1d", "avg_pool2d", "global_avg_pool"), _MEAN),
    **dict.fromkeys(("batch_norm", "layer_norm", "group_norm"), _NORMAL),
    "rms_norm": (
        lambda n: say("Layer {n}, RMS normalisation: numbers are divided by their root mean square:", n=n),
        lambda n: say(
            "Layer {n}, RMS normalisation: a number also acts through the root mean square, so the message has two "
            "terms:",
            n=n,
        ),
    ),
    "dropout": (
        lambda n: say("Layer {n}, dropout: a mask says which units stay:", n=n),
        lambda n: say("Layer {n}, dropout: the message passes the same mask:", n=n),
    ),
    "add": (
        lambda n: say("Layer {n}, a sum of branches:", n=n),
        lambda n: say("Layer {n}, a sum of branches: each branch hears the message as it is:", n=n),
    ),
    "multiply": (
        lambda n: say("Layer {n}, a product of branches:", n=n),
        lambda n: say("Layer {n}, a product of branches: each branch hears the message times the others:", n=n),
    ),
    "concatenate": (
        lambda n: say("Layer {n}: branches are put side by side:", n=n),
        lambda n: say("Layer {n}: each branch gets its piece of the message:", n=n),
    ),
    "flatten": (
        lambda n: say("Layer {n}: the entries of a sample become one vector:", n=n),
        lambda n: say("Layer {n}: the message is put back into its old shape:", n=n),
    ),
    "activation": (
        lambda n: say("Layer {n}, an activation function, entry by entry:", n=n),
        lambda n: say("Layer {n}, an activation function: the message is multiplied by its slope:", n=n),
    ),
    "equations": (
        lambda n: say("Layer {n}, given by its equations:", n=n),
        lambda n: say("Layer {n}, given by its equations: the chain rule takes each of them as it stands:", n=n),
    ),
}


Seen = dict[str, int]  # the last layer that has been led to, by letter; in another network by its number


def forward_lead(subject: Subject, name: str, seen: Seen) -> Iterator[Paragraph]:
    """What leads to the definition of a quantity; ``seen`` is kept from one call to the next."""
    if name == subject.base.start.output:
        yield Paragraph((JUDGED,))
    elif not subject.regular:
        yield from _layer(subject, name, seen, False)
    elif name == "yhat":
        yield Paragraph((OUTPUT,))
    else:
        yield from _told(FORWARD, subject, name, seen)


def backward_lead(subject: Subject, of: str, seen: Seen) -> Iterator[Paragraph]:
    """What leads to the derivative of the loss by a quantity; ``seen`` is kept from one call to the next."""
    if not subject.regular:
        yield from _layer(subject, of, seen, True)
    elif of == "yhat":
        yield Paragraph((JUDGE,))
    elif subject.tensor(of).layer == subject.layers and "yhat" not in _heard(subject, of):
        yield from () if "z" in seen else (Paragraph((TOGETHER,)),)
        seen["z"] = subject.layers
    else:
        yield from _told(BACK, subject, of, seen)


def _heard(subject: Subject, of: str) -> set[str]:
    """Through which quantities the loss hears of this one, by the chain rule as it stands in the notes."""
    read = {n for e in subject.base.result.defining(f"{of}_bar") for n in e.tensors_read}
    return {subject.tensor(n).of or "" for n in read}


def _told(table: dict[str, tuple[Lead, Lead, Lead]], subject: Subject, name: str, seen: Seen) -> Iterator[Paragraph]:
    letter, layer = subject.tensor(name).letter, subject.tensor(name).layer
    if letter not in table or layer is None or not is_representative(subject, name):
        return
    first, next_one, after_gap = table[letter]
    gap = abs(layer - seen.get(letter, layer)) > 1
    lead = after_gap if gap else next_one if letter in seen else first
    seen[letter] = layer
    yield Paragraph((lead(layer),))


def _layer(subject: Subject, name: str, seen: Seen, back: bool) -> Iterator[Paragraph]:
    """What a layer does, before the first of its equations."""
    network = subject.network
    number = layer_of(network, subject.tensor(name)) if isinstance(network, Network) else None
    if number is None or str(number) in seen or not isinstance(network, Network):
        return
    seen[str(number)] = number
    kind = network.layers[number - 1].kind
    if kind in BY_KIND:
        yield Paragraph((BY_KIND[kind][back](number),))
