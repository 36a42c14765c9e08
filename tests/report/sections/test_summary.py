"""The summary of a school: what its report says, less of it, on one sheet."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import count_blank, read_pictures, read_tables, read_words
from tests.report.test_numbers_agree import find_numbers, list_allowed
from tests.results.estimates.test_occasions import estimate_row
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, join
from toolkit.report.sections.discussion import show_discussion
from toolkit.report.sections.key_factors import show_key_factors
from toolkit.report.sections.main_findings import show_main_findings
from toolkit.report.sections.outcomes import show_engagement
from toolkit.report.sections.summary import (
    show_summary_discussion,
    show_summary_evidence,
    show_summary_findings,
    show_summary_origin,
    show_summary_title,
)
from toolkit.results.disclosure.audiences import take_audience

PARTS = (show_summary_title, show_summary_findings, show_summary_evidence, show_summary_discussion, show_summary_origin)


def show(view: View) -> Html:
    return join(part(view) for part in PARTS)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_sheet_says_what_the_report_says(open_school, language: str):
    view = open_school(language)
    report = read_words(join(part(view) for part in (show_main_findings, show_engagement, show_key_factors, show_discussion)))
    for part in (show_summary_findings, show_summary_discussion):
        words = re.findall(r"<(?:li|p[^>]*)>(.*?)</(?:li|p)>", part(view).markup)
        assert len(words) >= 3
        assert [sentence for sentence in words if read_words(Html(f"<p>{sentence}</p>")) not in report] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_number_on_the_sheet_is_a_number_of_the_results(open_school, language: str):
    view = open_school(language)
    found = find_numbers(show(view), language) - {"0.1"}  # the version of the toolkit
    assert len(found) > 20
    assert found <= list_allowed(view)


def test_the_sheet_has_the_figure_with_its_numbers_and_the_three_widest_gaps(open_school):
    view = open_school("en")
    page = show_summary_evidence(view)
    picture = read_pictures(page)["engagement-uwes9-levels"]
    assert picture.title == "Engagement rose, but how much is uncertain"
    assert picture.table[0] == ["Scale", "first measurement", "second measurement"]
    assert picture.table[1][0] == "Work engagement" and picture.table[1][1].startswith("3.41 (")
    gaps = read_tables(page)["gaps-table"]
    assert gaps[1][0] == "Strategic personnel policy" and len(gaps) == 4
    widths = [float(row[3]) for row in gaps[1:]]
    assert widths == sorted(widths, reverse=True)
    assert [row[0] for row in read_tables(page)["certainty-reasons"][1:]] == ["Response", "Number of people", "Same people"]


def test_the_title_says_school_waves_and_state_and_that_invented_data_are_invented(open_school):
    view = open_school("en", settings="invented = true")
    words = read_words(show_summary_title(view))
    assert words.startswith("Summary School 1") and "Invented data" in words
    assert "first measurement (15 September 2025) and second measurement (1 June 2026)" in words and "Draft of 30 June 2026" in words
    assert "Invented" not in read_words(show_summary_title(open_school("en")))


def test_a_hidden_school_has_a_sheet_without_numbers_about_it(open_school):
    def hide(made: MadeResults) -> None:
        for table in ("participation", "levels", "change"):
            made.hide(table, {"school": "s1"})

    view = open_school("nl", hide)
    page = join(part(view) for part in PARTS[1:4])
    assert "<svg" not in page.markup and "gaps-table" not in page.markup
    assert not re.search(r"\d,\d", read_words(page))
    assert "minder dan\u00a05" in page.markup


def test_the_evaluators_own_words_stay_in_the_report(open_school, tmp_path):
    view = open_school("nl")
    (view.study.folder / "notes").mkdir()
    (view.study.folder / "notes" / "s1.md").write_text("Lees dit eerst.", encoding="utf-8")
    assert "Lees dit eerst." in read_words(show_discussion(view))
    assert "Lees dit eerst." not in read_words(show(view))


def test_the_sheet_ends_with_lines_for_what_is_to_be_done_on_paper_only(open_school):
    page = show_summary_discussion(view := open_school())
    head = [view.text.say(f"goals.column_{name}") for name in ("what", "who", "when", "how")]
    assert read_tables(page) == {"next-table": [head]} and count_blank(page, "next-table") == 6
    assert '<section class="room">' in page.markup and view.text.say("goals.heading_next") in read_words(page)


def test_the_last_line_says_where_the_sheet_comes_from(open_school):
    def trace(made: MadeResults) -> None:
        made.provenance |= {"study_sha": "a1b2c3d4e5f6a7b8", "version": "1.2.3", "command": "plg run made"}

    words = read_words(show_summary_origin(open_school("en", trace)))
    assert "study made, study file a1b2c3d4e5f6, toolkit 1.2.3, command ‘plg run made’" in words
    assert "not known" in read_words(show_summary_origin(open_school("en")))


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "Concept, niet om te delen. Er staan geen vragen"), ("en", "Draft, not for sharing. No question")]
)
def test_a_draft_has_its_banner_on_the_sheet_and_a_final_one_has_none(open_school, language: str, words: str):
    view = open_school(language)
    drafts = {state: replace(view, study=view.study.model_copy(update={"state": state})) for state in ("draft", "final")}
    assert words in read_words(show_summary_title(drafts["draft"]))
    assert words[:10] not in read_words(show_summary_title(drafts["final"]))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_of_many_factors_without_a_gap_the_lowest_stand_there(language: Language):
    study, results = estimate_row("C1").study, estimate_row("C1").results
    view = View(study, take_audience(results, study, school="s1"), load_text(language), "s1")
    page = show_summary_evidence(view)
    assert load_text(language).say("summary.lowest") in read_words(page)
    assert len(read_tables(page)["gaps-table"]) == 1 + 3
