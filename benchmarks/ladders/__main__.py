"""The flags of the ladder, and one run of it."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from benchmarks.ladder_peers import PEERS
from benchmarks.ladders.prepare import prepare
from benchmarks.ladders.race import Settings, Timed, race
from benchmarks.ladders.report import remarks, table, text
from benchmarks.rungs import RUNGS


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/ladder.py", description="Training steps, side by side.")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", choices=("float32", "float64"), default="float32")
    parser.add_argument("--rungs", type=names(RUNGS), default=list(RUNGS), help="of " + ",".join(RUNGS))
    parser.add_argument("--peers", type=names(PEERS), default=list(PEERS), help="of " + ",".join(PEERS))
    parser.add_argument("--rounds", type=int, default=11, help="blocks of each program")
    parser.add_argument("--seconds", type=float, default=0.25, help="length of a block")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu: on a machine that is not alone")
    parser.add_argument("--output", type=Path, help="a Markdown file for the table")
    return parser.parse_args()


def names(known: Mapping[str, object]) -> Callable[[str], list[str]]:
    def parsed(given: str) -> list[str]:
        found = given.split(",")
        for name in found:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
        return found

    return parsed


def main() -> int:
    given = arguments()
    settings = Settings(given.threads, given.dtype, given.rounds, given.seconds, given.clock)
    missing = [peer for peer in given.peers if PEERS[peer].package and not find_spec(PEERS[peer].package)]
    for peer in missing:
        print(f"{PEERS[peer].title}: {PEERS[peer].package} is not installed, so it is left out")
    results: dict[str, dict[str, Timed]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in given.rungs:
            peers = [one for one in given.peers if one not in missing and name in (PEERS[one].rungs or RUNGS)]
            results[name] = race(peers, prepare(RUNGS[name], Path(folder)), settings)
            print(table({name: results[name]}).splitlines()[2], flush=True)
            for remark in remarks({name: results[name]}):
                print("  ", remark)
    whole = text(results, settings)
    print(whole)
    if given.output:
        given.output.write_text(whole)
    return int(any("wrong" in timed.remark for row in results.values() for timed in row.values()))


if __name__ == "__main__":
    sys.exit(main())
