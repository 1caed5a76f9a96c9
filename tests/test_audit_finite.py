"""Texts whose training leaves all numbers behind: an audit says so, and stops at nothing on the way."""

from pathlib import Path

import pytest

from symbp.audit import audit
from symbp.errors import SpecError

SPEC = """\
name = "steep"

[indices]
i = 1

[tensors]
v = {{indices = "i", role = "parameter"}}

[equations]
lines = "L = v[0]**{power}"

[example]
learning_rate = 10

[example.parameters]
v = [3.0]

[audit]

[[audit.figures]]
of = "v[1]"
printed = "{printed}"
after = {after}
"""


def written(folder: Path, power: int, after: int, printed: str = "0.1") -> Path:
    path = folder / "steep.toml"
    path.write_text(SPEC.format(power=power, after=after, printed=printed))
    return path


def test_a_value_beyond_floats(tmp_path: Path) -> None:
    path = written(tmp_path, 4, 8)
    with pytest.raises(SpecError) as raised:
        audit(path)
    assert str(raised.value) == (
        f'{path}:21: audit.figures[0].of: v[1] has no finite value with these numbers\n    of = "v[1]"\n          ^^^^'
    )


def test_many_steps_that_lead_beyond_floats(tmp_path: Path) -> None:
    path = written(tmp_path, 2, 400)
    with pytest.raises(SpecError) as raised:
        audit(path)
    assert str(raised.value) == (
        f"{path}:12: example: the training does not stay finite: a parameter, or the loss, is too large for a float "
        "after at most 122 steps\n"
        "    [example]\n"
        "     ^^^^^^^\n"
        "  Compare learning_rate, updated and after with the text."
    )


@pytest.mark.parametrize(("power", "after"), [(4, 4), (2, 13), (2, 100)])
def test_a_value_that_is_huge_and_finite(tmp_path: Path, power: int, after: int) -> None:
    (figure,) = audit(written(tmp_path, power, after)).figures
    assert (figure.verdict, figure.causes) == ("wrong", ())


def test_a_mistake_that_leaves_no_gradient(tmp_path: Path) -> None:
    """A penalty is all that the loss is here: forgotten, nothing is left to step by."""
    (figure,) = audit(written(tmp_path, 2, 2, "3.0")).figures
    assert (figure.verdict, figure.exact) == ("wrong", "1083.000")
    assert "no-step" in figure.causes
