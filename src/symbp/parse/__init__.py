"""Safe text to expressions and programs: no text of a user's is ever evaluated."""

from symbp.parse.expression import parse_expression
from symbp.parse.program import parse_part, parse_program

__all__ = ["parse_expression", "parse_part", "parse_program"]
