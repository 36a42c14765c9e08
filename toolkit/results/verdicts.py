"""Verdicts of factors that are tested together: those that do not survive Holm's correction are an indication only."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.analysis.verdicts import weaken_verdicts
from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.study.study import Study

JUDGED = ("change", "change_pairs", "average_change")
#: Factors with the same values in these are tested together.
FAMILY = ("school", "comparison", "instrument", "rating", "quantity")


def correct_for_number(change: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return `change` with the verdicts of factors that do not survive Holm's correction set to `indication_rose` or `indication_fell`.

    Totals and subscales stay unchanged, so does the primary outcome, and so do all p-values and intervals.
    """
    tested = correct_factors(change, study)
    return change.assign(verdict=tested["verdict"].reindex(change.index).fillna(change["verdict"]))


def correct_factors(change: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the judged changes of factors and key factors with `p_adjusted` after Holm, and the verdicts that follow.

    A family is all factors of one instrument in one rating, school, comparison and quantity; its key factors are a family of their own.
    """
    kinds = {(i.id, s.id): "factor" for i in study.scored_instruments for s in i.scales if s.kind == "factor"}
    kinds |= {(i.id, factor): "key" for i in study.scored_instruments for factor in i.key_factors}
    named = zip(change["instrument"], change["scale"], strict=True)
    kind = pd.Series([kinds.get(pair, "") for pair in named], index=change.index, dtype="str")
    concerned = (kind != "") & change["quantity"].isin(JUDGED)
    return correct_families(change[concerned].assign(family=kind[concerned]), (*FAMILY, "family"), study)


def correct_families(change: pd.DataFrame, family: Sequence[str], study: Study) -> pd.DataFrame:
    """Return `change` with `p_adjusted` after Holm over the rows with the same `family`, and the verdicts that follow.

    The primary outcome was chosen beforehand: it is no member of any family, so its p-value is not adjusted.
    """
    return adjust_families(change, family, study.confidence, _find_primary(change, study))


def adjust_families(change: pd.DataFrame, family: Sequence[str], level: float, spared: pd.Series | None = None) -> pd.DataFrame:
    """Return `change` with `p_adjusted` after Holm over the rows with the same `family`, and the verdicts that follow at `level`.

    Rows that are `spared` are members of no family, and keep p-value and verdict.
    """
    alone = pd.Series(False, index=change.index) if spared is None else spared
    corrected = change.assign(p_adjusted=change["p_value"].where(alone, math.nan))
    for _, rows in change[~alone].groupby(list(family)):
        corrected.loc[rows.index, "p_adjusted"] = compute_adjusted_p(rows["p_value"].to_numpy(), "holm")
    lost = (corrected["p_adjusted"] > 1 - level) & ~alone
    return corrected.assign(verdict=weaken_verdicts(corrected["verdict"], lost))


def _find_primary(change: pd.DataFrame, study: Study) -> pd.Series:
    """Return which rows are about the primary outcome of the study."""
    named = [change[name] == value for name, value in study.primary.model_dump().items()]
    return pd.Series(np.logical_and.reduce(named), index=change.index, dtype=bool)
