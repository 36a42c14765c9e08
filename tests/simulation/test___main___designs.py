"""The invented cohorts with comparison schools and with staggered starts: shipped as made, and true to their study files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from toolkit.simulation.__main__ import COMPARISON, DESIGNS, SEED, STAGGERED, invent_design
from toolkit.study.loading import load_study
from toolkit.study.study import Study

DATASETS = Path(__file__).parents[2] / "datasets"


def list_begun(study: Study) -> list[list[bool]]:
    """Return per school and wave whether the trajectory of the school had begun by then."""
    return [[school.start is not None and school.start <= wave.date for wave in study.waves] for school in study.schools]


@pytest.mark.parametrize("design", DESIGNS)
def test_shipped_cohorts_are_what_the_generator_makes(design: str, tmp_path: Path) -> None:
    invent_design(tmp_path, design, SEED)
    made = [path.relative_to(tmp_path) for path in sorted(tmp_path.rglob("*.*"))]
    assert [path.name for path in made] == [*(f"{wave}.csv" for wave in DESIGNS[design].waves), "truth.toml"]
    assert [path for path in made if (tmp_path / path).read_bytes() != (DATASETS / design / path).read_bytes()] == []


@pytest.mark.parametrize("design", DESIGNS)
def test_study_file_says_which_schools_and_waves_were_invented_and_who_had_begun(design: str) -> None:
    study, invention = load_study(DATASETS / design), DESIGNS[design]
    assert tuple(school.id for school in study.schools) == invention.schools
    assert tuple(wave.date for wave in study.waves) == invention.dates
    assert list_begun(study) == (invention.list_exposure() > 0).tolist()


def test_comparison_schools_are_the_ones_that_are_never_reached() -> None:
    groups = [school.group for school in load_study(DATASETS / "vergelijking").schools]
    assert groups == ["trajectory" if reached else "comparison" for reached in COMPARISON.list_exposure().any(axis=1)]


def test_true_effects_are_told_of_schools_that_had_begun_only() -> None:
    truth = tomllib.loads((DATASETS / "gespreide_start" / "truth.toml").read_text(encoding="utf-8"))
    assert list(truth["effect"]) == ["w2", "w3", "w4"]
    for wave, outcomes in truth["effect"].items():
        reached = STAGGERED.list_exposure()[:, STAGGERED.waves.index(wave)] > 0
        assert list(outcomes["energie_own9.total"]) == ["average", "spread", *np.array(STAGGERED.schools)[reached]]
