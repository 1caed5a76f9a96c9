"""Whether somebody's gradient is right, and if not, where it leaves the derivation and which mistake it looks like."""

from symbp.compare.asked import compare
from symbp.compare.comparison import Comparison
from symbp.compare.judge import judge

__all__ = ["Comparison", "compare", "judge"]
