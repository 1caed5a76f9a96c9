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


def test_a_template_is_compiled_once_and_fills_with_the_filters_of_each_overlay():
    base = environment("tex")
    texts = []
    for letter in "ab":
        overlay = base.overlay()
        overlay.filters = {**overlay.filters, "inline": lambda parts, letter=letter: letter}
        texts.append(overlay.get_template("notes/bytes.tex.j2").render())
    assert texts[0] == texts[1] and "pdftrailerid" in texts[0]
    bucket = base.bytecode_cache.get_bucket(base, "notes/bytes.tex.j2", str(folder() / "notes/bytes.tex.j2"), "")
    assert bucket.code is not None
