from pathlib import Path

import pandas as pd

from tests.made_study import make_scores, make_study
from toolkit.results.estimates.levels import estimate_levels
from toolkit.results.results import Results, load_results, save_results
from toolkit.schemas import CHANGE, PARTICIPATION, RELIABILITY, SOURCES

RUN = {"version": "1", "files": {"s1": ["one.csv"], "s2": ["two.csv"]}}


def make_source(name: str) -> dict[str, object]:
    return dict.fromkeys(SOURCES.columns, "") | {"source": name, "rows_read": 6, "rows_used": 6}


def make_results() -> Results:
    rows = [(f"{s}-{i}", s, w, 5 + i / 7) for s in ("s1", "s2") for w in ("before", "after") for i in range(6)]
    levels = estimate_levels(make_scores(rows), make_study(2))
    return Results(
        PARTICIPATION.empty(),
        levels,
        CHANGE.empty(),
        RELIABILITY.empty(),
        SOURCES.collect([make_source("one.csv"), make_source("two.csv")]),
        RUN,
    )


def test_results_come_back_from_a_file_as_they_were(tmp_path: Path) -> None:
    results = make_results()
    save_results(results, tmp_path / "results.json")
    again = load_results(tmp_path / "results.json")
    pd.testing.assert_frame_equal(again.levels, results.levels, check_exact=True)
    assert again.provenance == RUN


def test_the_page_of_a_school_knows_its_own_rows_and_those_over_all_schools_only() -> None:
    own = make_results().for_school("s1")
    assert set(own.levels["school"]) == {"s1", ""}
    assert own.provenance["files"] == {"s1": ["one.csv"]}
    assert own.sources["source"].tolist() == ["one.csv"]
