"""The class ``Workspace`` of a module as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from symbp.derivation import adjoint_name
from symbp.equation import Extent
from symbp.numpy_code.arguments import all_arguments, check_calls, declaration, local_names, result_type, words
from symbp.numpy_code.blueprint import Blueprint
from symbp.numpy_code.comments import comment_lines
from symbp.numpy_code.layout import INDENT, WIDTH, commented, indented, unpacking, wrapped
from symbp.numpy_code.names import Names, spelled
from symbp.numpy_code.pages.keywords import (
    KeywordsPage,
    gradient_keywords,
    mask_lines,
    state_check,
    state_lines,
    update_groups,
)
from symbp.numpy_code.scalars import shape_text
from symbp.numpy_code.workspace.inplace import InPlace, in_place
from symbp.numpy_code.workspace.ops import Place
from symbp.program import GIVEN, Scan, Tensor
from symbp.schedule import Group, Schedule
from symbp.schedule.order import Order

_BODY = INDENT * 2
_KEPT = 16  # the sizes of batches whose views a workspace keeps, if there is a view for each step


@dataclass(frozen=True)
class WorkspacePage:
    """``loss_and_grad`` in planned buffers."""

    plan: Blueprint
    backward: Schedule

    @cached_property
    def _in_place(self) -> InPlace:
        stored = self.backward.program
        names_of = {t.name for t in stored.tensors}
        added = tuple(t for t in self.plan.with_updates.tensors if t.name not in names_of)
        program = replace(stored, tensors=(*stored.tensors, *added))
        names = Names({spelled(t.name) for t in program.tensors})
        places: dict[str, Place] = {t.name: "given" for t in program.of_role(*GIVEN)}
        places |= dict.fromkeys(self.plan.gradients, "gradient")
        places |= dict.fromkeys(self.plan.input_adjoints, "pinned")
        groups = (*self.backward.groups, *update_groups(self.plan))
        stops = frozenset({len(self.backward.groups)})
        return in_place(Schedule(program, groups), names, places, self._comments, stops)

    def _comments(self, group: Group, depth: int) -> Iterator[str]:
        return comment_lines(self._order, group, lambda e: self.plan.numbers.get(e[0].target), depth + 2)

    @cached_property
    def _order(self) -> Order:
        return Order.of(self.plan.program)

    @property
    def by_parts(self) -> bool:
        """Whether parts of an axis, such as gates, are an axis of their own in tensors that a loop goes through."""
        tensor = self.backward.program.tensor
        found = any(isinstance(s, Scan) for s in self.backward.program.statements)
        named = (t for t in self.plan.program.tensors if t.name in tensor)
        return found and any(len(tensor[t.name].shape) > len(t.shape) for t in named)

    @property
    def rest(self) -> tuple[str, ...]:
        """The run-time sizes besides the batch."""
        return tuple(s for s in self.plan.sizes if s != "N")

    @property
    def init(self) -> str:
        rest = "".join(f", {s}: int" for s in self.rest)
        arguments = f"self, batch: int{rest}, dtype: npt.DTypeLike = np.float32"
        return "\n".join(declaration("__init__", arguments, "None", INDENT))

    @property
    def needs(self) -> str:
        """When a workspace is refused."""
        sizes = " or ".join(["the batch", *self.rest])
        return f"{sizes} is no positive whole number, or the dtype no float"

    @property
    def _sums(self) -> tuple[Extent, ...]:
        """The shape of the sums of the targets that must sum to one; empty if none must."""
        return next((t.shape[:-1] for t in self._normalized), ())

    @property
    def _normalized(self) -> tuple[Tensor, ...]:
        return tuple(t for t in self.plan.targets if t.normalized)

    @property
    def buffers(self) -> list[str]:
        made = self._in_place.buffers
        used = words(made)
        counts = [f"{_BODY}{name} = {c.format(N='batch')}" for name, c in self._in_place.counts if name in used]
        head = f"{_BODY}self._buffers: tuple[Array, ...] = ("
        lines = [head, *(line for b in made for line in wrapped(f"{INDENT * 3}{b},")), f"{_BODY})"]
        if len(made) < 2:
            lines = [f"{head}{''.join(f'{b},' for b in made)})"]
        lines = [*counts, *lines]
        if self._sums:
            sides = ["batch" if str(e) == "N" else str(e) for e in self._sums]
            lines.append(f"{_BODY}self._sums = np.empty({' * '.join(sides)}, self.dtype)")
            lines.append(f"{_BODY}self._ones = np.ones({self._normalized[0].shape[-1]}, self.dtype)")
        lines += self._mask_buffers()
        lines += [f"{_BODY}self._most_{s} = {s}" for s in self.rest]
        key = "int" if len(self.plan.sizes) < 2 else f"tuple[{', '.join('int' for _ in self.plan.sizes)}]"
        return [*lines, f"{_BODY}self._views: dict[{key}, {self._cut_type}] = {{}}"]

    @property
    def slabs(self) -> bool:
        """Whether rows are multiplied some at a time."""
        return any("_slab(" in line for line in self.views)

    @property
    def aligned(self) -> bool:
        """Whether there are buffers that begin at a multiple of 64 bytes."""
        return any(made.startswith("_aligned(") for made in self._in_place.buffers)

    @property
    def turned(self) -> bool:
        """Whether a matrix is copied transposed if there are enough samples."""
        return any("_turned(" in line for line in self.lines)

    @property
    def blocks(self) -> bool:
        """Whether there are loops over blocks of rows."""
        return bool(self._in_place.blocks)

    @property
    def _cut_type(self) -> str:
        return "tuple[Any, ...]" if self._rows else "tuple[Array, ...]"

    @property
    def steps(self) -> bool:
        """Whether there are loops over steps whose blocks are cut before."""
        return bool(self._in_place.steps)

    @property
    def _rows(self) -> tuple[tuple[str, str], ...]:
        """What loops go through, with the expressions that cut it from the views."""
        return (*self._in_place.blocks, *self._in_place.steps)

    def _mask_buffers(self) -> list[str]:
        """The memory that masks are drawn in: the widest is drawn at a time."""
        if not self.plan.masks:
            return []
        counts = KeywordsPage(self.plan).counts
        arrays = [f"np.empty({count}, self.dtype)" for count in counts]
        widest = counts[0] if len(set(counts)) == 1 else "max(mask.size for mask in self._masks)"
        return [
            *wrapped(f"{_BODY}self._masks = ({', '.join(arrays)},)"),
            f"{_BODY}self._drawn = np.empty({widest})",
            f"{_BODY}self._kept = np.empty(self._drawn.size, np.bool_)",
        ]

    @property
    def masks(self) -> bool:
        return bool(self.plan.masks)

    @property
    def _key(self) -> str:
        sizes = self.plan.sizes
        return sizes[0] if len(sizes) == 1 else f"({', '.join(sizes)})" if sizes else "0"

    @property
    def views(self) -> list[str]:
        if not self._in_place.views:
            return []
        sizes = "".join(f", {s}: int" for s in self.plan.sizes)
        lines = [
            f"{INDENT}def _cut(self{sizes}) -> {self._cut_type}:",
            f'{_BODY}"""The buffers cut to the shapes of the tensors that they hold in turn."""',
        ]
        if self._rows:
            return [*lines, *self._blocks(), ""]
        lines.append(f"{_BODY}return (")
        for name, view in self._in_place.views:
            lines += commented(f"{INDENT * 3}{view},", name)
        return [*lines, f"{_BODY})", ""]

    def _blocks(self) -> Iterator[str]:
        """The lines that name the views, cut them to what loops go through, and return what is used."""
        found = self._in_place
        yield from (f"{_BODY}{name} = {count.format(N='N')}" for name, count in found.counts)
        yield from indented((f"{name} = {view}" for name, view in (*found.views, *self._rows)), 2)
        line = f"{_BODY}return {', '.join(self._view_names)}"
        single = [f"{_BODY}return ({self._view_names[0]},)"] if len(self._view_names) == 1 else [line]
        broken = [f"{_BODY}return (", *(f"{INDENT * 3}{name}," for name in self._view_names), f"{_BODY})"]
        yield from single if len(line) <= WIDTH else broken

    @cached_property
    def _view_names(self) -> tuple[str, ...]:
        """What ``loss_and_grad`` unpacks: the views that it uses as a whole, and what loops go through."""
        found = self._in_place
        if not self._rows:
            return tuple(name for name, _ in found.views)
        used = words(line for lines in found.groups for line in lines) | set(map(spelled, self.plan.input_adjoints))
        return (*(name for name, _ in found.views if name in used), *(name for name, _ in self._rows))

    @property
    def declaration(self) -> str:
        return "\n".join(
            declaration(
                "loss_and_grad",
                f"self, {all_arguments(self.plan)}{gradient_keywords(self.plan)}",
                result_type(self.plan),
                INDENT,
            )
        )

    @cached_property
    def lines(self) -> list[str]:
        plan, depth = self.plan, 2
        body: list[str] = []
        for number, (group, lines) in enumerate(zip(self.backward.groups, self._in_place.groups, strict=False)):
            body += indented(self._comments(group, 0) if number not in self._in_place.inside else (), depth)
            body += indented(lines, depth)
        for tensor in plan.parameters:
            if not tensor.shape and adjoint_name(tensor.name) in self.backward.computed:
                body.append(f"{_BODY}self._gradient.{spelled(tensor.name)}[...] = {spelled(tensor.name)}_bar")
        body += self._updates()
        adjoints = [spelled(name) for name in plan.input_adjoints]
        body.append(f"{_BODY}return {', '.join([spelled(plan.program.output), 'self._gradient', *adjoints])}")
        return [*self._head(body), *body]

    def _updates(self) -> Iterator[str]:
        """The lines that move the running statistics, where they are given."""
        if self.plan.updates:
            yield f"{_BODY}if state is not None:"
            yield state_check(self.plan, "self.dtype", 3)
            yield from unpacking(tuple(spelled(t.name) for t in self.plan.states), "state", 3)
            for lines in self._in_place.groups[len(self.backward.groups) :]:
                yield from indented(lines, 3)

    def _head(self, body: list[str]) -> Iterator[str]:
        plan = self.plan
        further = [
            *state_lines(plan, plan.read_states, "self.dtype", 2),
            *mask_lines(plan, f"self._chosen_masks(masks, rng, {KeywordsPage(plan).mask_sizes})", 2),
        ]
        used = words([line.replace("self.dtype", "") for line in (*further, *body)]) | set(plan.sizes)
        scratch = f", {self._scratch()}" if self._sums else ""
        of_inputs, *of_targets = check_calls(plan, plan.inputs, plan.targets, used, "self.dtype", scratch)
        yield from indented([of_inputs], 2)
        yield from self._limits()
        yield from indented(of_targets, 2)
        if "dtype" in used:
            yield f"{_BODY}dtype = self.dtype"
        yield from further
        yield from local_names(plan, plan.inputs, plan.targets, used, 2)
        yield from self._view_lines()
        gradients = tuple(self._unpacked(t) for t in plan.parameters)
        if set(gradients) - {"_"}:
            yield from unpacking(gradients, "self._gradient", 2)

    def _scratch(self) -> str:
        """What the sums of targets are computed with: ones, and the part of the sums that a batch needs."""
        if len(self._sums) == 1:
            return "(self._ones, self._sums[:N])"
        sums = f"self._sums[: {' * '.join(map(str, self._sums))}].reshape{shape_text(self._sums)}"
        return f"(self._ones, {sums})"

    def _limits(self) -> Iterator[str]:
        """The lines that compare the run-time sizes with those that the buffers are made for."""
        if "N" in self.plan.sizes:
            yield f"{_BODY}if N > self.batch:"
            message = 'f"the batch has {N} samples, this workspace holds {self.batch}"'
            yield from wrapped(f"{_BODY}{INDENT}raise ValueError({message})")
        for size in self.rest:
            yield f"{_BODY}if self._most_{size} < {size}:"
            message = f'f"{size} is {{{size}}}, this workspace was made for at most {{self._most_{size}}}"'
            yield from wrapped(f"{_BODY}{INDENT}raise ValueError({message})")

    def _view_lines(self) -> Iterator[str]:
        names = self._view_names
        if names:
            yield f"{_BODY}if {self._key} not in self._views:"
            if self.steps:
                yield f"{INDENT * 3}if len(self._views) == {_KEPT}:  # each holds all its steps"
                yield f"{INDENT * 4}self._views.clear()"
            yield f"{INDENT * 3}self._views[{self._key}] = self._cut({', '.join(self.plan.sizes)})"
            yield from unpacking(names, f"self._views[{self._key}]", 2)

    def _unpacked(self, tensor: Tensor) -> str:
        adjoint = adjoint_name(tensor.name)
        return spelled(adjoint) if tensor.shape and adjoint in self.backward.computed else "_"
