"""The indices in the positions of a formula, and which sum binds them."""

from __future__ import annotations

from collections.abc import Iterator

from symbp.formulas.grammar import Condition
from symbp.formulas.tree import Access, Name, Node, Number, Reduce, Sum, children, walk


def tensor_text(node: Access) -> str:
    return node.base.text if isinstance(node.base, Name) else f"dL/d{node.base.by}"


def letters_of(node: Access) -> set[str]:
    """The names in the positions of an access."""
    return {n.text for position in node.positions for n in names_in(position)}


def names_in(node: Node) -> Iterator[Name]:
    for part in walk(node):
        if isinstance(part, Name):
            yield part
        elif isinstance(part, Access):
            for position in part.positions:
                yield from names_in(position)


def condition_letters(condition: Condition) -> set[str]:
    return {n.text for side in condition.sides for n in names_in(side)}


def accesses(tree: Node, hidden: frozenset[str] = frozenset()) -> Iterator[tuple[Access, frozenset[str]]]:
    """The accesses of a formula, each with the indices that a sum around it binds anew."""
    if isinstance(tree, Access):
        yield tree, hidden
    if isinstance(tree, Reduce):
        hidden = hidden | {i.text for i in tree.indices}
    for child in children(tree):
        yield from accesses(child, hidden)


def shifted(node: Node) -> tuple[str, int] | None:
    """A letter and the number that is added to it, if a position is that."""
    if isinstance(node, Name):
        return node.text, 0
    if isinstance(node, Sum):
        letters = [(s, t) for s, t in node.terms if isinstance(t, Name)]
        numbers = [(s, t) for s, t in node.terms if isinstance(t, Number) and t.text.isdigit()]
        if len(letters) == 1 and letters[0][0] == 1 and len(letters) + len(numbers) == len(node.terms):
            shift = sum(s * int(t.text) for s, t in numbers if isinstance(t, Number))
            assert isinstance(letters[0][1], Name)
            return letters[0][1].text, shift
    return None
