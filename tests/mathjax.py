"""Formulas set by MathJax and KaTeX, which ``make notebook-test`` installs."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NODE = ROOT / ".venv" / "node" / "node_modules"


def faults(formulas: Sequence[dict[str, Any]]) -> str:
    """What MathJax and KaTeX say of formulas, ``{"tex": ..., "display": ...}``; nothing if they set them all."""
    done = subprocess.run(
        ["node", str(ROOT / "tests" / "set_formulas.cjs")],
        input="\n".join(map(json.dumps, formulas)),
        env={**os.environ, "NODE_PATH": str(NODE)},
        capture_output=True,
        text=True,
        check=True,
    )
    *found, count = done.stdout.splitlines()
    assert count == f"{len(formulas)} formulas"
    return "\n".join(found)
