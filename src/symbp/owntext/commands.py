r"""What may stand in the mathematics of an own text: characters, and commands without their backslash."""

from __future__ import annotations

from symbp.mathtree.nodes import Accent
from symbp.mathtree.pieces import GREEK, Digits, FunctionName, Gap, Letters, Piece, Sign, Words
from symbp.mathtree.signs import SIGNS, SignKind
from symbp.owntext.styles import LetterStyle

# Letters and signs that are a piece by themselves.
SYMBOLS: dict[str, Piece] = {
    **{name: Letters(char) for name, char in GREEK.items()},
    **{name: Sign(text, kind) for name, (text, kind) in SIGNS.items()},
    "partial": Letters("∂", "upright"),
    "infty": Digits("∞"),
    "colon": Sign(":", "relation"),
    **{char: Words(char) for char in "%#&_$"},
}
LARGE = ("sum", "prod")  # with limits below and above
FUNCTIONS: dict[str, FunctionName] = {
    **{
        name: FunctionName(name, f"\\{name}")
        for name in "arccos arcsin arctan arg cos cosh cot det dim exp ker lg ln log sin sinh tan tanh Pr".split()
    },
    **{name: FunctionName(name, f"\\{name}") for name in ("max", "min", "sup", "inf", "lim")},
    "argmax": FunctionName("arg max", r"\operatorname*{arg\,max}"),
    "argmin": FunctionName("arg min", r"\operatorname*{arg\,min}"),
}
LIMITED = ("max", "min", "sup", "inf", "lim", "argmax", "argmin")  # functions whose subscript stands below them
ACCENTS: dict[str, Accent] = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "tilde": "tilde", "widetilde": "tilde", "dot": "dot", "vec": "vec",
    "overline": "overline",
}  # fmt: skip
STYLES: dict[str, LetterStyle] = {
    "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "mathrm": "upright", "mathsf": "upright",
    "mathcal": "script", "mathbb": "double", "mathit": "italic",
}  # fmt: skip
CAPITALS = ("mathcal", "mathbb")  # styles that have capital letters alone
GAPS: dict[str, Gap | None] = {
    ",": Gap("thin"), ":": Gap("medium"), ">": Gap("medium"), ";": Gap("thick"), " ": Gap("word"), "\n": Gap("word"),
    "!": None, "quad": Gap("quad"), "qquad": Gap("wide"),
}  # fmt: skip
# Sizes are chosen by what is inside parentheses, limits by the operator: these commands say nothing new.
IGNORED = frozenset(
    ["limits", "displaystyle", "textstyle"]
    + [f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "m", "r")]
)
OPENING = {"(": "(", "[": "[", r"\{": "{", r"\lbrace": "{", r"\langle": "⟨", r"\lfloor": "⌊", r"\lceil": "⌈",
           r"\lvert": "|", r"\lVert": "‖"}  # fmt: skip
CLOSING = {")": ")", "]": "]", r"\}": "}", r"\rbrace": "}", r"\rangle": "⟩", r"\rfloor": "⌋", r"\rceil": "⌉",
           r"\rvert": "|", r"\rVert": "‖"}  # fmt: skip
BARS = {"|": "|", r"\vert": "|", r"\|": "‖", r"\Vert": "‖"}
DELIMITERS = {**OPENING, **CLOSING, **BARS, ".": "", "<": "⟨", ">": "⟩"}  # after \left and \right
MATRICES = {"matrix": ("", ""), "array": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "Bmatrix": ("{", "}"),
            "vmatrix": ("|", "|"), "Vmatrix": ("‖", "‖")}  # fmt: skip
ALIGNED = ("aligned", "align", "align*", "split")  # environments that are a whole display
ENVIRONMENTS = (*MATRICES, "cases", *ALIGNED)
STRUCTURES = ("frac", "dfrac", "tfrac", "sqrt", "text", "textrm", "operatorname", "operatorname*", "underbrace",
              "boxed", "left", "right", "begin", "end")  # fmt: skip
COMMANDS = frozenset(
    name
    for names in (SYMBOLS, FUNCTIONS, ACCENTS, STYLES, IGNORED, GAPS, STRUCTURES)
    for name in names
    if name.rstrip("*").isalpha()
) | frozenset(name[1:] for name in DELIMITERS if name[1:].isalpha())

_SIGNS: dict[str, tuple[str, SignKind]] = {
    "=": ("=", "relation"), ":=": (":=", "relation"), ":": (":", "relation"), "<": ("<", "relation"),
    ">": (">", "relation"),
    "+": ("+", "binary"), "-": ("−", "binary"), "−": ("−", "binary"), "*": ("∗", "binary"), "⋅": ("·", "binary"),
    ",": (",", "separator"), ";": (";", "separator"),
    **{char: (char, "plain") for char in "./!?"},
    **{text: (text, kind) for text, kind in reversed(SIGNS.values()) if len(text) == 1 and not text.isascii()},
}  # fmt: skip
# Characters that are a piece by themselves.
CHARACTERS: dict[str, Piece] = {
    **{char: Letters(char) for char in GREEK.values()},
    **{char: Sign(text, kind) for char, (text, kind) in _SIGNS.items()},
    "∂": SYMBOLS["partial"],
    "∞": SYMBOLS["infty"],
    "~": Gap("word"),
}
