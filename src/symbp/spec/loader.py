"""A network from a spec file: TOML in, every fault with its file, line and caret."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from symbp.errors import Fault, Span, SpecError, excerpt, inside, pointed_line, quoted
from symbp.names import flag, known_keys, shown
from symbp.names import text as as_text
from symbp.network import Described, EquationNetwork, Network
from symbp.spec.arrays import Arrays, arrays_beside
from symbp.spec.locate import Place, nearest_place, offsets, places
from symbp.spec.texts import with_files

LARGEST_FILE = 256 * 1024
VERSION = 1
COMMON = ("name", "title", "loss", "regularization", "notation", "example")
LAYERED, STATED = ("input", "layers"), ("indices", "tensors", "equations")  # what a network is made of
REQUIRED = ("name", "input", "layers", "loss")
NAMED_BY_LAYER = ("mask{}", "h{}_0", "c{}_0", "hr{}_0", "cr{}_0")  # the mask of a dropout, first rows of states
KEYS = ("version", *COMMON, *LAYERED, *STATED, "module", "notes", "audit")  # of which [audit] is read by the audit
_AT = re.compile(r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL)


def load(path: str | Path) -> Described:
    """The network that a spec file describes.

    Raises:
        SpecError: the file cannot be read, is not TOML, or what it says is at fault; the text has the
            file and the line, what is wrong with both its sides, a caret and the remedy.
    """
    file = Path(path)
    return loads(_read(file), str(path), file.parent)


def loads(text: str, file: str = "spec.toml", folder: Path | None = None) -> Described:
    """The network that the text of a spec describes; ``file`` is what messages call it.

    Raises:
        SpecError: as :func:`load` does. Without a folder no .npz file can be named.
    """
    text = text.replace("\r\n", "\n")
    table = _parsed(text, file)
    try:
        return _network(table, folder)
    except Fault as fault:
        raise SpecError(_placed(fault, text, file)) from None


def table_of(path: str | Path) -> dict[str, object]:
    """The whole table of a spec file.

    Raises:
        SpecError: the file cannot be read, or is not TOML.
    """
    return _parsed(_read(Path(path)).replace("\r\n", "\n"), str(path))


@contextmanager
def faults_of(path: str | Path) -> Iterator[None]:
    """Tells a fault that is found in a network after it was loaded as :func:`load` does: with its file and line."""
    try:
        yield
    except Fault as fault:
        text = _read(Path(path)).replace("\r\n", "\n")
        raise SpecError(_placed(fault, text, str(path))) from None


def _read(file: Path) -> str:
    name = _shown_path(file)
    try:
        if not file.exists():
            raise SpecError(f"{name}: no such file\n  symbp new NAME writes a spec to start from.")
        if not file.is_file():
            raise SpecError(f"{name}: not a file\n  Name a spec, such as {name.rstrip('/')}/relay.toml.")
        with file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecError(f"{name}: cannot be read: {reason}") from None
    if len(data) > LARGEST_FILE:
        raise SpecError(f"{name}: larger than {LARGEST_FILE:,} bytes\n  Put data into an .npz file: [example] file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise SpecError(f"{name}:{line}: byte 0x{byte:02x} is not UTF-8\n  Save the file as UTF-8.") from None


def _shown_path(file: str | Path) -> str:
    """A path as a message shows it: as it was given, on one line."""
    return "".join(c if c.isprintable() else "?" for c in str(file))


def _parsed(text: str, file: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(_not_toml(str(error), text, file)) from None
    except RecursionError:
        raise SpecError(f"{_shown_path(file)}: not TOML that can be read: nested too deeply") from None
    except ValueError:
        raise SpecError(f"{_shown_path(file)}: not TOML that can be read: a number has too many digits") from None


def _not_toml(message: str, text: str, file: str) -> str:
    match = _AT.match(message)
    what = match["what"] if match else message
    plain = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in what)
    if not match or not match["line"]:
        end = text.rstrip("\n").count("\n") + 1
        return f"{_shown_path(file)}:{end}: not TOML: {plain} at the end of the file"
    line, column = int(match["line"]), int(match["column"])
    start = sum(len(row) + 1 for row in text.split("\n")[: line - 1]) + column - 1
    pointed = pointed_line(text, (start, start + 1)) if text[start : start + 1] else ()
    return "\n".join([f"{_shown_path(file)}:{line}: not TOML: {plain}", *pointed])


def _placed(fault: Fault, text: str, file: str) -> str:
    """The whole message of a fault in a file."""
    remedy = [f"  {fault.remedy}"] if fault.remedy else []
    found = places(text)
    nearby = nearest_place(found, fault.path)
    if nearby is None:
        return "\n".join([f"{_shown_path(file)}: {fault.head}", *remedy])
    path, place = nearby
    span, also = _spans(fault, place, text) if path == fault.path else (place.key, None)
    if place.key == place.value and (*path, "kind") in found:  # a whole table is told by its kind
        span = found[(*path, "kind")].value
    line = text.count("\n", 0, span[0]) + 1
    return "\n".join([f"{_shown_path(file)}:{line}: {fault.head}", *excerpt(text, span, also), *remedy])


def _spans(fault: Fault, place: Place, text: str) -> tuple[Span, Span | None]:
    """What the caret points at: the key, the characters within a string, or the value; and what that contradicts."""
    if fault.at_key:
        return place.key, None
    start, stop = place.value
    typed = offsets(text[start:stop], fault.text) if fault.text else ()
    if not typed:
        return ((start, stop) if stop > start else (max(0, start - 1), stop + 1)), None
    last = len(typed) - 1
    span, also = (
        (start + typed[min(s[0], last)], start + typed[min(s[1], last)]) if s else None
        for s in (fault.span, fault.also)
    )
    return span or place.value, also


def _network(table: dict[str, object], folder: Path | None) -> Described:
    known_keys(table, KEYS)
    stated = "equations" in table or ("layers" not in table and any(key in table for key in STATED))
    for key in LAYERED if stated else STATED:
        if key in table:
            other = "equations" if stated else "layers"
            remedy = 'A network has layers or equations; a single layer of equations has the kind "equations".'
            raise Fault(f"{quoted(key)} and {quoted(other)} are both given", remedy, (other,), at_key=True)
    for key in ("name", "equations") if stated else REQUIRED:
        if key not in table:
            required = "name, equations" if stated else ", ".join(REQUIRED)
            raise Fault(f"{quoted(key)} is missing", f"Required: {required}")
    with inside("version"):
        version = table.get("version", VERSION)
        if version != VERSION or isinstance(version, bool):
            raise Fault(f"needs {VERSION}, has {shown(version)}", "This symbp reads version 1 of the format.")
    given = {key: table[key] for key in COMMON if key in table}
    if "example" in given:
        with inside("example"):
            given["example"] = _example(given["example"], folder, _named(table))
    if "notes" in table:
        given["notes"] = with_files(table["notes"], folder)
    given["input_gradient"] = _input_gradient(table.get("module", {}))
    if stated:
        return EquationNetwork(**given, **_equations(table))  # type: ignore[arg-type]
    return Network(**given, input=table["input"], layers=table["layers"])  # type: ignore[arg-type]


def _named(table: Mapping[str, object]) -> Collection[str]:
    """The tensors whose values stand in the example itself: what is given and is no parameter."""
    tensors = table.get("tensors")
    declared = tensors.items() if isinstance(tensors, Mapping) else ()
    roles = {name: t.get("role") for name, t in declared if isinstance(t, Mapping)}
    layers = table.get("layers")
    numbers = range(1, len(layers) + 1) if isinstance(layers, list) else ()
    of_layers = {name.format(number) for number in numbers for name in NAMED_BY_LAYER}
    return {"x", "y", *of_layers, *(name for name, role in roles.items() if role != "parameter")}


def _equations(table: Mapping[str, object]) -> dict[str, object]:
    """The indices, the tensors and the lines of a network written as equations."""
    found: dict[str, object] = {}
    for key in ("indices", "tensors"):
        with inside(key):
            found[key] = _section(table.get(key, {}), None)
    with inside("equations"):
        section = _section(table["equations"], ("lines",))
        if "lines" not in section:
            raise Fault('"lines" is missing', 'Write lines = """...""" with one equation a line.')
        with inside("lines"):
            found["lines"] = as_text(section["lines"])
    return found


def _section(given: object, known: tuple[str, ...] | None) -> Mapping[str, object]:
    if not isinstance(given, Mapping):
        raise Fault(f"needs a table, has {shown(given)}")
    if known is not None:
        known_keys(given, known)
    return given


def _input_gradient(given: object) -> bool:
    with inside("module"):
        module = _section(given, ("input_gradient",))
        with inside("input_gradient"):
            return flag(module.get("input_gradient", False))


def _example(given: object, folder: Path | None, named: Collection[str]) -> object:
    """The table of the example, its .npz files read and put in; ``named`` are the tensors that are no parameters."""
    if not isinstance(given, Mapping):
        return given
    example = dict(given)
    parameters = example.get("parameters")
    if isinstance(parameters, Mapping) and "file" in parameters:
        with inside("parameters"):
            example["parameters"] = _from_file(parameters, folder)
    if "file" in example:
        arrays = _from_file({"file": example.pop("file")}, folder)
        own = {key: arrays.pop(key) for key in list(arrays) if key in named}
        for key in (*own, *(["parameters"] if arrays else [])):
            if key in example:
                raise Fault(f"{quoted(key)} stands here and in the file", "Leave one of the two out.", ("file",))
        example |= own | ({"parameters": arrays} if arrays else {})
    return example


def _from_file(table: Mapping[str, object], folder: Path | None) -> Arrays:
    with inside("file"):
        if folder is None:
            raise Fault("a spec that is no file has no file beside it")
        arrays = arrays_beside(folder, table["file"])
    for key in table:
        if key in arrays:
            raise Fault(f"{quoted(key)} stands here and in the file", "Leave one of the two out.", (key,))
    return {**arrays, **{key: value for key, value in table.items() if key != "file"}}
