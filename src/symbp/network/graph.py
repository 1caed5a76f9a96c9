"""The graph of a network's layers: who reads whom, in which order they are computed, and the shape of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from math import prod

from symbp.errors import Fault, inside, quoted
from symbp.layers import INPUT, Layer, Shape
from symbp.layers.fragment import fixed, steps
from symbp.layers.layer import times
from symbp.names import LARGEST_SIZE, one_of

Sources = tuple[tuple[int, ...], ...]  # of each layer the positions of those it reads, from 1; 0 is the input


def check_names(layers: Sequence[Layer]) -> None:
    """Nothing, if no two layers have the same name.

    Raises:
        Fault: at the second one.
    """
    first: dict[str, int] = {}
    for position, layer in enumerate(layers):
        if layer.name == INPUT:
            raise Fault(f"{quoted(INPUT)} is the input of the network", "Choose another name.", (position, "name"))
        if layer.name is not None and layer.name in first:
            raise Fault(f"layers[{first[layer.name]}] is called {quoted(layer.name)} too", path=(position, "name"))
        if layer.name is not None:
            first[layer.name] = position


def sources_of(layers: Sequence[Layer]) -> Sources:
    """Whom each layer reads.

    Raises:
        Fault: a layer that is named does not exist, a layer reads too many or too few, nothing reads a layer, or
            layers wait for one another.
    """
    places = {INPUT: 0} | {layer.name: number for number, layer in enumerate(layers, 1) if layer.name is not None}
    found = []
    for position, layer in enumerate(layers):
        with inside(position):
            found.append(_sources(position, layer, places))
    order_of(layers, tuple(found))
    _check_read(layers, found)
    return tuple(found)


def _sources(position: int, layer: Layer, places: dict[str, int]) -> tuple[int, ...]:
    names = tuple(layer.input)
    numbers = []
    with inside("input"):
        for item, name in enumerate(names):
            with inside(*([item] if len(names) > 1 else [])):
                numbers.append(places[one_of(name, places, "layer")])
        fewest, most = layer.reads
        if len(names or ("the one before",)) < fewest:
            has = f"has {len(names)}" if names else "has only the one before"
            raise Fault(f"{layer.kind} needs two or more layers to read, {has}", 'Such as input = ["a", "b"].')
        if len(names) > most:
            one = "one layer" if most == 1 else f"at most {most} layers"
            raise Fault(f"{layer.kind} reads {one}, has {len(names)}", "Add or concatenate them first.")
    return tuple(numbers) or (position,)


def _check_read(layers: Sequence[Layer], sources: Sequence[tuple[int, ...]]) -> None:
    """Nothing, if every layer but the last is read by another one."""
    read = {number for numbers in sources for number in numbers}
    for position in range(len(layers) - 1):
        if position + 1 not in read:
            raise Fault(
                f"no layer reads this {layers[position].kind}, and it is not the last one",
                "Give it a name, and name it in the input of another layer; or leave it out.",
                (position,),
            )


def order_of(layers: Sequence[Layer], sources: Sources) -> tuple[int, ...]:
    """The numbers of the layers, from 1, each after those that it reads; in their own order where that will do.

    Raises:
        Fault: layers wait for one another.
    """
    graph = {number: set(numbers) for number, numbers in enumerate(sources, 1)}
    sorter: TopologicalSorter[int] = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        raise _circle(layers, error.args[1]) from None
    order: list[int] = []
    waiting: list[int] = []
    while sorter.is_active():
        waiting = sorted([*waiting, *sorter.get_ready()])
        order.append(waiting.pop(0))
        sorter.done(order[-1])
    return tuple(number for number in order if number)


def check_tokens(layers: Sequence[Layer], sources: Sources, dtype: str) -> None:
    """Nothing, if tokens are read by what reads tokens, and numbers by all others.

    Raises:
        Fault: at the first layer of which that is not so.
    """
    for position, (layer, numbers) in enumerate(zip(layers, sources, strict=True)):
        has = ["tokens" if number == 0 and dtype == "int" else "numbers" for number in numbers]
        if layer.reads_tokens and "numbers" in has:
            what = "the input has numbers" if 0 in numbers else f"layers[{numbers[0] - 1}] gives numbers"
            remedy = 'Write dtype = "int" in [input], and let this layer be the first that reads it.'
            raise Fault(f"{layer.kind} reads tokens, but {what}", remedy, (position,))
        if not layer.reads_tokens and "tokens" in has:
            remedy = 'Put a layer of kind "embedding" before it, or leave dtype out of [input].'
            raise Fault(f"{layer.kind} reads numbers, but the input has tokens", remedy, (position,))


def _circle(layers: Sequence[Layer], numbers: Sequence[int]) -> Fault:
    """Each of these reads the one before it, and the first is the last."""
    start = min(range(len(numbers) - 1), key=lambda k: numbers[k])
    around = [*numbers[start:-1], *numbers[: start + 1]][::-1]
    places = [f"layers[{number - 1}]" for number in around]
    told = f"{places[0]} reads " + (", which reads ".join(places[1:]) if len(places) > 2 else "itself")
    return Fault(
        f"there is no order to compute the layers in: {told}",
        "What a layer reads must be computed before it: let one of them read an earlier layer.",
        (around[0] - 1, "input"),
    )


def shapes_of(layers: Sequence[Layer], sources: Sources, shape: Shape) -> tuple[Shape, ...]:
    """The shape of a sample, of the input first and then of what each layer gives.

    Raises:
        Fault: at the layer whose inputs do not fit, with the arithmetic of those that gave them.
    """
    shapes: dict[int, Shape] = {0: _input_shape(layers, sources, shape)}
    for number in order_of(layers, sources):
        inputs = tuple(shapes[source] for source in sources[number - 1])
        try:
            shapes[number] = _output_shape(layers[number - 1], inputs)
        except Fault as fault:
            told = "; ".join([fault.problem, *_told(layers, sources, shapes, sources[number - 1])])
            raise fault.at((number - 1, *fault.path), told) from None
        if prod(fixed(shapes[number])) > LARGEST_SIZE:
            has = " times ".join(f"{extent:,}" for extent in fixed(shapes[number]))
            raise Fault(f"gives a sample {has} numbers; at most {LARGEST_SIZE:,} are allowed", path=(number - 1,))
    return tuple(shapes[number] for number in range(len(layers) + 1))


def _input_shape(layers: Sequence[Layer], sources: Sources, shape: Shape) -> Shape:
    """The shape of the input: two sizes are steps and features if a layer reads them so, be it past others."""
    passing, readers = {0}, list(enumerate(sources, 1))
    for number, read in readers * len(readers):
        if layers[number - 1].sequences == "passed" and passing & set(read):
            passing.add(number)
    by_step = any(layers[number - 1].sequences == "read" and passing & set(read) for number, read in readers)
    return (steps(shape[0]), *shape[1:]) if by_step and len(shape) < 3 else shape


def _output_shape(layer: Layer, inputs: tuple[Shape, ...]) -> Shape:
    """The shape of what a layer gives.

    Raises:
        Fault: the inputs do not fit, or have a length that the layer needs to know beforehand.
    """
    if layer.sequences == "none":
        for shape in inputs:
            if len(fixed(shape)) < len(shape):
                problem = f"{layer.kind} needs to know all sizes beforehand, but the input is {times(shape)}"
                raise Fault(problem, "Write a whole number for T, or let a recurrent layer give its last step alone.")
        return tuple(map(int, fixed(layer.output_shape(inputs))))  # what were steps are channels
    return layer.output_shape(inputs)


def _told(
    layers: Sequence[Layer], sources: Sources, shapes: dict[int, Shape], numbers: tuple[int, ...]
) -> Iterator[str]:
    """How the sources of a layer come to their shapes."""
    for number in dict.fromkeys(_shaping(layers, sources, shapes, n) for n in numbers):
        if number:
            inputs = tuple(shapes[source] for source in sources[number - 1])
            yield arithmetic(layers[number - 1], number, inputs, shapes[number])


def _shaping(layers: Sequence[Layer], sources: Sources, shapes: dict[int, Shape], number: int) -> int:
    """The layer that a shape comes from: many layers only pass on what they read."""
    while number:
        read = sources[number - 1]
        same = [source for source in read if shapes[source] == shapes[number]]
        if not same or layers[number - 1].arithmetic(tuple(shapes[source] for source in read)):
            break
        number = same[0]
    return number


def arithmetic(layer: Layer, number: int, inputs: tuple[Shape, ...], output: Shape) -> str:
    """How a layer comes to its shape: ``layers[0] conv2d: input 1x28x28, kernel 5, stride 2 gives 8x12x12``."""
    read = f"input {' and '.join(map(times, inputs))}"
    told = ", ".join(filter(None, [read, layer.arithmetic(inputs)]))
    return f"layers[{number - 1}] {layer.kind}: {told} gives {times(output)}"
