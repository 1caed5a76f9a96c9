"""Random networks: acyclic graphs of up to twelve layers of all kinds, valid by construction.

``random_graph(seed)`` keeps the shape of every value that a layer may read, chooses a layer that fits some of them,
and brings together at the end what nothing has read yet. The same seed gives the same network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from random import Random
from typing import Any

from stated import STATED

from symbp.network import Network
from symbp.network.losses import LOSSES

MOST_LAYERS = 12
MOST_UNITS = 72  # of a sample, anywhere
FEWEST = 3  # units that are normalised together: two become +-1, whatever they were, and gradients lose their digits
Shape = tuple[int, ...]
Table = dict[str, Any]
Keys = Callable[[Random, Shape], Table | None]  # the keys of a layer that fits a shape; none if none does

SMOOTH = ["identity", "identity", "tanh", "sigmoid", "sin", "softplus", "softsign", "gelu", "silu", "gaussian", "mish"]
BENT = ["relu", "leaky_relu", "elu", "hard_tanh"]
OVER_UNITS = ["softmax", "log_softmax"]


def activation(rng: Random, shape: Shape) -> str:
    """The activation of a layer that gives the shape."""
    return rng.choice(SMOOTH * 2 + BENT + (OVER_UNITS if len(shape) == 1 else []))


def divisors(number: int) -> list[int]:
    return [d for d in range(1, number + 1) if number % d == 0]


def dense(rng: Random, shape: Shape) -> Table:
    return {"units": rng.randint(1, 4), "bias": rng.random() < 0.8}


def side(rng: Random, size: int, pool: bool) -> tuple[int, int, int, int] | None:
    """Kernel, stride, padding and dilation of one axis."""
    dilation, stride = rng.choice([1, 1, 1, 2]), rng.choice([1, 1, 2, 3])
    padding = rng.choice([0, 0, 1, 2])
    kernels = [k for k in range(1, 4) if dilation * (k - 1) + 1 <= size + 2 * padding]
    if pool:
        kernels = [k for k in kernels if 2 * padding <= dilation * (k - 1) + 1]
    return (rng.choice(kernels), stride, padding, dilation) if kernels else None


def windows(rng: Random, shape: Shape, pool: bool) -> Table | None:
    sides = [side(rng, size, pool) for size in shape[1:]]
    if None in sides:
        return None
    kernel, stride, padding, dilation = (list(v) for v in zip(*filter(None, sides), strict=True))
    same = {"padding": "same"} if rng.random() < 0.2 else {"padding": padding}
    return {"kernel": kernel, "stride": stride, "dilation": dilation, **same}


def convolution(rng: Random, shape: Shape) -> Table | None:
    found = windows(rng, shape, pool=False)
    groups = rng.choice(divisors(shape[0]))
    own = {"filters": groups * rng.randint(1, 2), "groups": groups, "bias": rng.random() < 0.7}
    return None if found is None else {**found, **own}


def transposed(rng: Random, shape: Shape) -> Table | None:
    rank, groups = len(shape) - 1, rng.choice(divisors(shape[0]))
    stride = [rng.choice([1, 2, 3]) for _ in range(rank)]
    more = [rng.randrange(s) for s in stride]
    keys = {"kernel": [rng.randint(1, 3) for _ in range(rank)], "stride": stride, "output_padding": more}
    keys |= {"padding": rng.choice([0, 0, 1]), "dilation": rng.choice([1, 1, 2]), "groups": groups}
    return {"filters": groups * rng.randint(1, 2), **keys, "bias": rng.random() < 0.7}


def pooling(rng: Random, shape: Shape) -> Table | None:
    found = windows(rng, shape, pool=True)
    if found and any(d > size for d, size in zip(found["dilation"], shape[1:], strict=True)):
        return None  # a window could lie in the padding alone
    if found is not None and rng.random() < 0.3:
        del found["stride"]
    return found


def normalisation(rng: Random, shape: Shape) -> Table:
    epsilon = rng.choice([1e-5, 1e-3, 0.1])
    return {"epsilon": epsilon, "scale": rng.random() < 0.8, "shift": rng.random() < 0.8}


def over_axes(rng: Random, shape: Shape) -> Table | None:
    axes = {"axes": rng.randint(1, len(shape))} if rng.random() < 0.5 else {}
    return {**normalisation(rng, shape), **axes} if prod(shape[-axes.get("axes", 0) :]) >= FEWEST else None


def over_groups(rng: Random, shape: Shape) -> Table | None:
    groups = rng.choice(divisors(shape[0]))
    return {**normalisation(rng, shape), "groups": groups} if prod(shape) >= FEWEST * groups else None


def nothing(rng: Random, shape: Shape) -> Table:
    return {}


def stated(rng: Random, shape: Shape) -> Table | None:
    """A layer of equations that reads one input."""
    fitting = [s for s in STATED.values() if s.rank == len(shape) and s.inputs == 1 and min(shape[1:], default=3) > 2]
    return rng.choice(fitting).table(shape) if fitting else None


# What fits samples of each rank, and how often it is tried.
UNARY: dict[str, tuple[Sequence[int], Keys]] = {
    "dense": ((1,), dense),
    "conv1d": ((2,), convolution),
    "conv2d": ((3,), convolution),
    "conv_transpose1d": ((2,), transposed),
    "conv_transpose2d": ((3,), transposed),
    "max_pool1d": ((2,), pooling),
    "max_pool2d": ((3,), pooling),
    "avg_pool1d": ((2,), pooling),
    "avg_pool2d": ((3,), pooling),
    "global_avg_pool": ((2, 3), nothing),
    "global_max_pool": ((2, 3), nothing),
    "flatten": ((2, 3), nothing),
    "batch_norm": ((1, 2, 3), normalisation),
    "layer_norm": ((1, 2, 3), over_axes),
    "rms_norm": ((1, 2, 3), over_axes),
    "group_norm": ((1, 2, 3), over_groups),
    "dropout": ((1, 2, 3), lambda rng, shape: {"rate": rng.choice([0, 0.2, 0.5])}),
    "activation": ((1, 2, 3), nothing),
    "equations": ((1, 2, 3), stated),
}
OFTEN = {"dense": 3, "conv1d": 4, "conv2d": 6, "conv_transpose1d": 3, "conv_transpose2d": 6, "max_pool1d": 3,
         "avg_pool1d": 3, "max_pool2d": 4, "avg_pool2d": 4}  # fmt: skip
MERGING = ("add", "multiply", "concatenate")
WITHOUT_ACTIVATION = ("equations", "rnn", "lstm", "gru", "attention", "embedding", "positional_encoding")
TRAINED = {"dense", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d", "batch_norm", "layer_norm", "rms_norm",
           "group_norm", "equations"}  # fmt: skip


@dataclass
class Growing:
    """A graph while it grows.

    Attributes:
        layers: Their tables; each has a name, and names what it reads.
        shapes: The shape of each value by name, the input ``x`` first.
        unread: The names of the layers that no layer reads yet.
    """

    rng: Random
    shapes: dict[str, Shape]
    layers: list[Table] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def source(self) -> str:
        """What a layer reads: most often what nothing has read."""
        if self.unread and self.rng.random() < 0.7:
            return self.rng.choice(self.unread)
        return self.rng.choice(list(self.shapes))

    def add(self, table: Table, sources: Sequence[str]) -> bool:
        """Whether the layer fits, gives a sample that is not too large, and stands there now."""
        name = f"l{len(self.layers) + 1}"
        layer = {**table, "name": name, "input": list(sources)}
        shape = self.shape_of(layer, [self.shapes[s] for s in sources])
        if shape is None or self.count(shape) > MOST_UNITS and table["kind"] != "concatenate":
            return False
        if layer["kind"] not in WITHOUT_ACTIVATION and "activation" not in layer:
            layer["activation"] = self.activation(layer, shape, sources) if layer["kind"] != "flatten" else "identity"
        self.layers.append(layer)
        self.shapes[name] = shape
        self.unread = [u for u in self.unread if u not in sources] + [name]
        return True

    def count(self, shape: Shape) -> int:
        """How many numbers a sample has."""
        return prod(shape)

    def activation(self, table: Table, shape: Shape, sources: Sequence[str]) -> str:
        return activation(self.rng, shape)

    def shape_of(self, table: Table, inputs: Sequence[Shape]) -> Shape | None:
        """The shape of what a layer gives, by the arithmetic of its kind; none if it gives nothing."""
        kind, first = table["kind"], inputs[0]
        if kind == "dense":
            return (*first[:-1], table["units"])
        if kind == "flatten":
            return (prod(first),)
        if kind.startswith("global"):
            return first[:1]
        if kind == "concatenate":
            place = table["axis"] - 1
            return (*first[:place], sum(shape[place] for shape in inputs), *first[place + 1 :])
        if kind == "equations":
            return stated_shape(table, first)
        if kind.startswith("conv_transpose"):
            return positive((table["filters"], *transposed_sides(table, first)))
        if "kernel" in table:
            return positive((table.get("filters", first[0]), *window_sides(table, first)))
        return max(inputs, key=len)

    def unary(self) -> bool:
        name = self.source()
        shape = self.shapes[name]
        kinds = [kind for kind, (ranks, _) in UNARY.items() if len(shape) in ranks for _ in range(OFTEN.get(kind, 1))]
        kind = self.rng.choice(kinds)
        keys = UNARY[kind][1](self.rng, shape)
        return keys is not None and self.add({"kind": kind, **keys}, [name])

    def merging(self) -> bool:
        """Two or three values brought together."""
        first = self.source()
        kind, shape = self.rng.choice(MERGING), self.shapes[first]
        axis = self.rng.randint(1, len(shape))
        if kind == "concatenate":
            fitting = [n for n, s in self.shapes.items() if agree(s, shape, axis - 1)]
        else:
            fitting = [n for n, s in self.shapes.items() if s[: len(shape)] == shape or shape[: len(s)] == s]
        sources = [first, *(self.rng.choice(fitting) for _ in range(self.rng.choice([1, 1, 2])))]
        largest = max((self.shapes[s] for s in sources), key=len)
        if kind != "concatenate" and any(self.shapes[s] != largest[: len(self.shapes[s])] for s in sources):
            return False
        self.rng.shuffle(sources)
        return self.add({"kind": kind, **({"axis": axis} if kind == "concatenate" else {})}, sources)

    def pairing(self) -> bool:
        """A layer of equations that reads two vectors of one length."""
        first = self.source()
        shape = self.shapes[first]
        others = [n for n, s in self.shapes.items() if s == shape]
        fitting = [s for s in STATED.values() if s.inputs == 2 and s.rank == len(shape)]
        return bool(fitting) and self.add(self.rng.choice(fitting).table(shape), [first, self.rng.choice(others)])

    def sharing(self) -> bool:
        """An earlier layer's parameters, used once more on a value of the same shape."""
        owners = [t for t in self.layers if t["kind"] in TRAINED and "share" not in t and has_parameters(t)]
        if not owners:
            return False
        owner = self.rng.choice(owners)
        read = [self.shapes[name] for name in owner["input"]]
        fitting = [n for n, s in self.shapes.items() if s == read[0]]
        copy = {k: v for k, v in owner.items() if k not in ("name", "input", "activation")}
        return self.add({**copy, "share": owner["name"]}, [self.rng.choice(fitting) for _ in read])

    def closing(self) -> int:
        """How many layers it takes to bring together what nothing has read."""
        return sum(len(self.shapes[u]) > 1 for u in self.unread) + (len(self.unread) > 1) + 1

    def close(self, last: Table) -> None:
        for name in [u for u in self.unread if len(self.shapes[u]) > 1]:
            small = prod(self.shapes[name]) <= MOST_UNITS // 2
            kind = "flatten" if small and self.rng.random() < 0.7 else "global_avg_pool"
            self.add({"kind": kind, "activation": "identity"}, [name])
        if len(self.unread) > 1:
            together = self.add({"kind": "concatenate", "axis": 1, "activation": "identity"}, self.unread)
            assert together
        there = self.add(last, self.unread)
        assert there


