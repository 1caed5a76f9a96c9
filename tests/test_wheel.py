"""The wheel, built from the source archive and installed in an empty environment, does the main job elsewhere."""

import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a new environment that holds the wheel and what it asks for, nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return folder / "bin"


def test_the_wheel_holds_templates_examples_types_and_licence(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    templates = {f"symbp/{path.relative_to(ROOT)}" for path in (ROOT / "templates").rglob("*.j2")}
    examples = {f"symbp/examples/{path.name}" for path in (ROOT / "examples").glob("*.toml")}
    assert templates | examples | {"symbp/py.typed"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.split("/")[0] not in {"symbp", "symbp-0.1.0.dist-info"}]


def test_the_main_job_from_another_folder(installed: Path, tmp_path: Path) -> None:
    run(installed / "symbp", "new", "first", cwd=tmp_path)
    run(installed / "symbp", "build", "first.toml", cwd=tmp_path)
    assert sorted(path.name for path in (tmp_path / "build").iterdir()) == [
        *(f"first-{what}" for what in ("equations", "figures", "slides.tex")),
        *(f"first.{suffix}" for suffix in ("html", "ipynb", "md", "pdf", "py", "qmd", "tex")),
    ]
    assert "W1" in run(installed / "symbp", "check", "first.toml", cwd=tmp_path)
    use = "import first; p, X, Y = first.example(); print(first.loss(p, X, Y))"
    assert float(run(installed / "python", "-c", use, cwd=tmp_path / "build")) > 0


def test_what_it_writes_is_what_the_checkout_writes(installed: Path, tmp_path: Path) -> None:
    run(installed / "symbp", "build", ROOT / "examples" / "relay.toml", "--format", "tex,html,py", cwd=tmp_path)
    for suffix in ("tex", "html", "py"):
        written = (tmp_path / "build" / f"relay.{suffix}").read_bytes()
        assert written == (ROOT / "generated" / f"relay.{suffix}").read_bytes()
