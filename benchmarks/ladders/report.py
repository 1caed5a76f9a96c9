"""The section of a run, in Markdown, and its numbers kept beside it."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from benchmarks.ladder_peers import PEERS
from benchmarks.ladders.goals import MEANS, missed, own, ratio
from benchmarks.ladders.machine import machine
from benchmarks.ladders.race import Settings, Timed
from benchmarks.rungs import RUNGS

Row = Mapping[str, Timed]
Results = Mapping[str, Row]
UNITS = (("s", 1.0), ("ms", 1e-3), ("us", 1e-6))


def markdown(rows: Iterable[Iterable[str]]) -> str:
    """The first row is the head."""
    head, *rest = (list(row) for row in rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rest))


def table(results: Results) -> str:
    """Of symbp the time and how far the quartiles are; of the others ratio and time."""
    peers = [peer for peer in PEERS if any(peer in row for row in results.values())]
    if "parallel" not in peers:
        peers = [peer for peer in peers if peer != "symbp"]
    rows = [["rung", "symbp", *(PEERS[peer].title for peer in peers)]]
    rows += [[rung, *cells(row, peers)] for rung, row in results.items()]
    if len(results) > 1:
        rows.append(["geometric mean", "", *(digits(_mean(results, peer)) for peer in peers)])
    return markdown(rows)


def line(rung: str, row: Row) -> str:
    """A rung as soon as it is measured."""
    found = [
        f"{PEERS[peer].title} {_other(row, peer)}"
        for peer in PEERS
        if peer in row and (peer != "symbp" or "parallel" in row)
    ]
    reasons = [f"\n    {one}" for one in remarks({rung: row})]
    return f"{rung}: {_own(own(row))}; {', '.join(found)}{''.join(reasons)}"


def cells(row: Row, peers: Iterable[str]) -> list[str]:
    return [_own(own(row)), *(_other(row, peer) for peer in peers)]


def _own(timed: Timed) -> str:
    if not timed.median:
        return timed.remark.split(":")[0] or "-"
    return f"{duration(timed.median)} ({timed.low / timed.median - 1:+.0%} {timed.high / timed.median - 1:+.0%})"


def _other(row: Row, peer: str) -> str:
    timed = row.get(peer, Timed())
    if not timed.median:
        return timed.remark.split(":")[0] or "-"
    return f"{digits(ratio(row, peer))} ({duration(timed.median)})"


def digits(value: float) -> str:
    """Two of them at least."""
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def duration(seconds: float) -> str:
    """Three digits and a unit."""
    unit, size = next(one for one in UNITS if seconds >= one[1] or one is UNITS[-1])
    return f"{seconds / size:.3g} {unit}"


def _mean(results: Results, peer: str) -> float:
    """Geometric, of the rungs that both have; zero if there are none."""
    found = [ratio(row, peer) for row in results.values() if ratio(row, peer)]
    return math.exp(sum(map(math.log, found)) / len(found)) if found else 0.0


def remarks(results: Results) -> list[str]:
    """What was left out or failed, each reason once."""
    reasons: dict[str, list[str]] = {}
    for rung, row in results.items():
        for peer, timed in row.items():
            if timed.remark:
                reasons.setdefault(f"{PEERS[peer].title}: {timed.remark}", []).append(rung)
    return [f"{reason} ({', '.join(rungs)})" for reason, rungs in sorted(reasons.items())]


def goals(results: Results, threads: int) -> str:
    """The goals that are missed, as a table or a sentence."""
    found = [
        [rung, number, PEERS[peer].title, digits(value), digits(limit)]
        for rung, row in results.items()
        for number, peer, value, limit in missed(rung, row, threads)
    ]
    if set(RUNGS) <= set(results):
        means = [(peer, _mean(results, peer), limit) for peer, limit in MEANS.items()]
        found += [["all", "1", PEERS[peer].title, digits(v), digits(limit)] for peer, v, limit in means if v > limit]
    if not found:
        return "Every goal that was measured is kept."
    return "Goals that are missed (of the plain functions its time divided by that of the workspace):\n\n" + markdown(
        [["rung", "goal", "against", "ratio", "at most"], *found]
    )


def title(settings: Settings) -> str:
    return f"{settings.threads} thread{'s' * (settings.threads > 1)}, {settings.dtype}"


def text(results: Results, settings: Settings, picture: str = "") -> str:
    """On what it was measured, the table, the plot, what was left out and what fell short."""
    how = (
        f"{date.today().isoformat()}; {machine()}. {settings.rounds} blocks of {settings.seconds:g} s of each program, "
        f"{settings.clock} time."
    )
    shown = [f"![symbp's time divided by that of others]({picture})"] if picture else []
    said = ["\n".join(f"* {one}" for one in remarks(results))] if remarks(results) else []
    parts = [f"### {title(settings)}", how, table(results), *shown, *said, goals(results, settings.threads)]
    return "\n\n".join(parts) + "\n"


def kept(path: Path, results: Results) -> Results:
    """Write the numbers beside those that stand there of other rungs, and give all, in the table's order."""
    old = json.loads(path.read_text()) if path.is_file() else {}
    both = {rung: {peer: Timed(**one) for peer, one in row.items()} for rung, row in old.items()} | dict(results)
    names = [*(name for name in RUNGS if name in both), *(name for name in both if name not in RUNGS)]
    ordered = {name: both[name] for name in names}
    rows = {rung: {peer: asdict(timed) for peer, timed in row.items()} for rung, row in ordered.items()}
    path.write_text(json.dumps(rows, indent=1) + "\n")
    return ordered
