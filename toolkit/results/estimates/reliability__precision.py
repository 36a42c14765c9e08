"""How precisely the study's outcomes are measured, also within schools: omega with an interval over resampled people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.estimates.pooled import list_outcomes, make_generator
from toolkit.results.rows import Where, make_blank, make_row
from toolkit.results.rows__rows__disclosure_tmp import find_spread_floor
from toolkit.schemas import RELIABILITY
from toolkit.scoring import take_answers
from toolkit.statistics.factor_analysis.omega import Omega, estimate_omega
from toolkit.study.study import Study

QUANTITIES = ("omega", "omega_within")
#: As many as the interval of a report asks for.
RESAMPLES = 2000


def estimate_precision(responses: pd.DataFrame, study: Study, resamples: int = RESAMPLES) -> pd.DataFrame:
    """Return omega total per wave over all people (`omega`) and of answers less the mean of the own school (`omega_within`).

    What schools have in common makes `omega` higher; `omega_within` is about telling colleagues apart. Percentile intervals over people
    resampled within schools, from the study's seed. Scales of fewer than three items have no omega; 10 people are the least.
    """
    rows: list[dict[str, Any]] = []
    for outcome in list_outcomes(study):
        instrument = study.find_instrument(outcome.instrument)
        if outcome.rating not in instrument.asked_ratings:
            continue
        items = instrument.find_scale(outcome.scale).items
        for wave in study.waves:
            here = responses[responses["wave"] == wave.id].sort_values(["school", "respondent"])
            answers = take_answers(here, instrument, outcome.rating, study)[:, [item.id in items for item in instrument.items]]
            where = {"wave": wave.id} | outcome.model_dump()
            rows += _describe(answers, here["school"].to_numpy(dtype=str), where, study, resamples)
    return RELIABILITY.collect(rows)


def _describe(answers: np.ndarray, schools: np.ndarray, where: Where, study: Study, resamples: int) -> list[dict[str, Any]]:
    complete = int((~np.isnan(answers)).all(axis=1).sum())
    if not np.isfinite(answers).any():
        return [make_blank(where, quantity, "not_measured", "no_answers") for quantity in QUANTITIES]
    if complete < find_spread_floor(study):
        return [make_blank(where, quantity, "hidden", "too_few_for_spread") for quantity in QUANTITIES]
    found = {
        quantity: estimate_omega(
            answers,
            groups=schools,
            within_groups=quantity == "omega_within",
            generator=make_generator(study, quantity, *where.values()),
            resamples=resamples,
            level=study.confidence,
        )
        for quantity in QUANTITIES
    }
    return [_make(where, quantity, omega) for quantity, omega in found.items()]


def _make(where: Where, quantity: str, omega: Omega) -> dict[str, Any]:
    if not np.isfinite(omega.estimate):
        return make_blank(where, quantity, "not_computable", omega.reason or "no_spread")
    return make_row(where, quantity, omega.estimate, omega.n, omega.method, low=omega.low, high=omega.high)
