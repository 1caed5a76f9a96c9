"""The rewrites: each on its textbook case, each switched off alone, and on random programs."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import assert_close, every_kind, every_layer, gradients, network, slopes, values_for
from programs import GENERAL, N, eq, n, program, random_program

from symbp import functions as f
from symbp.chain_rule import adjoint
from symbp.derivation import Derivation, adjoint_name
from symbp.derive import NetworkDerivation, derive
from symbp.equation import Index, Length, read
from symbp.layers import Concatenate, Dense
from symbp.program import Scan, Tensor
from symbp.reference import evaluate
from symbp.rewrite import REWRITES, rewrite
from symbp.verify.draw import draws
from symbp.wellformed import check

NETWORKS = every_kind() | every_layer()


def lines(derivation: Derivation, *targets: str) -> list[str]:
    return [str(e) for e in derivation.result.equations() if not targets or e.target in targets]


def rules(derivation: Derivation, *targets: str) -> list[str]:
    return [s.rule for s in derivation.steps if not targets or s.target in targets]


# The textbook cases.


def test_sigmoid_and_mean_squared_error() -> None:
    d = derive(network(Dense(2, "sigmoid"), Dense(1, "sigmoid"), inputs=2))
    assert (
        str(d.result)
        == """\
z1[n,i] = sum[j](W1[i,j]*x[n,j])
z1[n,i] += b1[i]
a1[n,i] = sigmoid(z1[n,i])
z2[n,i] = sum[j](W2[i,j]*a1[n,j])
z2[n,i] += b2[i]
yhat[n,i] = sigmoid(z2[n,i])
L = sum[n,k]((-y[n,k] + yhat[n,k])**2/N)
yhat_bar[n,k] = (-2*y[n,k] + 2*yhat[n,k])/N
z2_bar[n,i] = yhat[n,i]*yhat_bar[n,i]*(1 - yhat[n,i])
b2_bar[i] = sum[n](z2_bar[n,i])
W2_bar[i,j] = sum[n](a1[n,j]*z2_bar[n,i])
a1_bar[n,j] = sum[i](W2[i,j]*z2_bar[n,i])
z1_bar[n,i] = a1[n,i]*a1_bar[n,i]*(1 - a1[n,i])
b1_bar[i] = sum[n](z1_bar[n,i])
W1_bar[i,j] = sum[n](x[n,j]*z1_bar[n,i])"""
    )


def test_softmax_and_cross_entropy_is_p_minus_y() -> None:
    d = derive(network(Dense(2, "softmax"), loss="cross_entropy"))
    assert (
        str(d.result)
        == """\
z1[n,i] = sum[j](W1[i,j]*x[n,j])
z1[n,i] += b1[i]
m1[n] = max[i](z1[n,i])
e1[n,i] = exp(-m1[n] + z1[n,i])
s1[n] = sum[i](e1[n,i])
lse1[n] = m1[n] + log(s1[n])
yhat[n,i] = e1[n,i]/s1[n]
L = sum[n,k](-y[n,k]*(-lse1[n] + z1[n,k])/N)
z1_bar[n,i] = (-y[n,i] + yhat[n,i])/N
b1_bar[i] = sum[n](z1_bar[n,i])
W1_bar[i,j] = sum[n](x[n,j]*z1_bar[n,i])"""
    )
    assert [(a.tensor, a.text) for a in d.assumptions] == [("y", "rows sum to one")]


def test_how_p_minus_y_comes_about() -> None:
    """Putting e = p s into u_bar = e_bar e, then -y/p into p (p_bar - m): the p cancels."""
    d = derive(network(Dense(2, "softmax"), loss="cross_entropy"))
    told = [s for s in d.steps_of("z1_bar") if s.rule in ("softmax", "softmax + cross-entropy")]
    assert [str(s) for s in told] == [
        "softmax: z1_bar[n,i] = yhat[n,i]*(yhat_bar[n,i] - yhat_bar_mean[n])",
        "softmax + cross-entropy: z1_bar[n,i] = (-y[n,i] + yhat[n,i])/N",
    ]
    assert [s.because for s in told] == ["e = p s", "the p cancels"]
    assert [str(e) for s in told for e in s.new] == [
        "yhat_bar_mean[n] = sum[i](yhat[n,i]*yhat_bar[n,i])",
        "yhat_bar_mean[n] = -1/N",
    ]


@pytest.mark.parametrize("loss", ["cross_entropy", "kl_divergence"])
def test_logits_and_probabilities_have_the_same_gradient(loss: str) -> None:
    logits, fused = (derive(network(Dense(2, last), loss=loss)) for last in ("identity", "softmax"))
    assert lines(logits, "z1_bar") == ["z1_bar[n,k] = (prob[n,k] - y[n,k])/N"]
    assert lines(fused, "z1_bar") == ["z1_bar[n,i] = (-y[n,i] + yhat[n,i])/N"]


def test_targets_that_need_not_sum_to_one_keep_the_general_form() -> None:
    """p sum(y) - y: the user's own cross-entropy makes no promise about y."""
    d = derive(network(Dense(2, "softmax"), loss={"expression": "-y*log(yhat)", "reduction": "sum"}))
    assert lines(d, "yhat_bar_mean", "z1_bar") == [
        "yhat_bar_mean[n] = sum[k](-y[n,k]/N)",
        "z1_bar[n,i] = -(yhat[n,i]*yhat_bar_mean[n] + y[n,i]/N)",
    ]
    assert d.assumptions == ()


