"""The modules of symbp form the layers that docs/architecture.md draws, and nothing imports upwards."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "symbp"
FILES = sorted(SOURCE.rglob("*.py"))
# Above all layers: the package's own file, which imports a public function when it is first asked for, and the
# file that makes ``python -m symbp`` the command line.
MODULES = [path for path in FILES if path.parent != SOURCE or path.name not in ("__init__.py", "__main__.py")]
# The commands of the command line import their stage when they are called.
LAZY = {SOURCE / "cli.py"}


def name_of(path: Path) -> str:
    """The dotted name of a module under ``symbp``, as ``layers.dense``."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def layers() -> dict[str, int]:
    """The layer of each module or package named in the table of docs/architecture.md, by its row."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    cells = re.findall(r"^\| (`[^|]+) \|", text, flags=re.MULTILINE)
    return {name.strip("/"): row for row, cell in enumerate(cells) for name in re.findall(r"`([\w/]+)`", cell)}


def layer_of(module: str) -> int | None:
    """The row of a module, or of the package that it lies in."""
    table = layers()
    return table.get(module.replace(".", "/"), table.get(module.split(".")[0]))


def imports(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """The modules of symbp that a file imports, dotted and without the leading ``symbp``."""
    known = {name_of(file) for file in MODULES}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "symbp":
            yield from ((node, alias.name) for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symbp."):
            home = (node.module or "").removeprefix("symbp.")
            inner = [f"{home}.{alias.name}" for alias in node.names]
            yield from ((node, name if name in known else home) for name in inner)
        elif isinstance(node, ast.Import):
            yield from ((node, a.name.removeprefix("symbp.")) for a in node.names if a.name.startswith("symbp."))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_stands_in_the_table(path: Path) -> None:
    assert layer_of(name_of(path)) is not None, f"{name_of(path)} is missing in the table of docs/architecture.md"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_the_layers_before_it(path: Path) -> None:
    own = layer_of(name_of(path))
    assert own is not None
    upward = {name for _, name in imports(path) if (layer_of(name) or 0) > own}
    assert not upward, f"{name_of(path)} imports upwards: {sorted(upward)}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name_of(path): {name for _, name in imports(path)} - {name_of(path)} for path in MODULES}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("path", [path for path in FILES if path not in LAZY], ids=name_of)
def test_no_import_stands_inside_a_function(path: Path) -> None:
    functions = (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, (ast.FunctionDef, ast.Lambda)))
    inside = [n.lineno for f in functions for n in ast.walk(f) if isinstance(n, (ast.Import, ast.ImportFrom))]
    assert not inside, f"{path.name}: imports inside functions on lines {inside}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_import_is_relative(path: Path) -> None:
    """One spelling of a module's name, so that the other tests here see every import."""
    assert not [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ImportFrom) and n.level]


UNSAFE = {"eval", "exec", "sympify", "parse_expr", "lambdify", "compile"}
SAFE = {"re.compile", "typst.compile"}  # a pattern of ours, and a document that is printed


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_evaluates_text(path: Path) -> None:
    """No text of a user can reach an evaluator, because there is none."""
    calls = [n.func for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
    names = [f.id for f in calls if isinstance(f, ast.Name)]
    names += [f.attr for f in calls if isinstance(f, ast.Attribute) and ast.unparse(f) not in SAFE]
    assert not UNSAFE.intersection(names)
