"""How many threads a program has: every pool has its own way of asking."""

import os
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COUNTS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "NPROC")


def limits(threads: int, **more: str) -> dict[str, Any]:
    """For ``subprocess``: the variables that pools read, and as many processors as threads for those that count these.

    The checkout goes before what is installed; ``more`` are further variables.
    """
    path = os.pathsep.join([str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    variables = os.environ | dict.fromkeys(COUNTS, str(threads)) | {"PYTHONPATH": path.rstrip(os.pathsep)} | more
    return {"env": variables} | ({"preexec_fn": partial(keep_to, threads)} if hasattr(os, "sched_setaffinity") else {})


def keep_to(threads: int) -> None:
    """The last processors of those that there are."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])
