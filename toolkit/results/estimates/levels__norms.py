"""Where a mean lies against a norm group, in its standard deviations: context, and no verdict on people or teams."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.results.rows import make_blank, make_row
from toolkit.schemas import NORMS
from toolkit.study.instruments import Answers, Instrument, NormGroup, list_instruments, load_instrument, load_norms
from toolkit.study.study import Study


def estimate_norms(levels: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return each mean in `levels` as `norm_position`: (mean - mean of the norm group) / its standard deviation, with its interval.

    Only for scales of which the norm group's mean and spread are known. The norm is taken as exact. It is refused (`other_coding`)
    where the study's own copy of the instrument has other answers than the one the norm was made with.
    """
    rows: list[dict[str, Any]] = []
    for instrument in study.scored_instruments:
        norms = load_norms(instrument)
        if norms is None:
            continue
        own = levels[(levels["instrument"] == instrument.id) & (levels["quantity"] == "mean") & levels["scale"].isin(norms.sd)]
        coded = norms.instrument == instrument.id and has_shipped_answers(instrument)
        rows += [_place(row, norms, coded) for _, row in own.iterrows()]
    return NORMS.collect(rows)


def has_shipped_answers(instrument: Instrument) -> bool:
    """Return whether the answers of `instrument` are coded as in the version that the toolkit ships."""
    if instrument.id not in list_instruments():
        return False
    return _code(instrument.answers) == _code(load_instrument(instrument.id).answers)


def _code(answers: Answers) -> tuple[float, float, float, tuple[float, ...]]:
    return answers.min, answers.max, answers.step, tuple(label.value for label in answers.labels)


def _place(row: pd.Series, norms: NormGroup, coded: bool) -> dict[str, Any]:
    where = {name: row[name] for name in ("school", "wave", "instrument", "scale", "rating")}
    where |= {"verified": norms.verified, "source": norms.source, "country": norms.country, "year": norms.year}
    if row["state"] != "shown" or not coded:
        state, reason = (row["state"], row["method"]) if row["state"] != "shown" else ("not_computable", "other_coding")
        return make_blank(where, "norm_position", state, reason)
    mean, spread = norms.mean[row["scale"]], norms.sd[row["scale"]]
    estimate, low, high = ((row[name] - mean) / spread for name in ("estimate", "low", "high"))
    method = f"norm group of {norms.n}, mean {mean:g}, SD {spread:g}"
    return make_row(where, "norm_position", estimate, row["n"], method, std_error=row["std_error"] / spread, low=low, high=high)
