"""Drawings as TikZ, as SVG and as Typst: one table row for each kind of shape in each."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from symbp.mathtree.nodes import Node
from symbp.printing.drawing.glyphs import plain, runs
from symbp.printing.drawing.shapes import (
    COLOURS,
    DASH,
    LINES,
    Blank,
    Circle,
    Drawing,
    Label,
    LineStyle,
    Outline,
    Polygon,
    Polyline,
    Rectangle,
    Role,
    Tint,
)
from symbp.printing.latex import latex, latex_text
from symbp.printing.typst_math import typst_math, typst_string


def _n(length: float) -> str:
    """A length with at most two decimals, the same on every machine."""
    text = f"{length:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


# TikZ: the y axis points down, and one unit is a point of 1/72 inch.


def tikz(drawing: Drawing) -> str:
    """The drawing as a ``tikzpicture``; its colours are defined by :func:`tikz_colours`."""
    body = "\n".join("  " + TIKZ[type(shape)](shape) for shape in drawing.shapes)
    box = rf"\useasboundingbox (0,0) rectangle ({_n(drawing.width)},{_n(drawing.height)});"
    return f"\\begin{{tikzpicture}}[x=1bp,y=-1bp,>=latex]\n  {box}\n{body}\n\\end{{tikzpicture}}"


def tikz_colours() -> str:
    """The definitions of the colours, for the preamble."""
    rows = [
        f"\\definecolor{{symbp-{role}-{part}}}{{HTML}}{{{getattr(colours, part)}}}"
        for role, colours in COLOURS.items()
        for part in ("fill", "line")
    ]
    return "\n".join(rows)


def _tikz_circle(s: Circle) -> str:
    return rf"\filldraw[{_tikz_style(s.role)}] ({_n(s.x)},{_n(s.y)}) circle [radius={_n(s.radius)}bp];"


def _tikz_style(role: Role) -> str:
    return f"draw=symbp-{role}-line,fill=symbp-{role}-fill"


TIKZ_OUTLINES: dict[Outline, str] = {
    "round": ",rounded corners=1.5bp",
    "square": "",
    "dashed": f",dash pattern=on {_n(DASH)}bp off {_n(DASH)}bp,dash phase={_n(DASH / 2)}bp",
}


def _tikz_rectangle(s: Rectangle) -> str:
    corner = f"({_n(s.x + s.width)},{_n(s.y + s.height)})"
    style = _tikz_style(s.role) + TIKZ_OUTLINES[s.outline]
    return rf"\filldraw[{style}] ({_n(s.x)},{_n(s.y)}) rectangle {corner};"


def _tikz_polyline(s: Polyline) -> str:
    path = " -- ".join(f"({_n(x)},{_n(y)})" for x, y in s.points)
    return rf"\draw[symbp-{s.role}-line{',->' if s.arrow else ''}{_tikz_line(s.line)}] {path};"


def _tikz_line(line: LineStyle) -> str:
    width, dashes = LINES[line]
    pattern = " ".join(f"{'off' if i % 2 else 'on'} {_n(length)}bp" for i, length in enumerate(dashes))
    return "" if line == "thin" else f",line width={_n(width)}bp{f',dash pattern={pattern}' if pattern else ''}"


def _tikz_polygon(s: Polygon) -> str:
    path = " -- ".join(f"({_n(x)},{_n(y)})" for x, y in s.points)
    return rf"\filldraw[{_tikz_style(s.role)}] {path} -- cycle;"


def _tikz_tint(s: Tint) -> str:
    corner = f"({_n(s.x + s.width)},{_n(s.y + s.height)})"
    return rf"\fill[symbp-{s.role}-line!{_n(100 * s.strength)}!white] ({_n(s.x)},{_n(s.y)}) rectangle {corner};"


def _tikz_blank(s: Blank) -> str:
    return rf"\fill[white] ({_n(s.x)},{_n(s.y)}) rectangle ({_n(s.x + s.width)},{_n(s.y + s.height)});"


TIKZ_ANCHORS = {"start": "west", "middle": "center", "end": "east"}


def _tikz_label(s: Label) -> str:
    text = f"${latex(s.content)}$" if isinstance(s.content, Node) else _tikz_words(plain(s.content))
    clear = ",fill=white" if s.cleared else ""
    font = rf"\fontsize{{{_n(s.size)}}}{{{_n(1.2 * s.size)}}}\selectfont"
    style = f"anchor={TIKZ_ANCHORS[s.anchor]},inner sep=1bp,text=symbp-{s.role}-line,font={font}{clear}"
    return rf"\node[{style}] at ({_n(s.x)},{_n(s.y)}) {{{text}}};"


TIKZ_SIGNS = {"⋮": r"$\vdots$", "⋯": r"$\cdots$", "∗": r"$\ast$", "=": "$=$", "+": "$+$", "×": r"$\times$"}


def _tikz_words(text: str) -> str:
    return TIKZ_SIGNS.get(text) or rf"\strut {latex_text(text)}"


TIKZ: dict[type, Callable[[Any], str]] = {
    Circle: _tikz_circle,
    Rectangle: _tikz_rectangle,
    Polyline: _tikz_polyline,
    Polygon: _tikz_polygon,
    Tint: _tikz_tint,
    Blank: _tikz_blank,
    Label: _tikz_label,
}


# SVG: colours by class, so that a page can be dark.


def svg(drawing: Drawing, name: str) -> str:
    """The drawing as an ``svg`` element; ``name`` makes its ids its own within a page."""
    body = "\n".join(line for shape in drawing.shapes for line in SVG[type(shape)](shape, name))
    roles = dict.fromkeys(s.role for s in drawing.shapes if isinstance(s, Polyline) and s.arrow)
    arrow = f"<defs>{''.join(_svg_arrow(role, name) for role in roles)}</defs>"
    return (
        f'<svg class="drawing" role="img" viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" '
        f'width="{_n(drawing.width * 4 / 3)}" aria-labelledby="{name}-title {name}-desc">\n'
        f'<title id="{name}-title">{escape(plain(drawing.title))}</title>\n'
        f'<desc id="{name}-desc">{escape(plain(drawing.description))}</desc>\n{arrow}\n{body}\n</svg>'
    )


def _svg_arrow(role: Role, name: str) -> str:
    """The head of arrows of a role."""
    place = 'viewBox="0 0 8 6" refX="7" refY="3" markerWidth="7" markerHeight="5.25" orient="auto"'
    return f'<marker id="{name}-{role}" {place}><path d="M0 0 8 3 0 6z" class="tint {role}"/></marker>'


def svg_colours() -> str:
    """The style sheet of the drawings' classes, in terms of variables of the page."""
    return "\n".join(
        f".drawing .{role}{{fill:var(--{role}-fill,#{c.fill});stroke:var(--{role}-line,#{c.line})}} "
        f".drawing text.{role},.drawing .tint.{role}{{fill:var(--{role}-line,#{c.line});stroke:none}}"
        for role, c in COLOURS.items()
    )


