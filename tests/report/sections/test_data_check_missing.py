"""Pictures of missing answers, and the numbers beside them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.made_study import make_study
from tests.report.reading import read_tables, read_words
from toolkit.languages import Language, load_text
from toolkit.plots.style import TINTS
from toolkit.report.figures.profiles import Cell
from toolkit.report.sections.data_check import Check, Missed, _make_cell, open_check, show_missing
from toolkit.responses.exports import Exports
from toolkit.schemas import FINDINGS, ORIGINS, RESPONSES, SOURCES

EXAMPLE = Path(__file__).parent.parent.parent.parent / "datasets" / "zes_scholen"
#: school, wave, file, and the grades that were given there.
GIVEN = [
    ("s1", "before", "a.csv", [7, None, 6, 8]),
    ("s2", "before", "a.csv", [5, 6]),
    ("s1", "after", "b.csv", [None, None, 9, 8]),
    ("s2", "after", "c.csv", [8, 7]),
]


def make_check(language: Language = "en", asked: tuple[str, ...] = ("a.csv", "b.csv"), schools: int = 2) -> Check:
    """Return the check of a study with one question, that only the files `asked` hold."""
    rows = [
        {"school": school, "wave": wave, "source": source, "cijfer1_grade": grade, "row": number}
        for school, wave, source, grades in GIVEN
        for number, grade in enumerate(grades, 2)
    ]
    frame = pd.DataFrame(rows).assign(role="", date=pd.NaT)
    frame["cijfer1_grade"] = frame["cijfer1_grade"].astype(float)
    frame["respondent"] = [f"p{number}" for number in range(len(frame))]
    frame = frame[frame["school"].isin([f"s{number}" for number in range(1, schools + 1)])]
    origins = ORIGINS.collect(
        [{"source": name, "sheet": "", "wave": "", "item": "cijfer1_grade", "position": 1, "header": "x"} for name in asked]
    )
    exports = Exports(RESPONSES.conform(frame), FINDINGS.empty(), SOURCES.empty(), origins)
    return Check(make_study(schools), exports, load_text(language))


def test_missing_answers_are_counted_over_those_who_were_asked_per_wave_and_school() -> None:
    table = read_tables(show_missing(make_check()))["missing-cijfer1-table"]
    assert table[0] == ["Question", "before", "after", "School 1", "School 2"]
    assert table[1] == ["1. Grade", "1 of 6 (17%)", "2 of 4 (50%)", "3 of 8 (38%)", "0 of 2 (0%)"]


def test_schools_are_compared_per_wave_and_a_file_without_the_question_does_not_count() -> None:
    table = read_tables(show_missing(make_check()))["missing-schools-table"]
    assert table[1:] == [["School 1", "1 of 4 (25%)", "2 of 4 (50%)"], ["School 2", "0 of 2 (0%)", "not asked"]]


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Meest opengelaten: School 1 (50%)"), ("en", "Most often left open: School 1 (50%)")],
)
def test_the_picture_says_what_was_left_open_most_and_so_does_its_description(language: Language, words: str) -> None:
    markup = show_missing(make_check(language)).markup
    assert words in read_words(show_missing(make_check(language)))
    described = markup[markup.index('<desc id="missing-schools-desc">') :].split("</desc>")[0]
    assert words in described and "School 1: 50%" in described


def test_one_school_has_no_picture_of_schools() -> None:
    tables = read_tables(show_missing(make_check(schools=1)))
    assert list(tables) == ["missing-cijfer1-table"]
    assert tables["missing-cijfer1-table"][0] == ["Question", "before", "after"]


def test_where_nothing_is_missing_the_page_says_so() -> None:
    words = read_words(show_missing(make_check(asked=("c.csv",))))
    assert "No answer is missing" in words


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_more_is_missing_the_stronger_the_tint_and_the_share_stands_in_it(language: Language) -> None:
    looks = {
        0: Cell("0%", TINTS[0]),
        1: Cell("<1%", TINTS[1]),
        12: Cell("4%", TINTS[1]),
        15: Cell("5%", TINTS[2]),
        30: Cell("10%", TINTS[3]),
        60: Cell("20%", TINTS[4], bold=True),
    }
    assert {missing: _make_cell(Missed(missing, 300), load_text(language)) for missing in looks} == looks


def test_who_was_not_asked_has_an_open_box() -> None:
    assert _make_cell(Missed(0, 0), load_text("en")) is None
    assert "not asked" in read_words(show_missing(make_check()))


def test_a_study_that_can_not_go_on_has_its_pictures_all_the_same(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "study")
    (tmp_path / "study" / "exports" / "s4_de_wolkenplukker_w2.sav").unlink()
    check = open_check(tmp_path / "study", "nl")
    assert (check.exports.findings["severity"] == "stops").any()
    tables = read_tables(show_missing(check))
    assert {row[0]: row[2] for row in tables["missing-schools-table"]}["De Wolkenplukker"] == "niet gevraagd"


@pytest.mark.parametrize(
    ("language", "nothing", "complete", "cell"),
    [
        ("nl", "Geen antwoorden gelezen", "Er ontbreekt geen enkel antwoord", "niet gevraagd"),
        ("en", "No answers read", "No answer is missing", "not asked"),
    ],
)
def test_a_study_of_which_nothing_can_be_read_says_that_nobody_was_asked(
    language: Language, nothing: str, complete: str, cell: str
) -> None:
    check = make_check(language)
    exports = Exports(check.exports.responses.iloc[:0], FINDINGS.empty(), SOURCES.empty(), ORIGINS.empty())
    shown = show_missing(Check(check.study, exports, check.text))
    assert nothing in read_words(shown) and complete not in read_words(shown)
    assert complete in read_words(show_missing(make_check(language, asked=("c.csv",))))
    tables = read_tables(shown)
    assert {each for table in tables.values() for row in table[1:] for each in row[1:]} == {cell}


def test_the_only_question_is_not_called_the_one_most_often_left_open() -> None:
    words = read_words(show_missing(make_check()))
    assert "Grade. Left open: 1. Grade (50%)" in words and "Most often left open: 1." not in words
