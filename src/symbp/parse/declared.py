"""What equations are given: the indices with their extents, the tensors with their roles."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from symbp.equation import Extent, Index, Size
from symbp.errors import Fault, inside, quoted
from symbp.names import ARGUMENT_NAMES, flag, identifier, known_keys, nearest, one_of, shown, size, text
from symbp.parse.expression import CONSTANTS, FUNCTIONS
from symbp.program import Role, Tensor

ROLES: dict[str, Role] = {
    "input": "input",
    "target": "target",
    "parameter": "parameter",
    "state": "state",
    "intermediate": "intermediate",
}
KEYS = ("indices", "role", "dtype", "frozen")
_LENGTH = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_]{0,63})\s*(\+\s*(?P<plus>[0-9]{1,4}))?")
_PARTS = re.compile(r"(?P<letter>.*?)(?P<layer>[0-9]{1,4})?")


def indices_of(given: Mapping[str, object]) -> dict[str, Index]:
    """The indices by name.

    Raises:
        Fault: a name is taken, or an extent is neither a whole number nor the name of a run-time length.
    """
    bound = {}
    for name, extent in given.items():
        with inside(name):
            free_name(name, ())
            bound[name] = Index(name, _extent(extent))
    for name in bound:
        if name in lengths(bound):
            raise Fault(f"{quoted(name)} is an index and a length", "Choose another name.", (name,), at_key=True)
    return bound


def lengths(bound: Mapping[str, Index]) -> frozenset[str]:
    """The names of the run-time lengths."""
    return frozenset(i.extent.name for i in bound.values() if isinstance(i.extent, Size))


def _extent(given: object) -> Extent:
    if not isinstance(given, str):
        return size(given)
    match = _LENGTH.fullmatch(given.strip())
    if not match:
        raise Fault(f"{quoted(given)} is not a length", 'Write a whole number, or a name such as "T" or "T+1".')
    name = identifier(match["name"])
    if name in (*FUNCTIONS, *CONSTANTS, *ARGUMENT_NAMES):
        raise Fault(f"{quoted(name)} is a name of symbp's", 'Choose another name, such as "T".')
    return Size(name, int(match["plus"] or 0))


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, if an index or a tensor may have it; ``taken`` are those of indices and lengths."""
    try:
        identifier(name)
    except Fault as fault:
        raise Fault(fault.problem, fault.remedy, at_key=True) from None
    if name in (*FUNCTIONS, *CONSTANTS) or name.endswith("_bar"):
        raise Fault(f"{quoted(name)} is a name of symbp's", "Choose another name.", at_key=True)
    if name in taken:
        raise Fault(f"{quoted(name)} is the name of an index or a length too", "Choose another name.", at_key=True)
    return name


def declared(given: Mapping[str, object], bound: Mapping[str, Index], known: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors by name: those that are known already, then those of the table.

    Raises:
        Fault: a name is taken, or an entry of the table is at fault.
    """
    found = dict(known)
    for name, table in given.items():
        if name in known:
            raise Fault(f"{quoted(name)} is given already", "Leave it out here.", (name,), at_key=True)
        with inside(name):
            free_name(name, (*bound, *lengths(bound)))
            found[name] = _tensor(name, table, bound)
    return found


def _tensor(name: str, given: object, bound: Mapping[str, Index]) -> Tensor:
    if not isinstance(given, Mapping):
        raise Fault(f"needs a table with indices and a role, has {shown(given)}")
    known_keys(given, KEYS)
    for key in ("indices", "role"):
        if key not in given:
            raise Fault(f"{quoted(key)} is missing", 'Such as {indices = "n,j", role = "input"}.')
    with inside("indices"):
        shape = _shape(text(given["indices"]), bound)
    with inside("role"):
        role = ROLES[one_of(given["role"], ROLES, "role")]
    with inside("dtype"):
        whole = one_of(given.get("dtype", "float"), ("float", "int"), "dtype") == "int"
    with inside("frozen"):
        frozen = flag(given.get("frozen", False))
    if role == "parameter":
        _check_parameter(shape, whole)
    return named(name, shape, role, whole, frozen)


def _check_parameter(shape: tuple[Extent, ...], whole: bool) -> None:
    """A parameter is learned, and made before any data are seen."""
    if whole:
        raise Fault("a parameter is learned, so it does not hold whole numbers", "Leave dtype out.", ("dtype",))
    open_ = next((extent for extent in shape if isinstance(extent, Size)), None)
    if open_ is not None:
        problem = f"a parameter has a fixed size, but {open_} is a run-time length"
        raise Fault(problem, "Use an index whose extent is a whole number.", ("indices",))


def named(name: str, shape: tuple[Extent, ...], role: Role, whole: bool, frozen: bool = False) -> Tensor:
    """A tensor whose letter and layer are read off its name: ``W2`` is the ``W`` of layer 2."""
    parts = _PARTS.fullmatch(name)
    letter, layer = (parts["letter"], parts["layer"]) if parts else (name, None)
    number = int(layer) if layer else None
    return Tensor(name, shape, role, "int" if whole else "float", letter or name, number, frozen=frozen)


def _shape(given: str, bound: Mapping[str, Index]) -> tuple[Extent, ...]:
    extents: list[Extent] = []
    start = 0
    for item in given.split(",") if given.strip() else []:
        extents.append(_axis(item, start, given, bound))
        start += len(item) + 1
    return tuple(extents)


def _axis(item: str, start: int, given: str, bound: Mapping[str, Index]) -> Extent:
    """The extent of one axis: that of an index, or a whole number."""
    word = item.strip()
    begin = start + len(item) - len(item.lstrip())
    try:
        return size(int(word)) if word.isdecimal() and word.isascii() and len(word) < 12 else bound[word].extent
    except (KeyError, Fault) as fault:
        problem, remedy = f"unknown index {quoted(word)}", nearest(word, bound)
        if isinstance(fault, Fault):
            problem, remedy = fault.problem, fault.remedy
        raise Fault(problem, remedy, text=given, span=(begin, begin + max(1, len(word)))) from None
