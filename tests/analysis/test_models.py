"""Models compared: each row is the library's own number, and the advice follows rules in data."""

from __future__ import annotations

import warnings

import numpy as np
import pingouin as pg
import pytest
import statsmodels.formula.api as smf
from scipy import stats

import toolkit as plg
from tests.analysis.test_frames import make
from toolkit.languages import load_text
from toolkit.study.rules import Modelled, ModelRule, load_rules


def compare(schools: int = 6, people: int = 8):
    frame = make(schools, people)
    wide = frame.pivot_table(index=["school", "code"], columns="wave", values="score").reset_index()
    return frame, wide, plg.compare_models(frame, dv="score")


def test_the_rows_are_those_of_the_libraries() -> None:
    frame, wide, table = compare()
    rows = {row["model"]: row for row in table.to_dict("records")}
    text = load_text("en")
    paired = pg.ttest(wide["after"], wide["before"], paired=True).iloc[0]
    own = rows[text.say("models.paired_t")]
    assert own["p_value"] == pytest.approx(paired["p_val"], abs=1e-12)
    change = wide["after"] - wide["before"]
    interval = stats.ttest_1samp(change, 0).confidence_interval()
    assert (own["low"], own["high"]) == pytest.approx(tuple(interval), abs=1e-9)
    assert rows[text.say("models.wilcoxon")]["p_value"] == pytest.approx(
        stats.wilcoxon(wide["after"], wide["before"], correction=True).pvalue, abs=1e-12
    )
    frame = frame.assign(after=(frame["wave"] == "after") * 1.0)
    fit = smf.ols("score ~ after + C(school)", frame).fit(
        cov_type="cluster", cov_kwds={"groups": frame["school"].factorize()[0]}, use_t=True
    )
    own = rows[text.say("models.clusters")]
    assert (own["estimate"], own["std_error"], own["p_value"]) == pytest.approx(
        (fit.params["after"], fit.bse["after"], fit.pvalues["after"])
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a variance at its bound
        mixed = smf.mixedlm("score ~ after", frame, groups="school", re_formula="~after", vc_formula={"person": "0 + C(code)"}).fit()
    own = rows[text.say("models.mixedlm")]
    assert (own["estimate"], own["std_error"]) == pytest.approx((mixed.params["after"], mixed.bse["after"]), abs=1e-4)


def test_the_first_row_is_the_change_over_schools() -> None:
    frame, _, table = compare()
    average = plg.change(frame, dv="score", detail=True).iloc[0]
    assert table.iloc[0][["estimate", "low", "high", "p_value"]].tolist() == average[["estimate", "low", "high", "p_value"]].tolist()


@pytest.mark.parametrize(
    ("errors", "word"),
    [
        ((6.5, 3.5), "yes"),
        ((6.6, 5.0), "care"),
        ((7.5, 3.0), "care"),
        ((7.6, 5.0), "no"),
        ((6.5, 3.4), "careful"),
    ],
)
def test_the_advice_follows_the_false_finds_on_both_sides_of_each_boundary(errors: tuple[float, ...], word: str) -> None:
    rule = ModelRule(library="x", found=(Modelled(schools=6, errors=errors),), reference="made")
    assert rule.judge(6) == word


@pytest.mark.parametrize(("schools", "nearest"), [(4, 4), (5, 4), (7, 6), (11, 8), (12, 14), (400, 30)])
def test_the_nearest_number_of_schools_that_was_simulated_decides(schools: int, nearest: int) -> None:
    assert load_rules().models["two_stages"].find(schools)[0] == nearest


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_takes_colleagues_for_strangers_is_never_to_be_believed_and_the_default_is(language: str, monkeypatch) -> None:
    monkeypatch.setenv("LC_ALL", language)
    text = load_text(language)  # type: ignore[arg-type]
    for schools in (4, 8, 30):
        _, _, table = compare(schools, 6)
        believe = dict(zip(table["model"], table["believe"], strict=True))
        assert believe[text.say("models.two_stages")] == text.say("models.believe_yes")
        assert {believe[text.say(f"models.{name}")] for name in ("paired_t", "wilcoxon")} == {text.say("models.believe_no")}
        assert table["why"].str.contains("%").all() and table["why"].str.len().max() <= 50  # what pandas shows of a cell
        assert table.attrs["simulated"] == load_rules().models["mixedlm"].find(schools)[0]


def test_a_pair_that_only_one_wave_has_counts_for_the_models_that_use_everybody() -> None:
    frame, _, _ = compare()
    table = plg.compare_models(frame.drop(index=0), dv="score")
    assert table["n"].tolist() == [48] * 5 + [47] * 2 and np.isfinite(table["estimate"]).all()
