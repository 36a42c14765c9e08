import re
from dataclasses import replace

import pandas as pd
import pytest

from tests.made_study import make_scores, make_study
from tests.results.disclosure.test_contributors import gather
from toolkit.errors import ExportError
from toolkit.results.disclosure.contributors import list_published
from toolkit.results.disclosure.differencing import find_leaks
from toolkit.results.disclosure.suppression import hide_numbers, protect_results
from toolkit.results.estimates.comparison import estimate_comparison
from toolkit.results.results import Results
from toolkit.schemas import FINDINGS

WAVES = ("w1", "w2", "w3")
COMPARISONS = [
    {"id": "first", "before": "w1", "after": "w2"},
    {"id": "second", "before": "w2", "after": "w3"},
    {"id": "whole", "before": "w1", "after": "w3"},
]
SETTINGS = {"schools": 1, "waves": WAVES, "comparisons": COMPARISONS}


def answer(missed: int) -> pd.DataFrame:
    """Return a school of 14, of whom so many missed the third wave, and twelve who only answered once, so that each wave has its own."""
    rows = [(f"p{n}", "s1", wave, 5.0 + (n * 7 + place * 3) % 5) for n in range(14) for place, wave in enumerate(WAVES)]
    rows = [row for row in rows if row[2] != "w3" or int(row[0][1:]) >= missed]
    rows += [(f"{wave}-{n}", "s1", wave, 4.0 + n) for wave in WAVES for n in range(5)]
    return make_scores(rows)


def protect(scores: pd.DataFrame, *, strict: bool = False) -> Results:
    responses = scores.drop_duplicates(["respondent", "wave"])
    return protect_results(gather(scores, **SETTINGS), responses, FINDINGS.empty(), scores, make_study(**SETTINGS), strict=strict)


def is_safe(results: Results, scores: pd.DataFrame) -> bool:
    return not find_leaks(list_published(results, scores, make_study(**SETTINGS)))


@pytest.mark.parametrize(("missed", "leaks"), [(0, False), (1, True), (4, True), (5, False)])
def test_three_comparisons_lose_one_when_they_would_give_away_a_few(missed: int, leaks: bool) -> None:
    scores = answer(missed)
    assert is_safe(gather(scores, **SETTINGS), scores) is not leaks
    results = protect(scores)
    assert is_safe(results, scores)
    assert bool(results.provenance["subtraction"]) is leaks


def test_what_is_hidden_carries_no_number_and_says_why_and_effect_sizes_go_along() -> None:
    results = protect(answer(2))
    hidden = results.change[(results.change["state"] == "hidden") & (results.change["method"] == "subtraction")]
    assert set(hidden["quantity"]) == {"change", "change_pairs", "d_z", "g_av"}
    assert hidden[["estimate", "std_error", "low", "high", "p_value", "df"]].isna().all(axis=None)
    assert (hidden[["n", "pairs", "schools"]] == 0).all(axis=None)


def test_what_is_strict_stops_and_names_groups_but_no_people() -> None:
    with pytest.raises(ExportError, match=r"\(s1, w1, w2, cijfer1\.grade\)") as caught:
        protect(answer(2), strict=True)
    assert re.search("Laat dit weg|Leave this out", str(caught.value)) and "change_pairs" in str(caught.value)
    assert not any(f"p{n}" in str(caught.value).replace("change_pairs", "") for n in range(14))
    protect(answer(0), strict=True)


def test_other_rows_stay_as_they_were() -> None:
    results = gather(answer(0), **SETTINGS)
    key = ("s1", "w1", "cijfer1", "grade", "", "mean")
    changed = hide_numbers(results, [("levels", key)])
    same = changed.levels["wave"] != "w1"
    pd.testing.assert_frame_equal(changed.levels[same], results.levels[same])
    pd.testing.assert_frame_equal(changed.change, results.change)
    assert (changed.levels.loc[~same & (changed.levels["school"] == "s1"), "state"] == "hidden").all()


def test_two_groups_of_schools_and_all_together_give_no_small_school_away() -> None:
    """Small schools are in no average, alone or in company: else what is left of all without both groups would be one of them."""
    sizes = {"s1": 12, "s2": 11, "s3": 4, "s4": 10, "s5": 13, "s6": 3, "s7": 3}
    groups = dict.fromkeys(("s1", "s2", "s3"), "trajectory") | dict.fromkeys(("s4", "s5", "s6", "s7"), "comparison")
    rows = [
        (f"{s}-{n}", s, w, 5.0 + (n * 7 + p * 3) % 5) for s, size in sizes.items() for n in range(size) for p, w in enumerate(WAVES[:2])
    ]
    scores, study = make_scores(rows), make_study(7, waves=WAVES[:2])
    study = study.model_copy(update={"schools": tuple(s.model_copy(update={"group": groups[s.id]}) for s in study.schools)})
    results = replace(gather(scores, schools=7, waves=WAVES[:2]), comparison=estimate_comparison(scores, study))
    small = {f"{s}-{n}" for s in ("s3", "s6", "s7") for n in range(sizes[s])}
    averages = [number for number in list_published(results, scores, study) if not number.key[0]]
    assert averages and not any(part.people & small for number in averages for part in number.people)
    assert not find_leaks(list_published(results, scores, study))
    responses = scores.drop_duplicates(["respondent", "wave"])
    safe = protect_results(results, responses, FINDINGS.empty(), scores, study)
    assert not find_leaks(list_published(safe, scores, study))
    assert (results.comparison["state"] == "shown").any()
