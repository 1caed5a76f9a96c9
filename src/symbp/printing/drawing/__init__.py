"""Drawings: a network, a computational graph, a curve or bars, laid out once for every format."""

from symbp.printing.drawing.graph import GraphNode, graph_drawing
from symbp.printing.drawing.network import Column, network_drawing
from symbp.printing.drawing.plot import bar_plot, curve_plot
from symbp.printing.drawing.printers import svg, svg_colours, tikz, tikz_colours, typst_drawing
from symbp.printing.drawing.shapes import Drawing

__all__ = [
    "Column",
    "Drawing",
    "GraphNode",
    "bar_plot",
    "curve_plot",
    "graph_drawing",
    "network_drawing",
    "svg",
    "svg_colours",
    "tikz",
    "tikz_colours",
    "typst_drawing",
]
