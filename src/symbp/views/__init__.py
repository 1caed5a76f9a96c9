"""A derivation as people look at it: element by element, by layers, and by the names they use."""
