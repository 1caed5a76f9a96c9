"""What ``symbp show`` prints: a network with its shapes and counts, or the derivation of one weight.

Each is made as a record first (plain lists and dictionaries, what ``--json`` prints), and as text from that record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

import mpmath

from symbp.derive import NetworkDerivation
from symbp.layers import Layer, Shape, Site
from symbp.mathtree.reading import line_reading
from symbp.network import Described, Network
from symbp.program import GIVEN, Tensor
from symbp.views.partial import Factor, Partial
from symbp.views.scalar import MOST_PATHS

Record = dict[str, Any]
SIGNIFICANT = 15  # digits of a value in JSON: what a float holds
PRINTED = 10  # and on the terminal
HEAD = ("layer", "kind", "reads", "activation", "output", "parameters", "count")
READS = HEAD.index("reads")


def network_record(network: Described) -> Record:
    """What a network is made of: its layers, or its equations."""
    return _layered_record(network) if isinstance(network, Network) else _stated_record(network)


def _stated_record(network: Described) -> Record:
    """The tensors that a network of equations is given, and the equations, one a line."""
    program = network.program()
    given = program.of_role(*GIVEN)
    return {
        "name": network.name,
        "title": network.title,
        "tensors": [{"name": t.name, "role": t.role, "shape": list(map(str, t.shape))} for t in given],
        "equations": str(program).splitlines(),
        "parameters": sum(_size(t) for t in network.parameters),
    }


def _layered_record(network: Network) -> Record:
    """The layers of a network with the shapes of their outputs and parameters; a batch axis comes first everywhere."""
    layers = zip(network.layers, network.sites, strict=True)
    return {
        "name": network.name,
        "title": network.title,
        "input": _extents(network.input.shape),
        "layers": [_layer_record(network, layer, site) for layer, site in layers],
        "loss": network.loss.expression or network.loss.kind,
        "parameters": network.parameter_count,
    }


def _layer_record(network: Network, layer: Layer, site: Site) -> Record:
    own = network.own(site.number)
    return {
        "layer": site.number,
        "name": layer.name,
        "kind": layer.kind,
        "reads": list(site.sources),
        "activation": layer.function.expression or layer.function.name,
        "output": _extents(network.shapes[site.number]),
        "parameters": {tensor.name: list(tensor.shape) for tensor in own},
        "count": sum(_size(tensor) for tensor in own) if site.owner else 0,
        "frozen": bool(getattr(layer, "frozen", False)),
        "shared": not site.owner,
    }


def _extents(shape: Shape) -> list[int | str]:
    """The sizes of a sample; a length that only a run tells is there by its name."""
    return [extent if isinstance(extent, int) else str(extent) for extent in shape]


def _size(tensor: Tensor) -> int:
    size = 1
    for extent in tensor.shape:
        assert isinstance(extent, int)
        size *= extent
    return size


def network_text(record: Record) -> str:
    """The record of a network as a table, a line for each layer, or for each tensor and each equation."""
    if "equations" in record:
        return _stated_text(record)
    rows: list[tuple[str, ...]] = [("input", "", "", "", _shape(record["input"], batch=True), "", "")]
    rows += [_layer_row(layer) for layer in record["layers"]]
    rows.append(("loss", record["loss"], "", "", "()", "", ""))
    table = [HEAD, *rows]
    if all(layer["reads"] == [layer["layer"] - 1] for layer in record["layers"]):  # each reads the one before it
        table = [(*row[:READS], *row[READS + 1 :]) for row in table]
    return f"{_title(record)}\n\n{_table(table)}\n\n{_count(record)}"


def _title(record: Record) -> str:
    return f"{record['name']}: {record['title']}" if record["title"] != record["name"] else str(record["name"])


def _count(record: Record) -> str:
    return "1 parameter" if record["parameters"] == 1 else f"{record['parameters']:,} parameters"


def _stated_text(record: Record) -> str:
    rows = [(t["name"], t["role"], f"({', '.join(t['shape'])})") for t in record["tensors"]]
    equations = "\n".join(record["equations"])
    return f"{_title(record)}\n\n{_table([('tensor', 'role', 'shape'), *rows])}\n\n{equations}\n\n{_count(record)}"


def _layer_row(layer: Record) -> tuple[str, ...]:
    parameters = ", ".join(f"{name} {_shape(shape)}" for name, shape in layer["parameters"].items())
    remarks = "".join(f" ({remark})" for remark in ("frozen", "shared") if layer[remark])
    output = _shape(layer["output"], batch=True)
    return (
        str(layer["layer"]),
        layer["kind"],
        ", ".join(str(source) if source else "input" for source in layer["reads"]),
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
