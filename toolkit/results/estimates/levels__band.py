"""Between which two means the other schools lie: what the page of a school may know of them, and nothing more."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from toolkit.results.rows import make_blank, make_row
from toolkit.schemas import BAND, WHAT
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome, Study

#: So many decimals have the two ends: how many people stand behind them must not show.
DECIMALS = 1
ENDS = ("lowest", "highest")


def estimate_band(levels: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return per school, wave and scale the lowest and the highest mean of the other schools, in one decimal.

    It needs three others whose mean is shown. Scales about one person's leadership have no band: it would be about somebody.
    """
    about = {(i.id, scale.id) for i in study.scored_instruments for scale in i.scales if scale.about_person}
    means = levels[(levels["quantity"] == "mean") & (levels["school"] != "")]
    open_to_all = [pair not in about for pair in zip(means["instrument"], means["scale"], strict=True)]
    rows: list[dict[str, Any]] = []
    for key, cells in means[open_to_all].groupby(["wave", *WHAT], sort=False):
        wave, *what = key
        is_shown = cells["state"] == "shown"
        shown = dict(zip(cells.loc[is_shown, "school"].tolist(), cells.loc[is_shown, "estimate"].tolist(), strict=True))
        where = {"wave": str(wave)} | Outcome.model_validate(dict(zip(WHAT, what, strict=True))).model_dump()
        for school in cells["school"].tolist():
            rows += _describe([mean for other, mean in shown.items() if other != school], {"school": school} | where)
    return BAND.collect(rows)


def _describe(others: list[float], where: dict[str, Any]) -> list[dict[str, Any]]:
    if len(others) < load_rules().floors["other_schools"]:
        return [make_blank(where, quantity, "hidden", "too_few_schools") for quantity in ENDS]
    ends = (min(others), max(others))
    return [make_row(where, quantity, _round(mean), len(others), "mean") for quantity, mean in zip(ENDS, ends, strict=True)]


def _round(mean: float) -> float:
    return math.floor(mean * 10.0**DECIMALS + 0.5) / 10.0**DECIMALS
