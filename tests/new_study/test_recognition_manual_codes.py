"""The item codes of the UWES manual as headers of the shipped versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.new_study.recognition import Recognised, recognise_file
from toolkit.study.instruments import load_instrument

#: the codes in the order of the 17 items; the manual names the items of the shorter versions by the same codes.
CODES = ["VI1", "DE1", "AB1", "VI2", "DE2", "AB2", "DE3", "VI3", "AB3", "DE4", "AB4", "VI4", "DE5", "AB5", "VI5", "AB6", "VI6"]
NINE = ["VI1", "VI2", "DE2", "DE3", "VI3", "AB3", "DE4", "AB4", "AB5"]


def recognise(folder: Path, headers: list[str]) -> Recognised:
    rows = [",".join(["code", *headers]), *(",".join([f"p{n}", *(str((n + i) % 7) for i in range(len(headers)))]) for n in range(9))]
    (folder / "a.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (found,) = recognise_file(folder / "a.csv", folder, "en")
    return found


@pytest.mark.parametrize(
    ("write", "codes", "id"),
    [
        (str, CODES, "uwes17"),
        (str.lower, CODES[:15], "uwes15"),
        (str, NINE, "uwes9"),
        (lambda code: f"{code[:2]}_{code[2:]}".lower(), NINE, "uwes9"),
        (lambda code: f"{code[:2]} {code[2:]}", CODES, "uwes17"),
    ],
)
def test_codes_of_the_manual_name_the_items_in_any_spelling(write: object, codes: list[str], id: str, tmp_path: Path) -> None:
    assert callable(write)
    found = recognise(tmp_path, [write(code) for code in codes])
    assert [instrument.id for instrument in found.instruments] == [id]
    assert found.items == {column: place + 1 for place, column in enumerate(load_instrument(id).columns)}


def test_codes_of_the_manual_with_a_wave_behind_them_are_the_same_items_twice(tmp_path: Path) -> None:
    found = recognise(tmp_path, [f"{code}_{wave}" for wave in ("T1", "T2") for code in NINE])
    assert [instrument.id for instrument in found.instruments] == ["uwes9"]
    mapped = {wave: list(columns.values()) for wave, columns in found.layout["wave_columns"].items()}
    assert mapped == {wave: list(load_instrument("uwes9").columns) for wave in ("t1", "t2")}


def test_each_code_stands_in_the_subscale_that_it_abbreviates() -> None:
    scales = {"VI": "vigour", "DE": "dedication", "AB": "absorption"}
    for id in ("uwes17", "uwes15", "uwes9"):
        whole = load_instrument(id)
        for item in whole.items:
            assert item.id in whole.find_scale(scales[item.code[:2]]).items
