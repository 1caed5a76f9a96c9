"""What a drawing is made of: shapes at fixed places, laid out once and printed in every format alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from symbp.mathtree.nodes import Node
from symbp.wording import Message

Role: TypeAlias = Literal[
    "input", "hidden", "output", "plain", "edge", "weight", "value", "gradient", "text", "axis", "faint",
    "first", "second", "third", "fourth",
]  # fmt: skip
Text: TypeAlias = Node | str | Message  # what stands at a place of a drawing: a formula or words
Told: TypeAlias = tuple[Text, ...]  # what a description lists
Anchor: TypeAlias = Literal["start", "middle", "end"]
Outline: TypeAlias = Literal["round", "square", "dashed"]
LineStyle: TypeAlias = Literal["thin", "thick", "dashed", "dotted", "dashdot"]
DASH = 2.0  # the length of a dash and of the gap after it; a corner lies in the middle of a dash


@dataclass(frozen=True)
class Circle:
    x: float
    y: float
    radius: float
    role: Role


@dataclass(frozen=True)
class Rectangle:
    """A rectangle; ``x, y`` is its upper left corner. The dashed one has square corners.

    Sides that are multiples of two dashes long let dashed cells share them: the dashes then coincide.
    """

    x: float
    y: float
    width: float
    height: float
    role: Role
    outline: Outline = "round"


@dataclass(frozen=True)
class Polyline:
    points: tuple[tuple[float, float], ...]
    role: Role = "edge"
    arrow: bool = False
    line: LineStyle = "thin"


@dataclass(frozen=True)
class Polygon:
    """A closed line with what is inside."""

    points: tuple[tuple[float, float], ...]
    role: Role


@dataclass(frozen=True)
class Label:
    """A formula, or words, around a point; ``cleared`` hides what is under it."""

    x: float
    y: float
    content: Text
    role: Role = "text"
    size: float = 11.0
    anchor: Anchor = "middle"
    cleared: bool = False


@dataclass(frozen=True)
class Tint:
    """A rectangle in the line colour of a role, mixed with the paper: all of it at strength 1, none at 0."""

    x: float
    y: float
    width: float
    height: float
    role: Role
    strength: float


@dataclass(frozen=True)
class Blank:
    """A rectangle in the colour of the paper, which hides what is under it."""

    x: float
    y: float
    width: float
    height: float


Shape: TypeAlias = Circle | Rectangle | Polyline | Polygon | Tint | Blank | Label


@dataclass(frozen=True)
class Drawing:
    """Shapes in points of 1/72 inch, x to the right, y downwards; what is later lies on top.

    ``title`` and ``description`` say in words what is drawn.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: Text
    description: Text


@dataclass(frozen=True)
class Colours:
    """The fill and the line of a role on white paper."""

    fill: str
    line: str


COLOURS: dict[Role, Colours] = {
    "input": Colours("E8F0FE", "3B5B92"),
    "hidden": Colours("FFF2DC", "9A6A16"),
    "output": Colours("E4F3E6", "2F6B3A"),
    "plain": Colours("F3F3F3", "555555"),
    "edge": Colours("FFFFFF", "8A8A8A"),
    "weight": Colours("FFFFFF", "4A4A4A"),
    "value": Colours("FFFFFF", "1F4E9E"),
    "gradient": Colours("FFFFFF", "A8321E"),
    "text": Colours("FFFFFF", "222222"),
    "axis": Colours("FFFFFF", "555555"),
    "faint": Colours("FFFFFF", "BDBDBD"),
    "first": Colours("1F4E9E", "1F4E9E"),  # of curves: told apart also by those who see fewer colours
    "second": Colours("B34700", "B34700"),
    "third": Colours("00735C", "00735C"),
    "fourth": Colours("8A3A78", "8A3A78"),
}

LINES: dict[LineStyle, tuple[float, tuple[float, ...]]] = {  # the width, and the lengths of dashes and gaps
    "thin": (0.5, ()),
    "thick": (1.2, ()),
    "dashed": (1.2, (4.0, 2.0)),
    "dotted": (1.2, (1.2, 2.0)),
    "dashdot": (1.2, (5.0, 2.0, 1.2, 2.0)),
}
