"""The audit of a worked example: what each figure is judged to be, what follows from which, and what went wrong."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

import symbp
from symbp.audit import Audit
from symbp.audit.printed import Printed
from symbp.cli import main
from symbp.errors import Fault

ROOT = Path(__file__).parents[1]
RELAY = (ROOT / "examples" / "relay.toml").read_text()
HEAD = '\n[audit]\nsource = "A text"\n'


def figures(*rows: tuple[str, str] | tuple[str, str, int]) -> str:
    """The table of an audit with some figures: what each is of, what is printed, after how many steps."""
    tables = []
    for of, printed, *after in rows:
        steps = f"after = {after[0]}\n" if after else ""
        tables.append(f'\n[[audit.figures]]\nof = "{of}"\nprinted = "{printed}"\n{steps}')
    return HEAD + "".join(tables)


def audited(tmp_path: Path, text: str) -> Audit:
    path = tmp_path / "text.toml"
    path.write_text(text)
    return symbp.audit(path)


# A figure and a value


@pytest.mark.parametrize(
    ("text", "value", "places", "digits", "cut"),
    [
        ("0.50", "1/2", -2, 2, False),
        ("-1.20e-3", "-3/2500", -5, 3, False),
        ("+5.", "5", 0, 1, False),
        (".25", "1/4", -2, 2, False),
        ("\N{MINUS SIGN}3", "-3", 0, 1, False),
        ("0.333...", "333/1000", -3, 3, True),
        ("1.5 x 10^-4", "3/20000", -5, 2, False),
        ("0.000", "0", -3, 4, False),
        ("1E+2", "100", 2, 1, False),
    ],
)
def test_a_figure_is_read_as_it_is_printed(text: str, value: str, places: int, digits: int, cut: bool) -> None:
    found = Printed.of(text)
    assert (found.value, found.places, found.digits, found.cut) == (Fraction(value), places, digits, cut)


@pytest.mark.parametrize("text", ["", " ", "abc", "1,234", "50%", "1e", "0x10", "1.2.3", "--1", "nan", "inf", "1/3"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Fault) as caught:
        Printed.of(text)
    assert str(caught.value).splitlines()[0] == f'"{text}" is not a number'


@pytest.mark.parametrize(
    ("printed", "exact", "verdict"),
    [
        ("0.12", "0.1249999", "right"),
        ("0.12", "0.125", "right"),
        ("0.13", "0.125", "right"),
        ("0.12", "0.115", "right"),
        ("-0.12", "-0.125", "right"),
        ("0.12", "0.1251", "last place"),
        ("0.12", "0.1299", "last place"),
        ("0.12", "0.1349", "last place"),
        ("0.12", "0.1351", "wrong"),
        ("0.12", "-0.12", "wrong"),
        ("0.00", "0.0099", "last place"),
        ("0.01", "-0.001", "wrong"),
        ("0.2", "0.14", "wrong"),
        ("0.1", "0.16", "last place"),
        ("0.333...", "0.33399", "right"),
        ("0.333...", "0.33401", "last place"),
        ("0", "0.00004", "right"),
        ("0", "0.004", "wrong"),
        ("0", "0.3", "wrong"),
        ("0.", "0.3", "right"),
        ("7", "7.3", "right"),
        ("2.8e-17", "0", "last place"),
        ("0.001", "0", "wrong"),
        ("1e2", "149", "right"),
    ],
)
def test_a_figure_is_judged_by_the_exact_value(printed: str, exact: str, verdict: str) -> None:
    assert Printed.of(printed).verdict(Fraction(exact)) == verdict


@pytest.mark.parametrize(
    ("printed", "exact", "shown"),
    [
        ("0.185", "0.157414", "0.15741"),
        ("1.2e-3", "0.00123456", "1.235e-3"),
        ("0.00", "0.00000031", "0.000000310"),
        ("0.5", "0", "0"),
        ("3", "12.3456", "12.35"),
    ],
)
def test_the_exact_value_is_shown_with_two_more_digits(printed: str, exact: str, shown: str) -> None:
    assert Printed.of(printed).exactly(Fraction(exact)) == shown


# Whole texts


def test_the_document_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = (ROOT / "docs" / "audit.md").read_text()
    spec, printed = re.findall(r"^```(?:toml)?\n(.*?)^```$", document, re.DOTALL | re.MULTILINE)[:2]
    monkeypatch.chdir(tmp_path)
    Path("lecture.toml").write_text(spec)
    done = CliRunner().invoke(main, ["audit", "lecture.toml"])
    assert (done.exit_code, done.stdout) == (1, printed)


def test_right_figures_are_right(tmp_path: Path) -> None:
    found = audited(tmp_path, RELAY + figures(("z1[1]", "0.33"), ("yhat", "0.7391"), ("w31", "0.49687929", 1)))
    assert [figure.verdict for figure in found.figures] == ["right"] * 3
    assert found.summary == "3 figures: 3 right, none wrong"
    assert found.passed


def test_what_follows_from_a_wrong_figure_is_right_given_it(tmp_path: Path) -> None:
    """z3 has lost its bias; yhat, the loss and the gradients are what comes of that."""
    rows = [("z2[1]", "0.7412"), ("yhat", "0.6773"), ("L", "0.00597"), ("dL/db2[1]", "0.0338"), ("w31", "0.4980", 1)]
    found = audited(tmp_path, RELAY + figures(*rows))
    assert [figure.verdict for figure in found.figures] == ["wrong"] * 5
    assert [figure.given for figure in found.figures] == ["wrong", "right", "right", "right", "right"]
    assert found.figures[1].follows == ("z2[1] = 0.7412",)
    assert found.figures[2].follows == ("yhat = 0.6773",)
    assert found.figures[0].causes[0] == "lost-bias"
    assert found.summary == "5 figures: 0 right, 5 wrong (1 by itself)"


def test_the_exit_status_and_the_records(tmp_path: Path) -> None:
    right, wrong = tmp_path / "right.toml", tmp_path / "wrong.toml"
    right.write_text(RELAY + figures(("z1[1]", "0.33")))
    wrong.write_text(RELAY + figures(("z1[1]", "0.43")))
    assert CliRunner().invoke(main, ["audit", str(right)]).exit_code == 0
    both = CliRunner().invoke(main, ["audit", str(right), str(wrong), "--json"])
    assert both.exit_code == 1
    records = json.loads(both.stdout)
    assert [record["passed"] for record in records] == [True, False]
    assert records[1]["figures"][0]["exact"] == "0.3300"


def test_a_spec_with_an_audit_is_a_spec(tmp_path: Path) -> None:
    path = tmp_path / "text.toml"
    path.write_text(RELAY + figures(("z1[1]", "0.33")))
    assert symbp.load(path).name == "relay"