def test_labels_take_one_from_the_probability_that_they_name() -> None:
    d = derive(network(Dense(2), loss="sparse_cross_entropy"))
    assert lines(d, "L", "z1_bar") == [
        "L = sum[n](-(-lse[n] + yhat[n,y[n]])/N)",
        "z1_bar[n,k] = prob[n,k]/N",
        "z1_bar[n,y[n]] += -1/N",
    ]


@pytest.mark.parametrize(
    ("last", "loss", "p", "z"),
    [
        ("sigmoid", "binary_cross_entropy", "yhat", "z1"),
        ("identity", "binary_cross_entropy_with_logits", "prob", "yhat"),
    ],
)
def test_sigmoid_and_binary_cross_entropy_is_p_minus_y(last: str, loss: str, p: str, z: str) -> None:
    d = derive(network(Dense(2, last), loss=loss))
    (gradient,) = d.result.defining("z1_bar")
    index = gradient.lhs.indices
    assert 2 * Length("N") * gradient.body == read(p, *index) - read("y", *index)
    (loss_equation,) = lines(d, "L")
    assert loss_equation == f"L = sum[n,k]((y[n,k]*softplus(-{z}[n,k]) + (1 - y[n,k])*softplus({z}[n,k]))/(2*N))"
    assert "yhat_bar" not in d.numbers


def test_the_softmax_of_a_hidden_layer() -> None:
    d = derive(network(Dense(2, "softmax"), Dense(1)))
    assert lines(d, "a1_bar_mean", "z1_bar") == [
        "a1_bar_mean[n] = sum[i](a1[n,i]*a1_bar[n,i])",
        "z1_bar[n,i] = a1[n,i]*(a1_bar[n,i] - a1_bar_mean[n])",
    ]


def test_log_softmax_is_computed_from_shifted_exponentials() -> None:
    d = derive(network(Dense(2, "log_softmax")))
    assert lines(d, "m1", "e1", "s1", "yhat", "s1_bar", "e1_bar", "z1_bar") == [
        "m1[n] = max[i](z1[n,i])",
        "e1[n,i] = exp(-m1[n] + z1[n,i])",
        "s1[n] = sum[i](e1[n,i])",
        "yhat[n,i] = -m1[n] + z1[n,i] - log(s1[n])",
        "s1_bar[n] = sum[i](-yhat_bar[n,i]/s1[n])",
        "e1_bar[n,i] = s1_bar[n]",
        "z1_bar[n,i] = e1[n,i]*e1_bar[n,i] + yhat_bar[n,i]",
    ]
    assert d.rescaled == {"e1", "s1"}


@pytest.mark.parametrize(
    ("activation", "definition", "derivative"),
    [
        (
            "gelu",
            ["normal_cdf_z1[n,i] = normal_cdf(z1[n,i])", "a1[n,i] = normal_cdf_z1[n,i]*z1[n,i]"],
            "a1_bar[n,i]*(normal_cdf_z1[n,i] + sqrt(2)*z1[n,i]*exp(-z1[n,i]**2/2)/(2*sqrt(pi)))",
        ),
        (
            "mish",
            ["tanh_z1[n,i] = tanh(softplus(z1[n,i]))", "a1[n,i] = tanh_z1[n,i]*z1[n,i]"],
            "a1_bar[n,i]*(tanh_z1[n,i] + z1[n,i]*(1 - tanh_z1[n,i]**2)*sigmoid(z1[n,i]))",
        ),
        (
            "silu",
            ["sigmoid_z1[n,i] = sigmoid(z1[n,i])", "a1[n,i] = sigmoid_z1[n,i]*z1[n,i]"],
            "a1_bar[n,i]*(sigmoid_z1[n,i]*z1[n,i]*(1 - sigmoid_z1[n,i]) + sigmoid_z1[n,i])",
        ),
    ],
)
def test_a_value_that_both_passes_need_is_computed_once(activation, definition, derivative) -> None:
    d = derive(network(Dense(2, activation), Dense(1)))
    assert lines(d)[2:4] == definition
    assert lines(d, "z1_bar") == [f"z1_bar[n,i] = {derivative}"]


