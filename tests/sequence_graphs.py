"""Random networks of sequences: recurrent layers and attention among all earlier layers.

As in ``graphs``, valid by construction. A run-time length stands there as the number ``LONG``, which no size has; with
a number of steps that is known, what reads steps as channels may stand between the layers of sequences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphs import (
    LAST,
    MERGING,
    MOST_LAYERS,
    OFTEN,
    OVER_UNITS,
    UNARY,
    VECTORS,
    Growing,
    Keys,
    Shape,
    Table,
    activation,
    agree,
    divisors,
    finished,
    normalisation,
    nothing,
)
from stated import BY_LINES, Stated

from symbp.network import Network
from symbp.network.losses import LOSSES

LONG = 97  # steps of which only a run tells
KNOWN = 3  # as many are counted for them
TOKENS = 5
PLACES = 6  # of a learned table of positions: no sequence is longer
RECURRENT = ("rnn", "lstm", "gru")


def decaying(np_like: Any, x: Any, a: Any) -> Any:
    """A state that forgets, times what is there."""
    h, found = 0 * x[:, 0], []
    for t in range(x.shape[1]):
        h = a * h + x[:, t]
        found.append(h * x[:, t])
    return np_like.stack(found, 1)


def swelling(np_like: Any, x: Any, u: Any) -> Any:
    return u * x + np_like.sin(x)


def average(np_like: Any, x: Any, u: Any) -> Any:
    return u * x.mean(1)


STEPWISE = {
    "decaying": Stated(
        "h[n,0,i] = 0\nh[n,t+1,i] = fall[i]*h[n,t,i] + x[n,t,i]\nq[n,t,i] = h[n,t+1,i]*x[n,t,i]",
        "q",
        lambda shape: {"t": length(shape[0]), "i": shape[1]},
        {"fall": "i"},
        decaying,
        rank=2,
    ),
    "swelling": Stated(
        "q[n,t,i] = u[i]*x[n,t,i] + sin(x[n,t,i])",
        "q",
        lambda shape: {"t": length(shape[0]), "i": shape[1]},
        {"u": "i"},
        swelling,
        rank=2,
    ),
    "average": Stated(
        "q[n,i] = u[i]*mean[t](x[n,t,i])",
        "q",
        lambda shape: {"t": length(shape[0]), "i": shape[1]},
        {"u": "i"},
        average,
        rank=2,
    ),
}
BY_LINES |= {stated.lines: stated for stated in STEPWISE.values()}


def length(steps: int) -> Any:
    """A number of steps as a spec has it."""
    return "T" if steps == LONG else steps


def recurrent(kind: str) -> Keys:
    def keys(rng: Random, shape: Shape) -> Table:
        found: Table = {"units": rng.randint(1, 3), "returns": rng.choice(["sequence", "sequence", "last"])}
        found |= {"bidirectional": rng.random() < 0.3, "bias": rng.random() < 0.8}
        found |= {"recurrent_bias": rng.random() < 0.5, "initial": rng.choice(["zero", "zero", "given"])}
        if kind == "rnn":
            found["activation"] = rng.choice(["tanh", "tanh", "relu"])
        return found | ({"reset_after": rng.random() < 0.7} if kind == "gru" else {})

    return keys


def attention(rng: Random, shape: Shape) -> Table:
    heads = rng.choice(divisors(shape[1]))
    return {"heads": heads, "causal": rng.random() < 0.5, "bias": rng.random() < 0.7}


def by_step(rng: Random, shape: Shape) -> Table | None:
    """The keys of a normalisation of the features at each step."""
    found = normalisation(rng, shape)
    said = not (found["scale"] or found["shift"]) or rng.random() < 0.5  # else its parameters tell
    return found | ({"axes": 1} if said else {}) if shape[1] > 2 else None


def stated(rng: Random, shape: Shape) -> Table:
    return rng.choice(list(STEPWISE.values())).table(shape)


def positions(rng: Random, shape: Shape) -> Table:
    return rng.choice([{}, {"method": "learned", "length": PLACES}])


READING: dict[str, Keys] = {
    "dense": UNARY["dense"][1],
    "attention": attention,
    "positional_encoding": positions,
    **{kind: recurrent(kind) for kind in RECURRENT},
}
PASSING: dict[str, Keys] = {
    "layer_norm": by_step,
    "rms_norm": by_step,
    "dropout": UNARY["dropout"][1],
    "activation": nothing,
    "equations": stated,
}
KINDS = ("dense", "dense", "attention", "attention", "positional_encoding", *RECURRENT, *RECURRENT, *PASSING)


@dataclass
class Walking(Growing):
    """A graph of sequences while it grows.

    Attributes:
        stepwise: The names of the values that are sequences.
    """

    stepwise: set[str] = field(default_factory=set)

    def count(self, shape: Shape) -> int:
        return super().count(tuple(KNOWN if extent == LONG else extent for extent in shape))

    def activation(self, table: Table, shape: Shape, sources: Sequence[str]) -> str:
        over = OVER_UNITS if self.is_sequence(table, shape, sources) else []
        return self.rng.choice([activation(self.rng, shape)] * 8 + over)

    def is_sequence(self, table: Table, shape: Shape, sources: Sequence[str]) -> bool:
        """Whether a layer gives a sequence: one that reads it by steps does, others pass it on."""
        if table["kind"] == "embedding":
            return True
        passed = table["kind"] in (*PASSING, *MERGING) and any(s in self.stepwise for s in sources)
        return len(shape) == 2 and (table["kind"] in READING or passed)

    def add(self, table: Table, sources: Sequence[str]) -> bool:
        there = super().add(table, sources)
        name, shape = list(self.shapes.items())[-1]
        if there and self.is_sequence(table, shape, sources):
            self.stepwise.add(name)
        return there

    def shape_of(self, table: Table, inputs: Sequence[Shape]) -> Shape | None:
        kind, first = table["kind"], inputs[0]
        if kind in RECURRENT:
            width = table["units"] * (1 + table["bidirectional"])
            return (first[0], width) if table["returns"] == "sequence" else (width,)
        if kind == "embedding":
            return (first[0], table["units"])
        if kind == "equations" and table["lines"] in {s.lines for s in STEPWISE.values()}:
            return first[1:] if "mean[t]" in table["lines"] else first
        return super().shape_of(table, inputs)

    def unary(self) -> bool:
        name = self.source()
        shape = self.shapes[name]
        if len(shape) != 2 or shape[0] != LONG and (name not in self.stepwise or self.rng.random() < 0.3):
            return self._known(name)
        kind = self.rng.choice(KINDS)
        keys = (READING | PASSING)[kind](self.rng, shape)
        return keys is not None and self.add({"kind": kind, **keys}, [name])

    def _known(self, name: str) -> bool:
        """A layer of those that know no sequences."""
        shape = self.shapes[name]
        kinds = [kind for kind, (ranks, _) in UNARY.items() if len(shape) in ranks for _ in range(OFTEN.get(kind, 1))]
        kind = self.rng.choice(kinds)
        keys = UNARY[kind][1](self.rng, shape)
        if keys is not None and kind in ("layer_norm", "rms_norm"):
            keys.setdefault("axes", len(shape))
        return keys is not None and self.add({"kind": kind, **keys}, [name])

    def merging(self) -> bool:
        """Two or three values brought together: sequences by their features."""
        first = self.source()
        if len(self.shapes[first]) != 2 or self.shapes[first][0] != LONG:
            return super().merging()
        kind, shape = self.rng.choice(MERGING), self.shapes[first]
        fitting = [n for n, s in self.shapes.items() if (agree(s, shape, 1) if kind == "concatenate" else s == shape)]
        sources = [first, *(self.rng.choice(fitting) for _ in range(self.rng.choice([1, 1, 2])))]
        self.rng.shuffle(sources)
        return self.add({"kind": kind, **({"axis": 2} if kind == "concatenate" else {})}, sources)

    def crossing(self) -> bool:
        """Attention of one sequence to another one."""
        first = self.source()
        shape = self.shapes[first]
        others = [n for n, s in self.shapes.items() if len(s) == 2 and s[1:] == shape[1:] and n in self.stepwise]
        if len(shape) != 2 or first not in self.stepwise or not others:
            return False
        other = self.rng.choice(others)
        causal = self.rng.random() < 0.5 and self.shapes[other][0] == shape[0]
        return self.add({"kind": "attention", **attention(self.rng, shape), "causal": causal}, [first, other])

    def by_steps(self) -> bool:
        """Whether what nothing has read is sequences of one length."""
        lengths = {self.shapes[name][0] for name in self.unread}
        return self.stepwise.issuperset(self.unread) and len(lengths) == 1

    def close(self, last: Table) -> None:
        if self.by_steps() and self.rng.random() < 0.7:
            if len(self.unread) > 1:
                assert self.add({"kind": "concatenate", "axis": 2, "activation": "identity"}, self.unread)
            assert self.add(last, self.unread)
            return
        for name in [u for u in self.unread if LONG in self.shapes[u]]:
            kind = self.rng.choice(RECURRENT)
            keys = {**recurrent(kind)(self.rng, self.shapes[name]), "returns": "last"}
            assert self.add({"kind": kind, **keys}, [name])
        super().close(last)


def begun_with_numbers(rng: Random, steps: int) -> Walking:
    growing = Walking(rng, {"x": (steps, rng.randint(1, 4))}, stepwise={"x"})
    first = rng.choice(list(READING))
    growing.add({"kind": first, **READING[first](rng, growing.shapes["x"])}, ["x"])  # type: ignore[dict-item]
    return growing


def begun_with_tokens(rng: Random, steps: int) -> Walking:
    growing = Walking(rng, {"x": (steps,)})
    growing.add({"kind": "embedding", "tokens": TOKENS, "units": rng.randint(1, 4)}, ["x"])
    return growing


def random_sequences(seed: int) -> Network:
    """The network of a seed, with the gradient of its input most often asked for."""
    rng = Random(seed)
    steps = rng.choice([LONG, LONG, 1, 3, 4])
    tokens = rng.random() < 0.25
    growing = begun_with_tokens(rng, steps) if tokens else begun_with_numbers(rng, steps)
    given = growing.shapes.pop("x") if tokens else growing.shapes["x"]  # what nothing else reads
    most = rng.randint(3, MOST_LAYERS - 2)
    choices: list[Callable[[], bool]] = [growing.unary] * 7 + [growing.merging] * 2
    choices += [growing.sharing, growing.crossing]
    for _ in range(200):  # attempts: some choices do not fit
        if len(growing.layers) + growing.closing() >= most:
            break
        kept = (list(growing.layers), dict(growing.shapes), list(growing.unread), set(growing.stepwise))
        if rng.choice(choices)() and len(growing.layers) + growing.closing() > most:
            growing.layers, growing.shapes, growing.unread, growing.stepwise = kept
    loss = rng.choice([name for name in LOSSES if name != "mae"])
    last = rng.choice(LAST.get(loss, ["identity", "tanh"]))
    growing.close({"kind": "dense", "units": rng.randint(1 if loss not in VECTORS else 2, 4), "activation": last})
    return Network(
        f"walk{seed}",
        {"shape": [length(extent) for extent in given], "dtype": "int" if tokens else "float"},
        finished(growing),
        loss,
        regularization={"l2": rng.choice([0, 0, 0.1]), "l1": rng.choice([0, 0, 0.05])},
        input_gradient=rng.random() < 0.8 and not tokens,
    )


def sizes_of(net: Network, seed: int) -> tuple[int, int]:
    """How many samples and how many steps: one of each among them."""
    rng = Random(seed)
    samples = rng.randint(3, 4) if any(layer.kind == "batch_norm" for layer in net.layers) else rng.randint(1, 3)
    return samples, rng.choice([1, 2, 3, 5])
