"""What symbp is held to: issue 5's goals, as numbers of symbp's time divided by another's.

``HAND`` is what a version that was tuned by hand for one rung took, of PyTorch eager and of JAX, with one thread and
with two (float32).
"""

from collections.abc import Iterator, Mapping

from benchmarks.ladders.race import Timed

HAND: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "R1": ((0.025, 0.11), (0.025, 0.11)),
    "R1b": ((0.07, 0.27), (0.07, 0.27)),
    "R2": ((0.22, 0.43), (0.22, 0.43)),
    "R3": ((0.96, 1.06), (0.96, 0.99)),
    "R3b": ((1.04, 1.02), (0.99, 0.93)),
    "R4": ((0.52, 0.79), (0.40, 0.86)),
    "R5": ((1.11, 1.02), (1.10, 0.95)),
    "R6r": ((0.63, 0.72), (0.49, 0.68)),
    "R6l": ((0.54, 0.67), (0.48, 0.61)),
    "R7": ((0.39, 0.22), (0.48, 0.25)),
    "R8": ((0.84, 0.81), (0.76, 0.66)),
    "R9t": ((0.86, 1.10), (0.87, 0.96)),
    "R9e": ((1.33, 1.28), (1.30, 0.64)),
}
FLOOR = {"R3": 1.08, "R3b": 1.08, "R5": 1.08, "R4": 1.25, "R6r": 1.25, "R9t": 1.25, "R6l": 1.45, "R8": 1.45}
SLOWEST = {"R5": 1.12, "R9e": 1.3}
PLAIN = 1.3
MEANS = {"eager": 0.45, "jax": 0.60}  # geometric, over the whole ladder


def own(row: Mapping[str, Timed]) -> Timed:
    """That of symbp's workspaces which is faster."""
    found = [row[peer] for peer in ("symbp", "parallel") if peer in row and row[peer].median]
    return min(found, key=lambda timed: timed.median, default=row.get("symbp", Timed()))


def ratio(row: Mapping[str, Timed], peer: str) -> float:
    """symbp's time divided by another's, or zero where one is missing."""
    other = row.get(peer, Timed()).median
    return own(row).median / other if other else 0.0


def limits(rung: str, threads: int) -> Iterator[tuple[str, str, float]]:
    """Each goal of a rung: its number in the issue, the other program, the largest ratio."""
    if rung in HAND:
        eager, jax = HAND[rung][threads > 1]
        yield "1", "eager", 1.1 * eager
        yield "1", "jax", 1.1 * jax
    yield "1", "naive", 1.0
    yield "2", "eager", SLOWEST.get(rung, 1.05)
    yield "2", "jax", SLOWEST.get(rung, 1.05)
    floor = FLOOR | ({"R7": 2.3} if threads == 1 else {})
    if rung in floor:
        yield "3", "floor", floor[rung]


def missed(rung: str, row: Mapping[str, Timed], threads: int) -> Iterator[tuple[str, str, float, float]]:
    """Goals that are not kept: number, the other program, the ratio, the largest that would have been."""
    for number, peer, limit in limits(rung, threads):
        if ratio(row, peer) > limit:
            yield number, peer, ratio(row, peer), limit
    plain, workspace = (row.get(peer, Timed()).median for peer in ("plain", "symbp"))
    if workspace and not rung.startswith("R1") and plain / workspace > PLAIN:
        yield "4", "plain", plain / workspace, PLAIN  # the other way round
