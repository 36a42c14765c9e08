"""The invented records of the six schools: they are read without a finding, and tell what they were made of."""

from __future__ import annotations

from pathlib import Path

from toolkit.records.reading import read_records
from toolkit.simulation.records import COACHING, COUNTS, PLANS, invent_records
from toolkit.study.loading import load_study

SHIPPED = Path(__file__).parents[2] / "datasets" / "zes_scholen"


def test_the_shipped_records_are_read_without_a_finding() -> None:
    records = read_records(load_study(SHIPPED))
    assert records.findings.empty
    assert records.goals["actual"].tolist()[:4] == [plan[8] for plan in PLANS[:4]]
    assert set(records.goals["factor"]) == {"plg12.e1", "plg12.e4", "plg12.e5", "plg12.c2", "plg12.c7"}
    assert records.indicators.groupby("school")["numerator"].agg(list).to_dict() == {
        school: [count[0] for count in counts] for school, counts in COUNTS.items()
    }
    own = records.contacts[records.contacts["school"] != ""]
    assert own.groupby("school")["hours"].sum().to_dict() == {school: len(days) * hours for school, (days, hours) in COACHING.items()}


def test_the_same_bytes_are_made_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        invent_records(tmp_path / name)
    for file in ("contacten.csv", "doelen.xlsx", "indicatoren.csv"):
        assert (tmp_path / "a" / "records" / file).read_bytes() == (tmp_path / "b" / "records" / file).read_bytes()
