"""A researcher's own table: how it is read, and what is said where it can't be right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import toolkit as plg
from toolkit.analysis.frames import find_before_after, read_frame
from toolkit.errors import FrameError
from toolkit.page_kernel import VARIABLE

Frame = pd.DataFrame


def make(schools: int = 4, people: int = 6, waves: tuple[object, ...] = ("before", "after"), seed: int = 1) -> Frame:
    """Return scores of so many people per school, all of whom answered in every wave."""
    rng = np.random.default_rng(seed)
    rows = [
        (f"s{s}", f"s{s}-{p}", wave, float(np.round(rng.normal(3, 1) + place / 2, 2)))
        for s in range(schools)
        for p in range(people)
        for place, wave in enumerate(waves)
    ]
    return pd.DataFrame(rows, columns=["school", "code", "wave", "score"])


def put(frame: Frame, column: str, row: int, value: object) -> Frame:
    """Return the frame with one value changed."""
    changed = frame.astype({column: object})
    changed.loc[row, column] = value
    return changed


def change(frame: Frame, **options: object) -> Frame:
    return plg.change(frame, **({"dv": "score"} | options))  # type: ignore[arg-type]


ANSWERS = pd.DataFrame({"school": "a", "wave": 1, "q1": [1, 2, 9], "q2": [1, 2, 3], "q3": ["1", "twee", "3"]})
#: What is wrong -> the call, and what must be said of it in English and in Dutch.
BAD: dict[str, tuple[Callable[[], object], str, str]] = {
    "no frame": (lambda: change([1, 2]), "not a pandas DataFrame but list", "geen pandas-DataFrame"),  # type: ignore[arg-type]
    "empty": (lambda: change(make().iloc[:0]), "has no rows", "heeft geen rijen"),
    "two columns of one name": (
        lambda: change(pd.concat([make(), make()[["score"]]], axis=1)),
        "same name: ‘score’",
        "dezelfde naam: ‘score’",
    ),
    "missing column": (lambda: change(make(), dv="scoer"), "no column ‘scoer’ for dv. Is ‘score’ meant?", "geen kolom ‘scoer’"),
    "missing school column": (lambda: change(make(), school="team"), "no column ‘team’ for school", "geen kolom ‘team’"),
    "in the index": (lambda: change(make().set_index("code")), ".reset_index()", "zit in de index"),
    "in the index by name": (lambda: change(make().set_index("code"), person="code"), ".reset_index()", "zit in de index"),
    "no wave": (lambda: change(make().rename(columns={"wave": "x"})), "wave=False", "van welke meting"),
    "no person": (lambda: change(make().rename(columns={"code": "x"})), "person=False", "wie antwoordde"),
    "no school": (lambda: change(make().rename(columns={"school": "x"})), "school=False", "van welke school"),
    "two waves columns": (lambda: change(make().assign(meting=1)), 'wave="wave"', "kunnen de meting zeggen"),
    "two people columns": (lambda: change(make().assign(respondent="a")), 'person="code"', "kunnen zeggen wie"),
    "two school columns": (lambda: change(make().assign(team="a")), 'school="school"', "kunnen de school zeggen"),
    "no numbers": (lambda: plg.change(make().astype({"score": str})), "no column of numbers", "geen kolom met getallen"),
    "several numbers": (lambda: plg.change(make().assign(other=1.5)), "Say which to analyse with dv=", "Zeg met dv= welke"),
    "a column for two things": (lambda: change(make(), person="school", school="school"), "used twice", "twee keer gebruikt"),
    "empty wave": (
        lambda: change(put(make(), "wave", 3, None)),
        "Column ‘wave’ (wave) has empty cells (rows: 4)",
        "lege cellen (rijen: 4)",
    ),
    "empty school": (lambda: change(put(make(), "school", 3, None)), "(school) has empty cells (rows: 4)", "lege cellen (rijen: 4)"),
    "dates for waves": (lambda: change(make().assign(wave=range(48))), "48 different values", "48 verschillende waarden"),
    "one wave": (lambda: change(make(waves=("before",))), "one wave only: ‘before’", "maar één meting: ‘before’"),
    "three waves": (lambda: change(make(waves=("t0", "t1", "t2"))), 'before="t0", after="t2"', "meer dan twee metingen"),
    "order unknown": (lambda: change(make(waves=("x", "y"))), "which of these waves came first", "Welke van deze metingen de eerste was"),
    "a wave with itself": (lambda: change(make(), before="after", after="after"), "compared with itself", "met zichzelf vergeleken"),
    "no such wave": (lambda: change(make(), before="befor", after="after"), "no wave ‘befor’ (before)", "geen meting ‘befor’"),
    "without waves": (lambda: change(make(), wave=False, person=False), "Name it with wave=", "Noem hem met wave="),
    "decimal comma": (lambda: change(put(make(), "score", 2, "3,5")), 'decimal=","', "teksten met een komma"),
    "text": (lambda: change(put(make(), "score", 2, "often")), "such as ‘often’ (rows: 3)", "zoals ‘often’"),
    "infinite": (
        lambda: change(put(make(), "score", 2, np.inf).astype({"score": float})),
        "infinite number (rows: 3)",
        "oneindig getal (rijen: 3)",
    ),
    "nothing": (lambda: change(make().assign(score=np.nan)), "‘score’ is empty", "‘score’ is leeg"),
    "all equal": (lambda: change(make().assign(score=3.0)), "same number everywhere: 3", "overal hetzelfde getal: 3"),
    "doubles": (
        lambda: change(pd.concat([make(), make().head(1)])),
        "‘s0-0’ in ‘before’ (rows: 1 and 49",
        "‘s0-0’ in ‘before’ (rijen: 1 en 49",
    ),
    "codes shared": (lambda: change(put(make(), "code", 2, "s1-0")), "‘s1-0’ at ‘s0’ and ‘s1’", "‘s1-0’ bij ‘s0’ en ‘s1’"),
    "one person": (lambda: change(make(schools=1, people=1), school=False), "can't be computed", "niet te berekenen"),
    "nobody twice": (
        lambda: change(make(schools=1).assign(code=range(12)), school=False),
        "nobody answered twice (people: 12, of them twice: 0)",
        "niemand antwoordde twee keer",
    ),
    "a wave that a school lacks": (
        lambda: change(pd.concat([make(1).query("wave == 'before'"), make(2).query("school == 's1' and wave == 'after'")])),
        "nobody answered in one of the waves",
        "niemand antwoordde in een van de metingen",
    ),
    "confidence": (lambda: change(make(), confidence=95), "between 0 and 1", "tussen 0 en 1"),
    "group": (lambda: change(make(), smallest_group=0), "whole number from 1", "heel getal vanaf 1"),
    "smallest change": (lambda: change(make(), smallest_change=-1), "not above 0", "niet boven 0"),
    "adjust": (lambda: change(make(), adjust="fdr"), "is not a correction", "geen correctie"),
    "ratings": (lambda: plg.gap(make(), now=["score"], wanted=[]), "differ in number: 1 and 0", "verschillen in aantal: 1 en 0"),
    "no example": (lambda: plg.load_example("team"), "There are: ‘teams’", "Er zijn: ‘teams’"),
    "no items": (lambda: plg.score(ANSWERS, "cijfer1"), "cijfer1_grade", "hebben deze vragen geen kolom"),
    "beyond the answers": (
        lambda: plg.score(ANSWERS, ["q1", "q2"], range=(1, 5)),
        "‘9’, which is not an answer (rows of this kind: 1)",
        "geen antwoord",
    ),
    "words": (lambda: plg.score(ANSWERS, ["q2", "q3"], range=(1, 5)), "‘twee’, which is not an answer", "‘twee’, en dat is geen antwoord"),
    "reversed without range": (
        lambda: plg.score(ANSWERS, ["q1", "q2"], reverse=["q2"]),
        "range=(lowest, highest)",
        "range=(laagste, hoogste)",
    ),
    "several to compare models": (
        lambda: plg.compare_models(make().assign(b=make(seed=2)["score"]), dv=["score", "b"]),
        "one at a time",
        "één tegelijk",
    ),  # type: ignore[arg-type]
    "few schools": (lambda: plg.compare_models(make(3)), "3 schools have people", "3 scholen hebben mensen"),
    "no such group": (
        lambda: plg.compare_groups(make().assign(g="x"), group="g", treated="y", dv="score"),
        "It holds ‘x’",
        "Erin staan ‘x’",
    ),
    "a school in two groups": (
        lambda: plg.compare_groups(make().assign(g=["x", "y"] * 24), group="g", treated="y", dv="score"),
        "more than one group",
        "meer dan één groep",
    ),
    "one group": (
        lambda: plg.compare_groups(make().assign(g="x"), group="g", treated="x", dv="score"),
        "4 schools of one group and 0 of the other",
        "4 scholen van de ene groep en 0 van de andere",
    ),
    "nothing to relate": (
        lambda: plg.relate(make().assign(dose=np.arange(48) % 2), on="dose", dv="score"),
        "be related to",
        "geen verband",
    ),
    "no scale": (lambda: plg.reliability(make(), "score"), "no scale ‘score’", "geen schaal ‘score’"),
    "not followed": (lambda: plg.attrition(make(), person=False, dv="score"), "nobody can be followed", "niemand te volgen"),
    "nobody dropped out": (lambda: plg.attrition(make(), dv="score"), "answered in ‘after’ as well", "deed dat ook in ‘after’"),
    "two waves for a course": (lambda: plg.growth(make(), dv="score", dates={}), "three or more are needed", "drie of meer nodig"),
    "no date": (
        lambda: plg.growth(make(waves=(1, 2, 3)), dv="score", dates={1: "sept", 2: "2025-01-01", 3: "2026-01-01"}),
        "Not all of these are dates",
        "niet allemaal data",
    ),
}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_bad_frame_is_refused_with_a_sentence_that_helps(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_BE.UTF-8")
    wrong = {}
    for name, (call, *told) in BAD.items():
        expected = told[language == "nl"]
        try:
            call()
        except FrameError as error:
            if expected not in str(error):
                wrong[name] = str(error)
        else:
            wrong[name] = "not refused"
    assert wrong == {}
    assert len(BAD) >= 20


def test_columns_are_found_by_name_in_both_languages_and_told() -> None:
    frame = make().rename(columns={"school": "Schoolnaam", "code": "Respondentnummer", "wave": "Meetmoment"})
    long = read_frame(frame)
    assert long.attrs == {"dv": ["score"], "wave": "Meetmoment", "person": "Respondentnummer", "school": "Schoolnaam"}
    assert (
        change(frame.assign(Meetmoment=frame["Meetmoment"].map({"before": "voormeting", "after": "nameting"}))).attrs["before"]
        == "voormeting"
    )


@pytest.mark.parametrize(
    ("waves", "order"),
    [
        (("after", "before"), ("before", "after")),
        (("2026-06-22", "2025-09-15"), ("2025-09-15", "2026-06-22")),
        ((2, 1), (1, 2)),
        (("t10", "t2"), ("t2", "t10")),
    ],
)
def test_waves_are_put_in_the_order_of_time_where_their_names_tell_it(waves: tuple[object, ...], order: tuple[object, ...]) -> None:
    long = read_frame(make(waves=waves))
    assert long.waves == order and find_before_after(long, None, None) == (0, 1)


def test_an_ordered_category_says_the_order_itself() -> None:
    frame = make(waves=("june", "sept"))
    frame["wave"] = pd.Categorical(frame["wave"], ["sept", "june"])
    assert change(frame).attrs["before"] == "sept"


def test_codes_as_numbers_and_as_floats_are_the_same_people() -> None:
    frame = make(schools=1).assign(code=[float(n // 2) for n in range(12)])
    assert change(frame)["pairs"].tolist() == [6, 6]


def test_a_missing_code_is_somebody_who_answered_once() -> None:
    frame = put(make(), "code", 0, None)
    table = change(frame)
    assert table.attrs["without_code"] == 1
    assert table.loc[1, ["n", "pairs"]].tolist() == [7, 5]


def test_small_schools_are_hidden_on_request_and_do_not_count_in_the_average() -> None:
    frame = pd.concat([make(4, 8), make(6, 3).query("school in ['s4', 's5']")])
    hidden = change(frame, smallest_group=5)
    assert hidden["estimate"].isna().tolist() == [False] * 5 + [True, True]
    assert hidden["n"].isna().tolist() == [False] * 5 + [True, True]
    assert hidden.loc[0, "n"] == 32 == change(frame.query("school != 's5'"), smallest_group=5).loc[0, "n"]
    assert change(frame).loc[0, "n"] == 38
    assert hidden["verdict"].tolist()[-1].startswith(("hidden", "verborgen"))


def test_with_three_schools_there_is_no_average() -> None:
    table = change(make(3))
    assert np.isnan(table.loc[0, "estimate"]) and table["estimate"].notna().sum() == 3


def test_holm_takes_verdicts_away_and_leaves_p_values() -> None:
    frame = make(8, 9)
    rng = np.random.default_rng(5)
    names = [f"f{number}" for number in range(12)]
    for name in names:
        frame[name] = rng.normal(size=len(frame)) + 0.35 * (frame["wave"] == "after")
    plain, corrected = (plg.change(frame, dv=names, adjust=adjust) for adjust in (None, "holm"))
    pd.testing.assert_frame_equal(plain.drop(columns="verdict"), corrected.drop(columns="verdict"))
    rose = [table["verdict"].str.contains("rose|steeg|gestegen").sum() for table in (plain, corrected)]
    assert rose[0] > rose[1]


def test_where_a_page_for_sharing_is_made_small_groups_have_no_numbers_whatever_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = make(6, 4)
    assert change(frame)["estimate"].notna().all()
    monkeypatch.setenv(VARIABLE, "5")
    assert change(frame, smallest_group=1)["estimate"][1:].isna().all()
    assert plg.describe(frame.drop(columns="code"), smallest_group=1).loc[1:6, "mean"].isna().all()
    answers = pd.DataFrame(np.random.default_rng(1).integers(1, 6, (40, 3)), columns=["a", "b", "c"])
    assert plg.reliability(answers, ["a", "b", "c"])["alpha"].notna().all()
    monkeypatch.setenv(VARIABLE, "41")
    assert plg.reliability(answers, ["a", "b", "c"])["alpha"].isna().all()
