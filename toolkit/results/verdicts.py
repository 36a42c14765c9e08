"""Verdicts of factors that are tested together: those that do not survive Holm's correction say nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.study.study import Study

JUDGED = ("change", "change_pairs", "average_change")
#: Factors with the same values in these are tested together.
FAMILY = ("school", "comparison", "instrument", "rating", "quantity")


def correct_for_number(change: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return `change` with the verdicts of factors that do not survive Holm's correction set to `unclear`.

    A family is all factors of one instrument in one rating, school, comparison and quantity. Totals and subscales stay unchanged, and so
    do all p-values and intervals.
    """
    factors = {(i.id, s.id) for i in study.scored_instruments for s in i.scales if s.kind == "factor"}
    concerned = pd.Series(
        [pair in factors for pair in zip(change["instrument"], change["scale"], strict=True)], index=change.index, dtype=bool
    )
    tested = correct_families(change[concerned & change["quantity"].isin(JUDGED)], FAMILY, study)
    return change.assign(verdict=tested["verdict"].reindex(change.index).fillna(change["verdict"]))


def correct_families(change: pd.DataFrame, family: Sequence[str], study: Study) -> pd.DataFrame:
    """Return `change` with `p_adjusted` after Holm over the rows with the same `family`, and the verdicts that survive it."""
    corrected = change.assign(p_adjusted=math.nan)
    for _, rows in change.groupby(list(family)):
        corrected.loc[rows.index, "p_adjusted"] = compute_adjusted_p(rows["p_value"].to_numpy(), "holm")
    lost = (corrected["p_adjusted"] > 1 - study.confidence) & corrected["verdict"].str.startswith(("rose", "fell"))
    return corrected.assign(verdict=corrected["verdict"].mask(lost, "unclear"))
