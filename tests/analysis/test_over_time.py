"""Who left, and the course over waves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import toolkit as plg
from tests.analysis.test_frames import make


def lose(schools: int = 6, people: int = 20) -> pd.DataFrame:
    """Return scores of which those who began low did not answer again."""
    frame = make(schools, people)
    first = frame[frame["wave"] == "before"].set_index("code")["score"]
    return frame[(frame["wave"] == "before") | (frame["code"].map(first) > 2.5)]


def test_stayers_and_leavers_are_compared_before() -> None:
    frame = lose()
    table = plg.attrition(frame, dv="score").set_index("what")
    first = frame[frame["wave"] == "before"].set_index("code")["score"]
    stays = first.index.isin(frame.loc[frame["wave"] == "after", "code"])
    found = stats.ttest_ind(first[~stays], first[stays], equal_var=False)
    row = table.loc["leavers_minus_stayers"]
    assert row["estimate"] == pytest.approx(first[~stays].mean() - first[stays].mean(), abs=1e-9)
    assert row["p_value"] == pytest.approx(found.pvalue, abs=1e-9)
    assert table["n"].tolist()[:3] == [stays.sum(), (~stays).sum(), stays.size]
    assert table.loc[["stayers", "leavers"], "p_value"].isna().all()  # nobody asks whether a level is 0


def test_the_default_and_the_pairs_are_those_of_change() -> None:
    frame = lose()
    table = plg.attrition(frame, dv="score").set_index("what")
    assert table.loc["change", "estimate"] == plg.change(frame)["estimate"][0]
    wide = frame.pivot_table(index=["school", "code"], columns="wave", values="score").dropna()
    means = (wide["after"] - wide["before"]).groupby("school").mean()
    assert table.loc["change_pairs", "estimate"] == pytest.approx(means.mean(), abs=1e-9)


def test_imputations_are_drawn_from_their_seed() -> None:
    found = [plg.attrition(lose(), dv="score", seed=seed).set_index("what").loc["change_imputed", "estimate"] for seed in (1, 1, 2)]
    assert found[0] == found[1] != found[2]


DATES = {"a": "2023-09-15", "b": "2024-09-15", "c": "2025-09-15", "d": "2026-09-15"}


def grow(waves: tuple[str, ...] = tuple(DATES)) -> pd.DataFrame:
    """Return scores that rise by half a point from wave to wave in the order given."""
    return make(6, 15, waves=waves)


def test_the_slope_is_per_year_and_the_first_wave_is_the_start() -> None:
    table = plg.growth(grow(), dv="score", dates=DATES).set_index("what")
    assert list(table.index) == ["b", "c", "d", "slope", "bend"]
    for what, truth in {"b": 0.5, "c": 1.0, "d": 1.5, "slope": 0.5, "bend": 0.0}.items():
        assert table.loc[what, "low"] < truth < table.loc[what, "high"], what


def test_dates_tell_the_order_whatever_the_waves_are_called() -> None:
    names = {"a": "zeta", "b": "alpha", "c": "mu", "d": "beta"}
    plain = plg.growth(grow(), dv="score", dates=DATES)
    renamed = plg.growth(
        grow().assign(wave=lambda table: table["wave"].map(names)), dv="score", dates={names[wave]: date for wave, date in DATES.items()}
    )
    np.testing.assert_allclose(renamed["estimate"], plain["estimate"], atol=1e-9)
    assert renamed["what"].tolist() == ["alpha", "mu", "beta", "slope", "bend"]


@pytest.mark.parametrize(("waves", "trend"), [(3, False), (4, True)])
def test_a_trend_takes_four_waves(waves: int, trend: bool) -> None:
    names = tuple(DATES)[:waves]
    table = plg.growth(grow(names), dv="score", dates=DATES)
    assert ("slope" in table["what"].tolist()) is trend
