"""One program in a process of its own: ``python -m benchmarks.ladders.worker PEER RUNG DTYPE THREADS FOLDER``.

It builds the step, compares its loss and gradients with those of the emitted module, and says ``ready``. For each line
it then reads, a number of seconds, it runs a block that long and answers the median and the best seconds per call.
"""

import importlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

PARTS = 20  # of a block, each timed by itself: what disturbs one does not move their median

TOLERANCE = {"float32": 1e-3, "float64": 1e-8}


def main() -> int:
    peer, rung, dtype, threads, folder = sys.argv[1:]
    keep_to(int(threads))
    answers, sys.stdout = sys.stdout, sys.stderr  # what a peer prints is no answer
    try:
        step = verified(peer, rung, dtype, int(threads), Path(folder))
    except (ImportError, NotImplementedError) as problem:
        say(answers, skipped=str(problem).splitlines()[0])
        return 0
    except Wrong as problem:
        say(answers, wrong=str(problem))
        return 0
    say(answers, ready=True)
    for line in sys.stdin:
        request = json.loads(line)
        say(answers, **block(step, request["seconds"], request["clock"]))
    return 0


class Wrong(Exception):
    """A program computes something else."""


def keep_to(threads: int) -> None:
    """Before anything is imported: as many processors as threads, for pools that count processors."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])


def say(answers: TextIO, **what: object) -> None:
    print(json.dumps(what), file=answers, flush=True)


def verified(peer: str, name: str, dtype: str, threads: int, folder: Path) -> Callable[[], Any]:
    """The step of a program, once it has given the loss and gradients that it should."""
    import numpy as np

    from benchmarks.ladder_peers import PEERS
    from benchmarks.ladders.case import Case, Prepared, disagreement
    from benchmarks.rungs import RUNGS

    prepared = Prepared(folder, RUNGS[name])
    arrays = dict(np.load(prepared.arrays))
    p = tuple(arrays[f"p{k}"].astype(dtype) for k in range(sum(key.startswith("p") for key in arrays)))
    Y = arrays["Y"] if prepared.rung.labels else arrays["Y"].astype(dtype)
    case = Case(prepared.rung, dtype, threads, p, arrays["X"].astype(dtype), Y, prepared.module)
    module, function = PEERS[peer].place.split(":")
    program = getattr(importlib.import_module(module), function)(case)
    error = disagreement(program, arrays)
    if not error <= TOLERANCE[dtype]:
        raise Wrong(f"relative error {error:.1e}")
    step: Callable[[], Any] = program.step
    return step


def block(step: Callable[[], Any], length: float, clock: str) -> dict[str, float]:
    """Calls for about ``length`` seconds, after some that are not counted."""
    now = {"wall": time.perf_counter, "cpu": time.process_time}[clock]
    calls, each = 1, 0.0
    while each * calls < length / PARTS / 2:
        calls = max(1, 2 * calls if each else 1)
        each = _each(step, calls, time.perf_counter)
    calls = max(1, round(length / PARTS / each))
    parts = max(1, min(PARTS, round(length / (each * calls))))
    times = [_each(step, calls, now) for _ in range(parts)]
    return {"median": statistics.median(times), "best": min(times)}


def _each(step: Callable[[], Any], calls: int, now: Callable[[], float]) -> float:
    """Seconds per call."""
    start = now()
    for _ in range(calls):
        step()
    return (now() - start) / calls


if __name__ == "__main__":
    sys.exit(main())
