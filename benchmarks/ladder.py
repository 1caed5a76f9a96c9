"""The ladder: training steps of emitted modules beside those of frameworks, on networks from a few weights to millions.

``python benchmarks/ladder.py --threads 1`` from the root of a checkout; ``--help`` lists the flags.
"""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    sys.path[0:1] = [str(ROOT), str(ROOT / "src")]
    runpy.run_module("benchmarks.ladders", run_name="__main__", alter_sys=True)
