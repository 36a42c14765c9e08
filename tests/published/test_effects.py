"""Numbers of tables of effects, which are no survey: they go to the formulas straight away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.published.road import PUBLISHED, near
from toolkit.statistics.means import PairedChange, compute_hedges_factor, standardise_change
from toolkit.statistics.meta_analysis import estimate_random_effects, estimate_tau2


def test_nineteen_studies_are_pooled_as_published() -> None:
    data = pd.read_csv(PUBLISHED / "meta_teacher_expectancy" / "dat_raudenbush1985.csv")
    found = estimate_random_effects(data["yi"], data["vi"])
    # metafor stops when tau2 changes by less than 1e-5
    assert (found.k, found.tau2, found.mu, found.mu / found.std_error_wald) == (19, near("0.0188"), near("0.0837"), near("1.6208"))
    assert (found.mu, found.std_error_wald, found.tau2, found.i2) == (
        near("0.083708", 1e-3),
        near("0.051646", 1e-3),
        near("0.018826", 1e-3),
        near("0.4186", 1e-3),
    )
    assert (found.q, found.std_error, found.low, found.high) == (near("35.8295"), near("0.061582", 1e-3), near("-0.0457"), near("0.2131"))
    assert 1 / (1 - found.i2) == near("1.7199", 1e-3)
    wald = found.mu + np.array([-1, 1]) * 1.959964 * found.std_error_wald
    assert list(wald) == [near("-0.0175"), near("0.1849")]


def test_other_estimates_of_the_spread_between_studies_are_those_published() -> None:
    data = pd.read_csv(PUBLISHED / "meta_teacher_expectancy" / "dat_raudenbush1985.csv")
    tau2 = estimate_tau2(data["yi"], data["vi"], "dl")
    assert tau2 == near("0.025904")
    assert np.average(data["yi"], weights=1 / (data["vi"] + tau2)) == near("0.089322")
    assert np.average(data["yi"], weights=1 / data["vi"]) == near("0.060366")


MORRIS = {
    "T": ("0.5417 1.0198 2.6619 1.9088 0.0765", "0.5056 1.0481 1.8054 1.4181 0.0801"),
    "C": ("-0.2213 0.1219 0.0000 0.5575 -0.2126", "-0.2365 0.0958 0.0000 0.2667 -0.4250"),
}


@pytest.mark.parametrize("group", MORRIS)
def test_changes_divided_by_their_own_spread_are_those_of_metafor(group: str) -> None:
    """SMCC, the change over the SD of change with the small-sample factor, is our g_z."""
    data = pd.read_csv(PUBLISHED / "prepost_control_effects" / "morris2008_table5.csv")
    change = data[f"{group}_m_post"] - data[f"{group}_m_pre"]
    first, second, n, r = data[f"{group}_sd_pre"], data[f"{group}_sd_post"], data[f"{group}_n"], data["r"]
    spread = np.sqrt(first**2 + second**2 - 2 * r * first * second)
    written, by_start = (line.split() for line in MORRIS[group])
    for place in range(5):
        size = int(n[place])
        error = float(spread[place] / np.sqrt(size))
        found = PairedChange(
            change[place], error, size - 1, np.nan, np.nan, np.nan, size, first[place], second[place], spread[place], r[place]
        )
        assert standardise_change(found).g_z.estimate == near(written[place])
        assert change[place] / first[place] * compute_hedges_factor(size - 1) == near(by_start[place])


def test_changes_beside_a_comparison_group_are_those_of_morris() -> None:
    """Differences of standardised changes (Morris 2008, p. 382), by the small-sample factor of the toolkit."""
    data = pd.read_csv(PUBLISHED / "prepost_control_effects" / "morris2008_table5.csv")
    change = {group: data[f"{group}_m_post"] - data[f"{group}_m_pre"] for group in "TC"}
    own = {
        group: [compute_hedges_factor(size - 1) for size in data[f"{group}_n"]] * change[group] / data[f"{group}_sd_pre"] for group in "TC"
    }
    assert list(own["T"] - own["C"]) == [near(number) for number in ["0.7421", "0.9524", "1.8054", "1.1514", "0.5050"]]
    df = data["T_n"] + data["C_n"] - 2
    pooled = np.sqrt(((data["T_n"] - 1) * data["T_sd_pre"] ** 2 + (data["C_n"] - 1) * data["C_sd_pre"] ** 2) / df)
    together = [compute_hedges_factor(number) for number in df] * (change["T"] - change["C"]) / pooled
    assert list(together) == [near(number) for number in ["0.7684", "0.8010", "1.2045", "1.0476", "0.4389"]]
