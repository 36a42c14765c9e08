"""With comparison schools the contrast leads: the first sentence, the figure and its table; no average is of both groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.made_study import make_study
from tests.report.made_results import MadeResults
from tests.report.reading import read_tables, read_words
from toolkit.languages import load_text
from toolkit.report.content.view import View
from toolkit.report.sections.main_findings import show_main_findings
from toolkit.report.sections.schools import show_schools
from toolkit.results.estimates.change import average_over_schools
from toolkit.results.rows import list_all_schools, list_counted_schools

GROUPS = ["trajectory"] * 3 + ["comparison"] * 3


@pytest.fixture
def open_design(open_cohort: Callable[..., View]) -> Callable[[str], View]:
    """Return a function that makes the view across schools on the trajectory and comparison schools."""

    def make(language: str) -> View:
        def add(made: MadeResults) -> None:
            for name, value in (("trajectory", 0.6), ("comparison", 0.1)):
                made.contrast(name, value, n=60, low=value - 0.2, high=value + 0.2)
            made.contrast("difference", 0.5, n=120, low=0.2, high=0.8, verdict="rose_clearly", schools=6)

        view = open_cohort(language, alter=add)
        schools = tuple(s.model_copy(update={"group": group}) for s, group in zip(view.study.schools, GROUPS, strict=True))
        return replace(view, study=view.study.model_copy(update={"schools": schools}))

    return make


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_contrast_is_the_first_sentence_and_the_title_of_the_first_figure(open_design: Any, language: str) -> None:
    view, text = open_design(language), load_text(language)  # type: ignore[arg-type]
    clear = {"nl": "in de scholen met het traject meer gestegen", "en": "rose more in the schools on the trajectory"}[language]
    first = read_words(show_main_findings(view)).removeprefix(text.say("core.heading")).strip()
    assert clear in first[:120]
    assert text.say("compare.averages") in first
    found = show_schools(view)
    table = read_tables(found)["schools-groups-table"]
    names = [text.say(f"figures.{name}") for name in ("difference", "trajectory", "comparison")]
    assert table[0][0] == text.say("column.group") and [row[0] for row in table[1:]] == names
    assert [row[1] for row in table[1:]] == [text.number(value) for value in (0.5, 0.6, 0.1)]
    assert text.say("schools.table_groups") in read_words(found)


def test_an_average_counts_the_schools_on_the_trajectory_and_a_group_by_itself_its_own() -> None:
    study = make_study(8)
    groups = ["trajectory", "comparison"] * 4
    study = study.model_copy(
        update={"schools": tuple(s.model_copy(update={"group": g}) for s, g in zip(study.schools, groups, strict=True))}
    )
    people = pd.Series({school.id: 9 for school in study.schools})
    treated = [school.id for school in study.schools if school.group == "trajectory"]
    others = [school.id for school in study.schools if school.group == "comparison"]
    assert list_counted_schools(people, study) == list_all_schools(people, study) == treated
    assert list_counted_schools(people[others], study) == others
    assert list_counted_schools(people, make_study(8)) == sorted(people.index)


def test_each_group_is_drawn_in_towards_its_own_average() -> None:
    """Schools on the trajectory rise by 2, comparison schools by 0: with few people each lies near its own group, not between both."""
    groups = ["trajectory", "comparison"] * 4
    study = make_study(8)
    study = study.model_copy(
        update={"schools": tuple(s.model_copy(update={"group": g}) for s, g in zip(study.schools, groups, strict=True))}
    )
    rows = [
        {"school": school.id, "respondent": f"{school.id}-{person}", "before": 3.0 + person % 3, "after": 3.0 + (person * 7 + place) % 3}
        | {"rise": 2.0 * (school.group == "trajectory") + 0.05 * (place // 2)}
        for place, school in enumerate(study.schools)
        for person in range(12)
    ]
    people = pd.DataFrame(rows).set_index(["school", "respondent"]).sort_index()
    people["after"] += people.pop("rise")
    where = {"comparison": "before_after", "instrument": "x", "scale": "y", "rating": ""}
    found = pd.DataFrame(average_over_schools(people, where, study, None))
    average = found.loc[found["quantity"] == "average_change"].iloc[0]
    assert (average["estimate"], average["schools"]) == (pytest.approx(2.0, abs=0.3), 4)
    shrunken = found[found["quantity"] == "shrunken"].set_index("school")["estimate"]
    assert len(shrunken) == 8
    assert all(abs(shrunken[s.id] - 2.0 * (s.group == "trajectory")) < 0.5 for s in study.schools)
