"""Every shipped instrument goes the whole road: files by id and in Dutch words, scores, and a page of a school in both languages."""

from __future__ import annotations

import html
import re
from functools import reduce
from operator import sub
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.report.drawn_study import execute
from toolkit import compute_scores, estimate_results, load_study, read_exports
from toolkit.languages import Language, load_text
from toolkit.new_study.recognition import FEWEST, recognise_file
from toolkit.report.content.view import View
from toolkit.simulation.population import TRAITS
from toolkit.simulation.survey_files import write_label
from toolkit.study.answers import WORDED, Answers
from toolkit.study.instruments import Instrument, list_instruments, load_instrument

STUDY = """
id = "road"
title = {{ nl = "De hele weg", en = "The whole road" }}
languages = ["nl", "en"]
report_date = 2026-07-01
instruments = {asked}
schools = [{{ id = "s1", name = "School A" }}]
outcomes = {{ primary = "{primary}" }}
waves = [
  {{ id = "before", date = 2025-09-15, label = {{ nl = "voor", en = "before" }} }},
  {{ id = "after", date = 2026-06-22, label = {{ nl = "na", en = "after" }} }},
]
sources = [
  {{ file = "before.csv", layout = "by_id", wave = "before" }},
  {{ file = "after.csv", layout = "in_words", wave = "after" }},
]
[layouts.by_id]
respondent = "Code"
[layouts.in_words]
respondent = "Code"
items_by = "wording"
"""
#: the instruments of the example studies, which other tests follow to their pages.
EXAMPLES = {id for id, _ in TRAITS}
INSTRUMENTS = [load_instrument(id) for id in list_instruments()]
PEOPLE = 12
CODES = [f"p{number}" for number in range(PEOPLE)]


def write_files(instrument: Instrument, folder: Path) -> dict[str, pd.DataFrame]:
    """Write two measurements, one by id in numbers and one by the Dutch question in words, and return what was answered in each."""
    folder.mkdir()
    generator, given = np.random.default_rng(3), dict[str, pd.DataFrame]()
    for wave in ("before", "after"):
        answers = {}
        for column, (item, rating) in instrument.columns.items():
            scale, named = instrument.find_answers(rating, item), instrument.find_rating(rating)
            if named and named.asked == {"before": "later", "after": "first"}[wave]:
                continue
            low = int(scale.max if scale.kind in WORDED else scale.min)
            answers[column] = generator.integers(low, int(scale.max) + 1, PEOPLE)
        given[wave] = pd.DataFrame(answers, index=pd.Index(CODES, name="Code"))
    numbers, words = (given[wave].astype(object) for wave in ("before", "after"))
    for column, (item, rating) in instrument.columns.items():
        if column in numbers:
            numbers[column] = [write_cell(float(value), instrument.find_answers(rating, item)) for value in numbers[column]]
    for column, (item, rating) in instrument.columns.items():
        if column not in words:
            continue
        scale, name = instrument.find_answers(rating, item), item.text.get("nl", item.label["nl"])
        words[column] = [write_cell(float(value), scale, in_words=True) for value in given["after"][column]]
        named = instrument.find_rating(rating)
        words = words.rename(columns={column: f"{name} [{named.label['nl']}]" if named else name})
    numbers.to_csv(folder / "before.csv", sep=";")
    words.to_csv(folder / "after.csv", sep=";", encoding="utf-8")
    return given


def write_cell(value: float, answers: Answers, *, in_words: bool = False) -> object:
    """Return an answer as an export holds it, by its number or in words."""
    if answers.kind in WORDED:
        return "tijd, rust"
    if not answers.options:
        return write_label(value, answers) if in_words else int(value)
    named = {option.value: option.nl[0] if in_words else f"{option.value:g}" for option in answers.options}
    return ";".join(named[picked] for picked in answers.list_picked(value)) or "(none)"


def turn_round(answers: pd.DataFrame, instrument: Instrument, rating: str) -> pd.DataFrame:
    """Return the answers to each item in one rating, by the id of the item, reversed items turned round."""
    scale = instrument.find_answers(rating)
    found = {item.id: answers[instrument.name_column(item.id, rating)] for item in instrument.items}
    return pd.DataFrame({item.id: scale.min + scale.max - found[item.id] if item.reverse else found[item.id] for item in instrument.items})


def test_a_shipped_instrument_is_recognised_by_its_questions_and_taken_for_no_other(tmp_path: Path, subtests: pytest.Subtests) -> None:
    for instrument in INSTRUMENTS:
        if len(instrument.items) < FEWEST:
            continue
        with subtests.test(instrument.id):
            given = write_files(instrument, tmp_path / instrument.id)
            (found,) = recognise_file(tmp_path / instrument.id / "after.csv", tmp_path / "study", "en")
            assert (found.layout["items_by"], found.layout["respondent"]) == ("wording", "Code")
            assert {doubt.code for doubt in found.doubts} <= ({"instruments_alike"} if "uwes" in instrument.id else set())
            assert [entry.id for entry in found.instruments] == [instrument.id]
            assert set(found.items) == set(given["after"].columns)


def test_a_shipped_instrument_goes_from_files_to_a_page_in_both_languages(tmp_path: Path, subtests: pytest.Subtests) -> None:
    for instrument in INSTRUMENTS:
        if instrument.id not in EXAMPLES:
            with subtests.test(instrument.id):
                go_the_road(instrument, tmp_path / instrument.id)


def go_the_road(instrument: Instrument, folder: Path) -> None:
    """Hold the answers, scores and pages of a study with this instrument to what was written in its files."""
    rating, given = instrument.leading_rating, write_files(instrument, folder)
    scale = next((f"{instrument.id}.{scale.id}" for scale in instrument.scales), "cijfer1.grade")
    primary = ".".join(part for part in (scale, rating) if part)
    asked = [instrument.id, *([] if instrument.scales else ["cijfer1"])]
    (folder / "study.toml").write_text(STUDY.format(asked=asked, primary=primary), encoding="utf-8")
    study = load_study(folder)

    exports = read_exports(study)
    assert instrument.scales == () or set(exports.findings["severity"]) <= {"tells"}  # of cijfer1 nothing was asked
    responses = exports.responses.set_index(["wave", "respondent"]).sort_index()
    for wave, answers in given.items():
        assert np.array_equal(responses.loc[wave].loc[CODES, list(answers)].to_numpy(), answers.to_numpy()), wave

    scores = (
        compute_scores(exports.responses, study).set_index(["instrument", "scale", "rating", "wave", "respondent"])["score"].sort_index()
    )
    for scale in instrument.scales:
        for wave, answers in given.items():
            if instrument.name_column(scale.items[0], rating) not in answers:  # this measurement does not ask it
                continue
            turned = turn_round(answers, instrument, rating)
            parts = [instrument.find_scale(part) for part in scale.difference or ()] or [scale]
            expected = reduce(sub, [turned[list(part.items)].mean(axis=1) for part in parts])
            assert scores.loc[(instrument.id, scale.id, rating, wave)].loc[CODES].to_numpy() == pytest.approx(expected.to_numpy())

    results = estimate_results(study, exports)
    languages: tuple[Language, ...] = ("nl", "en")
    for language in languages:
        page = execute("school_report", View(study, results.for_school("s1"), load_text(language), "s1"))
        words = html.unescape(re.sub(r"<[^>]+>", " ", page))
        assert "<svg" in page or not instrument.scales
        assert [scale.id for scale in instrument.scales if scale.label[language] not in words] == []
        assert instrument.about[language].partition(".")[0] in words
