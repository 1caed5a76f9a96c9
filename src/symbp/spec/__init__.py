"""Spec files: TOML read into a network, with a place for every fault."""

from symbp.spec.loader import load, loads

__all__ = ["load", "loads"]
