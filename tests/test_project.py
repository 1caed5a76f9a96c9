"""The project keeps what its README, Makefile and examples promise."""

import re
import tomllib
from pathlib import Path

import pytest

import symbp
from symbp.command import gallery

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.toml"))


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))


def test_the_version_is_one() -> None:
    assert symbp.__version__ == PYPROJECT["project"]["version"]


def test_every_example_is_shipped_and_regenerated() -> None:
    shipped = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {f"examples/{name}.toml" for name in EXAMPLES} == {path for path in shipped if path.endswith(".toml")}
    (listed,) = re.findall(r"^EXAMPLES := (.*)$", MAKEFILE, flags=re.MULTILINE)
    assert sorted(listed.split()) == EXAMPLES
    assert gallery.names() == tuple(EXAMPLES)


@pytest.mark.parametrize("suffix", ["py", "tex", "html"])
def test_every_example_has_its_result_committed(suffix: str) -> None:
    assert not [name for name in EXAMPLES if not (ROOT / "generated" / f"{name}.{suffix}").is_file()]


def test_every_target_is_explained_and_phony() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)
    explained = set(re.findall(r'@echo "make ([a-z-]+)', MAKEFILE))
    assert set(phony.split()) == make_targets()
    assert make_targets() - explained == {"help", "lint", "clean"}


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "docs/cli.md"])
def test_every_make_target_that_is_named_exists(file: str) -> None:
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", (ROOT / file).read_text(), flags=re.MULTILINE))
    assert named <= make_targets()


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    assert "make test " in README
    assert re.search(r"^make test\b", (ROOT / ".ci" / "run").read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md"])
def test_every_link_leads_somewhere(file: str) -> None:
    text = re.sub(r"^```.*?^```", "", (ROOT / file).read_text(), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


def block(language: str, containing: str) -> str:
    blocks = re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    (found,) = [text for text in blocks if containing in text]
    return str(found)


def test_the_spec_of_the_readme_loads(tmp_path: Path) -> None:
    spec = tmp_path / "relay.toml"
    spec.write_text(block("toml", "[loss]"))
    assert symbp.load(spec).name == "relay"


def test_the_python_of_the_readme_names_what_there_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every ``symbp.name`` of the README is in the API, and every line on the module holds of the module."""
    used = set(re.findall(r"\bsymbp\.(\w+)", block("python", "import symbp")))
    assert used <= set(symbp.__all__)
    from_module = set(re.findall(r"\brelay\.(\w+)", block("python", "from generated import relay")))
    text = (ROOT / "generated" / "relay.py").read_text()
    assert not [name for name in from_module if not re.search(rf"^(def {name}\(|class {name}\b)", text, re.MULTILINE)]


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    """What is committed says nothing about where it was made."""
    files = [p for folder in ("src", "docs", "generated", "examples", "templates") for p in (ROOT / folder).rglob("*")]
    texts = {p: p.read_text() for p in files if p.suffix in {".py", ".md", ".tex", ".html", ".toml", ".j2"}}
    assert not [p.name for p, text in texts.items() if re.search(r"/(home|work|root|tmp|Users)/", text)]
