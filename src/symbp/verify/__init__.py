"""Independent checks: what symbp derived against computations that share no derivative with it."""

from symbp.verify.check import check_derivation, check_equations
from symbp.verify.gradients import check_gradients
from symbp.verify.report import Report, Row, relative_error

__all__ = ["Report", "Row", "check_derivation", "check_equations", "check_gradients", "relative_error"]