def test_two_named_values_of_one_layer_have_letters_of_their_own() -> None:
    """selu names elu(z1), poisson exp(yhat), both of layer 1."""
    d = derive(network(Dense(2, "selu"), loss="poisson"))
    named = {t.name: t.letter for t in d.result.tensors if t.name.startswith(("elu_", "exp_"))}
    assert len(named) == len(set(named.values())) == 2


def test_a_tensor_that_repeats_another_takes_its_place() -> None:
    d = derive(network(Dense(2), Dense(1)))
    assert lines(d)[:4] == [
        "a1[n,i] = sum[j](W1[i,j]*x[n,j])",
        "a1[n,i] += b1[i]",
        "yhat[n,i] = sum[j](W2[i,j]*a1[n,j])",
        "yhat[n,i] += b2[i]",
    ]
    assert not {"z1", "z2", "a1_bar", "yhat_bar"} & set(d.numbers)


def test_contributions_of_shared_weights_are_one_definition() -> None:
    d = derive(network(Dense(3, "tanh", name="a"), Dense(3, "tanh", share="a")))
    assert lines(d, "W1_bar", "b1_bar") == [
        "b1_bar[i] = sum[n](z2_bar[n,i])",
        "b1_bar[i] += sum[n](z1_bar[n,i])",
        "W1_bar[i,j] = sum[n](a1[n,j]*z2_bar[n,i])",
        "W1_bar[i,j] += sum[n](x[n,j]*z1_bar[n,i])",
    ]
    assert d.numbers["W1_bar"] == len(d.numbers)


def test_pointwise_contributions_are_added_up() -> None:
    """u is read by two equations with other letters for its index: u_bar is one line."""
    i, k = Index("i", 3), Index("k", 3)
    built = program(
        (
            eq(read("v", i), read("u", i) ** 2),
            eq(read("w", k), f.sin(read("u", k))),
            eq(read("L"), read("v", i) * read("w", i), (i,)),
        ),
        {},
        {"v": (3,), "w": (3,)},
        parameters={"u": (3,)},
    )
    merged = rewrite(adjoint(built, ["u"]))
    assert lines(merged, "u_bar") == ["u_bar[k] = 2*u[k]*v_bar[k] + w_bar[k]*cos(u[k])"]


def test_penalties_stand_beside_the_data_term() -> None:
    d = derive(network(Dense(2, "relu"), regularization={"l2": 0.1, "l1": 0.01}))
    assert lines(d, "W1_bar") == [
        "W1_bar[i,j] = sum[n](x[n,j]*z1_bar[n,i])",
        "W1_bar[i,j] += W1[i,j]/10 + sign(W1[i,j])/100",
    ]


def test_dead_equations_are_named_and_gone() -> None:
    d = derive(network(Dense(2, "softmax"), loss="cross_entropy"))
    dead = [s.target for s in d.steps if s.rule == "dead equations"]
    assert dead == ["L_bar", "yhat_bar", "s1_bar", "yhat_bar_mean", "e1_bar"]
    assert not set(dead) & set(d.numbers)


def test_kept_alive_are_loss_output_and_gradients_only() -> None:
    d = derive(network(Dense(4, "tanh"), Dense(2, frozen=True)))
    assert {t for t in d.numbers if t.endswith("_bar")} == {"z2_bar", "a1_bar", "z1_bar", "W1_bar", "b1_bar"}


def test_a_softmax_is_not_shifted_where_the_sum_itself_is_asked_for() -> None:
    k, row = Index("k", 3), read("s", n)
    built = program(
        (
            eq(read("e", n, k), f.exp(read("x", n, k) * read("w"))),
            eq(row, read("e", n, k), (k,)),
            eq(read("L"), row, (n,)),
        ),
        {"x": (N, 3)},
        {"e": (N, 3), "s": (N,)},
        parameters={"w": ()},
    )
    assert "softmax shift" not in rules(rewrite(adjoint(built, ["w"])))


