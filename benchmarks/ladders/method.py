"""What is said once about all runs of the ladder."""

from benchmarks.ladder_peers import PEERS
from benchmarks.rungs import RUNGS

METHOD = """\
## The ladder

`make ladder` measures it; `python benchmarks/ladder.py --help` lists what can be chosen, networks of other sizes too.

A step is the loss and the gradients of all parameters of one batch. Every program runs in a process of its own and is
compared first with the plain function of the emitted module in float64 (1e-3 in float32, 1e-8 in float64, relative to
the largest entry of each tensor). Then they run in blocks of a quarter of a second, all programs of a rung in random
order, round after round. A block counts as the median of its twenty parts, a program as the median of its blocks. Of
symbp a table has the time and how far the quartiles of the blocks are from it; of the others symbp's time divided by
theirs, below 1 where symbp is faster, and in parentheses their own time. With several threads symbp's time is that of
its faster class, `Workspace` with a BLAS of several threads or `ParallelWorkspace`.

Rungs:

{rungs}

Losses are the mean square error of all that the network gives, or the cross-entropy of whole numbers as labels. Dense
layers have the activation everywhere, but for the last before a cross-entropy. Convolutions have no padding. The
gradient of the input is not asked for.

Programs:

{peers}

The floor takes matrices as they lie in a step. A program that copies a transpose before it is used fifty times, or cuts
a product into blocks, can be a little below it.
"""


def method() -> str:
    rungs = "\n".join(f"* {name}: {rung.title}" for name, rung in RUNGS.items())
    peers = "\n".join(f"* {peer.title}: {peer.what}" for peer in PEERS.values())
    return METHOD.format(rungs=rungs, peers=peers)
