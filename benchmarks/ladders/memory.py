"""Memory that a training step takes beside parameters, inputs and targets: the growth of a process at its peak.

``python -m benchmarks.ladders.memory PEER RUNG DTYPE THREADS FOLDER`` measures one; ``table`` runs them.
"""

import gc
import resource
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.ladder_peers import PEERS, maker
from benchmarks.ladders.case import Prepared, described
from benchmarks.ladders.report import markdown
from benchmarks.ladders.threads import limits

STEPS = 3
COPIES = ("eager", "fused", "compile", "jax")  # they have parameters of their own, which is no fault of a step
STATUS = Path("/proc/self/status")
MIB = 2**20


def main() -> int:
    """Print the growth in bytes. Arrays and libraries are there before it is measured."""
    peer, rung, dtype, threads, folder = sys.argv[1:]
    case = described(Path(folder), rung).case(dtype, int(threads))
    make = maker(peer)
    gc.collect()
    before = _resident()
    program = make(case)
    for _ in range(STEPS):
        program.step()
    own = sum(one.nbytes for one in case.p) if peer in COPIES else 0
    print(max(0, _peak() - before - own))
    return 0


def _resident() -> int:
    """Bytes in memory now, from which the peak is counted; where that is not told, the peak so far."""
    if not STATUS.is_file():
        return _peak()
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _peak() -> int:
    if STATUS.is_file():
        return _status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _status(key: str) -> int:
    (line,) = [line for line in STATUS.read_text().splitlines() if line.startswith(f"{key}:")]
    return int(line.split()[1]) * 1024


def growth(peer: str, prepared: Prepared, dtype: str, threads: int) -> int:
    """Bytes, or -1 where the program does not run."""
    arguments = (peer, prepared.rung.name, dtype, str(threads), str(prepared.folder))
    command = [sys.executable, "-m", "benchmarks.ladders.memory", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, **limits(threads))
    return int(done.stdout.split()[-1]) if not done.returncode else -1


def cell(peer: str, prepared: Prepared, dtype: str, threads: int) -> str:
    if not PEERS[peer].fits(prepared.rung):
        return "-"
    found = growth(peer, prepared, dtype, threads)
    return "failed" if found < 0 else f"{found / MIB:.1f} MiB"


def table(peers: Sequence[str], rungs: Iterable[Prepared], dtype: str, threads: int) -> str:
    """MiB of each program on each rung."""
    rows = [["rung", *(PEERS[peer].title for peer in peers)]]
    for prepared in rungs:
        rows.append([prepared.rung.name, *(cell(peer, prepared, dtype, threads) for peer in peers)])
    return markdown(rows)


if __name__ == "__main__":
    sys.exit(main())
