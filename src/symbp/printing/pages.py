"""What the printers of documents share: templates with filters, anchors of displays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from symbp.mathtree.nodes import Display, anchor
from symbp.templates import Kind, environment

Filters: TypeAlias = dict[str, Callable[..., Any]]


def filled(kind: Kind, template: str, filters: Filters, **context: Any) -> str:
    """The text of a template of ``templates/notes/`` that uses these filters beside those of its kind."""
    overlay = environment(kind).overlay()
    overlay.filters = {**overlay.filters, **filters}
    return overlay.get_template(f"notes/{template}").render(**context)


def whole(display: Display) -> str:
    """The anchor of a display of several lines, each of which has one of its own."""
    return anchor(display.number) if display.number and len(display.lines) > 1 else ""
