"""Kernels for equations: which array operation computes each of them, recognised from its indices."""

from symbp.schedule.definition import negated, terms
from symbp.schedule.padding import Pad
from symbp.schedule.plan import Schedule, schedule, schedule_in_place, stored
from symbp.schedule.statements import (
    Assign,
    Condition,
    Filled,
    Group,
    Largest,
    Loop,
    Recurrence,
    Room,
    Scatter,
    Statement,
    Taps,
    Zero,
)

__all__ = [
    "Assign",
    "Condition",
    "Filled",
    "Group",
    "Largest",
    "Loop",
    "Pad",
    "Recurrence",
    "Room",
    "Scatter",
    "Schedule",
    "Statement",
    "Taps",
    "Zero",
    "negated",
    "schedule",
    "schedule_in_place",
    "stored",
    "terms",
]
