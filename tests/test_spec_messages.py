"""Every message that a spec can cause, whole: the text is the product.

``data/*_messages.txt`` hold the cases, each file those of one spec: a title after ``===``, an edit of the spec (lines
taken out after ``-``, put in their place after ``+``, at the end where none is taken out), and all that a user reads
for it.
"""

from itertools import groupby
from pathlib import Path

import pytest

from symbp.errors import SpecError
from symbp.spec import load, loads

DATA = Path(__file__).parent / "data"
SPECS = {
    "spec": Path(__file__).parents[1] / "examples" / "relay.toml",
    "layer": DATA / "layers.toml",
    "equation": DATA / "equations.toml",
    "recurrent": DATA / "recurrent.toml",
    "attention": DATA / "attention.toml",
    "equation_layer": DATA / "equation_layer.toml",
    "own": DATA / "own.toml",
}
SPEC = SPECS["spec"].read_text()
CASES = [
    (name, case)
    for name in SPECS
    for case in (DATA / f"{name}_messages.txt").read_text().removeprefix("=== ").split("\n=== ")
]


def edited(text: str, edit: str) -> str:
    """A spec with the hunks of an edit applied in turn."""
    old = ""
    for sign, lines in groupby(edit.splitlines(), key=lambda line: line[0]):
        part = "".join(f"{line[1:]}\n" for line in lines)
        if sign == "-":
            old = part
            assert old in text
            text = text.replace(old, "\0", 1)
        else:
            text = text.replace("\0", part, 1) if old else text + part
            old = ""
    return text.replace("\0", "")


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}: {case.split(chr(10))[0]}" for name, case in CASES])
def test_the_whole_message(name: str, case: str) -> None:
    title_and_edit, message = case.split("\n\n", 1)
    with pytest.raises(SpecError) as caught:
        loads(edited(SPECS[name].read_text(), title_and_edit.split("\n", 1)[1]), "spec.toml")
    assert str(caught.value) == message.strip("\n")


@pytest.mark.parametrize("name", SPECS)
def test_the_spec_itself_is_valid(name: str) -> None:
    assert load(SPECS[name]).program().output == "L"


def failing_load(path: Path) -> str:
    with pytest.raises(SpecError) as caught:
        load(path)
    return str(caught.value).replace(str(path.parent), "FOLDER")


def test_files_that_cannot_be_a_spec(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'name = "a"\ntitle = "caf\xe9"\n')
    (tmp_path / "large.toml").write_text("# " + "x" * 256 * 1024)
    (tmp_path / "deep.toml").write_text("a = " + "[" * 5000)
    (tmp_path / "digits.toml").write_text("a = " + "9" * 5000)
    assert failing_load(tmp_path / "none.toml") == (
        "FOLDER/none.toml: no such file\n  symbp new NAME writes a spec to start from."
    )
    assert failing_load(tmp_path / "latin.toml") == (
        "FOLDER/latin.toml:2: byte 0xe9 is not UTF-8\n  Save the file as UTF-8."
    )
    assert failing_load(tmp_path / "large.toml") == (
        "FOLDER/large.toml: larger than 262,144 bytes\n  Put data into an .npz file: [example] file."
    )
    assert failing_load(tmp_path / "deep.toml") == "FOLDER/deep.toml: not TOML that can be read: nested too deeply"
    assert failing_load(tmp_path / "digits.toml") == (
        "FOLDER/digits.toml: not TOML that can be read: a number has too many digits"
    )
    (tmp_path / "folder").mkdir()
    assert failing_load(tmp_path / "folder") == (
        "FOLDER/folder: not a file\n  Name a spec, such as FOLDER/folder/relay.toml."
    )
    (tmp_path / "open.toml").write_text('name = """relay\n')
    assert failing_load(tmp_path / "open.toml") == (
        "FOLDER/open.toml:1: not TOML: Unterminated string at the end of the file"
    )


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.toml"
    path.write_text(SPEC)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert failing_load(path) == "FOLDER/locked.toml: cannot be read: Permission denied"
