from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from toolkit.responses.exports import read_responses
from toolkit.results.estimates.change import estimate_change
from toolkit.scoring import compute_scores
from toolkit.study.loading import load_study

STUDY = Path(__file__).parents[3] / "datasets" / "univbct"


@cache
def estimate_people() -> pd.DataFrame:
    study = load_study(STUDY)
    change = estimate_change(compute_scores(read_responses(study), study), study)
    return (
        change[change["quantity"].isin(["change_person", "trend_person"])].set_index(["instrument", "quantity", "comparison"]).sort_index()
    )


@pytest.mark.parametrize(
    ("instrument", "n", "change", "low", "high"),
    [
        ("job_satisfaction", 442, 0.0935, -0.0024, 0.1895),
        ("readiness", 437, 0.1997, 0.1161, 0.2832),
        ("commitment", 444, -0.0856, -0.1592, -0.0120),
    ],
)
def test_paired_changes_over_people_are_those_computed_in_r(instrument: str, n: int, change: float, low: float, high: float) -> None:
    comparison = next(c.id for c in load_study(STUDY).planned if (c.before, c.after) == ("w1", "w3"))
    row = estimate_people().loc[(instrument, "change_person", comparison)]
    assert row["n"] == n
    assert row["estimate"] == pytest.approx(change, abs=5e-5)
    assert (row["low"], row["high"]) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


def test_the_trend_over_people_is_the_published_growth_model() -> None:
    """Bliese, Multilevel Modeling in R, growth model of job satisfaction: TIME 0.05176461, SE 0.02168024."""
    row = estimate_people().loc[("job_satisfaction", "trend_person", "all_waves")]
    assert row["estimate"] == pytest.approx(0.05176461, abs=5e-8)
    assert row["std_error"] == pytest.approx(0.02168024, rel=1e-3)
