"""The modules that symbp writes for the examples, committed: the gallery and the golden files."""
