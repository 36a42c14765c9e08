"""Groups of schools beside each other, and what goes together with change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pingouin as pg
import pytest

import toolkit as plg
from tests.analysis.test_frames import make


def test_with_complete_teams_the_difference_is_the_t_test_on_school_changes() -> None:
    frame = make(8, 6).assign(group=lambda table: np.where(table["school"] < "s3", "plg", "others"))
    table = plg.compare_groups(frame, dv="score", group="group", treated="plg").set_index("group")
    means = frame.groupby(["school", "wave"])["score"].mean().unstack()
    change = means["after"] - means["before"]
    found = pg.ttest(change[:3], change[3:], correction=False).iloc[0]
    assert table.loc["difference", "estimate"] == pytest.approx(change[:3].mean() - change[3:].mean(), abs=1e-9)
    assert table.loc["difference", "p_value"] == pytest.approx(found["p_val"], abs=1e-9)
    assert table["schools"].tolist() == [3, 5, 8] and table["n"].tolist() == [18, 30, 48]


def relate_to_dose(slope: float) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = make(8, 12)
    dose = dict(zip(frame["code"].unique(), rng.normal(size=96), strict=True))
    frame["dose"] = frame["code"].map(dose)
    frame["score"] += slope * frame["dose"] * (frame["wave"] == "after")
    return plg.relate(frame, dv="score", on="dose")


@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_a_true_slope_within_schools_lies_in_its_interval(slope: float) -> None:
    row = relate_to_dose(slope).set_index("on").loc["dose, within"]
    assert row["low"] < slope < row["high"] and row["n"] == 96 and row["schools"] == 8


def test_a_score_that_changes_counts_as_its_change_and_a_role_by_its_values() -> None:
    frame = make(6, 12).assign(support=make(6, 12, seed=3)["score"], role=np.repeat(["head", "teacher", "leader"], 2).tolist() * 24)
    table = plg.relate(frame, dv="score", on=["support", "role"])
    assert table["on"].tolist() == ["support, within", "support, between", "role: leader, within", "role: teacher, within"]
    again = frame.assign(support=frame["support"] + frame["code"].str[-1].astype(int))  # what stays the same falls out of a change
    pd.testing.assert_frame_equal(plg.relate(again, dv="score", on=["support", "role"]), table)


def test_what_is_the_same_for_a_school_relates_between_schools_only() -> None:
    frame = make(8, 5).assign(hours=lambda table: table["school"].str[1:].astype(int))
    assert plg.relate(frame, dv="score", on="hours")["on"].tolist() == ["hours, between"]
