"""One program in a process of its own: ``python -m benchmarks.ladders.worker PEER RUNG DTYPE THREADS FOLDER``.

It builds the step, compares its loss and gradients with those of the emitted module, and says ``ready``. For each line
that it then reads, the length of a block, it runs one and answers the median and the best seconds per call.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from benchmarks.ladder_peers import maker
from benchmarks.ladders.case import described, disagreement

PARTS = 20  # of a block, each timed by itself: what disturbs one does not move their median
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
TOLERANCE = {"float32": 1e-3, "float64": 1e-8}


def main() -> int:
    peer, rung, dtype, threads, folder = sys.argv[1:]
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
        say(answers, **block(step, request["seconds"], CLOCKS[request["clock"]]))
    return 0


class Wrong(Exception):
    """A program computes something else."""


def say(answers: TextIO, **what: object) -> None:
    print(json.dumps(what), file=answers, flush=True)


def verified(peer: str, rung: str, dtype: str, threads: int, folder: Path) -> Callable[[], Any]:
    """The step of a program, once it has given the loss and gradients that it should."""
    prepared = described(folder, rung)
    program = maker(peer)(prepared.case(dtype, threads))
    error = disagreement(program, dict(np.load(prepared.reference)))
    if not error <= TOLERANCE[dtype]:
        raise Wrong(f"relative error {error:.1e}")
    return program.step


def block(step: Callable[[], Any], length: float, now: Callable[[], float]) -> dict[str, float]:
    """Calls for about ``length`` seconds, after some that are not counted."""
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
