"""The table of mistakes: what people do wrong in a backward pass, what comes of it, and how it is explained.

The same table makes distractors of exercises, explains where somebody's gradient differs, and seeds the tests.
"""

from symbp.mistakes.plain import plainly
from symbp.mistakes.seed import Mistake, Seed, same
from symbp.mistakes.slip import Slip
from symbp.mistakes.table import MISTAKES, seeds

__all__ = ["MISTAKES", "Mistake", "Seed", "Slip", "plainly", "same", "seeds"]
