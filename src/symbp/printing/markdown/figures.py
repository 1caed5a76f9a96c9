"""Drawings as SVG files of their own: on a white card, so that they can be read on a dark page too."""

from __future__ import annotations

from symbp.printing.drawing import Drawing, svg, svg_colours

FONT = '"Latin Modern Math", "STIX Two Math", "Cambria Math", serif'
MARGIN = 6.0


def svg_file(drawing: Drawing, name: str) -> str:
    """The drawing as an SVG document with its colours, on white."""
    style = (
        f"svg{{font-family:{FONT}}}\n{svg_colours()}\n.drawing polyline.open{{fill:none}}\n"
        ".drawing .clear{fill:#ffffff;stroke:none}\n.drawing .edge-head{fill:#8a8a8a;stroke:none}"
    )
    card = f'<rect x="0" y="0" width="{drawing.width:g}" height="{drawing.height:g}" fill="#ffffff"/>'
    head, _, rest = svg(drawing, name).partition("</desc>\n")
    opened = head.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"{opened}</desc>\n<style>\n{style}\n</style>\n{card}\n{rest}\n"
