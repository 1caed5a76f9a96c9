"""What every kind of layer has: its keys, each with a check, and what a network asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any, ClassVar, Literal, TypeAlias, dataclass_transform

from symbp.equation import Extent
from symbp.errors import Fault, inside
from symbp.layers.activations import Activation
from symbp.layers.draw import Draw, Rule
from symbp.layers.fragment import Fragment, Shape, Site
from symbp.names import flag, identifier, shown
from symbp.program import Tensor

ActivationLike: TypeAlias = str | Mapping[str, object] | Activation
Check: TypeAlias = Callable[[Any], object]
# What a layer makes of two sizes: it cannot have a run-time length; it passes steps on; it reads steps and features.
Sequences: TypeAlias = Literal["none", "passed", "read"]
DRAWS: Mapping[str, Rule] = {
    "O": "glorot_uniform",
    "E": "standard_normal",
    "P": "standard_normal",
    "gamma": "ones",
}
MANY = (2, 64)
INPUT = "x"  # what a layer calls the input of the network


def option(check: Check, *, default: Any = MISSING, kw_only: bool = False) -> Any:
    """A key of a layer with the check of its value; without a default it must be given."""
    return field(default=default, kw_only=kw_only, metadata={"check": check})


@dataclass_transform(frozen_default=True, field_specifiers=(option,))
class Keyed:
    """What tells a type checker that the keys of a layer are the arguments of its class."""


def optional(check: Check) -> Check:
    """The check of a value that may be left out."""
    return lambda value: None if value is None else check(value)


def sources(value: object) -> tuple[str, ...]:
    """The names of the layers that a layer reads; none stands for the one before."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple):
        raise Fault(f"needs the name of a layer or a list of names, has {shown(value)}")
    names = []
    for position, name in enumerate(value):
        with inside(position):
            if not isinstance(name, str):
                raise Fault(f"needs the name of a layer, has {shown(name)}")
            names.append(name)
    return tuple(names)


@dataclass(frozen=True)
class Layer(Keyed):
    """A layer of some kind.

    Args:
        name: What other layers call this one.
        input: The layer, or layers, that it reads; the one before if left out, ``"x"`` for the network's input.

    Raises:
        Fault: a value is at fault by itself.
    """

    kind: ClassVar[str]
    reads: ClassVar[tuple[int, int]] = (1, 1)  # how many layers at least, and at most
    weighted: ClassVar[bool] = False  # gives weighted sums: they have a name of their own before the activation
    size_key: ClassVar[str] = ""  # the key to blame if there are too many parameters
    total: ClassVar[str] = "s"  # the letter of the sum in its softmax
    reads_tokens: ClassVar[bool] = False  # reads whole numbers, and nothing else
    sequences: ClassVar[Sequences] = "none"
    weights: ClassVar[frozenset[str]] = frozenset("WUOEP")  # the letters of its parameters that penalties count

    name: str | None = option(optional(identifier), default=None, kw_only=True)
    input: str | Sequence[str] = option(sources, default=(), kw_only=True)

    def __post_init__(self) -> None:
        for key in fields(self):
            with inside(key.name):
                object.__setattr__(self, key.name, key.metadata["check"](getattr(self, key.name)))

    @property
    def function(self) -> Activation:
        """The activation that is applied to what the layer computes."""
        return Activation.of(getattr(self, "activation", "identity"))

    @property
    def shared(self) -> str | None:
        """The name of the layer whose parameters this one reads; ``None`` if it has its own, or none."""
        found: str | None = getattr(self, "share", None)
        return found

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """The shape of what it gives for one sample.

        Raises:
            Fault: the inputs do not fit.
        """
        raise NotImplementedError

    def arithmetic(self, inputs: tuple[Shape, ...]) -> str:
        """What its output shape follows from besides the input's, in words: ``kernel 5, stride 2, padding 0``."""
        return ""

    def parameters(self, inputs: tuple[Shape, ...], number: int) -> tuple[Tensor, ...]:
        """Its parameters, under the number that their names end with."""
        return ()

    def draw(self, tensor: Tensor, before_relu: bool) -> Draw | None:
        """How one of its parameters is drawn; by its shape if it does not say.

        Args:
            before_relu: Whether what it gives goes through a relu-like function.
        """
        if tensor.letter == "W":
            return Draw("he_normal" if before_relu else "glorot_uniform")
        return Draw(DRAWS.get(tensor.letter, "zeros"))

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        """What computes ``out`` from the layers that it reads and its own parameters."""
        raise NotImplementedError

    def prediction(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        """The same when the network is used, where that differs from training."""
        return self.equations(sources, own, out, site)

    def activated(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        """The equations of the layer with its activation, while the network is trained."""
        z = self._before_activation(out, site)
        return self.equations(sources, own, z, site) + self._activation(z, out)

    def predicted(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        """The equations of the layer with its activation, when the network is used."""
        z = self._before_activation(out, site)
        return self.prediction(sources, own, z, site) + self._activation(z, out)

    def _before_activation(self, out: Tensor, site: Site) -> Tensor:
        """What the activation is applied to: the output itself, if there is none and weighted sums need no name."""
        if self.function.is_identity and not self.weighted:
            return out
        return replace(out, name=f"z{site.number}", letter="z")

    def _activation(self, z: Tensor, out: Tensor) -> Fragment:
        return Fragment() if z is out else self.function.fragment(z, out, self.total)


@dataclass(frozen=True)
class Trained(Layer):
    """A layer with parameters.

    Args:
        frozen: Whether they stay as they are: they get no gradient.
        share: The name of an earlier layer whose parameters this one reads.
    """

    frozen: bool = option(flag, default=False, kw_only=True)
    share: str | None = option(optional(identifier), default=None, kw_only=True)

    def parameter(self, letter: str, number: int, shape: Shape, mark: str = "") -> Tensor:
        """One of its parameters."""
        name = f"{letter}{mark}{number}"
        return Tensor(name, shape, "parameter", "float", letter, number, mark, frozen=self.frozen)


def times(shape: Sequence[Extent]) -> str:
    """A shape as people write it: ``8x26x26``."""
    return "x".join(map(str, shape))


def ranked(inputs: tuple[Shape, ...], rank: int, kind: str, reads: str, remedy: str) -> Shape:
    """The input's shape, if it has ``rank`` axes.

    Raises:
        Fault: it has not.
    """
    shape = inputs[0]
    if len(shape) != rank:
        raise Fault(f"{kind} reads {reads}, but the input {times(shape)} has rank {len(shape)}", remedy)
    return shape
