r"""The signs of mathematics by the names of their LaTeX commands: ``SIGNS["le"]`` is ≤, a relation.

Where several commands have one sign, printers use the first. What stands on every keyboard is printed as it is.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

SignKind: TypeAlias = Literal["binary", "relation", "prefix", "separator", "plain", "fence"]

_OF_KIND: dict[SignKind, dict[str, str]] = {
    "binary": {
        "cdot": "·", "times": "×", "odot": "⊙", "otimes": "⊗", "oplus": "⊕", "circ": "∘", "ast": "∗", "star": "⋆",
        "pm": "±", "mp": "∓", "div": "÷", "cup": "∪", "cap": "∩", "setminus": "∖", "land": "∧", "wedge": "∧",
        "lor": "∨", "vee": "∨", "bullet": "∙",
    },
    "relation": {
        "approx": "≈", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "lt": "<", "gt": ">",
        "coloneqq": ":=", "equiv": "≡", "sim": "∼", "simeq": "≃", "cong": "≅", "propto": "∝", "ll": "≪", "gg": "≫",
        "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇",
        "mid": "∣", "parallel": "∥", "perp": "⟂",
        "to": "→", "rightarrow": "→", "gets": "←", "leftarrow": "←", "leftrightarrow": "↔", "mapsto": "↦",
        "Rightarrow": "⇒", "implies": "⇒", "Leftarrow": "⇐", "Leftrightarrow": "⇔", "iff": "⇔",
        "uparrow": "↑", "downarrow": "↓",
    },
    "prefix": {"sum": "∑", "prod": "∏", "int": "∫", "neg": "¬", "lnot": "¬"},
    "plain": {
        "top": "⊤", "intercal": "⊺", "prime": "′", "forall": "∀", "exists": "∃", "emptyset": "∅", "varnothing": "∅",
        "dagger": "†", "ldots": "…", "dots": "…", "dotsc": "…", "cdots": "⋯", "dotsb": "⋯", "vdots": "⋮", "ddots": "⋱",
    },
}  # fmt: skip
SIGNS: dict[str, tuple[str, SignKind]] = {
    name: (text, kind) for kind, names in _OF_KIND.items() for name, text in names.items()
}
COMMANDS: dict[str, str] = {text: f"\\{name}" for name, (text, _) in reversed(SIGNS.items()) if text not in "<>"}
PRIMES = {"′": 1, "″": 2, "‴": 3}
