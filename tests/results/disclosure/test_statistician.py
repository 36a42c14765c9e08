"""What the estimates of the model give away to somebody who knows how they are made: no more than the plain numbers beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.report.drawn_study import Drawn, draw_study
from tests.results.disclosure.statistician import Tried, attack
from toolkit import compute_scores, estimate_study, load_study, read_exports
from toolkit.results.estimation import estimate_results

#: an attacker is not better than guessing if the median error is at least this part of that of a guess.
AS_GOOD = 0.9
FEW, MANY = range(3), range(100, 300)


def draw(folder: Path, seed: int) -> Drawn:
    """Return a random study in which people answer as they do: each about a level of their own."""
    generator = np.random.default_rng(seed)
    drawn = draw_study(folder, generator)
    answers = [column for instrument in drawn.study.instruments for column in instrument.columns]
    people = drawn.responses["respondent"].unique()
    level = dict(zip(people, 3 + 0.8 * generator.standard_normal(len(people)), strict=True))
    given = drawn.responses[answers].to_numpy()
    made = drawn.responses["respondent"].map(level).to_numpy()[:, None] + 0.9 * generator.standard_normal(given.shape)
    drawn.responses[answers] = np.where(np.isnan(given), np.nan, np.clip(np.round(made), 1, 5))
    return drawn


def try_studies(folder: Path, seeds: range, **options: bool) -> list[Tried]:
    tried: list[Tried] = []
    for seed in seeds:
        drawn = draw(folder / str(seed), seed)
        results = estimate_results(drawn.study, drawn)
        tried += attack(results, compute_scores(drawn.responses, drawn.study), drawn.study, **options)
    return tried


def compare(tried: list[Tried]) -> float:
    """Return the median error of the attack as a part of that of the guess."""
    return float(np.median([one.attacked for one in tried]) / np.median([one.guessed for one in tried]))


@pytest.mark.parametrize("known", [True, False])
def test_the_numbers_of_the_model_tell_a_statistician_nothing_of_few_people(tmp_path: Path, known: bool) -> None:
    tried = try_studies(tmp_path, FEW, known=known)
    assert len(tried) > 50 and compare(tried) >= AS_GOOD


def test_the_means_of_the_model_beside_plain_means_did() -> None:
    assert compare(attack_example("zes_scholen", known=True, ends=True)) < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("known", [True, False])
def test_the_numbers_of_the_model_tell_nothing_in_two_hundred_studies(tmp_path: Path, known: bool) -> None:
    assert compare(try_studies(tmp_path, MANY, known=known)) >= AS_GOOD


def attack_example(name: str, **options: bool) -> list[Tried]:
    study = load_study(Path(__file__).parents[3] / "datasets" / name)
    exports = read_exports(study)
    return attack(estimate_study(study, exports).results, compute_scores(exports.responses, study), study, **options)


@pytest.mark.parametrize("name", ["zes_scholen", "univbct"])
@pytest.mark.parametrize("known", [True, False])
def test_the_example_studies_give_nobody_away(name: str, known: bool) -> None:
    assert compare(attack_example(name, known=known)) >= AS_GOOD
