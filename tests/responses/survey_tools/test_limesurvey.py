"""LimeSurvey, on its own exports."""

from __future__ import annotations

import numpy as np
import pytest

from tests.responses.cases import make_instrument
from tests.responses.survey_tools.published import list_told, make_grid, read_published
from toolkit.responses.survey_tools.limesurvey import recognise, take
from toolkit.study.answers import AnswerLabel
from toolkit.study.instruments import Instrument, Item

AGREE = ["strongly disagree", "disagree", "neither agree or disagree", "agree", "strongly agree"]
LABELS = [AnswerLabel(value=value, en=(label,)) for value, label in enumerate(AGREE, 1)]
#: codes and numbers of items, complete answers, mean and standard deviation in 2016 and 2017: the README of the data.
SCALES = {"affSat": (4, (270, 3.6435, 0.9703), (208, 3.8726, 0.8484)), "affRec": (5, (270, 3.5356, 1.0061), (195, 3.6267, 0.8466))}


def make_attitude(code: str) -> Instrument:
    """Return the scale with this code."""
    id = code.lower()
    return make_instrument(id, 1, 5, [Item(id=f"i{n}", number=n) for n in range(1, SCALES[code][0] + 1)], labels=LABELS)


#: in 2017 the questions stood in three arrays.
ARRAYS = {"affSat": (2, 2, 1, 3), "affRec": (3, 2, 2, 1, 3)}


@pytest.mark.parametrize("code", SCALES)
@pytest.mark.parametrize("year", [2016, 2017])
def test_full_answers_give_the_published_means(code: str, year: int) -> None:
    instrument = make_attitude(code)
    arrays = ARRAYS[code] if year == 2017 else ()
    codes = [f"likertagree{arrays[n - 1]}[{code}{n}]" if arrays else f"{code}{n}" for n in range(1, SCALES[code][0] + 1)]
    layout = {"tool": "limesurvey", "items": {name: f"{instrument.id}_i{n}" for n, name in enumerate(codes, 1)}}
    exports = read_published(f"limesurvey_rse_uk_waves/rse_uk_{year}.csv", instrument, layout)
    answers = exports.responses[list(instrument.columns)].to_numpy()
    scores = answers[np.isfinite(answers).all(axis=1)].mean(axis=1)
    n, mean, sd = SCALES[code][year - 2015]
    assert (len(scores), round(scores.mean(), 4), round(scores.std(ddof=1), 4)) == (n, mean, sd)
    assert not list_told(exports, "answer_unknown", "items_missing", "header_missing")


def test_the_same_questions_of_two_years_are_waves_of_people_who_can_not_be_matched() -> None:
    instrument = make_attitude("affSat")
    arrays = enumerate(ARRAYS["affSat"], 1)
    layouts = {
        "before": {"tool": "limesurvey", "items": {f"affSat{n}": f"affsat_i{n}" for n in range(1, 5)}},
        "after": {"tool": "limesurvey", "items": {f"likertagree{array}[affSat{n}]": f"affsat_i{n}" for n, array in arrays}},
    }
    files = {"before": "rse_uk_2016.csv", "after": "rse_uk_2017.csv"}
    sources = [{"file": file, "layout": wave, "wave": wave, "school": "s1"} for wave, file in files.items()]
    exports = read_published("limesurvey_rse_uk_waves/", instrument, {}, sources=sources, layouts=layouts)
    complete = exports.responses[exports.responses[list(instrument.columns)].notna().all(axis=1)]
    assert complete["wave"].value_counts().to_dict() == {"before": 270, "after": 208}
    assert not exports.responses["respondent"].duplicated().any()


AGE = make_instrument("age", 0, 120, [Item(id="years", number=1, text={"en": "How old are you?"})])


def test_every_form_is_read_and_those_without_a_submit_date_are_told() -> None:
    layout = {"tool": "limesurvey", "items_by": "wording"}
    exports = read_published("limesurvey_multilingual/survey_998192_R_data_file.csv", AGE, layout | {"include": ["unfinished"]})
    source = exports.sources.iloc[0]
    assert (source["rows_read"], source["encoding"], source["separator"]) == (7, "utf-8-sig", ",")
    age = exports.responses.set_index("row")["age_years"]
    assert age[3] == 66  # the second row of answers
    assert not list_told(exports, "forms_unfinished")
    left = read_published("limesurvey_multilingual/survey_998192_R_data_file.csv", AGE, layout)
    assert list_told(left, "forms_unfinished") == [("forms_unfinished", "Date submitted", '""', 5)]
    assert not left.responses["row"].isin(exports.responses["row"][exports.responses["date"].isna()]).any()


def test_a_header_of_code_and_text_is_both() -> None:
    sheet = take(make_grid('id,G1Q1[SQ001]. Hoe vaak? [Ik leer],"Vraag. Zonder code",affSat1. I find e.g. joy\n1,2,3,4'), "a.csv")
    assert sheet.headers == ("id", "G1Q1[SQ001]", "Vraag", "affSat1")
    assert sheet.wordings == ("", "Hoe vaak? [Ik leer]", "Zonder code", "I find e.g. joy")


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("id,submitdate,lastpage,startlanguage,Q1", True),
        ("Response ID,Date submitted,Last page,Start language,Seed", True),
        ("a1. One,a2. Two,a3. Three,x", True),
        ("Code,Q1,Q2", False),
    ],
)
def test_the_tool_is_known_by_its_columns_or_its_headers(header: str, known: bool) -> None:
    assert recognise(make_grid(header)) is known
