"""What the estimates of the models give away to somebody who knows how they are made: no more than the plain numbers beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.estimated import estimate_shipped
from tests.report.drawn_study import WAVES, Drawn, draw_led_study, draw_responses, draw_study, list_sources, make_study, write_pages
from tests.results.disclosure.published_numbers import Number, read_export, read_export_answers, read_pages
from tests.results.disclosure.statistician import Statistician, Tried
from toolkit import load_study
from toolkit.results.disclosure.released_data import combine_results
from toolkit.results.estimation import estimate_results
from toolkit.results.results import Results
from toolkit.schemas import FINDINGS

#: an attacker is not better than guessing if the median error is at least this part of that of a guess.
AS_GOOD = 0.9
FEW, MANY = range(3), range(100, 300)
READINGS = ("export", "pages", "both")


def draw(folder: Path, seed: int, make: Callable[[Path, np.random.Generator], Drawn] = draw_study) -> Drawn:
    """Return a random study in which people answer as they do: each about a level of their own."""
    generator = np.random.default_rng(seed)
    drawn = make(folder, generator)
    answers = [column for instrument in drawn.study.instruments for column in instrument.columns]
    people = drawn.responses["respondent"].unique()
    level = dict(zip(people, 3 + 0.8 * generator.standard_normal(len(people)), strict=True))
    given = drawn.responses[answers].to_numpy()
    made = drawn.responses["respondent"].map(level).to_numpy()[:, None] + 0.9 * generator.standard_normal(given.shape)
    drawn.responses[answers] = np.where(np.isnan(given), np.nan, np.clip(np.round(made), 1, 5))
    return drawn


def read(drawn: Drawn, results: Results, folder: Path, language: str, knows: Statistician) -> dict[str, list[Number]]:
    """Return the numbers in the export, in the pages, and in both."""
    table = combine_results(results, drawn.study)
    export = [*read_export(table), *read_export_answers(table, knows)]
    printed = list(read_pages(write_pages(drawn, folder / "out", (language,), results=results), knows))
    return dict(zip(READINGS, (export, printed, [*export, *printed]), strict=True))


def try_study(drawn: Drawn, results: Results, folder: Path, language: str, **options: bool) -> dict[tuple[str, bool], list[Tried]]:
    """Return what becomes of the small groups per reading, with the correlations known and not."""
    found: dict[tuple[str, bool], list[Tried]] = {}
    knowing = {known: Statistician(drawn, known=known, by_role=options.get("by_role", False)) for known in (True, False)}
    for reading, numbers in read(drawn, results, folder, language, knowing[True]).items():
        found |= {(reading, known): one.try_numbers(numbers, ends=options.get("ends", False)) for known, one in knowing.items()}
    return found


def try_studies(folder: Path, seeds: range, **options: bool) -> dict[tuple[str, bool], list[Tried]]:
    """Return what becomes of the small groups of random studies; one language in turn, for both say the same numbers."""
    tried: dict[tuple[str, bool], list[Tried]] = {}
    for seed in seeds:
        drawn = draw(folder / str(seed), seed, draw_led_study if options.get("by_role") else draw_study)
        found = try_study(drawn, estimate_results(drawn.study, drawn), folder / str(seed), ("nl", "en")[seed % 2], **options)
        for key, each in found.items():
            tried.setdefault(key, []).extend(each)
    return tried


def compare(tried: list[Tried]) -> float:
    """Return the median error of the attack as a part of that of the guess."""
    return float(np.median([one.attacked for one in tried]) / np.median([one.guessed for one in tried]))


def keep_leaders(tried: list[Tried]) -> list[Tried]:
    return [one for one in tried if one.role in ("head", "leader")]


def test_the_numbers_of_the_models_tell_a_statistician_nothing_of_few_people(tmp_path: Path) -> None:
    for key, tried in try_studies(tmp_path, FEW).items():
        assert len(tried) > 50 and compare(tried) >= AS_GOOD, key


@pytest.mark.slow
def test_they_tell_nothing_of_leaders_beside_their_teachers(tmp_path: Path) -> None:
    for key, tried in try_studies(tmp_path, FEW, by_role=True).items():
        leaders = keep_leaders(tried)
        assert len(leaders) > 30 and compare(leaders) >= AS_GOOD and compare(tried) >= AS_GOOD, key


@pytest.mark.slow
@pytest.mark.parametrize("by_role", [False, True])
def test_the_numbers_of_the_models_tell_nothing_in_two_hundred_studies(tmp_path: Path, by_role: bool) -> None:
    for key, tried in try_studies(tmp_path, MANY, by_role=by_role).items():
        assert compare(tried) >= AS_GOOD, key
        assert not by_role or compare(keep_leaders(tried)) >= AS_GOOD, key


def read_example(name: str) -> tuple[Drawn, Results]:
    found = estimate_shipped(name)
    return Drawn(found.study, found.exports.responses, found.exports.findings, found.exports.sources), found.results


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Drawn, dict[str, list[Number]]]:
    """Return zes_scholen and what is read of it."""
    drawn, results = read_example("zes_scholen")
    return drawn, read(drawn, results, tmp_path_factory.mktemp("example"), "nl", Statistician(drawn, known=True))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("reading", READINGS)
def test_the_example_study_gives_nobody_away(example: tuple[Drawn, dict[str, list[Number]]], reading: str, known: bool) -> None:
    drawn, numbers = example
    assert compare(Statistician(drawn, known=known).try_numbers(numbers[reading])) >= AS_GOOD


@pytest.mark.slow
def test_a_study_of_many_units_gives_nobody_away(tmp_path: Path) -> None:
    drawn, results = read_example("univbct")
    for key, tried in try_study(drawn, results, tmp_path, "en").items():
        assert compare(tried) >= AS_GOOD, key


@pytest.mark.parametrize(("reading", "part"), [("export", 0.5), ("pages", 0.8), ("both", 0.5)])
def test_the_means_of_the_model_beside_plain_means_did(example: tuple[Drawn, dict[str, list[Number]]], reading: str, part: float) -> None:
    drawn, numbers = example
    assert compare(Statistician(drawn, known=True).try_numbers(numbers[reading], ends=True)) < part


def draw_one_on_trajectory(folder: Path, seed: int) -> Drawn:
    """Return a study of four to six schools of which only the first is on the trajectory."""
    generator, count = np.random.default_rng(seed), 4 + seed % 3
    make_study(folder, WAVES[: 2 + seed % 2], count, grouped=True)
    file = folder / "study.toml"
    first, *others = file.read_text(encoding="utf-8").split("[[schools]]")[1:]
    head = file.read_text(encoding="utf-8").split("[[schools]]")[0]
    others = [school.replace('"trajectory"', '"comparison"') for school in others]
    file.write_text("[[schools]]".join([head, first, *others]), encoding="utf-8")
    study = load_study(folder)
    responses = draw_responses(study, [int(generator.choice([12, 14, 18, 24])) for _ in range(count)], generator)
    return Drawn(study, responses, FINDINGS.empty(), list_sources(study, responses, FINDINGS.empty()))


def test_the_only_school_on_the_trajectory_is_told_no_finer_than_others(tmp_path: Path) -> None:
    drawn = draw(tmp_path, 4, lambda folder, _: draw_one_on_trajectory(folder, 4))
    table = combine_results(estimate_results(drawn.study, drawn), drawn.study)
    tried = Statistician(drawn, known=True).try_numbers([n for n in read_export(table) if n.about == ("energy", "total", "")])
    assert compare([one for one in tried if one.cell[0] == "s1"]) >= AS_GOOD


def test_what_is_read_is_what_the_answers_give(tmp_path: Path) -> None:
    drawn = draw(tmp_path, 4)
    knows = Statistician(drawn, known=True)
    for reading, numbers in read(drawn, estimate_results(drawn.study, drawn), tmp_path, "en", knows).items():
        misses = knows.list_misses(numbers)
        assert len(misses) > (150 if reading == "pages" else 500), reading  # of this draw pages tell 193 numbers, the export 613
        assert np.mean(np.array(misses) > 1.5) < 0.05, reading  # a page may round so that before and change give after
