from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from tests.report.made_results import make_study
from toolkit.report.publishing.person_scores import FILE, TOO_FEW, publish_scores
from toolkit.schemas import SCORES

ROWS = [
    ("p2", "s1", "after", "uwes9", "total", "", 4.5),
    ("p1", "s2", "before", "uwes9", "total", "", np.nan),
    ("p1", "s2", "before", "plg12", "e1", "gap", -1.25),
]


def make_scores() -> pd.DataFrame:
    columns = ["respondent", "school", "wave", "instrument", "scale", "rating", "score"]
    return SCORES.conform(pd.DataFrame(ROWS, columns=columns).assign(role="", answered=1, asked=9))


def test_researchers_get_scores_with_names_labels_and_declared_missing_values(tmp_path: Path) -> None:
    path = publish_scores(make_study(tmp_path, 2), make_scores(), tmp_path / "out" / "internal", language="en")
    table, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert table["respondent"].tolist() == ["p2", "p1"]
    assert table["uwes9_total"].tolist() == [4.5, TOO_FEW]
    assert np.isnan(table["plg12_e1_gap"][0]) and table["plg12_e1_gap"][1] == -1.25
    assert meta.column_names_to_labels["plg12_e1_gap"].endswith("Learning from and with each other - gap between wanted and now")
    assert meta.variable_value_labels["school"] == {1.0: "s1: School 1", 2.0: "s2: School 2"}
    assert meta.variable_value_labels["uwes9_total"] == {TOO_FEW: "too few questions answered"}
    assert np.isnan(pyreadstat.read_sav(str(path))[0]["uwes9_total"][1])


def test_the_file_says_that_it_is_personal_data_and_stands_where_nothing_is_shared(tmp_path: Path) -> None:
    path = publish_scores(make_study(tmp_path, 2), make_scores(), tmp_path / "out" / "internal", language="nl")
    _, meta = pyreadstat.read_sav(str(path), metadataonly=True)
    assert path.name == FILE and "PERSONAL_DATA" in FILE and path.parent.name == "internal"
    assert (path.parent / ".gitignore").read_text() == "*\n"
    assert meta.file_label.startswith("PERSOONSGEGEVENS") and "Niet delen" in " ".join(meta.notes)
    assert sorted(entry.name for entry in path.parent.iterdir()) == [".gitignore", "README.txt", FILE]


def test_the_same_scores_give_the_same_bytes_and_no_clock(tmp_path: Path) -> None:
    study = make_study(tmp_path, 2)
    first = publish_scores(study, make_scores(), tmp_path / "a")
    second = publish_scores(study, make_scores().iloc[::-1], tmp_path / "b")
    _, meta = pyreadstat.read_sav(str(first), metadataonly=True)
    assert str(meta.creation_time) == "2026-06-30 00:00:00"
    assert pd.testing.assert_frame_equal(*(pyreadstat.read_sav(str(p))[0].sort_index(axis=1) for p in (first, second))) is None


def test_a_name_that_is_too_long_for_spss_is_cut_by_bytes(tmp_path: Path) -> None:
    study = make_study(tmp_path, 2)
    named = study.model_validate(
        study.model_dump(by_alias=True) | {"schools": [{"id": "s1", "name": "مدرسة " * 60}, {"id": "s2", "name": "B"}]}
    )
    _, meta = pyreadstat.read_sav(str(publish_scores(named, make_scores(), tmp_path / "out")), metadataonly=True)
    assert 60 < len(meta.variable_value_labels["school"][1.0].encode()) <= 120
