"""The rows of the table of mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from symbp.derive import NetworkDerivation
from symbp.mistakes import factors, forwards, jacobians, products, recurrences, slopes, sums, updates, windows
from symbp.mistakes.changing import Way
from symbp.mistakes.seed import Mistake, Seed
from symbp.wording import say

# The more specific of two mistakes that come to the same stands first.
MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "lost-slope",
        say("lost derivative of an activation"),
        say(
            "What arrives at the output of an activation has to be multiplied by its derivative at the pre-activation."
        ),
        slopes.lost_slope,
    ),
    Mistake(
        "slope-argument",
        say("derivative of an activation at the wrong argument"),
        say("The derivative of an activation is taken at the pre-activation z; a formula in its output needs a."),
        slopes.wrong_argument,
    ),
    Mistake(
        "function-for-slope",
        say("activation in place of its derivative"),
        say("The way back multiplies by the derivative of an activation, not by its value."),
        slopes.function_for_slope,
    ),
    Mistake(
        "other-slope",
        say("derivative of another activation"),
        say("The derivative of the sigmoid is a(1 - a) in terms of its output a, that of tanh is 1 - aa."),
        slopes.other_slope,
    ),
    Mistake(
        "transposed",
        say("transposed factor"),
        say(
            "The way back goes through the transposed weights; the gradient of W has the error signal's units as rows."
        ),
        products.transposed,
    ),
    Mistake(
        "sign",
        say("wrong sign"),
        say("Every sign of the chain rule counts; at a squared error it is output minus target, in this order."),
        factors.sign,
    ),
    Mistake(
        "half",
        say("factor 2 or 1/2"),
        say("Only a loss with 1/2 before its square has a derivative without the factor 2."),
        factors.half,
    ),
    Mistake(
        "batch-mean",
        say("1/N lost or counted twice"),
        say("The loss is a mean over the samples exactly if its definition has 1/N, and so is every gradient."),
        factors.batch_mean,
    ),
    Mistake(
        "step-mean",
        say("1/T lost or put in"),
        say("The loss is a mean over the steps exactly if its definition has 1/T, and so is every gradient."),
        factors.step_mean,
    ),
    Mistake(
        "output-mean",
        say("1/K lost or put in"),
        say("The loss is a mean over the outputs exactly if its definition has 1/K, and so is every gradient."),
        factors.output_mean,
    ),
    Mistake(
        "lost-path",
        say("missing path"),
        say("A quantity that acts on the loss in several ways gets the sum over all of them."),
        sums.lost_path,
    ),
    Mistake(
        "lost-unit",
        say("missing sum over the units of the next layer"),
        say("A unit acts on every unit of the next layer: what comes back is a sum over all of them."),
        sums.lost_unit,
    ),
    Mistake(
        "shared-once",
        say("use of a shared parameter lost"),
        say("The gradient of a parameter that is used several times is the sum over its uses."),
        sums.shared_once,
    ),
    Mistake(
        "batch-sum",
        say("missing sum over the samples"),
        say("Every sample has its part of the gradient: the parts are added up."),
        sums.batch_sum,
    ),
    Mistake(
        "time-sum",
        say("missing sum over the steps"),
        say("A recurrence uses its weights at every step: the gradient is the sum over the steps."),
        sums.time_sum,
    ),
    Mistake(
        "place-sum",
        say("missing sum over the places"),
        say("A kernel is used at every place of an image: its gradient is the sum over the places."),
        sums.place_sum,
    ),
    Mistake(
        "updated-weights",
        say("weights that have already been updated"),
        say("All gradients belong to the same, old weights: the update comes after the whole way back."),
        updates.updated_weights,
    ),
    Mistake(
        "stale-activation",
        say("stale activation"),
        say("The gradient of a weight needs the activation of the same sample, or step, as the error signal."),
        products.stale,
    ),
    Mistake(
        "pre-activation-input",
        say("pre-activation in place of the activation"),
        say("A layer multiplies its weights by the activations of the layer before it, and so does its gradient."),
        products.before_activation,
    ),
    Mistake(
        "own-output",
        say("output of the layer in place of its input"),
        say("The gradient of a weight is the error signal times what goes into the layer."),
        products.own_output,
    ),
    Mistake(
        "other-layer",
        say("activation or weights of another layer"),
        say(
            "The gradient of a weight needs what goes into its own layer; the way back needs the weights it comes from."
        ),
        products.other_layer,
    ),
    Mistake(
        "other-operand",
        say("wrong one of two factors"),
        say("Of a product each factor gets what arrives times the other factor."),
        products.other_operand,
    ),
    Mistake(
        "counted-again",
        say("bias counted more than once"),
        say("The gradient of a bias is the sum of the error signals that it is added to, each once."),
        factors.counted_again,
    ),
    Mistake(
        "not-carried",
        say("gradient not carried through time"),
        say("A state acts on all later steps: what its successor gets has to be carried back to it."),
        recurrences.not_carried,
    ),
    Mistake(
        "wrong-step",
        say("state of the wrong step"),
        say("A step starts from the state of the step before it: the gradient needs that one, not the new state."),
        recurrences.wrong_step,
    ),
    Mistake(
        "wrong-gate",
        say("wrong gate"),
        say("Each gate has a task of its own in the cell, and its own place in the derivative."),
        recurrences.wrong_gate,
    ),
    Mistake(
        "padding",
        say("padding off by one"),
        say("On the way back an input place gets from exactly those windows that it was in."),
        windows.padding,
    ),
    Mistake(
        "stride",
        say("wrong stride"),
        say("Windows are a stride apart on the way back as on the way there."),
        windows.stride,
    ),
    Mistake(
        "flipped-kernel",
        say("kernel turned around, or not"),
        say("The gradient of the input is a convolution with the kernel turned around; that of the kernel is not."),
        windows.flipped,
    ),
    Mistake(
        "pool-routing",
        say("pooling handed back to the wrong place"),
        say("A maximum hands its gradient to the place of the largest value alone, a mean to all places evenly."),
        windows.pool_routing,
    ),
    Mistake(
        "softmax-diagonal",
        say("Jacobian of a softmax taken as diagonal"),
        say("Each entry of a softmax depends on all scores: its Jacobian has entries beside the diagonal."),
        jacobians.diagonal,
    ),
    Mistake(
        "lost-softmax",
        say("lost derivative of a softmax"),
        say("What arrives at the output of a softmax has to be multiplied by its Jacobian."),
        jacobians.lost_softmax,
    ),
    Mistake(
        "slope-twice",
        say("derivative of an activation applied twice"),
        say("Cross-entropy and a softmax or sigmoid together have the derivative output minus target: all is in it."),
        lambda way: chain(slopes.slope_twice(way), jacobians.softmax_twice(way)),
    ),
    Mistake(
        "constant-statistics",
        say("statistics of a normalisation taken as constants"),
        say("Mean and variance depend on every number that is normalised, and hand back to each."),
        jacobians.constant_statistics,
    ),
    Mistake(
        "sample-variance",
        say("variance divided by n - 1"),
        say("A normalisation divides the squared deviations by their count, and not by one less."),
        jacobians.sample_variance,
    ),
    Mistake(
        "lost-epsilon",
        say("epsilon forgotten"),
        say("The small number that is added to the variance belongs to the function, and to its derivative."),
        jacobians.lost_epsilon,
    ),
    Mistake(
        "dropout-mask",
        say("dropout forgotten on the way back"),
        say("What a mask removed gets no gradient, and what it kept gets it with the same factor."),
        jacobians.dropped_mask,
    ),
    Mistake(
        "masked-places",
        say("gradient at masked places"),
        say("A score that is masked has no influence on the loss."),
        jacobians.masked_places,
    ),
    Mistake(
        "lost-scale",
        say("lost constant factor"),
        say("A constant factor of the forward equation is a factor of the derivative as well."),
        factors.lost_scale,
    ),
    Mistake(
        "penalty",
        say("penalty forgotten or wrong"),
        say("The penalty is part of the loss, and its derivative by a weight is part of the gradient."),
        factors.penalty,
    ),
    Mistake(
        "lost-bias",
        say("bias not added"),
        say("A layer adds its bias to the weighted sum."),
        forwards.lost_bias,
    ),
    Mistake(
        "lost-activation",
        say("activation not applied"),
        say("The activation of a layer is applied to its weighted sum."),
        forwards.lost_activation,
    ),
    Mistake(
        "other-activation",
        say("another activation"),
        say("The activation of a layer is the one that is stated."),
        forwards.other_activation,
    ),
    Mistake(
        "exponent-sign",
        say("sign of the exponent in the sigmoid"),
        say("The sigmoid is 1/(1 + exp(-z)), with a minus in the exponent."),
        forwards.exponent_sign,
    ),
    Mistake(
        "transposed-forward",
        say("transposed weights in the forward pass"),
        say("The weight to unit i from unit j stands in row i and column j."),
        forwards.transposed_forward,
    ),
    Mistake(
        "lost-factor",
        say("lost factor"),
        say("Every factor of the chain rule counts: a path is a product of all its local derivatives."),
        factors.lost_factor,
    ),
)


def seeds(derivation: NetworkDerivation) -> Iterator[Seed]:
    """Every mistake of the table at every place of a derivation where it can be made.

    >>> from symbp.derive import derive
    >>> from symbp.network import Dense, Network
    >>> relay = derive(Network("relay", 2, [Dense(2, "sigmoid"), Dense(1, "sigmoid")], "mse"))
    >>> [seed.at for seed in seeds(relay) if seed.mistake.key == "lost-slope"]
    ['z2_bar', 'z1_bar', 'z2_bar']
    """
    way = Way(derivation)
    for mistake in MISTAKES:
        for slip in mistake.slips(way):
            yield Seed(mistake, slip)
