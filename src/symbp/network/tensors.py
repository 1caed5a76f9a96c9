"""The tensors of a network in layers as a whole: their order, and that each has a name of its own."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.errors import Fault, quoted
from symbp.layers import Attention, Layer
from symbp.program import Tensor


def in_order(tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Each tensor once, the parameters by their numbers where layers are computed in another order."""
    distinct = list(dict.fromkeys(tensors))
    numbered = iter(sorted((t for t in distinct if t.role == "parameter"), key=lambda t: t.layer or 0))
    return tuple(next(numbered) if t.role == "parameter" else t for t in distinct)


def check_distinct(layers: Sequence[Layer], tensors: Sequence[Tensor]) -> None:
    """Nothing, if each name is that of one tensor: masks and equations give names of their own.

    Raises:
        Fault: at the layer that gives a name twice.
    """
    seen: dict[str, Tensor] = {}
    for tensor in tensors:
        other = seen.setdefault(tensor.name, tensor)
        if other is not tensor:
            readers = [
                k for k, layer in enumerate(layers) if isinstance(layer, Attention) and layer.mask == tensor.name
            ]
            if readers:
                raise _two_masks(readers[-1], other, tensor)
            problem = f"two tensors would be called {tensor.name}, one of them {tensor.letter} of this layer"
            raise Fault(problem, "Call it something else.", ("layers", (tensor.layer or 1) - 1))


def _two_masks(reader: int, one: Tensor, other: Tensor) -> Fault:
    """A mask that is called like something else, or like one of another length."""
    name, path = quoted(one.name), ("layers", reader, "mask")
    if one.role == other.role == "input" and one.dtype == other.dtype == "int":
        lengths = f"{one.shape[1]} keys in one layer and {other.shape[1]} in another"
        return Fault(f"the mask {name} would have {lengths}", 'Give each a name, as in mask = "seen".', path)
    return Fault(f"another tensor is called {name}", 'Call the mask something else, such as mask = "seen".', path)
