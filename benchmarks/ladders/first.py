"""From the description of a network to its first finished training step: R4's layers, fifty and a hundred of them.

``python -m benchmarks.ladders.first PEER DEPTH THREADS CLOCK`` does it twice in a new process, imports not counted: for
the first time, and again for a network of another width, when what is only done once in a process is done.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.ladder_peers import PEERS, installed, maker
from benchmarks.ladders.case import Case, Prepared, Program
from benchmarks.ladders.prepare import write_module
from benchmarks.ladders.report import duration, markdown
from benchmarks.ladders.threads import limits
from benchmarks.rungs import RUNGS, Rung, data

Maker = Callable[[Case], Program]
DEPTHS = (50, 100)
COMPILERS = ("symbp", "eager", "compile", "jax", "pytensor", "pytensor_c")
LIMIT = 900  # seconds


def _with_children() -> float:
    """Of the process, and of the compilers that it called."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


CLOCKS = {"wall": time.perf_counter, "cpu": _with_children}


def layers(depth: int, width: int) -> Rung:
    """R4 at another depth and width."""
    return replace(RUNGS["R4"], name=f"R4_{depth}_{width}", widths=(width,) * (depth + 1))


def main() -> int:
    peer, depth, threads, clock = sys.argv[1:]
    make = maker(peer)
    answers, sys.stdout = sys.stdout, sys.stderr
    times = [once(peer, make, layers(int(depth), width), int(threads), CLOCKS[clock]) for width in (64, 60)]
    print(json.dumps(times), file=answers)
    return 0


def once(peer: str, make: Maker, rung: Rung, threads: int, now: Callable[[], float]) -> float:
    """Seconds; of symbp with reading the spec, deriving, writing and importing the module."""
    X, Y = (one.astype(np.float32) for one in data(rung))
    rng = np.random.default_rng(0)
    shapes = [shape for to, of in zip(rung.widths[1:], rung.widths, strict=False) for shape in ((to, of), (to,))]
    p = tuple((rng.normal(size=shape) / 8).astype(np.float32) for shape in shapes)
    with tempfile.TemporaryDirectory() as folder:
        prepared = Prepared(Path(folder), rung)
        case = Case(rung, "float32", threads, p, X, Y, prepared.module)
        start = now()
        if peer == "symbp":
            write_module(prepared)
        make(case).step()
        return now() - start


def seconds(peer: str, depth: int, threads: int, clock: str) -> list[float]:
    """First and again; nothing where it fails or takes too long. Caches of compilers are new folders."""
    with tempfile.TemporaryDirectory() as cache:
        more = {"TORCHINDUCTOR_CACHE_DIR": cache, "PYTENSOR_FLAGS": f"base_compiledir={cache}"}
        command = [sys.executable, "-m", "benchmarks.ladders.first", peer, str(depth), str(threads), clock]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, **limits(threads, **more))
        except subprocess.TimeoutExpired:
            return []
    found: list[float] = json.loads(done.stdout) if not done.returncode else []
    return found


def table(peers: Sequence[str], threads: int, rounds: int, clock: str) -> str:
    """Medians of each program at each depth."""
    rows = [["program", *(f"{depth} layers, {when}" for depth in DEPTHS for when in ("first", "again"))]]
    for peer in (one for one in COMPILERS if one in peers and installed(one)):
        row = [PEERS[peer].title]
        for depth in DEPTHS:
            found = [times for _ in range(rounds) if (times := seconds(peer, depth, threads, clock))]
            row += [duration(statistics.median(one)) for one in zip(*found, strict=True)] or ["-", "-"]
        print(", ".join(row), flush=True)
        rows.append(row)
    return markdown(rows)


if __name__ == "__main__":
    sys.exit(main())
