"""Cohorts of a frame: what stands in the rows, what is said where there is no number, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import toolkit as plg
from tests.analysis.test_frames import make, put
from toolkit.analysis.cohorts import estimate_cohorts
from toolkit.errors import FrameError


def make_cohorts(*schools: int, change: float = 0.5, people: int = 8) -> pd.DataFrame:
    """Return cohorts from 2024 on of so many schools s0, s1, …, with the same codes in each; every next one changed by `change` more."""
    parts = []
    for place, count in enumerate(schools):
        part = make(count, people, seed=place + 1).assign(cohort=2024 + place)
        part["score"] += np.where(part["wave"] == "after", change * place, 0.0)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def take(table: pd.DataFrame, what: str) -> pd.DataFrame:
    """Return the rows of one kind."""
    return table[table["what"] == what].reset_index(drop=True)


def test_each_cohort_has_a_row_and_its_schools_and_each_pair_a_difference() -> None:
    table = plg.compare_cohorts(make_cohorts(4, 5))
    assert table["what"].tolist() == ["cohort", *["school"] * 4, "cohort", *["school"] * 5, "difference"]
    assert table["school"].tolist()[:6] == ["all schools", "s0", "s1", "s2", "s3", "all schools"]
    assert take(table, "difference")[["cohort", "against", "schools", "n", "pairs"]].values.tolist() == [["2025", "2024", 9, 72, 72]]
    assert table.attrs == {
        "dv": ["score"], "wave": "wave", "person": "code", "school": "school", "cohort": "cohort", "confidence": 0.95,
        "before": {"2024": "before", "2025": "before"}, "after": {"2024": "after", "2025": "after"},
    }  # fmt: skip
    cohorts = take(table, "cohort")
    np.testing.assert_allclose(cohorts["after"] - cohorts["before"], cohorts["estimate"])


def test_numbers_are_the_t_tests_over_the_changes_of_the_schools() -> None:
    table = plg.compare_cohorts(make_cohorts(4, 6), confidence=0.9)
    changes = [own["estimate"].to_numpy() for _, own in take(table, "school").groupby("cohort")]
    for row, own in zip(take(table, "cohort").itertuples(), changes, strict=True):
        test = stats.ttest_1samp(own, 0)
        np.testing.assert_allclose([row.estimate, row.p_value], [own.mean(), test.pvalue], rtol=1e-9)
        np.testing.assert_allclose([row.low, row.high], test.confidence_interval(0.9), rtol=1e-9)
    (row,) = take(table, "difference").itertuples()
    test = stats.ttest_ind(changes[1], changes[0], equal_var=True)
    np.testing.assert_allclose([row.low, row.high, row.p_value], [*test.confidence_interval(0.9), test.pvalue], rtol=1e-9)


def test_in_full_pairs_a_school_changed_by_the_mean_of_its_people() -> None:
    frame = make_cohorts(4, 4)
    wide = frame.pivot(index=["cohort", "school", "code"], columns="wave", values="score")
    own = (wide["after"] - wide["before"]).groupby(["cohort", "school"]).mean()
    np.testing.assert_allclose(take(plg.compare_cohorts(frame), "school")["estimate"], own, rtol=1e-9)


def test_neither_the_order_of_rows_nor_the_names_of_columns_matter() -> None:
    frame = make_cohorts(4, 4)
    shuffled = frame.sample(frac=1, random_state=3)[["score", "cohort", "wave", "code", "school"]]
    pd.testing.assert_frame_equal(plg.compare_cohorts(frame), plg.compare_cohorts(shuffled), check_exact=True)
    named = frame.rename(columns={"cohort": "group"})
    pd.testing.assert_frame_equal(plg.compare_cohorts(frame), plg.compare_cohorts(named, dv="score", cohort="group"), check_exact=True)


def test_one_frame_and_two_read_apart_give_the_same_to_the_last_digit() -> None:
    frame = make_cohorts(4, 5)
    parts = {str(year): own for year, own in frame.groupby("cohort")}
    people = {year: own.pivot(index=["school", "code"], columns="wave", values="score") for year, own in parts.items()}
    tables = {year: own.rename_axis(["school", "respondent"])[["before", "after"]].sort_index() for year, own in people.items()}
    found = estimate_cohorts(tables, {year: own["school"].unique() for year, own in parts.items()}, 0.95)
    table = take(plg.compare_cohorts(frame), "cohort")
    assert table["low"].tolist() == [cohort.mean.low for cohort in found.values()]


def test_with_other_versions_each_cohort_is_estimated_as_if_alone() -> None:
    frame = make_cohorts(4, 4)
    gaps = np.random.default_rng(2).random(len(frame)) < 0.2
    frame.loc[gaps, "score"] = np.nan
    apart = take(plg.compare_cohorts(frame, common=False), "cohort")
    assert apart["low"].tolist() == [plg.change(own, dv="score")["low"][0] for _, own in frame.groupby("cohort")]
    assert (apart["low"] != take(plg.compare_cohorts(frame), "cohort")["low"]).all()


def test_each_cohort_may_have_waves_of_its_own() -> None:
    frame = make_cohorts(4, 4)
    plain = plg.compare_cohorts(frame)
    dated = frame.assign(
        wave=np.where(frame["wave"] == "before", frame["cohort"].astype(str) + "-09", (frame["cohort"] + 1).astype(str) + "-06")
    )
    found = plg.compare_cohorts(dated)
    pd.testing.assert_frame_equal(found, plain, check_exact=True)
    assert found.attrs["after"] == {"2024": "2025-06", "2025": "2026-06"}
    named = frame.assign(wave=frame["wave"] + " of " + frame["cohort"].astype(str))
    waves = {when: {year: f"{when} of {year}" for year in (2024, 2025)} for when in ("before", "after")}
    pd.testing.assert_frame_equal(plg.compare_cohorts(named, **waves), plain, check_exact=True)


@pytest.mark.parametrize(("language", "few"), [("nl", "te weinig scholen"), ("en", "too few schools")])
def test_a_cohort_of_few_schools_stands_beside_the_others(language: str, few: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", language)
    table = plg.compare_cohorts(make_cohorts(4, 3, 1))
    small = take(table, "cohort").iloc[1:]
    assert small["estimate"].notna().all() and small[["low", "high", "p_value"]].isna().all(axis=None)
    assert small["schools"].tolist() == [3, 1] and set(small["verdict"]) == {few}
    differences = take(table, "difference")
    assert differences["estimate"].isna().all() and set(differences["verdict"]) == {few}
    assert set(take(plg.compare_cohorts(make_cohorts(4, 3), detail=True), "difference")["method"]) == {few}


def test_from_four_cohorts_on_they_are_summed_up() -> None:
    frame = make_cohorts(4, 5, 4, 6, 2)
    table = plg.compare_cohorts(frame, detail=True)
    assert table["what"].tolist()[-3:] == ["mean", "tau_cohorts", "tau_schools"] and "difference" not in set(table["what"])
    (mean,) = take(table, "mean").itertuples()
    assert (mean.schools, mean.df, mean.n) == (19, 3, 152)  # the cohort of two schools is not in it
    assert mean.low < mean.estimate < mean.high
    assert take(table, "tau_cohorts")["estimate"][0] > 0.2
    three = plg.compare_cohorts(frame[frame["cohort"] < 2027])
    assert take(three, "difference")[["cohort", "against"]].values.tolist() == [["2025", "2024"], ["2026", "2024"], ["2026", "2025"]]


@pytest.mark.parametrize(
    ("language", "more", "less"),
    [
        ("nl", "meer gestegen, of minder gedaald", "minder gestegen, of meer gedaald"),
        ("en", "rose more, or fell less", "rose less, or fell more"),
    ],
)
def test_a_difference_is_said_in_words(language: str, more: str, less: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", language)
    said = [take(plg.compare_cohorts(make_cohorts(5, 5, change=size)), "difference")["verdict"][0] for size in (2.5, -2.5)]
    assert said == [more, less]


def test_differences_survive_holm_over_pairs_and_columns_or_can_not_be_told() -> None:
    frame = make_cohorts(5, 5, change=0.9)
    alone = take(plg.compare_cohorts(frame, dv="score"), "difference")
    assert 0.01 < alone["p_value"][0] < 0.05 and alone["verdict"][0] == "rose more, or fell less"
    noise = np.random.default_rng(5)
    frame = frame.assign(**{f"other{n}": noise.normal(size=len(frame)) for n in range(4)})
    table = plg.compare_cohorts(frame, dv=["score", *(f"other{n}" for n in range(4))])
    first = table[table["what"] == "difference"].loc["score"]
    assert first["p_value"] == alone["p_value"][0] and first["verdict"] == "can't tell"
    assert table.index.name == "dv"


def test_a_smallest_change_tells_cohorts_about_the_same() -> None:
    frame = make_cohorts(12, 12, change=0.2, people=30)
    assert take(plg.compare_cohorts(frame, smallest_change=0.5), "difference")["verdict"].tolist() == ["about the same"]


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_cohort_without_a_wave_says_so(how: str) -> None:
    frame = make_cohorts(4, 4)
    lost = (frame["cohort"] == 2025) & (frame["wave"] == "after")
    frame = frame[~lost] if how == "missing" else frame.assign(score=frame["score"].mask(lost))
    table = plg.compare_cohorts(frame)
    later = table[table["cohort"] == "2025"]
    assert later["estimate"].isna().all() and set(later["verdict"]) <= {
        "nobody answered in one of the waves",
        "can't be computed",
        "too few schools",
    }
    assert later["verdict"].iloc[0] == "nobody answered in one of the waves"
    assert math.isfinite(table["low"][0])
    assert set(table.attrs["before"]) == ({"2024"} if how == "missing" else {"2024", "2025"})


def test_a_column_that_a_cohort_did_not_answer_leaves_the_others() -> None:
    frame = make_cohorts(4, 4).assign(other=make_cohorts(4, 4)["score"][::-1].to_numpy())
    table = plg.compare_cohorts(frame.assign(other=frame["other"].where(frame["cohort"] == 2024)), dv=["score", "other"])
    assert take(table.loc["other"], "cohort")["verdict"].tolist()[1] == "nobody answered in one of the waves"
    assert take(table.loc["score"], "cohort")["low"].notna().all()


def test_small_schools_are_hidden_and_their_cohort_stays() -> None:
    frame = make_cohorts(5, 5)
    small = (frame["school"] == "s4") & frame["code"].str.endswith(("-3", "-4", "-5", "-6", "-7"))
    table = plg.compare_cohorts(frame[~small], smallest_group=5)
    hidden = table[table["verdict"].str.startswith("hidden")]
    assert hidden[["cohort", "school"]].values.tolist() == [["2024", "s4"], ["2025", "s4"]]
    assert hidden[["n", "pairs", "estimate"]].isna().all(axis=None)
    assert take(table, "cohort")["schools"].tolist() == [4, 4]
    only = plg.compare_cohorts(frame, smallest_group=41)
    assert only["estimate"].isna().all() and take(only, "cohort")["verdict"].str.startswith("hidden").all()


def test_nobody_followed_and_no_schools_are_cohorts_too() -> None:
    frame = make_cohorts(4, 4)
    assert take(plg.compare_cohorts(frame.drop(columns="code"), person=False), "cohort")["low"].notna().all()
    alone = plg.compare_cohorts(frame.drop(columns="school").assign(code=frame["school"] + frame["code"]), school=False)
    assert take(alone, "school")["school"].tolist() == ["everyone", "everyone"]
    unknown = plg.compare_cohorts(put(frame, "code", 0, None).astype({"score": float}))
    assert unknown.attrs["without_code"] == 1


BAD: dict[str, tuple[Callable[[], object], str, str]] = {
    "no cohort": (lambda: plg.compare_cohorts(make(), dv="score"), "No single column tells the cohort", "Geen kolom zegt als enige"),
    "two cohorts": (lambda: plg.compare_cohorts(make_cohorts(4, 4).assign(lichting=1)), "‘cohort’ and ‘lich", "‘cohort’ en ‘lich"),
    "no such column": (lambda: plg.compare_cohorts(make_cohorts(4, 4), cohort="cohrt"), "Is ‘cohort’ meant?", "geen kolom ‘cohrt’"),
    "one cohort": (lambda: plg.compare_cohorts(make_cohorts(4)), "one cohort only: ‘2024’", "maar één cohort: ‘2024’"),
    "empty cohort": (
        lambda: plg.compare_cohorts(put(make_cohorts(4, 4), "cohort", 3, None)),
        "Column ‘cohort’ (cohort) has empty cells (rows: 4)",
        "lege cellen (rijen: 4)",
    ),
    "used twice": (lambda: plg.compare_cohorts(make_cohorts(4, 4), wave="cohort"), "used twice: for ‘wave’ and ‘coh", "twee keer gebruikt"),
    "as a score": (lambda: plg.compare_cohorts(make_cohorts(4, 4), dv="cohort"), "used twice: for ‘dv’ and ‘cohort’", "twee keer gebruikt"),
    "one wave": (lambda: plg.compare_cohorts(make_cohorts(4, 4).query("wave == 'before'")), "one wave only", "maar één meting"),
    "no waves": (lambda: plg.compare_cohorts(make_cohorts(4, 4).drop(columns="wave"), wave=False, person=False), "wave=", "wave="),
    "order unknown": (
        lambda: plg.compare_cohorts(make_cohorts(4, 4).replace({"wave": {"before": "x", "after": "y"}})),
        "which of these waves came first",
        "Welke van deze metingen de eerste was",
    ),
    "nobody twice": (
        lambda: plg.compare_cohorts(make_cohorts(4, 4).assign(code=range(128))),
        "nobody answered twice (people: 128, of them twice: 0)",
        "niemand antwoordde twee keer",
    ),
    "a code twice": (
        lambda: plg.compare_cohorts(pd.concat([make_cohorts(4, 4), make_cohorts(4, 4).tail(1)])),
        "‘2025: s3-7’ in ‘after’",
        "‘2025: s3-7’ in ‘after’",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("case", BAD)
def test_what_can_not_be_right_is_told_in_both_languages(case: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    call, english, dutch = BAD[case]
    monkeypatch.setenv("LC_ALL", language)
    with pytest.raises(FrameError) as caught:
        call()
    assert (english if language == "en" else dutch) in str(caught.value)
