"""A program file is data: hostile YAML is refused with its place, and nothing in it is ever more than text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.adapters.yaml_document import BYTES_MOST, DEPTH_MOST, Place, YamlDocument, YamlProblem, read_yaml

COLON = "put a text with a colon in quotes, and check how far the lines above stand in"


def document(text: str) -> YamlDocument:
    read = read_yaml(text.encode())
    assert isinstance(read, YamlDocument), read
    return read


@pytest.mark.parametrize(
    "scalar", ["50.00", "0x10", "1_000", "yes", "null", "~", "2026-01-01T00:00:00-05:00", "1e3", ".inf", "010", "NO"]
)
def test_every_scalar_is_the_text_that_was_written(scalar: str) -> None:
    assert document(f"amount: {scalar}\n").node == {"amount": scalar}


def test_quotes_and_blocks_are_text_too() -> None:
    assert document("a: '1.0'\nb: \"x\\ty\"\nc: |\n  two\n  lines\nd:\n").node == {
        "a": "1.0",
        "b": "x\ty",
        "c": "two\nlines\n",
        "d": "",
    }


def test_a_place_is_that_of_the_value_and_of_a_nested_one_its_key() -> None:
    read = document("program: p\nrules:\n  - name: one\n    amount:\n      flat: 50.00\n  - name: two\n")
    assert read.node == {"program": "p", "rules": [{"name": "one", "amount": {"flat": "50.00"}}, {"name": "two"}]}
    assert read.place_of(("program",)) == Place(1, 10)
    assert read.place_of(("rules",)) == Place(2, 1)
    assert read.place_of(("rules", 0, "amount")) == Place(4, 5)
    assert read.place_of(("rules", 0, "amount", "flat")) == Place(5, 13)
    assert read.place_of(("rules", 1)) == Place(6, 5)


def test_what_is_missing_stands_where_it_is_missing_from() -> None:
    read = document("rules:\n  - name: one\n")
    assert read.place_of(("rules", 0, "channel")) == Place(2, 5)
    assert read.place_of(("currency",)) == Place(1, 1)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1, "'a' stands here a second time; the first is in line 1"),
        ("a: {b: 1, b: 2}\n", 1, 11, "'b' stands here a second time; the first is in line 1"),
        ("a: &x 1\nb: *x\n", 1, 4, "anchors are not understood: write the value out where it is used"),
        ("a: *x\n", 1, 4, "aliases are not understood: write the value out"),
        ("<<: {a: 1}\nb: !!int 2\n", 2, 4, "tags are not understood: write the plain value"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, 4, "tags are not understood: write the plain value"),
        ("? [a, b]\n: c\n", 1, 3, "a key must be a plain name"),
        ("a: 1\n---\nb: 2\n", 2, 1, "a second document begins here: write one program a file"),
        (
            "a:\n\tb: 1\n",
            2,
            1,
            "found character '\\t' that cannot start any token: write spaces, not a tab",
        ),
        (
            "a: one: two\n",
            1,
            7,
            f"mapping values are not allowed here: {COLON}",
        ),
        (
            "a:\n  - b\n   - c: 1\n  d: 2\n",
            3,
            7,
            f"mapping values are not allowed here: {COLON}",
        ),
        (
            "b: 2\na:1\nc: 3\n",
            3,
            1,
            "could not find expected ':': the line above lacks its colon, or the space after it",
        ),
        ("a: 'one\nb: 2\n", 1, 4, "found unexpected end of stream: a quote is opened here and never closed"),
        ("a: @one\n", 1, 4, "found character '@' that cannot start any token: put the text in quotes"),
        ("", 1, 1, "the file is empty"),
        ("# nothing but a comment\n", 1, 1, "the file is empty"),
        ("a: {b: 1\n", 2, 1, "expected ',' or '}', but got '<stream end>'"),
        ("ab: 1\nc: \x07\n", 2, 4, "this character may not stand in a YAML file"),
    ],
)
def test_what_a_program_file_may_not_hold_is_refused_at_its_place(
    text: str, line: int, column: int, message: str
) -> None:
    assert read_yaml(text.encode()) == YamlProblem(Place(line, column), message)


def test_a_file_that_is_not_utf_8_is_refused_at_the_byte() -> None:
    problem = read_yaml(b"a: 1\nb: caf\xe9\n")
    assert problem == YamlProblem(Place(2, 7), "this byte is not UTF-8: save the file as UTF-8")


def test_a_byte_order_mark_is_no_part_of_the_document() -> None:
    read = read_yaml(b"\xef\xbb\xbfa: 1\n")
    assert isinstance(read, YamlDocument)
    assert read.node == {"a": "1"}


def test_a_file_of_more_than_a_megabyte_is_refused_unread() -> None:
    problem = read_yaml(b"[" * (BYTES_MOST + 1))
    assert problem == YamlProblem(Place(1, 1), "the file is over 1,000,000 bytes, more than a program can need")


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_deep_nesting_is_refused_without_recursion(opening: str) -> None:
    problem = read_yaml((opening * 100_000).encode())
    assert isinstance(problem, YamlProblem)
    assert problem.message == f"this is nested more than {DEPTH_MOST} levels deep"


@given(st.binary(max_size=300) | st.text(alphabet="abc:-[]{}'\"&*!|>#\n ,?%@`~\t", max_size=80).map(str.encode))
def test_no_bytes_raise(content: bytes) -> None:
    assert isinstance(read_yaml(content), YamlDocument | YamlProblem)
