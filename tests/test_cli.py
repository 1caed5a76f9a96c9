"""The command line: what each command prints and writes, and its exit status."""

import json
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import symbp
from symbp import cli
from symbp.cli import main
from symbp.command.progress import progress_bar
from symbp.notes import VIEWS
from symbp.verify import Report, Row

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
RELAY = str(EXAMPLES / "relay.toml")


def symbp_run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def succeeded(*arguments: object) -> str:
    result = symbp_run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def failed(*arguments: object) -> str:
    """What a run that ends with status 1 says on stderr."""
    result = symbp_run(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    return result.stderr


# help and wrong use


def test_help_imports_neither_sympy_nor_numpy() -> None:
    loud = "import sys; from symbp.cli import main; main(['--help'], standalone_mode=False); "
    loud += "sys.exit(bool({'sympy', 'numpy', 'rich', 'jinja2', 'typst', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", loud], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Commands:" in done.stdout


def test_help_takes_at_most_three_tenths_of_a_second() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "symbp", "--help"], check=True, capture_output=True)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.3


@pytest.mark.parametrize("command", ["new", "show", "notes", "code", "check", "build"])
def test_every_command_explains_itself(command: str) -> None:
    assert f"Usage: main {command}" in succeeded(command, "--help")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["build"],
        ["build", RELAY, "--format", "docx"],
        ["notes", RELAY, "--format", "py"],
        ["notes", RELAY, "--view", "bird"],
        ["check"],
        ["new"],
        ["show", RELAY, "--yaml"],
    ],
)
def test_wrong_use_ends_with_status_2(arguments: list[str]) -> None:
    assert symbp_run(*arguments).exit_code == 2


def test_a_format_that_is_not_known_is_named_with_those_that_are() -> None:
    result = symbp_run("build", RELAY, "--format", "tex,docx")
    assert result.stderr.endswith(
        "Invalid value for '--format': 'docx' is not one of tex, html, pdf, slides, snippets, ipynb, myst, quarto, py, "
        "slides-pdf, typ.\n"
    )


# new


def test_new_writes_a_spec_that_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert succeeded("new", "first") == "wrote first.toml\nnext: symbp build first.toml\n"
    assert symbp.load(tmp_path / "first.toml").name == "first"


