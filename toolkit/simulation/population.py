"""An invented population: schools, people and answers, drawn from a population of which the true change is known exactly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from toolkit.schemas import RESPONSES
from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument, load_instrument

Array = NDArray[np.float64]


#: the share of what stays with a person that all instruments have in common.
COMMON = 0.4
LETTERS = "ABDEGHIJKLMNOPRSTVWZ"
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


@dataclass(frozen=True, slots=True)
class Trait:
    """How one instrument is answered in one rating, in points of its answers before they are rounded and held between the ends.

    `level` and `change` are those of the average school; the rest are standard deviations: of schools before (`school`) and in their
    change, of items in level and change, and of people within a school: what stays with them (`stable`), what stays with them on one
    item (`item`), what holds on one occasion (`occasion`), and the rest (`noise`).
    """

    level: float
    change: float
    school: float
    school_change: float
    item_level: float
    item_change: float
    stable: float
    occasion: float
    item: float
    noise: float

    @property
    def spread(self) -> float:
        """The standard deviation of one answer, before rounding, over people of one school."""
        return float(np.sqrt(self.stable**2 + self.occasion**2 + self.item**2 + self.noise**2))


TRAITS: Mapping[tuple[str, str], Trait] = {
    ("energie_own9", ""): Trait(3.5, 0.40, 0.30, 0.25, 0.25, 0.05, stable=0.78, occasion=0.50, item=0.0, noise=0.95),
    ("plg12", "now"): Trait(2.8, 0.35, 0.25, 0.20, 0.25, 0.20, stable=0.50, occasion=0.20, item=0.55, noise=0.60),
    ("plg12", "wanted"): Trait(3.7, 0.10, 0.15, 0.10, 0.15, 0.10, stable=0.40, occasion=0.20, item=0.45, noise=0.50),
    ("profcultuur8", ""): Trait(3.2, 0.20, 0.25, 0.15, 0.30, 0.05, stable=0.55, occasion=0.35, item=0.30, noise=0.70),
    ("cijfer1", ""): Trait(6.3, 0.50, 0.40, 0.30, 0.0, 0.0, stable=0.60, occasion=0.40, item=0.40, noise=0.50),
}


@dataclass(frozen=True, slots=True)
class Invention:
    """What to invent: how many people answer the first wave per school, when the waves are, and who changes how much by then.

    `exposure` has a row per school: the share of its change that a school has reached at each wave (empty: none at the first, all from the
    second). `drift` is where every school would stand by each wave without that, and `sway` the standard deviation by which schools differ
    from it at a wave, both in standard deviations of people. From wave to wave `matched` of the people answer again, and `joining` new
    ones come for each who doesn't. `traits` are the instruments asked; `changes` has, for those whose change was not to be the same in all
    schools, that of the average school in the place of each school.
    """

    sizes: tuple[int, ...] = (30, 24, 18, 12, 8, 4)
    dates: tuple[dt.date, ...] = (dt.date(2025, 9, 15), dt.date(2026, 6, 22))
    exposure: tuple[tuple[float, ...], ...] = ()
    drift: tuple[float, ...] = ()
    sway: float = 0.0
    matched: float = 0.7
    joining: float = 0.8
    unanswered: float = 0.02
    traits: Mapping[tuple[str, str], Trait] = field(default_factory=lambda: TRAITS)
    changes: Mapping[tuple[str, str], tuple[float, ...]] = field(default_factory=dict)

    @property
    def schools(self) -> tuple[str, ...]:
        """The codes of the schools: s1, s2 and so on."""
        return tuple(f"s{number + 1}" for number in range(len(self.sizes)))

    @property
    def waves(self) -> tuple[str, ...]:
        """The ids of the waves: w1, w2 and so on."""
        return tuple(f"w{number + 1}" for number in range(len(self.dates)))

    def list_exposure(self) -> Array:
        """Return the share of its change that each school has reached, an array of schools × waves."""
        return np.array(self.exposure or [[0.0] + [1.0] * (len(self.dates) - 1)] * len(self.sizes))


@dataclass(frozen=True, slots=True)
class Population:
    """The population of an invention: per item column the mean before rounding, an array of schools × waves."""

    invention: Invention
    means: Mapping[str, Array]


def invent_population(invention: Invention, seed: int) -> Population:
    """Return the population of `invention`: where the schools stand on each item at each wave, drawn once from its traits."""
    rng = np.random.default_rng([seed, 1])
    swaying = np.random.default_rng([seed, 4])
    shape = (len(invention.sizes), len(invention.dates))
    exposure = invention.list_exposure()
    drift = np.array(invention.drift or [0.0] * shape[1])
    means = {}
    for (id, rating), trait in invention.traits.items():
        instrument = load_instrument(id)
        average = np.array(invention.changes.get((id, rating), trait.change))
        level = trait.level + trait.school * rng.standard_normal(shape[0])
        common = rng.standard_normal(shape[0])
        moving = trait.spread * (drift + invention.sway * swaying.standard_normal(shape))
        for item in instrument.items:
            start = level + trait.item_level * rng.standard_normal()
            own = 0.8 * common + 0.6 * rng.standard_normal(shape[0])
            change = average + trait.item_change * rng.standard_normal() + trait.school_change * own
            means[instrument.name_column(item.id, rating)] = start[:, None] + exposure * change[:, None] + moving
    return Population(invention, means)


def invent_responses(population: Population, seed: int) -> pd.DataFrame:
    """Return what the people of `population` answer, as RESPONSES; chance decides who stays, leaves or joins and what is missing."""
    invention = population.invention
    rng = np.random.default_rng([seed, 2])
    school, present = _invent_presence(invention, rng)
    code = _invent_codes(len(school), rng)
    role = _invent_roles(school)
    answers = _draw_answers(population, school, rng)
    parts = []
    for wave, id in enumerate(invention.waves):
        who = np.flatnonzero(present[:, wave])
        minutes = rng.integers(0, 11, len(who)) * 24 * 60 + rng.integers(8 * 60, 20 * 60, len(who))
        frame = pd.DataFrame({"respondent": code[who], "school": np.array(invention.schools)[school[who]], "wave": id, "role": role[who]})
        frame["date"] = pd.Timestamp(invention.dates[wave]) + pd.to_timedelta(minutes, unit="min")
        items = pd.DataFrame({column: values[who, wave] for column, values in answers.items()})
        parts.append(pd.concat([frame.assign(source="invented", row=who + 2), items], axis=1))
    return RESPONSES.conform(pd.concat(parts))


def _invent_presence(invention: Invention, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return each person's school, and an array people × waves that says who answered when."""
    schools = []
    rows = []
    for school, size in enumerate(invention.sizes):
        present = np.ones((size, 1), dtype=bool)
        for _ in invention.dates[1:]:
            there = rng.permutation(np.flatnonzero(present[:, -1]))
            staying = there[: round(invention.matched * len(there))]
            joining = round(invention.joining * (len(there) - len(staying)))
            present = np.pad(present, ((0, joining), (0, 1)))
            present[staying, -1] = True
            present[len(present) - joining :, -1] = True
        schools += [school] * len(present)
        rows.append(present)
    return np.array(schools, dtype=np.int64), np.vstack(rows)


