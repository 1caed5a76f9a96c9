"""Networks that nobody would begin with, and examples that cannot be worked, by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from symbp.cli import main
from tests.modules import imported

SPEC = """\
name = "awkward"

[input]
shape = [2]

[[layers]]
kind = "dense"
units = 2
activation = {activation}

[[layers]]
kind = "dense"
units = {units}

[loss]
{loss}

[example]
x = [0.5, 0.1]
y = {y}
"""
STEP = '{name = "threshold", expression = "step(z)"}'


def written(
    folder: Path, loss: str, activation: str = '"tanh"', units: int = 1, y: str = "[0.6]", more: str = ""
) -> Path:
    path = folder / "awkward.toml"
    path.write_text(SPEC.format(activation=activation, units=units, loss=loss, y=y) + more)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


def build(spec: Path) -> Result:
    return run("build", spec, "-o", spec.parent / "out", "--format", "tex,html,py")


@pytest.mark.parametrize("units", [1, 2])
@pytest.mark.parametrize(
    ("loss", "activation"),
    [
        ('expression = "yhat - y"', '"tanh"'),
        ('expression = "1e5*(yhat - y)"', '"identity"'),
        ('expression = "step(yhat - y)"', '"tanh"'),
        ('kind = "mse"', STEP),
    ],
)
def test_slopes_that_are_constant_or_zero(tmp_path: Path, loss: str, activation: str, units: int) -> None:
    spec = written(tmp_path, loss, activation, units, str([0.6] * units))
    found = build(spec)
    assert found.exit_code == 0, found.output
    found = run("check", spec)
    assert found.exit_code == 0, found.output


def test_targets_that_were_rounded_are_a_distribution_all_the_same(tmp_path: Path) -> None:
    row = "[0.3333333333, 0.3333333333, 0.3333333333]"
    for kind in ("cross_entropy", "kl_divergence"):
        spec = written(tmp_path, f'kind = "{kind}"', units=3, y=row)
        assert build(spec).exit_code == 0
        found = run("check", spec)
        assert found.exit_code == 0, found.output


@pytest.mark.parametrize("command", ["build", "notes"])
def test_an_example_whose_loss_is_not_real(tmp_path: Path, command: str) -> None:
    spec = written(tmp_path, 'expression = "log(yhat - 1000)"')
    found = run(command, spec, "-o", tmp_path / "out")
    assert found.exit_code == 1
    assert found.output == (
        f"{spec}:18: example: with these numbers the loss takes a logarithm, a root or a power of a negative number\n"
        "    [example]\n"
        "     ^^^^^^^\n"
        "  Change x, y or the parameters, or take a loss that suits the last activation.\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_symbol_that_is_taken_has_its_line_and_nothing_is_written(tmp_path: Path) -> None:
    spec = written(tmp_path, 'kind = "mse"', more='\n[notation.symbols]\nW1 = "x"\n')
    found = build(spec)
    assert found.output == (
        f'{spec}:23: notation.symbols.W1: x is printed so too\n    W1 = "x"\n          ^\n  Choose another symbol.\n'
    )
    assert not (tmp_path / "out").exists()


def test_a_derivative_that_no_float_holds(tmp_path: Path) -> None:
    spec = written(tmp_path, 'expression = "1e308*(yhat - y)**4"')
    found = run("code", spec, "-o", tmp_path / "out")
    assert (found.exit_code, found.output) == (
        1,
        "a number of the derivation is outside the range of a float\n"
        "  Make the constants of the expressions smaller.\n",
    )


def test_a_zero_of_the_module_is_written_as_one(tmp_path: Path) -> None:
    spec = written(tmp_path, 'kind = "mse"', STEP)
    assert run("code", spec, "-o", tmp_path, "--style", "plain").exit_code == 0
    text = (tmp_path / "awkward.py").read_text()
    assert "np.full((N, 2), 0, dtype)" in text
    assert imported(tmp_path, "awkward", text).predict is not None


def test_the_check_tells_that_the_loss_of_the_example_is_not_finite(tmp_path: Path) -> None:
    found = run("check", written(tmp_path, 'expression = "log(yhat - 1000)"'))
    assert found.exit_code == 1
    assert "FAILED  the example's loss is not finite: does it suit what the network gives?" in found.output
