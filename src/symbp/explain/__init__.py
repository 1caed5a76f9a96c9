"""What a step of the emitted module does: each equation with its kernels, and what they cost."""

from symbp.explain.account import Account, Step, account
from symbp.explain.table import record, table

__all__ = ["Account", "Step", "account", "record", "table"]
