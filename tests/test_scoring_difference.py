"""A scale that is the difference of two others: scored per person, known to the test of all sums, and refused where it is none."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from toolkit.responses.exports import read_responses
from toolkit.results.disclosure.relations import list_relations
from toolkit.results.estimates.reliability import estimate_reliability
from toolkit.results.rows import keep_reported
from toolkit.scoring import compute_scores
from toolkit.shipped import INSTRUMENTS
from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument, load_instrument
from toolkit.study.loading import load_study

STUDY = load_study(Path(__file__).parent / "data" / "rows" / "A6")
RESPONSES = read_responses(STUDY)


def test_a_balance_is_the_mean_of_one_scale_minus_that_of_the_other() -> None:
    scores = compute_scores(RESPONSES, STUDY).query("scale == 'balance'")
    given = [RESPONSES[[f"energiemeter_{side}{number}" for number in range(1, 6)]].to_numpy(dtype=float) for side in "be"]
    assert scores["score"].to_numpy() == pytest.approx(given[0].mean(axis=1) - given[1].mean(axis=1), abs=1e-12)
    assert set(scores["asked"]) == {10}


def test_who_has_one_of_the_two_scales_counts_for_neither() -> None:
    sources = [f"energiemeter_b{number}" for number in range(1, 6)]
    lacking = RESPONSES.assign(
        **{name: RESPONSES[name].mask(RESPONSES["respondent"] == RESPONSES["respondent"].iloc[0]) for name in sources}
    )
    scores = compute_scores(lacking, STUDY)
    first = scores[(scores["respondent"] == lacking["respondent"].iloc[0]) & (scores["instrument"] == "energiemeter")]
    assert first.groupby("scale")["score"].apply(lambda own: bool(np.isfinite(own).any())).to_dict() == {
        "balance": False,
        "demands": True,
        "sources": False,
    }
    kept = keep_reported(scores, STUDY)
    here = kept[(kept["school"] == "s1") & (kept["wave"] == "before")].groupby("scale").size()
    assert here[["balance", "demands", "sources"]].tolist() == [11, 11, 11] and here["grade"] == 12


def test_the_test_of_all_sums_knows_what_a_balance_is_made_of() -> None:
    relations = list_relations(compute_scores(RESPONSES, STUDY), STUDY)
    known = {tuple(sorted(relation.weights)) for relation in relations}
    names = [("energiemeter.balance", Fraction(1)), ("energiemeter.demands", Fraction(1)), ("energiemeter.sources", Fraction(-1))]
    assert tuple(names) in known
    assert all(len(relation.weights) == 3 for relation in relations if any("balance" in name for name, _ in relation.weights))


def test_a_difference_has_no_reliability_of_its_own_and_runs_both_ways() -> None:
    found = estimate_reliability(RESPONSES, compute_scores(RESPONSES, STUDY), STUDY)
    own = found[(found["scale"] == "balance") & found["quantity"].isin(["alpha", "omega"])]
    assert set(own["method"]) == {"difference_of_scales"}
    ends = load_instrument("energiemeter").find_scale_answers("balance")
    assert (ends.min, ends.max) == (-4, 4)
    assert load_instrument("energiemeter").find_scale_answers("sources").min == 1


@pytest.mark.parametrize("difference", [["sources"], ["sources", "sources"], ["sources", "joy"], ["sources", "balance"]])
def test_a_difference_names_two_other_scales(difference: list[str]) -> None:
    document: dict[str, Any] = tomllib.loads((INSTRUMENTS / "energiemeter.toml").read_text(encoding="utf-8"))
    document["scales"][2]["difference"] = difference
    with pytest.raises(ValidationError):
        Instrument.model_validate(document)


@pytest.mark.parametrize(
    ("classes", "right"), [([5.5, 7], True), ([7, 5.5], False), ([1, 5], False), ([5, 11], False), (list(range(2, 9)), False)]
)
def test_classes_rise_within_the_answers(classes: list[float], right: bool) -> None:
    def make() -> Answers:
        return Answers.model_validate({"min": 1, "max": 10, "step": 0.5, "classes": classes})

    if right:
        assert make().classes == tuple(classes)
    else:
        with pytest.raises(ValidationError):
            make()
