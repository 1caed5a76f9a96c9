"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from symbp.errors import OutputError


def write_files(contents: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """Write each file under a temporary name beside it, then move all of them into place.

    Folders are made where they are missing. If anything fails, or the run is interrupted, before the
    moves, every old file is as it was and no temporary file is left.

    Raises:
        OutputError: A folder or a file cannot be made or written; the message says which and what to do.
    """
    staged: dict[Path, Path] = {}
    try:
        for path, data in contents.items():
            staged[path] = _stage(path, data)
        for path, temporary in staged.items():
            _move(temporary, path)
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
    return tuple(contents)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are missing.

    Raises:
        OutputError: There is a file of that name, or the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise OutputError(
            f"{folder}: cannot be the output folder, because {_obstacle(folder)} is a file\n"
            "  Name another folder with -o, or move that file away."
        ) from None
    except OSError as fault:
        raise OutputError(
            f"{folder}: the output folder cannot be made: {fault.strerror}\n"
            "  Name a folder with -o in which you may write."
        ) from None


def _obstacle(folder: Path) -> Path:
    return next(p for p in (folder, *folder.parents) if p.exists() and not p.is_dir())


def _stage(path: Path, data: bytes) -> Path:
    """The temporary file that holds the data, in the same folder, so that it can be moved in one step."""
    make_folder(path.parent)
    if path.is_dir():
        raise OutputError(
            f"{path}: cannot be written, because it is a folder\n"
            "  Name another folder with -o, or move that folder away."
        )
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o666 & ~_umask())
    except BaseException as fault:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(fault, OSError):
            raise _unwritable(path, fault) from None
        raise
    return Path(temporary)


def _umask() -> int:
    """The permissions that new files do not get: mkstemp makes files that only their owner can read."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _move(temporary: Path, path: Path) -> None:
    try:
        os.replace(temporary, path)
    except OSError as fault:
        raise _unwritable(path, fault) from None


def _unwritable(path: Path, fault: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written: {fault.strerror}\n  Name a folder with -o in which you may write.")
