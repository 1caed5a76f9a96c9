"""What the table ``[audit]`` of an example says: where its text stands, and the figures that it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from symbp.audit.printed import REMEDY, Printed
from symbp.audit.quantities import Quantity
from symbp.derive import NetworkDerivation
from symbp.errors import Fault, Path, inside, quoted
from symbp.names import known_keys, nearest, shown

KEYS = ("source", "updated", "figures")
FIGURE_KEYS = ("of", "printed", "called", "after")
REQUIRED = ("of", "printed")
MOST_STEPS = 10**6
MOST_FIGURES = 10_000
MOST_CALLED = 60  # characters of a name
EXAMPLE = '[[audit.figures]] with of = "z1[1]" and printed = "0.33"'
Find: TypeAlias = Callable[[str, bool], Quantity]
Nested: TypeAlias = "str | list[Nested]"


@dataclass(frozen=True)
class Asked:
    """One figure of the text.

    Attributes:
        called: The text's own name of it; empty if the table gives none.
        quantity: What it is of.
        printed: What is printed.
        after: How many steps of training stand before it.
        path: The keys that lead to it.
    """

    called: str
    quantity: Quantity
    printed: Printed
    after: int
    path: Path


@dataclass(frozen=True)
class Asking:
    """The whole table: the text, the parameters that a step of its training changes, and its figures."""

    source: str
    updated: tuple[str, ...]
    figures: tuple[Asked, ...]


def asking(table: object, derivation: NetworkDerivation, find: Find) -> Asking:
    """What the table says.

    Raises:
        Fault: at the first key or value of it that is at fault.
    """
    with inside("audit"):
        if not isinstance(table, Mapping):
            raise Fault(f"needs a table, has {shown(table)}", f"Write {EXAMPLE}.")
        known_keys(table, KEYS)
        source = _line(table, "source")
        with inside("updated"):
            updated = _updated(table.get("updated"), derivation)
        if "figures" not in table:
            raise Fault("there are no figures", f"Write {EXAMPLE}.")
        with inside("figures"):
            return Asking(source, updated, tuple(_figures(table["figures"], find)))


def _line(table: Mapping[str, object], key: str, most: int = 1000) -> str:
    with inside(key):
        value = table.get(key, "")
        if not isinstance(value, str):
            raise Fault(f"needs a string, has {shown(value)}")
        if not value.isprintable() or len(value) > most:
            raise Fault(f"{quoted(value)} is no text of one line with at most {most} characters")
        return value


def _updated(given: object, derivation: NetworkDerivation) -> tuple[str, ...]:
    parameters = [t.name for t in derivation.start.of_role("parameter")]
    known = [name for name in parameters if name in derivation.wrt]
    if given is None:
        return tuple(known)
    if not isinstance(given, list):
        raise Fault(f"needs a list of parameters, has {shown(given)}", f"Known: {', '.join(known)}")
    for position, name in enumerate(given):
        with inside(position):
            if name not in known:
                frozen = " is frozen: no step changes it" if name in parameters else " is no parameter"
                said = quoted(name) if isinstance(name, str) else shown(name)
                raise Fault(f"{said}{frozen}", nearest(str(name), known))
    return tuple(name for name in known if name in given)


def _figures(given: object, find: Find) -> Iterator[Asked]:
    if not isinstance(given, list) or not given:
        raise Fault(f"needs a list of tables, has {shown(given) if given else 'none'}", f"Write {EXAMPLE}.")
    count = 0
    for position, table in enumerate(given):
        with inside(position):
            for figure in _figure(table, find):
                count += 1
                if count > MOST_FIGURES:
                    raise Fault(f"there are more than {MOST_FIGURES:,} figures", "Audit the text in parts.")
                yield Asked(figure.called, figure.quantity, figure.printed, figure.after, _path(position, figure.path))


def _path(position: int, inner: Path) -> Path:
    return ("audit", "figures", position, *inner)


def _figure(table: object, find: Find) -> Iterator[Asked]:
    """The figures of one entry: one, or those of all elements that are printed of a tensor."""
    if not isinstance(table, Mapping):
        raise Fault(f"needs a table, has {shown(table)}", f"Write {EXAMPLE}.")
    known_keys(table, FIGURE_KEYS)
    for key in REQUIRED:
        if key not in table:
            raise Fault(f"{quoted(key)} is missing", f"Required: {', '.join(REQUIRED)}")
    called, after = _line(table, "called", MOST_CALLED), _after(table.get("after", 0))
    with inside("of"):
        if not isinstance(table["of"], str):
            raise Fault(f"needs a string, has {shown(table['of'])}", 'Such as of = "z1[1]".')
        quantity = find(table["of"], isinstance(table["printed"], list))
    with inside("printed"):
        found = list(_elements(table["printed"], quantity, ()))
        if not found:
            raise Fault("nothing is printed", REMEDY)
    for at, printed in found:
        name = f"{called}[{','.join(str(i + 1) for i in at)}]" if called and at else called
        yield Asked(name, quantity.at(at), printed, after, ("printed", *at))


def _after(value: object) -> int:
    with inside("after"):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Fault(f"needs a whole number of steps, 0 or more, has {shown(value)}")
        if value > MOST_STEPS:
            raise Fault(f"needs at most {MOST_STEPS:,} steps, has {value:,}")
        return value


def _elements(given: object, quantity: Quantity, at: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Printed]]:
    """What is printed of each element, with its position among the nested lists; ``""`` is nothing."""
    shape = quantity.shape[len(at) :]
    if isinstance(given, list):
        if not shape or len(given) != shape[0]:
            needs = f"{_lists(shape)} of strings" if shape else "one string"
            raise Fault(f"has a list of {len(given)}, but {quantity.text} needs {needs}")
        for position, item in enumerate(given):
            with inside(position):
                yield from _elements(item, quantity, (*at, position))
        return
    if not isinstance(given, str):
        raise Fault(f"needs a string, has {shown(given)}", REMEDY)
    if shape and given:
        raise Fault(f"has one figure, but {quantity.text} needs {_lists(shape)} of strings", _name_one(quantity, at))
    if given:
        yield at, Printed.of(given)
    elif not at:
        raise Fault("nothing is printed", REMEDY)


def _lists(shape: tuple[int, ...]) -> str:
    return " of ".join(["a list", *["lists"] * (len(shape) - 1)]) + f" ({' x '.join(map(str, shape))})"


def _name_one(quantity: Quantity, at: tuple[int, ...]) -> str:
    return f"Name one element, such as {quantity.at(tuple(0 for _ in quantity.shape)).text}." if not at else ""