def _invent_codes(count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return `count` different codes of four letters and a day of the month, such as people make up from names and birthdays."""
    numbers = rng.choice(len(LETTERS) ** 4 * 22, size=count, replace=False)
    words = ["".join(LETTERS[number // 22 // len(LETTERS) ** place % len(LETTERS)] for place in range(4)) for number in numbers]
    return np.array([f"{word}{10 + number % 22}" for word, number in zip(words, numbers, strict=True)], dtype=object)


def _invent_roles(school: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return each person's role: one head per school, a team leader where there are ten or more, one in nine supports, the rest teach."""
    roles = np.full(len(school), "teacher", dtype=object)
    for code in np.unique(school):
        people = np.flatnonzero(school == code)
        roles[people[8::9]] = "support"
        roles[people[0]] = "head"
        if len(people) >= 10:
            roles[people[1]] = "leader"
    return roles


def _draw_answers(population: Population, school: NDArray[np.int64], rng: np.random.Generator) -> dict[str, Array]:
    """Return per item column an array people × waves of answers, NaN where somebody skipped the item."""
    people = len(school)
    waves = len(population.invention.dates)
    general = rng.standard_normal((people, 1))
    answers = {}
    for (id, rating), trait in population.invention.traits.items():
        instrument = load_instrument(id)
        stable = np.sqrt(COMMON) * general + np.sqrt(1 - COMMON) * rng.standard_normal((people, 1))
        person = trait.stable * stable + trait.occasion * rng.standard_normal((people, waves))
        for item in instrument.items:
            column = instrument.name_column(item.id, rating)
            own = trait.item * rng.standard_normal((people, 1)) + trait.noise * rng.standard_normal((people, waves))
            given = round_answer(population.means[column][school] + person + own, instrument.find_answers(rating))
            answers[column] = np.where(rng.random((people, waves)) < population.invention.unanswered, np.nan, given)
    return answers


def round_answer(values: Array, answers: Answers) -> Array:
    """Return the answers nearest to `values`."""
    return np.clip(answers.min + answers.step * np.round((values - answers.min) / answers.step), answers.min, answers.max)


def expect_answer(mean: Array, spread: float, answers: Answers) -> Array:
    """Return the exact mean of the rounded answers when the values before rounding are normal with `mean` and `spread`.

    The mean of a variable on min, min + step, ... is min + step × the sum of the chances to reach each next answer; an answer is reached
    from half a step below it.
    """
    count = round((answers.max - answers.min) / answers.step)
    cuts = answers.min + answers.step * (np.arange(count) + 0.5)
    return answers.min + answers.step * ndtr((mean[..., None] - cuts) / spread).sum(axis=-1)


def compute_true_levels(population: Population) -> pd.DataFrame:
    """Return the true mean score, one row per outcome (instrument.scale or instrument.scale.rating), school and wave.

    The shorter versions of an instrument follow on it.
    """
    rows = []
    for whole in (load_instrument(id) for id in dict.fromkeys(id for id, _ in population.invention.traits)):
        rows += _list_levels(population, whole, whole, {item.id: item.id for item in whole.items})
        for version in whole.nested:
            rows += _list_levels(population, whole, load_instrument(version.id), version.items)
    return pd.concat(rows, ignore_index=True)[["outcome", "school", "wave", "level"]]


def _list_levels(population: Population, whole: Instrument, version: Instrument, items: Mapping[str, str]) -> list[pd.DataFrame]:
    """Return the true levels of the scales of `version`, whose `items` are each one of the `whole` that was asked."""
    rows = []
    for scale in version.scales:
        own = tuple(items[item] for item in scale.items)
        asked = {rating: _expect_score(population, whole, own, rating) for rating in whole.asked_ratings}
        computed = {r.id: asked[r.difference[0]] - asked[r.difference[1]] for r in whole.ratings if r.difference}
        for rating, levels in (asked | computed).items():
            frame = pd.DataFrame(levels, index=population.invention.schools, columns=population.invention.waves)
            long = frame.rename_axis("school").reset_index().melt(id_vars="school", var_name="wave", value_name="level")
            rows.append(long.assign(outcome=".".join(part for part in (version.id, scale.id, rating) if part)))
    return rows


def _expect_score(population: Population, instrument: Instrument, items: tuple[str, ...], rating: str) -> Array:
    spread = population.invention.traits[instrument.id, rating].spread
    answers = instrument.find_answers(rating)
    expected = [expect_answer(population.means[instrument.name_column(item, rating)], spread, answers) for item in items]
    return np.mean(expected, axis=0)


def compute_true_effects(population: Population, seed: int) -> pd.DataFrame:
    """Return what the trajectory did, one row per outcome, wave and school that had reached any of its change by then.

    The effect is the true level less the level that the same school would have had without the trajectory, drift included.
    """
    shape = (len(population.invention.schools), len(population.invention.waves))
    untouched = invent_population(replace(population.invention, exposure=((0.0,) * shape[1],) * shape[0]), seed)
    effects = compute_true_levels(population)
    effects["effect"] = effects["level"] - compute_true_levels(untouched)["level"]
    exposure = pd.DataFrame(population.invention.list_exposure(), index=population.invention.schools, columns=population.invention.waves)
    reached = [exposure.loc[school, wave] > 0 for school, wave in zip(effects["school"], effects["wave"], strict=True)]
    return effects.loc[reached, ["outcome", "school", "wave", "effect"]].reset_index(drop=True)


def write_truth(population: Population, seed: int) -> str:
    """Return as TOML the true changes between each two waves that follow on each other, and between first and last.

    Where schools differ in when they were reached, the true effects follow, per wave.
    """
    waves = population.invention.waves
    levels = compute_true_levels(population).set_index(["outcome", "school"])
    lines = [TRUTH.format(seed=seed)]
    for before, after in dict.fromkeys([*pairwise(waves), (waves[0], waves[-1])]):
        change = levels.loc[levels["wave"] == after, "level"] - levels.loc[levels["wave"] == before, "level"]
        lines += write_table(f"change.{before}_{after}", change)
    if population.invention.exposure:
        lines.append(EFFECT)
        for wave, part in compute_true_effects(population, seed).groupby("wave"):
            lines += write_table(f"effect.{wave}", part.set_index(["outcome", "school"])["effect"])
    return "\n".join(lines) + "\n"


def write_table(name: str, values: pd.Series) -> list[str]:
    """Return one table of TOML: per outcome the average and spread over the schools, and the value of each school."""
    lines = [f"\n[{name}]"]
    for outcome, part in values.groupby(level="outcome", sort=False):
        schools = part.droplevel("outcome")
        shown = {"average": schools.mean(), "spread": schools.std(ddof=1)} | {str(school): value for school, value in schools.items()}
        lines.append(f'"{outcome}" = {{ ' + ", ".join(f"{key} = {value:.4f}" for key, value in shown.items()) + " }")
    return lines
