"""How the ladder is climbed: one process a program, blocks in random order, tables, plots."""
