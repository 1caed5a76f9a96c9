"""The parts of a module as text: what the template prints between its fixed lines."""
