"""Many factors at once: a factor may only be called changed when that survives Holm's correction over all factors of the instrument."""

from __future__ import annotations

import pandas as pd

from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.study.study import Study

JUDGED = ("change", "change_pairs", "average_change")


def correct_for_number(change: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return `change` with the verdicts of factors that do not survive Holm's correction set to `unclear`.

    A family is all factors of one instrument in one rating, school, comparison and quantity. Totals and subscales stay as they are,
    and so do all p-values and intervals.
    """
    factors = {(i.id, s.id) for i in study.scored_instruments for s in i.scales if s.kind == "factor"}
    concerned = pd.Series(
        [pair in factors for pair in zip(change["instrument"], change["scale"], strict=True)], index=change.index, dtype=bool
    )
    tested = change[concerned & change["quantity"].isin(JUDGED) & change["p_value"].notna()]
    corrected = change.copy()
    for _, family in tested.groupby(["school", "comparison", "instrument", "rating", "quantity"]):
        adjusted = compute_adjusted_p(family["p_value"].to_numpy(), "holm")
        moved = family["verdict"].str.startswith(("rose", "fell"))
        corrected.loc[family.index[moved & (adjusted > 1 - study.confidence)], "verdict"] = "unclear"
    return corrected
