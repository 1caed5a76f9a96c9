"""From the description of a network to its first finished training step: R4's layers, fifty and a hundred of them.

``python -m benchmarks.ladders.first PEER DEPTH THREADS`` does it twice in a new process, imports not counted: for the
first time, and again for a network of another width, when what is only done once in a process is done.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.ladder_peers import PEERS, installed, maker
from benchmarks.ladders.case import Case, Prepared
from benchmarks.ladders.prepare import write_module
from benchmarks.ladders.report import duration, markdown
from benchmarks.ladders.threads import limits
from benchmarks.rungs import RUNGS, Rung, data

DEPTHS = (50, 100)
COMPILERS = ("symbp", "eager", "compile", "jax", "pytensor")
LIMIT = 900  # seconds


def layers(depth: int, width: int) -> Rung:
    """R4 at another depth and width."""
    return replace(RUNGS["R4"], name=f"R4_{depth}_{width}", widths=(width,) * (depth + 1))


def main() -> int:
    peer, depth, threads = sys.argv[1:]
    make = maker(peer)
    answers, sys.stdout = sys.stdout, sys.stderr
    times = [once(peer, make, layers(int(depth), width), int(threads)) for width in (64, 60)]
    print(json.dumps(times), file=answers)
    return 0


def once(peer: str, make: object, rung: Rung, threads: int) -> float:
    """Seconds; of symbp with reading the spec, deriving, writing and importing the module."""
    X, Y = (one.astype(np.float32) for one in data(rung))
    rng = np.random.default_rng(0)
    shapes = [shape for to, of in zip(rung.widths[1:], rung.widths, strict=False) for shape in ((to, of), (to,))]
    p = tuple((rng.normal(size=shape) / 8).astype(np.float32) for shape in shapes)
    with tempfile.TemporaryDirectory() as folder:
        prepared = Prepared(Path(folder), rung)
        case = Case(rung, "float32", threads, p, X, Y, prepared.module)
        start = time.perf_counter()
        if peer == "symbp":
            write_module(prepared)
        assert callable(make)
        make(case).step()
        return time.perf_counter() - start


def seconds(peer: str, depth: int, threads: int) -> list[float]:
    """First and again; nothing where it fails or takes too long. Caches of compilers are new folders."""
    with tempfile.TemporaryDirectory() as cache:
        more = {"TORCHINDUCTOR_CACHE_DIR": cache, "PYTENSOR_FLAGS": f"base_compiledir={cache}"}
        command = [sys.executable, "-m", "benchmarks.ladders.first", peer, str(depth), str(threads)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, **limits(threads, **more))
        except subprocess.TimeoutExpired:
            return []
    found: list[float] = json.loads(done.stdout) if not done.returncode else []
    return found


def table(peers: Sequence[str], threads: int, rounds: int) -> str:
    """Medians of each program at each depth."""
    rows = [["program", *(f"{depth} layers, {when}" for depth in DEPTHS for when in ("first", "again"))]]
    for peer in (one for one in COMPILERS if one in peers and installed(one)):
        row = [PEERS[peer].title]
        for depth in DEPTHS:
            found = [times for _ in range(rounds) if (times := seconds(peer, depth, threads))]
            row += [duration(statistics.median(one)) for one in zip(*found, strict=True)] or ["-", "-"]
        print(row, flush=True)
        rows.append(row)
    return markdown(rows)


if __name__ == "__main__":
    sys.exit(main())
