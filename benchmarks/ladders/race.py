"""Programs of one rung against each other: each in a process of its own, blocks in random order."""

import json
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.ladder_peers import PEERS
from benchmarks.ladders.case import Prepared
from benchmarks.ladders.threads import limits

LIMIT = 1200  # seconds until a program that compiles must be ready
PAUSE = 0.2  # seconds between blocks of several threads: those of the last one may still spin


@dataclass(frozen=True)
class Settings:
    """How it is measured; ``clock`` is wall, or the time of the process on a machine that is not alone."""

    threads: int
    dtype: str
    rounds: int
    seconds: float
    clock: str
    seed: int = 0


@dataclass(frozen=True)
class Timed:
    """Seconds per call of a program: the median over its blocks, the best, and the quartiles; or why there are none."""

    median: float = 0.0
    best: float = 0.0
    low: float = 0.0
    high: float = 0.0
    remark: str = ""


class Runner:
    """A worker's process: what it said first, and blocks on demand."""

    def __init__(self, peer: str, prepared: Prepared, settings: Settings) -> None:
        arguments = (peer, prepared.rung.name, settings.dtype, str(settings.threads), str(prepared.folder))
        one = {"OPENBLAS_NUM_THREADS": "1"} if PEERS[peer].one_blas_thread else {}
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115, until ``end``
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.ladders.worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            **limits(settings.threads, **one),
        )
        self.request = json.dumps({"seconds": settings.seconds, "clock": settings.clock})

    def started(self) -> str:
        """Nothing, or why the program does not run."""
        assert self.process.stdout
        late = threading.Timer(LIMIT, self.process.kill)
        late.start()
        line = self.process.stdout.readline()
        late.cancel()
        if not line and self.process.wait() == -signal.SIGKILL:
            return f"failed: not ready after {LIMIT} s"
        if not line:
            self.errors.seek(0)
            return "failed: " + (self.errors.read().strip().splitlines() or ["it said nothing"])[-1]
        said = json.loads(line)
        return "" if "ready" in said else " ".join(f"{key}: {value}" for key, value in said.items())

    def block(self) -> dict[str, float]:
        assert self.process.stdin and self.process.stdout
        print(self.request, file=self.process.stdin, flush=True)
        answer: dict[str, float] = json.loads(self.process.stdout.readline())
        return answer

    def end(self) -> None:
        self.process.communicate()
        self.errors.close()


def race(peers: Sequence[str], prepared: Prepared, settings: Settings) -> dict[str, Timed]:
    """The times of each program on one rung."""
    runners: dict[str, Runner] = {}
    found: dict[str, Timed] = {}
    for peer in peers:  # one after the other: what compiles does not disturb what warms up
        runners[peer] = Runner(peer, prepared, settings)
        remark = runners[peer].started()
        if remark:
            runners.pop(peer).end()
            found[peer] = Timed(remark=remark)
    order = random.Random(settings.seed)
    blocks: dict[str, list[dict[str, float]]] = {peer: [] for peer in runners}
    for _ in range(settings.rounds):
        for peer in order.sample(list(runners), len(runners)):
            time.sleep(PAUSE * (settings.threads > 1))
            blocks[peer].append(runners[peer].block())
    for runner in runners.values():
        runner.end()
    return found | {peer: summary(of) for peer, of in blocks.items()}


def summary(blocks: Sequence[dict[str, float]]) -> Timed:
    medians = [block["median"] for block in blocks]
    low, median, high = statistics.quantiles(medians, n=4) if len(medians) > 1 else medians * 3
    return Timed(median, min(block["best"] for block in blocks), low, high)