def agree(a: Shape, b: Shape, but: int) -> bool:
    return len(a) == len(b) and a[:but] == b[:but] and a[but + 1 :] == b[but + 1 :]


def positive(shape: Shape) -> Shape | None:
    return shape if min(shape) > 0 else None


def stated_shape(table: Table, first: Shape) -> Shape:
    extents = {"n": 0, **table["indices"]}
    target = table["lines"].split("=")[0]
    return tuple(extents[i] for i in target[target.index("[") + 1 : target.index("]")].split(",")[1:])


def axes(value: Any, rank: int) -> Sequence[int]:
    return [value] * rank if isinstance(value, int) else value


def window_sides(table: Table, shape: Shape) -> Iterator[int]:
    rank = len(shape) - 1
    kernel, dilation = axes(table["kernel"], rank), axes(table["dilation"], rank)
    stride = axes(table.get("stride", kernel), rank)
    for a, size in enumerate(shape[1:]):
        span = dilation[a] * (kernel[a] - 1) + 1
        if table["padding"] == "same":
            yield -(-size // stride[a])
        else:
            yield (size + 2 * axes(table["padding"], rank)[a] - span) // stride[a] + 1


def transposed_sides(table: Table, shape: Shape) -> Iterator[int]:
    for a, size in enumerate(shape[1:]):
        span = table["dilation"] * (table["kernel"][a] - 1) + 1
        yield (size - 1) * table["stride"][a] - 2 * table["padding"] + span + table["output_padding"][a]


def has_parameters(table: Table) -> bool:
    return table["kind"] in TRAINED and (table.get("scale", True) or table.get("shift", True))


INPUTS: list[Shape] = [(3,), (4,), (1, 6), (2, 5), (3, 4), (1, 4, 5), (2, 3, 4), (2, 4, 3), (3, 3, 3), (1, 5, 4)]
VECTORS = [name for name, row in LOSSES.items() if row.equations is not None]
LAST = {"binary_cross_entropy": ["sigmoid"], "cross_entropy": ["identity", "softmax"],
        "sparse_cross_entropy": ["identity", "softmax"], "kl_divergence": ["identity", "softmax"]}  # fmt: skip


def random_graph(seed: int) -> Network:
    """The network of a seed, with the gradient of its input most often asked for."""
    rng = Random(seed)
    growing = Growing(rng, {"x": rng.choice(INPUTS)})
    most = rng.randint(2, MOST_LAYERS)
    steps = [growing.unary] * 6 + [growing.merging] * 2 + [growing.sharing, growing.pairing]
    for _ in range(200):  # attempts: some choices do not fit
        if len(growing.layers) + growing.closing() >= most:
            break
        kept = (list(growing.layers), dict(growing.shapes), list(growing.unread))
        if rng.choice(steps)() and len(growing.layers) + growing.closing() > most:
            growing.layers, growing.shapes, growing.unread = kept
    loss = closed_by_loss(growing)
    return Network(
        f"graph{seed}",
        {"shape": list(growing.shapes["x"])},
        finished(growing),
        loss,
        regularization={"l2": rng.choice([0, 0, 0.1]), "l1": rng.choice([0, 0, 0.05])},
        input_gradient=rng.random() < 0.8,
    )


def closed_by_loss(growing: Growing) -> str:
    """The loss; what it compares is a vector, or, for some losses, the last layer as it is."""
    rng = growing.rng
    loss = rng.choice([name for name in LOSSES if name != "mae"])
    single = len(growing.unread) == 1 and any(map(has_parameters, growing.layers))
    if single and loss not in VECTORS and loss not in LAST and rng.random() < 0.4:
        return loss
    last = rng.choice(LAST.get(loss, ["identity", "tanh"]))
    growing.close({"kind": "dense", "units": rng.randint(1 if loss not in VECTORS else 2, 4), "activation": last})
    return loss


def finished(growing: Growing) -> list[Table]:
    """The layers as a spec may have them: some frozen, out of order, without what need not be said."""
    rng, layers = growing.rng, growing.layers
    shared = {table["share"] for table in layers if "share" in table}
    for table in layers[:-1]:
        if has_parameters(table) and "share" not in table and rng.random() < 0.1:
            table["frozen"] = True
    for table in layers:
        if "share" in table and next(t for t in layers if t["name"] == table["share"]).get("frozen"):
            table["frozen"] = True
    if all(t.get("frozen", False) for t in layers if has_parameters(t)):
        for table in layers:
            table.pop("frozen", None)
    if not shared and rng.random() < 0.3:
        front = layers[:-1]
        rng.shuffle(front)
        return [*front, layers[-1]]
    before = ["x", *(t["name"] for t in layers)]
    for place, table in enumerate(layers):
        if table["input"] == [before[place]] and rng.random() < 0.5:
            del table["input"]
    return layers


def batch_of(net: Network, seed: int) -> int:
    """How many samples suit a network: a batch norm over one sample has nothing to compare."""
    normal = any(layer.kind == "batch_norm" for layer in net.layers)
    return Random(seed).randint(3, 4) if normal else Random(seed).randint(1, 3)
