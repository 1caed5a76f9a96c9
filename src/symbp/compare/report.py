"""A comparison as text for the terminal: the verdict first, then where, by how much, and why."""

from __future__ import annotations

from typing import Any

from symbp.compare.verdict import Verdict
from symbp.rounding import rounded
from symbp.wording import english


def text(verdict: Verdict) -> str:
    """The lines of a report."""
    if verdict.equal:
        return "\n".join([f"equal: this is dL/d{verdict.wrt}", *(f"  {r}" for r in verdict.remarks)])
    off = verdict.difference
    lines = [f"different: this is not dL/d{verdict.wrt}"]
    if off is not None:
        lines.append(f"  dL/d{off.name}: given {rounded(off.given)}, right {rounded(off.right)}")
    lines += [f"  {english(s.mistake.title)}: {english(s.mistake.explained)}" for s in verdict.causes]
    lines += [f"  It is {r}." for r in verdict.relations]
    if verdict.leaves is not None:
        lines += ["  It leaves the derivation here:", f"    {verdict.leaves}"]
    return "\n".join(lines)


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
                "title": english(seed.mistake.title),
                "explained": english(seed.mistake.explained),
                "at": seed.at,
            }
            for seed in verdict.causes
        ],
        "relations": list(verdict.relations),
        "leaves": place and {"equation": place.number, "tensor": place.tensor, "line": place.line},
        "reached": list(verdict.reached),
        "remarks": list(verdict.remarks),
    }
