"""A module taken apart, so that in a notebook each of its functions stands where it is first needed."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

ANNOTATED = {"annotations"}  # what a definition needs of the future: the names in its annotations may come later


@dataclass(frozen=True)
class Chunk:
    """A statement of a module.

    Attributes:
        defines: The names that it gives a value.
        uses: All names in it.
    """

    text: str
    defines: frozenset[str]
    uses: frozenset[str]

    @property
    def imports(self) -> bool:
        return self.text.startswith(("import ", "from "))

    @property
    def private(self) -> bool:
        return all(name.startswith("_") for name in self.defines)


@dataclass(frozen=True)
class Library:
    """The text of a module, and what each of its statements needs.

    >>> library = Library("import math\\n\\ndef f(x):\\n    return g(x) + 1\\n\\ndef g(x):\\n    return math.sin(x)\\n")
    >>> [sorted(chunk.defines) for chunk in library.needed("y = f(2)", {"math"})]
    [['f'], ['g']]
    """

    text: str

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """The statements of the module but for its docstring, the imports among them."""
        return tuple(chunks(self.text))

    def needed(self, text: str, known: Collection[str]) -> tuple[Chunk, ...]:
        """The statements without which code does not run, as they stand in the module, less those that are known."""
        wanted = set().union(*(chunk.uses for chunk in chunks(text)))
        found: set[str] = set()
        while wanted:
            name = wanted.pop()
            chunk = self._by_name.get(name)
            if chunk and name not in known and name not in found:
                found |= chunk.defines
                wanted |= chunk.uses
        return tuple(chunk for chunk in self.chunks if chunk.defines & found)

    def holds(self, text: str) -> bool:
        """Whether code is a statement of the module."""
        return any(chunk.text == text.strip() for chunk in self.chunks)

    @cached_property
    def _by_name(self) -> dict[str, Chunk]:
        return {name: chunk for chunk in self.chunks for name in chunk.defines}


def chunks(text: str) -> Iterator[Chunk]:
    """The statements of a code, with the names that they define and use."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
        defined = {n.id for n in names if isinstance(n.ctx, ast.Store)} if _is_assignment(node) else set(_named(node))
        shown = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        used = {n.id for n in names} | (ANNOTATED if isinstance(node, ast.FunctionDef | ast.ClassDef) else set())
        yield Chunk(shown, frozenset(defined), frozenset(used))


def _is_assignment(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign | ast.AnnAssign | ast.For | ast.AugAssign)


def _named(node: ast.stmt) -> Iterator[str]:
    """The names that a definition or an import gives."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
