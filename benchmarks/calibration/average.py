"""Methods for the average change over schools and for the single schools in it: the toolkit's own, and beside them naive ones."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from benchmarks.calibration.studies import Study
from benchmarks.calibration.verdicts import Estimated, Verdicts, cover, judge, reject
from benchmarks.calibration.world import Floats
from toolkit.results.research.sensitivity import SCHEME
from toolkit.statistics.cluster_robust import compute_robust_regression, compute_wild_bootstrap
from toolkit.statistics.means import Interval, compute_paired_change, compute_school_changes
from toolkit.statistics.meta_analysis import shrink_effects
from toolkit.statistics.mixed_models.inference import ContrastTest, make_contrast
from toolkit.statistics.mixed_models.model import MixedFit
from toolkit.statistics.mixed_models.teachers_in_schools import fit_nested
from toolkit.statistics.two_stage import TwoStage, average_schools, estimate_school_changes, locate_schools


def judge_average(study: Study, generator: np.random.Generator) -> Verdicts:
    """Return the verdicts of the quick methods for the average change over schools."""
    found, pairs = estimate_school_changes(*study.stack()), compute_school_changes(study.before, study.after, study.school)
    meta, delta = found.heterogeneity, found.standardised
    methods: dict[str, Estimated] = {
        "default": found.mean,
        "hksj": Interval(meta.mu, meta.std_error, meta.k - 1, meta.low, meta.high, meta.p_value),
        "cr2": _regress(study),
        "pairs_only": pairs.average,
        "wave_means": average_schools(_compare_means(study)),
        "naive_paired_t": compute_paired_change(study.before, study.after),
    }
    return judge(methods, study.true_mean) | {
        ("delta", "covered"): cover(delta.low, study.true_mean / study.sd_within, delta.high),
        ("tau", "covered"): cover(meta.tau2_low, study.true_tau**2, meta.tau2_high),
    }


def judge_average_slowly(study: Study, generator: np.random.Generator) -> Verdicts:
    """Return the verdicts of the slow methods for the average change, and of the intervals for single schools."""
    companion, flat = (_fit(study, effects).test for effects in (2, 1))
    methods: dict[str, Estimated] = {
        "companion_satterthwaite": companion([0.0, 1.0]),
        "companion_kr": companion([0.0, 1.0], "kenward-roger"),
        "naive_mixed_z": _use_normal(companion([0.0, 1.0])),
        "naive_no_slope_z": _use_normal(flat([0.0, 1.0])),
    }
    positions = _judge_positions(estimate_school_changes(*study.stack()), study)
    return judge(methods, study.true_mean) | _judge_wild(study, generator) | positions


def _regress(study: Study) -> Interval:
    """Return the coefficient of after in `score ~ after + school` with CR2 errors, as in the reports."""
    score, post, school, _ = study.stack()
    fit = compute_robust_regression(score, np.column_stack([post, school[:, None] == np.unique(school)]), school)
    return Interval(*(float(part[0]) for part in (fit.coefficients, fit.std_error, fit.df, fit.low, fit.high, fit.p_value)))


def _compare_means(study: Study) -> Floats:
    """Return the mean after minus the mean before of every school, whoever answered."""
    score, post, school, _ = study.stack()
    count, total = (np.bincount(2 * school + post.astype(int), weights, 2 * study.treated.size) for weights in (None, score))
    means = (total / np.where(count > 0, count, np.nan)).reshape(-1, 2)
    return np.asarray(means[:, 1] - means[:, 0], dtype=np.float64)


def _fit(study: Study, school_effects: int) -> MixedFit:
    score, post, school, person = study.stack()
    return fit_nested(score, np.column_stack([np.ones(score.size), post]), school, person, school_effects=school_effects)


def _use_normal(test: ContrastTest) -> ContrastTest:
    return make_contrast(test.estimate, test.std_error**2, np.inf, "normal")


def _judge_wild(study: Study, generator: np.random.Generator) -> Verdicts:
    """Return the verdict of the wild cluster bootstrap on pairs, with the weights that the reports choose."""
    change = study.after - study.before
    pairs = np.isfinite(change)
    found = compute_wild_bootstrap(change[pairs], np.ones((pairs.sum(), 1)), study.school[pairs], 0, scheme=SCHEME, generator=generator)
    return {("wild_bootstrap", "rejected"): reject(found.p_value), ("wild_bootstrap", "miss"): found.estimate - study.true_mean}


def _judge_positions(found: TwoStage, study: Study) -> Verdicts:
    """Return the share of the schools whose intervals hold the truth, and whether that of a new school does."""
    known = np.isfinite(found.changes.std_error)
    estimate, variance = found.changes.estimate[known], found.changes.std_error[known] ** 2
    truth = study.true_changes[known]
    integrated = locate_schools(found)
    plugged = shrink_effects(estimate, variance, found.heterogeneity.tau2)
    reach: Floats = ndtri(0.975) * plugged.std_error
    return {
        ("school_own", "covered"): cover(found.changes.low[known], truth, found.changes.high[known]),
        ("school_shrunken", "covered"): cover(integrated.schools.low, truth, integrated.schools.high),
        ("school_position", "covered"): cover(integrated.deviations.low, truth - study.true_mean, integrated.deviations.high),
        ("new_school", "covered"): cover(integrated.new_low, study.new_change, integrated.new_high),
        ("naive_plug_in", "covered"): cover(plugged.estimate - reach, truth, plugged.estimate + reach),
    }
