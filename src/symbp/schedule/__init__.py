"""Kernels for equations: which array operation computes each of them, recognised from its indices."""

from symbp.schedule.kernel import Assign, Loop, Scatter, Statement, Zero
from symbp.schedule.plan import Group, Schedule, negated, schedule, terms

__all__ = ["Assign", "Group", "Loop", "Scatter", "Schedule", "Statement", "Zero", "negated", "schedule", "terms"]
