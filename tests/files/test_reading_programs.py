"""Files of programs that are not read: each is named as what it is, with how to save it otherwise."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from toolkit.files.parsing import PROGRAMS, SAS
from toolkit.files.reading import read_file
from toolkit.findings import Notes
from toolkit.study.layouts import Layout, Limits

STATA = Path(__file__).parent.parent / "data" / "responses" / "what_another_program_saved" / "data" / "a.dta"


def make_zip(*names: str) -> bytes:
    """Return a zip of files with these names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return stream.getvalue()


def tell(folder: Path, name: str, data: bytes) -> list[tuple[str, str, str]]:
    """Return code, value and expected of what is noted of a file."""
    notes = Notes()
    (folder / name).write_bytes(data)
    read_file(folder / name, Layout(), Limits(), name, notes)
    return [(note["code"], note["value"], note["expected"]) for note in notes.rows if note["severity"] == "stops"]


@pytest.mark.parametrize(
    ("name", "data", "program"),
    [
        ("a.dta", STATA.read_bytes(), "Stata (.dta)"),
        ("a.csv", STATA.read_bytes(), "Stata (.dta)"),
        ("old.dta", b"\x72\x02\x01\x00" + bytes(200), "Stata (.dta)"),
        ("a.rds", gzip.compress(b"X\n\0\0\0\x03", mtime=0), "R (.rds)"),
        ("plain.rds", b"X\n\0\0\0\x03\0\x04", "R (.rds)"),
        ("a.RData", gzip.compress(b"RDX3\nX\n", mtime=0), "R (.RData)"),
        ("a.csv", b"RDX3\nX\n" + bytes(40), "R (.RData)"),
        ("a.por", b" " * 40 + b"ASCII SPSS PORT FILE" + b" " * 200, "SPSS (.por)"),
        ("a.sas7bdat", SAS + bytes(200), "SAS (.sas7bdat)"),
        ("a.omv", make_zip("META-INF/MANIFEST.MF", "metadata.json", "data.bin"), "jamovi (.omv)"),
        ("a.jasp", make_zip("manifest.json", "internal.sqlite"), "JASP (.jasp)"),
    ],
)
def test_the_program_that_made_a_file_is_named_with_how_to_save_it_otherwise(name: str, data: bytes, program: str, tmp_path: Path) -> None:
    assert tell(tmp_path, name, data) == [("file_program", program, PROGRAMS[program])]


@pytest.mark.parametrize(("name", "text"), [("a.dta", "a;b\n1;2\n"), ("a.csv", "STATA <stata_dta>;b\n1;2\n"), ("a.rds", "X;b\n1;2\n")])
def test_a_text_with_such_a_name_is_read_as_what_it_is(name: str, text: str, tmp_path: Path) -> None:
    assert tell(tmp_path, name, text.encode()) == []


def test_another_zip_is_told_as_one(tmp_path: Path) -> None:
    assert tell(tmp_path, "a.zip", make_zip("a.txt")) == [("file_kind", ".zip", "")]
