"""Calls a user's function with arrays, and puts what it returns into records that need no pickle to be read.

This file is imported by ``functions.py``, and run as a script by ``process.py`` in a process of its own; hence it
imports NumPy and the standard library alone.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import inspect
import json
import linecache
import os
import sys
import types
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

try:
    import resource
except ImportError:  # a system without limits of a process
    resource = None  # type: ignore[assignment]

Function = Callable[..., Any]
Arrays = Mapping[str, Any]
MODULE = "gradient_of_a_user"  # what the user's file is called among the modules
PREFERRED = ("loss_and_grad", "loss_and_gradient", "backward", "gradients", "gradient", "grads", "grad")
OF_ONE = ("grad_{}", "gradient_{}", "d{}", "d_{}", "{}_bar", "dL_d{}", "dLd{}", "dl_d{}")
ALL = ""  # among the values: the NamedTuple of all parameters
EVERYTHING = ("v", "values")  # arguments that get all values by name
WHOLE = ("p", "params", "parameters", "theta")  # arguments that get all parameters
KINDS = "biuf"  # of NumPy's dtypes: booleans, integers, floats
MOST_ENTRIES = 1000
MOST_SHAPES = 12  # in a message
DEEPEST = 3


class Unfit(Exception):
    """A function cannot be called, or there is none; the text says why, and a second one what to do."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


# --- which function, and with what ------------------------------------------------------------------------------


def chosen(module: types.ModuleType, name: str, wrt: str, file: str) -> Function:
    """The function of a name; without one that of a usual name, or the only one.

    Raises:
        Unfit: there is none, or several to choose from.
    """
    own = [key for key, value in vars(module).items() if _is_own(key, value, module)]
    there = f"It defines {_listed(own)}." if own else "It defines no function."
    if name:
        found = getattr(module, name, None)
        if not callable(found):
            raise Unfit(f"there is no function {name} in it", there)
        return found  # type: ignore[no-any-return]
    usual = [form.format(wrt) for form in OF_ONE if wrt] + list(PREFERRED)
    names = [key for key in usual if callable(getattr(module, key, None))] or own
    if not own:
        raise Unfit("it defines no function", "Define one, such as def gradients(p, X, Y).")
    if len(names) > 1 and names == own:
        raise Unfit(f"it defines {len(own)} functions: {_listed(own)}", f"Say which one: {file}:{own[0]}.")
    return getattr(module, names[0])  # type: ignore[no-any-return]


def _is_own(name: str, value: object, module: types.ModuleType) -> bool:
    return inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def arguments(function: Function, values: Arrays, roles: Mapping[str, Sequence[str]]) -> tuple[list[Any], Arrays]:
    """What to call a function with: the arguments that are filled by their place, and those by their name.

    Args:
        values: Every tensor by its name.
        roles: Which of them are ``parameters``, ``inputs``, ``targets``, ``masks`` and ``state``.

    Raises:
        Unfit: an argument is called like no tensor.
    """
    known = _known(function, values, roles)
    asked = _asked(function)
    required = [a.name for a in asked if a.default is a.empty and a.kind is not a.KEYWORD_ONLY]
    strange = [a.name for a in asked if a.default is a.empty and a.name not in known]
    in_order = [ALL, *roles["inputs"], *roles["targets"]]
    if not asked or (strange and len(required) == len(in_order) and not _misspelt(strange, known)):
        keywords = {a.name: known[a.name] for a in asked if a.kind is a.KEYWORD_ONLY and a.name in known}
        return [known[name] for name in in_order], keywords
    if strange:
        raise Unfit(*_strange(strange[0], known, roles))
    placed = [a for a in asked if a.kind is a.POSITIONAL_ONLY]
    named = {a.name: known[a.name] for a in asked if a.kind is not a.POSITIONAL_ONLY and a.name in known}
    return [known[a.name] for a in placed if a.name in known], named


