"""Arrays of an .npz file beside a spec, as nested tuples of numbers."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TypeAlias

import numpy as np

from symbp.errors import Fault, quoted
from symbp.names import shown

LARGEST = 64 * 2**20  # bytes, unpacked
Arrays: TypeAlias = dict[str, object]


def arrays_beside(folder: Path, name: object) -> Arrays:
    """The arrays of the file ``name`` in ``folder``, as nested lists of Python's numbers.

    Raises:
        Fault: the name is no file's name alone, or the file is no .npz of plain numbers.
    """
    if not isinstance(name, str):
        raise Fault(f"needs the name of an .npz file, has {shown(name)}")
    if not name.endswith(".npz") or any(mark in name for mark in "/\\:\0") or name.startswith("."):
        raise Fault(f"{quoted(name)} is not the name of an .npz file beside the spec", 'Such as "data.npz".')
    path = folder / name
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > LARGEST:
            raise Fault(f"{quoted(name)} holds {size:,} bytes; at most {LARGEST:,} are read")
        with np.load(path, allow_pickle=False) as stored:
            return {key: _numbers(key, stored[key]) for key in stored.files}
    except FileNotFoundError:
        raise Fault(f"there is no file {quoted(name)} beside the spec") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise Fault(f"{quoted(name)} is not an .npz file of numbers ({type(error).__name__})") from None


def _numbers(key: str, array: np.ndarray) -> object:
    if array.dtype.kind not in "fiu":
        raise Fault(f"the array {quoted(key)} has the dtype {array.dtype}; numbers are needed")
    return array.tolist()
