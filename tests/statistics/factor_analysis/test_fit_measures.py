"""Fit measures computed from lavaan's chi-squares, against lavaan's fit measures."""

import numpy as np
import pytest

from tests.witness import witness
from toolkit.statistics.factor_analysis.fit import Deviances, compute_fit_measures

HS, GROUPS = witness("cfa.HS"), witness("invariance.HS_groups")


@pytest.mark.parametrize(
    ("reference", "path", "groups"),
    [(HS, ("fit",), 1), *((GROUPS, (level,), 2) for level in ("configural", "metric", "scalar", "strict"))],
)
def test_fit_measures_equal_lavaan(reference, path, groups):
    theirs = reference.value[path[0]]
    ours = compute_fit_measures(
        Deviances(model=theirs["chisq"], saturated=0.0, baseline=theirs["baseline.chisq"]),
        df=theirs["df"],
        baseline_df=theirs["baseline.df"],
        parameters=0,
        n=301,
        groups=groups,
        srmr=0.0,
    )
    for name in ("cfi", "tli", "rmsea"):
        reference.agree(getattr(ours, name), *path, name)
    reference.agree(ours.p_value, *path, "pvalue")
    reference.agree(ours.rmsea_low, *path, "rmsea.ci.lower")
    reference.agree(ours.rmsea_high, *path, "rmsea.ci.upper")


def compute(chi_square, df, baseline=500.0):
    deviances = Deviances(model=1000 + chi_square, saturated=1000.0, baseline=1000 + baseline)
    return compute_fit_measures(deviances, df=df, baseline_df=36, parameters=21, n=200, groups=1, srmr=0.0)


def test_a_model_that_fits_better_than_expected_has_cfi_1_and_rmsea_0():
    ours = compute(20.0, 24)
    assert (ours.cfi, ours.rmsea, ours.rmsea_low) == (1.0, 0.0, 0.0)
    assert ours.tli > 1


def test_a_saturated_model_has_no_p_value_and_fits():
    ours = compute(0.0, 0)
    assert np.isnan(ours.p_value)
    assert (ours.cfi, ours.tli, ours.rmsea, ours.rmsea_high) == (1.0, 1.0, 0.0, 0.0)


def test_information_criteria_count_the_parameters():
    ours = compute(30.0, 24)
    assert ours.aic == pytest.approx(1030 + 42)
    assert ours.bic == pytest.approx(1030 + 21 * np.log(200))
