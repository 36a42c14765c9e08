"""Who carries what (`rollen28`, rows D1 and D2): contested first, key and agreement beside the answers, leaders against staff."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from statsmodels.stats.inter_rater import cohens_kappa, to_table

from tests.report.reading import read_tables, read_words
from tests.report.rows import LANGUAGES, ROWS, estimate
from toolkit.errors import DefinitionError
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html
from toolkit.report.sections.choices import list_batteries, make_question
from toolkit.report.sections.role_map import MapColumn, compare_tops, show_role_map
from toolkit.results.disclosure.audiences import take_audience
from toolkit.study.loading import load_study

WORDS = {"nl": {"leiding": 1, "medewerkers": 2, "allebei": 3}, "en": {"leadership": 1, "staff": 2, "both": 3}}
WAVES = {"nl": ("voor", "na"), "en": ("before", "after")}


@cache
def show(language: Language, school: str = "") -> Html:
    study, results = estimate("D2")
    return show_role_map(View(study, take_audience(results, study, school=school), load_text(language), school))


def say(language: Language, key: str, **places: object) -> str:
    return load_text(language).say(f"role_map.{key}", **places).replace("\u00a0", " ")


def read(page: Html) -> str:
    return read_words(page).replace("\u00a0", " ")


def read_top(cell: str, language: Language) -> int | None:
    return WORDS[language].get(cell.split(" (")[0].split(": ")[-1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_has_leaders_and_staff_before_agreed_and_after_and_the_key(language: Language) -> None:
    page = show(language)
    table = read_tables(page)["map-rollen28-who-table"]
    before, after = WAVES[language]
    date = {"nl": "20 november 2025", "en": "20 November 2025"}[language]
    names = [("statement", ""), ("leaders", before), ("staff", before), ("agreed", date), ("leaders", after), ("staff", after), ("key", "")]
    assert table[0] == [say(language, f"column_{name}", wave=wave) for name, wave in names]
    assert len(table) == 29
    study = estimate("D2")[0]
    labels = {load_text(language).pick(item.label): item for item in study.instruments[0].items}
    assert [read_top(row[-1], language) for row in table[1:]] == [int(labels[row[0]].key) for row in table[1:]]
    agreed = {row[0]: row[3] for row in table[1:]}
    assert sum(cell != say(language, "no_option") for cell in agreed.values()) == 6
    for key, places in (("lead", {}), ("single", {}), ("caption", {"wave": after}), ("title", {"label": table[1][0], "wave": after})):
        assert say(language, key, **places) in read(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_kappa_is_over_statements_from_what_the_table_shows(language: Language) -> None:
    page = show(language)
    table = read_tables(page)["map-rollen28-who-table"]
    for wave, first in zip(WAVES[language], (1, 4), strict=True):
        tops = [[read_top(cell, language) for cell in row[first : first + 2]] for row in table[1:]]
        known = [pair for pair in tops if None not in pair]
        theirs = cohens_kappa(to_table(known)[0])
        numbers = (("estimate", theirs.kappa), ("low", theirs.kappa_low), ("high", theirs.kappa_upp))
        places = {name: load_text(language).number(min(float(value), 1.0), 2) for name, value in numbers}
        same = sum(one == other for one, other in known)
        level = load_text(language).percent(0.95)
        assert say(language, "kappa", wave=wave, same=same, count=len(known), level=level, **places) in read(page)
    assert say(language, "kappa_means") in read(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_how_often_the_key_and_the_agreement_were_picked_most(language: Language) -> None:
    page = show(language)
    table = read_tables(page)["map-rollen28-who-table"]
    text = load_text(language)
    before, after = WAVES[language]
    moments = ((1, "leaders", before), (2, "staff", before), (4, "leaders", after), (5, "staff", after))
    for goal, key, date in ((6, "follows_key", ""), (3, "follows_agreed", {"nl": "20 november 2025", "en": "20 November 2025"}[language])):
        rows = [row for row in table[1:] if row[goal] != say(language, "no_option")]
        counts = []
        for place, side, wave in moments:
            same = sum(read_top(row[place], language) == read_top(row[goal], language) for row in rows)
            counts.append(say(language, "count", same=same, count=len(rows), moment=say(language, f"{side}_in", wave=wave)))
        assert say(language, key, counts=text.join(counts), date=date) in read(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_school_sees_everyone_before_and_after_and_its_own_agreement_or_why_not(language: Language) -> None:
    table = read_tables(show(language, "s1"))["map-rollen28-who-table"]
    before, after = WAVES[language]
    assert [say(language, "column_everyone", wave=wave) in table[0] for wave in (before, after)] == [True, True]
    assert len(table[0]) == 6  # the statement, two waves, two agreements, the key
    small = read(show(language, "s2"))
    assert say(language, "nothing", reason=load_text(language).say("reason.too_few_for_spread", floor=10)) in small


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_only_means_of_schools_are_known_they_stand_there_and_equal_shares_name_none(language: Language) -> None:
    study, results = estimate("D2")
    shares = results.shares.assign(state=results.shares["state"].where(results.shares["role"] == "", "hidden"))
    over = (shares["school"] == "") & (shares["role"] == "")
    told = {"state": "shown", "schools": 6, "n": 59, "estimate": shares["answer"] / 6, "low": 0.1, "high": 0.9}
    made = shares.assign(**{name: shares[name].mask(over, value) for name, value in told.items()})
    made["estimate"] = made["estimate"].mask(over & (made["item"] == "r1"), 0.33)
    page = read(show_role_map(View(study, replace(results, shares=made), load_text(language))))
    assert say(language, "caption_schools", wave=WAVES[language][1]) in page and say(language, "equal") in page
    assert say(language, "kappa_means") not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_both_always_choose_alike_there_is_no_kappa_but_a_sentence(language: Language) -> None:
    study, results = estimate("D2")
    leaders = results.shares[results.shares["role"] == "leaders"]
    alike = pd.concat([results.shares[results.shares["role"] != "staff"], leaders.assign(role="staff")], ignore_index=True)
    view = View(study, replace(results, shares=alike), load_text(language))
    words = read(show_role_map(view))
    counts = [count for count in range(20, 29) if say(language, "kappa_all", count=count, wave=WAVES[language][1]) in words]
    assert len(counts) == 1


def test_statements_on_which_one_side_has_no_clear_choice_are_no_part_of_kappa() -> None:
    study, results = estimate("D2")
    view = View(study, results, load_text("en"))
    questions = [make_question(view, study.instruments[0], *found) for found in list_batteries(study.instruments[0])[0]]
    ids = [question.item.id for question in questions]
    leaders = MapColumn("x", "", "leaders", dict.fromkeys(ids, (60, 20, 20)), {}, {})
    staff = MapColumn("x", "", "staff", {id: (40, 40, 20) if id == "r1" else (60, 20, 20) for id in ids[:12]}, {}, {})
    kappa = compare_tops(leaders, staff, questions, 0.95)
    assert (kappa.agreed, kappa.n) == (11, 11)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('instrument = "rollen28"\ndate = 2026-01-15\nitems = { r99 = "both" }', "There is no item ‘r99’."),
        ('instrument = "rollen28"\ndate = 2026-01-15\nitems = { r1 = "nobody" }', "There is no answer ‘nobody’."),
        ('instrument = "rollen28"\nschool = "s9"\ndate = 2026-01-15\nitems = { r1 = "both" }', "There is no school ‘s9’."),
        ('instrument = "cijfer1"\ndate = 2026-01-15\nitems = { r1 = "both" }', "There is no instrument ‘cijfer1’."),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_agreement_on_what_is_not_there_is_refused(tmp_path: Path, language: Language, line: str, said: str) -> None:
    source = (ROWS / "D2" / "study.toml").read_text(encoding="utf-8").replace('["nl", "en"]', f'["{language}"]')
    (tmp_path / "study.toml").write_text(f"{source}\n[[agreed]]\n{line}\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        load_study(tmp_path)
    dutch = {"item": "vraag", "answer": "antwoord", "school": "school", "instrument": "vragenlijst"}
    what = said.split(" ")[3]
    assert (said if language == "en" else said.replace(f"There is no {what}", f"Er is geen {dutch[what]}")) in str(error.value)
