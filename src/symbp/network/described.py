"""What a network is to the rest of symbp, whether it is stated in layers or in equations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property

from symbp.equation import Equation, Size
from symbp.errors import Fault, Path, inside, quoted
from symbp.layers.draw import Draw
from symbp.names import Number, known_keys
from symbp.network.choices import check_choices
from symbp.network.example import (
    OPTIONS,
    Example,
    Values,
    all_drawn,
    fitted,
    parameters_of,
    shape_of,
    shape_text,
    unseen,
)
from symbp.network.settings import Notation, Regularization
from symbp.network.targets import TARGETS, Target
from symbp.owntext.choice import NotesChoice
from symbp.program import Program, Tensor


class Described(ABC):
    """A network: its programs, its settings, and the numbers of its example."""

    name: str
    title: str
    regularization: Regularization
    notation: Notation
    example: Example | None
    input_gradient: bool
    notes: NotesChoice

    @abstractmethod
    def program(self) -> Program:
        """The forward program while the network is trained; its output is the loss."""

    @abstractmethod
    def prediction(self) -> Program | None:
        """The forward program of ``yhat`` when the network is used, where that is another one."""

    @property
    def updates(self) -> tuple[Equation, ...]:
        """What the states are after a batch."""
        return ()

    @property
    def states(self) -> tuple[Tensor, ...]:
        """The running statistics that ``prediction`` reads, or the states that ``program`` does."""
        later = self.prediction()
        return (later or self.program()).of_role("state")

    @property
    def target(self) -> Target:
        """What the values of ``y`` must be."""
        return TARGETS["any"]

    @property
    def kept(self) -> Mapping[str, Number]:
        """The share of the units that each mask keeps, on average."""
        return {}

    @property
    def draws(self) -> Mapping[str, Draw]:
        """How each parameter is drawn that is not drawn by its shape."""
        return {}

    @cached_property
    def parameters(self) -> tuple[Tensor, ...]:
        """The parameters in the order of the layers, frozen ones included."""
        return self.program().of_role("parameter")

    @property
    def has_prediction(self) -> bool:
        """Whether some equation gives ``yhat``."""
        return bool(self.program().defining("yhat"))

    def check_parameters(self, none: str, path: Path) -> None:
        """Nothing, if there is something to differentiate by."""
        if not self.parameters and not self.input_gradient:
            remedy = 'Add a layer such as "dense"' if path == ("layers",) else 'Give a tensor the role "parameter"'
            raise Fault(
                f"{none}: there is nothing to differentiate by",
                f"{remedy}, or set input_gradient = true in [module].",
                path,
            )

    def check_symbols(self) -> None:
        """Nothing, if every symbol is that of a tensor."""
        with inside("notation", "symbols"):
            known_keys(dict(self.notation.symbols), [t.name for t in self.program().tensors], "tensor")

    def check_example(self) -> None:
        """Nothing, if the numbers of the example fit the network.

        Raises:
            Fault: some do not, or are missing.
        """
        if self.example is not None:
            with inside("example"):
                known = [t.name for t in self.program().of_role("input", "target", "state", "mask")]
                known_keys(dict(self.example.values), [*known, *OPTIONS])
                assert self.given is not None
                check_choices(self.program(), dict(self.example.values), self.sizes)
                parameters_of(self.example, self.parameters)

    @cached_property
    def given(self) -> dict[str, Values]:
        """The example's values of inputs, targets, states and masks; what is not given is drawn, states are zero.

        Raises:
            Fault: the network has no example, or one that does not fit.
        """
        sizes: dict[str, int] = {}
        found = self.fitted(self.program().of_role("input", "target"), sizes)
        return found | self.further_given(sizes)

    def further_given(self, sizes: dict[str, int]) -> dict[str, Values]:
        """The example's values of states and masks, for the run-time sizes of its inputs."""
        found = self.fitted(self.program().of_role("state", "mask"), sizes)
        missing = [t for t in self.program().of_role("state", "mask") if t.name not in found]
        return found | unseen(missing, sizes)

    def fitted(self, tensors: tuple[Tensor, ...], sizes: dict[str, int]) -> dict[str, Values]:
        """The example's values of some tensors; run-time sizes that they are the first to tell are noted."""
        values = dict(self.needed_example().values)
        found = {}
        for tensor in tensors:
            if tensor.name in values:
                found[tensor.name] = fitted(tensor, values[tensor.name], sizes, tensor.name in self.program().truths)
            elif tensor.role in ("input", "target"):
                needed = ", ".join(t.name for t in self.program().of_role("input", "target"))
                has = f"it has the shape {shape_text(tensor.shape)}"
                raise Fault(f"{quoted(tensor.name)} is missing; {has}", f"Required: {needed}")
        return found

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The run-time sizes of the example; 1 each where there is none."""
        sizes = {e.name: 1 for t in self.program().tensors for e in t.shape if isinstance(e, Size)}
        if self.example is not None:
            for tensor in self.program().of_role("input", "target"):
                for extent, length in zip(tensor.shape, shape_of(self.given[tensor.name]), strict=True):
                    sizes |= {extent.name: length - extent.plus} if isinstance(extent, Size) else {}
        return sizes

    @cached_property
    def parameter_values(self) -> dict[str, Values]:
        """The example's parameters by name: as given, or drawn with a fixed seed and two decimals.

        Raises:
            Fault: the network has no example.
        """
        example = self.needed_example()
        if example.parameters is None:
            return all_drawn(self.parameters)
        given = dict(example.parameters)
        return {t.name: given[t.name] for t in self.parameters}

    def needed_example(self) -> Example:
        if self.example is None:
            raise Fault(f"{self.name} has no example", "Add [example] with x and y to its spec.")
        return self.example
