"""Several ratings on pages of small studies (tests/data/rows): all named, each in its measurement, with the difference between them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from scipy.stats import ttest_rel

from tests.report.reading import read_pictures, read_tables, read_words
from tests.report.rows import LANGUAGES, Change, estimate, open_row
from toolkit.languages import Language, load_text
from toolkit.report.html.elements import Html
from toolkit.report.sections.outcomes import show_further
from toolkit.responses.exports import read_exports
from toolkit.results.results import Results

BEFORE = {"nl": "voor", "en": "before"}
AFTER = {"nl": "na", "en": "after"}


def show(row: str, language: Language, school: str = "s1", change: Change | None = None) -> Html:
    return show_further(open_row(row, language, school, change))


def say(language: Language, key: str, **places: object) -> str:
    return load_text(language).say(f"ratings.{key}", **places).replace("\u00a0", " ")


def end(language: Language, nl: str, en: str, wave: dict[str, str]) -> str:
    return say(language, "end", rating={"nl": nl, "en": en}[language], wave=wave[language])


def label(language: Language, nl: str, en: str) -> str:
    return f"‘{nl if language == 'nl' else en}’"


def alter(rating: str, scale: str = "", table: str = "change", **values: object) -> Change:
    def change(results: Results) -> Results:
        frame: pd.DataFrame = getattr(results, table)
        here = (frame["rating"] == rating) & (frame["scale"].eq(scale) if scale else True)
        told = frame.assign(**{name: frame[name].mask(here, value) for name, value in values.items()})
        return replace(results, **{table: told})

    return change


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_expected_stands_beside_what_was_experienced_later_in_a_matrix(language: Language) -> None:
    page = show("E11", language)
    expected, experienced = (
        end(language, "verwacht", "expected", BEFORE), end(language, "ervaren", "experienced", AFTER)
    )  # fmt: skip
    short = label(language, "Persoon, korte termijn", "Person, short term")
    words = read_words(page)
    assert say(language, "higher", first=expected, last=experienced, which=short) in words
    far = label(language, "School, lange termijn", "School, long term")[1:-1]
    assert say(language, "title", first=expected, last=experienced, label=far) in words
    assert say(language, "caption_matrix", low="1", high="5") in words
    assert load_text(language).say("empty.not_measured") not in words
    table = read_tables(page)["ratings-meerwaarde13-added-table"]
    assert [cell.lower() for cell in table[0][1:3]] == [expected, experienced]
    assert [row[-1] for row in table[1:]] == [say(language, f"word.{kind}") for kind in ("higher", "lower", "unclear", "lower")]
    assert len(read_pictures(page)) == 1


def test_the_difference_is_the_paired_one_of_who_answered_both() -> None:
    study, results = estimate("E11")
    answers = read_exports(study).responses.query("school == 's1'").set_index(["respondent", "wave"])
    expected, experienced = (
        answers[[f"meerwaarde13_m{n}_{r}" for n in (10, 11, 12, 13)]].mean(axis=1) for r in ("expected", "experienced")
    )
    both = pd.DataFrame({"first": expected.xs("before", level="wave"), "last": experienced.xs("after", level="wave")}).dropna()
    found = ttest_rel(both["last"], both["first"])
    change = results.change.query("school == 's1' and scale == 'organisation_long' and rating == 'added' and quantity == 'change_pairs'")
    assert change["estimate"].item() == pytest.approx(both["last"].mean() - both["first"].mean(), abs=1e-6)
    interval = found.confidence_interval()
    assert change[["low", "high"]].to_numpy().ravel() == pytest.approx([interval.low, interval.high], abs=1e-6)
    assert change["n"].item() == len(both) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_looking_back_gives_the_change_the_change_in_hindsight_and_the_shift_of_the_standard(language: Language) -> None:
    page = show("B4", language)
    words = read_words(page)
    tables = read_tables(page)
    assert {name.partition("leider_terug-")[2] for name in tables} == {"shift-table", "gain-after-table", "now-table"}
    now, later = (end(language, "nu", "now", wave) for wave in (BEFORE, AFTER))
    then = end(language, "toen, achteraf", "then, looking back", AFTER)
    heads = {
        name: [cell.lower() for cell in tables[f"ratings-leider_terug-{name}-table"][0][1:3]] for name in ("shift", "gain-after", "now")
    }
    assert heads == {"shift": [now, then], "gain-after": [then, later], "now": [now, later]}
    places = {"now": {"nl": "nu", "en": "now"}[language], "then": {"nl": "toen, achteraf", "en": "then, looking back"}[language]}
    assert say(language, "hindsight", **places) in words
    assert tables["ratings-leider_terug-gain-after-table"][1][3:5][1] == {"nl": "0,77 tot 1,73", "en": "0.77 to 1.73"}[language]
    first = label(language, "Uitleggen wat een PLG is", "Explaining what a PLC is")
    assert say(language, "maybe_lower", first=now, last=then, which=first) in words
    assert say(language, "chance", count=load_text(language).say("numeral.n4")) in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_target_is_never_the_result(language: Language) -> None:
    page = show("A12", language)
    words = read_words(page)
    tables = read_tables(page)
    actual, target = end(language, "bereikt", "reached", AFTER), end(language, "streefcijfer", "target", AFTER)
    assert [cell.lower() for cell in tables["ratings-prestatieplan-target_less_actual-after-table"][0][1:3]] == [actual, target]
    assert say(language, "caption_bullets", low="0", high="100") in words
    assert say(language, "unclear", first=end(language, "streefcijfer", "target", BEFORE), last=target) in words
    attained = tables["ratings-prestatieplan-attained-table"]
    assert attained[1][1] == {"nl": "45% (35% tot 56%)", "en": "45% (35% to 56%)"}[language]
    names = {"nl": ("streefcijfer", "bereikt"), "en": ("target", "reached")}[language]
    assert say(language, "table_attained", aim=names[0], now=names[1]) in words
    assert say(language, "attained_note", aim=names[0], now=names[1]) in words
    assert tables["ratings-prestatieplan-attained-table"][0][1] == say(language, "attained", level="95%")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_follow_the_verdict_and_what_is_hidden_stays_so(language: Language) -> None:
    changed = show("B4", language, change=alter("shift", verdict="indication_rose"))
    which = say(language, "which", numeral=load_text(language).say("numeral.n4"), count=load_text(language).say("numeral.n4"))
    now, then = end(language, "nu", "now", BEFORE), end(language, "toen, achteraf", "then, looking back", AFTER)
    assert say(language, "maybe_higher", first=now, last=then, which=which) in read_words(changed)
    rows = read_tables(changed)["ratings-leider_terug-shift-table"][1:]
    assert {row[-1] for row in rows} == {say(language, "word.maybe_higher")}
    assert say(language, "word.maybe_lower") in read_words(show("B4", language))
    hidden = {"state": "hidden", "method": "too_few"}
    reason = load_text(language).say("reason.too_few", floor=5)
    assert say(language, "hidden", reason=reason) in read_words(show("B4", language, change=alter("shift", **hidden)))
    gone = alter("actual", method="gap_too_small", state="not_computable")
    assert say(language, "gap_small") in read_words(show("A12", language, change=gone))

    def hide_all(results: Results) -> Results:
        return replace(results, change=results.change.iloc[:0], levels=results.levels.iloc[:0])

    nothing = read_words(show("E11", language, change=hide_all))
    assert say(language, "nothing", reason=load_text(language).say("reason.not_measured")) in nothing


@pytest.mark.parametrize("language", LANGUAGES)
def test_over_schools_stand_means_of_schools(language: Language) -> None:
    page = show("A12", language, "")
    assert read_tables(page)["ratings-prestatieplan-attained-table"][1][1].startswith("50% (38%")
    assert say(language, "pair", label="x", first="a", last="b", low="1", high="2") == "x: a 1, b 2"
    assert say(language, "table", first="a", last="b") and say(language, "of", label="a", rating="b") == "a (b)"
    assert say(language, "difference") in read_words(page) and say(language, "column_word") in read_words(page)
    assert say(language, "lower", first="a", last="b", which="c")
