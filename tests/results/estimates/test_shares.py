"""What people picked: shares by hand and by statsmodels, small groups hidden, averages from what is shown, and who switched."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from tests.made_study import make_study
from toolkit.results.disclosure.contributors import list_published
from toolkit.results.disclosure.suppression import protect_results
from toolkit.results.estimates.shares import add_picked, average_shares, estimate_shares, estimate_switches, take_picked
from toolkit.results.results import Results
from toolkit.schemas import CHANGE, FINDINGS, LEVELS, PARTICIPATION, RELIABILITY, RESPONSES, SCORES, SOURCES
from toolkit.study.instruments import Instrument
from toolkit.study.study import Study

LABEL = {"nl": "a", "en": "a"}
OPTIONS = [{"value": value, "nl": [word], "en": [word]} for value, word in ((1, "L"), (2, "M"), (3, "B"))]


def make_poll() -> Instrument:
    items = [
        {"id": "plc", "number": 1, "label": LABEL, "answers": {"kind": "yes_no"}},
        {"id": "who", "number": 2, "label": LABEL},
        {"id": "themes", "number": 3, "label": LABEL, "answers": {"kind": "several", "options": OPTIONS}},
        {"id": "why", "number": 4, "label": LABEL, "answers": {"kind": "open"}},
        {"id": "words", "number": 5, "label": LABEL, "answers": {"kind": "words"}},
    ]
    licence = {"kind": "own", "text_shipped": True, "notice": LABEL}
    head = {"id": "poll", "version": "1", "name": LABEL, "about": LABEL, "source": "own", "licence": licence}
    return Instrument.model_validate(head | {"answers": {"kind": "choice", "options": OPTIONS}, "items": items})


def make_polled(schools: int = 1, **more: Any) -> Study:
    study = make_study(schools, **more)
    study.__dict__["instruments"] = (*study.instruments, make_poll())
    study.__dict__["scored_instruments"] = study.instruments
    return study


def answer(item: str, before: list[float | None], after: list[float | None], school: str = "s1") -> pd.DataFrame:
    """Return responses to one question: a person per place, None for who did not answer that time."""
    rows = [
        {"respondent": f"{school}-{person}", "school": school, "wave": wave, "role": "", "source": "a.csv", f"poll_{item}": value}
        for wave, given in (("before", before), ("after", after))
        for person, value in enumerate(given)
        if value is not None
    ]
    return RESPONSES.conform(pd.DataFrame(rows).assign(date=pd.NaT, row=range(len(rows))))


def pick(frame: pd.DataFrame, **where: Any) -> pd.DataFrame:
    return frame[(frame[list(where)] == list(where.values())).all(axis=1)]


def make_results(responses: pd.DataFrame, study: Study) -> Results:
    tables = {table.name: table.empty() for table in (PARTICIPATION, LEVELS, CHANGE, RELIABILITY, SOURCES)}
    return Results(**tables, shares=estimate_shares(responses, study), switches=estimate_switches(responses, study))


def test_a_share_is_the_count_over_the_people_with_the_interval_of_wilson() -> None:
    responses = answer("who", [1] * 4 + [2] * 7 + [3], [1] * 12)
    shares = pick(estimate_shares(responses, make_polled()), item="who", wave="before").set_index("answer")
    for option, count in ((1, 4), (2, 7), (3, 1)):
        row = shares.loc[option]
        low, high = proportion_confint(count, 12, method="wilson")
        assert (row["estimate"], row["low"], row["high"]) == pytest.approx((count / 12, low, high), abs=1e-6)
        assert (row["n"], row["state"]) == (12, "shown")


def test_ten_people_have_shares_and_nine_have_none() -> None:
    for people, state in ((10, "shown"), (9, "hidden")):
        shares = estimate_shares(answer("plc", [0, 1] + [1] * (people - 2), [None] * people), make_polled())
        assert set(pick(shares, item="plc", wave="before")["state"]) == {state}
        assert set(pick(shares, item="plc", wave="after")["state"]) == {"not_measured"}


def test_what_everybody_picked_carries_no_number() -> None:
    shares = pick(estimate_shares(answer("plc", [1] * 12, [1] * 12), make_polled()), item="plc", wave="after").set_index("answer")
    assert shares["method"].to_dict() == {0.0: "nearly_none", 1.0: "nearly_all"}
    assert shares["estimate"].isna().all() and set(shares["n"]) == {0}


def test_several_counts_each_option_by_itself() -> None:
    given = [0b001] * 3 + [0b011] * 4 + [0b000] * 5  # the first option alone, the first two, and none of them
    shares = pick(estimate_shares(answer("themes", given, given), make_polled()), item="themes", wave="before").set_index("answer")
    assert shares.loc[[1, 2], "estimate"].tolist() == pytest.approx([7 / 12, 4 / 12])
    assert shares.loc[3, "method"] == "nearly_none"


def test_of_open_answers_only_is_told_how_many_there_are() -> None:
    for people, told in ((12, ("shown", 12.0)), (4, ("hidden", None))):
        shares = estimate_shares(answer("why", [1] * people, [None] * people), make_polled())
        (row,) = pick(shares, item="why", wave="before").to_dict("records")
        assert (row["state"], None if math.isnan(row["estimate"]) else row["estimate"]) == told
        assert row["quantity"] == "answered"


def test_over_schools_each_school_counts_once_and_hidden_ones_do_not() -> None:
    counts = {"s1": (3, 12), "s2": (6, 20), "s3": (11, 30), "s4": (10, 10), "s5": (4, 8)}  # all of s4 say yes, s5 is too small
    parts = [answer("plc", [1] * yes + [0] * (n - yes), [None] * n, school) for school, (yes, n) in counts.items()]
    study = make_polled(5)
    shares = average_shares(estimate_shares(pd.concat(parts), study), study)
    (row,) = pick(shares, school="", item="plc", wave="before", answer=1.0).to_dict("records")
    each = [3 / 12, 6 / 20, 11 / 30, 1.0]
    low, high = stats.t.interval(0.95, 3, sum(each) / 4, stats.sem(each))
    assert (row["estimate"], row["low"], row["high"]) == pytest.approx((sum(each) / 4, max(low, 0), min(high, 1)), abs=1e-6)
    assert (row["schools"], row["df"]) == (4, 3)
    assert set(pick(shares, school="", item="plc", wave="after")["method"]) == {"too_few_schools"}


def test_comparison_schools_are_in_no_average() -> None:
    study = make_polled(8)
    groups = ["trajectory"] * 4 + ["comparison"] * 4
    schools = tuple(school.model_copy(update={"group": group}) for school, group in zip(study.schools, groups, strict=True))
    kept = study.model_copy(update={"schools": schools})
    kept.__dict__.update({name: study.__dict__[name] for name in ("instruments", "scored_instruments")})
    parts = [answer("plc", [1, 1, 1] + [0] * (17 if i < 4 else 9), [None] * 20, f"s{i + 1}") for i in range(8)]
    shares = average_shares(estimate_shares(pd.concat(parts), kept), kept)
    (row,) = pick(shares, school="", item="plc", wave="before", answer=1.0).to_dict("records")
    assert (row["estimate"], row["schools"]) == (pytest.approx(3 / 20), 4)


BEFORE = [0] * 14 + [1] * 11
AFTER = [0] * 5 + [1] * 9 + [1] * 11


def test_switchers_are_counted_and_tested_exactly() -> None:
    switches = pick(estimate_switches(answer("plc", BEFORE, AFTER), make_polled()), item="plc")
    counts = pick(switches, quantity="switched").set_index(["answer", "answer_after"])["estimate"]
    assert counts.to_dict() == {(0, 0): 5, (0, 1): 9, (1, 0): 0, (1, 1): 11}
    (test,) = pick(switches, quantity="symmetry").to_dict("records")
    assert test["p_value"] == pytest.approx(mcnemar([[5, 9], [0, 11]], exact=True).pvalue, abs=1e-6)
    assert (test["estimate"], test["pairs"], test["method"]) == (9, 25, "McNemar, exact")


def test_more_options_have_the_test_of_bowker() -> None:
    before = [1] * 16 + [2] * 11 + [3] * 5
    after = [1] * 5 + [2] * 11 + [2] * 6 + [1] * 5 + [3] * 5
    (test,) = pick(estimate_switches(answer("who", before, after), make_polled()), item="who", quantity="symmetry").to_dict("records")
    assert (test["estimate"], test["df"]) == (pytest.approx((11 - 5) ** 2 / 16), 1)
    assert test["p_value"] == pytest.approx(stats.chi2.sf(36 / 16, 1), abs=1e-6)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (BEFORE, [0] * 5 + [1] * 9 + [0] * 4 + [1] * 7, "few_switched"),  # four people went from yes to no
        ([0] * 9, [1] * 9, "too_few_for_spread"),
        ([0] * 12 + [1] * 6, [1] * 12 + [None] * 6, "too_few_for_spread"),  # the six who left would follow by subtraction
        (BEFORE, [None] * 25, "no_answers"),
    ],
)
def test_a_table_of_switchers_with_few_in_a_cell_is_not_shown(before: list[Any], after: list[Any], reason: str) -> None:
    switches = pick(estimate_switches(answer("plc", before, after), make_polled()), item="plc")
    assert set(switches["method"]) == {reason}
    assert switches[["estimate", "p_value"]].isna().all(axis=None) and set(switches["pairs"]) == {0}


def test_who_cannot_be_followed_did_not_switch() -> None:
    assert estimate_switches(answer("plc", BEFORE, AFTER), make_polled(matching={"by": "none"})).empty


def test_what_was_picked_is_in_the_test_of_all_sums() -> None:
    study = make_polled()
    responses = answer("plc", BEFORE, AFTER)
    results = make_results(responses, study)
    told = add_picked(SCORES.empty(), responses, study)
    numbers = {(number.table, number.key): number for number in list_published(results, told, study)}
    assert {key[:2] for _, key in numbers} == {("s1", "before"), ("s1", "after"), ("s1", "before_after")}
    people = {part.people for number in numbers.values() for part in number.people}
    assert people == {frozenset(f"s1-{person}" for person in range(25))}
    assert len(take_picked(responses, study)) == 50


def test_a_number_published_before_hides_what_would_give_two_people_away() -> None:
    study = make_polled()
    responses = answer("plc", BEFORE, AFTER)
    earlier_people = responses[~responses["respondent"].isin(["s1-0", "s1-20"])]
    told = add_picked(SCORES.empty(), earlier_people, study)
    earlier = list_published(make_results(earlier_people, study), told, study)
    safe = protect_results(
        make_results(responses, study), responses, FINDINGS.empty(), add_picked(SCORES.empty(), responses, study), study, earlier=earlier
    )
    for table in (safe.shares, safe.switches):
        assert set(pick(table, item="plc")["method"]) == {"subtraction"}
        assert pick(table, item="plc")[["estimate", "low", "p_value"] if "low" in table else ["estimate"]].isna().all(axis=None)


def test_the_few_who_answered_once_are_left_out_as_in_means() -> None:
    """Twelve answered twice and three only before: shares of fifteen beside a table of twelve would tell of the three."""
    responses = answer("plc", [0] * 6 + [1] * 6 + [1] * 3, [1] * 6 + [1] * 6 + [None] * 3)
    shares = pick(estimate_shares(responses, make_polled()), item="plc", wave="before")
    assert set(shares["n"]) == {12}


def write_words(texts: list[str], wave: str = "before", school: str = "s1") -> pd.DataFrame:
    """Return responses in key words, one line per word."""
    rows = [
        {"respondent": f"{school}-{person}", "school": school, "wave": wave, "role": "", "source": "a.csv", "poll_words": 1.0}
        | {"poll_words:words": text, "date": pd.NaT, "row": person}
        for person, text in enumerate(texts)
    ]
    return RESPONSES.conform(pd.DataFrame(rows))


def test_a_key_word_of_five_people_is_counted_and_one_of_four_is_not() -> None:
    texts = ["tijd\nrust"] * 4 + ["Tijd"] + ["ruimte"] * 7
    shares = pick(estimate_shares(write_words(texts), make_polled()), item="words", wave="before")
    words = pick(shares, quantity="word").set_index("word")["estimate"].to_dict()
    assert words == {"ruimte": 7, "tijd": 5}  # in a spelling of five, or else without accents and capitals
    assert pick(shares, quantity="other_words")[["state", "method"]].to_numpy().tolist() == [["hidden", "too_few"]]
    texts[4] = "rust"
    shares = pick(estimate_shares(write_words(texts), make_polled()), item="words", wave="before")
    assert pick(shares, quantity="word").set_index("word")["estimate"].to_dict() == {"ruimte": 7, "rust": 5}


def test_key_words_of_nine_people_are_not_told_and_one_that_everybody_wrote_has_no_number() -> None:
    for people, told in ((9, []), (10, [["tijd", "hidden", "nearly_all"]])):
        shares = estimate_shares(write_words(["tijd"] * people), make_polled())
        assert pick(shares, quantity="word")[["word", "state", "method"]].to_numpy().tolist() == told


def test_a_key_word_that_may_not_be_told_leaves_no_word_behind() -> None:
    study, responses = make_polled(), write_words(["tijd"] * 6 + ["rust"] * 6)
    before = write_words(["tijd"] * 6 + ["rust"] * 5)
    told = add_picked(SCORES.empty(), before, study)
    earlier = list_published(make_results(before, study), told, study)
    assert [number.key[-1] for number in earlier] == ["word"]
    now = add_picked(SCORES.empty(), responses, study)
    safe = protect_results(make_results(responses, study), responses, FINDINGS.empty(), now, study, earlier=earlier)
    assert set(safe.shares["word"]) == {""} and "word" not in set(safe.shares["quantity"])


def test_key_words_over_schools_are_sums_of_what_is_told_of_four() -> None:
    study = make_polled(5)
    texts = {"s1": ["tijd"] * 8 + ["rust"] * 4, "s2": ["tijd"] * 6 + ["rust"] * 6, "s3": ["rust"] * 12, "s4": ["tijd"] * 5 + ["rust"] * 5}
    parts = [write_words(given, school=school) for school, given in texts.items()] + [write_words(["tijd"] * 9, school="s5")]
    shares = average_shares(estimate_shares(pd.concat(parts, ignore_index=True), study), study)
    words = pick(shares, school="", quantity="word").set_index("word")
    assert words["estimate"].to_dict() == {"rust": 6 + 12 + 5, "tijd": 8 + 6 + 5}  # the four of s1 and the nine of s5 are in neither
    assert (words["schools"].to_dict(), set(words["n"])) == ({"rust": 3, "tijd": 3}, {46})
    fewer = average_shares(estimate_shares(pd.concat(parts[:3], ignore_index=True), study), study)
    assert set(pick(fewer, school="", item="words", wave="before")["method"]) == {"too_few_schools"}


def test_each_option_of_several_has_its_own_switchers_corrected_by_holm() -> None:
    before = [0b000] * 14 + [0b011] * 11
    after = [0b001] * 9 + [0b010] * 5 + [0b011] * 11
    switches = pick(estimate_switches(answer("themes", before, after), make_polled()), item="themes")
    counts = pick(switches, quantity="added").set_index("answer")["estimate"].to_dict()
    assert counts == {1: 9, 2: 5, 3: 0}
    assert set(pick(switches, quantity="dropped")["estimate"]) == {0}
    raw = [mcnemar([[14 - added, added], [0, 11]], exact=True).pvalue for added in (9, 5)]
    tests = pick(switches, quantity="symmetry").set_index("answer")
    assert tests.loc[[1, 2], "p_value"].tolist() == pytest.approx(multipletests(raw, method="holm")[1].tolist(), abs=1e-6)
    assert tests.loc[3, "method"] == "nobody_switched"
    after[0] = 0b000
    after[1:6] = [0b000] * 5
    few = pick(estimate_switches(answer("themes", before, after), make_polled()), item="themes", quantity="added").set_index("answer")
    assert few["method"].to_dict() == {1: "few_switched", 2: "count", 3: "count"}
