import math

import pytest
from scipy import stats

from toolkit.analysis.verdicts import judge_change, judge_intervals


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
        (-0.20, 0.21, 0.25, "unclear"),
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
    for estimate, verdict in ((inside - 1e-6, "same"), (inside + 1e-6, "unclear"), (1e-6 - inside, "same"), (-1e-6 - inside, "unclear")):
        margin = error * float(stats.t.ppf(0.975, df))
        assert judge_change(estimate, error, df, estimate - margin, estimate + margin, 0.25) == verdict


@pytest.mark.parametrize(
    ("low", "high", "smallest", "verdict"),
    [
        (0.0, 0.4, None, "unclear"),
        (1e-9, 0.4, None, "rose"),
        (-0.4, 0.0, None, "unclear"),
        (-0.4, -1e-9, None, "fell"),
        (0.25, 0.4, 0.25, "rose_probably"),
        (0.25 + 1e-9, 0.4, 0.25, "rose_clearly"),
        (0.1, 0.25, 0.25, "rose_probably"),
        (0.1, 0.25 - 1e-9, 0.25, "rose_slightly"),
        (-0.4, -0.25, 0.25, "fell_probably"),
        (-0.4, -0.25 - 1e-9, 0.25, "fell_clearly"),
        (-0.25, -0.1, 0.25, "fell_probably"),
        (-0.25 + 1e-9, -0.1, 0.25, "fell_slightly"),
    ],
)
def test_an_interval_holds_its_own_ends(low: float, high: float, smallest: float | None, verdict: str) -> None:
    assert judge_intervals((low, high), (low, high), smallest) == verdict


@pytest.mark.parametrize(
    ("inner", "verdict"),
    [((-0.25, 0.1), "unclear"), ((-0.25 + 1e-9, 0.1), "same"), ((-0.1, 0.25), "unclear"), ((-0.1, 0.25 - 1e-9), "same")],
)
def test_a_change_as_large_as_the_smallest_that_matters_is_not_about_the_same(inner: tuple[float, float], verdict: str) -> None:
    assert judge_intervals((-0.3, 0.3), inner, 0.25) == verdict


@pytest.mark.parametrize("interval", [(math.nan, 0.4), (0.1, math.nan), (-math.inf, 0.4), (0.1, math.inf)])
def test_an_interval_that_lacks_an_end_gives_no_verdict(interval: tuple[float, float]) -> None:
    assert judge_intervals(interval, (0.1, 0.2), 0.25) == "not_computable"


@pytest.mark.parametrize("df", [0.5, 1])
def test_about_the_same_can_be_said_with_very_few_degrees_of_freedom(df: float) -> None:
    inside = 0.25 / float(stats.t.ppf(0.95, df))
    assert judge_change(0.0, inside * 0.999, df, -1.0, 1.0, 0.25) == "same"
    assert judge_change(0.0, inside * 1.001, df, -1.0, 1.0, 0.25) == "unclear"


@pytest.mark.parametrize("df", [0, -1, math.nan])
def test_without_degrees_of_freedom_nothing_is_about_the_same(df: float) -> None:
    assert judge_change(0.0, 0.01, df, -0.1, 0.1, 0.25) == "unclear"
