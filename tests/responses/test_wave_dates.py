"""Rows that their own date places in a wave."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.findings import describe_finding
from toolkit.responses.exports import Exports, read_exports
from toolkit.scoring import compute_scores
from toolkit.study.loading import load_study

SITUATION = Path(__file__).parent.parent / "data" / "situations" / "one_form"
HEADER = "code,datum,uwes3_i1,uwes3_i2,uwes3_i3"
#: the waves of the studies here are of 2025-09-15 and 2026-06-15.
RANGES = {"before": ["2025-09-01", "2025-10-31"], "after": ["2026-05-01", "2026-07-01"]}


def read(folder: Path, rule: object, *dates: str, **more: object) -> Exports:
    """Return what is read of a form with a row per date, of people p0, p1, …"""
    rows = [f"p{number},{date},{number % 5},{(number + 1) % 4},{number % 3}" for number, date in enumerate(dates)]
    (folder / "a.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    layout = {"respondent": "code", "date": "datum", "wave_by_date": rule}
    sources = [{"file": "a.csv", "school": "s1", "layout": "form"}]
    return read_exports(open_study({"sources": sources, "layouts": {"form": layout}} | more, folder))


def list_waves(exports: Exports) -> dict[str, str]:
    return dict(zip(exports.responses["respondent"].astype(str), exports.responses["wave"].astype(str), strict=True))


def told(exports: Exports) -> list[tuple[object, ...]]:
    """Return what was told of dates."""
    found = exports.findings[exports.findings["code"].str.startswith(("wave_", "date_", "left_out"))]
    return list(found[["code", "row", "value", "count"]].itertuples(index=False, name=None))


def test_one_form_for_two_measurements_gives_the_right_means() -> None:
    study = load_study(SITUATION)
    exports = read_exports(study)
    scores = compute_scores(exports.responses, study).query("scale == 'total'")
    means = scores.groupby("wave")["score"].agg(["mean", "count"]).to_dict("index")
    assert means["w1"] == pytest.approx({"mean": 3.1825, "count": 14}, abs=5e-5)
    assert means["w2"] == pytest.approx({"mean": 3.8492, "count": 14}, abs=5e-5)
    assert told(exports) == []


def test_a_date_must_be_twice_as_near_to_one_wave_as_to_any_other(tmp_path: Path) -> None:
    # 273 days lie between the waves: 91 from the first is the last day that is twice as near to it.
    exports = read(tmp_path, "nearest", "2025-12-15", "2025-12-16", "2026-03-15", "2026-03-16", "2025-07-01", "2026-06-15 23:59")
    assert list_waves(exports) == {"p0": "before", "p3": "after", "p4": "before", "p5": "after"}
    assert told(exports) == [("wave_between", 3, "2025-12-16, 2026-03-15", 2)]


def test_of_three_waves_the_nearest_is_taken(tmp_path: Path) -> None:
    waves = [
        {"id": f"w{n}", "date": date, "label": {"nl": f"{n}", "en": f"{n}"}}
        for n, date in enumerate(("2025-01-10", "2025-06-10", "2026-01-10"))
    ]
    exports = read(tmp_path, "nearest", "10-1-2025", "20-6-2025", "30-12-2025", "20-2-2026", waves=waves)
    assert list_waves(exports) == {"p0": "w0", "p1": "w1", "p2": "w2", "p3": "w2"}
    assert told(exports) == []


def test_ranges_hold_their_first_and_last_day_and_rows_outside_are_asked_about(tmp_path: Path) -> None:
    exports = read(tmp_path, RANGES, "2025-09-01", "2025-10-31 18:00", "2025-11-01", "2026-07-01", "2026-07-02")
    assert list_waves(exports) == {"p0": "before", "p1": "before", "p3": "after"}
    assert told(exports) == [("wave_outside", 4, "2025-11-01, 2026-07-02", 2)]


def test_rows_without_a_date_are_one_finding_that_names_what_stands_there(tmp_path: Path) -> None:
    exports = read(tmp_path, "nearest", "2025-09-10", "", "vorige week", "2026-06-10", "")
    assert list_waves(exports) == {"p0": "before", "p3": "after"}
    assert told(exports) == [("wave_undated", 3, "‘vorige week’", 3)]
    found = exports.findings.set_index("code").loc["wave_undated"].to_dict() | {"code": "wave_undated"}
    assert found["severity"] == "asks"
    assert "‘vorige week’" in describe_finding(found, "nl").message
    assert "Number of rows: 3" in describe_finding(found, "en").message


def test_an_unanswered_form_without_a_date_is_told_as_unfinished_only(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{HEADER}\np1,2025-09-15,1,2,3\np2,,,,\n", encoding="utf-8")
    layout = {"respondent": "code", "date": "datum", "wave_by_date": "nearest"}
    study = open_study({"sources": [{"file": "a.csv", "school": "s1", "layout": "form"}], "layouts": {"form": layout}}, tmp_path)
    assert [code for code, *_ in told(read_exports(study))] == ["left_out_unplaced"]


def test_days_and_months_that_could_be_either_are_asked_about_where_that_moves_a_row(tmp_path: Path) -> None:
    exports = read(tmp_path, "nearest", "6-9-2025", "2-5-2026")
    assert list_waves(exports) == {"p0": "before", "p1": "after"}
    assert told(exports) == [("wave_date_order", 3, "2-5-2026", 1)]
    exports = read(tmp_path, "nearest", "9-9-2025", "6-6-2026")
    assert [code for code, *_ in told(exports)] == ["date_order"]
