"""The documents keep what they say: each whole spec in them is a network with a gradient, each Python program runs."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from symbp.chain_rule import adjoint
from symbp.derive import derive
from symbp.layers import ACTIVATIONS, LAYERS
from symbp.names import IDENTIFIER
from symbp.network.losses import LOSSES
from symbp.numpy_code import module_text
from symbp.parse.expression import FUNCTIONS
from symbp.reference import evaluate
from symbp.spec import loads

DOCS = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))
FENCED = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(language: str) -> list[tuple[str, str]]:
    """The fenced blocks of a language, each with the name of its document and its line."""
    found = []
    for path in DOCS:
        text = path.read_text()
        for match in FENCED.finditer(text):
            if match[1] == language:
                found.append((f"{path.name}:{text.count(chr(10), 0, match.start()) + 1}", match[2]))
    return found


SPECS = [(place, text) for place, text in blocks("toml") if text.startswith("name = ")]
PROGRAMS = [(place, text) for place, text in blocks("python") if "symbp" in text]


def test_there_are_whole_specs_and_programs() -> None:
    assert len(SPECS) > 6 and PROGRAMS


@pytest.mark.parametrize(("place", "text"), SPECS, ids=[place for place, _ in SPECS])
def test_a_whole_spec_is_a_network_with_a_gradient(place: str, text: str) -> None:
    network = loads(text, place)
    wanted = [t.name for t in network.parameters]
    derivation = adjoint(network.program(), wanted)
    if network.example is not None:
        values = {**network.given, **network.parameter_values}
        needed = {t.name: np.array(values[t.name]) for t in network.program().tensors if t.name in values}
        found = evaluate(derivation.result, needed, network.sizes)
        assert all(np.isfinite(np.asarray(found[f"{name}_bar"], float)).all() for name in wanted)


@pytest.mark.parametrize(("place", "text"), PROGRAMS, ids=[place for place, _ in PROGRAMS])
def test_a_python_program_runs(place: str, text: str) -> None:
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{place}: {done.stderr}"


SPEC = next(path for path in DOCS if path.name == "spec.md").read_text()


def test_the_document_of_the_spec_names_every_kind_and_every_key() -> None:
    for names in (LAYERS, ACTIVATIONS, LOSSES):
        assert [name for name in names if not re.search(rf"\b{name}\b", SPEC)] == []
    keys = {key.name for kind in LAYERS.values() for key in fields(kind)}
    assert [key for key in sorted(keys) if f"`{key}`" not in SPEC] == []


def test_the_document_names_every_function_of_expressions() -> None:
    written = re.search(r"calls of\s([^.]*)\.", SPEC)
    assert written and all(IDENTIFIER.fullmatch(word) for word in written[1].replace(",", " ").split())
    assert set(written[1].replace(",", " ").split()) == set(FUNCTIONS) - {"maximum", "minimum"}


def test_the_loop_that_trains_a_module_with_state_and_masks_runs(tmp_path: Path) -> None:
    """The last program of module.md, on the module of a spec of spec.md with batch normalisation and dropout."""
    spec = next(text for place, text in SPECS if "batch_norm" in text and "dropout" in text)
    loop = [text for place, text in blocks("python") if place.startswith("module.md")][-1]
    folder = tmp_path / "generated"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "net.py").write_text(module_text(derive(loads(spec))))
    shape = loads(spec).shapes[0]  # type: ignore[attr-defined]
    drawn = (
        "import numpy as np\n"
        "rng = np.random.default_rng(1)\n"
        f"batches = [(rng.random((n, *{shape}), np.float32), rng.integers(0, 3, n)) for n in (32, 32, 7)]\n"
    )
    after = "\nassert yhat.shape == (7, 3) and np.isfinite(yhat).all() and not np.array_equal(state[0], 0*state[0])\n"
    command = [sys.executable, "-W", "error", "-c", drawn + loop + after]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
