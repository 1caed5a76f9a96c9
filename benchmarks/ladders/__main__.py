"""The flags of the ladder, and what they ask for."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from benchmarks import more_rungs
from benchmarks.ladder_peers import PEERS, installed
from benchmarks.ladders import first, memory, report
from benchmarks.ladders.machine import machine
from benchmarks.ladders.method import method
from benchmarks.ladders.plot import plot
from benchmarks.ladders.prepare import prepare
from benchmarks.ladders.race import Settings, Timed, race
from benchmarks.rungs import RUNGS, Rung
from benchmarks.sections import write_section

MEASURED = ("symbp", "eager")  # in memory, unless others are asked for


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/ladder.py",
        description="Training steps of symbp's modules beside those of frameworks, NumPy by hand and bare products.",
        epilog="Rungs: " + ", ".join(RUNGS) + "; or, of other sizes,\n" + more_rungs.FORMS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", choices=("float32", "float64"), default="float32")
    parser.add_argument(
        "--rungs", type=listed(more_rungs.rung), default=list(RUNGS.values()), help="separated by commas"
    )
    parser.add_argument("--peers", type=listed(known_peer), default=[], help="of " + ",".join(PEERS))
    parser.add_argument("--rounds", type=int, default=11, help="blocks of each program")
    parser.add_argument("--seconds", type=float, default=0.25, help="length of a block")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu: on a machine that is not alone")
    parser.add_argument("--memory", action="store_true", help="the memory of a step instead of its time")
    parser.add_argument("--compile", action="store_true", help="the time until a first step of many layers instead")
    parser.add_argument("--output", type=Path, help="a Markdown file, such as benchmarks/RESULTS.md, for the section")
    return parser.parse_args()


Kind = TypeVar("Kind")


def listed(one: Callable[[str], Kind]) -> Callable[[str], list[Kind]]:
    def parsed(given: str) -> list[Kind]:
        try:
            return [one(name) for name in given.split(",")]
        except ValueError as problem:
            raise argparse.ArgumentTypeError(str(problem)) from problem

    return parsed


def known_peer(name: str) -> str:
    if name not in PEERS:
        raise ValueError(f"{name!r} is none of {', '.join(PEERS)}")
    return name


def main() -> int:
    given = arguments()
    for peer in given.peers or PEERS:
        if not installed(peer):
            print(f"{PEERS[peer].title}: {PEERS[peer].package} is not installed, so it is left out")
    if given.compile:
        return compiling(given)
    return remembering(given) if given.memory else racing(given)


def racing(given: argparse.Namespace) -> int:
    """Time every rung; exit status 1 if a program computes something else."""
    settings = Settings(given.threads, given.dtype, given.rounds, given.seconds, given.clock)
    results: dict[str, dict[str, Timed]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for rung in given.rungs:
            peers = [one for one in given.peers or PEERS if installed(one) and PEERS[one].runs(rung, given.threads)]
            results[rung.name] = race(peers, prepare(rung, Path(folder)), settings)
            print(report.line(rung.name, results[rung.name]), flush=True)
            if given.output:
                record(given.output, results, settings)
    print("\n" + report.text(results, settings))
    return int(any("wrong" in timed.remark for row in results.values() for timed in row.values()))


def record(path: Path, results: report.Results, settings: Settings) -> None:
    """The section, the numbers beside it, and the plot."""
    stem = f"ladder_threads{settings.threads}_{settings.dtype}"
    whole = report.kept(path.with_name(f"{stem}.json"), results)
    picture = path.with_name(f"{stem}.svg")
    try:
        plot(whole, f"Training steps, {report.title(settings)}", picture)
    except ImportError:
        print("matplotlib is not installed, so there is no plot")
    text = report.text(whole, settings, picture.name if picture.is_file() else "")
    write_section(path, "ladder", method())
    write_section(path, stem, text)


def remembering(given: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        peers = [one for one in given.peers or MEASURED if installed(one)]
        rungs: list[Rung] = given.rungs
        table = memory.table(peers, (prepare(rung, Path(folder)) for rung in rungs), given.dtype, given.threads)
    how = "How much a process grows, at its peak, in three training steps, beside parameters, inputs and targets"
    return finish(given, f"memory_{given.dtype}", f"### Memory: {given.dtype}", f"{how}.\n\n{table}")


def compiling(given: argparse.Namespace) -> int:
    table = first.table(given.peers or list(PEERS), given.threads, min(given.rounds, 3), given.clock)
    how = (
        "From the description of a network to its first finished training step, imports not counted, in a new process, "
        f"{given.clock} time: the first network, and another one after it, of another width."
    )
    return finish(given, "first step", "### Until the first step: layers of 64 tanh", f"{how}\n\n{table}")


def finish(given: argparse.Namespace, name: str, title: str, text: str) -> int:
    whole = f"{title}\n\n{date.today().isoformat()}; {machine()}. {text}\n"
    print(whole)
    if given.output:
        write_section(given.output, name, whole)
    return 0


if __name__ == "__main__":
    sys.exit(main())
