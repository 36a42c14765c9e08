"""Section 4: gaps, profile and changes of the factors, the same numbers everywhere, hidden factors in words and last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults, keep_first_wave
from tests.report.reading import read_pictures, read_tables, read_words
from toolkit.report.sections.key_factors import list_gaps, show_key_factors
from toolkit.report.sections.main_findings import show_main_findings

GAP, PROFILE, CHANGE = (f"factors-plg12-{name}" for name in ("gap", "profile", "change"))


def test_the_widest_gap_comes_first_in_figure_table_and_description(open_school):
    picture = read_pictures(show_key_factors(open_school()))[GAP]
    gaps = [float(row[3].replace(",", ".")) for row in picture.table[1:]]
    assert gaps == sorted(gaps, reverse=True)
    assert picture.table[1] == ["Strategisch personeelsbeleid", "3,10", "4,41", "1,31", "23"]
    assert picture.description.index("Strategisch personeelsbeleid: nu 3,10, gewenst 4,41") < picture.description.index("Collegiale")


def test_now_plus_gap_is_wanted_in_every_row(open_school):
    for row in read_pictures(show_key_factors(open_school("en")))[GAP].table[1:]:
        now, wanted, gap = (round(float(cell) * 100) for cell in row[1:4])
        assert now + gap == wanted


def test_numbers_in_the_pictures_are_those_of_their_tables(open_school):
    pictures = read_pictures(show_key_factors(open_school()))
    for id in (GAP, CHANGE):
        shown = {cell for row in pictures[id].table[1:] for cell in row}
        written = {word.removeprefix("+") for word in pictures[id].words if word.count(",") == 1 and len(word.split(",")[-1]) == 2}
        assert len(written) >= 3 and written <= shown


def test_the_order_of_the_changes_is_that_of_the_gaps(open_school):
    pictures = read_pictures(show_key_factors(open_school()))
    assert [row[0] for row in pictures[CHANGE].table[1:]] == [row[0] for row in pictures[GAP].table[1:]]


@pytest.mark.parametrize(
    ("language", "title", "row", "chance"),
    [
        (
            "nl",
            "Twee factoren gingen omhoog en één factor ging omlaag",
            ["Strategisch personeelsbeleid", "−0,40", "−0,61 tot −0,19", "29", "gedaald"],
            "Bij 12 factoren lijkt er door toeval soms één veranderd.",
        ),
        (
            "en",
            "Two factors went up and one factor went down",
            ["Strategic personnel policy", "−0.40", "−0.61 to −0.19", "29", "fell"],
            "Among 12 factors, chance alone can make one seem to change.",
        ),
    ],
)
def test_the_title_says_what_is_seen_and_the_caption_what_chance_does(open_school, language, title, row, chance):
    page = show_key_factors(open_school(language))
    assert read_pictures(page)[CHANGE].title == title
    assert read_pictures(page)[CHANGE].table[1] == row
    assert chance in read_words(page) and "Holm" in read_words(page)


@pytest.mark.parametrize(("language", "caption"), [("nl", "met een 95%-interval per factor."), ("en", "with a 95% interval per factor.")])
def test_where_no_interval_is_drawn_the_caption_promises_none(open_school, language: str, caption: str):
    none = open_school(language, lambda made: made.alter("change", {"instrument": "plg12"}, low=float("nan"), high=float("nan")))
    assert caption in read_words(show_key_factors(open_school(language)))
    assert caption not in read_words(show_key_factors(none)) and CHANGE in read_pictures(show_key_factors(none))


@pytest.mark.parametrize(("language", "title"), [("nl", "Geen duidelijke verandering"), ("en", "No clear change")])
def test_where_nothing_is_clear_the_title_says_so(open_school, language: str, title: str):
    page = show_key_factors(open_school(language, lambda made: made.alter("change", {"instrument": "plg12"}, verdict="unclear")))
    assert read_pictures(page)[CHANGE].title == title


def test_a_hidden_factor_is_in_no_picture_and_stands_last_in_the_tables(open_school):
    def hide(made: MadeResults) -> None:
        for table in ("levels", "change"):
            made.hide(table, {"scale": "c6"})

    page = show_key_factors(open_school(alter=hide))
    for id, cells in ((GAP, 4), (CHANGE, 4)):
        picture = read_pictures(page)[id]
        assert "Strategisch personeelsbeleid" not in picture.words and "Strategisch" not in picture.description
        assert picture.table[-1] == ["Strategisch personeelsbeleid", *["verborgen (minder dan 5)"] * cells]
    assert "Strategisch" not in " ".join(read_pictures(page)[PROFILE].words)
    assert read_tables(page)["closing-plg12-table"][-1] == ["Strategisch personeelsbeleid", *["verborgen (minder dan 5)"] * 6]
    lead = read_words(page).split("Nu en gewenst liggen")[0]
    assert lead.count("Strategisch personeelsbeleid") == 1  # in that row, and in no sentence


def test_hidden_factors_all_together_give_one_sentence(open_school):
    def hide(made: MadeResults) -> None:
        made.hide("levels", {"instrument": "plg12"})
        made.hide("change", {"instrument": "plg12"})

    page = show_key_factors(open_school(alter=hide))
    assert "De factoren zijn niet te tonen, want minder dan 5 mensen antwoordden" in read_words(page)
    assert not read_pictures(page)


@pytest.mark.parametrize(
    ("higher", "title"),
    [(12, "Bij alle 12 factoren ligt gewenst hoger dan nu"), (11, "Bij 11 van de 12 factoren ligt gewenst hoger dan nu")],
)
def test_the_profile_counts_where_wanted_is_higher(open_school, higher: int, title: str):
    def lower(made: MadeResults) -> None:
        if higher < 12:
            made.alter("levels", {"scale": "e1", "rating": "wanted"}, estimate=1.0)

    assert read_pictures(show_key_factors(open_school(alter=lower)))[PROFILE].title == title


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("nl", "Bij geen enkele factor ligt gewenst hoger dan nu."), ("en", "For no factor is wanted higher than now.")],
)
def test_no_gap_at_all_is_told(open_school, language: str, sentence: str):
    page = show_main_findings(open_school(language, lambda made: made.alter("levels", {"rating": "wanted"}, estimate=1.2)))
    assert sentence in read_words(page)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("nl", "Bij ‘Leren van en met elkaar’ ligt gewenst hoger dan nu"),
        ("en", "For ‘Learning from and with each other’ wanted is higher than now"),
    ],
)
def test_the_only_gap_is_not_called_the_widest(open_school, language: str, title: str):
    def alter(made: MadeResults) -> None:
        made.rows["levels"] = [row for row in made.rows["levels"] if row["instrument"] != "plg12" or row["scale"] == "e1"]

    page = show_key_factors(open_school(language, alter))
    assert {read_pictures(page)[figure].title for figure in (GAP, PROFILE)} == {title}
    assert f"{title}: " in read_words(show_main_findings(open_school(language, alter)))


@pytest.mark.parametrize(("language", "chance"), [("nl", "door toeval"), ("en", "chance alone")])
def test_of_one_factor_nothing_is_said_of_chance_among_many(open_school, language: str, chance: str):
    view = open_school(language)
    plg = view.study.find_instrument("plg12")
    others = [instrument for instrument in view.study.scored_instruments if instrument != plg]
    instruments = (*others, plg.model_copy(update={"scales": plg.scales[:1]}))
    alone = view.study.model_copy(update={"instruments": instruments, "scored_instruments": instruments})
    page, whole = show_key_factors(replace(view, study=alone)), show_key_factors(view)
    assert CHANGE in read_pictures(page) and chance not in read_words(page) and chance in read_words(whole)


def test_descriptions_of_the_three_figures_differ_and_hold_numbers(open_school):
    descriptions = [picture.description for picture in read_pictures(show_key_factors(open_school())).values()]
    assert len(set(descriptions)) == 3
    assert all(any(sign.isdigit() for sign in description) for description in descriptions)


@pytest.mark.parametrize(("n", "now"), [(9, "3,1"), (10, "3,10")])
def test_few_people_have_one_decimal(open_school, n: int, now: str):
    view = open_school(alter=lambda made: made.alter("levels", {"instrument": "plg12"}, n=n))
    assert read_pictures(show_key_factors(view))[GAP].table[1][1] == now
    assert now in read_pictures(show_key_factors(view))[GAP].words


def test_with_one_wave_there_are_gaps_and_no_changes(open_school):
    view = open_school()
    assert list(read_pictures(show_key_factors(replace(view, study=keep_first_wave(view.study))))) == [GAP, PROFILE]


def test_a_study_without_factors_has_no_such_section(open_school):
    view = open_school()
    without = replace(
        view, study=view.study.model_validate(view.study.model_dump(by_alias=True) | {"instruments": ["uwes9"], "smallest_change": {}})
    )
    assert show_key_factors(without).markup == ""


def test_a_gap_needs_both_levels(open_school):
    view = open_school(alter=lambda made: made.hide("levels", {"scale": "e1", "rating": "wanted"}))
    assert "e1" not in {gap.outcome.scale for gap in list_gaps(view, view.study.find_instrument("plg12"))}


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [
        ("nl", "Uitleg per factor en profiel van de factoren", "Gespreid leiderschap: wie ergens goed in is, neemt daarin de leiding"),
        (
            "en",
            "Explanation of each factor and profile of all factors",
            "Distributed leadership: whoever is good at something takes the lead",
        ),
    ],
)
def test_each_factor_is_explained_in_a_line_once(open_school, language: str, title: str, words: str):
    page = read_words(show_key_factors(open_school(language)))
    assert page.count(title) == page.count(words) == 1
