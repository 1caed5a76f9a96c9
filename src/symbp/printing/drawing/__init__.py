"""Drawings: networks, graphs, layers, windows, curves and bars, laid out once for every format."""

from symbp.printing.drawing.graph import GraphNode, graph_drawing
from symbp.printing.drawing.grids import Grid
from symbp.printing.drawing.heatmap import HeatMap, Words, heat_maps
from symbp.printing.drawing.layers import LayerBox, layers_drawing
from symbp.printing.drawing.network import Column, network_drawing
from symbp.printing.drawing.paths import Factor, Paths, paths_drawing
from symbp.printing.drawing.plot import Series, bar_plot, curve_plot, gradient_norms_plot, line_plot
from symbp.printing.drawing.printers import svg, svg_colours, tikz, tikz_colours, typst_drawing
from symbp.printing.drawing.shapes import Drawing
from symbp.printing.drawing.unrolled import Unrolled, UnrolledState, UnrolledStep, unrolled_drawing
from symbp.printing.drawing.windows import WindowPicture, windows_drawing

__all__ = [
    "Column",
    "Drawing",
    "Factor",
    "GraphNode",
    "Grid",
    "HeatMap",
    "LayerBox",
    "Paths",
    "Series",
    "Unrolled",
    "UnrolledState",
    "UnrolledStep",
    "WindowPicture",
    "Words",
    "bar_plot",
    "curve_plot",
    "gradient_norms_plot",
    "graph_drawing",
    "heat_maps",
    "layers_drawing",
    "line_plot",
    "network_drawing",
    "paths_drawing",
    "svg",
    "svg_colours",
    "tikz",
    "tikz_colours",
    "typst_drawing",
    "unrolled_drawing",
    "windows_drawing",
]
