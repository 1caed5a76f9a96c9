"""Runs a user's file of NumPy code in a process of its own, with a limit of time and of memory.

The limits keep a mistake from taking the machine with it. They are no sandbox: the code may read and write files as
the user may, which is why it runs only on his word. Nothing that comes back is unpickled or evaluated.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from symbp.compare import child
from symbp.errors import SpecError
from symbp.reference.arithmetic import Array

LONGEST_SOURCE = 2**20  # bytes of a user's file
LONGEST_RECORD = 2**22  # bytes of JSON that come back
LARGEST_FILE = 2**28  # bytes that the process may write into one file
MOST_LINES, MOST_CHARACTERS = 8, 800  # of what it printed, in a message
KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")  # that NumPy may need
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")  # each would reserve memory
DTYPE = re.compile(r"[<>|=][biuf][1248]")
TARGET = re.compile(r"(.+?)(?::([A-Za-z_]\w*))?", re.DOTALL)


@dataclass(frozen=True)
class Limits:
    """How long a user's code may run, in seconds, and how much memory its process may have, in bytes."""

    seconds: float = 10.0
    memory: int = 2**30


USUAL = Limits()


@dataclass(frozen=True)
class Called:
    """What a function is called with.

    Attributes:
        values: Arrays of all tensors by name.
        sizes: The run-time sizes.
        roles: Which tensors are ``parameters``, ``inputs``, ``targets``, ``masks`` and ``state``.
    """

    values: Mapping[str, Array]
    sizes: Mapping[str, int]
    roles: Mapping[str, Sequence[str]]

    @property
    def everything(self) -> dict[str, Any]:
        return {**self.values, **self.sizes}

    @property
    def largest(self) -> int:
        """More bytes than any right answer has."""
        return 2**16 + 2 * sum(int(value.nbytes) for value in self.values.values())


@dataclass(frozen=True)
class Returned:
    """What the calls of a function returned: a tree of records for each, whose leaves are places in ``arrays``.

    Attributes:
        arrays: For each array its numbers; an array larger than any gradient is empty and has its shape alone.
        function: The name of the function.
        output: What it printed, shortened.
    """

    trees: tuple[Any, ...]
    arrays: tuple[Array | Shape, ...]
    function: str
    output: str = ""


@dataclass(frozen=True)
class Shape:
    """Of an array that is too large for any answer, what there is to tell."""

    shape: tuple[int, ...]


def target_of(text: str) -> tuple[Path, str]:
    """The file and the function that ``FILE.py:function`` names.

    >>> target_of("mine.py:grad_W1")[1]
    'grad_W1'
    """
    found = TARGET.fullmatch(text)
    return (Path(found[1]), found[2] or "") if found else (Path(text), "")


def is_file(text: str) -> bool:
    """Whether a text names a file of Python, and perhaps a function in it, and is no formula.

    >>> [is_file(text) for text in ("mine.py", "mine.py:grad_W1", "delta1*x^T")]
    [True, True, False]
    """
    return target_of(text)[0].suffix == ".py"


def allow(target: str, allowed: bool) -> None:
    """Nothing, if the user has said that his file may run, or where there is no file.

    Raises:
        SpecError: he has not, or there is a formula in its place.
    """
    if allowed and not is_file(target):
        raise SpecError(f"{_text(target, 60)}: --run is for a file of Python, FILE.py")
    if is_file(target) and not allowed:
        raise SpecError(
            f"{target_of(target)[0]}: is code, which symbp runs only with --run\n"
            "  It runs in a process of its own, but with your rights: read it first if it is not yours."
        )


