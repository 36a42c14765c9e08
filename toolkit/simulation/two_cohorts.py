"""Two invented cohorts of four schools, a year apart: one asked seventeen questions about engagement, the other nine of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.simulation.population import (
    TRAITS,
    Invention,
    Population,
    Trait,
    compute_true_levels,
    invent_population,
    invent_responses,
    write_table,
)
from toolkit.simulation.survey_files import Dress, dress_items, name_by_id, write_delimited, write_number
from toolkit.study.instruments import load_instrument

LONG = "uwes17"
SHORT = "uwes9"
FACTORS = "plg12"
ENGAGEMENT = Trait(3.5, 0.30, 0.30, 0.12, 0.25, 0.05, stable=0.78, occasion=0.50, item=0.25, noise=0.85)
#: what the average school of each cohort gains in engagement, in points before they are rounded and held between the ends.
GAINS = {"2024": 0.15, "2025": 0.45}
SCHOOLS = {"2024": ("s1", "s2", "s3", "s4"), "2025": ("s5", "s6", "s7", "s8")}
#: the day on which each measurement began; the cohort of 2025 held no later one.
DATES: Mapping[str, Mapping[str, dt.date]] = {
    "2024": {"before": dt.date(2024, 9, 16), "after": dt.date(2025, 6, 16), "follow_up": dt.date(2026, 2, 2)},
    "2025": {"before": dt.date(2025, 9, 15), "after": dt.date(2026, 6, 15)},
}
#: the school whose last measurement came later than planned, and by how much.
LATE = ("s7", "after", dt.timedelta(days=21))
#: eight months later a school still has four fifths of its change.
INVENTION = Invention(
    sizes=(24, 18, 14, 11, 22, 17, 13, 12),
    dates=tuple(DATES["2024"].values()),
    exposure=((0.0, 1.0, 0.8),) * 8,
    traits={(LONG, ""): ENGAGEMENT, (FACTORS, "now"): TRAITS[FACTORS, "now"], (FACTORS, "wanted"): TRAITS[FACTORS, "wanted"]},
    changes={(LONG, ""): tuple(GAINS[cohort] for cohort, schools in SCHOOLS.items() for _ in schools)},
)
TRUTH = """\
# What is true of these invented cohorts, computed from the population that their answers were drawn from (seed {seed}).
#
# Each number is the expected change of a scale score, in points of its answers, between two measurements: what a school would show if each
# of endlessly many people of that school answered in both. It is exact, as in the other studies. `average` is the mean of the schools of
# the cohort, each counted once; `spread` the standard deviation of their true changes. What the files show differs from it by chance.
#
# The cohort of 2024 was asked UWES-17 and that of 2025 UWES-9, whose nine items are among the seventeen. Both are drawn from one population
# of seventeen items, so that uwes9 and uwes3 mean the same in both.
#
# Made by the toolkit together with the exports; don't edit."""
DIFFERENCE = """
# How much more the average school of 2025 changed than that of 2024, for what both were asked: the difference of the two averages above."""


def invent_two_cohorts(folder: Path, seed: int) -> None:
    """Write the exports of both cohorts, one file per measurement, to `folder`/exports, and what is true of them to `folder`/truth.toml."""
    population = invent_population(INVENTION, seed)
    responses = invent_responses(population, seed)
    rng = np.random.default_rng([seed, 3])
    exports = folder / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    for name, dates in DATES.items():
        for moment in dates:
            people = _take_people(responses, name, moment)
            table = pd.DataFrame({"date": people["date"].dt.strftime("%Y-%m-%d %H:%M"), "code": people["respondent"]})
            table["school"], table["role"] = people["school"], people["role"]
            asked = (LONG if name == "2024" else SHORT, FACTORS)
            items = dress_items(people, Dress(name_by_id, write_number), rng, asked)
            write_delimited(exports / f"{name}_{moment}.csv", pd.concat([table, items], axis=1), separator=",", encoding="utf-8")
    (folder / "truth.toml").write_bytes(write_cohort_truth(population, seed).encode())


def _take_people(responses: pd.DataFrame, cohort: str, moment: str) -> pd.DataFrame:
    """Return who of a cohort answered at a moment, on its own dates, with the nine items of the short version as columns of its own too."""
    wave = list(DATES["2024"]).index(moment)
    people = responses[responses["school"].isin(SCHOOLS[cohort]) & (responses["wave"] == INVENTION.waves[wave])]
    moved = people["date"] + (DATES[cohort][moment] - INVENTION.dates[wave])
    school, late, delay = LATE
    moved = moved.where((people["school"] != school) | (moment != late), moved + delay)
    long, short = load_instrument(LONG), load_instrument(SHORT)
    items = next(version.items for version in long.nested if version.id == SHORT)
    shorter = {short.name_column(item): people[long.name_column(same)] for item, same in items.items()}
    return people.assign(date=moved, **shorter).sort_values("date", kind="stable", ignore_index=True)


def write_cohort_truth(population: Population, seed: int) -> str:
    """Return as TOML the true changes of each cohort between each two of its measurements, and how those of the cohorts differ."""
    levels = compute_true_levels(population)
    levels["wave"] = levels["wave"].map(dict(zip(INVENTION.waves, DATES["2024"], strict=True)))
    lines = [TRUTH.format(seed=seed)]
    changes = {}
    for name, dates in DATES.items():
        own = levels[levels["school"].isin(SCHOOLS[name]) & (levels["outcome"].map(_was_asked) | (name == "2024"))]
        values = own.set_index(["outcome", "school", "wave"])["level"].unstack("wave", sort=False)
        for before, after in combinations(dates, 2):
            changes[name, before, after] = values[after] - values[before]
            lines += write_table(f"change.{name}.{before}_{after}", changes[name, before, after])
    lines += [DIFFERENCE, "\n[difference.before_after]"]
    first, second = (changes[name, "before", "after"].groupby("outcome", sort=False).mean() for name in DATES)
    lines += [f'"{outcome}" = {value:.4f}' for outcome, value in (second - first.loc[second.index]).items()]
    return "\n".join(lines) + "\n"


def _was_asked(outcome: str) -> bool:
    """Whether the cohort that was asked the short version can be scored on an outcome."""
    return outcome.split(".")[0] in {SHORT, FACTORS, *(version.id for version in load_instrument(SHORT).nested)}
