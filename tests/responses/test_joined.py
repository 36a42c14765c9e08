"""One item in several columns: whichever is answered counts, and what contradicts itself stops."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.responses.exports import Exports, locate_answer, read_exports
from toolkit.scoring import compute_scores
from toolkit.study.loading import load_study

SITUATIONS = Path(__file__).parent.parent / "data" / "situations"


def read(folder: Path, text: str, items: dict[str, str], **more: object) -> Exports:
    """Return what is read of one file with these `items` in its layout."""
    (folder / "a.csv").write_text(text, encoding="utf-8")
    layout = {"respondent": "code", "items": items}
    source = {"file": "a.csv", "layout": "l", "school": "s1", "wave": "before"}
    return read_exports(open_study({"sources": [source], "layouts": {"l": layout | more}}, folder))


def told(exports: Exports, *codes: str) -> list[tuple[object, ...]]:
    """Return what was told with these codes."""
    found = exports.findings[exports.findings["code"].isin(codes)]
    return list(found[["code", "row", "column", "value", "count"]].itertuples(index=False, name=None))


def test_a_question_made_again_halfway_is_one_item() -> None:
    study = load_study(SITUATIONS / "two_columns")
    exports = read_exports(study)
    scores = compute_scores(exports.responses, study)
    means = scores[scores["scale"] == "total"].groupby("wave")["score"].mean()
    assert (means["w1"], means["w2"]) == pytest.approx((3.3730, 4.0317), abs=5e-5)
    assert told(exports, "items_joined", "columns_unknown") == [("items_joined", 0, "", "‘vraag 4’ (14) + ‘vraag 4 (nieuw)’ (14)", 1)]


def test_blocks_to_which_people_were_routed_give_everybody_their_answers() -> None:
    exports = read_exports(load_study(SITUATIONS / "two_columns_one_item"))
    assert len(exports.responses) == 24
    assert exports.responses.filter(like="bigideas3").notna().all(axis=None)
    assert [count for _, _, _, _, count in told(exports, "items_joined")] == [3]


def test_an_answer_leads_back_to_the_column_that_it_was_taken_from(tmp_path: Path) -> None:
    exports = read(tmp_path, "code,uwes3_i1,uwes3_i2,uwes3_i3,again\na,1,2,3,\nb,,2,3,5\n", {"again": "uwes3_i1"})
    assert [locate_answer(exports, person, "before", "uwes3_i1").header for person in "ab"] == ["uwes3_i1", "again"]
    assert [locate_answer(exports, person, "before", "uwes3_i1").value for person in "ab"] == [1, 5]


def test_two_different_answers_stop_and_two_that_mean_the_same_do_not(tmp_path: Path) -> None:
    text = "code,q1,uwes3_i2,uwes3_i3,q1b\na,1,2,3,1.0\nb,2,2,3,4\nc,nooit,2,3,0\n"
    exports = read(tmp_path, text, {"q1": "uwes3_i1", "q1b": "uwes3_i1"})
    assert told(exports, "items_differ") == [("items_differ", 3, "q1, q1b", "2, 4", 1)]
    assert exports.responses["uwes3_i1"].tolist() == [1, 2, 0]


def test_a_code_for_no_answer_gives_way_to_an_answer(tmp_path: Path) -> None:
    text = "code,q1,uwes3_i2,uwes3_i3,q1b,q1c\na,99,2,3,4,\nb,99,2,3,,\nc,,2,3,99,6\n"
    exports = read(tmp_path, text, dict.fromkeys(("q1", "q1b", "q1c"), "uwes3_i1"), missing=["99"])
    assert exports.responses["uwes3_i1"].fillna(-1).tolist() == [4, -1, 6]
    assert told(exports, "items_differ", "words_unmet_some") == []


def test_waves_side_by_side_join_within_each_wave(tmp_path: Path) -> None:
    columns = {wave: {f"{wave[0]}{place}": f"uwes3_i{place[0]}" for place in ("1", "1b", "2", "3")} for wave in ("before", "after")}
    (tmp_path / "a.csv").write_text("code,b1,b1b,b2,b3,a1,a1b,a2,a3\np1,1,,2,3,,6,5,4\n", encoding="utf-8")
    layout = {"respondent": "code", "wave_columns": columns}
    study = open_study({"sources": [{"file": "a.csv", "layout": "l", "school": "s1"}], "layouts": {"l": layout}}, tmp_path)
    exports = read_exports(study)
    assert exports.responses.set_index("wave")["uwes3_i1"].to_dict() == {"before": 1, "after": 6}
    assert locate_answer(exports, "p1", "after", "uwes3_i1").header == "a1b"
