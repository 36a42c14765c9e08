"""Simulated studies: schools of unequal size, three in five people matched, answers that are rounded and cut off as answers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibration.world import (
    EASINESS,
    ITEM,
    OCCASION,
    PERSON,
    SCENARIOS,
    SCHOOL,
    SHARES,
    SIZES,
    Floats,
    Scenario,
    expect_score,
    find_staying,
    find_world,
    standardise_size,
)

FIRST, STAY = 0.8, 0.75
"""Share that answers the first time, and share of those who answer again; the others answer the second time only."""
SMALL = (2, 8)
"""The fewest and the most people of a small school."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of study. `schools` treated ones (all, if there is no `comparison`); `staff` 0 means that sizes vary as `sizes` says.
    The last `small` of the `schools` have 2 to 8 people, each number as often.

    `tau`, the SD of true changes between schools, and `change`, the true mean change, are in SDs of scores within schools.
    """

    scenario: str
    schools: int
    tau: float
    change: float
    comparison: int = 0
    staff: int = 0
    sizes: tuple[int, int] = (int(SIZES[0]), int(SIZES[-1]))
    small: int = 0

    @property
    def label(self) -> str:
        """Return the number of schools as shown: 14, or 2:6 for treated and comparison schools."""
        return f"{self.schools}:{self.comparison}" if self.comparison else str(self.schools)

    def make_generator(self, seed: int, number: int, purpose: int = 0) -> np.random.Generator:
        """Return the generator of study `number`, which depends on the cell and the seed and on nothing that runs beside it."""
        name = f"{self.scenario} {self.label} {self.tau} {self.change} {self.staff}{f' {self.small}' if self.small else ''}"
        return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(crc32(name.encode()), number, purpose)))


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Scores before and after (NaN = no answer) and school per person; per school its true change and whether it was treated.

    `true_mean` is what the methods estimate: the mean true change of schools like these, or its difference between the two groups;
    `true_tau` is the SD of true changes, `sd_within` that of scores within schools, `new_change` the true change of one more school.
    """

    before: Floats
    after: Floats
    school: NDArray[np.int64]
    treated: NDArray[np.bool_]
    true_changes: Floats
    true_mean: float
    true_tau: float
    sd_within: float
    new_change: float

    def stack(self) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]:
        """Return score, post, school and person, one element per answer."""
        waves = [np.flatnonzero(np.isfinite(scores)) for scores in (self.before, self.after)]
        person = np.concatenate(waves)
        score = np.concatenate([self.before[waves[0]], self.after[waves[1]]])
        return score, np.repeat([0.0, 1.0], [wave.size for wave in waves]), self.school[person], person


def simulate_study(cell: Cell, rng: np.random.Generator) -> Study:
    """Return one study of the kind `cell`."""
    scenario, schools = SCENARIOS[cell.scenario], cell.schools + cell.comparison
    world, still = (find_world(scenario, cell.tau, change) for change in (cell.change, 0.0))
    treated = np.arange(schools + 1) < cell.schools  # the last is the new school
    staff = np.full(schools + 1, cell.staff) if cell.staff else _draw_sizes(cell, schools + 1, rng)
    level = world.level + rng.normal(0, SCHOOL, schools + 1)
    shift = np.where(treated | (cell.comparison == 0), world.shift, still.shift)
    change = shift + world.spread * rng.normal(size=schools + 1) + world.growth * standardise_size(staff)
    true_changes = expect_score(level + change) - expect_score(level)
    school = np.repeat(np.arange(schools), staff[:-1])
    person = level[school] + rng.normal(0, PERSON, school.size)
    before, after = (_draw_scores(person + moved, rng) for moved in (0.0, change[school]))
    first, second = _draw_answering((before - np.mean(before)) / world.sd_within, scenario, rng)
    return Study(
        before=np.where(first, before, np.nan),
        after=np.where(second, after, np.nan),
        school=school,
        treated=treated[:-1],
        true_changes=true_changes[:-1],
        true_mean=world.change,
        true_tau=world.tau,
        sd_within=world.sd_within,
        new_change=float(true_changes[-1]),
    )


def _draw_sizes(cell: Cell, schools: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return staff sizes within the limits of the cell, small ones more often, as everywhere."""
    possible = np.isin(SIZES, np.arange(cell.sizes[0], cell.sizes[1] + 1))
    sizes = rng.choice(SIZES[possible], schools, p=SHARES[possible] / SHARES[possible].sum())
    if cell.small:
        sizes[cell.schools - cell.small : cell.schools] = rng.integers(SMALL[0], SMALL[1], cell.small, endpoint=True)
    return sizes


def _draw_scores(person: Floats, rng: np.random.Generator) -> Floats:
    state = person + rng.normal(0, OCCASION, person.size)
    latent = state[:, None] + EASINESS + rng.normal(0, ITEM, (person.size, EASINESS.size))
    scores: Floats = np.clip(np.rint(latent), 0, 6).mean(axis=1)
    return scores


def _draw_answering(z: Floats, scenario: Scenario, rng: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return who answers the first and who the second time; leaving may depend on the first score `z`, which those people gave."""
    first = rng.random(z.size) < FIRST
    staying = 1 / (1 + np.exp(-find_staying(scenario.leaving, STAY) - scenario.leaving * z))
    return first, ~first | (rng.random(z.size) < staying)
