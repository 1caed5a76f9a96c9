"""benchmarks/RESULTS.md: a section for each run, between two marks, so that each is written by itself."""

import re
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"


def write_section(path: Path, name: str, text: str) -> None:
    """Put ``text`` where the section of this name stands, or at the end."""
    old = path.read_text() if path.is_file() else "# Benchmarks\n"
    new = f"<!-- {name} -->\n\n{text.strip()}\n\n<!-- end of {name} -->"
    found = re.compile(rf"<!-- {re.escape(name)} -->.*?<!-- end of {re.escape(name)} -->", re.DOTALL)
    whole = found.sub(lambda _: new, old) if found.search(old) else f"{old.rstrip()}\n\n{new}\n"
    path.write_text(whole)
