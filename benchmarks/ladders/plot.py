"""The plot of a run: on each rung symbp's time divided by that of each other program, as SVG."""

from pathlib import Path

from benchmarks.ladder_peers import PEERS
from benchmarks.ladders.goals import ratio
from benchmarks.ladders.report import Results

SHOWN = ("floor", "naive", "eager", "fused", "compile", "jax", "autograd", "pytensor")
MARKS = "_xosDv^P"


def plot(results: Results, title: str, path: Path) -> None:
    """Below 1 symbp is faster. The same numbers give the same bytes.

    Raises:
        ImportError: matplotlib is not installed.
    """
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "symbp"
    from matplotlib import pyplot, ticker

    figure, axes = pyplot.subplots(figsize=(10, 5), layout="constrained")
    axes.axhline(1, color="0.5", linewidth=1)
    for peer, mark in zip(SHOWN, MARKS, strict=True):
        found = [(rung, ratio(row, peer)) for rung, row in results.items()]
        points = [(rung, value) for rung, value in found if value]
        if points:
            rungs, values = zip(*points, strict=True)
            axes.plot(rungs, values, mark, label=PEERS[peer].title, markersize=8, markeredgewidth=1.5)
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    axes.yaxis.set_minor_locator(ticker.NullLocator())
    axes.set_ylabel("time of symbp / time of the other")
    axes.set_title(title)
    axes.grid(True, axis="y", linewidth=0.3)
    axes.legend(ncols=4, fontsize="small")
    figure.savefig(path, format="svg", metadata={"Date": None})
    pyplot.close(figure)
