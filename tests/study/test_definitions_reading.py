"""Definition files as people save them: in a word processor, in another encoding, under another name."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import DefinitionError
from toolkit.languages import load_text
from toolkit.study.definitions import parse_definition, read_definition


def explain(text: str) -> str:
    """Return what is said of a text that is no TOML."""
    with pytest.raises(DefinitionError) as caught:
        parse_definition(text, Path("study.toml"), load_text("en"))
    (problem,) = caught.value.problems
    return str(problem)


#: what people write -> the mend.
SLIPS = {
    "name = “Piet”": 'Type straight quotes (")',
    "name = ‘Piet’": 'Type straight quotes (")',
    "name = de linde": "Put texts between double quotes",
    "name = linde": "Put texts between double quotes",
    'name = "de linde': "A double quote is missing",
    'name = de linde"': "A double quote is missing",
    'schools = ["a", "b]': "A double quote is missing",
    'file = "D:\\data\\x.csv"': "Write / between folders",
    "date = 15-09-2025": "2025-09-15",
    "date = 15/9/25": "2025-09-15",
    "confidence = 0,95": "decimals with a point",
    "planned = False": "true or false",
    "planned = ja": "true or false",
    'by: "code"': "Write = between a key and its value",
    "by =": "Write a value after =",
    "by = 1\nby = 2": "Write each key once",
    "[a]\nb = 1\n[a]": "Write each key once",
    "by = [1": "Put texts between double quotes and write each key once.",
}


@pytest.mark.parametrize("written", SLIPS)
def test_a_line_that_is_no_toml_is_shown_with_its_mend(written: str) -> None:
    said = explain(f"id = 1\n{written}\n")
    assert said.startswith("study.toml, line ") or said.startswith("study.toml: ")
    assert "This is not valid TOML" in said and SLIPS[written] in said


def test_the_line_stands_in_the_message_once() -> None:
    said = explain("id = 1\nschool = de linde # here\n")
    assert said == (
        "study.toml, line 2: This is not valid TOML: Invalid value. Found: ‘school = de linde’. "
        'Put texts between double quotes: school = "de linde".'
    )


def test_all_lines_with_curly_quotes_are_named_and_no_text_that_holds_them() -> None:
    said = explain('title = "‘a’" # “b”\nid = “x”\ndate = 2025-01-01\nname = “y”\n')
    assert said.endswith("Lines with curly quotes: 2, 4.")
    assert explain("".join(f"k{number} = “x”\n" for number in range(12))).endswith("1, 2, 3, 4, 5, 6, 7, 8, 9, 10 … (12).")


def test_a_mark_at_the_start_of_a_file_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_bytes(b"\xef\xbb\xbfname = 'x'")
    assert read_definition(tmp_path / "study.toml") == "name = 'x'"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("id = 'één'".encode("utf-16"), "study.toml: This file can't be read as text: it is saved as UTF-16. Save it as UTF-8; Notepad"),
        ("id = 1\nname = 'één'".encode("cp1252"), "study.toml, line 2: This file can't be read as text: it is saved as something other"),
        (b"PK\x03\x04 word/document.xml", "it is a document or a workbook. Name the study file, or save it as plain text"),
    ],
)
def test_a_file_that_is_no_utf_8_is_told_how_to_save_it(data: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_bytes(data)
    with pytest.raises(DefinitionError) as caught:
        read_definition(tmp_path / "study.toml")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("there", "asked", "says"),
    [
        ("study.toml.txt", "study.toml", "There is ‘study.toml.txt’: save that as plain text and name it study.toml."),
        ("mystudy/study.toml", "mystudi", "Is ‘"),
        ("study.toml", "data/study.toml", "There is one in the folder above"),
        ("other.csv", "study.toml", "Check the name, or make a study with: plg new."),
        ("study.toml", "study.toml/study.toml", "There is no file"),
    ],
)
def test_a_file_that_is_missing_is_told_with_what_is_there(there: str, asked: str, says: str, tmp_path: Path) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("id = 1", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_definition(tmp_path / asked)
    assert "There is no file" in str(caught.value) and says in str(caught.value)


def test_a_folder_is_no_definition(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="can't be read as text"):
        read_definition(tmp_path)
