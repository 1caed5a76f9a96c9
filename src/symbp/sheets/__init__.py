"""Sheets of exercises: a sheet and its solutions for each student, and the same questions for learning platforms."""