def run_file(target: str, wrt: str, calls: Sequence[Called], limits: Limits = USUAL) -> Returned:
    """Run a function of a user's file in a process of its own, once for each of ``calls``.

    Args:
        target: ``FILE.py`` or ``FILE.py:function``.
        wrt: The parameter whose gradient is asked for, which a function may be named after; empty for all.

    Raises:
        SpecError: the file cannot be read or is not Python; there is no function, or there are several; it raises,
            ends the process, takes too long or too much memory, or leaves no result behind.
    """
    path, function = target_of(target)
    _look(path)
    with TemporaryDirectory(prefix="symbp-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "work").mkdir()
        job = _job(path, function, wrt, calls, limits)
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        arrays = {f"{k}.{key}": array for k, call in enumerate(calls) for key, array in call.values.items()}
        np.savez(folder / "given.npz", allow_pickle=False, **arrays)
        status = _wait(folder, path, limits)
        return result(folder, path, status, max(call.largest for call in calls), limits)


def _look(path: Path) -> None:
    """Nothing, if there is a file of text that may be Python."""
    try:
        size = path.stat().st_size
        if not path.is_file():  # reading from a pipe or a device might never end
            raise SpecError(f"{path}: is no file")
        if size > LONGEST_SOURCE:
            raise SpecError(f"{path}: has {size:,} bytes; a file of at most {LONGEST_SOURCE:,} is run")
        importlib.util.decode_source(path.read_bytes())
    except (SyntaxError, UnicodeDecodeError):
        raise SpecError(f"{path}: is not Python: it is no text in UTF-8") from None
    except OSError as error:
        raise SpecError(f"{path}: cannot be read: {error.strerror}") from None


def _job(path: Path, function: str, wrt: str, calls: Sequence[Called], limits: Limits) -> Mapping[str, Any]:
    return {
        "file": str(path.resolve()),
        "shown": str(path),
        "function": function,
        "wrt": wrt,
        "calls": len(calls),
        "roles": {role: list(names) for role, names in calls[0].roles.items()},
        "sizes": [dict(call.sizes) for call in calls],
        "seconds": limits.seconds,
        "memory": limits.memory,
        "file_size": LARGEST_FILE,
        "largest": max(call.largest for call in calls),
    }


# --- the process ------------------------------------------------------------------------------------------------


def _wait(folder: Path, path: Path, limits: Limits) -> int:
    """The exit status of the process, of which nothing is left when this returns.

    Its output goes to a file: a pipe would stay open as long as anything that it started.
    """
    numpy_home = str(Path(np.__file__).parents[1])
    command = [sys.executable, "-I", "-c", BEGIN, numpy_home, str(Path(child.__file__).resolve()), str(folder)]
    with open(folder / "output", "wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder / "work",
            env=_environment(folder / "work"),
            start_new_session=True,
        )
        try:
            return process.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            printed = _printed(folder)
            problem = f"did not return within {_seconds(limits.seconds)}"
            raise SpecError(_told(path, problem, "--timeout SECONDS gives it more time.", printed)) from None
        finally:
            _kill(process)


# NumPy may lie where an isolated Python does not look; what a user's file finds first is what is installed.
BEGIN = """
import sys
numpy_home, script, folder = sys.argv[1:]
try:
    import numpy
except ImportError:
    sys.path.append(numpy_home)
import pathlib, runpy
runpy.run_path(script)["main"](pathlib.Path(folder))
"""


def _environment(home: Path) -> dict[str, str]:
    """What the process knows of the user's environment: next to nothing."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = {"PATH": os.defpath, "HOME": str(home), "TMPDIR": str(home), "TEMP": str(home), "LC_ALL": "C.UTF-8"}
    return {**kept, **own, "PYTHONIOENCODING": "utf-8", **dict.fromkeys(ONE_THREAD, "1")}


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all of its group, and wait for it."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


# --- what comes back --------------------------------------------------------------------------------------------


def result(folder: Path, path: Path, status: int, largest: int, limits: Limits) -> Returned:
    """What a process left behind in its folder.

    Args:
        status: Its exit status.
        largest: The bytes of the largest array that can be an answer.

    Raises:
        SpecError: it left no result, or something else.
    """
    printed = _printed(folder)
    try:
        found = _read_record(folder / "result.json")
    except FileNotFoundError:
        raise SpecError(_told(path, _ended(status, limits), "", printed)) from None
    if found.get("memory") is True:
        raise SpecError(_told(path, _too_much(limits), MORE_MEMORY, printed))
    if "unfit" in found:
        raise SpecError(_told(path, _text(found["unfit"]), _text(found.get("remedy"))))
    if "raised" in found:
        raise SpecError(exception_text(path, found, printed))
    try:
        arrays = _arrays(folder / "result.bin", found["arrays"], largest)
        trees = tuple(_checked(tree, len(arrays)) for tree in found["returned"])
    except (KeyError, TypeError, ValueError, OSError, OverflowError):
        raise SpecError(_told(path, GARBAGE, "", printed)) from None
    return Returned(trees, arrays, _text(found.get("function")), printed)


GARBAGE = "wrote something else than its result to where that is expected"
MORE_MEMORY = "Compute with smaller arrays: a gradient is as large as its parameter."


def _read_record(file: Path) -> dict[str, Any]:
    with open(file, "rb") as stream:
        text = stream.read(LONGEST_RECORD + 1)
    try:
        found = json.loads(text) if len(text) <= LONGEST_RECORD else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _arrays(file: Path, records: Any, largest: int) -> tuple[Array | Shape, ...]:
    """The arrays that were written one after the other, whose sizes must be those of their records.

    Raises:
        ValueError, TypeError, KeyError: they are not.
    """
    shapes = [tuple(_length(extent) for extent in record["shape"]) for record in records]
    dtypes = [np.dtype(record["dtype"]) if DTYPE.fullmatch(record["dtype"]) else None for record in records]
    found: list[Array | Shape] = []
    with open(file, "rb") as stream:
        for record, shape, dtype in zip(records, shapes, dtypes, strict=True):
            if dtype is None or not isinstance(record["kept"], bool):
                raise ValueError("no array of numbers")
            if not record["kept"]:
                found.append(Shape(shape))
                continue
            count = prod(shape) * dtype.itemsize
            if count > largest:
                raise ValueError("larger than any answer")
            found.append(np.frombuffer(stream.read(count), dtype).reshape(shape))
        if stream.read(1):
            raise ValueError("more than was recorded")
    return tuple(found)


def _length(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**48:
        raise ValueError("no length of an axis")
    return value


def _checked(tree: Any, count: int, depth: int = 0) -> Any:
    """A tree of records, if it is one.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(tree, dict) or len(tree) != 1 or depth > child.DEEPEST + 1:
        raise ValueError("no tree of records")
    ((kind, value),) = tree.items()
    if kind == "array" and type(value) is int and 0 <= value < count:
        return tree
    if kind == "other" and isinstance(value, str):
        return {"other": _text(value)}
    if kind == "named" and isinstance(value, dict):
        return {"named": {name: _checked(part, count, depth + 1) for name, part in value.items()}}
    if kind == "several" and isinstance(value, list):
        return {"several": [_checked(part, count, depth + 1) for part in value]}
    raise ValueError("no tree of records")


# --- messages ---------------------------------------------------------------------------------------------------


def _told(path: Path, problem: str, remedy: str = "", printed: str = "") -> str:
    return "\n".join([f"{path}: {problem}", *([f"  {remedy}"] if remedy else []), *_quoted_output(printed)])


def _quoted_output(printed: str) -> list[str]:
    return ["  It printed:", *(f"    {line}" for line in printed.splitlines())] if printed else []


def exception_text(path: Path | str, found: Mapping[str, Any], printed: str = "") -> str:
    """What a user reads of an exception: where, what, and the line."""
    kind, line, text = _text(found["raised"]), found.get("line"), _text(found.get("text"))
    message = _text(found.get("message"), 400)
    where = f"{path}, line {line}" if type(line) is int and line > 0 else str(path)
    raises = "is not Python" if kind == "SyntaxError" else f"raises {kind}"
    shapes = _text(found.get("shapes"), 400)
    shown = [*([f"    {text}"] if text else []), *([f"  It was called with {shapes}."] if shapes else [])]
    return "\n".join([f"{where}: {raises}{': ' if message else ''}{message}", *shown, *_quoted_output(printed)])


def _ended(status: int, limits: Limits) -> str:
    if status >= 0:
        return f"ended the process, with exit status {status}, before there was a result"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"ended the process by {name} before there was a result"


def _too_much(limits: Limits) -> str:
    return f"needs more memory than {limits.memory / 2**30:.3g} GiB"


def _seconds(seconds: float) -> str:
    return "1 second" if seconds == 1 else f"{seconds:g} seconds"


def _text(value: Any, most: int = 200) -> str:
    """A text that came back, as a message shows it: on one line, printable, shortened."""
    if not isinstance(value, str):
        return ""
    short = value if len(value) <= most else value[: most - 3] + "..."
    return "".join(c if c.isprintable() else " " if c in "\n\t" else ascii(c)[1:-1] for c in short)


def _printed(folder: Path) -> str:
    """The beginning of what the process printed."""
    with open(folder / "output", "rb") as stream:
        text = stream.read(MOST_CHARACTERS * 4).decode("utf-8", "replace")
    lines = text.rstrip().splitlines()
    shown = [_text(line) for line in lines[:MOST_LINES]]
    while sum(map(len, shown)) > MOST_CHARACTERS:
        shown.pop()
    return "\n".join([*shown, *(["..."] if len(shown) < len(lines) else [])])
