"""Pages of studies with instruments of any kind: factors asked once, one scale only, no engagement, several of each, 0 to 100."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from tests.report.drawn_study import ENERGY, FACTORS, REST, Drawn, draw_everybody, execute, list_sources, make_study
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.results.disclosure.audiences import hide_two_without_agreement, take_board
from toolkit.results.estimation import estimate_results
from toolkit.schemas import FINDINGS

ONCE = FACTORS.partition("ratings = [")[0]
SHORT = ENERGY.partition('  { id = "drive"')[0] + "]\n"
TOTAL = '{ id = "all", label = { nl = "Alles", en = "All" }, items = ["i1", "i2", "i3", "i4"], kind = "total" },'


def rename(text: str, id: str, topic: str) -> str:
    return re.sub('topic = ".*"', f'topic = "{topic}"', re.sub('id = ".*"', f'id = "{id}"', text, count=1))


#: Per kind of study its instruments and its primary outcome.
KINDS: dict[str, tuple[dict[str, str], str]] = {
    "factors asked once": ({"energy": ENERGY, "factors": ONCE}, "energy.total"),
    "factors asked once, with a total": (
        {"energy": ENERGY, "factors": ONCE.replace("scales = [", f"scales = [\n  {TOTAL}")},
        "energy.total",
    ),
    "one factor": ({"energy": ENERGY, "factors": re.sub(r'  \{ id = "(?:two|head)".*\n', "", ONCE)}, "energy.total"),
    "two ratings without a gap": ({"energy": ENERGY, "factors": re.sub(r'  \{ id = "gap".*\n', "", FACTORS)}, "energy.total"),
    "one scale of engagement": ({"energy": SHORT, "factors": FACTORS}, "energy.total"),
    "engagement alone": ({"energy": ENERGY}, "energy.total"),
    "one scale and nothing else": ({"energy": SHORT}, "energy.total"),
    "factors alone": ({"factors": FACTORS}, "factors.one.now"),
    "factors alone, asked once": ({"factors": ONCE}, "factors.one"),
    "a gap as primary outcome": ({"energy": ENERGY, "factors": FACTORS}, "factors.two.gap"),
    "a subscale as primary outcome": ({"energy": ENERGY, "factors": ONCE}, "energy.drive"),
    "culture alone": ({"energy": rename(ENERGY, "energy", "culture")}, "energy.total"),
    "a grade as primary outcome": ({"grade": rename(SHORT, "grade", "grade"), "factors": ONCE}, "grade.total"),
    "other things beside": ({"energy": ENERGY, "factors": rename(FACTORS, "factors", "other")}, "energy.total"),
    "two of each": (
        {"energy": ENERGY, "more": rename(SHORT, "more", "engagement"), "factors": FACTORS, "once": rename(ONCE, "once", "factors")},
        "energy.total",
    ),
}
BOARD = "De Kring"


def write_words(kind: str, folder: Path, waves: tuple[str, ...], sizes: list[int], language: Language, rest: str = REST) -> dict[str, str]:
    """Return the words and tables of every page of a study of this kind, without the drawings."""
    instruments, primary = KINDS[kind]
    study = make_study(folder, waves, len(sizes), instruments=instruments, primary=primary, rest=rest)
    schools = tuple(school.model_copy(update={"board": BOARD}) for school in study.schools)
    study = study.model_copy(update={"schools": schools})
    responses = draw_everybody(study, sizes, 1)
    drawn = Drawn(study, responses, FINDINGS.empty(), list_sources(study, responses, FINDINGS.empty()))
    results, text = estimate_results(study, drawn), load_text(language)
    school = View(study, results.for_school("s1"), text, "s1")
    views = {"school_report": school, "summary": school}
    if len(sizes) > 1:
        views["across_schools"] = View(study, hide_two_without_agreement(results, study), text)
        views["board_report"] = View(study, hide_two_without_agreement(take_board(results, study, BOARD), study), text, board=BOARD)
    return {template: execute(template, view) for template, view in views.items()}


def read(page: str) -> str:
    body = re.sub(r"<(head|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def assert_whole(kind: str, folder: Path, waves: tuple[str, ...], sizes: list[int]) -> None:
    """Hold the pages of a study of this kind to what was asked."""
    language: Language = ("nl", "en")[list(KINDS).index(kind) % 2]  # type: ignore[assignment]
    pages = write_words(kind, folder, waves, sizes, language)
    asked_once = not any("ratings = [" in text for text in KINDS[kind][0].values())
    for template, page in pages.items():
        words = read(page)
        assert not re.search(r"\b1 (?:factoren|schalen|factors|scales)\b", words), template
        assert not asked_once or not re.search(r"\b(?:nu en gewenst|now and wanted)\b", words), template
        assert "<svg" in page or (template == "summary" and set(KINDS[kind][0]) == {"factors"}) or len(waves) == 1, template
    nothing = load_text(language).phrases
    for key in ("engagement.nothing", "factors.nothing", "answers.nothing"):
        assert nothing[key].partition("{")[0] not in read(pages["school_report"]), key


#: The course of one school, and several schools at one moment: kinds of study have these in turn, and the other one when there is time.
OTHERS = [(("w1", "w2", "w3"), [12]), (("w1",), [12, 14, 11])]


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_whole_shows_what_it_can_and_speaks_of_what_was_asked(kind: str, tmp_path: Path):
    assert_whole(kind, tmp_path / "change", ("w1", "w2"), [12, 14, 11, 16])
    assert_whole(kind, tmp_path / "other", *OTHERS[list(KINDS).index(kind) // 2 % 2])


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_so_is_every_page_of_a_course_and_of_a_single_moment(kind: str, tmp_path: Path):
    for number, (waves, sizes) in enumerate(OTHERS):
        assert_whole(kind, tmp_path / str(number), waves, sizes)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_factors_asked_once_have_their_levels_their_change_and_a_question_of_their_own(tmp_path: Path, language: Language):
    written = write_words("factors asked once", tmp_path, ("w1", "w2"), [12, 14, 11, 16], language)
    pages, text = {template: read(page) for template, page in written.items()}, load_text(language)
    assert text.say("factors.table_levels") in pages["school_report"]
    assert text.say("factors.table_change", what=text.say("column.change")) in pages["school_report"]
    assert text.phrases["talking.lowest"].partition("‘")[0] in pages["school_report"]
    assert written["summary"].count("<figure") == 2 and text.say("summary.gaps") not in pages["summary"]  # three factors have a strip
    assert text.say("heat.table_change", what=text.say("column.change")) in pages["across_schools"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_two_schools_that_did_not_agree_are_not_called_few_people(tmp_path: Path, language: Language):
    words = read(write_words("factors asked once", tmp_path, ("w1", "w2"), [12, 14], language)["across_schools"])
    text = load_text(language)
    assert text.say("factors.nothing", reason=text.say("reason.not_agreed")) in words


@pytest.mark.parametrize("answers", ["min = 0, max = 100", "min = 0, max = 10", "min = 1, max = 5, step = 0.5"])
def test_pages_take_any_scale_of_answers(tmp_path: Path, answers: str):
    rest = REST.replace("min = 1, max = 5", answers)
    pages = write_words("factors asked once", tmp_path, ("w1", "w2"), [12, 14, 11, 16], "nl", rest)
    assert all("<svg" in page for page in pages.values())
