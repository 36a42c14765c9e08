"""The way from a page to its estimates."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.made_results import MadeResults, keep_first_wave, make_school, make_study
from tests.two_studies import SHIPPED
from toolkit.errors import DefinitionError, ReportError
from toolkit.languages import load_text
from toolkit.report.content.estimate import present_change
from toolkit.report.content.view import View, open_board, open_view
from toolkit.results.results import save_results
from toolkit.study.loading import load_study
from toolkit.study.study import Outcome

TOTAL = Outcome(instrument="uwes9", scale="total")
EXAMPLE = Path(__file__).parents[3] / "datasets" / "zes_scholen" / "study.toml"


def test_a_view_opens_on_saved_results_and_knows_only_its_own_school(tmp_path: Path):
    made = MadeResults()
    make_school(made, "s1")
    make_school(made, "s2")
    make_study(tmp_path, 2)
    save_results(made.finish(), tmp_path / "results.json")
    view = open_view(tmp_path / "study.toml", tmp_path / "results.json", "s1", "en")
    assert view.find_change(TOTAL).estimate == 0.303
    assert view.find_change(TOTAL, school="s2").state == "not_measured"
    assert view.text.language == "en"


def test_an_unknown_school_or_language_is_an_error(tmp_path: Path):
    make_study(tmp_path)
    save_results(MadeResults().finish(), tmp_path / "results.json")
    with pytest.raises(DefinitionError, match="Er is geen school ‘s9’"):
        open_view(tmp_path / "study.toml", tmp_path / "results.json", "s9")
    with pytest.raises(ReportError, match="There is no language 'fr'"):
        open_view(tmp_path / "study.toml", tmp_path / "results.json", "s1", "fr")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "told"), [("nl", "geen bestuur ‘Zuit’. Is ‘Zuid’ bedoeld"), ("en", "no board ‘Zuit’. Is ‘Zuid’ meant")]
)
def test_an_unknown_board_is_told_with_the_nearest_one(tmp_path: Path, language: str, told: str):
    make_study(tmp_path)
    study = tmp_path / "study.toml"
    text = re.sub(r"languages = .*", f'languages = ["{language}"]', study.read_text(encoding="utf-8"))
    study.write_text(text.replace('id = "s1"', 'id = "s1"\nboard = "Zuid"', 1), encoding="utf-8")
    with pytest.raises(DefinitionError, match=told):
        open_board(study, board="Zuit")


@pytest.mark.parametrize("order", ["code", "size"])
def test_a_board_of_one_cohort_has_the_measurements_and_dates_of_that_cohort(order: str):
    study = load_study(SHIPPED)
    schools = tuple(school.model_copy(update={"board": "Zuid" if school.cohort == "2025" else "Noord"}) for school in study.schools)
    own = study.model_copy(update={"schools": schools, "order": order})
    view = View(own, MadeResults().finish(), load_text("nl"), board="Zuid")
    assert view.codes == ["s5", "s6", "s7", "s8"]
    assert list(view.waves) == list(own.follow_cohort("2025").waves) != list(own.waves)


def test_what_the_results_do_not_hold_is_not_measured(open_school):
    view = open_school()
    assert view.find_level(TOTAL, "later").state == "not_measured"
    assert view.find_participation("later", "used").state == "not_measured"
    assert view.find_reliability(TOTAL, "before", "alpha").state == "not_measured"


def test_a_question_is_answered_once_and_what_it_read_is_noted_all_the_same(open_school):
    view = replace(open_school(), reads=set())
    levels = view.present_levels(TOTAL)
    assert view.present_levels(TOTAL) is levels and levels
    assert view.present_levels(TOTAL, "s2") is not levels
    assert ("levels", view.school, "after", "uwes9", "total", "", "mean") in view.reads
    assert replace(view, school="s2").present_levels(TOTAL) is not levels


def test_across_schools_the_change_is_the_average_change(open_cohort):
    view = open_cohort()
    assert view.find_change(TOTAL).estimate == 0.212
    assert view.find_change(TOTAL, school="s1").estimate == 0.9


def test_the_comparison_that_leads_is_the_first_planned_one(open_school):
    entries = [("explore", "before", "after", "false"), ("plan", "before", "after", "true")]
    extra = "\n".join(f'[[comparisons]]\nid = "{i}"\nbefore = "{b}"\nafter = "{a}"\nplanned = {p}' for i, b, a, p in entries)
    view = open_school(extra=extra)
    assert view.comparison.id == "plan"
    assert [wave.id for wave in view.waves] == ["before", "after"]


def test_a_study_of_one_wave_has_no_comparison(tmp_path: Path):
    view = View(keep_first_wave(make_study(tmp_path)), MadeResults().finish(), load_text("nl"), "s1")
    assert view.comparison is None
    assert view.find_change(TOTAL).state == "not_measured"
    assert [wave.id for wave in view.waves] == ["before"]


def test_the_shorter_version_that_leads_stands_in_for_the_whole(tmp_path: Path):
    study = make_study(tmp_path)
    longer = study.model_validate(study.model_dump(by_alias=True) | {"instruments": ["uwes17", "plg12"]})
    view = View(longer, MadeResults().finish(), load_text("nl"), "s1")
    assert [instrument.id for instrument in view.list_instruments("engagement")] == ["uwes9"]


def test_displayed_levels_and_the_change_add_up(open_school):
    def move(made: MadeResults) -> None:
        made.alter("change", {"scale": "total", "quantity": "before"}, estimate=3.449)
        made.alter("change", {"scale": "total", "quantity": "change"}, estimate=0.309)
        made.alter("change", {"scale": "total", "quantity": "after"}, estimate=3.758)

    view = open_school(alter=move)
    shown = present_change(3.449, 0.309, 3.758, 21)
    assert [level.value for level in view.present_levels(TOTAL)] == [float(shown.before), float(shown.after)] == [3.45, 3.76]
    assert list(view.frame_levels([TOTAL])["estimate"]) == [3.45, 3.76]


def test_levels_are_shown_where_the_change_is_not(open_school):
    def hide(made: MadeResults) -> None:
        for quantity in ("change", "before", "after"):
            made.hide("change", {"scale": "total", "quantity": quantity}, method="too_few_pairs")

    levels = open_school(alter=hide).present_levels(TOTAL)
    assert [round(level.value, 3) for level in levels] == [3.414, 3.717]


def test_hidden_levels_and_changes_do_not_reach_a_figure(open_school):
    def hide(made: MadeResults) -> None:
        made.hide("change", {"scale": "total"})
        made.hide("levels", {"scale": "total", "instrument": "uwes9"})

    view = open_school(alter=hide)
    assert view.frame_levels([TOTAL]).empty
    assert view.frame_change([TOTAL]).empty


@pytest.mark.parametrize(("after", "decimals"), [(9, 1), (10, 2)])
def test_the_smaller_wave_sets_the_decimals_everywhere(open_school, after: int, decimals: int):
    def shrink(made: MadeResults) -> None:
        made.alter("change", {"scale": "total", "quantity": "after"}, n=after)

    view = open_school(alter=shrink)
    assert {level.decimals for level in view.present_levels(TOTAL)} == {decimals}
    assert view.frame_change([TOTAL])["n"].tolist() == [after]


def test_by_hand_the_answers_are_read_and_estimated():
    view = open_view(EXAMPLE, school="s1", language="nl")
    assert view.find_change(view.study.primary).judged
