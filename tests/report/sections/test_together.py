"""What goes together, on small studies (tests/data/rows): computed from changes that are shown, in cautious words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import pearsonr

from tests.report.reading import read_tables, read_words
from tests.report.rows import LANGUAGES, open_row
from toolkit.languages import Language
from toolkit.report.content.estimate import write_subject
from toolkit.report.sections.together import show_together
from toolkit.results.results import Results


def turn(results: Results) -> Results:
    """Return `results` in which the changes of the resources are turned round."""
    sign = np.where((results.change["scale"] == "resources") & (results.change["quantity"] == "change"), -1, 1)
    return replace(results, change=results.change.assign(estimate=results.change["estimate"] * sign))


def drop(results: Results, scale: str, schools: int = 6) -> Results:
    """Return `results` without the changes and the levels of a scale in the last schools."""
    last = [f"s{number}" for number in range(schools + 1, 7)]
    tables = {"change": results.change, "levels": results.levels}
    kept = {name: table[(table["scale"] != scale) | ~table["school"].isin(last)] for name, table in tables.items()}
    return replace(results, **kept)


def begin(results: Results, turned: int) -> Results:
    """Return `results` in which the demands of each school begin where its change in the primary outcome ends, or against it."""
    gained = results.change.query("scale == 'total' and quantity == 'change'").set_index("school")["estimate"]
    levels = results.levels
    here = (levels["scale"] == "demands") & (levels["quantity"] == "mean")
    noise = levels["school"].map({f"s{number}": 0.01 * (number % 2) for number in range(1, 7)})
    return replace(results, levels=levels.assign(estimate=levels["estimate"].mask(here, turned * levels["school"].map(gained) + noise)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_resources_whose_change_goes_along_are_named_and_nothing_is_called_a_cause(language: Language) -> None:
    view = open_row("A7", language)
    page, say = show_together(view), view.text.say
    subject = write_subject(view.study.primary, view.study, view.text)
    label = {"nl": "Bronnen", "en": "Resources"}[language]
    words = read_words(page)
    assert say("together.heading", subject=subject) in words
    assert say("together.says_along", label=label, subject=subject) in words
    assert say("together.cause") in words and say("together.note") in words
    table = read_tables(page)["together-table"]
    assert [row[-1] for row in table[1:]] == [say("together.along"), say("verdict.unclear")]
    assert table[1][0] == label and table[1][3] == "6"


def test_the_correlation_is_that_of_the_changes_that_are_shown() -> None:
    view = open_row("A7", "en")
    change = view.results.change
    shown = change[(change["quantity"] == "change") & (change["school"] != "") & (change["state"] == "shown")]
    wide = shown.pivot_table(index="school", columns="scale", values="estimate")
    found = pearsonr(wide["resources"], wide["total"])
    ends = found.confidence_interval(0.95)
    row = read_tables(show_together(view))["together-table"][1]
    assert row[1:3] == [f"{found.statistic:.2f}", f"{ends.low:.2f} to {ends.high:.2f}"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_the_other_way_or_can_not_be_told_is_said_so(language: Language) -> None:
    against = open_row("A7", language, change=turn)
    places = {"subject": write_subject(against.study.primary, against.study, against.text)}
    label = {"nl": "Bronnen", "en": "Resources"}[language]
    words = read_words(show_together(against))
    assert against.text.say("together.says_against", label=label, **places) in words
    assert against.text.say("together.against") in words
    neither = open_row("A7", language, change=lambda results: drop(results, "resources", 0))
    assert neither.text.say("together.starts_none", **places) in read_words(show_together(neither))
    assert neither.text.say("together.says_none", **places) in read_words(show_together(neither))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("turned", "word"), [(1, "along"), (-1, "against")])
def test_where_schools_began_stands_beside_their_change(language: Language, turned: int, word: str) -> None:
    view = open_row("A7", language, change=lambda results: begin(results, turned))
    say = view.text.say
    label = {"nl": "Eisen", "en": "Demands"}[language]
    page = show_together(view)
    assert say(f"together.starts_{word}", label=label, subject=write_subject(view.study.primary, view.study, view.text)) in read_words(page)
    row = next(row for row in read_tables(page)["together-table_starts"] if row[0] == label)
    assert row[-1] == say(f"together.{word}")
    assert say("together.table_starts", wave=view.text.pick(view.waves[0].label)) in read_words(page)


def test_the_correlation_with_the_start_is_that_of_the_means_that_are_shown() -> None:
    view = open_row("A7", "en")
    gained = view.results.change.query("quantity == 'change' and scale == 'total' and school != ''").set_index("school")["estimate"]
    means = view.results.levels.query("quantity == 'mean' and scale == 'resources' and school != '' and wave == 'before'")
    found = pearsonr(means.set_index("school")["estimate"].loc[gained.index], gained)
    assert read_tables(show_together(view))["together-table_starts"][1][1] == view.text.number(found.statistic)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("schools", "told"), [(5, False), (6, True)])
def test_it_takes_six_schools(language: Language, schools: int, told: bool) -> None:
    view = open_row("A7", language, change=lambda results: drop(drop(results, "resources", schools), "demands", schools))
    page = show_together(view)
    assert bool(page.markup) == bool(read_tables(page)) == told


def test_a_board_and_a_study_with_nothing_else_have_no_such_section() -> None:
    view = open_row("A7", "en")
    assert not show_together(replace(view, board="b")).markup
    only = view.study.model_copy(update={"instruments": view.study.instruments[:1]})
    assert not show_together(replace(view, study=only)).markup
