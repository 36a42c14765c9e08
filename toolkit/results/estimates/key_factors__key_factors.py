"""Key factors: wider factors, each the mean of the scales of an instrument that name it."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.results.rows import make_blanks
from toolkit.results.rows__rows__disclosure_tmp import may_show_both
from toolkit.schemas import CHANGE, SCORES, WHAT
from toolkit.study.instruments import Instrument
from toolkit.study.study import Study


def score_key_factors(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the scores on the key factors of the study's instruments, as SCORES: the factor's id stands as scale.

    A score is the mean of the scales that were answered; it needs three quarters of them, rounded up.
    """
    parts = [_score(scores, instrument, factor) for instrument in study.scored_instruments for factor in instrument.key_factors]
    return SCORES.conform(pd.concat(parts, ignore_index=True)) if parts else SCORES.empty()


def list_parts(instrument: Instrument, factor: str) -> list[str]:
    """Return the scales that a key factor is made of."""
    return [scale.id for scale in instrument.scales if scale.key_factor == factor]


def hide_differences(change: pd.DataFrame, scores: pd.DataFrame, keyed: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return `change` of key factors with the schools hidden where a part was answered by a few people more than the whole.

    The answers of those few would follow from the means of all parts and of the whole.
    """
    unsafe = _list_unsafe(scores, keyed, study)
    cells = zip(change["school"], change["instrument"], change["rating"], change["scale"], strict=True)
    hidden = (change["state"] == "shown") & pd.Series([cell in unsafe for cell in cells], index=change.index, dtype=bool)
    where = ["school", "comparison", *WHAT]
    blanks = [
        make_blanks(dict(zip(where, key, strict=True)) | {"verdict": ""}, [quantity], "hidden", "subtraction")[0]
        for *key, quantity in change.loc[hidden, [*where, "quantity"]].itertuples(index=False)
    ]
    return CHANGE.conform(pd.concat([change[~hidden], CHANGE.collect(blanks)]) if blanks else change)


def _list_unsafe(scores: pd.DataFrame, keyed: pd.DataFrame, study: Study) -> set[tuple[str, str, str, str]]:
    """Return school, instrument, rating and key factor of each such case."""
    factors = {(i.id, scale.id): scale.key_factor for i in study.scored_instruments for scale in i.scales if scale.key_factor}
    cells = ["school", "instrument", "rating", "scale", "wave"]
    owners = [factors.get(pair, "") for pair in zip(scores["instrument"], scores["scale"], strict=True)]
    valid = scores.assign(part=scores["scale"], scale=owners).dropna(subset="score")
    parts = valid[valid["scale"] != ""].groupby([*cells, "part"]).size()
    wholes = keyed.dropna(subset="score").groupby(cells).size()
    return {key[:4] for key, part in parts.items() if not may_show_both(part, wholes.get(key[:5], 0), study)}  # type: ignore[index]


def _score(scores: pd.DataFrame, instrument: Instrument, factor: str) -> pd.DataFrame:
    parts = list_parts(instrument, factor)
    own = scores[(scores["instrument"] == instrument.id) & scores["scale"].isin(parts)]
    who = ["respondent", "school", "wave", "role", "instrument", "rating"]
    grouped = own.groupby(who, sort=False)["score"].agg(["mean", "count"]).reset_index()
    enough = grouped["count"] >= math.ceil(0.75 * len(parts))
    return grouped.assign(scale=factor, score=grouped["mean"].where(enough), answered=grouped["count"], asked=len(parts))[
        list(SCORES.columns)
    ]
