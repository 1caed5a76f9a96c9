"""The pipeline on one page: from a spec to checked notes and a NumPy module.

path --load--> Network --derive--> NetworkDerivation --+--module_text--> str -------------------> NAME.py
                                                       +--notes--> Document --write_document--> NAME.tex ...
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from symbp.derive import NetworkDerivation, derive
from symbp.errors import OutputError
from symbp.files import write_files
from symbp.notes import VIEWS, left_out, notes, sections_left_out
from symbp.numpy_code import STYLES, Style, module_text
from symbp.printing.document import Document
from symbp.printing.render import FORMATS, Format, Written, write_document
from symbp.spec import load

Folder = str | Path


def derivation_of(spec: str | Path) -> NetworkDerivation:
    """The derivation of the network that a spec describes.

    Raises:
        SpecError: the spec is at fault.
    """
    network = load(spec)
    return derive(network)


def write_notes(
    derivation: NetworkDerivation,
    folder: Folder,
    formats: tuple[Format, ...] = FORMATS,
    views: tuple[str, ...] = VIEWS,
    language: str = "",
) -> Written:
    """Write the lecture notes in the given formats into a folder, which is made if need be.

    Returns:
        The files that were written, and those that were left out, with the reason.

    Raises:
        CheckFailed: a line does not hold; nothing is written.
        OutputError: the folder or a file cannot be written; old files are as they were.
    """
    return _write_document(derivation, notes(derivation, views, language), folder, formats, views)


def write_all(
    derivation: NetworkDerivation,
    folder: Folder,
    formats: tuple[str, ...] = (*FORMATS, "py"),
    views: tuple[str, ...] = VIEWS,
    language: str = "",
) -> Written:
    """Write the module and the notes; nothing is written before every line of the notes has been checked.

    Raises:
        CheckFailed: a line does not hold; nothing is written.
        OutputError: the folder or a file cannot be written.
    """
    of_notes = tuple(name for name in formats if name != "py")
    document = notes(derivation, views, language) if of_notes else None
    module = (write_module(derivation, folder),) if "py" in formats else ()
    written = _write_document(derivation, document, folder, of_notes, views) if document else Written(())
    return replace(written, files=(*module, *written.files))


def _write_document(
    derivation: NetworkDerivation,
    document: Document,
    folder: Folder,
    formats: tuple[Format, ...],
    views: tuple[str, ...],
) -> Written:
    written = write_document(document, folder, derivation.network.name, formats)
    remarks = (*written.remarks, *left_out(derivation, views), *sections_left_out(derivation, document))
    return replace(written, remarks=remarks)


def write_module(derivation: NetworkDerivation, folder: Folder, style: Style = "fast") -> Path:
    """Write the NumPy module ``NAME.py`` into a folder, which is made if need be.

    Args:
        style: ``"fast"``, with a ``Workspace``, or ``"plain"``, the textbook form.

    Raises:
        Fault: there is no such style, or the network has no parameters.
        OutputError: the folder or the file cannot be written; an old file is as it was.
    """
    path = _module_path(derivation, folder)
    write_files({path: _module_bytes(derivation, style)})
    return path


def check_module(derivation: NetworkDerivation, folder: Folder, style: Style = "fast") -> Path:
    """The path of the module in a folder, if its file is what ``write_module`` would write.

    Raises:
        Fault: there is no such style, or the network has no parameters.
        OutputError: there is no such file, or it is stale, or in another style.
    """
    path = _module_path(derivation, folder)
    remedy = "  Run symbp code again, without --check."
    if not path.is_file():
        raise OutputError(f"{path}: there is no such file yet\n{remedy}")
    found = path.read_bytes()
    if found == _module_bytes(derivation, style):
        return path
    for other in STYLES:
        if found == _module_bytes(derivation, other):
            mend = f"Add --style {other}, or run symbp code without --check."
            raise OutputError(f"{path}: is in the {other} style, not in the {style} one\n  {mend}")
    raise OutputError(f"{path}: is not what the spec gives now\n{remedy}")


def _module_path(derivation: NetworkDerivation, folder: Folder) -> Path:
    return Path(folder) / f"{derivation.network.name}.py"


def _module_bytes(derivation: NetworkDerivation, style: Style) -> bytes:
    return module_text(derivation, style).encode()
