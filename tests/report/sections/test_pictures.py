"""The figures of further instruments, on pages of small studies (tests/data/rows): which figure, what it says, and what it keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.report.reading import read_pictures, read_tables, read_words
from tests.report.rows import LANGUAGES, ROWS, Change, estimate, open_row
from toolkit.languages import Language, load_text, round_half_up
from toolkit.report.content.estimate import Estimate, write_reason
from toolkit.report.html.elements import Html
from toolkit.report.sections.answers import show_answers
from toolkit.report.sections.method import show_method
from toolkit.report.sections.outcomes import list_scales, show_engagement, show_further
from toolkit.report.sections.pictures import choose_figure, write_scales_title
from toolkit.report.sections.summary import show_summary_evidence
from toolkit.responses.exports import read_responses
from toolkit.results.results import Results
from toolkit.scoring import compute_scores
from toolkit.study.instruments import load_instrument


def say(language: Language, key: str, **places: object) -> str:
    return load_text(language).say(key, **places).replace("\u00a0", " ")


def judge(**verdicts: str) -> Change:
    """Return what gives the changes of these scales another verdict."""

    def alter(results: Results) -> Results:
        said = results.change["scale"].map(verdicts)
        return replace(results, change=results.change.assign(verdict=results.change["verdict"].mask(said.notna(), said)))

    return alter


def write_title(row: str, language: Language, **verdicts: str) -> str:
    """Return the title of the last instrument of a study where its scales have other verdicts."""
    page = open_row(row, language, "s1", judge(**verdicts))
    return write_scales_title(page, list_scales(page.study.instruments[-1])).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("id", "figure"),
    [
        ("energiemeter", "balance"),
        ("teamfase7", "ladder"),
        ("jcs21", "multiples"),
        ("jobcrafting_plan", "multiples"),
        ("cursus12", "multiples"),
        ("uwes9", "levels"),
        ("verbiest4", "levels"),
        ("cijfer1", "levels"),
    ],
)
def test_the_figure_follows_from_what_an_instrument_declares(id: str, figure: str) -> None:
    assert choose_figure(load_instrument(id)) == figure


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_and_demands_stand_against_each_other_with_their_balance(language: Language) -> None:
    page = open_row("A6", language, "s1")
    shown = show_further(page)
    picture = read_pictures(shown)["other-energiemeter-levels"]
    assert picture.title == {"nl": "De energiebalans is gestegen", "en": "The energy balance rose"}[language]
    balance, sources, demands = (
        [float(cell.replace("\u2212", "-").replace(",", ".")) for cell in row[1:3]]
        for row in read_tables(shown)["further-energiemeter-table"][1:]
    )
    for total, plus, minus in zip(balance, sources, demands, strict=True):
        assert total == pytest.approx(plus - minus, abs=0.0101)
    name = {"nl": "Energiebalans", "en": "Energy balance"}[language]
    waves = {"nl": ("voor", "na"), "en": ("before", "after")}[language]
    assert {say(language, "figures.balance", label=name, wave=wave) for wave in waves} <= set(picture.words)
    label = {"nl": "Bronnen van energie", "en": "Sources of energy"}[language]
    part = load_text(language).say("pictures.strongest", label=label, wave=waves[1], names="\0").split("\0")[0]
    assert part in read_words(shown)
    assert {"nl": "‘Contact met leerlingen’ (50%)", "en": "‘Contact with pupils’ (50%)"}[language] in read_words(shown)  # 6 of 12
    first, second = {"nl": (label, "Eisen die energie kosten"), "en": (label, "Demands that take energy")}[language]
    assert say(language, "method.difference", label=name, first=first, second=second) in read_words(show_method(page))
    reason = write_reason(Estimate("not_computable", method="difference_of_scales"), page.study, page.text)
    assert reason == say(language, "reason.difference_of_scales")


@pytest.mark.parametrize("language", LANGUAGES)
def test_across_schools_the_strongest_are_a_mean_of_what_four_schools_show(language: Language) -> None:
    page = open_row("A6", language)
    study, results = estimate("A6")
    words = read_words(show_further(page))
    here = results.answers[
        (results.answers["item"] == "b1") & (results.answers["wave"] == "after") & results.answers["answer"].isin([4, 5])
    ]
    shares = here.assign(share=here["estimate"].fillna(0)).groupby("school")["share"].sum()
    assert len(shares) == len(study.schools) == 5
    mean = round_half_up(100 * float(shares.drop("s5").mean()), 0)  # the smallest school has no share
    assert f"({mean:g}%)" in words
    label = {"nl": "Bronnen van energie", "en": "Sources of energy"}[language]
    told = load_text(language).say("pictures.strongest_schools", label=label, wave={"nl": "na", "en": "after"}[language], names="\0")
    assert told.split("\0")[0] in words

    def hide(results: Results) -> Results:
        fewer = results.answers["school"].isin(["s1", "s2", "s3"])
        return replace(results, answers=results.answers[fewer].reset_index(drop=True))

    assert told.split("\0")[0] not in read_words(show_further(open_row("A6", language, change=hide)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_ways_of_job_crafting_stand_apart_and_are_never_summed(language: Language) -> None:
    page = show_further(open_row("A8", language, "s1"))
    names = {
        "nl": ["Zelf groeien in het werk", "Steun en feedback zoeken", "Nieuwe uitdagingen opzoeken", "Belasting verminderen"],
        "en": ["Growing in my work", "Seeking support and feedback", "Looking for new challenges", "Reducing strain"],
    }[language]
    picture = read_pictures(page)["other-jobcrafting_plan-levels"]
    joined = load_text(language).join([f"‘{name}’" for name in names[:2]])
    assert picture.title == say(language, "pictures.up.many", names=joined)
    assert [row[0] for row in read_tables(page)["further-jobcrafting_plan-table"][1:]] == names
    one = f"‘{names[0]}’"
    assert write_title("A8", language, skills="fell", people="same") == say(language, "pictures.down.one", names=one)
    assert write_title("A8", language, people="unclear") == say(language, "pictures.up.one", names=one)
    assert write_title("A8", language, skills="unclear", people="same") == say(language, "factors.none")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("verdict", "kind"), [("rose", "up"), ("fell", "down")])
def test_many_that_moved_are_named_in_part(language: Language, verdict: str, kind: str) -> None:
    labels = [load_text(language).pick(scale.label) for scale in load_instrument("teamfase7").scales]
    named = load_text(language).join([f"‘{label}’" for label in labels[:3]])
    for count, suffix in ((2, "many"), (4, "one"), (6, "many")):
        verdicts = {f"g{number}": verdict if number <= count else "unclear" for number in range(1, 8)}
        title = write_title("A9", language, **verdicts)
        if count == 2:
            both = load_text(language).join([f"‘{label}’" for label in labels[:2]])
            assert title == say(language, f"pictures.{kind}.many", names=both)
        else:
            assert title == say(language, f"pictures.{kind}_more.{suffix}", names=named, count=count - 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_stages_are_rungs_with_the_spread_of_ten_people_or_more(language: Language) -> None:
    picture = read_pictures(show_further(open_row("A9", language, "s1")))["culture-teamfase7-levels"]
    first = {"nl": "Oriëntatie", "en": "Orientation"}[language]
    assert say(language, "figures.rung", number=1, label=first) in picture.words
    assert say(language, "figures.spread") in picture.words
    wave = {"nl": "voor", "en": "before"}[language]
    assert say(language, "pictures.column_spread", wave=wave) in picture.table[0]
    study, _ = estimate("A9")
    scores = compute_scores(read_responses(study), study)
    own = (
        scores[(scores["school"] == "s1") & (scores["scale"] == "g1")]
        .pivot_table(index="respondent", columns="wave", values="score")
        .dropna()
    )
    assert len(own) == 11  # who came once is left out beside eleven who came twice
    assert picture.table[1][2] == load_text(language).number(float(np.std(own["before"], ddof=1)))
    small = read_pictures(show_further(open_row("A9", language, "s5")))["culture-teamfase7-levels"]
    assert small.table[1][2] == say(language, "empty.hidden", floor=10)


def test_the_spread_across_schools_is_that_within_them() -> None:
    _, results = estimate("A9")
    spreads = results.levels.query("quantity == 'sd' and scale == 'g1' and wave == 'after' and state == 'shown'")
    assert set(spreads["school"]) == {"s1", "s2", "s3", "s4"}
    expected = float(np.sqrt(np.mean(spreads["estimate"] ** 2)))
    table = read_pictures(show_further(open_row("A9", "en")))["culture-teamfase7-levels"].table
    assert table[1][5] == load_text("en").number(expected)

    def drop(results: Results) -> Results:
        fewer = results.levels[~((results.levels["school"] == "s4") & (results.levels["quantity"] == "sd"))]
        return replace(results, levels=fewer.reset_index(drop=True))

    few = read_pictures(show_further(open_row("A9", "en", change=drop)))["culture-teamfase7-levels"].table
    assert few[1][5] == say("en", "empty.not_computable")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_grade_has_its_classes_before_above_after(language: Language) -> None:
    page = open_row("E1", language, "s1")
    picture = read_pictures(show_engagement(page))["answers-cijfer1-statements"]
    given = pd.read_csv(ROWS / "E1" / "answers.csv", sep=";").query("school == 's1'")
    shares = [
        [
            round(100 * float(((grades >= low) & (grades < high)).mean()))
            for low, high in zip((1, 5.5, 6.5, 7.5, 8.5), (5.5, 6.5, 7.5, 8.5, 11), strict=True)
        ]
        for grades in (given.loc[given["wave"] == wave, "cijfer1_grade"] for wave in ("before", "after"))
    ]
    assert [[int(cell.rstrip("%")) for cell in row[2:7]] for row in picture.table[1:]] == shares
    text = load_text(language)
    assert say(language, "answers.class", low=text.number(5.5, 1), high="6") in picture.words
    side = say(language, "answers.from", number=text.number(7.5, 1))
    assert f"{side}: {sum(shares[0][3:])}%" in picture.words
    assert f"{say(language, 'answers.under', number=text.number(6.5, 1))}: {sum(shares[0][:2])}%" in picture.words
    waves = {"before": {"nl": "voor", "en": "before"}[language], "wave": {"nl": "na", "en": "after"}[language]}
    ends = {"first": f"{sum(shares[0][3:])}%", "share": f"{sum(shares[1][3:])}%"}
    assert picture.title == say(
        language, "answers.title_twice", side=side, label={"nl": "Cijfer", "en": "Grade"}[language], **ends, **waves
    )
    assert show_answers(page).markup == ""  # it stands with its mean, not among the statements
    assert "answers-cijfer1-statements" not in read_pictures(show_engagement(open_row("E1", language, "s2")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_topics_in_a_block_have_bars_before_above_after(language: Language) -> None:
    page = open_row("B2", language, "s1")
    shown = show_answers(page)
    picture = read_pictures(shown)["answers-cursus12-structuring"]
    waves = {"before": {"nl": "voor", "en": "before"}[language], "wave": {"nl": "na", "en": "after"}[language]}
    assert [row[1] for row in picture.table[1:]] == [waves["before"], waves["wave"]] * 4
    assert picture.words.count(waves["before"]) == picture.words.count(waves["wave"]) == 4
    assert say(language, "answers.lead_twice", **waves) in read_words(shown)
    assert say(language, "answers.caption_twice", **waves) in read_words(shown)
    blocks = read_pictures(show_further(page))["other-cursus12-levels"]
    assert {"nl": "Structureren", "en": "Structuring"}[language] in blocks.words


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_parts_of_a_plc_have_a_figure_in_the_summary(language: Language) -> None:
    page = show_summary_evidence(open_row("A14", language, "s1"))
    picture = read_pictures(page)["factors-verbiest4-levels"]
    assert [row[0] for row in picture.table[1:]] == [load_text(language).pick(s.label) for s in load_instrument("verbiest4").scales]
    assert picture.title == say(language, "factors.none")
    assert "gaps-table" not in read_tables(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_comparison_scales_that_stand_apart_have_a_figure_too(language: Language) -> None:
    study, _ = estimate("A8")
    page = open_row("A8", language, "s1")
    alone = replace(page, study=study.model_copy(update={"waves": study.waves[-1:], "comparisons": ()}))
    title = read_pictures(show_further(alone))["other-jobcrafting_plan-levels"].title
    assert title.startswith("‘")
    assert isinstance(show_further(alone), Html)
