"""Every message that the table of an audit can cause, whole.

``data/audit_messages.txt`` holds the cases: a title after ``===``, what stands behind the spec of the relay, an empty
line, and all that a user reads.
"""

from pathlib import Path

import pytest

import symbp
from symbp.errors import SpecError

ROOT = Path(__file__).parents[1]
RELAY = (ROOT / "examples" / "relay.toml").read_text()
CASES = (ROOT / "tests" / "data" / "audit_messages.txt").read_text().removeprefix("=== ").split("\n=== ")


@pytest.mark.parametrize("case", CASES, ids=[case.split("\n")[0] for case in CASES])
def test_the_whole_message(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added, message = case.split("\n", 1)[1].rsplit("\n\n", 1)
    monkeypatch.chdir(tmp_path)
    Path("text.toml").write_text(f"{RELAY}\n{added}\n")
    with pytest.raises(SpecError) as caught:
        symbp.audit("text.toml")
    assert str(caught.value) == message.strip("\n")


def test_without_a_table_there_is_nothing_to_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.toml").write_text(RELAY)
    with pytest.raises(SpecError) as caught:
        symbp.audit("text.toml")
    message = "there is no [audit]\n  Add [audit] with the figures of the text; docs/audit.md has an example."
    assert str(caught.value) == f"text.toml: {message}"


def test_without_an_example_there_are_no_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.toml").write_text(RELAY[: RELAY.index("[example]")] + '[[audit.figures]]\nof = "z1[1]"\nprinted = "1"\n')
    with pytest.raises(SpecError) as caught:
        symbp.audit("text.toml")
    assert str(caught.value) == (
        "text.toml:23: audit: the spec has no [example]\n    [[audit.figures]]\n      ^^^^^\n"
        "  An audit needs the numbers of the text: add [example] with x, y and the parameters."
    )


def test_a_table_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.toml").write_text(f"audit = 3\n{RELAY}")
    with pytest.raises(SpecError) as caught:
        symbp.audit("text.toml")
    message = "audit: needs a table, has 3\n    audit = 3\n            ^"
    remedy = 'Write [[audit.figures]] with of = "z1[1]" and printed = "0.33".'
    assert str(caught.value) == f"text.toml:1: {message}\n  {remedy}"


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(SpecError) as caught:
        symbp.audit("nowhere.toml")
    assert str(caught.value) == "nowhere.toml: no such file\n  symbp new NAME writes a spec to start from."
