"""Kernels for equations: which array operation computes each of them, recognised from its indices."""

from symbp.schedule.padding import Pad
from symbp.schedule.plan import Group, Schedule, negated, schedule, terms
from symbp.schedule.statements import Assign, Filled, Loop, Lowest, Mark, Room, Scatter, Statement, Taps, Zero

__all__ = [
    "Assign",
    "Filled",
    "Group",
    "Loop",
    "Lowest",
    "Mark",
    "Pad",
    "Room",
    "Scatter",
    "Schedule",
    "Statement",
    "Taps",
    "Zero",
    "negated",
    "schedule",
    "terms",
]
