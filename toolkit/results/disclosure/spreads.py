"""Spreads of few people, hidden: an interval on one or two statements is a spread, and with the mean it reveals every answer.

For all teams of five who answer one statement from 1 to 5 at random, a mean and its interval with one decimal give all five answers in
64 %; for two statements in 12 %, for three from 0 to 6 in 1 %. So on a short scale a school with fewer than ten people has its numbers and
the conclusions they allow, but neither interval nor effect size.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.results.results import Results
from toolkit.results.rows import WITHOUT, find_spread_floor
from toolkit.schemas import WHAT
from toolkit.study.study import Study

#: Scores on a scale of this many statements can take so few values that a mean and a spread reveal them.
SHORT = 2
#: What such a row lacks: with the mean each of these gives the spread.
SPREADS = ("std_error", "low", "high", "p_value", "df")
#: Quantities that rest on the spread of the school's own answers; the shrunken estimates have one spread for all schools.
OWN = ("change", "before", "after", "change_pairs")
#: A change divided by a spread gives the spread.
EFFECTS = ("d_z", "g_av")


def hide_spreads(results: Results, study: Study) -> Results:
    """Return `results` without the spreads of short scales on few people."""
    levels = results.levels
    few = _is_short(levels, study) & (levels["quantity"] == "mean") & (levels["n"] < find_spread_floor(study))
    return replace(results, levels=_drop(levels, few), change=_hide_in_change(results.change, study))


def _hide_in_change(change: pd.DataFrame, study: Study) -> pd.DataFrame:
    ends = change["n"].where(change["quantity"].isin(["before", "after"]))  # a hidden end has no number of people, and so counts as few
    smaller_wave = ends.groupby([change[name] for name in ("school", "comparison", *WHAT)]).transform("min")
    people = np.fmin(change["n"], smaller_wave)
    few = _is_short(change, study) & (people < find_spread_floor(study))
    dropped = _drop(change, few & change["quantity"].isin(OWN))
    effects = few & dropped["quantity"].isin(EFFECTS)
    blank: dict[str, object] = {"state": "hidden", "method": "too_few_for_spread"}
    blank |= dict.fromkeys(("n", "pairs", "schools"), 0) | dict.fromkeys(("estimate", "low", "high"), np.nan)
    return dropped.assign(**{name: dropped[name].mask(effects, value) for name, value in blank.items()})


def _is_short(table: pd.DataFrame, study: Study) -> pd.Series:
    """Return which rows show one school's number on a short scale."""
    short = {(i.id, scale.id) for i in study.scored_instruments for scale in i.scored_scales if len(scale.items) <= SHORT}
    concerned = [pair in short for pair in zip(table["instrument"], table["scale"], strict=True)]
    return pd.Series(concerned, index=table.index, dtype=bool) & (table["school"] != "") & (table["state"] == "shown")


def _drop(table: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    without = {name: table[name].mask(rows) for name in SPREADS if name in table}
    return table.assign(**without, method=table["method"].mask(rows, table["method"] + WITHOUT))
