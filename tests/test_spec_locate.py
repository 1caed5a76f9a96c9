"""The locator finds every key of odd TOML files, where the text says what TOML's reader read."""

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symbp.spec.locate import nearest_place, offsets, places

ODD = r'''
# a comment with [a.header] and key = "value"
top = 1   # a trailing comment with "quotes"
"quoted key" = 'literal'
'single "quoted"' = "with # no comment and \" a quote"
dotted . inner . "deep key" = 2
site."example.org" = true
"esc\u0041ped" = 3

[ table . "sub table" ]   # spaces in a header
a=[1,2,  3,]
b = [ # a comment within
  [1, 2], # [9, 9]
  [3,
   4],
]
c = { x = 1, "y z" = [ { deep = "s" } , {deep='t'} ], d.e = 3 }
text = """
first
second \
   third "" inside
"""
quotes = """a""""
raw = \'\'\'
C:\path [not.a.header]
x = 5
\'\'\'
date = 1979-05-27T07:32:00Z
time = 07:32:00
floats = [1e5, -0.5, inf, nan, +1_000]
empty = []
void = {}
blank = ""

[[layers]]
kind = "one"
[layers.inner]
key = 1
[[layers.many]]
key = 2
[[layers.many]]
key = 3
[[layers]]
kind = "two"
[[layers.many]]
key = 4
'''.replace("\\'", "'")


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Every value of a TOML table with its keys."""
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from leaves(inner, (*path, key))


TABLE = tomllib.loads(ODD)
FOUND = places(ODD)


@pytest.mark.parametrize("path", [path for path, _ in leaves(TABLE) if path], ids=str)
def test_every_key_is_found(path: tuple[str | int, ...]) -> None:
    assert path in FOUND


def test_nothing_is_found_that_is_not_there() -> None:
    assert set(FOUND) == {path for path, _ in leaves(TABLE) if path}


@pytest.mark.parametrize(
    ("path", "line", "value"),
    [
        (("top",), 3, "1"),
        (("quoted key",), 4, "literal"),
        (('single "quoted"',), 5, r"with # no comment and \" a quote"),
        (("dotted", "inner", "deep key"), 6, "2"),
        (("site", "example.org"), 7, "true"),
        (("escAped",), 8, "3"),
        (("table", "sub table", "a", 2), 11, "3"),
        (("table", "sub table", "b", 1, 1), 15, "4"),
        (("table", "sub table", "c", "y z", 1, "deep"), 17, "t"),
        (("table", "sub table", "c", "d", "e"), 17, "3"),
        (("table", "sub table", "quotes"), 23, 'a"'),
        (("table", "sub table", "date"), 28, "1979-05-27T07:32:00Z"),
        (("table", "sub table", "floats", 4), 30, "+1_000"),
        (("layers", 0, "kind"), 36, "one"),
        (("layers", 0, "inner", "key"), 38, "1"),
        (("layers", 0, "many", 1, "key"), 42, "3"),
        (("layers", 1, "many", 0, "key"), 46, "4"),
    ],
    ids=str,
)
def test_line_and_characters_of_a_value(path: tuple[str | int, ...], line: int, value: str) -> None:
    start, stop = FOUND[path].value
    assert (ODD.count("\n", 0, start) + 1, ODD[start:stop]) == (line, value)


def test_the_characters_of_a_key() -> None:
    start, stop = FOUND["table", "sub table", "c", "y z"].key
    assert ODD[start:stop] == "y z"


def test_what_is_missing_is_placed_at_what_holds_it() -> None:
    found = nearest_place(FOUND, ("layers", 1, "units"))
    assert found is not None and found[0] == ("layers", 1)
    assert ODD.count("\n", 0, found[1].key[0]) + 1 == 43
    assert nearest_place(FOUND, ("missing",)) is None


KEYS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=5)
VALUES = st.recursive(
    st.integers(0, 99) | st.booleans() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[ " + " , ".join(toml(inner) for inner in value) + " ]"
    if isinstance(value, str):
        return '"' + "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in value) + '"'
    return str(value).lower()


ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@ANY_MACHINE
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_table_is_followed(table: dict[str, object]) -> None:
    text = "".join(f"{key} = {toml(value)}\n" for key, value in table.items())
    assert set(places(text)) == {path for path, _ in leaves(tomllib.loads(text)) if path}


@ANY_MACHINE
@given(st.text(alphabet="[]{}\"'=.,#\\\n ab1", max_size=60))
def test_the_scanner_ends_on_any_text(text: str) -> None:
    places(text)


PIECES = st.sampled_from(["a", " ", "\\n", "\\\\", '\\"', "\\u00e9", "\\U0001F600", "\n", "\\\n  ", "\\  \n\n\t"])


@ANY_MACHINE
@given(st.lists(PIECES, max_size=8).map("".join))
def test_each_character_of_a_string_is_found_where_it_was_typed(typed: str) -> None:
    """What was typed from a character's place on is read as that character, and so on to the end."""
    value = tomllib.loads(f'a = """x{typed}"""')["a"]
    found = offsets(f"x{typed}", value)
    assert len(found) == len(value) + 1 and list(found) == sorted(set(found))
    for place, character in zip(found, value, strict=False):
        rest = f"x{typed}"[place:]
        assert rest.startswith((character, "\\"))


def test_a_text_that_is_not_the_string_s_has_no_places() -> None:
    assert offsets("abc", "abd") == ()
