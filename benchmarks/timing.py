"""Whole processes timed side by side: the ratios mean something even where the seconds do not."""

import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Command = Sequence[str]


@dataclass(frozen=True)
class Ratio:
    """What is compared with what, and the limit that the ratio of their medians must keep."""

    what: str
    of: str
    to: str
    limit: float


def seconds(command: Command) -> float:
    """The wall time of one run; a run that fails ends the benchmark with what it printed."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    elapsed = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return elapsed


def interleaved(commands: Mapping[str, Command], rounds: int) -> dict[str, list[float]]:
    """The times of each command: every round runs each once, so that a slow moment of the machine hits all."""
    for command in commands.values():
        seconds(command)  # not counted: fills the caches of files and byte code
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(seconds(command))
    return times


def row(ratio: Ratio, times: Mapping[str, Sequence[float]]) -> tuple[str, bool]:
    """One line of the table, and whether the limit is kept."""
    of, to = statistics.median(times[ratio.of]), statistics.median(times[ratio.to])
    kept = of / to <= ratio.limit
    cells = (
        ratio.what,
        f"{of:.3f} s",
        f"{to:.3f} s",
        f"{of / to:.2f}",
        f"{ratio.limit:g}",
        "yes" if kept else "**no**",
    )
    return f"| {' | '.join(cells)} |", kept
