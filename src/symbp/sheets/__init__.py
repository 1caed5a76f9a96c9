"""Sheets of exercises: a sheet and its solutions for each student, and the same questions for learning platforms."""

from symbp.sheets.question import Choice, Number, Option, Question, Sheet
from symbp.sheets.sheet import sheet
from symbp.sheets.write import write_sheets

__all__ = ["Choice", "Number", "Option", "Question", "Sheet", "sheet", "write_sheets"]
