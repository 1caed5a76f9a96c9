"""Safe text to expressions and programs: no text of a user's is ever evaluated."""

from symbp.parse.expression import parse_expression

__all__ = ["parse_expression"]
