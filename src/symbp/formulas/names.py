"""What the names in a formula stand for: arrays, elements, lengths, functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy

from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.equation import Size
from symbp.errors import Fault, Span
from symbp.formulas.quantity import all_tensors, typed_elements
from symbp.formulas.tree import Derivative, Name
from symbp.functions import ROWS, Elementary
from symbp.layers.fragment import BATCH
from symbp.names import close_to
from symbp.parse.expression import ALIASES
from symbp.program import Tensor
from symbp.views.scalar import Element

ACTIVATION = ("sigma", "act")  # the activation of the network, whatever it is
PRINTED = {row.text: name for name, row in ROWS.items() if row.text.isalpha() and row.text not in ROWS}  # ReLU
SPELLINGS = {**ALIASES, **PRINTED}
FUNCTIONS = frozenset({*ROWS, *SPELLINGS, "sqrt", "softmax", "diag", *ACTIVATION})
ARRAY_FUNCTIONS = frozenset({"softmax", "diag"})
RATES = ("eta", "lr", "learning_rate")
NOT_ACTIVATIONS = frozenset(
    "exp log sin cos log1p expm1 abs sign step maximum minimum clip huber xlogx log_cosh".split()
)
_LAYERED = re.compile(r"(?P<letter>Delta|delta|[A-Za-z]+)_?(?P<layer>[0-9]+)")


@dataclass(frozen=True)
class Ref:
    """A tensor of the derivation; ``rows`` where it was named as a batch, in a capital letter."""

    tensor: Tensor
    rows: bool = False


class Names:
    """The names of one derivation."""

    def __init__(self, derivation: NetworkDerivation) -> None:
        self.derivation = derivation
        self.tensors = all_tensors(derivation)

    # Arrays

    def array(self, node: Name | Derivative) -> Ref | None:
        """The tensor that a name, or a derivative of the loss, stands for; nothing if there is none."""
        if isinstance(node, Derivative):
            found = self._array(node.by) if node.of == "L" else None
            return None if found is None else self._adjoint(found)
        return self._array(node.text)

    def _adjoint(self, ref: Ref) -> Ref | None:
        tensor = self.tensors.get(adjoint_name(ref.tensor.name))
        return None if tensor is None else Ref(tensor, ref.rows)

    def _array(self, name: str) -> Ref | None:
        if name in self.tensors:
            return Ref(self.tensors[name])
        if name in self.aliases:
            return self.aliases[name]
        if "_" in name and name.replace("_", "") in self.tensors:
            return Ref(self.tensors[name.replace("_", "")])
        return None

    @cached_property
    def aliases(self) -> dict[str, Ref]:
        """Other names of tensors: ``delta1``, ``X``, ``A1``, the symbol that the spec chose, ``a2`` of the output."""
        found: dict[str, Ref] = {}
        for name, ref in self._others():
            if name not in self.tensors:
                found.setdefault(name, ref)
        return found

    def _others(self) -> Iterator[tuple[str, Ref]]:
        for name, symbol in (self.derivation.naming.overrides or {}).items():
            if name in self.tensors and not symbol.sup and not symbol.sub:
                yield symbol.base, Ref(self.tensors[name])
        yhat = self.tensors.get("yhat")
        if yhat is not None and yhat.layer is not None:
            yield f"a{yhat.layer}", Ref(yhat)
            yield f"A{yhat.layer}", Ref(yhat, rows=True)
        if "x" in self.tensors:
            yield "a0", Ref(self.tensors["x"])
            yield "A0", Ref(self.tensors["x"], rows=True)
        for name, tensor in self.tensors.items():
            batched = tensor.shape[:1] == (BATCH,)
            if name.startswith("z") and name.endswith("_bar"):
                yield f"delta{name[1:-4]}", Ref(tensor)
                yield f"Delta{name[1:-4]}", Ref(tensor, rows=True)
            elif batched and name[0].islower() and tensor.role != "adjoint":
                yield name[0].upper() + name[1:], Ref(tensor, rows=True)

    # Elements

    def element(self, node: Name | Derivative, samples: int) -> Element | None:
        """The element, or the gradient by one, that a name stands for: ``w31``, ``delta1_1``, ``dL/dw31``."""
        if isinstance(node, Derivative):
            found = self._element(node.by, samples) if node.of == "L" else None
            return None if found is None else self._bar(found)
        if node.text.startswith("delta"):
            rest = node.text[len("delta") :]
            error = self._element(f"z{rest}", samples) or self._element(f"z{rest.lstrip('_')}", samples)
            if error is not None:
                return self._bar(error)
        if node.text.endswith("_bar"):
            found = self._element(node.text[:-4], samples)
            return None if found is None else self._bar(found)
        return self._element(node.text, samples)

    def _bar(self, element: Element) -> Element | None:
        name = adjoint_name(element.tensor)
        return Element(name, element.index) if name in self.tensors else None

    def _element(self, name: str, samples: int) -> Element | None:
        typed = typed_elements(self.derivation, samples)
        for spelled in (name, name.replace("_", "")):
            if spelled in typed:
                return typed[spelled]
        return self._outputs(samples).get(name)

    def _outputs(self, samples: int) -> Mapping[str, Element]:
        """The outputs by the names of activations: ``a3`` for the output of neuron 3."""
        yhat = self.tensors.get("yhat")
        if yhat is None or yhat.layer is None:
            return {}
        z = next((t for t in self.tensors.values() if t.letter == "z" and t.layer == yhat.layer and not t.of), None)
        typed = typed_elements(self.derivation, samples)
        if z is None or z.shape != yhat.shape:
            return {}
        return {f"a{name[1:]}": Element("yhat", e.index) for name, e in typed.items() if e.tensor == z.name}

    # Numbers

    def is_length(self, name: str) -> bool:
        return name in {e.name for t in self.tensors.values() for e in t.shape if isinstance(e, Size)}

    def is_rate(self, name: str) -> bool:
        return name in RATES

    # Functions

    def function(self, name: str, text: str, span: Span) -> str:
        """The name in the table of functions; ``sigma`` is the sigmoid, or the only activation that there is."""
        if name not in ACTIVATION:
            return SPELLINGS.get(name, name)
        used = self.activations
        if len(used) == 1:
            return used[0]
        if "sigmoid" in used or not used:
            return "sigmoid"
        raise Fault(f"{name} is not clear here: the network uses {', '.join(used)}", "Write which one.", (), text, span)

    @cached_property
    def activations(self) -> tuple[str, ...]:
        """The functions of the network that an activation may be."""
        found = {type(f).__name__ for e in self.derivation.start.equations() for f in e.body.atoms(Elementary)}
        return tuple(sorted(found - NOT_ACTIVATIONS))

    @cached_property
    def constants(self) -> dict[str, tuple[sympy.Expr, ...]]:
        """The constants that the network calls a function with, such as the slope of a leaky ReLU."""
        found: dict[str, tuple[sympy.Expr, ...]] = {}
        for equation in self.derivation.start.equations():
            for call in sorted(equation.body.atoms(Elementary), key=str):
                constants = call.args[len(ROWS[type(call).__name__].partials) :]
                if constants and all(c.is_number for c in constants):
                    found.setdefault(type(call).__name__, constants)
        return found

    # Faults

    def unknown(self, node: Name | Derivative, text: str) -> Fault:
        """There is no such name; the nearest one is proposed."""
        if isinstance(node, Derivative):
            return self._unknown_derivative(node, text)
        typed = typed_elements(self.derivation)
        known = [n for n, t in self.tensors.items() if t.role != "adjoint"]
        near = close_to(node.text, [*known, *self.aliases, *typed, *FUNCTIONS])
        hint = f"Did you mean {near}? " if near else ""
        return Fault(f'unknown name "{node.text}"', hint + self.known, (), text, node.span)

    @property
    def known(self) -> str:
        arrays = [n for n, t in self.tensors.items() if t.role != "adjoint"]
        more = ", ..." if len(arrays) > 20 else ""
        return f"Known: {', '.join(arrays[:20])}{more}, delta of a layer, dL/d of each, N."

    def _unknown_derivative(self, node: Derivative, text: str) -> Fault:
        if node.of != "L":
            problem = f"d{node.of}/d{node.by} is no local derivative that is known here"
            return Fault(problem, "Write one step of the chain rule, of one neuron by the next.", (), text, node.span)
        if self._array(node.by) or self._element(node.by, self.derivation.naming.samples):
            problem = f"dL/d{node.by} is not among the gradients of this derivation"
            return Fault(problem, "It is given, or frozen.", (), text, node.span)
        near = close_to(node.by, [*self.tensors, *typed_elements(self.derivation)])
        hint = f"Did you mean dL/d{near}? " if near else ""
        return Fault(f'unknown name "{node.by}"', hint + self.known, (), text, node.span)