def _asked(function: Function) -> list[inspect.Parameter]:
    """The arguments of a function, without ``*args`` and ``**kwargs``; none if Python does not know them."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [a for a in found if a.kind not in (a.VAR_POSITIONAL, a.VAR_KEYWORD)]


def _known(function: Function, values: Arrays, roles: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A value for each name that an argument may have; arrays are copies, so that a function may overwrite them."""
    scope = getattr(function, "__globals__", {})
    known = {name: _copied(value) for name, value in values.items()}
    known |= {short: known[name] for name, short in (("x", "X"), ("y", "Y")) if name in known and short not in known}
    p = _tuple("Parameters", roles["parameters"], known, scope)
    known |= {name: p for name in (ALL, *WHOLE) if name not in known}
    for name, kind in (("masks", "Masks"), ("state", "State")):
        if roles[name]:
            known[name] = _tuple(kind, roles[name], known, scope)
    return {name: known.copy() for name in EVERYTHING} | known


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _tuple(kind: str, fields: Sequence[str], known: Arrays, scope: Mapping[str, Any]) -> Any:
    """A NamedTuple of tensors: of the type that the user's module defines, if it has these fields."""
    own = scope.get(kind)
    fits = isinstance(own, type) and getattr(own, "_fields", None) == tuple(fields)
    make = own if fits else namedtuple(kind, fields)
    return make(*(known[name] for name in fields))  # type: ignore[misc]


def _misspelt(names: Sequence[str], known: Arrays) -> bool:
    return bool({name.lower() for name in names} & {name.lower() for name in known})


