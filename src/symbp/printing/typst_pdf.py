"""PDF from the Typst wheel, which brings its own fonts."""

from __future__ import annotations

import tempfile
from pathlib import Path

from symbp.printing.pdf import Printed

try:
    import typst
except ImportError:  # a machine for which there is no wheel
    typst = None  # type: ignore[assignment]


def is_available() -> bool:
    """Whether the wheel is installed."""
    return typst is not None


def typst_pdf(source: str) -> Printed:
    """The PDF of a Typst document; it sees no file but its own source, and no fonts but the wheel's."""
    with tempfile.TemporaryDirectory(prefix="symbp-typst-") as name:
        path = Path(name) / "notes.typ"
        path.write_text(source, encoding="utf-8")
        try:
            pdf = typst.compile(str(path), root=name, ignore_system_fonts=True, timestamp=0)
        except (RuntimeError, typst.TypstError) as fault:
            return Printed("typst", None, str(fault))
    return Printed("typst", pdf, "")
