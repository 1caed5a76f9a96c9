"""Benchmarks: how symbp's times compare with those of its imports, and how they grow. ``make bench`` runs them."""
