"""What people type for a gradient, read by parsers of symbp's own: nothing of it is ever run."""

from symbp.formulas.formula import Formula, Part, parse_formula, readings
from symbp.formulas.quantity import quantities, quantity

__all__ = ["Formula", "Part", "parse_formula", "quantities", "quantity", "readings"]
