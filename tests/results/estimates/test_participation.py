import pandas as pd

from tests.made_study import make_study
from toolkit.results.estimates.participation import estimate_participation
from toolkit.schemas import FINDINGS, RESPONSES


def make_responses(people: dict[tuple[str, str], list[str]]) -> pd.DataFrame:
    rows = [
        {"respondent": who, "school": school, "wave": wave, "role": "", "date": pd.NaT, "source": "a.csv", "row": 2}
        for (school, wave), names in people.items()
        for who in names
    ]
    return RESPONSES.conform(pd.DataFrame(rows))


def names(start: int, stop: int) -> list[str]:
    return [f"p{i}" for i in range(start, stop)]


def leave_out(school: str, wave: str, reason: str, count: int) -> pd.DataFrame:
    empty = {"file": "a.csv", "row": 0, "column": "", "value": "", "expected": "", "severity": "tells"}
    return FINDINGS.collect([{"code": f"left_out_{reason}", "school": school, "wave": wave, "count": count} | empty])


def test_matched_and_response_are_counted_per_school_and_wave() -> None:
    study = make_study(invited=[{"before": 20, "after": 16}])
    responses = make_responses({("s1", "before"): names(0, 15), ("s1", "after"): names(8, 20)})
    table = estimate_participation(responses, FINDINGS.empty(), study).set_index(["school", "wave", "quantity"])
    assert table.loc[("s1", "before", "used"), "estimate"] == 15
    assert table.loc[("s1", "before", "matched"), "estimate"] == 7
    assert table.loc[("s1", "before", "only_here"), "estimate"] == 8
    assert table.loc[("s1", "after", "response"), "estimate"] == 0.75
    assert table.loc[("s1", "after", "only_here"), "state"] == "shown"


def test_small_counts_are_hidden_and_so_is_what_gives_them_away() -> None:
    study = make_study(1)
    responses = make_responses({("s1", "before"): names(0, 12), ("s1", "after"): names(0, 3)})
    table = estimate_participation(responses, leave_out("s1", "before", "no_consent", 2), study).set_index(["school", "wave", "quantity"])
    assert table.loc[("s1", "before", "left_out_no_consent"), "state"] == "hidden"
    assert table.loc[("s1", "before", "answered"), "method"] == "subtraction"
    assert table.loc[("s1", "after", "used"), "state"] == "hidden"
    assert table.loc[("s1", "before", "invited"), "state"] == "not_measured"


def test_totals_are_made_over_shown_schools_only() -> None:
    people = {("s1", wave): names(0, 12) for wave in ("before", "after")} | {("s2", wave): names(20, 24) for wave in ("before", "after")}
    table = estimate_participation(make_responses(people), FINDINGS.empty(), make_study(2)).set_index(["school", "wave", "quantity"])
    assert table.loc[("", "before", "used"), "estimate"] == 12


def test_a_wave_that_nobody_of_a_school_answered_keeps_its_other_people_in_the_totals() -> None:
    people = {("s1", wave): names(0, 12) for wave in ("before", "after")} | {("s2", "before"): names(20, 29)}
    table = estimate_participation(make_responses(people), FINDINGS.empty(), make_study(2)).set_index(["school", "wave", "quantity"])
    assert table.loc[("", "before", "used"), "estimate"] == 21
    assert table.loc[("", "after", "used"), "estimate"] == 12


def test_a_small_school_that_missed_a_wave_stays_out_of_the_totals_for_another_would_follow_there() -> None:
    people = {("s1", wave): names(0, 12) for wave in ("before", "after")} | {("s2", wave): names(20, 24) for wave in ("before", "after")}
    people |= {("s3", "before"): names(30, 33)}
    table = estimate_participation(make_responses(people), FINDINGS.empty(), make_study(3)).set_index(["school", "wave", "quantity"])
    assert table.loc[("", "after", "used"), "estimate"] == 12
