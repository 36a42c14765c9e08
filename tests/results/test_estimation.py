from pathlib import Path

import pandas as pd

from tests.estimated import estimate_shipped
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.levels import estimate_levels
from toolkit.results.estimates.roles import estimate_roles
from toolkit.results.estimation import describe_run, hash_file
from toolkit.results.results import Results
from toolkit.scoring import compute_scores
from toolkit.study.loading import load_study

STUDY = Path(__file__).parent.parent.parent / "datasets" / "zes_scholen"


def estimate() -> Results:
    return estimate_shipped("zes_scholen").results


def test_the_same_study_gives_the_same_results() -> None:
    first, second = estimate_shipped("univbct").results, estimate_shipped.__wrapped__("univbct").results
    pd.testing.assert_frame_equal(first.change, second.change, check_exact=True)
    pd.testing.assert_frame_equal(first.levels, second.levels, check_exact=True)


def test_scores_held_in_little_room_are_the_same_and_give_the_same() -> None:
    found = estimate_shipped("zes_scholen")
    study = found.study
    pd.testing.assert_frame_equal(found.scores, compute_scores(found.exports.responses, study))
    assert 2 * found.held.memory_usage().sum() < found.scores.memory_usage().sum()
    for estimated in (estimate_levels, estimate_change, estimate_roles):
        held, plain = (estimated(scores, study) for scores in (found.held, found.scores))
        pd.testing.assert_frame_equal(held, plain, check_exact=True)


def test_only_shown_results_carry_numbers() -> None:
    results = estimate()
    for table in (results.participation, results.levels, results.change, results.reliability):
        blank = table[table["state"] != "shown"]
        assert len(blank)
        assert blank[["estimate", "std_error", "low", "high", "p_value"]].isna().all(axis=None)
        assert (blank["n"] == 0).all()
        assert table.loc[table["state"] == "shown", "estimate"].notna().all()


def test_the_small_school_has_no_number_of_its_own() -> None:
    results = estimate()
    for table in (results.levels, results.change):
        assert not (table.loc[table["school"] == "s6", "state"] == "shown").any()


def test_a_run_says_what_it_was_made_of_without_user_machine_or_path() -> None:
    study = load_study(STUDY)
    run = describe_run(study)
    assert run["study_sha"] == hash_file(STUDY / "study.toml")
    assert set(run["instruments"]) == set(study.instrument_ids)
    assert str(STUDY.parent) not in str(run)


def test_a_run_names_the_settings_that_are_not_the_default() -> None:
    study = load_study(STUDY)
    assert describe_run(study)["settings"] == {}
    other = study.model_copy(update={"confidence": 0.9, "order": "size", "person_level": True})
    assert describe_run(other)["settings"] == {"confidence": 0.9, "order": "size", "person_level": True}
