"""A network in words: how many runners of which kinds, how many strides, and who judges."""

from __future__ import annotations

from collections import Counter
from math import prod

from symbp.layers.layer import times
from symbp.network import Described, Network
from symbp.wording import Message, in_commas, listed, say, say_many

KINDS = {
    "dense": say("dense layer"),
    "rnn": say("recurrent layer"),
    "lstm": say("LSTM"),
    "gru": say("GRU"),
    "embedding": say("embedding"),
    "positional_encoding": say("positional encoding"),
    "attention": say("attention"),
    "conv1d": say("convolution"),
    "conv2d": say("convolution"),
    "conv_transpose1d": say("transposed convolution"),
    "conv_transpose2d": say("transposed convolution"),
    "max_pool1d": say("max pooling"),
    "max_pool2d": say("max pooling"),
    "avg_pool1d": say("average pooling"),
    "avg_pool2d": say("average pooling"),
    "global_avg_pool": say("global average pooling"),
    "global_max_pool": say("global max pooling"),
    "flatten": say("flattening"),
    "batch_norm": say("batch normalisation"),
    "layer_norm": say("layer normalisation"),
    "rms_norm": say("RMS normalisation"),
    "group_norm": say("group normalisation"),
    "dropout": say("dropout"),
    "add": say("sum of branches"),
    "multiply": say("product of branches"),
    "concatenate": say("concatenation of branches"),
    "activation": say("activation"),
    "equations": say("layer given by equations"),
}
LOSSES = {
    "mse": say("the mean squared error"),
    "squared_error": say("the squared error"),
    "half_squared_error": say("the squared error, halved"),
    "mae": say("the mean absolute error"),
    "cross_entropy": say("the cross-entropy"),
    "sparse_cross_entropy": say("the cross-entropy of the label"),
    "binary_cross_entropy": say("the binary cross-entropy"),
    "binary_cross_entropy_with_logits": say("the binary cross-entropy of the sigmoid"),
    "kl_divergence": say("the Kullback-Leibler divergence"),
    "huber": say("the Huber loss"),
    "log_cosh": say("the log-cosh loss"),
    "hinge": say("the hinge loss"),
    "multiclass_hinge": say("the hinge loss of several classes"),
    "poisson": say("the Poisson loss"),
}
BRANCHING = say(
    "Not all runners stand in one line, and that changes little: one who hands on to several others hears from each of "
    "them, and adds up what they say."
)


def described(network: Described) -> tuple[Message, ...]:
    """What the network is made of, in sentences."""
    numbers = sum(prod(e for e in t.shape if isinstance(e, int)) for t in network.parameters)
    strides = say_many(numbers, "{count} number", "{count} numbers")
    if not isinstance(network, Network):
        many = len({e.target for e in network.program().equations()})
        return (
            say(
                "The network of these notes is given by its equations: {quantities}, each computed from others.",
                quantities=say_many(many, "{count} quantity", "{count} quantities"),
            ),
            say("Its strides are {numbers}, the parameters.", numbers=strides),
        )
    if network.is_dense_chain:
        return (
            say(
                "The network of these notes has {inputs}, {layers} of runners and {outputs}.",
                inputs=say_many(network.widths[0], "{count} input", "{count} inputs"),
                layers=layer_count(len(network.layers)),
                outputs=say_many(network.widths[-1], "{count} output", "{count} outputs"),
            ),
            say("Its strides are {numbers}, the parameters.", numbers=strides),
            say("{functions}; the judge is {loss}.", functions=_functions(network), loss=_loss(network)),
        )
    branches = any(numbers != (number,) for number, numbers in enumerate(network.sources))
    return (
        say(
            "The network of these notes takes a sample of {input} and gives {output}.",
            input=_shape(network, 0),
            output=_shape(network, -1),
        ),
        say("Its runners: {runners}.", runners=_runners(network)),
        *([BRANCHING] if branches else []),
        say("Their strides are {numbers}, the parameters; the judge is {loss}.", numbers=strides, loss=_loss(network)),
    )


def layer_count(number: int) -> Message:
    """So many layers."""
    return say_many(number, "{count} layer", "{count} layers")


def _shape(network: Network, place: int) -> Message:
    shape = network.shapes[place]
    sides = times(shape).replace("x", " × ")
    if place == 0 and network.input.dtype == "int":
        return say("{sides} tokens", sides=sides)
    if len(shape) == 1:
        return say_many(network.widths[place], "{count} number", "{count} numbers")
    return say("{sides} numbers", sides=sides)


def _runners(network: Network) -> Message:
    """How many layers there are of each kind, in the order in which the kinds come first."""
    kinds = Counter(KINDS[layer.kind] for layer in network.layers)
    return listed(
        say("{number} × {kind}", number=number, kind=kind) if number > 1 else say("one {kind}", kind=kind)
        for kind, number in kinds.items()
    )


def _functions(network: Network) -> Message:
    """The activation of every layer and the loss, in words."""
    names = [_spaced(layer.function.name, layer.function.expression) for layer in network.layers]
    if len(names) == 1:
        return say("The layer uses {function}", function=names[0])
    if len(set(names)) == 1:
        return say("Every layer uses {function}", function=names[0])
    if len(set(names[:-1])) == 1:
        return say_many(
            len(names) - 1,
            "The hidden layer uses {function}, the last one {last}",
            "The hidden layers use {function}, the last one {last}",
            function=names[0],
            last=names[-1],
        )
    return say("The layers use, in order, {functions}", functions=in_commas(names))


def _spaced(name: str, expression: str) -> Message:
    shown = name.replace("_", " ")
    if name == "identity":
        return say("no activation function")
    if expression:
        return say("the function {name} (of one's own)", name=shown)
    return say("the function {name}", name=shown)


def _loss(network: Network) -> Message:
    loss = network.loss
    if loss.expression:
        return say("a loss of one's own")
    told = LOSSES[loss.kind]
    for name in ("l2", "l1"):
        if getattr(network.regularization, name):
            told = say("{loss} plus an {name} penalty", loss=told, name=name.upper())
    return told
