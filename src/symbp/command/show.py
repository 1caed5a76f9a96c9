"""What ``symbp show`` prints: a network with its shapes and counts, or the derivation of one weight.

Each is made as a record first (plain lists and dictionaries, what ``--json`` prints), and as text from that record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

import mpmath

from symbp.derive import NetworkDerivation
from symbp.equation import Tensor
from symbp.layers import Layer, Site
from symbp.mathtree.reading import line_reading
from symbp.network import Network
from symbp.views.partial import Factor, Partial
from symbp.views.scalar import MOST_PATHS

Record = dict[str, Any]
SIGNIFICANT = 15  # digits of a value in JSON: what a float holds
PRINTED = 10  # and on the terminal
HEAD = ("layer", "kind", "activation", "output", "parameters", "count")


def network_record(network: Network) -> Record:
    """The layers of a network with the shapes of their outputs and parameters; a batch axis comes first everywhere."""
    layers = zip(network.layers, network.sites, strict=True)
    return {
        "name": network.name,
        "title": network.title,
        "input": list(network.input.shape),
        "layers": [_layer_record(network, layer, site) for layer, site in layers],
        "loss": network.loss.expression or network.loss.kind,
        "parameters": network.parameter_count,
    }


def _layer_record(network: Network, layer: Layer, site: Site) -> Record:
    own = network.own(site.number)
    return {
        "layer": site.number,
        "kind": layer.kind,
        "activation": layer.function.expression or layer.function.name,
        "output": list(network.shapes[site.number]),
        "parameters": {tensor.name: list(tensor.shape) for tensor in own},
        "count": sum(_size(tensor) for tensor in own) if site.owner else 0,
        "frozen": bool(getattr(layer, "frozen", False)),
        "shared": not site.owner,
    }


def _size(tensor: Tensor) -> int:
    size = 1
    for extent in tensor.shape:
        assert isinstance(extent, int)
        size *= extent
    return size


def network_text(record: Record) -> str:
    """The record of a network as a table, a line for each layer."""
    rows: list[tuple[str, ...]] = [("input", "", "", _shape(record["input"], batch=True), "", "")]
    rows += [_layer_row(layer) for layer in record["layers"]]
    rows.append(("loss", record["loss"], "", "()", "", ""))
    title = f"{record['name']}: {record['title']}" if record["title"] != record["name"] else record["name"]
    return f"{title}\n\n{_table([HEAD, *rows])}\n\n{record['parameters']:,} parameters"


def _layer_row(layer: Record) -> tuple[str, ...]:
    parameters = ", ".join(f"{name} {_shape(shape)}" for name, shape in layer["parameters"].items())
    remarks = "".join(f" ({remark})" for remark in ("frozen", "shared") if layer[remark])
    output = _shape(layer["output"], batch=True)
    return (
        str(layer["layer"]),
        layer["kind"],
        layer["activation"],
        output,
        parameters + remarks,
        f"{layer['count']:,}",
    )


def _shape(shape: Sequence[int], batch: bool = False) -> str:
    """A shape as NumPy writes it, with the batch axis ``N`` in front where there is one."""
    parts = (["N"] if batch else []) + [str(extent) for extent in shape]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; the last one is of numbers and stands right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    for line, row in zip(lines, rows, strict=True):
        line[-1] = row[-1].rjust(widths[-1])
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("  ".join(line).rstrip() for line in lines)


def partial_record(derivation: NetworkDerivation, weight: Sequence[str]) -> Record:
    """The derivative of the loss by one weight: its paths with their factors, its formula, its value.

    Raises:
        SpecError: there is no such weight.
    """
    found = derivation.partial(*weight)
    return {
        "weight": found.naming.plain(found.element),
        "tensor": found.element.tensor,
        "position": [position + 1 for position in found.element.index],
        "path_count": found.path_count,
        "paths": [[_factor_record(f) for f in path] for path in _chain(found)],
        "lines": [normalize("NFC", line_reading(line)) for line in found.display().lines],
        "expression": str(found.expression),
        "value": None if found.value is None else mpmath.nstr(found.value, SIGNIFICANT),
        "latex": found.latex(),
    }


def _chain(found: Partial) -> tuple[tuple[Factor, ...], ...]:
    """The paths one by one, where they are few enough to be listed."""
    return found.chain if found.path_count <= MOST_PATHS else ()


def _factor_record(factor: Factor) -> Record:
    value = None if factor.value is None else mpmath.nstr(factor.value, SIGNIFICANT)
    return {"of": factor.of, "by": factor.by, "formula": str(factor.expression), "value": value}


def partial_text(record: Record) -> str:
    """The record of a derivative: the chain rule, the numbers put in, and each factor by itself."""
    position = ", ".join(map(str, record["position"]))
    head = f"{record['weight']} is {record['tensor']}[{position}], counted from 1"
    paths = "\n\n".join(_path_text(number, path, record) for number, path in enumerate(record["paths"], 1))
    value = "" if record["value"] is None else mpmath.nstr(mpmath.mpf(record["value"]), PRINTED)
    result = f"dL/d{record['weight']} = {value or record['expression']}"
    return "\n\n".join(part for part in (head, "\n".join(_aligned(record["lines"])), paths, result) if part)


def _aligned(lines: Sequence[str]) -> list[str]:
    """The lines of one derivation with their equality signs in one column."""
    column = lines[0].index(" =") + 1
    return [lines[0], *(" " * column + line for line in lines[1:])]


def _path_text(number: int, path: Sequence[Record], record: Record) -> str:
    """One path: a line for each factor with its formula and its value."""
    rows = [(f"  d{f['of']}/d{f['by']}", f"= {f['formula']}", _value_text(f["value"])) for f in path]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"{a.ljust(widths[0])} {b.ljust(widths[1])} {value}".rstrip() for a, b, value in rows]
    title = "factors" if record["path_count"] == 1 else f"path {number} of {record['path_count']}"
    return "\n".join([f"{title}:", *lines])


def _value_text(value: str | None) -> str:
    return "" if value is None else f"= {mpmath.nstr(mpmath.mpf(value), PRINTED)}"
