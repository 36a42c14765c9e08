"""What is true of an invented cohort: the exact mean score of each school at each wave, and so its true change."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.special import ndtr

from toolkit.simulation.population import TRAITS, Array, Cohort, invent_cohort
from toolkit.study.instruments import Answers, Instrument, load_instrument

TRUTH = """\
# What is true of these invented schools, computed from the population that their answers were drawn from (seed {seed}).
#
# Each number is the expected change of a scale score, in points of its answers, between two waves: what a school would show if each of
# endlessly many people of that school answered in both. It is exact: the chance of each answer follows from a normal distribution that is
# cut into answers, and the mean of a scale is the mean over its items. Which people answer, leave or skip a question has nothing to do
# with their answers, so that it changes nothing here. `average` is the mean of the schools, each counted once; `spread` the standard
# deviation of their true changes. What the files show differs from it by chance.
#
# Made by the toolkit together with the exports; don't edit."""
EFFECT = """
# What the trajectory did: the true level at a wave less the level that the same school would have had at that wave without it. Schools
# that had not started by then are left out; `average` is the mean of those that had. All schools move a little besides, each in its own
# way: the change of a school is its effect and that together, and comparison schools differ from each other too."""


def expect_answer(mean: Array, spread: float, answers: Answers) -> Array:
    """Return the exact mean of the rounded answers when the values before rounding are normal with `mean` and `spread`.

    The mean of a variable on min, min + step, ... is min + step × the sum of the chances to reach each next answer; an answer is reached
    from half a step below it.
    """
    count = round((answers.max - answers.min) / answers.step)
    cuts = answers.min + answers.step * (np.arange(count) + 0.5)
    return answers.min + answers.step * ndtr((mean[..., None] - cuts) / spread).sum(axis=-1)


def compute_true_levels(cohort: Cohort) -> pd.DataFrame:
    """Return the true mean score, one row per outcome (instrument.scale or instrument.scale.rating), school and wave."""
    rows = []
    for instrument in (load_instrument(id) for id in dict.fromkeys(id for id, _ in TRAITS)):
        for scale in instrument.scales:
            asked = {rating: _expect_score(cohort, instrument, scale.items, rating) for rating in instrument.asked_ratings}
            computed = {r.id: asked[r.difference[0]] - asked[r.difference[1]] for r in instrument.ratings if r.difference}
            for rating, levels in (asked | computed).items():
                frame = pd.DataFrame(levels, index=cohort.invention.schools, columns=cohort.invention.waves)
                long = frame.rename_axis("school").reset_index().melt(id_vars="school", var_name="wave", value_name="level")
                rows.append(long.assign(outcome=".".join(part for part in (instrument.id, scale.id, rating) if part)))
    return pd.concat(rows, ignore_index=True)[["outcome", "school", "wave", "level"]]


def _expect_score(cohort: Cohort, instrument: Instrument, items: tuple[str, ...], rating: str) -> Array:
    spread, answers = TRAITS[instrument.id, rating].spread, instrument.find_answers(rating)
    expected = [expect_answer(cohort.means[instrument.name_column(item, rating)], spread, answers) for item in items]
    return np.mean(expected, axis=0)


def compute_true_effects(cohort: Cohort, seed: int) -> pd.DataFrame:
    """Return what the trajectory did, one row per outcome, wave and school that had reached any of its change by then.

    The effect is the true level less the level that the same school would have had without the trajectory, drift included.
    """
    shape = (len(cohort.invention.schools), len(cohort.invention.waves))
    untouched = invent_cohort(replace(cohort.invention, exposure=((0.0,) * shape[1],) * shape[0]), seed)
    effects = compute_true_levels(cohort)
    effects["effect"] = effects["level"] - compute_true_levels(untouched)["level"]
    exposure = pd.DataFrame(cohort.invention.list_exposure(), index=cohort.invention.schools, columns=cohort.invention.waves)
    reached = [exposure.loc[school, wave] > 0 for school, wave in zip(effects["school"], effects["wave"], strict=True)]
    return effects.loc[reached, ["outcome", "school", "wave", "effect"]].reset_index(drop=True)


def write_truth(cohort: Cohort, seed: int) -> str:
    """Return as TOML the true changes between each two waves that follow on each other, and between first and last.

    Where schools differ in when they were reached, the true effects follow, per wave.
    """
    waves, levels = cohort.invention.waves, compute_true_levels(cohort).set_index(["outcome", "school"])
    lines = [TRUTH.format(seed=seed)]
    for before, after in dict.fromkeys([*pairwise(waves), (waves[0], waves[-1])]):
        change = levels.loc[levels["wave"] == after, "level"] - levels.loc[levels["wave"] == before, "level"]
        lines += _write_table(f"change.{before}_{after}", change)
    if cohort.invention.exposure:
        lines.append(EFFECT)
        for wave, part in compute_true_effects(cohort, seed).groupby("wave"):
            lines += _write_table(f"effect.{wave}", part.set_index(["outcome", "school"])["effect"])
    return "\n".join(lines) + "\n"


def _write_table(name: str, values: pd.Series) -> list[str]:
    """Return one table of TOML: per outcome the average and spread over the schools, and the value of each school."""
    lines = [f"\n[{name}]"]
    for outcome, part in values.groupby(level="outcome", sort=False):
        schools = part.droplevel("outcome")
        shown = {"average": schools.mean(), "spread": schools.std(ddof=1)} | {str(school): value for school, value in schools.items()}
        lines.append(f'"{outcome}" = {{ ' + ", ".join(f"{key} = {value:.4f}" for key, value in shown.items()) + " }")
    return lines
