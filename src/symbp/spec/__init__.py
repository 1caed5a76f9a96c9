"""Spec files: TOML read into a network, with a place for every fault."""

from symbp.spec.loader import faults_of, load, loads, table_of

__all__ = ["faults_of", "load", "loads", "table_of"]