@pytest.mark.parametrize("example", sorted(path.stem for path in EXAMPLES.glob("*.toml")))
def test_new_copies_any_example(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    succeeded("new", "mine", "--from", example)
    assert symbp.load("mine.toml").program() == symbp.load(EXAMPLES / f"{example}.toml").program()


def test_new_never_replaces_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first.toml").write_text("mine")
    message = failed("new", "first")
    assert message == "first.toml: there is a file of that name already\n  Choose another name, or move it away.\n"
    assert (tmp_path / "first.toml").read_text() == "mine"


def test_new_of_an_example_that_there_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    known = ", ".join(sorted(path.stem for path in EXAMPLES.glob("*.toml")))
    assert failed("new", "first", "--from", "realy") == f'there is no example "realy"\n  Known: {known}\n'


def test_new_refuses_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    message = failed("new", "../first")
    assert message == '"../first" holds a path; a name alone is needed\n  The folder is chosen with -o DIR.\n'
    assert list(tmp_path.iterdir()) == []


# show


def test_show_prints_shapes_and_counts() -> None:
    assert succeeded("show", RELAY) == (
        "relay: Three neurons in a relay\n"
        "\n"
        "layer  kind   activation  output  parameters          count\n"
        "-----  -----  ----------  ------  ------------------  -----\n"
        "input                     (N, 2)\n"
        "1      dense  sigmoid     (N, 2)  W1 (2, 2), b1 (2,)      6\n"
        "2      dense  sigmoid     (N, 1)  W2 (1, 2), b2 (1,)      3\n"
        "loss   mse                ()\n"
        "\n"
        "9 parameters\n"
    )


def test_show_as_json() -> None:
    record = json.loads(succeeded("show", RELAY, "--json"))
    assert record["parameters"] == 9
    assert [layer["parameters"] for layer in record["layers"]] == [{"W1": [2, 2], "b1": [2]}, {"W2": [1, 2], "b2": [1]}]


def test_show_marks_frozen_and_shared_layers(tmp_path: Path) -> None:
    layer = '[[layers]]\nkind = "dense"\nunits = 2\n'
    spec = tmp_path / "net.toml"
    first, second = (f"{layer}frozen = true\n{line}\n" for line in ('name = "first"', 'share = "first"'))
    spec.write_text(f'name = "net"\n[input]\nshape = [2]\n{first}{second}[loss]\nkind = "mse"\n')
    text = succeeded("show", spec)
    assert "W1 (2, 2), b1 (2,) (frozen)               6" in text
    assert "W1 (2, 2), b1 (2,) (frozen) (shared)      0" in text
    assert text.endswith("\n6 parameters\n")


CHAIN_OF_W11 = """\
w11 is W1[1, 1], counted from 1

∂L/∂w_11 = ∂L/∂ŷ · ∂ŷ/∂z_3 · ∂z_3/∂a_1 · ∂a_1/∂z_1 · ∂z_1/∂w_11
         = 2 · (ŷ − y) · ŷ · (1 − ŷ) · w_31 · a_1 · (1 − a_1) · x_1
         = 0.2782 · 0.1928 · 0.5 · 0.2433 · 0.5
         = 0.003263

factors:
  dL/dyhat  = -2*y + 2*yhat   = 0.2781765717
  dyhat/dz3 = yhat*(1 - yhat) = 0.1928367916
  dz3/da1   = w31             = 0.5
  da1/dz1   = a1*(1 - a1)     = 0.2433154043
  dz1/dw11  = x1              = 0.5

dL/dw11 = 0.003263022446
"""


@pytest.mark.parametrize("weight", [["W1", "1", "1"], ["w11"]])
def test_show_derives_one_weight(weight: list[str]) -> None:
    assert succeeded("show", RELAY, *weight) == CHAIN_OF_W11


def test_show_derives_one_weight_as_json() -> None:
    record = json.loads(succeeded("show", RELAY, "W2", "1", "1", "--json"))
    assert (record["weight"], record["tensor"], record["position"]) == ("w31", "W2", [1, 1])
    assert float(record["value"]) == pytest.approx(0.03120713068, rel=1e-9)
    (path,) = record["paths"]
    product = 1.0
    for factor in path:
        product *= float(factor["value"])
    assert product == pytest.approx(float(record["value"]), rel=1e-13)


def test_show_names_every_path_to_a_weight() -> None:
    text = succeeded("show", EXAMPLES / "classes.toml", "W1", "1", "1")
    assert "path 1 of 2:" in text
    assert "path 2 of 2:" in text


def test_show_of_more_paths_than_can_be_listed() -> None:
    record = json.loads(succeeded("show", EXAMPLES / "deep.toml", "W1", "1", "1", "--json"))
    assert record["path_count"] > 64
    assert record["paths"] == []
    assert record["lines"]


def test_show_of_a_position_outside_the_array() -> None:
    message = failed("show", RELAY, "W1", "3", "1")
    assert message == "W1 has the shape 2x2: position 1 is 1 to 2, not 3\n"


# faults of files and values


def test_a_spec_that_is_not_there() -> None:
    assert (
        failed("code", "nowhere.toml") == "nowhere.toml: no such file\n  symbp new NAME writes a spec to start from.\n"
    )


def test_a_fault_of_the_spec_is_shown_without_a_traceback(tmp_path: Path) -> None:
    spec = tmp_path / "relay.toml"
    spec.write_text(Path(RELAY).read_text().replace('"sigmoid"', '"sigmiod"', 1))
    message = failed("build", spec, "-o", tmp_path / "out")
    assert 'layers[0].activation: unknown function "sigmiod"' in message
    assert "Traceback" not in message
    assert not (tmp_path / "out").exists()


# code


def test_code_writes_the_module_and_tells_whether_it_is_current(tmp_path: Path) -> None:
    path = tmp_path / "made" / "relay.py"
    assert succeeded("code", RELAY, "-o", path.parent) == f"wrote {path}\n"
    assert succeeded("code", RELAY, "-o", path.parent, "--check") == f"{path} is up to date\n"


def test_a_stale_module_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "relay.py"
    succeeded("code", RELAY, "-o", tmp_path)
    stale = path.read_bytes() + b"# changed\n"
    path.write_bytes(stale)
    assert failed("code", RELAY, "-o", tmp_path, "--check") == (
        f"{path}: is not what the spec gives now\n  Run symbp code again, without --check.\n"
    )
    assert path.read_bytes() == stale


def test_code_in_the_plain_style_is_checked_in_that_style(tmp_path: Path) -> None:
    path = tmp_path / "relay.py"
    assert succeeded("code", RELAY, "-o", tmp_path, "--style", "plain") == f"wrote {path}\n"
    assert succeeded("code", RELAY, "-o", tmp_path, "--style", "plain", "--check") == f"{path} is up to date\n"
    assert failed("code", RELAY, "-o", tmp_path, "--check") == (
        f"{path}: is in the plain style, not in the fast one\n  Add --style plain, or run symbp code without --check.\n"
    )
    assert symbp_run("code", RELAY, "-o", tmp_path, "--style", "quick").exit_code == 2


def test_a_module_that_was_never_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "relay.py"
    assert failed("code", RELAY, "-o", tmp_path, "--check") == (
        f"{path}: there is no such file yet\n  Run symbp code again, without --check.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_an_output_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("mine")
    message = failed("code", RELAY, "-o", tmp_path / "build")
    assert message.startswith(f"{tmp_path / 'build'}: cannot be the output folder")
    assert (tmp_path / "build").read_text() == "mine"


# check


def test_check_prints_the_worst_error_of_each_and_passes() -> None:
    result = symbp_run("check", RELAY, EXAMPLES / "classes.toml")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{RELAY}\n\n")
    assert "dL/dW1" in result.stdout
    assert result.stdout.count("comparisons passed") == 2
    assert result.stderr == ""  # which is no terminal here, so no progress is drawn


def test_a_check_that_fails_ends_with_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Row("dL/dW1", "complex step", 0.5, 1e-11)
    monkeypatch.setattr("symbp.verify.check_derivation", lambda derivation, advance: Report((wrong,)))
    result = symbp_run("check", RELAY)
    assert result.exit_code == 1
    assert "1 of 1 comparisons FAILED" in result.stdout
    assert result.stderr == f"the check failed: {RELAY}\n"


def test_progress_is_drawn_on_a_terminal_once_the_work_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("symbp.command.progress.PATIENCE", 0)
    with progress_bar() as advance:
        advance("the example", 1, 2)
    assert "the example" in terminal.getvalue()
    assert "50 %" in terminal.getvalue()


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


# notes and build


def test_build_writes_what_is_asked_for(tmp_path: Path) -> None:
    text = succeeded("build", RELAY, "-o", tmp_path, "--format", "html,py")
    assert text == f"wrote {tmp_path / 'relay.py'}\nwrote {tmp_path / 'relay.html'}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["relay.html", "relay.py"]


def test_notes_write_what_is_asked_for(tmp_path: Path) -> None:
    text = succeeded("notes", RELAY, "-o", tmp_path, "--format", "tex")
    assert text == f"wrote {tmp_path / 'relay.tex'}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["relay.tex"]


def test_the_views_of_the_command_line_are_those_of_the_notes() -> None:
    assert cli.VIEWS == VIEWS


@pytest.mark.parametrize(("view", "heading"), [("neuron", "One weight in full"), ("layer", "Layer form")])
def test_a_view_that_is_not_asked_for_is_not_there(view: str, heading: str, tmp_path: Path) -> None:
    succeeded("notes", RELAY, "-o", tmp_path / "with", "--format", "html", "--view", view)
    succeeded("notes", RELAY, "-o", tmp_path / "without", "--format", "html", "--view", "index")
    assert heading in (tmp_path / "with" / "relay.html").read_text()
    assert heading not in (tmp_path / "without" / "relay.html").read_text()


def test_a_view_that_does_not_fit_is_named(tmp_path: Path) -> None:
    result = symbp_run("notes", EXAMPLES / "digits.toml", "-o", tmp_path, "--format", "tex")
    assert result.exit_code == 0
    assert result.stderr == "the neuron view was left out: the spec has no [example] to work in numbers\n"


@pytest.fixture
def no_tex(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def no_typst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symbp.printing.typst_pdf.is_available", lambda: False)


@pytest.mark.usefixtures("no_tex")
def test_without_tex_the_pdf_comes_from_typst(tmp_path: Path) -> None:
    assert succeeded("notes", RELAY, "-o", tmp_path, "--format", "pdf") == f"wrote {tmp_path / 'relay.pdf'}\n"
    assert (tmp_path / "relay.pdf").read_bytes().startswith(b"%PDF-")


LEFT_OUT = (
    "{path} was not written: there is no PDF engine; install TeX (on Debian: texlive-latex-recommended "
    "texlive-pictures), or `pip install typst`\n"
)


@pytest.mark.usefixtures("no_tex", "no_typst")
def test_what_was_left_out_is_named(tmp_path: Path) -> None:
    result = symbp_run("notes", RELAY, "-o", tmp_path)
    assert result.exit_code == 0
    written = ("tex", "html", "-slides.tex", "-equations", "ipynb", "md", "-figures", "qmd")
    names = (f"relay{name}" if name.startswith("-") else f"relay.{name}" for name in written)
    assert result.stdout == "".join(f"wrote {tmp_path / name}\n" for name in names)
    assert result.stderr == LEFT_OUT.format(path=tmp_path / "relay.pdf")


@pytest.mark.usefixtures("no_tex", "no_typst")
def test_what_was_asked_for_and_left_out_is_a_failure(tmp_path: Path) -> None:
    assert failed("notes", RELAY, "-o", tmp_path, "--format", "pdf") == LEFT_OUT.format(path=tmp_path / "relay.pdf")


# the API


def test_importing_symbp_imports_nothing_large() -> None:
    look = "import sys, symbp; sys.exit(bool({'sympy', 'numpy', 'click'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", look]).returncode == 0


def test_every_name_of_the_api_is_there() -> None:
    assert all(callable(getattr(symbp, name)) for name in symbp.__all__)
    assert set(symbp.__all__) <= set(dir(symbp))


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError) as caught:
        symbp.nonsense  # noqa: B018
    assert str(caught.value) == "module 'symbp' has no attribute 'nonsense'"


def test_the_function_derive_is_not_hidden_by_its_module() -> None:
    look = "import symbp.derive, symbp; import sys; sys.exit(not symbp.derive.__name__ == 'derive')"
    assert subprocess.run([sys.executable, "-c", look]).returncode == 0


def test_a_formula_may_begin_with_a_minus() -> None:
    found = symbp_run("compare", EXAMPLES / "relay.toml", "w31", "-delta3*a1")
    assert found.exit_code == 1
    assert found.stdout.startswith("different: this is not dL/dw31")
    assert "wrong sign" in found.stdout
    assert symbp_run("compare", EXAMPLES / "relay.toml", "w31", "-delta3*(-a1)", "--json").exit_code == 0
    assert symbp_run("compare", EXAMPLES / "relay.toml", "w31", "-h").stdout.startswith("Usage: ")
    assert symbp_run("compare", EXAMPLES / "relay.toml", "w31", "delta3*a1", "--timeout", "-3").exit_code == 2
