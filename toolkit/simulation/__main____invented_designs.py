"""Two larger invented cohorts: trajectory schools beside comparison schools, and schools that start in different years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.simulation.population import Invention, invent_cohort, invent_responses
from toolkit.simulation.population__invented_truth import write_truth
from toolkit.simulation.survey_files import write_delimited
from toolkit.simulation.survey_files__invented_dress import Dress, dress_items, name_by_id, write_number

#: seven schools reach their change between the second and the third wave, seven never do; all drift a little.
COMPARISON = Invention(
    sizes=(31, 26, 22, 18, 15, 12, 9, 29, 25, 21, 17, 14, 11, 8),
    dates=(dt.date(2024, 9, 16), dt.date(2025, 9, 15), dt.date(2026, 6, 22)),
    exposure=((0.0, 0.0, 1.0),) * 7 + ((0.0, 0.0, 0.0),) * 7,
    drift=(0.0, 0.05, 0.10),
    sway=0.05,
)
#: four schools start after the first wave, four after the second, four not before the last; the first year brings six tenths of the change.
STAGGERED = Invention(
    sizes=(28, 22, 16, 11, 30, 21, 15, 10, 26, 20, 14, 9),
    dates=(dt.date(2022, 9, 19), dt.date(2023, 9, 18), dt.date(2024, 9, 16), dt.date(2025, 9, 15)),
    exposure=((0.0, 0.6, 1.0, 1.0),) * 4 + ((0.0, 0.0, 0.6, 1.0),) * 4 + ((0.0, 0.0, 0.0, 0.0),) * 4,
    drift=(0.0, 0.04, 0.08, 0.12),
    sway=0.05,
)
DESIGNS: Mapping[str, Invention] = {"vergelijking": COMPARISON, "gespreide_start": STAGGERED}


def invent_design(folder: Path, design: str, seed: int) -> None:
    """Write the exports of a cohort of `DESIGNS`, one file per wave, to `folder`/exports, and what is true of it to `folder`/truth.toml."""
    cohort, exports = invent_cohort(DESIGNS[design], seed), folder / "exports"
    responses, rng = invent_responses(cohort, seed), np.random.default_rng([seed, 3])
    exports.mkdir(parents=True, exist_ok=True)
    for wave in cohort.invention.waves:
        people = responses[responses["wave"] == wave].sort_values("date", kind="stable", ignore_index=True)
        table = pd.DataFrame({"date": people["date"].dt.strftime("%Y-%m-%d %H:%M"), "code": people["respondent"]})
        table["school"], table["role"] = people["school"], people["role"]
        items = dress_items(people, Dress(name_by_id, write_number), rng)
        write_delimited(exports / f"{wave}.csv", pd.concat([table, items], axis=1), separator=",", encoding="utf-8")
    (folder / "truth.toml").write_bytes(write_truth(cohort, seed).encode())
