"""Which quantity of a derivation somebody means: ``w31``, ``W1[1,2]``, ``dL/dz1_1``, ``delta1``, ``yhat``.

What is typed counts from 1, and states of a recurrence from 0, as on paper: ``h1[0,2]`` is the state before the first
step. The sample may be left out where there is one. What is returned counts from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.equation import Size
from symbp.errors import Fault, SizeError, Span, quoted
from symbp.formulas.tokens import plain_name
from symbp.layers.fragment import BATCH
from symbp.names import close_to
from symbp.program import Tensor
from symbp.views.naming import Naming, elements
from symbp.views.scalar import Element

Quantity: TypeAlias = tuple[str, tuple[int, ...] | None]

MOST_TYPED = 20_000  # elements with a name of their own
DERIVE_IT = "It is given: [module] input_gradient = true has its gradient derived."
_DERIVATIVE = re.compile(r"(?:d|∂)\s*L\s*/\s*(?:d|∂)\s*|d_?L_?/?d_?(?=[A-Za-z])|dL_d")
_ERROR = re.compile(r"(?:delta|Delta)(?=_?[0-9]|\[|$)")
_BRACKETS = re.compile(r"(?P<name>[^\[\]\s]+)\s*\[(?P<inside>[^\[\]]*)\]")
_WORDS = re.compile(r"(?P<name>[A-Za-z]\w*)(?P<inside>(\s+[0-9]+)+)")


def quantity(text: str, derivation: NetworkDerivation) -> Quantity:
    """The tensor that a text names, and the position of one element of it (from 0), or ``None`` for all of it.

    A gradient is the tensor ``NAME_bar``. Where a name is that of a number and of an array, it is the number.

    >>> from symbp.network import Dense, Network
    >>> from symbp.derive import derive
    >>> d = derive(Network("relay", 2, [Dense(2, "sigmoid"), Dense(1, "sigmoid")], "mse"))
    >>> [quantity(text, d) for text in ("w2_11", "W1[1,2]", "dL/dz1_2", "delta1", "a1")]
    [('W2', (0, 0)), ('W1', (0, 1)), ('z1_bar', (0, 1)), ('z1_bar', None), ('a1', None)]

    Raises:
        Fault: there is no such quantity; the nearest one is proposed.
    """
    return quantities(text, derivation)[0]


def quantities(text: str, derivation: NetworkDerivation) -> tuple[Quantity, ...]:
    """Every quantity that a text may mean: one number first, then a whole array.

    Raises:
        Fault: there is none.
    """
    typed = plain_name(text.strip())
    derivative = _DERIVATIVE.match(typed)
    rest = typed[derivative.end() :].strip().strip("()") if derivative else typed
    error = _ERROR.match(rest)
    name = f"z{rest[error.end() :]}" if error else rest
    adjoint = derivative is not None or error is not None
    found = tuple(dict.fromkeys(_named(name, derivation)))
    if not found:
        raise _unknown(text, typed, derivation)
    if not adjoint:
        return found
    known = all_tensors(derivation)
    bars = tuple((adjoint_name(tensor), index) for tensor, index in found if adjoint_name(tensor) in known)
    if not bars:
        problem = f"{found[0][0]} has no gradient in this derivation"
        is_input = any(t.name == found[0][0] for t in derivation.start.of_role("input"))
        raise Fault(problem, DERIVE_IT if is_input else "It is given, or frozen.", (), text, (0, len(text)))
    return bars


def without_derivative(wrt: str) -> str:
    """``dL/dW1`` as ``W1``."""
    derivative = _DERIVATIVE.match(wrt.strip())
    return wrt.strip()[derivative.end() :] if derivative else wrt.strip()


def split_letters(wrt: str) -> tuple[str, tuple[str, ...]]:
    """``W1[i,j]`` as the tensor and the letters of its axes; anything else has no letters.

    >>> split_letters("W1[i,j]"), split_letters("W1[1,2]")
    (('W1', ('i', 'j')), ('W1[1,2]', ()))
    """
    places = _BRACKETS.fullmatch(wrt.strip())
    letters = tuple(part.strip() for part in places["inside"].split(",")) if places else ()
    if places and all(re.fullmatch(r"[A-Za-z]\w{0,15}", letter) for letter in letters):
        return places["name"], letters
    return wrt, ()


def _unknown(text: str, typed: str, derivation: NetworkDerivation) -> Fault:
    return Fault(f"there is no quantity {quoted(typed)}", proposed(typed, derivation), (), text, (0, len(text)))


def _named(text: str, derivation: NetworkDerivation) -> Iterator[Quantity]:
    tensors = all_tensors(derivation)
    places = _BRACKETS.fullmatch(text) or _WORDS.fullmatch(text)
    if places:
        numbers = re.split(r"[,\s]+", places["inside"].strip())
        if places["name"] in tensors and all(n.isascii() and n.isdigit() for n in numbers):
            tensor = tensors[places["name"]]
            yield tensor.name, position(tensor, tuple(map(int, numbers)), derivation, derivation.sizes, text)
        return
    spelled = dict.fromkeys((text, text.replace("_", "")))
    element = next((e for s in spelled if (e := typed_elements(derivation).get(s)) is not None), None)
    if element is not None:
        yield element.tensor, element.index
    yield from ((s, None) for s in spelled if s in tensors)
    for name, symbol in (derivation.naming.overrides or {}).items():
        if symbol.base == text and name in tensors and text not in tensors and not symbol.sup and not symbol.sub:
            yield name, None


def all_tensors(derivation: NetworkDerivation) -> dict[str, Tensor]:
    """Every tensor that the derivation has a value of, by name."""
    programs = (derivation.result, derivation.chain_result, derivation.start)
    return {t.name: t for program in programs for t in program.tensors}


def position(
    tensor: Tensor,
    typed: tuple[int, ...],
    derivation: NetworkDerivation,
    sizes: Mapping[str, int],
    text: str,
    span: Span | None = None,
) -> tuple[int, ...]:
    """Positions as they are typed, from 1, as those of an element, from 0.

    Raises:
        Fault: there are too many or too few of them, or one lies outside the tensor.
    """
    shape = tuple(sizes[e.name] + e.plus if isinstance(e, Size) else e for e in tensor.shape)
    where = span or (0, len(text))
    if tensor.shape[:1] == (BATCH,) and shape[0] == 1 and len(typed) == len(shape) - 1:
        typed = (1, *typed)
    if typed and set(shape[len(typed) :]) == {1}:
        typed = (*typed, *shape[len(typed) :])  # what is one long needs no position
    if len(typed) != len(shape):
        spelled = f"{len(shape)} position{'s' if len(shape) != 1 else ''}"
        raise Fault(f"{tensor.name} takes {spelled}, not {len(typed)}", _shape(tensor), (), text, where)
    first = derivation.naming.timeline.first
    found = []
    for axis, (number, extent) in enumerate(zip(typed, shape, strict=True)):
        start = first.get((tensor.of or tensor.name, axis), 0)
        if not 0 <= number - 1 + start < extent:
            allowed = f"{1 - start} to {extent - start}"
            problem = f"position {axis + 1} of {tensor.name} goes from {allowed}, not {number}"
            raise Fault(problem, _shape(tensor), (), text, where)
        found.append(number - 1 + start)
    return tuple(found)


def _shape(tensor: Tensor) -> str:
    return f"Its shape is {'x'.join(map(str, tensor.shape))}." if tensor.shape else "It is one number."


def typed_elements(derivation: NetworkDerivation, samples: int | None = None) -> Mapping[str, Element]:
    """The elements by what is typed for them; those of tensors that are too large to list are left out.

    Args:
        samples: How many samples there are, if not as many as in the example.
    """
    return _typed(derivation, derivation.naming.samples if samples is None else samples)


def _typed(derivation: NetworkDerivation, samples: int) -> Mapping[str, Element]:
    memo: dict[int, dict[str, Element]] = derivation.__dict__.setdefault("_typed_elements", {})
    if samples not in memo:
        memo[samples] = dict(_listed(derivation, samples))
    return memo[samples]


def _listed(derivation: NetworkDerivation, samples: int) -> Iterator[tuple[str, Element]]:
    own = derivation.naming
    naming = Naming(own.program, own.numbering, samples, own.overrides)
    sizes = {**derivation.sizes, BATCH.name: samples}
    count = 0
    for tensor in naming.program.tensors:
        if tensor.role == "adjoint":
            continue
        try:
            every = elements(tensor, sizes)
        except SizeError:
            continue
        count += len(every)
        if count > MOST_TYPED:
            return
        yield from ((naming.plain(e), e) for e in every)


def proposed(word: str, derivation: NetworkDerivation) -> str:
    """The known name that is nearest to an unknown one, and where to look for all of them."""
    tensors = all_tensors(derivation)
    known = [*(n for n, t in tensors.items() if t.role != "adjoint"), *typed_elements(derivation)]
    near = close_to(word, known)
    arrays = [n for n, t in tensors.items() if t.role in ("input", "target", "parameter", "intermediate")]
    listed = ", ".join(arrays[:20]) + (", ..." if len(arrays) > 20 else "")
    return (f"Did you mean {near}? " if near else "") + f"Known arrays: {listed}; gradients: dL/dNAME."
