"""How much schools got by who came, and whether those that got more changed more: an order over schools, or that it can't be told."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

import toolkit as plg
from toolkit.analysis.attendance import dose, relate_dose
from toolkit.errors import FrameError
from toolkit.languages import Language, load_text
from toolkit.page_kernel import VARIABLE

ROWS = [("2025-10-07", "s1", "a", "yes"), ("2025-10-07", "s1", "b", "no"), ("2025-11-04", "s1", "a", "yes"), ("2025-11-04", "s2", "c", "")]


def make(**more: object) -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=["date", "school", "person", "present"]).assign(title="", **more)
    return frame.assign(date=pd.to_datetime(frame["date"]))


def make_contacts(*hours: float) -> pd.DataFrame:
    return pd.DataFrame({"date": pd.to_datetime(["2025-10-07", "2025-11-04"]), "hours": hours})


def test_a_dose_is_the_mean_share_over_contacts_and_its_hours() -> None:
    found = dose(make(), make_contacts(3, 2))
    assert found.to_numpy().tolist() == [["s1", 2, 2, 0.75, 0.5 * 3 + 2], ["s2", 1, 1, 1.0, 2.0]]
    assert dose(make())["hours"].isna().all() and dose(make(), make_contacts(3, math.nan))["hours"].isna().all()


def test_schools_with_few_people_listed_have_no_numbers_on_request_and_on_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dose(make(), smallest_group=2)["share"].isna().tolist() == [False, True]
    monkeypatch.setenv(VARIABLE, "5")
    assert dose(make())["share"].isna().all()


def test_counts_alone_give_no_dose_and_what_lacks_a_column_is_refused() -> None:
    assert dose(make(person="")).empty
    with pytest.raises(FrameError, match="present"):
        dose(make().drop(columns="present"))
    with pytest.raises(FrameError, match="hours"):
        relate_dose(pd.DataFrame({"school": ["a"]}), pd.DataFrame({"school": ["a"], "estimate": [1.0]}), on="hours")


@pytest.mark.parametrize(("changes", "word"), [([0, 1, 2, 3, 4, 5, 6, 7], "goes_along"), ([7, 6, 5, 4, 3, 2, 1, 0], "goes_against"),
                                               ([3, 0, 6, 1, 5, 2, 7, 4], "too_small"), ([0, 1, 2, 3, 4], "too_small")])  # fmt: skip
def test_an_order_over_schools_is_told_only_where_its_interval_holds_no_zero(
    changes: list[float], word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schools = [f"s{number}" for number in range(len(changes))]
    got = pd.DataFrame({"school": schools, "share": [number / 10 for number in range(len(changes))]})
    changed = pd.DataFrame({"school": [*schools, "all schools"], "estimate": [*changes, 3.0]})
    languages: list[Language] = ["nl", "en"]
    for language in languages:
        monkeypatch.setenv("LC_ALL", language)
        found = relate_dose(got, changed).iloc[0]
        assert found["verdict"] == load_text(language).say(f"verdict.{word}") and found["schools"] == len(changes)
    assert pd.isna(found["estimate"]) == (len(changes) < 6)


def test_the_attendance_of_a_study_goes_from_its_file_to_a_verdict() -> None:
    study = plg.load_study(Path(__file__).parent.parent / "data" / "rows" / "A1")
    records = plg.read_records(study)
    found = dose(records.attendance, records.contacts, smallest_group=5)
    assert found["school"].tolist() == ["s1", "s2", "s3", "s4", "s5"]  # the sixth only counted
    assert found.loc[0, ["contacts", "n"]].tolist() == [4, 24] and found.loc[0, "share"] == pytest.approx((19 + 24 + 14 + 19) / 24 / 4)
