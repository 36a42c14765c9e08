import math

import pytest
from scipy import stats

from toolkit.results.verdicts import judge_change


def judge(estimate: float, margin: float, smallest: float | None, df: float = 20) -> str:
    return judge_change(estimate, margin / float(stats.t.ppf(0.975, df)), df, estimate - margin, estimate + margin, smallest)


@pytest.mark.parametrize(
    ("estimate", "margin", "smallest", "verdict"),
    [
        (0.60, 0.30, 0.25, "rose_clearly"),
        (0.54, 0.30, 0.25, "rose_probably"),
        (0.40, 0.30, 0.25, "rose_probably"),
        (0.11, 0.10, 0.25, "rose_slightly"),
        (0.60, 0.30, None, "rose"),
        (-0.60, 0.30, 0.25, "fell_clearly"),
        (-0.40, 0.30, 0.25, "fell_probably"),
        (-0.11, 0.10, 0.25, "fell_slightly"),
        (-0.60, 0.30, None, "fell"),
        (0.05, 0.10, 0.25, "same"),
        (0.20, 0.21, 0.25, "unclear"),
        (0.05, 0.40, 0.25, "unclear"),
        (0.05, 0.10, None, "unclear"),
        (math.nan, 0.10, 0.25, "not_computable"),
    ],
)
def test_the_verdict_follows_the_interval_and_the_smallest_change_that_matters(
    estimate: float, margin: float, smallest: float | None, verdict: str
) -> None:
    assert judge(estimate, margin, smallest) == verdict


def test_about_the_same_needs_the_narrower_interval_of_two_one_sided_tests() -> None:
    df = 20
    error = 0.1
    inside = 0.25 - error * float(stats.t.ppf(0.95, df))
    for estimate, verdict in ((inside - 1e-6, "same"), (inside + 1e-6, "unclear")):
        margin = error * float(stats.t.ppf(0.975, df))
        assert judge_change(estimate, error, df, estimate - margin, estimate + margin, 0.25) == verdict
