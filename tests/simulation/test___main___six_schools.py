"""The invented schools and the studies that the toolkit ships: the same bytes each time, and files that hold what was answered."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.responses.exports import list_findings, read_responses
from toolkit.simulation.__main__ import SEED, invent_exports
from toolkit.simulation.population import Invention, invent_population, invent_responses
from toolkit.simulation.survey_files import list_questions
from toolkit.study.loading import load_study

DATASETS = Path(__file__).parents[2] / "datasets"
SHIPPED = DATASETS / "zes_scholen"


def list_contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of the exports, the records and the truth in `folder`, by name."""
    paths = [*sorted((folder / "exports").iterdir()), *sorted((folder / "records").iterdir()), folder / "truth.toml"]
    return {path.name: path.read_bytes() for path in paths}


def test_shipped_exports_are_what_the_generator_makes(tmp_path: Path) -> None:
    invent_exports(tmp_path)
    made, shipped = list_contents(tmp_path), list_contents(SHIPPED)
    assert list(made) == list(shipped)
    assert [name for name in made if made[name] != shipped[name]] == []


def test_another_seed_gives_other_answers_and_another_truth(tmp_path: Path) -> None:
    invent_exports(tmp_path, SEED + 1)
    made, shipped = list_contents(tmp_path), list_contents(SHIPPED)
    records = ["contacten.csv", "doelen.xlsx", "indicatoren.csv"]
    assert [name for name in made if made[name] == shipped[name]] == records, "what happened does not depend on chance"


@pytest.mark.parametrize(("folder", "schools", "waves"), [("zes_scholen", 6, 2), ("univbct", 43, 3)])
def test_shipped_studies_load_and_their_files_are_there(folder: str, schools: int, waves: int) -> None:
    study = load_study(DATASETS / folder)
    assert (len(study.schools), len(study.waves)) == (schools, waves)
    assert [source.file for source in study.sources if not (study.folder / source.file).is_file()] == []
    assert study.find_smallest_change(study.primary) is not None
    assert set(study.languages) == {"nl", "en"}


def test_every_unit_of_the_real_study_stands_in_its_data() -> None:
    study = load_study(DATASETS / "univbct")
    data = pd.read_csv(study.folder / "univbct_wide.csv")
    assert {school.id for school in study.schools} == set(data["BTN"].astype(str) + "-" + data["COMPANY"])


def test_what_six_schools_sent_is_read_back_as_it_was_answered() -> None:
    read = read_responses(load_study(SHIPPED)).sort_values(["wave", "school", "date"], ignore_index=True)
    given = invent_responses(invent_population(Invention(), SEED), SEED).sort_values(["wave", "school", "date"], ignore_index=True)
    items = list(list_questions())
    pd.testing.assert_frame_equal(read[["wave", "school", "role", "date", *items]], given[["wave", "school", "role", "date", *items]])
    same, first = read.groupby("respondent")["wave"].nunique(), given.groupby("respondent")["wave"].nunique()
    assert (same == 2).sum() == (first == 2).sum() == 68


def test_what_is_left_out_is_one_row_of_each_kind() -> None:
    findings = list_findings(load_study(SHIPPED)).set_index("code")
    for code, school in (("left_out_no_consent", "s1"), ("left_out_test", "s2"), ("left_out_unfinished", "s3"), ("left_out_double", "s5")):
        assert (findings.loc[code, "school"], findings.loc[code, "count"]) == (school, 1)
    assert "stops" not in set(findings["severity"])


@pytest.mark.parametrize("folder", ["vergelijking", "gespreide_start", "twee_cohorten", "univbct"])
def test_the_other_studies_are_read_without_a_question(folder: str) -> None:
    findings = list_findings(load_study(DATASETS / folder))
    assert set(findings["severity"]) <= {"tells"}


@pytest.mark.parametrize(
    ("instrument", "mean", "pairs"), [("job_satisfaction", 0.0935, 442), ("readiness", 0.1997, 437), ("commitment", -0.0856, 444)]
)
def test_real_study_changes_from_first_to_third_wave_as_r_says(instrument: str, mean: float, pairs: int) -> None:
    """R 4.2.2, t.test(JOBSAT3, JOBSAT1, paired = TRUE) and so on, multilevel::univbct, to four decimals."""
    responses = read_responses(load_study(DATASETS / "univbct"))
    scores = responses.pivot_table(index="respondent", columns="wave", values=f"{instrument}_mean")
    change = (scores["w3"] - scores["w1"]).dropna()
    assert len(change) == pairs
    assert change.mean() == pytest.approx(mean, abs=5e-5)
