"""The generated modules learn: what the scripts of the examples do, small enough for every run of the tests."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from generated import digits

ROOT = Path(__file__).parents[1]


def test_the_script_solves_xor_from_any_folder(tmp_path: Path) -> None:
    script = ROOT / "examples" / "train_xor.py"
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith("solved")


def test_a_workspace_learns_random_labels_by_heart() -> None:
    """Plain gradient descent with mini-batches, the last one shorter, as train_digits.py does it."""
    rng = np.random.default_rng(0)
    X, Y = rng.uniform(size=(50, 64)).astype(np.float32), rng.integers(10, size=50)
    p, workspace = digits.init(seed=1), digits.Workspace(batch=16, dtype=np.float32)
    first = digits.loss(p, X, Y)
    for _ in range(300):
        for start in range(0, 50, 16):
            _, g = workspace.loss_and_grad(p, X[start : start + 16], Y[start : start + 16])
            p = digits.sgd(p, g, 0.2)
    assert digits.loss(p, X, Y) < first / 4
    assert np.mean(digits.predict(p, X).argmax(axis=1) == Y) > 0.95