def _svg_circle(s: Circle, name: str) -> list[str]:
    return [f'<circle class="{s.role}" cx="{_n(s.x)}" cy="{_n(s.y)}" r="{_n(s.radius)}"/>']


SVG_OUTLINES: dict[Outline, str] = {
    "round": ' rx="2"',
    "square": "",
    "dashed": f' stroke-dasharray="{_n(DASH)} {_n(DASH)}" stroke-dashoffset="{_n(DASH / 2)}"',
}


def _svg_rectangle(s: Rectangle, name: str) -> list[str]:
    size = f'width="{_n(s.width)}" height="{_n(s.height)}"'
    return [f'<rect class="{s.role}" x="{_n(s.x)}" y="{_n(s.y)}" {size}{SVG_OUTLINES[s.outline]}/>']


def _svg_polyline(s: Polyline, name: str) -> list[str]:
    arrow = f' marker-end="url(#{name}-{s.role})"' if s.arrow else ""
    return [f'<polyline class="{s.role} open" points="{_svg_points(s.points)}"{arrow}{_svg_line(s.line)}/>']


def _svg_points(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _svg_line(line: LineStyle) -> str:
    width, dashes = LINES[line]
    pattern = f' stroke-dasharray="{" ".join(map(_n, dashes))}"' if dashes else ""
    return "" if line == "thin" else f' stroke-width="{_n(width)}"{pattern}'


def _svg_polygon(s: Polygon, name: str) -> list[str]:
    return [f'<polygon class="{s.role}" points="{_svg_points(s.points)}"/>']


def _svg_tint(s: Tint, name: str) -> list[str]:
    size = f'width="{_n(s.width)}" height="{_n(s.height)}"'
    return [f'<rect class="tint {s.role}" x="{_n(s.x)}" y="{_n(s.y)}" {size} fill-opacity="{_n(s.strength)}"/>']


def _svg_blank(s: Blank, name: str) -> list[str]:
    size = f'width="{_n(s.width)}" height="{_n(s.height)}"'
    return [f'<rect class="clear" x="{_n(s.x)}" y="{_n(s.y)}" {size}/>']


def _svg_label(s: Label, name: str) -> list[str]:
    glyphs, width = runs(s.content, s.size)
    left = s.x - {"start": 0.0, "middle": width / 2, "end": width}[s.anchor]
    out = []
    if s.cleared:
        box = f'width="{_n(width + 4)}" height="{_n(1.5 * s.size)}"'
        out.append(f'<rect class="clear" x="{_n(left - 2)}" y="{_n(s.y - 0.75 * s.size)}" {box}/>')
    base = s.y + 0.33 * s.size
    if not isinstance(s.content, Node):  # its width is known to the browser, and only guessed here
        place = f'x="{_n(s.x)}" y="{_n(base)}" font-size="{_n(s.size)}" text-anchor="{s.anchor}"'
        return [*out, f'<text class="{s.role}" {place}>{escape(plain(s.content))}</text>']
    for g in glyphs:
        style = ' font-style="italic"' if g.italic else ""
        place = f'x="{_n(left + g.x)}" y="{_n(base + g.y)}" font-size="{_n(g.size)}"{style}'
        out.append(f'<text class="{s.role}" {place}>{escape(g.text)}</text>')
    return out


SVG: dict[type, Callable[[Any, str], list[str]]] = {
    Circle: _svg_circle,
    Rectangle: _svg_rectangle,
    Polyline: _svg_polyline,
    Polygon: _svg_polygon,
    Tint: _svg_tint,
    Blank: _svg_blank,
    Label: _svg_label,
}


# Typst: every shape is placed in one box.


def typst_drawing(drawing: Drawing) -> str:
    """The drawing as a box of placed shapes."""
    body = "\n".join("  " + TYPST[type(shape)](shape) for shape in drawing.shapes)
    return f"#box(width: {_n(drawing.width)}pt, height: {_n(drawing.height)}pt)[\n{body}\n]"


def _typst_style(role: Role, stroke: str = "0.5pt + {}") -> str:
    line = stroke.format(f'rgb("{COLOURS[role].line}")')
    return f'fill: rgb("{COLOURS[role].fill}"), stroke: {line}'


def _typst_place(x: float, y: float, content: str) -> str:
    return f"#place(top + left, dx: {_n(x)}pt, dy: {_n(y)}pt, {content})"


def _typst_circle(s: Circle) -> str:
    return _typst_place(s.x - s.radius, s.y - s.radius, f"circle(radius: {_n(s.radius)}pt, {_typst_style(s.role)})")


TYPST_DASH = f"({_n(DASH)}pt, {_n(DASH)}pt), phase: {_n(DASH / 2)}pt"
TYPST_OUTLINES: dict[Outline, tuple[str, str]] = {  # the rounding of the corners, and the stroke
    "round": (", radius: 1.5pt", "0.5pt + {}"),
    "square": ("", "0.5pt + {}"),
    "dashed": ("", f"(paint: {{}}, thickness: 0.5pt, dash: (array: {TYPST_DASH}))"),
}


def _typst_rectangle(s: Rectangle) -> str:
    corners, stroke = TYPST_OUTLINES[s.outline]
    size = f"width: {_n(s.width)}pt, height: {_n(s.height)}pt{corners}"
    return _typst_place(s.x, s.y, f"rect({size}, {_typst_style(s.role, stroke)})")


def _typst_polyline(s: Polyline) -> str:
    """The line; Typst's ``arrow`` knows two points, so what leads to the last two is a path below it."""
    colour = f'rgb("{COLOURS[s.role].line}")'
    stroke = _typst_stroke(colour, s.line)
    if not s.arrow:
        return _typst_place(0, 0, f"path-of({stroke}, {_typst_points(s.points)})")
    head = f"arrow({colour}, {stroke}, {_typst_points(s.points[-2:])})"
    if len(s.points) == 2:
        return _typst_place(0, 0, head)
    (x, y), (u, v) = s.points[-2:]
    lead = _typst_points((*s.points[:-1], ((x + u) / 2, (y + v) / 2)))  # past the corner, so that it is closed
    return _typst_place(0, 0, f"{{ place(top + left, path-of({stroke}, {lead})); {head} }}")


def _typst_stroke(colour: str, line: LineStyle) -> str:
    width, dashes = LINES[line]
    pattern = f"paint: {colour}, thickness: {_n(width)}pt, dash: ({', '.join(f'{_n(d)}pt' for d in dashes)})"
    return f"({pattern})" if dashes else f"{_n(width)}pt + {colour}"


def _typst_polygon(s: Polygon) -> str:
    return _typst_place(0, 0, f"polygon({_typst_style(s.role)}, {_typst_points(s.points)})")


def _typst_tint(s: Tint) -> str:
    fill = f'rgb("{COLOURS[s.role].line}").lighten({_n(100 * (1 - s.strength))}%)'
    return _typst_place(s.x, s.y, f"rect(width: {_n(s.width)}pt, height: {_n(s.height)}pt, fill: {fill}, stroke: none)")


def _typst_blank(s: Blank) -> str:
    size = f"width: {_n(s.width)}pt, height: {_n(s.height)}pt"
    return _typst_place(s.x, s.y, f"rect({size}, fill: white, stroke: none)")


def _typst_points(points: tuple[tuple[float, float], ...]) -> str:
    return ", ".join(f"({_n(x)}pt, {_n(y)}pt)" for x, y in points)


def _typst_label(s: Label) -> str:
    text = f"[${typst_math(s.content)}$]" if isinstance(s.content, Node) else typst_string(plain(s.content))
    clear = "white" if s.cleared else "none"
    style = f'rgb("{COLOURS[s.role].line}"), {_n(s.size)}pt, {clear}, "{s.anchor}"'
    return _typst_place(s.x, s.y, f"tag({style}, {text})")


TYPST: dict[type, Callable[[Any], str]] = {
    Circle: _typst_circle,
    Rectangle: _typst_rectangle,
    Polyline: _typst_polyline,
    Polygon: _typst_polygon,
    Tint: _typst_tint,
    Blank: _typst_blank,
    Label: _typst_label,
}
