"""What each kind of layer does, on the way forward and on the way back, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from symbp.network import Network
from symbp.notes.described import KINDS
from symbp.printing.document import Sentence
from symbp.wording import Message, say, sentences

CONVOLUTION = (
    say(
        "A convolution looks at its input through a small window. At every place the numbers in the window are "
        "multiplied by those of a kernel, entry by entry, and added up over the window and over all channels; each "
        "filter has a kernel of its own and gives one channel. The same kernel serves at every place."
    ),
    say(
        "So a weight of the kernel acts at all places at once, and its derivative is a sum over them. An entry of the "
        "input, in turn, is seen by several windows, each time by another weight: going back, the kernel is read from "
        "its end to its beginning, which is what textbooks call the flipped kernel."
    ),
)
TRANSPOSED = (
    say(
        "A transposed convolution does to its input what the backward pass of a convolution does to a message: every "
        "entry writes its number, times the kernel, over a window of the output, and what windows write to the same "
        "place adds up."
    ),
    say(
        "Its own backward pass is a convolution: the message for an entry is gathered from the window that it wrote to."
    ),
)
LARGEST = (
    say("Max pooling keeps the largest number of each window and forgets the others."),
    say(
        "Only the entry that was kept can change the output, so the whole message goes back to its place, and the "
        "others hear nothing. On a tie it goes to the first of them, row by row."
    ),
)
MEAN = (
    say("Average pooling gives the mean of each window."),
    say("Every entry of a window has the same share in its mean, and hears that share of the message."),
)
_CORRECTIONS = say(
    "A number also acts on all others of its group, through the mean and the standard deviation. Two corrections "
    "come out of that: the mean of the message is taken off, and so is the part of the message that points along "
    "the standardized numbers. What is left can neither move the group as a whole nor stretch it, since the "
    "normalisation would undo both."
)


def _normal(group: Message) -> tuple[Message, Message]:
    """What a normalisation over a group of numbers does."""
    return (
        say(
            "A normalisation takes from each number the mean of its group and divides by the group's standard "
            "deviation; then it scales and shifts, by parameters of its own. {group}",
            group=group,
        ),
        _CORRECTIONS,
    )


GROUPS = {
    "batch_norm": say(
        "The group is a unit, or a channel, over all samples of the batch: every sample acts on every other."
    ),
    "layer_norm": say("The group is all that a layer holds of one sample, so samples do not act on one another."),
    "group_norm": say("The group is a set of channels of one sample, at all places."),
}
STATE = (
    say(
        "A recurrent layer goes through a sequence step by step and keeps a state. At every step it takes what the "
        "sequence has there and what the step before left, and makes the next state of both, by the same weights each "
        "time."
    ),
    say(
        "So the network is as deep as the sequence is long: unrolled, each step is a layer that shares its weights "
        "with all others. Going back, a step hears from what reads its state at that step and from the step after it, "
        "and the derivative by a weight is a sum over all steps."
    ),
)
GATES = (
    say("Gates, numbers between 0 and 1 that are computed afresh at every step, say unit by unit how much passes."),
    say(
        "On the way back the message passes through the same gates, multiplied by what they let through; each gate "
        "also hears what a little more or less of it would have changed."
    ),
)
ATTENTION = (
    say(
        "Attention lets each step of a sequence look at all others. A step asks with its query; every step answers "
        "with its key, and has a value to give. The score of a query and a key is their scalar product, divided by "
        "the square root of their length so that scores do not grow with it. A softmax turns the scores of a query "
        "into weights that are positive and sum to one, and what the step gets is the mean of the values under these "
        "weights. Several heads do so side by side, each with queries, keys and values of its own; a last matrix "
        "mixes what they found."
    ),
    say(
        "Going back, a message for a mean reaches the values, each by its weight, and the weights, each by how well "
        "its value fits the message. The softmax takes off the mean of what the weights of a query hear, since they "
        "cannot all grow; what is left reaches the query through the keys, and the keys through the query."
    ),
)
TOLD: dict[str, tuple[Message, Message]] = {
    "embedding": (
        say("An embedding gives each token a vector of its own, a row of a table: the token says which."),
        say(
            "The row that was read hears the message; a row that was read at several places hears the sum, and one "
            "that was not read hears nothing."
        ),
    ),
    "positional_encoding": (
        say(
            "Attention treats all steps alike, whatever their order. So a vector that tells the place is added to what "
            "stands there."
        ),
        say("The derivative of a sum by a term is one: the message passes as it is."),
    ),
    "attention": ATTENTION,
    "rnn": STATE,
    "lstm": (
        say(
            "An LSTM goes through a sequence step by step and keeps two states: a cell, which is added to, and what it "
            "shows of it. {gates} The input gate i writes the candidates g into the cell, the forget gate f keeps what "
            "was there, and the output gate o shows the cell.",
            gates=GATES[0],
        ),
        say(
            "{gates} Along the cell the message meets the forget gate alone: where it stays near one, the message "
            "neither fades nor grows, over many steps.",
            gates=GATES[1],
        ),
    ),
    "gru": (
        say(
            "A GRU goes through a sequence step by step and keeps a state. {gates} The new state is a mean of the old "
            "one and a candidate n, weighted by the gate z; the reset gate r says how much of the old state the "
            "candidate may see.",
            gates=GATES[0],
        ),
        say("{gates} Where z is near one, the state is handed on as it is, and so is the message.", gates=GATES[1]),
    ),
    "conv1d": CONVOLUTION,
    "conv2d": CONVOLUTION,
    "conv_transpose1d": TRANSPOSED,
    "conv_transpose2d": TRANSPOSED,
    "max_pool1d": LARGEST,
    "max_pool2d": LARGEST,
    "global_max_pool": LARGEST,
    "avg_pool1d": MEAN,
    "avg_pool2d": MEAN,
    "global_avg_pool": MEAN,
    **{kind: _normal(group) for kind, group in GROUPS.items()},
    "rms_norm": (
        say("RMS normalisation divides the numbers of a sample by their root mean square; no mean is taken off."),
        say(
            "A number also acts on all others through the root mean square: the part of the message that points along "
            "the standardized numbers is taken off, since making all of them longer changes nothing."
        ),
    ),
    "dropout": (
        say(
            "Dropout leaves units out at random while the network is trained, and divides those that stay by the share "
            "that is kept, so that sums keep their size on average. When the network is used, nothing is left out."
        ),
        say(
            "A unit that was left out had no part in the loss and hears nothing; the others hear their message divided "
            "by the same share."
        ),
    ),
    "add": (
        say("Branches are added, entry by entry."),
        say(
            "Each branch hears the message as it is: the derivative of a sum by a term is one. On a branch that skips "
            "layers there is no factor that could make the message small, which is why deep networks with such "
            "branches can be trained."
        ),
    ),
    "multiply": (
        say("Branches are multiplied, entry by entry: one of them can open or close the way of the other."),
        say("Each branch hears the message times the value of the other branches."),
    ),
    "concatenate": (
        say("Branches are put side by side."),
        say("The message is cut at the same places, and each branch gets its piece."),
    ),
    "flatten": (
        say("Flattening puts the entries of a sample into one vector, row by row."),
        say("Nothing is computed, so the message is only put back into its old shape."),
    ),
    "equations": (
        say("A layer of these notes is given by equations of its own."),
        say("The chain rule needs no more than that: it takes each equation as it stands."),
    ),
}


def told(network: Network) -> Iterator[tuple[Message, Sentence]]:
    """The kinds of layers that a network has, in the order in which they come, and what each does."""
    seen: set[tuple[Message, Message]] = set()
    for layer in network.layers:
        words = TOLD.get(layer.kind)
        if words is not None and words not in seen:
            seen.add(words)
            yield KINDS[layer.kind], sentences(*words)


SHARED = say(
    "Layers that share read the same parameters. Such a parameter acts on the loss through each of them, and the "
    "contributions add up like those of any two paths."
)
