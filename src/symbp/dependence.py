"""What one equation of a scan finds of another: how many rounds lie between a write and a read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from symbp.equation import Access, Affine, Index
from symbp.program import Scan
from symbp.wellformed import span


def dependences(scan: Scan) -> list[list[int]]:
    """For each equation of the body those that come first, itself among them if it reads what it has written."""
    needs: list[set[int]] = [set() for _ in scan.body]
    writers: dict[str, list[int]] = {}
    for number, equation in enumerate(scan.body):
        writers.setdefault(equation.target, []).append(number)
    for reader, equation in enumerate(scan.body):
        for access in equation.accesses_read():
            for writer in writers.get(access.tensor, ()):
                lag = lag_between(scan, scan.body[writer].lhs, access)
                if lag.reads_after(writer < reader):
                    needs[reader].add(writer)
                if lag.reads_before(reader <= writer):
                    needs[writer].add(reader)
        for writer in writers[equation.target]:
            if equation.accumulate and not scan.body[writer].accumulate:
                needs[reader].add(writer)
    return [sorted(n) for n in needs]


@dataclass(frozen=True)
class Lag:
    """How many rounds after a write an element may be read: from ``least`` to ``most``, none if they are crossed."""

    least: float = -inf
    most: float = inf

    @property
    def _same(self) -> bool:
        return self.least <= 0 <= self.most

    def reads_after(self, in_round: bool) -> bool:
        """Whether some read finds what the write has left; ``in_round``: in one round the write comes first."""
        return self.least <= self.most and (self.most > 0 or (self._same and in_round))

    def reads_before(self, in_round: bool) -> bool:
        """Whether some read must find the element as it was before the write."""
        return self.least <= self.most and (self.least < 0 or (self._same and in_round))


def lag_between(scan: Scan, written: Access, read: Access) -> Lag:
    least, most = -inf, inf
    for here, there in zip(written.indices, read.indices, strict=True):
        (low, high), (first, last) = span(here), span(there)
        if low > last or first > high:
            return Lag(inf, -inf)
        step, there_step = _step(here, scan.index), _step(there, scan.index)
        if step and step == there_step:
            (low, high), (first, last) = _rest(here, scan.index), _rest(there, scan.index)
            rounds = sorted(((low - last) / step, (high - first) / step))
            least, most = max(least, rounds[0]), min(most, rounds[1])
    return Lag(-most, -least) if scan.reverse else Lag(least, most)


def _step(position: Affine, index: Index) -> int:
    return next((c for c, atom in position.terms if atom == index), 0)


def _rest(position: Affine, index: Index) -> tuple[float, float]:
    """What a position reaches besides the term of one index."""
    return span(replace(position, terms=tuple(t for t in position.terms if t[1] != index)))