def _strange(name: str, known: Arrays, roles: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    alike = next((other for other in known if other.lower() == name.lower()), "")
    given = [*roles["parameters"], *roles["inputs"], *roles["targets"], *roles["masks"], *roles["state"]]
    remedy = f"Did you mean {alike}?" if alike else f"There are {_listed(given)}, and the values of the forward pass."
    return f"its argument {name} is called like no tensor of the network", remedy


# --- what it returns, as a tree of records and a list of arrays -------------------------------------------------


def record(result: Any, arrays: list[Any], depth: int = 0) -> dict[str, Any]:
    """What a function returned: ``{"array": 3}`` stands for the fourth array of the list, which grows.

    A dict or a NamedTuple is ``{"named": {...}}``, another tuple or list ``{"several": [...]}``, and whatever holds
    no real numbers ``{"other": "its type"}``.
    """
    if depth > DEEPEST:
        return {"other": "something nested deeper than four levels"}
    fields = result._asdict() if isinstance(result, tuple) and hasattr(result, "_asdict") else result
    if isinstance(fields, Mapping):
        if len(fields) > MOST_ENTRIES:
            return {"other": f"a {type(result).__name__} of {len(fields)} entries"}
        return {"named": {str(key)[:100]: record(value, arrays, depth + 1) for key, value in fields.items()}}
    if isinstance(result, tuple) or (isinstance(result, list) and not _is_numbers(result)):
        if len(result) > MOST_ENTRIES:
            return {"other": f"a {type(result).__name__} of {len(result)} entries"}
        return {"several": [record(value, arrays, depth + 1) for value in result]}
    return _array(result, arrays)


def _array(result: Any, arrays: list[Any]) -> dict[str, Any]:
    try:
        found = np.array(result)
    except Exception:  # whatever the user's own type does when it is asked for numbers
        return {"other": f"a {type(result).__name__}"}
    if result is None or isinstance(result, str | bytes) or found.dtype.kind not in KINDS:
        kind = "None" if result is None else f"a {type(result).__name__}"
        of = f" of dtype {found.dtype}" if isinstance(result, np.ndarray) else ""
        return {"other": kind + of}
    arrays.append(found.astype(float) if found.dtype.itemsize > 8 else found)
    return {"array": len(arrays) - 1}


def _is_numbers(value: Any) -> bool:
    """Whether a list is an array of numbers: lists in it are as long as one another."""
    if not isinstance(value, list):
        return isinstance(value, int | float | np.number)
    lengths = {len(part) if isinstance(part, list) else -1 for part in value}
    return len(lengths) <= 1 and all(map(_is_numbers, value))


# --- what it raises ---------------------------------------------------------------------------------------------


def shapes(placed: Sequence[Any], named: Arrays) -> str:
    """What a function was called with, as a message shows it: ``x (1, 2), W1 (2, 2)``."""
    told: list[str] = []
    for name, value in [*(("", value) for value in placed), *named.items()]:
        fields = value._asdict() if hasattr(value, "_asdict") else {name: value}
        told += [f"{key} {array.shape}".strip() for key, array in fields.items() if isinstance(array, np.ndarray)]
    return ", ".join(told[:MOST_SHAPES] + ["..."] * (len(told) > MOST_SHAPES))


def raised(error: BaseException, file: str) -> dict[str, Any]:
    """An exception: its type, its text, and the last line of the user's file that led to it."""
    line, text = 0, ""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line, text = trace.tb_lineno, linecache.getline(file, trace.tb_lineno, trace.tb_frame.f_globals).strip()
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == file:
        line, text = error.lineno or 0, (error.text or "").strip()
        return {"raised": "SyntaxError", "message": error.msg, "line": line, "text": text}
    try:
        message = str(error)
    except Exception:  # an exception of the user's may have no text
        message = ""
    return {"raised": type(error).__name__, "message": message[:2000], "line": line, "text": text[:200]}


# --- as a process of its own ------------------------------------------------------------------------------------


def run(job: Mapping[str, Any], given: Arrays, arrays: list[Any]) -> dict[str, Any]:
    """The records of all calls that a job asks for, or the record of what went wrong."""
    file, name, with_shapes = job["file"], "", ""
    try:
        function = chosen(_module(file), job["function"], job["wrt"], job["shown"])
        name, found = getattr(function, "__name__", ""), []
        for call in range(job["calls"]):
            prefix = f"{call}."
            values = {key.removeprefix(prefix): given[key] for key in given if key.startswith(prefix)}
            placed, named = arguments(function, values | job["sizes"][call], job["roles"])
            with_shapes = shapes(placed, named)
            found.append(record(function(*placed, **named), arrays))
    except Unfit as unfit:
        return {"unfit": f"{name}: {unfit.problem}" if name else unfit.problem, "remedy": unfit.remedy}
    except MemoryError:
        return {"memory": True}
    except BaseException as error:
        return {**raised(error, file), "shapes": with_shapes}
    return {"returned": found, "function": name}


def _module(file: str) -> types.ModuleType:
    """The user's file as a module; what lies beside it is imported after all that is installed."""
    sys.path.append(str(Path(file).parent))
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader(MODULE, file)
    specification = importlib.util.spec_from_file_location(MODULE, file, loader=loader)
    assert specification is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[MODULE] = module
    loader.exec_module(module)
    return module


def limit(memory: int, seconds: float, file_size: int) -> None:
    """Bounds of this process and of all that it starts; where the system has none, only the time is limited."""
    if resource is None:
        return
    for name, most in (("RLIMIT_AS", memory), ("RLIMIT_CPU", int(seconds) + 2), ("RLIMIT_FSIZE", file_size)):
        try:
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
        except (AttributeError, ValueError, OSError):
            continue


def main(folder: Path) -> None:
    """Do the job that lies in a folder, and write what came of it beside it."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    with np.load(folder / "given.npz", allow_pickle=False) as stored:
        given = dict(stored)
    limit(job["memory"], job["seconds"], job["file_size"])
    arrays: list[Any] = []
    try:
        _write(folder, run(job, given, arrays), arrays, job["largest"])
        sys.stdout.flush()
        sys.stderr.flush()
    except MemoryError:
        _write(folder, {"memory": True}, [], 0)
    finally:
        os._exit(0)  # whatever threads there are


def _write(folder: Path, found: dict[str, Any], arrays: Sequence[Any], largest: int) -> None:
    """The records as JSON, beside the numbers of all arrays that are not larger than anything asked for."""
    found["arrays"] = [{"dtype": a.dtype.str, "shape": a.shape, "kept": a.nbytes <= largest} for a in arrays]
    with open(folder / "result.bin", "wb") as file:
        for array in arrays:
            if array.nbytes <= largest:
                file.write(np.ascontiguousarray(array).data)
    (folder / "result.part").write_text(json.dumps(found), encoding="utf-8")
    os.replace(folder / "result.part", folder / "result.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
