"""Methods for treated against comparison schools, and for one school alone."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration.studies import Study
from benchmarks.calibration.verdicts import Estimated, Verdicts, judge, reject
from toolkit.statistics.difference_in_differences import compute_permutation_test, compute_school_comparison
from toolkit.statistics.means import compute_paired_change
from toolkit.statistics.mixed_models.before_after import estimate_change_in_group
from toolkit.statistics.mixed_models.teachers_in_schools import fit_nested
from toolkit.statistics.two_stage import estimate_school_changes

PAIRS = 5
"""A report says nothing of one school with fewer people in both waves."""


def judge_comparison(study: Study, generator: np.random.Generator) -> Verdicts:
    """Return the verdicts of the quick methods for treated minus comparison schools."""
    changes = estimate_school_changes(*study.stack()).changes.estimate
    treated, others = changes[study.treated], changes[~study.treated]
    found = compute_school_comparison(treated, others)
    permuted = compute_permutation_test(treated, others).p_value
    return judge({"pooled_t": found.pooled, "naive_welch": found.welch}, study.true_mean) | {("permutation", "rejected"): reject(permuted)}


def judge_comparison_slowly(study: Study, generator: np.random.Generator) -> Verdicts:
    """Return the verdict of the companion for treated minus comparison schools, `y ~ group * post + (1 + post|school) + (1|teacher)`."""
    score, post, school, person = study.stack()
    group = study.treated[school].astype(np.float64)
    fit = fit_nested(score, np.column_stack([np.ones(score.size), post, group, group * post]), school, person, school_effects=2)
    return judge({"companion_satterthwaite": fit.test([0.0, 0.0, 0.0, 1.0])}, study.true_mean)


def judge_one_school(study: Study, generator: np.random.Generator) -> Verdicts:
    """Return the verdicts about a single school, which are missing where it has too few pairs to be shown."""
    first, second = (np.flatnonzero(np.isfinite(scores)) for scores in (study.before, study.after))
    scores = study.before[first], study.after[second]
    methods: dict[str, Estimated] = {
        "one_school_kr": estimate_change_in_group(*scores, first, second),
        "one_school_pairs": compute_paired_change(study.before, study.after),
        "one_school_no_codes": estimate_change_in_group(*scores),
    }
    verdicts = judge(methods, float(study.true_changes[0]))
    return verdicts if np.intersect1d(first, second).size >= PAIRS else dict.fromkeys(verdicts, np.nan)
