"""The closed form of a normalisation's gradient: where it comes out, where it must not, and what each step keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sympy
from networks import assert_close
from programs import N, batch_normalisation, eq, mean_square, n, program, renamed

from symbp import functions as f
from symbp.chain_rule import adjoint
from symbp.derivation import Derivation
from symbp.equation import Affine, Index, Read, length, read
from symbp.program import Program, Scan, Statement
from symbp.reference import evaluate
from symbp.rewrite import REWRITES, rewrite
from symbp.rewrite.merge import merge
from symbp.rewrite.normalisation import KNOWN_SUMS, RULE, find_normalisations
from symbp.verify import check_equations
from symbp.verify.draw import draws

EPS = sympy.Rational(1, 100)
Indices = tuple[Index, ...]


def statements(z: Read, row: Indices, over: Indices, centred: bool, d: Read, hat: Read) -> list[Statement]:
    """The equations of a normalisation of ``z`` over some indices."""
    count = sympy.Mul(*(length(i.extent) for i in over))
    mu, v, s = (read(name, *row) for name in ("mu", "v", "s"))
    mean = [eq(mu, z / count, over), eq(d, z - mu)] if centred else []
    d = d if centred else z
    return [*mean, eq(v, d**2 / count, over), eq(s, sympy.sqrt(v + EPS)), eq(hat, d / s)]


def network(
    units: Indices,
    row: Indices,
    over: Indices,
    centred: bool = True,
    z: Read | None = None,
    regrouped: tuple[str, ...] = (),
) -> Program:
    """A layer of weights, a normalisation with scale and shift, and a dense layer of two outputs.

    Those of ``d`` and ``xhat`` that are ``regrouped`` have an axis for each of ``units``, the others those of ``z``.
    """
    j, k = Index("j", 3), Index("k", 2)
    whole = (N, *(i.extent for i in units))
    z = z or read("z", n, *units)
    flat = whole if z.access.plain_indices else (N, 6, *whole[3:])
    where = z.access.indices[1:]
    channel = where[:1]
    d, hat, y = (read(name, n, *(units if name in regrouped else where)) for name in ("d", "xhat", "y1"))
    body = [
        eq(z, read("W1", *where, j) * read("x", n, j), (j,)),
        *statements(z, row, over, centred, d, hat),
        eq(y, read("gamma", *channel) * hat + read("beta", *channel)),
        eq(read("z2", n, k), read("W2", k, *where) * y, units),
        mean_square("z2", (N, 2)),
    ]
    rows = tuple(i.extent for i in row)
    between: dict[str, tuple[Any, ...]] = dict.fromkeys(("mu", "v", "s") if centred else ("v", "s"), rows)
    between |= {name: whole if name in regrouped else flat for name in ("z", "d", "xhat", "y1")} | {"z2": (N, 2)}
    between = between if centred else {name: shape for name, shape in between.items() if name != "d"}
    parameters = {"W1": (*flat[1:], 3), "gamma": flat[1:2], "beta": flat[1:2], "W2": (2, *flat[1:])}
    return program(tuple(body), {"x": (N, 3)}, between, parameters, {"y": (N, 2)})


i, r, c = Index("i", 4), Index("r", 2), Index("c", 3)
g, q = Index("g", 2), Index("q", 3)
grouped = read("z", n, Affine.of(g) * 3 + q, r, c)

KINDS: dict[str, Callable[[], Program]] = {
    "batch": lambda: network((i,), (i,), (n,)),
    "batch, images": lambda: network((i, r, c), (i,), (n, r, c)),
    "layer": lambda: network((i,), (n,), (i,)),
    "layer, images": lambda: network((i, r, c), (n,), (i, r, c)),
    "instance": lambda: network((i, r, c), (n, i), (r, c)),
    "rms": lambda: network((i,), (n,), (i,), centred=False),
    "group": lambda: network((g, q, r, c), (n, g), (q, r, c), z=grouped),
    "group, deviations by group": lambda: network((g, q, r, c), (n, g), (q, r, c), z=grouped, regrouped=("d",)),
    "group, all by group": lambda: network((g, q, r, c), (n, g), (q, r, c), z=grouped, regrouped=("d", "xhat")),
    "group, rms": lambda: network((g, q, r, c), (n, g), (q, r, c), False, grouped),
}


def derived(built: Program, without: tuple[str, ...] = ()) -> Derivation:
    wrt = tuple(t.name for t in built.of_role("parameter"))
    return rewrite(adjoint(built, wrt), without)


def lines(derivation: Derivation, *targets: str) -> list[str]:
    return [str(e) for e in derivation.result.equations() if e.target in targets]


def told(derivation: Derivation) -> list[str]:
    return [s.target for s in derivation.steps if s.rule == RULE]


CLOSED = ("xhat_bar", "xhat_bar_moment", "xhat_bar_mean", "z_bar")

# The textbook cases.


def test_batch_normalisation() -> None:
    """Both sums are those of the gradients of scale and shift. Ioffe and Szegedy (2015), section 3."""
    assert lines(derived(KINDS["batch"]()), "gamma_bar", "beta_bar", *CLOSED) == [
        "beta_bar[i] = sum[n](y1_bar[n,i])",
        "gamma_bar[i] = sum[n](xhat[n,i]*y1_bar[n,i])",
        "xhat_bar[n,i] = gamma[i]*y1_bar[n,i]",
        "xhat_bar_moment[i] = gamma[i]*gamma_bar[i]/N",
        "xhat_bar_mean[i] = beta_bar[i]*gamma[i]/N",
        "z_bar[n,i] = (-xhat[n,i]*xhat_bar_moment[i] + xhat_bar[n,i] - xhat_bar_mean[i])/s[i]",
    ]


def test_layer_normalisation() -> None:
    """Ba, Kiros and Hinton (2016), section 3."""
    assert lines(derived(KINDS["layer"]()), *CLOSED) == [
        "xhat_bar[n,i] = gamma[i]*y1_bar[n,i]",
        "xhat_bar_moment[n] = sum[i](xhat[n,i]*xhat_bar[n,i]/4)",
        "xhat_bar_mean[n] = sum[i](xhat_bar[n,i]/4)",
        "z_bar[n,i] = (-xhat[n,i]*xhat_bar_moment[n] + xhat_bar[n,i] - xhat_bar_mean[n])/s[n]",
    ]


def test_rms_normalisation() -> None:
    """Zhang and Sennrich (2019), section 4."""
    assert lines(derived(KINDS["rms"]()), *CLOSED) == [
        "xhat_bar[n,i] = gamma[i]*y1_bar[n,i]",
        "xhat_bar_moment[n] = sum[i](xhat[n,i]*xhat_bar[n,i]/4)",
        "z_bar[n,i] = (-xhat[n,i]*xhat_bar_moment[n] + xhat_bar[n,i])/s[n]",
    ]


@pytest.mark.parametrize("kind", ["group", "group, deviations by group"])
def test_group_normalisation(kind: str) -> None:
    """Wu and He (2018), section 3."""
    assert lines(derived(KINDS[kind]()), *CLOSED) == [
        "xhat_bar[n,3*g+q,r,c] = gamma[3*g+q]*y1_bar[n,3*g+q,r,c]",
        "xhat_bar_moment[n,g] = sum[q,r,c](xhat[n,3*g+q,r,c]*xhat_bar[n,3*g+q,r,c]/18)",
        "xhat_bar_mean[n,g] = sum[q,r,c](xhat_bar[n,3*g+q,r,c]/18)",
        "z_bar[n,3*g+q,r,c] ="
        " (-xhat[n,3*g+q,r,c]*xhat_bar_moment[n,g] + xhat_bar[n,3*g+q,r,c] - xhat_bar_mean[n,g])/s[n,g]",
    ]


def test_group_normalisation_with_axes_for_group_and_channel() -> None:
    assert lines(derived(KINDS["group, all by group"]()), *CLOSED) == [
        "xhat_bar[n,g,q,r,c] = gamma[3*g+q]*y1_bar[n,3*g+q,r,c]",
        "xhat_bar_moment[n,g] = sum[q,r,c](xhat[n,g,q,r,c]*xhat_bar[n,g,q,r,c]/18)",
        "xhat_bar_mean[n,g] = sum[q,r,c](xhat_bar[n,g,q,r,c]/18)",
        "z_bar[n,3*g+q,r,c] ="
        " (-xhat[n,g,q,r,c]*xhat_bar_moment[n,g] + xhat_bar[n,g,q,r,c] - xhat_bar_mean[n,g])/s[n,g]",
    ]


def test_how_the_closed_form_comes_about() -> None:
    steps = [s for s in derived(KINDS["batch"]()).steps if s.rule in (RULE, KNOWN_SUMS)]
    assert [(str(s.after[0]), s.because) for s in steps] == [
        ("s_bar[i] = -N*xhat_bar_moment[i]/s[i]", "d = xhat s put in; the mean gets a name"),
        ("v_bar[i] = -N*xhat_bar_moment[i]/(2*s[i]**2)", "the adjoint of s put in"),
        ("d_bar[n,i] = (-xhat[n,i]*xhat_bar_moment[i] + xhat_bar[n,i])/s[i]", "d = xhat s put in"),
        ("mu_bar[i] = -N*xhat_bar_mean[i]/s[i]", "the deviations sum to zero; the mean gets a name"),
        (
            "z_bar[n,i] = (-xhat[n,i]*xhat_bar_moment[i] + xhat_bar[n,i] - xhat_bar_mean[i])/s[i]",
            "both adjoints put in",
        ),
        ("xhat_bar_moment[i] = gamma[i]*gamma_bar[i]/N", "what all terms share stands before a sum that is known"),
        ("xhat_bar_mean[i] = beta_bar[i]*gamma[i]/N", "what all terms share stands before a sum that is known"),
    ]
    assert [str(e) for s in steps for e in s.new] == [
        "xhat_bar_moment[i] = sum[n](xhat[n,i]*xhat_bar[n,i]/N)",
        "xhat_bar_mean[i] = sum[n](xhat_bar[n,i]/N)",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_found_and_every_step_keeps_the_value(kind: str) -> None:
    built = KINDS[kind]()
    (norm,) = find_normalisations(built)
    assert (norm.mu is None) == ("rms" in kind)
    d = derived(built)
    assert not {"s_bar", "v_bar", "d_bar", "mu_bar"} & set(d.numbers)
    report = check_equations(d)
    assert report.passed, report.table()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("samples", [1, 3, 6])
def test_the_gradients_stay_the_same_at_any_size(kind: str, samples: int) -> None:
    assert_same_values(derived(KINDS[kind]()), samples)


def assert_same_values(d: Derivation, samples: int = 4) -> None:
    values = next(draws(d.start, {"N": samples}, 1)).values
    before, after = (evaluate(p, values, {"N": samples}) for p in (d.chain_result, d.result))
    for name in d.wanted:
        assert_close(after[name], before[name])


@pytest.mark.parametrize("rule", REWRITES)
def test_it_needs_no_other_rewrite_to_be_right(rule: str) -> None:
    d = derived(KINDS["batch"](), without=(rule,))
    assert bool(told(d)) == (rule != RULE)
    assert_same_values(d)


def test_other_names_and_other_letters() -> None:
    built = renamed(KINDS["layer"](), lambda name: name if name in ("L", "x", "y") else f"{name}_7")
    other = {i: Index("u", 4), n: Index("b", N)}
    built = built.map(lambda e: e.rename({i: other.get(i, i) for i in e.indices()}))
    assert lines(derived(built), "z_7_bar") == [
        "z_7_bar[b,u] = (-xhat_7[b,u]*xhat_7_bar_moment[b] + xhat_7_bar[b,u] - xhat_7_bar_mean[b])/s_7[b]"
    ]


def test_the_means_have_letters_that_their_layer_has_free() -> None:
    built = KINDS["batch"]()
    built = replace(built, tensors=tuple(replace(t, layer=1, letter=t.name[:1]) for t in built.tensors))
    tensor = derived(built).result.tensor
    assert [tensor[name].letter for name in ("xhat_bar_moment", "xhat_bar_mean")] == ["h", "t"]  # g is gamma's
    assert [tensor[name].layer for name in ("xhat_bar_moment", "xhat_bar_mean")] == [1, 1]
    tensor = derived(KINDS["group"]()).result.tensor  # g is the index of a group
    assert [tensor[name].letter for name in ("xhat_bar_moment", "xhat_bar_mean")] == ["h", "t"]


# Variants: one small network, with something else about its normalisation.

k = Index("k", 3)
mu, v, s = read("mu", i), read("v", i), read("s", i)
z, d, hat, out = (read(name, n, i) for name in ("z", "d", "xhat", "out"))
BATCH: dict[str, Statement] = dict(
    zip(("mu", "d", "v", "s", "xhat"), statements(z, (i,), (n,), True, d, hat), strict=True)
)


TABLES = ("z", "d", "xhat", "out", "u", "e")


def variant(result: Any, more: tuple[Statement, ...] = (), **changed: Any) -> Derivation:
    """Batch normalisation of z, some of its bodies exchanged, and a pointwise function of all as the output."""
    body = [replace(e, body=sympy.S(changed.get(name, e.body))) for name, e in BATCH.items()]  # type: ignore[type-var]
    built = program(
        (eq(z, read("W", i, k) * read("x", n, k), (k,)), *body, *more, eq(out, result), mean_square("out", (N, 4))),
        {"x": (N, 3)},
        dict.fromkeys(("mu", "v", "s"), (4,)) | dict.fromkeys("abc", (N,)) | dict.fromkeys(TABLES, (N, 4)),
        {"W": (4, 3), "gamma": (4,)},
        {"y": (N, 4)},
    )
    return rewrite(adjoint(built, ("W",)))


CLOSED_Z = "-xhat[n,i]*xhat_bar_moment[i] + xhat_bar[n,i] - xhat_bar_mean[i]"
VARIANTS: dict[str, tuple[Derivation, list[str], str]] = {
    "no scale and shift": (
        variant(f.tanh(hat)),
        ["s_bar", "v_bar", "d_bar", "mu_bar", "z_bar"],
        f"z_bar[n,i] = ({CLOSED_Z})/s[i]",
    ),
    "a residual connection": (
        variant(f.tanh(hat) + f.sin(z)),
        ["s_bar", "v_bar", "d_bar", "mu_bar", "z_bar"],
        f"z_bar[n,i] = out_bar[n,i]*cos(z[n,i]) + ({CLOSED_Z})/s[i]",
    ),
    "read twice": (
        variant(f.tanh(hat) * read("u", n, i), (eq(read("u", n, i), f.sin(hat)),)),
        ["s_bar", "v_bar", "d_bar", "mu_bar", "z_bar"],
        f"z_bar[n,i] = ({CLOSED_Z})/s[i]",
    ),
    "what is normalised is an expression": (
        variant(f.tanh(hat), mu=(2 * z - 1) / length(N), d=2 * z - 1 - mu),
        ["s_bar", "v_bar", "d_bar", "mu_bar", "z_bar"],
        f"z_bar[n,i] = 2*({CLOSED_Z})/s[i]",
    ),
    "an unbiased variance": (
        variant(f.tanh(hat), v=d**2 / (length(N) - 1)),
        ["s_bar", "v_bar", "d_bar", "mu_bar", "z_bar"],
        f"z_bar[n,i] = ({CLOSED_Z})/s[i]",
    ),
    "a Euclidean norm": (
        variant(f.tanh(hat), v=d**2, s=sympy.sqrt(v)),
        ["s_bar", "v_bar", "d_bar", "mu_bar", "z_bar"],
        f"z_bar[n,i] = ({CLOSED_Z})/s[i]",
    ),
    "the deviation is read elsewhere": (
        variant(f.tanh(hat) + f.sin(d)),
        ["s_bar", "v_bar", "d_bar"],
        "z_bar[n,i] = d_bar[n,i] + mu_bar[i]/N",
    ),
    "the mean is read elsewhere": (
        variant(f.tanh(hat) + f.sin(mu)),
        ["s_bar", "v_bar", "d_bar"],
        "z_bar[n,i] = d_bar[n,i] + mu_bar[i]/N",
    ),
    "a mean of another number": (
        variant(f.tanh(hat), mu=z / 3),
        ["s_bar", "v_bar", "d_bar"],
        "z_bar[n,i] = d_bar[n,i] + mu_bar[i]/3",
    ),
    "deviations from the double mean": (
        variant(f.tanh(hat), d=z - 2 * mu),
        ["s_bar", "v_bar", "d_bar"],
        "z_bar[n,i] = d_bar[n,i] + mu_bar[i]/N",
    ),
    "the scale is read elsewhere": (
        variant(f.tanh(hat) * s),
        [],
        "z_bar[n,i] = d_bar[n,i] + mu_bar[i]/N",
    ),
    "the mean square is read elsewhere": (
        variant(f.tanh(hat) * v),
        [],
        "z_bar[n,i] = d_bar[n,i] + mu_bar[i]/N",
    ),
    "a scale that is no root of the mean square": (
        variant(f.tanh(hat), s=sympy.sqrt(v) + EPS),
        [],
        "z_bar[n,i] = d_bar[n,i] + mu_bar[i]/N",
    ),
    "a floor for each unit": (
        variant(f.tanh(hat), s=sympy.sqrt(v + read("gamma", i) ** 2)),
        [],
        "z_bar[n,i] = d_bar[n,i] + mu_bar[i]/N",
    ),
    "fourth powers": (variant(f.tanh(hat), v=d**4 / length(N)), [], "z_bar[n,i] = d_bar[n,i] + mu_bar[i]/N"),
    "a quotient of something else": (variant(f.tanh(hat), xhat=z / s), [], "z_bar[n,i] = "),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_variants(name: str) -> None:
    derivation, steps, line = VARIANTS[name]
    assert told(derivation) == steps
    assert lines(derivation, "z_bar")[0].startswith(line)
    report = check_equations(derivation)
    assert report.passed, report.table()


def test_statistics_with_other_indices_than_the_rows() -> None:
    """A mean that serves several rows, and a scale that is stated for each sample though all have the same."""
    t, row = Index("t", 2), (n, Index("t", 2))
    mean, square, root = read("mu", n), read("v", *row), read("s", *row)
    d, hat, wide = read("d", *row, i), read("xhat", *row, i), read("s", n, i)
    shared = (
        eq(mean, z / 4, (i,)),
        eq(d, z - mean),
        eq(square, d**2 / 4, (i,)),
        eq(root, sympy.sqrt(square + EPS)),
        eq(hat, d / root),
        eq(out, hat * f.sin(z), (t,)),
    )
    each = (
        eq(v, z**2 / 4, (n,)),
        eq(wide, sympy.sqrt(v + EPS)),
        eq(read("xhat", n, i), z / wide),
        eq(out, read("xhat", n, i)),
    )
    shapes = {"z": (N, 4), "out": (N, 4)}
    tensors: tuple[dict[str, tuple[Any, ...]], ...] = (
        {"mu": (N,), "v": (N, 2), "s": (N, 2), "d": (N, 2, 4), "xhat": (N, 2, 4)},
        {"v": (4,), "s": (N, 4), "xhat": (N, 4)},
    )
    for body, between, steps in zip((shared, each), tensors, (["s_bar", "v_bar", "d_bar"], []), strict=True):
        whole = (eq(z, read("W", i, k) * read("x", n, k), (k,)), *body, mean_square("out", (N, 4)))
        derivation = derived(program(whole, {"x": (N, 3)}, shapes | between, {"W": (4, 3)}, {"y": (N, 4)}))
        assert told(derivation) == steps
        assert check_equations(derivation).passed


def test_the_other_contributions_stay_as_they_are() -> None:
    derivation = variant(f.tanh(hat) + read("u", n, i), (eq(read("u", n, i), f.sigmoid(z)),))
    assert lines(derivation, "z_bar") == [
        f"z_bar[n,i] = u[n,i]*u_bar[n,i]*(1 - u[n,i]) + ({CLOSED_Z})/s[i]",
    ]


def test_rms_normalisation_with_a_residual_connection() -> None:
    _, square, root, quotient = (BATCH[name] for name in ("mu", "v", "s", "xhat"))
    body = [replace(e, body=e.body.xreplace({d: z})) for e in (square, root, quotient)]  # type: ignore[union-attr]
    built = program(
        (eq(z, read("W", i, k) * read("x", n, k), (k,)), *body, eq(out, hat + z), mean_square("out", (N, 4))),
        {"x": (N, 3)},
        {"v": (4,), "s": (4,), "z": (N, 4), "xhat": (N, 4), "out": (N, 4)},
        {"W": (4, 3)},
        {"y": (N, 4)},
    )
    derivation = rewrite(adjoint(built, ("W",)))
    assert told(derivation) == ["s_bar", "v_bar", "z_bar"]
    assert lines(derivation, "z_bar") == [
        "z_bar[n,i] = xhat_bar[n,i] + (-xhat[n,i]*xhat_bar_moment[i] + xhat_bar[n,i])/s[i]"
    ]
    assert check_equations(derivation).passed


def test_one_normalisation_after_another() -> None:
    w, again, (mean, square, root) = read("u", n, i), read("e", n, i), (read(name, n) for name in "abc")
    second = (
        eq(mean, hat / 4, (i,)),
        eq(again, hat - mean),
        eq(square, again**2 / 4, (i,)),
        eq(root, sympy.sqrt(square + EPS)),
        eq(w, again / root),
    )
    derivation = variant(f.tanh(w), second)
    assert told(derivation)[:5] == ["s_bar", "v_bar", "d_bar", "mu_bar", "z_bar"]
    assert told(derivation)[5:] == ["c_bar", "b_bar", "e_bar", "a_bar", "xhat_bar"]
    assert check_equations(derivation).passed


def test_inside_a_scan_the_chain_rule_stands_as_it_is() -> None:
    """h[n,t+1,i] = the normalised tanh of h[n,t]."""
    t, last = Index("t", 2), Index("l", 3)
    step, before, after = (n, t), read("h", n, t, i), read("h", n, Affine.of(t) + 1, i)
    z, d, hat = (read(name, *step, i) for name in ("z", "d", "xhat"))
    mean, square, root = (read(name, *step) for name in ("mu", "v", "s"))
    body = (
        eq(z, read("W", i, k) * read("h", *step, k), (k,), scan=t),
        eq(mean, z / 4, (i,), scan=t),
        eq(d, z - mean, scan=t),
        eq(square, d**2 / 4, (i,), scan=t),
        eq(root, sympy.sqrt(square + EPS), scan=t),
        eq(hat, d / root, scan=t),
        eq(after, f.tanh(hat) + before / 2, scan=t),
    )
    start = eq(read("h", n, 0, i), read("x", n, i))
    between: dict[str, tuple[Any, ...]] = {"h": (N, 3, 4)} | dict.fromkeys(("z", "d", "xhat"), (N, 2, 4))
    between |= dict.fromkeys(("mu", "v", "s"), (N, 2))
    loss = eq(read("L"), (read("h", n, last, i) - read("y", n, last, i)) ** 2, (n, last, i))
    built = program((start, Scan(t, body), loss), {"x": (N, 4)}, between, {"W": (4, 3)}, {"y": (N, 3, 4)})
    derivation = rewrite(adjoint(built, ("W",)))
    assert find_normalisations(built) == () and told(derivation) == []
    assert check_equations(derivation).passed


def test_a_deviation_without_a_name_keeps_the_gradient_of_the_chain_rule() -> None:
    derivation = derived(batch_normalisation())
    assert told(derivation) == []
    assert check_equations(derivation).passed


@pytest.mark.parametrize("place", range(7))
def test_a_step_that_shows_another_formula_fails(place: int) -> None:
    derivation = derived(KINDS["batch"]())
    steps = list(derivation.steps)
    at = [number for number, step in enumerate(steps) if step.rule in (RULE, KNOWN_SUMS)][place]
    (right,) = steps[at].after
    steps[at] = replace(steps[at], after=(replace(right, body=right.body * 2),))
    assert not check_equations(replace(derivation, steps=tuple(steps))).passed


# What the merge of contributions does for it: left sides with digits, and parts of a tensor.


def test_contributions_with_the_same_digits_are_one_equation() -> None:
    derivation = adjoint(KINDS["group"](), ("W1",))
    result, _ = merge(derivation)
    assert [str(e) for e in result.defining("z_bar")] == ["z_bar[n,3*g+q,r,c] = d_bar[n,3*g+q,r,c] + mu_bar[n,g]/18"]


def test_a_part_of_a_tensor_is_not_merged_with_all_of_it() -> None:
    """u_bar[i] from the first two elements only, and from all three."""
    a, b = Index("a", 2), Index("b", 3)
    u = read("u", b)
    built = program(
        (
            eq(read("v", a), read("u", a) ** 2),
            eq(read("w", b), f.sin(u)),
            eq(read("s"), read("v", a), (a,)),
            eq(read("L"), read("w", b) * read("s"), (b,)),
        ),
        {},
        {"v": (2,), "w": (3,), "s": ()},
        {"u": (3,)},
    )
    derivation = derived(built)
    assert lines(derivation, "u_bar") == ["u_bar[b] = w_bar[b]*cos(u[b])", "u_bar[a] += 2*u[a]*v_bar[a]"]
    assert check_equations(derivation).passed
