"""The table of a run, in Markdown."""

import math
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.ladder_peers import PEERS
from benchmarks.ladders.race import Settings, Timed
from benchmarks.rungs import RUNGS

Results = Mapping[str, Mapping[str, Timed]]
UNITS = (("s", 1.0), ("ms", 1e-3), ("us", 1e-6))
PACKAGES = ("numpy", "sympy", "torch", "jax", "autograd", "pytensor", "numba", "casadi", "scipy")


def table(results: Results) -> str:
    """Times of symbp and of all others in its units, with the ratio of medians: less than one is faster."""
    peers = [peer for peer in PEERS if peer != "symbp" and any(peer in row for row in results.values())]
    head = ["rung", "symbp", *(PEERS[peer].title for peer in peers)]
    rows = [head, ["---"] * len(head)]
    for rung, row in results.items():
        rows.append([rung, _time(row.get("symbp")), *(_ratio(row, peer) for peer in peers)])
    rows.append(["geometric mean", "", *(_mean(results, peer) for peer in peers)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _time(timed: Timed | None) -> str:
    if timed is None or timed.remark:
        return timed.remark if timed else "-"
    return f"{duration(timed.median)} ({timed.low / timed.median - 1:+.0%} {timed.high / timed.median - 1:+.0%})"


def duration(seconds: float) -> str:
    """Three digits and a unit."""
    unit, size = next(one for one in UNITS if seconds >= one[1] or one is UNITS[-1])
    return f"{seconds / size:.3g} {unit}"


def _ratio(row: Mapping[str, Timed], peer: str) -> str:
    one, other = row.get("symbp"), row.get(peer)
    if other is None:
        return "-"
    if other.remark:
        return "wrong" if "wrong" in other.remark else "failed" if "failed" in other.remark else "-"
    if one is None or one.remark:
        return duration(other.median)
    return f"{one.median / other.median:.2f} ({duration(other.median)})"


def _mean(results: Results, peer: str) -> str:
    ratios = [
        row["symbp"].median / row[peer].median
        for row in results.values()
        if "symbp" in row and peer in row and row["symbp"].median and row[peer].median
    ]
    return f"{math.exp(sum(map(math.log, ratios)) / len(ratios)):.2f}" if ratios else "-"


def remarks(results: Results) -> list[str]:
    """What was left out or failed, each reason once."""
    found = {
        f"{PEERS[peer].title}: {timed.remark}"
        for row in results.values()
        for peer, timed in row.items()
        if timed.remark
    }
    return sorted(found)


def text(results: Results, settings: Settings) -> str:
    """The section of a run: how it was measured, the table, and what the rungs are."""
    threads = f"{settings.threads} thread{'s' if settings.threads > 1 else ''}"
    how = (
        f"{date.today().isoformat()}, {machine()}. Medians of {settings.rounds} blocks of {settings.seconds:g} s "
        f"({settings.clock} time), each program in a process of its own, blocks in random order. Of symbp the time of "
        "a training step, with the quartiles; of the others symbp's time divided by theirs, below 1 where symbp is "
        "faster, and their own time."
    )
    rungs = [f"* {name}: {RUNGS[name].title}" for name in results]
    notes = [f"* {one}" for one in remarks(results)]
    parts = [f"### {threads}, {settings.dtype}", how, table(results), *(["\n".join(notes)] if notes else [])]
    return "\n\n".join([*parts, "\n".join(rungs)]) + "\n"


def machine() -> str:
    """Processor, cores and versions."""
    versions = ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
    return f"{_processor()}, {os.cpu_count()} cores; Python {platform.python_version()}, {versions}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def ordered(results: Results, names: Sequence[str]) -> Results:
    return {name: results[name] for name in names if name in results}
