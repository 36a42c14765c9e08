"""Bytes to characters, characters to cells."""

from __future__ import annotations

import pytest

from toolkit.files.safety import UnreadableError
from toolkit.files.text import LONG, decode_text, detect_encoding, detect_separator, read_text_file
from toolkit.findings import Notes
from toolkit.study.layouts import Layout, Limits


def read(text: str, layout: Layout | None = None) -> tuple[list[list[str]], str, list[dict[str, object]]]:
    """Return the cells of a text, its separator, and what was noted."""
    notes = Notes()
    grid, separator = read_text_file(text, layout or Layout(), Limits(), "answers.csv", notes)
    return grid.cells.tolist(), separator, notes.rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_an_encoding_is_recognised(encoding: str) -> None:
    text = "Code;Opmerking\na1;‘één’ – €5\n" * 5
    data = text.encode(encoding)
    assert data.decode(detect_encoding(data)).removeprefix("\ufeff") == text


def test_bytes_that_windows_does_not_know_are_still_read() -> None:
    assert detect_encoding(b"a\x81;\x8d\n") == "latin-1"


def test_only_a_guess_is_told() -> None:
    for encoding, told in (("utf-8", 0), ("utf-16", 0), ("cp1252", 1), ("utf-16-le", 1)):
        notes = Notes()
        text, found = decode_text("één;twee\n".encode(encoding), Layout(), "answers.csv", notes)
        assert (text, len(notes.rows)) == ("één;twee\n", told), found


def test_a_declared_encoding_is_obeyed() -> None:
    text, encoding = decode_text("Ã©".encode("cp1252"), Layout(encoding="utf-8"), "answers.csv", Notes())
    assert (text, encoding) == ("é", "utf-8")
    for wrong in ("utf-8", "no-such-encoding"):
        with pytest.raises(UnreadableError):
            decode_text(b"\xff\xff", Layout(encoding=wrong), "answers.csv", Notes())


def test_the_separator_is_the_sign_that_cuts_most_lines_alike() -> None:
    separators = {
        "a;b;c\n1,5;2,5;3,5\n": ";",
        "a,b,c\n1;2,3,4\n": ",",
        "a\tb\n1,2\t3,4\n": "\t",
        "a|b\n1|2\n": "|",
        '"Hoe vaak, ongeveer?";"En dan, daarna?"\n1;2\n': ";",
        "Hoe vaak, per week, ongeveer;b\n1;2\n3;4\n": ";",
        "een kolom\n1\n2\n": ";",
    }
    assert {text: detect_separator(text) for text in separators} == separators


def test_a_first_line_may_name_the_separator() -> None:
    assert read("sep=,\na,b;c\n1,2\n")[:2] == ([["a", "b;c"], ["1", "2"]], ",")
    assert read('"sep=;"\r\na;b\r\n')[:2] == ([["a", "b"]], ";")
    assert read("sep=\t\na\tb\n")[:2] == ([["a", "b"]], "\t")


def test_the_layout_goes_before_the_first_line() -> None:
    assert read("sep=,\na|b,c\n", Layout(separator="|"))[0] == [["a", "b,c"]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_a_line_end(newline: str) -> None:
    assert read(newline.join(["a;b", '"x\ny";2', ""]))[0] == [["a", "b"], ["x\ny", "2"]]


def test_quotes_hold_separators_quotes_and_line_ends() -> None:
    assert read('a;b\n"1;2";"zei ""ja"""\n"x\n\ny";3\n')[0] == [["a", "b"], ["1;2", 'zei "ja"'], ["x\n\ny", "3"]]


def test_a_row_of_another_length_is_told_with_its_number() -> None:
    cells, _, notes = read("a;b;c\n1;2;3\n1;2\n1;2;3;4\n1;2;3;;\n1;2;3\n1;2;3\n")
    assert [len(row) for row in cells] == [5] * 7
    assert [(note["code"], note["row"], note["value"], note["expected"], note["count"]) for note in notes] == [
        ("rows_uneven", 3, "2", "3", 2)
    ]


def test_an_open_quote_swallows_rows_and_is_told() -> None:
    cells, _, notes = read('a;b\n"1;2\n3;4\n5;6\n')
    assert len(cells) == 2
    assert [note["code"] for note in notes] == ["rows_uneven"]


def test_a_very_long_field_is_read() -> None:
    assert len(read("a;b\n" + "x" * 300_000 + ";1\n")[0][1][0]) == 300_000


@pytest.mark.parametrize(
    ("text", "separator", "told"),
    [
        ("a,b\n1,2\n", ",", ["separator_differs"]),
        ("a\tb\n1\t2\n", "\t", ["separator_differs"]),
        ("a;b,c\n1;2,3\n", ";", []),
        ("a\n1\n", ";", []),
    ],
)
def test_a_separator_that_cuts_nothing_gives_way_to_one_that_does(text: str, separator: str, told: list[str]) -> None:
    _, used, notes = read(text, Layout(separator=";"))
    assert (used, [note["code"] for note in notes]) == (separator, told)


def test_a_long_plain_text_and_a_quoted_one_give_the_same_cells() -> None:
    plain = "a;b\n" + "1;een langer woord\n" * (LONG // 19 + 1)
    assert len(plain) > LONG
    assert read(plain) == read(plain.replace("a;b", '"a";b', 1))
