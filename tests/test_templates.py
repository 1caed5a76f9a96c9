"""The environments: strict, and each with the escaping of its kind."""

import jinja2
import pytest

from symbp.templates import environment, folder


@pytest.mark.parametrize(
    ("kind", "source", "text"),
    [
        ("python", "{{ a }}", "<b>"),
        ("typst", "{{ a }}", "<b>"),
        ("html", "{{ a }}", "&lt;b&gt;"),
        ("tex", "<< a >><# note #>", "<b>"),
    ],
)
def test_escaping_belongs_to_the_kind(kind, source, text):
    assert environment(kind).from_string(source).render(a="<b>") == text


def test_an_undefined_name_is_an_error():
    with pytest.raises(jinja2.UndefinedError):
        environment("python").from_string("{{ missing }}").render()


def test_the_folder_holds_the_templates():
    assert (folder() / "numpy").is_dir()