def test_a_part_of_another_tensor_is_no_copy_of_it() -> None:
    """The first branch of a concatenation, as the last layer, has the first part of the output's adjoint."""
    d = derive(network(Dense(2, name="a"), Concatenate(input=["a", "x"])))
    assert lines(d, "yhat_bar", "z1_bar") == [
        "yhat_bar[n,k] = (-2*y[n,k] + 2*yhat[n,k])/(5*N)",
        "z1_bar[n,i] = yhat_bar[n,i]",
    ]


def test_an_unknown_rewrite_is_refused() -> None:
    with pytest.raises(ValueError) as caught:
        derive(network(Dense(1)), without=["magic"])
    assert str(caught.value) == f"no rewrite is called 'magic'; there are: {', '.join(REWRITES)}"


# Switched off.


@cache
def whole(name: str) -> NetworkDerivation:
    return derive(NETWORKS[name])


@cache
def values(name: str):
    return values_for(NETWORKS[name])


@cache
def expected(name: str):
    d = whole(name)
    forward = evaluate(d.start, values(name), {"N": 3})
    return {**forward, **{adjoint_name(k): v for k, v in slopes(d.start, values(name), 3, d.wrt).items()}}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_rewritten_program_means_what_the_network_means(name: str) -> None:
    d = whole(name)
    check(d.result)
    for tensor, value in gradients(d, values(name)).items():
        assert_close(value, expected(name)[tensor])


SEEN = {rule: [name for name in NETWORKS if rule in rules(whole(name))] for rule in REWRITES}


@pytest.mark.parametrize("rule", REWRITES)
def test_the_table_of_networks_uses_every_rewrite(rule: str) -> None:
    assert SEEN[rule]


@pytest.mark.parametrize(("rule", "name"), [(rule, name) for rule in REWRITES for name in SEEN[rule][:6]])
def test_a_rewrite_switched_off_keeps_values_and_leaves_no_step(rule: str, name: str) -> None:
    d = derive(NETWORKS[name], without=[rule])
    assert rule not in rules(d)
    for tensor, value in gradients(d, values(name)).items():
        assert_close(value, expected(name)[tensor])


@pytest.mark.parametrize("name", list(NETWORKS)[::4])
def test_without_any_rewrite_the_chain_rule_stands_as_it_is(name: str) -> None:
    d = derive(NETWORKS[name], without=REWRITES)
    assert d.result == d.chain_result and set(rules(d)) == {"chain rule"}
    for tensor, value in gradients(d, values(name)).items():
        assert_close(value, expected(name)[tensor])


# On programs that are no networks.


@pytest.mark.parametrize("name", GENERAL)
def test_general_programs_keep_their_gradients(name: str) -> None:
    built = GENERAL[name]()
    wrt = tuple(t.name for t in built.of_role("parameter")) or ("x",)
    assert_same_values(adjoint(built, wrt))


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_random_programs_keep_their_gradients(seed: int) -> None:
    assert_same_values(adjoint(random_program(seed), ("x", "W")))


def assert_same_values(before: Derivation) -> None:
    given_values = next(draws(before.start, {"N": 2}, 1)).values
    after = rewrite(before)
    expected_values = evaluate(before.result, given_values, {"N": 2})
    found = evaluate(after.result, given_values, {"N": 2})
    for name in before.wanted:
        assert_close(found[name], expected_values[name])


def test_scans_stay_scans() -> None:
    d = rewrite(adjoint(GENERAL["recurrence"](), ["W", "U"]))
    assert [s.reverse for s in d.result.statements if isinstance(s, Scan)] == [False, True]


def test_every_step_names_a_rule_of_the_table_or_the_chain_rule() -> None:
    assert {rule for name in NETWORKS for rule in rules(whole(name))} == {"chain rule", *REWRITES}


def test_a_new_name_never_meets_an_old_one() -> None:
    """A tensor that is called like what a rewrite would name stays what it is."""
    i = Index("i", 2)
    z = read("z1", n, i)
    built = program(
        (
            eq(read("z1", n, i), read("w", i) * read("sigmoid_z1", n, i)),
            eq(read("a", n, i), z * f.sigmoid(z)),
            eq(read("L"), read("a", n, i) ** 2, (n, i)),
        ),
        {"sigmoid_z1": (N, 2)},
        {"z1": (N, 2), "a": (N, 2)},
        parameters={"w": (2,)},
    )
    d = rewrite(adjoint(built, ["w"]))
    assert "sigmoid_z1_2" in d.numbers
    assert d.result.tensor["sigmoid_z1"] == Tensor("sigmoid_z1", (N, 2), "input")
