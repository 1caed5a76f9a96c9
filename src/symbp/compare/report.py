"""A comparison as text for the terminal: the verdict first, then where, by how much, and why."""

from __future__ import annotations

from typing import Any

from symbp.compare.verdict import Verdict
from symbp.compare.words import plain
from symbp.rounding import rounded

SHOWN = 8  # elements, or mistakes, that are listed
SAID = 3  # places of a mistake that are told


def text(verdict: Verdict) -> str:
    """The lines of a report."""
    if verdict.equal:
        return "\n".join([f"equal: this is dL/d{verdict.wrt}", *(f"  {r}" for r in verdict.remarks)])
    parts = [_head(verdict), _numbers(verdict), _place(verdict), _causes(verdict), list(verdict.remarks)]
    return "\n".join([parts[0][0], *(f"  {line}" for part in parts[1:] for line in part)])


def _head(verdict: Verdict) -> list[str]:
    return [f"different: this is not dL/d{verdict.wrt}"]


def _numbers(verdict: Verdict) -> list[str]:
    """The element that is farthest off, and how many are."""
    off = verdict.difference
    if off is None:
        return []
    given, right = _apart(off.given, off.right)
    where = "with the example's numbers" if off.example else "with random numbers"
    lines = [f"dL/d{off.name} is {right}, and this gives {given} ({where})"]
    several = len(verdict.right) + len(verdict.wrong)
    if verdict.right:
        lines.append(f"{len(verdict.wrong)} of {several} elements are wrong: {_listed(verdict.wrong)}")
    return lines


def _apart(given: float, right: float) -> tuple[str, str]:
    """Two numbers with so many digits that they differ."""
    for digits in range(4, 16):
        pair = str(rounded(given, digits)), str(rounded(right, digits))
        if pair[0] != pair[1]:
            return pair
    return repr(given), repr(right)


def _listed(positions: tuple[tuple[int, ...], ...]) -> str:
    shown = ["[" + ",".join(map(str, p)) + "]" for p in positions[:SHOWN]]
    return ", ".join(shown) + (", ..." if len(positions) > SHOWN else "")


def _causes(verdict: Verdict) -> list[str]:
    """What it looks like: each mistake once, with what is wrong in each place where it can be made."""
    if not verdict.causes:
        return [f"It is {relation}." for relation in verdict.relations]
    told: dict[str, list[str]] = {}
    for seed in verdict.causes:
        told.setdefault(seed.mistake.key, []).append(plain(seed.told, verdict.arrays))
    titles = {seed.mistake.key: seed.mistake for seed in verdict.causes}
    lines = ["It looks like this mistake:" if len(told) == 1 else "Each of these mistakes gives it:"]
    for key, sentences in list(told.items())[:SHOWN]:
        lines += [f"  {plain(titles[key].title)}", *(f"    {sentence}" for sentence in sentences[:SAID])]
        lines.append(f"    {plain(titles[key].explained)}")
    return lines


def _place(verdict: Verdict) -> list[str]:
    """Up to where it follows the derivation, and the first line that it does not."""
    lines = [f"{reached}." for reached in verdict.reached]
    if verdict.leaves is not None:
        lines += ["It leaves the derivation here:", f"  {verdict.leaves}"]
    return lines


def record(verdict: Verdict) -> dict[str, Any]:
    """The same for programs: plain lists and dictionaries."""
    place, off = verdict.leaves, verdict.difference
    return {
        "wrt": verdict.wrt,
        "equal": verdict.equal,
        "relative_error": verdict.error,
        "difference": off
        and {
            "element": off.name,
            "position": list(off.position),
            "given": off.given,
            "right": off.right,
            "example": off.example,
        },
        "right": [list(p) for p in verdict.right],
        "wrong": [list(p) for p in verdict.wrong],
        "causes": [
            {
                "key": seed.mistake.key,
                "title": plain(seed.mistake.title),
                "told": plain(seed.told, verdict.arrays),
                "explained": plain(seed.mistake.explained),
                "at": seed.at,
            }
            for seed in verdict.causes
        ],
        "relations": list(verdict.relations),
        "leaves": place
        and {"equation": place.number, "tensor": place.tensor, "line": place.line, "within": place.within},
        "reached": list(verdict.reached),
        "remarks": list(verdict.remarks),
    }
