"""The description of a network, validated as a whole, and the forward program that it states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar, cast

from symbp.equation import Program, Tensor
from symbp.errors import Fault, inside, quoted
from symbp.layers import BATCH, LAYERS, Dense, Site, dense
from symbp.names import (
    LARGEST_SIZE,
    Number,
    flag,
    identifier,
    known_keys,
    not_negative,
    one_of,
    shown,
    size,
    text,
)
from symbp.network.example import Example, Sample, Values, all_drawn, parameters_of, samples_of, targets_of
from symbp.network.losses import Loss, penalty
from symbp.network.symbols import Symbols, trees_of
from symbp.network.targets import TARGETS, of_sum_one
from symbp.wellformed import check

NUMBERINGS = ("layers", "neurons")
LONGEST_TITLE = 200
T = TypeVar("T")


@dataclass(frozen=True, init=False)
class Input:
    """One sample: its shape, without the batch axis, and whether it holds numbers or tokens."""

    shape: tuple[int, ...]
    dtype: Literal["float", "int"]

    def __init__(self, shape: Sequence[int], dtype: str = "float") -> None:
        with inside("shape"):
            object.__setattr__(self, "shape", _shape(shape))
        with inside("dtype"):
            object.__setattr__(self, "dtype", one_of(dtype, ("float", "int"), "dtype"))


@dataclass(frozen=True)
class Regularization:
    """What the weights, not the biases, add to the loss: ``l2/2*sum(W**2) + l1*sum(abs(W))``.

    Raises:
        Fault: a factor is no finite number, or negative.
    """

    l2: Number = 0
    l1: Number = 0

    def __post_init__(self) -> None:
        for key in ("l2", "l1"):
            with inside(key):
                not_negative(getattr(self, key))


@dataclass(frozen=True, init=False)
class Notation:
    """How the notes write names: the numbering of neurons, and LaTeX for single tensors.

    Args:
        numbering: ``"layers"`` (w^{(2)}_{11}) or ``"neurons"`` (w_{31}).
        symbols: LaTeX by the name of a tensor, within the whitelist of :mod:`symbp.network.symbols`.
    """

    numbering: str
    symbols: Symbols

    def __init__(self, numbering: str = "layers", symbols: Mapping[str, str] | Symbols = ()) -> None:
        with inside("numbering"):
            object.__setattr__(self, "numbering", one_of(numbering, NUMBERINGS, "numbering"))
        with inside("symbols"):
            object.__setattr__(self, "symbols", trees_of(symbols))


@dataclass(frozen=True, init=False)
class Network:
    """A network, valid as a whole: what a spec file says, or what Python says in short forms.

    >>> network = Network("relay", 2, [Dense(2, "sigmoid"), Dense(1, "sigmoid")], "mse")
    >>> print(network.program().defining("z1")[0])
    z1[n,i] = sum[j](W1[i,j]*x[n,j])

    Args:
        name: Of the files that are written, and of the module.
        input: How many numbers one sample has, or an ``Input``.
        layers: In order; each a layer or a table ``{"kind": "dense", ...}``.
        loss: A name, a table, or a ``Loss``.
        title: Of the notes; the name if there is none.
        input_gradient: Whether the module gives the adjoint of ``X`` too.

    Raises:
        Fault: a value is at fault, by itself or because it contradicts another.
    """

    name: str
    input: Input
    layers: tuple[Dense, ...]
    loss: Loss
    title: str
    regularization: Regularization
    notation: Notation
    example: Example | None
    input_gradient: bool

    def __init__(
        self,
        name: str,
        input: int | Mapping[str, object] | Input,
        layers: Sequence[Dense | Mapping[str, object]],
        loss: str | Mapping[str, object] | Loss = "mse",
        title: str | None = None,
        regularization: Mapping[str, object] | Regularization | None = None,
        notation: Mapping[str, object] | Notation | None = None,
        example: Mapping[str, object] | Example | None = None,
        input_gradient: bool = False,
    ) -> None:
        for key, read, value in (
            ("name", identifier, name),
            ("title", _title, name if title is None else title),
            ("input", _input, input),
            ("layers", _layers, layers),
            ("loss", Loss.of, loss),
            ("regularization", _reader(Regularization, REGULARIZATION), regularization or {}),
            ("notation", _reader(Notation, NOTATION), notation or {}),
            ("example", _example, example),
            ("input_gradient", flag, input_gradient),
        ):
            with inside(key):
                object.__setattr__(self, key, read(value))
        self._check_together()

    def _check_together(self) -> None:
        """What one value alone cannot say: sizes, shared parameters, the example, the symbols."""
        _check_input(self.input)
        with inside("layers"):
            _check_names(self.layers)
            _check_shares(self.layers, self.widths)
            _check_count(self.layers, self.widths)
        with inside("example"):
            self._check_example()
        with inside("notation", "symbols"):
            known_keys(dict(self.notation.symbols), [t.name for t in self.program().tensors], "tensor")

    def _check_example(self) -> None:
        if self.example is not None:
            row = self.loss.row
            count = len(samples_of(self.example, self.widths[0]))
            targets_of(self.example, count, self.widths[-1], row.target, row.labels)
            parameters_of(self.example, self.parameters)

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """The width of the input, then of each layer."""
        return (self.input.shape[0], *(layer.units for layer in self.layers))

    def program(self) -> Program:
        """The forward program: input, layers, loss, and what the regularization adds to it."""
        return self._program

    @cached_property
    def _program(self) -> Program:
        x = Tensor("x", (BATCH, self.widths[0]), "input", letter="x")
        source, fragments = x, []
        for layer, site in zip(self.layers, self.sites, strict=True):
            fragments.append(dense(layer, source, site))
            source = fragments[-1].tensors[-1]
        y = self.loss.target(source)
        fragments.append(self.loss.fragment(source, y, _last_activation(self.layers[-1])))
        tensors = (x, y, *(t for fragment in fragments for t in fragment.tensors))
        weights = [t for t in tensors if t.role == "parameter" and t.letter == "W"]
        equations = [e for fragment in fragments for e in fragment.equations]
        penalties = [e for w in weights for e in penalty(w, self.regularization.l1, self.regularization.l2)]
        return check(Program(tensors, (*equations, *penalties)))

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """Where each layer stands: its number, whose parameters it reads, the name of its output."""
        sites: list[Site] = []
        numbers: dict[str | None, int] = {}
        owned = 0
        for number, layer in enumerate(self.layers, 1):
            owned += layer.share is None
            parameters = owned if layer.share is None else numbers[layer.share]
            output = "yhat" if number == len(self.layers) else f"a{number}"
            sites.append(Site(number, parameters, layer.share is None, output))
            numbers[layer.name] = parameters
        return tuple(sites)

    @cached_property
    def parameters(self) -> tuple[Tensor, ...]:
        """The parameters in the order of the layers, frozen ones included."""
        return self.program().of_role("parameter")

    @property
    def parameter_count(self) -> int:
        own = zip(self.layers, self.widths, strict=False)
        return sum(layer.parameter_count(width) for layer, width in own if layer.share is None)

    @cached_property
    def samples(self) -> tuple[tuple[Sample, ...], tuple[Values, ...]]:
        """``x[N, ...]`` and ``y[N, ...]`` of the example, as they were given; distributions sum to one.

        Raises:
            Fault: the network has no example.
        """
        example = self._needed_example()
        x = samples_of(example, self.widths[0])
        y = targets_of(example, len(x), self.widths[-1], self.loss.row.target, self.loss.row.labels)
        return x, tuple(map(of_sum_one, y)) if self.loss.row.target is TARGETS["distribution"] else y

    @cached_property
    def parameter_values(self) -> dict[str, Values]:
        """The example's parameters by name: as given, or drawn with a fixed seed and two decimals.

        Raises:
            Fault: the network has no example.
        """
        example = self._needed_example()
        if example.parameters is None:
            return all_drawn(self.parameters)
        given = dict(example.parameters)
        return {t.name: given[t.name] for t in self.parameters}

    def _needed_example(self) -> Example:
        if self.example is None:
            raise Fault(f"{self.name} has no example", "Add [example] with x and y to its spec.")
        return self.example


REGULARIZATION = ("l2", "l1")
NOTATION = ("numbering", "symbols")
DENSE = ("units", "activation", "bias", "frozen", "share", "name")
EXAMPLE = ("x", "y", "learning_rate", "steps", "digits", "optimizer", "parameters")


def _reader(kind: Callable[..., T], known: tuple[str, ...], required: tuple[str, ...] = ()) -> Callable[[object], T]:
    """What builds ``kind`` from a table of known keys, or takes one that is built."""

    def read(given: object) -> T:
        if isinstance(kind, type) and isinstance(given, kind):
            return cast(T, given)
        if not isinstance(given, Mapping):
            raise Fault(f"needs a table, has {shown(given)}")
        known_keys(given, known)
        for key in required:
            if key not in given:
                raise Fault(f"{quoted(key)} is missing", f"Required: {', '.join(required)}")
        return kind(**given)

    return read


def _example(given: object) -> Example | None:
    return None if given is None else _reader(Example, EXAMPLE, ("x", "y"))(given)


def _title(value: object) -> str:
    title = text(value)
    if len(title) > LONGEST_TITLE:
        raise Fault(f"has {len(title):,} characters; a title has at most {LONGEST_TITLE}")
    return title


def _input(given: object) -> Input:
    if isinstance(given, int) or not isinstance(given, Mapping | Input):
        return Input((size(given),))
    return _reader(Input, ("shape", "dtype"), ("shape",))(given)


def _shape(given: object) -> tuple[int, ...]:
    if not isinstance(given, list | tuple) or not given:
        raise Fault(f"needs a list of sizes, such as [2], has {shown(given)}")
    sizes = []
    for position, value in enumerate(given):
        with inside(position):
            if isinstance(value, str):
                raise Fault(f"the run-time length {quoted(value)} is not supported yet", "Give a whole number.")
            sizes.append(size(value))
    return tuple(sizes)


def _layers(given: object) -> tuple[Dense, ...]:
    if not isinstance(given, list | tuple) or not given:
        raise Fault(f"needs at least one layer, has {shown(given)}")
    layers = []
    for position, layer in enumerate(given):
        with inside(position):
            layers.append(layer if isinstance(layer, Dense) else _layer(layer))
    return tuple(layers)


def _layer(given: object) -> Dense:
    if not isinstance(given, Mapping):
        raise Fault(f"needs a layer, has {shown(given)}")
    if "kind" not in given:
        raise Fault('"kind" is missing', f"Known kinds: {', '.join(sorted(LAYERS))}")
    with inside("kind"):
        kind = LAYERS[one_of(given["kind"], LAYERS, "kind of layer")]
    if "input" in given:
        raise Fault("reading another layer than the one before is not supported yet", "", ("input",), at_key=True)
    known_keys(given, ("kind", *DENSE))
    return _reader(kind, DENSE, ("units",))({key: value for key, value in given.items() if key != "kind"})


def _check_input(given: Input) -> None:
    with inside("input"):
        if given.dtype == "int":
            raise Fault("dense layers read numbers, not tokens", 'Leave dtype out, or write "float".', ("dtype",))
        if len(given.shape) > 1:
            raise Fault(
                f"dense layers read vectors, but the input {list(given.shape)} has rank {len(given.shape)}",
                "Give one size, that of the flattened sample.",
                ("shape",),
            )


def _check_names(layers: tuple[Dense, ...]) -> None:
    first: dict[str, int] = {}
    for position, layer in enumerate(layers):
        if layer.name is not None and layer.name in first:
            raise Fault(f"layers[{first[layer.name]}] is called {quoted(layer.name)} too", path=(position, "name"))
        if layer.name is not None:
            first[layer.name] = position


def _check_shares(layers: tuple[Dense, ...], widths: tuple[int, ...]) -> None:
    """A layer that shares must be able to read what it shares: the same sizes, bias and state of frost."""
    for position, layer in enumerate(layers):
        if layer.share is not None:
            with inside(position):
                _check_share(position, layers, widths)


def _check_share(position: int, layers: tuple[Dense, ...], widths: tuple[int, ...]) -> None:
    layer = layers[position]
    earlier = {other.name: number for number, other in enumerate(layers[:position]) if other.name is not None}
    with inside("share"):
        other = earlier[one_of(layer.share, earlier, "earlier layer")]
    mine, theirs = (layer.units, widths[position]), (layers[other].units, widths[other])
    if mine != theirs:
        raise Fault(
            f"the weight here has the shape {list(mine)}, that of {quoted(layer.share or '')} {list(theirs)}",
            "Layers that share have the same units and the same inputs.",
            ("share",),
        )
    for key in ("bias", "frozen"):
        if getattr(layer, key) != getattr(layers[other], key):
            sides = (str(getattr(side, key)).lower() for side in (layer, layers[other]))
            here, there = sides
            raise Fault(f"{key} is {here} here, but {there} in {quoted(layer.share or '')}", "", ("share",))


def _check_count(layers: tuple[Dense, ...], widths: tuple[int, ...]) -> None:
    count = 0
    for position, (layer, width) in enumerate(zip(layers, widths, strict=False)):
        count += layer.parameter_count(width) if layer.share is None else 0
        if count > LARGEST_SIZE:
            problem = f"the layers up to this one have {count:,} parameters; at most {LARGEST_SIZE:,} are allowed"
            raise Fault(problem, path=(position, "units"))


def _last_activation(layer: Dense) -> str:
    return "" if layer.activation.expression else layer.activation.name
