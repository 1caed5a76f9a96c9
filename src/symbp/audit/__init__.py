"""An audit of a worked example: each printed figure right, off in the last place, or wrong, and why."""

from symbp.audit.auditing import audit
from symbp.audit.figures import Audit, Figure

__all__ = ["Audit", "Figure", "audit"]
