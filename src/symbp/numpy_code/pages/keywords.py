"""What a function of a module needs besides parameters, inputs and targets: running statistics and masks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

from symbp.equation import Extent, Size
from symbp.numpy_code.arguments import declaration
from symbp.numpy_code.blueprint import Blueprint
from symbp.numpy_code.expression import text
from symbp.numpy_code.layout import INDENT, indented, unpacking, wrapped
from symbp.numpy_code.names import spelled
from symbp.numpy_code.scalars import shape_text
from symbp.program import Tensor
from symbp.schedule import Assign, Group, schedule

RNG = "rng: np.random.Generator | int | None = None"
MASKS = ("masks: Masks | None = None", RNG)


def prediction_keywords(plan: Blueprint) -> str:
    """The keywords of ``predict``, behind a comma; empty if it needs none."""
    return _listed(["state: State"] if plan.predicted_states else [])


def loss_keywords(plan: Blueprint) -> str:
    """The keywords of ``loss``."""
    return _listed(_of_loss(plan))


def gradient_keywords(plan: Blueprint) -> str:
    """The keywords of ``loss_and_grad``: it also moves running statistics, if they are given."""
    return _listed(_of_gradient(plan))


def gradient_names(plan: Blueprint) -> tuple[str, ...]:
    """The names of these keywords."""
    return tuple(keyword.partition(":")[0] for keyword in _of_gradient(plan))


def _of_loss(plan: Blueprint) -> list[str]:
    return [*(["state: State"] if plan.read_states else []), *(MASKS if plan.masks else ())]


def _of_gradient(plan: Blueprint) -> list[str]:
    optional = ["state: State | None = None"] if plan.updates and not plan.read_states else []
    return [*optional, *_of_loss(plan)]


def _listed(keywords: list[str]) -> str:
    return ", " + ", ".join(["*", *keywords]) if keywords else ""


def state_lines(plan: Blueprint, read: tuple[Tensor, ...], dtype: str, depth: int) -> Iterator[str]:
    """The lines that check the state and give what is read of it local names."""
    if read:
        yield state_check(plan, dtype, depth)
        yield from unpacking(tuple(spelled(t.name) if t in read else "_" for t in plan.states), "state", depth)


def state_check(plan: Blueprint, dtype: str, depth: int) -> str:
    sizes = "".join(f", {s}" for s in _sizes(plan))
    return f"{INDENT * depth}_check_state(state{sizes}, {dtype})"


def _sizes(plan: Blueprint) -> tuple[str, ...]:
    """The run-time sizes in the shapes of the states."""
    named = {getattr(e, "name", "") for t in plan.states for e in t.shape}
    return tuple(s for s in plan.sizes if s in named)


def mask_lines(plan: Blueprint, choose: str, depth: int) -> Iterator[str]:
    """The lines that choose the masks and give them local names."""
    if plan.masks:
        yield from unpacking(tuple(spelled(t.name) for t in plan.masks), choose, depth)


def update_groups(plan: Blueprint) -> tuple[Group, ...]:
    """The updates as groups of one statement each."""
    program = replace(plan.with_updates, statements=plan.updates)
    return schedule(program, [e.target for e in plan.updates]).groups


def update_lines(plan: Blueprint) -> Iterator[str]:
    """The lines of a plain function that move the running statistics towards those of the batch, in place."""
    if plan.updates:
        yield f"{INDENT}if state is not None:"
        yield state_check(plan, "dtype", 2)
        yield from unpacking(tuple(spelled(t.name) for t in plan.states), "state", 2)
        for group in update_groups(plan):
            (statement,) = group.statements
            assert isinstance(statement, Assign)
            line = f"{spelled(statement.tensor)}[...] = {text(statement.value)}"
            yield from indented([line], 2)


@dataclass(frozen=True)
class KeywordsPage:
    """``State``, ``Masks`` and what draws and checks them."""

    plan: Blueprint

    @property
    def states(self) -> list[str]:
        return [f"{spelled(t.name)}: Array  # {shape_text(t.shape)}" for t in self.plan.states]

    @property
    def fresh(self) -> str:
        """The declaration of what makes the first state, for run-time sizes that it has."""
        sizes = "".join(f"{size}: int, " for size in _sizes(self.plan))
        arguments = f"{sizes}dtype: npt.DTypeLike = np.float32"
        return "\n".join(declaration("init_state", arguments, "State", ""))

    @property
    def starts(self) -> list[str]:
        """The state before any batch: a mean of 0, a variance of 1, rows of zeros."""
        fill = {"variance": "ones"}
        return [
            f"{spelled(t.name)}=np.{fill.get(t.letter, 'zeros')}({shape_text(t.shape)}, dtype),"
            for t in self.plan.states
        ]

    @property
    def state_arguments(self) -> str:
        return "".join(f", {s}: int" for s in _sizes(self.plan))

    @property
    def state_shapes(self) -> str:
        shapes = _tuple([shape_text(t.shape) for t in self.plan.states])
        return "\n".join(wrapped(f"{INDENT}shapes: tuple[tuple[int, ...], ...] = {shapes}"))

    @property
    def rows(self) -> str:
        """The states that are given to the equations, beside those that move."""
        return ", ".join(spelled(t.name) for t in self.plan.read_states)

    @property
    def moved(self) -> bool:
        return bool(self.plan.updates)

    @property
    def masks(self) -> list[str]:
        return [f"{spelled(t.name)}: Array  # {shape_text(t.shape)}" for t in self.plan.masks]

    @property
    def drawn(self) -> list[str]:
        return [
            f"{spelled(t.name)}=(rng.random({shape_text(t.shape)}) < {self._keep(t)}).astype(dtype),"
            for t in self.plan.masks
        ]

    @property
    def mask_shapes(self) -> str:
        shapes = _tuple([shape_text(t.shape) for t in self.plan.masks])
        return "\n".join(wrapped(f"{INDENT}return {shapes}"))

    @property
    def kept(self) -> str:
        keeps = _tuple([self._keep(t) for t in self.plan.masks])
        return "\n".join(wrapped(f"_KEPT: tuple[float, ...] = {keeps}"))

    @property
    def counts(self) -> list[str]:
        """How many numbers each mask has at most, as a workspace counts them."""
        return [" * ".join(["batch", *_factors(t.shape[1:])]) for t in self.plan.masks]

    @property
    def _mask_sizes(self) -> list[str]:
        """The run-time sizes that masks have."""
        named = {e.name for t in self.plan.masks for e in t.shape if isinstance(e, Size)}
        return [size for size in self.plan.sizes if size in named]

    @property
    def mask_sizes(self) -> str:
        return ", ".join(self._mask_sizes)

    @property
    def mask_arguments(self) -> str:
        return ", ".join(f"{size}: int" for size in self._mask_sizes)

    @property
    def draw_declaration(self) -> str:
        rest = "rng: np.random.Generator | int, dtype: npt.DTypeLike = np.float32"
        return "\n".join(declaration("draw_masks", f"{self.mask_arguments}, {rest}", "Masks", ""))

    @property
    def workspace_declaration(self) -> str:
        given = "self, masks: Masks | None, rng: np.random.Generator | int | None"
        return "\n".join(declaration("_chosen_masks", f"{given}, {self.mask_arguments}", "Masks", INDENT))

    def _keep(self, tensor: Tensor) -> str:
        return repr(round(float(self.plan.kept.get(tensor.name, 0.5)), 12))

    @property
    def clip_norm(self) -> str:
        return "None" if self.plan.clip_norm is None else repr(float(self.plan.clip_norm))


def _factors(shape: tuple[Extent, ...]) -> list[str]:
    """The numbers and lengths whose product is the size of an array."""
    count = prod(e for e in shape if isinstance(e, int))
    lengths = [str(e) for e in shape if isinstance(e, Size)]
    return lengths if count == 1 and lengths else [*lengths, str(count)]


def _tuple(parts: list[str]) -> str:
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
