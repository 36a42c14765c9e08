"""Scores against folders worked out by hand, and against published means of real questionnaires."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.responses.cases import make_instrument, open_study
from toolkit.schemas import RESPONSES, SCORES
from toolkit.scoring import compute_scores
from toolkit.study.instruments import Instrument, Item
from toolkit.study.study import Study

DATA = Path(__file__).parent / "data"
CASES = sorted(path.name for path in (DATA / "scoring").iterdir())


def read_case(case: str) -> tuple[Study, pd.DataFrame, list[str]]:
    """Return the study of a case, its answers, and the outcomes to compare (all where it names none)."""
    folder = DATA / "scoring" / case
    document = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    chosen = document.pop("scales", [])
    answers = pd.read_csv(folder / "answers.csv").assign(school="s1", role="", date=pd.NaT, source="answers.csv")
    return (
        open_study(document | {"sources": [{"file": "answers.csv"}]}, folder),
        RESPONSES.conform(answers.assign(row=answers.index + 2)),
        chosen,
    )


@pytest.mark.parametrize("case", CASES)
def test_answers_are_scored_as_the_table_says(case: str) -> None:
    study, responses, chosen = read_case(case)
    before = responses.copy()
    scores = compute_scores(responses, study)
    expected = pd.read_csv(DATA / "scoring" / case / "scores.csv", keep_default_na=False, na_values={"score": ""})
    if chosen:
        scores = scores[(scores["instrument"] + "." + scores["scale"]).isin(chosen)].reset_index(drop=True)
    pd.testing.assert_frame_equal(scores[list(expected)], expected.astype({"rating": "str", "score": float}), atol=1e-6, rtol=0)
    pd.testing.assert_frame_equal(responses, before)


def score_published(frame: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Return the scores of a published data set, whose columns are named by item id, one column per scale."""
    study = open_study({"sources": [{"file": "x.csv"}]}, Path(), instrument)
    items = frame[[item.id for item in instrument.items]].add_prefix(f"{instrument.id}_").astype(float)
    who = {"school": "s1", "wave": "before", "role": "", "date": pd.NaT, "source": "x.csv", "row": range(len(frame))}
    responses = RESPONSES.conform(items.assign(respondent=[str(number) for number in range(len(frame))], **who))
    scores = SCORES.conform(compute_scores(responses, study))
    return scores.pivot(index="respondent", columns="scale", values="score").reindex([str(number) for number in range(len(frame))])


def test_teacher_scales_have_the_published_means_and_follow_the_official_index() -> None:
    frame = pd.read_csv(DATA / "published" / "pisa2015_teachers_us" / "pisa2015_us_teachers_general.csv")
    job, profession = ([f"tc026q{number:02}na" for number in numbers] for numbers in ((5, 7, 9, 10), (1, 2, 4, 6)))
    reverse = {"tc026q04na", "tc026q06na"}
    instrument = make_instrument(
        "teachers",
        1,
        4,
        [Item(id=id, number=number, reverse=id in reverse) for number, id in enumerate(job + profession)],
        {"job": job, "profession": profession},
    )
    scores = score_published(frame.rename(columns=str.lower), instrument)
    published = {"job": ("SATJOB", 2056, 3.3382, 0.5422, 0.9875), "profession": ("SATTEACH", 2055, 3.1283, 0.6689, 0.9822)}
    for scale, (index, n, mean, sd, r) in published.items():
        ours = scores[scale].reset_index(drop=True)
        assert (ours.count(), round(ours.mean(), 4), round(ours.std(), 4), round(ours.corr(frame[index]), 4)) == (n, mean, sd, r)


def test_motivation_of_pupils_has_the_published_means() -> None:
    frame = pd.read_csv(DATA / "published" / "online_science_motivation" / "pre_survey.csv")
    names = {f"Q1MaincellgroupRow{number}": f"q{number}" for number in range(1, 11)}
    scales = {"interest": [1, 4, 5, 8, 10], "utility": [2, 6, 9], "competence": [3, 7]}
    items = [Item(id=f"q{number}", number=number, reverse=number in (4, 7)) for number in range(1, 11)]
    instrument = make_instrument("motivation", 1, 5, items, {name: [f"q{number}" for number in of] for name, of in scales.items()})
    single = make_instrument("single", 1, 5, items, {item.id: [item.id] for item in items})
    answers = score_published(frame.rename(columns=names), single)
    means = {name: np.nanmean(answers[[f"q{n}" for n in of]]) for name, of in scales.items()}
    assert {name: round(float(mean), 4) for name, mean in means.items()} == {"interest": 4.2456, "utility": 3.7391, "competence": 3.6462}
    complete = score_published(frame.rename(columns=names), instrument).count()
    assert complete.to_dict() == {"interest": 885, "utility": 898, "competence": 896}


def test_vigour_alone_makes_six_seventeenths_of_the_uwes17() -> None:
    study = open_study({"instruments": ["uwes17"], "outcomes": {"primary": "uwes17.total"}, "sources": [{"file": "x.csv"}]}, Path())
    vigour = {1, 4, 8, 12, 15, 17}
    answers = {f"uwes17_i{number:02}": [6.0 if number in vigour else 0.0] for number in range(1, 18)}
    who = {"respondent": "a", "school": "s1", "wave": "before", "role": "", "date": pd.NaT, "source": "x.csv", "row": 2}
    scores = compute_scores(RESPONSES.conform(pd.DataFrame(answers).assign(**who)), study)
    of_17 = scores[scores["instrument"] == "uwes17"].set_index("scale")["score"]
    assert of_17.round(2).to_dict() == {"total": 2.12, "vigour": 6.0, "dedication": 0.0, "absorption": 0.0}


def test_scores_do_not_depend_on_the_order_of_the_rows() -> None:
    study, responses, _ = read_case("one_answer_missing")
    shuffled = responses.sample(frac=1, random_state=1)
    key = list(SCORES.key)
    ours, theirs = (compute_scores(frame, study).sort_values(key, ignore_index=True) for frame in (responses, shuffled))
    pd.testing.assert_frame_equal(ours, theirs)


def test_nobody_gives_no_scores() -> None:
    study, responses, _ = read_case("all_answered")
    pd.testing.assert_frame_equal(compute_scores(responses.iloc[:0], study), SCORES.empty())
    unanswered = responses.assign(uwes3_i1=np.nan, uwes3_i2=np.nan, uwes3_i3=np.nan)
    assert compute_scores(unanswered, study).empty
