"""Names and single values: what is allowed, and how a message shows what was found instead.

Identifiers become names in emitted code and of files, so they are refused when they could shadow or
escape anything; other text is shown quoted, on one line, shortened.
"""

from __future__ import annotations

import builtins
import difflib
import keyword
import math
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from symbp.errors import Fault, quoted

Number: TypeAlias = int | float

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
MODULE_NAMES = frozenset(
    "Parameters State Masks Workspace OptimizerState init init_state init_optimizer draw_masks example predict loss "
    "loss_and_grad sgd momentum nesterov rmsprop adam adamw flatten unflatten np npt numpy sympy symbp generated main "
    "mean argmax where".split()
)
ARGUMENT_NAMES = frozenset("X Y p self batch dtype rng masks state".split())  # of the emitted functions
DEVICE_NAMES = frozenset(["con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(10))])
LARGEST_SIZE = 10**9


def taken(name: str) -> str:
    """Why a well-formed name cannot be used: ``"a keyword of Python"``; empty if it can."""
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        return "a keyword of Python"
    if hasattr(builtins, name):
        return "a built-in name of Python"
    if name.lower() in sys.stdlib_module_names:
        return "a module of Python's standard library"
    if name.lower() in DEVICE_NAMES:
        return "the name of a device on Windows"
    return "a name that the emitted module or symbp uses itself" if name in MODULE_NAMES else ""


def identifier(value: object) -> str:
    """The value, if it may name a network, a layer or a tensor.

    Raises:
        Fault: it is no string, no ``[A-Za-z][A-Za-z0-9_]{0,63}``, or taken.
    """
    if not isinstance(value, str):
        raise Fault(f"needs a name, has {shown(value)}")
    if any(mark in value for mark in "/\\") or value.startswith("."):
        raise Fault(f"{quoted(value)} holds a path; a name alone is needed", "The folder is chosen with -o DIR.")
    if not IDENTIFIER.fullmatch(value):
        rule = "A name is a letter A-Z or a-z, then at most 63 letters, digits or underscores."
        raise Fault(f"{quoted(value)} is not a name", rule)
    reason = taken(value)
    if reason:
        raise Fault(f"{quoted(value)} is {reason}", f"Choose another name, such as {quoted('net_' + value)}.")
    return value


def size(value: object) -> int:
    """The value, if it is a whole number from 1 to 10^9; no boolean is."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Fault(f"needs a positive whole number, has {shown(value)}")
    if value > LARGEST_SIZE:
        raise Fault(f"needs at most {LARGEST_SIZE:,}, has {shown(value)}")
    return value


def real(value: object) -> Number:
    """The value as it was given, if it is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
        raise Fault(f"needs a finite number, has {shown(value)}")
    return value


def _finite(value: Number) -> bool:
    return abs(value) <= sys.float_info.max if isinstance(value, int) else math.isfinite(value)


def not_negative(value: object) -> Number:
    number = real(value)
    if number < 0:
        raise Fault(f"needs a number that is not negative, has {shown(value)}")
    return number


def positive(value: object) -> Number:
    number = real(value)
    if number <= 0:
        raise Fault(f"needs a positive number, has {shown(value)}")
    return number


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Fault(f"needs true or false, has {shown(value)}")
    return value


def text(value: object) -> str:
    if not isinstance(value, str):
        raise Fault(f"needs a string, has {shown(value)}")
    return value


def one_of(value: object, known: Collection[str], what: str) -> str:
    """The value, if it is among the known ones; the fault names the nearest."""
    if not isinstance(value, str):
        raise Fault(f"needs the name of {_article(what)}, has {shown(value)}", f"Known: {', '.join(sorted(known))}")
    if value not in known:
        raise Fault(f"unknown {what} {quoted(value)}", nearest(value, known))
    return value


def known_keys(table: Mapping[str, object], known: Collection[str], what: str = "key") -> None:
    """Nothing, if every key is known.

    Raises:
        Fault: at the first unknown key, naming the nearest.
    """
    for key in table:
        if key not in known:
            raise Fault(f"unknown {what} {quoted(key)}", nearest(key, known), (key,), at_key=True)


def nearest(word: str, known: Collection[str]) -> str:
    """The remedy for a misspelt word: the nearest known one, and all of them."""
    close = close_to(word, known)
    hint = f'Did you mean "{close}"? ' if close else ""
    return f"{hint}Known: {', '.join(sorted(known))}" if known else "None is known here."


def close_to(word: str, known: Collection[str]) -> str:
    """The known word that is nearest to a misspelt one; empty if none is near."""
    return next(iter(difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)), "")


def shown(value: object) -> str:
    """A value as a message shows it, with its kind where that is the fault: ``true (a boolean)``."""
    if isinstance(value, bool):
        return f"{str(value).lower()} (a boolean)"
    if isinstance(value, str):
        return f"{quoted(value)} (a string)"
    if isinstance(value, float):
        return f"{value!r} (a float)" if math.isfinite(value) and value == int(value) else repr(value)
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**30 else "a number of more than 30 digits"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, Sequence):
        return f"a list of {len(value)}"
    return "nothing" if value is None else f"a {type(value).__name__}"


def _article(what: str) -> str:
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"
