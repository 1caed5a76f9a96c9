"""What can go wrong, as exceptions whose text is all that a user reads.

Every message names the place, the contradiction with both of its sides, and the remedy. No module
below the command line prints: it raises one of these, and the command line prints its text.
"""


class SymbpError(Exception):
    """A fault that a user can mend. ``str(error)`` is the whole message."""


class SpecError(SymbpError):
    """The spec, or a value in it, contradicts itself or the rules of the format."""


class OutputError(SymbpError):
    """A file or a folder cannot be written."""


class SizeError(SymbpError):
    """The question has an answer that is too large to print or to compute."""


class CheckFailed(SymbpError):
    """A derived line, gradient or module disagrees with an independent computation."""


class ProgramError(Exception):
    """A program of equations is malformed: a fault of symbp, not of the user's spec."""
