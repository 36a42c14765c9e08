"""Section 7: the band of the others, from three other schools on, without a name."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults, make_study
from tests.report.reading import read_pictures, read_words
from toolkit.report.content.estimate import Estimate
from toolkit.report.content.sentences import list_factors
from toolkit.report.content.view import View
from toolkit.report.sections.beside_others import Beside, show_beside_others
from toolkit.report.sections.tables import name_scale

FIGURE = "others-plg12"


@pytest.fixture
def open_among(open_school, tmp_path):
    """Return a function that makes the view of a school among others."""

    def make(language: str = "nl", alter=lambda made: None, schools: int = 4) -> View:
        view = open_school(language, alter)
        return replace(view, study=make_study(tmp_path, schools))

    return make


def test_the_table_holds_the_own_mean_and_the_ends_of_the_band(open_among):
    table = read_pictures(show_beside_others(open_among()))[FIGURE].table
    assert table[1] == ["Leren van en met elkaar", "3,06", "2,51 tot 3,11", "2,1", "3,4", "5", "tussen de andere"]


@pytest.mark.parametrize(
    ("ends", "nl", "en"),
    [
        ((3.14, 3.4), "tussen de andere", "between the others"),  # both ends are shown as 3,1
        ((3.2, 3.4), "aan de lage kant, niet duidelijk lager", "at the low end, not clearly lower"),
        ((2.1, 3.0), "aan de hoge kant, niet duidelijk hoger", "at the high end, not clearly higher"),
        ((3.6, 3.8), "lager dan de andere", "lower than the others"),
        ((2.1, 2.6), "hoger dan de andere", "higher than the others"),
        ((2.1, 3.1), "tussen de andere", "between the others"),
    ],
)
def test_the_place_follows_the_numbers_as_they_are_shown(open_among, ends, nl: str, en: str):
    def alter(made: MadeResults) -> None:
        for quantity, end in zip(("lowest", "highest"), ends, strict=True):
            made.alter("band", {"scale": "e1", "quantity": quantity}, estimate=end)

    for language, words in (("nl", nl), ("en", en)):
        assert read_pictures(show_beside_others(open_among(language, alter)))[FIGURE].table[1][-1] == words


def test_no_other_school_is_named(open_among):
    page = show_beside_others(open_among())
    assert "School 2" not in page.markup and "School 3" not in page.markup


@pytest.mark.parametrize(("language", "sentence"), [("nl", "Daarvoor zijn 3 andere scholen"), ("en", "It needs 3 other schools")])
def test_without_three_others_there_is_a_sentence(open_among, language: str, sentence: str):
    page = show_beside_others(open_among(language, lambda made: made.hide("band", {}, method="too_few_schools")))
    assert not read_pictures(page) and sentence in read_words(page)


def test_a_hidden_mean_of_this_school_is_not_drawn(open_among):
    picture = read_pictures(show_beside_others(open_among(alter=lambda made: made.hide("levels", {"scale": "e1"}))))[FIGURE]
    assert "Leren van en met elkaar" not in [*picture.words, *(row[0] for row in picture.table)]


def test_a_study_of_one_school_has_no_such_section(open_among):
    assert not show_beside_others(open_among(schools=1)).markup


@pytest.mark.parametrize(
    ("within", "nl", "en"),
    [
        (
            12,
            "Op alle 12 factoren ligt deze school tussen de andere scholen",
            "On all 12 factors this school lies between the other schools",
        ),
        (
            2,
            "Op 2 van de 12 factoren ligt deze school tussen de andere scholen en op 10 hoger dan alle andere scholen",
            "On 2 of 12 factors this school lies between the other schools and on 10 above all other schools",
        ),
        (
            0,
            "Op alle 12 factoren ligt deze school hoger dan alle andere scholen",
            "On all 12 factors this school lies above all other schools",
        ),
    ],
)
def test_the_title_names_every_place_where_the_school_lies(open_among, within: int, nl: str, en: str):
    def alter(made: MadeResults) -> None:
        rows = [row for row in made.rows["band"] if row["quantity"] == "highest"]
        for number, row in enumerate(rows):
            row["estimate"] = 5.0 if number < within else 2.2

    titles = [read_pictures(show_beside_others(open_among(language, alter)))[FIGURE].title for language in ("nl", "en")]
    assert titles == [nl, en]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_ends_that_are_not_clear_are_named_as_such_in_the_title(open_among, language: str):
    def alter(made: MadeResults) -> None:
        for scale, ends in {"e1": (3.6, 3.8), "e2": (3.3, 3.4), "e3": (2.1, 2.9)}.items():
            for quantity, end in zip(("lowest", "highest"), ends, strict=True):
                made.alter("band", {"scale": scale, "quantity": quantity}, estimate=end)
        made.rows["band"] = [row for row in made.rows["band"] if row["scale"] in ("e1", "e2", "e3")]
        made.alter("levels", {"quantity": "mean"}, estimate=3.1, low=2.8, high=3.4)
        made.hide("change", {})  # where there is no model, the mean of the page is that of the people who answered

    view = open_among(language, alter)
    titles = {
        "nl": "Op 1 van de 3 factoren ligt deze school lager dan alle andere scholen, op 1 aan de lage kant (niet duidelijk lager) "
        "en op 1 aan de hoge kant (niet duidelijk hoger)",
        "en": "On 1 of 3 factors this school lies below all other schools, on 1 at the low end (not clearly lower) "
        "and on 1 at the high end (not clearly higher)",
    }
    assert read_pictures(show_beside_others(view))[FIGURE].title == titles[language]
    assert view.text.say("others.rule", level=view.text.percent(0.95)) in read_words(show_beside_others(view))


def test_the_place_is_clear_from_the_edge_of_the_interval_of_the_difference_on():
    own = Estimate("shown", 3.0, low=2.7, high=3.3, n=12)  # two such means differ by 0.3 times the root of 2, which is 0.424
    far, near = (Estimate("shown", 3.0 + 0.3 * math.sqrt(2) + more, n=5) for more in (1e-9, -1e-9))
    assert [Beside("", own, end, Estimate("shown", 4.0, n=5), 2).position for end in (far, near)] == ["lower", "lower_unclear"]
    without = Estimate("shown", 3.0, n=12)
    assert Beside("", without, Estimate("shown", 4.0, n=5), Estimate("shown", 4.5, n=5), 2).position == "lower_unclear"


@pytest.mark.parametrize(
    ("ends", "nl", "en"),
    [
        ((2.1, 3.4), "tussen de andere scholen", "between the other schools"),
        ((3.2, 3.4), "aan de lage kant, niet duidelijk lager", "at the low end, not clearly lower"),
        ((2.1, 3.0), "aan de hoge kant, niet duidelijk hoger", "at the high end, not clearly higher"),
        ((3.6, 3.8), "lager dan de andere scholen", "below the other schools"),
        ((2.1, 2.6), "hoger dan de andere scholen", "above the other schools"),
    ],
)
def test_the_title_of_a_single_scale_says_where_the_school_lies(open_among, ends: tuple[float, float], nl: str, en: str):
    def alter(made: MadeResults) -> None:
        made.rows["band"] = [row for row in made.rows["band"] if row["scale"] == "e1"]
        for quantity, end in zip(("lowest", "highest"), ends, strict=True):
            made.alter("band", {"quantity": quantity}, estimate=end)

    dutch, english = (read_pictures(show_beside_others(open_among(language, alter)))[FIGURE].title for language in ("nl", "en"))
    assert dutch == f"Op ‘Leren van en met elkaar’ ligt deze school {nl}"
    assert english == f"On ‘Learning from and with each other’ this school is {en}"


def test_the_own_mean_is_the_one_that_stands_elsewhere_with_its_decimals(open_among):
    view = open_among("nl")
    table = read_pictures(show_beside_others(view))[FIGURE].table
    outcomes = list_factors(view.list_instruments("factors")[0])
    told = {name_scale(view, outcome): view.present_levels(outcome)[-1] for outcome in outcomes}
    assert len(table) > 1 and all(row[1] == view.text.number(told[row[0]].value, told[row[0]].decimals) for row in table[1:])
