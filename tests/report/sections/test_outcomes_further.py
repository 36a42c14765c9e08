"""What was measured besides: shown where it was asked, absent where it was not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults, keep_first_wave
from tests.report.reading import read_tables, read_words
from toolkit.report.content.view import View
from toolkit.report.sections.outcomes import show_further


def add_grade(made: MadeResults) -> None:
    made.change("s1", "cijfer1.grade", 0.512, low=0.111, high=0.913, p_value=0.02, n=29, verdict="rose")
    made.change("s1", "cijfer1.grade", 6.104, quantity="before", n=21)
    made.change("s1", "cijfer1.grade", 6.616, quantity="after", n=23)
    for wave, mean in (("before", 6.104), ("after", 6.616)):
        made.level("s1", wave, "cijfer1.grade", mean, low=mean - 0.4, high=mean + 0.4, n=22)


def with_grade(view: View) -> View:
    return replace(
        view, study=view.study.model_validate(view.study.model_dump(by_alias=True) | {"instruments": ["uwes9", "plg12", "cijfer1"]})
    )


@pytest.mark.parametrize(
    ("language", "sentence", "row"),
    [
        (
            "nl",
            "Het cijfer voor de PLG is gestegen: van 6,10 naar 6,61 (verschil 0,51;",
            ["Cijfer voor de PLG", "6,10", "6,61", "0,51", "0,11 tot 0,91", "29"],
        ),
        (
            "en",
            "The grade for the PLC rose: from 6.10 to 6.61 (difference 0.51;",
            ["Grade for the PLC", "6.10", "6.61", "0.51", "0.11 to 0.91", "29"],
        ),
    ],
)
def test_sentence_and_table_show_the_same_numbers(open_school, language: str, sentence: str, row: list[str]):
    page = show_further(with_grade(open_school(language, add_grade)))
    assert sentence in read_words(page)
    assert read_tables(page)["further-cijfer1-table"][1] == row


def test_a_study_without_further_instruments_has_no_such_section(open_school):
    assert show_further(open_school()).markup == ""


def test_a_hidden_result_is_a_sentence_without_a_table(open_school):
    def hide(made: MadeResults) -> None:
        add_grade(made)
        made.hide("change", {"instrument": "cijfer1"})

    page = show_further(with_grade(open_school(alter=hide)))
    assert "blijft verborgen, want minder dan 5 mensen antwoordden." in read_words(page) and not read_tables(page)


def test_scales_that_make_no_sum_have_a_table_and_no_sentence_on_the_first(open_school):
    def add_stages(made: MadeResults) -> None:
        for scale in ("g1", "g2"):
            for quantity in ("before", "change", "after"):
                made.change("s1", f"teamfase7.{scale}", 0.5, quantity=quantity, low=0.1, high=0.9, n=20, verdict="rose")

    view = open_school(alter=add_stages)
    view = replace(view, study=view.study.model_validate(view.study.model_dump(by_alias=True) | {"instruments": ["uwes9", "teamfase7"]}))
    page = show_further(view)
    assert [row[0] for row in read_tables(page)["further-teamfase7-table"][1:3]] == ["Oriëntatie", "Vertrouwen opbouwen"]
    assert "is gestegen" not in read_words(page) and "We kunnen niet zeggen" not in read_words(page)


@pytest.mark.parametrize(
    ("language", "row", "caption"),
    [
        ("nl", ["Cijfer voor de PLG", "6,10", "5,70 tot 6,50", "22"], "per meting"),
        ("en", ["Grade for the PLC", "6.10", "5.70 to 6.50", "22"], "per measurement"),
    ],
)
def test_with_one_wave_there_are_levels(open_school, language: str, row: list[str], caption: str):
    view = with_grade(open_school(language, alter=add_grade))
    page = show_further(replace(view, study=keep_first_wave(view.study)))
    assert read_tables(page)["further-cijfer1-table"][1] == row and caption in read_words(page)
