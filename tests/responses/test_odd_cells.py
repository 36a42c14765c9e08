"""Cells with signs that no person types: control characters, half characters, digits of other scripts, numbers of any length."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.findings import describe_finding
from toolkit.responses.exports import read_exports

CONTROLS = [
    *map(chr, range(1, 32)),
    "\x7f",
    "\x85",
    "\xa0",
    "\xad",
    "\u200b",
    "\u2028",
    "\u2029",
    "\u202e",
    "\ufeff",
    "\ufffe",
    "\ud800",
    "\udfff",
]
DIGITS = ["٣", "３", "३", "௧", "²", "Ⅷ", "½", "④", "𝟛", "༪", "৪", "-٣", "٣,٠", "１/２", "３½", "２ １/２", "(３)", "vaak (௧)", "３ = vaak"]
NUMBERS = [
    "9" * 400,
    "9" * 5000,
    "-" + "9" * 5000,
    "1e999",
    "1e-999",
    "-1e400",
    "inf",
    "-inf",
    "nan",
    "1_000",
    "0x10",
    "1e",
    "+",
    "-",
    "--3",
]
NUMBERS += ["3." + "0" * 5000, "0" * 5000 + "3", "1e" + "9" * 400, "9" * 400 + "½", "1." + "000." * 2000 + "000", "3e+05", "12e300"]
DATES = ["9999-12-31", "99999-01-01", "0000-00-00", "2025-02-31", "31/02/2025", "99/99/9999", "1e300", "-1e300", "45915.99999999", "9" * 20]
DATES += [
    "2025-09-15T25:61:61",
    "٢٠٢٥-٠٩-١٥",
    "１５/０９/２０２５",
    "2025-09-15 08:30:00" + "0" * 3000,
    "99:99",
    "2025-09-15\x1c",
    "9" * 5000 + "-01-01",
]
TEXTS = [f"{before}3{after}" for sign in CONTROLS for before, after in ((sign, ""), ("", sign), (sign, sign))]
TEXTS += [f"3{sign}4" for sign in CONTROLS] + DIGITS + NUMBERS + DATES + ["{", "{value}", "{0}", "%s", "\\", "\ud83d", "a" * 100_000]
HEADER = ["Code", "School", "Meting", "Rol", "Datum", "Start", "Duur", "uwes3_i1", "uwes3_i2", "uwes3_i3"]
PLAIN = ["a1", "De Klaver", "Voormeting", "", "2025-09-15", "2025-09-15 08:30:00", "120", "1", "2", "3"]
LAYOUT = {"respondent": "Code", "school": "School", "wave": "Meting", "date": "Datum", "start": "Start", "duration": "Duur"}


#: an encoding in which half a character can be written.
HALVES = {"encoding": "raw_unicode_escape", "decimal": ","}


def read(rows: list[list[str]], folder: Path, layout: dict[str, object]) -> None:
    """Read a file of these rows, and say what was found in both languages."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=";").writerows(rows)
    encoding = str(layout.get("encoding", "utf-8"))
    (folder / "answers.csv").write_bytes(stream.getvalue().encode(encoding, errors="replace"))
    document = {
        "sources": [{"file": "answers.csv", "layout": "odd"}],
        "layouts": {"odd": layout | {"separator": ";"}},
        "leave_out": [{"column": "Rol", "values": ["weg"], "reason": "test", "keep": ["blijft"]}],
    }
    findings = read_exports(open_study(document, folder)).findings
    assert "file_unreadable" not in set(findings["code"])
    for finding in findings.to_dict("records"):
        assert all(str(describe_finding(finding, language)) for language in ("nl", "en"))  # type: ignore[arg-type]


@pytest.mark.parametrize("position", range(len(HEADER)), ids=HEADER)
@pytest.mark.parametrize("layout", [{}, HALVES])
def test_no_text_in_a_cell_ends_in_a_traceback(position: int, layout: dict[str, object], tmp_path: Path) -> None:
    rows = [[f"p{number}", *PLAIN[1:position], text, *PLAIN[position + 1 :]] for number, text in enumerate(TEXTS)]
    if position == 0:
        rows = [[text, *PLAIN[1:]] for text in TEXTS]
    read([HEADER, *rows], tmp_path, LAYOUT | layout)


@pytest.mark.parametrize("text", [*CONTROLS, *DIGITS[:8], "9" * 5000, "{value}"])
def test_no_text_in_a_header_ends_in_a_traceback(text: str, tmp_path: Path) -> None:
    read([[*HEADER, text, f"uwes3_i1{text}", f"uwes3 {text}"], [*PLAIN, "1", "2", "3"]], tmp_path, LAYOUT)
