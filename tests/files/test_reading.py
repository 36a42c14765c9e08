"""Each file is read as what it is, whatever its name says."""

from __future__ import annotations

import os
import socket
import unicodedata
from pathlib import Path

import pytest

from tests.responses.cases import write_workbook
from toolkit.files.reading import read_file
from toolkit.findings import Notes
from toolkit.study.layouts import Layout, Limits

FIXTURES = Path(__file__).parent.parent / "data" / "published" / "spss_fixtures"


def read(path: Path, **layout: object) -> tuple[str, list[str]]:
    """Return the format as which a file was read ("" for not at all) and the codes of what was noted."""
    notes = Notes()
    file = read_file(path, Layout.model_validate(layout), Limits(megabytes=1), path.name, notes)
    return (file.format if file else ""), [note["code"] for note in notes.rows]


def test_a_workbook_called_csv_is_read_as_a_workbook(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.csv", {"Blad1": [["a", "b"], ["1", "2"]]}, {})
    assert read(tmp_path / "a.csv") == ("excel", ["format_differs"])
    assert read(tmp_path / "a.csv", format="excel") == ("excel", [])


def test_an_spss_file_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.dat").write_bytes((FIXTURES / "sample.zsav").read_bytes())
    assert read(tmp_path / "a.dat") == ("spss", [])


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a;b\n" * 250_000)
    assert read(tmp_path / "a.csv") == ("csv", [])
    (tmp_path / "a.csv").write_bytes(b"a;b\n" * 250_001)
    assert read(tmp_path / "a.csv") == ("", ["file_too_large"])


def test_a_folder_in_place_of_a_file_is_told_with_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    assert read(tmp_path / "a.csv") == ("", ["file_folder"])


@pytest.mark.parametrize("name", ["~$answers.xlsx", ".~lock.answers.xlsx#"])
def test_what_stands_beside_an_open_workbook_is_no_export(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x05Piet " + bytes(158))
    notes = Notes()
    assert read_file(tmp_path / name, Layout(), Limits(), name, notes) is None
    assert [(note["code"], note["expected"]) for note in notes.rows] == [("file_beside", "answers.xlsx")]


@pytest.mark.parametrize("start", [b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"{\\rtf1"])
def test_what_people_take_for_an_export_is_no_text(start: bytes, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_bytes(start + b";1;2\n")
    assert read(tmp_path / "answers.csv") == ("", ["file_kind"])


def test_a_name_with_accents_is_found_however_the_system_stores_them(tmp_path: Path) -> None:
    (tmp_path / unicodedata.normalize("NFD", "één.csv")).write_bytes(b"a;b\n1;2\n")
    assert read(tmp_path / unicodedata.normalize("NFC", "één.csv")) == ("csv", [])


def test_a_missing_file_has_the_nearest_name_or_none(tmp_path: Path) -> None:
    notes = Notes()
    read_file(tmp_path / "a.csv", Layout(), Limits(), "a.csv", notes)
    (tmp_path / "b.csv").touch()
    read_file(tmp_path / "a.csv", Layout(), Limits(), "a.csv", notes)
    (tmp_path / ".gitignore").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "before.xlsx").touch()
    for wrong in (Path("no", "a.csv"), Path("Data", "Before.xlsx"), Path("data\\before.xlsx"), Path("something else.xlsx")):
        read_file(tmp_path / wrong, Layout(), Limits(), "a.csv", notes)
    assert [note["expected"] for note in notes.rows] == ["–", "b.csv", "b.csv", "data/before.xlsx", "data/before.xlsx", "–"]


def test_the_fingerprint_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"abc")
    file = read_file(tmp_path / "a.csv", Layout(), Limits(), "a.csv", Notes())
    assert file is not None
    assert file.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4, example of "abc"


@pytest.mark.parametrize("name", ["pipe.csv", "socket.sav"])
def test_what_is_no_file_is_refused_without_being_opened(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / name
    if name == "pipe.csv":
        os.mkfifo(path)
    else:
        monkeypatch.chdir(tmp_path)  # the name of a socket is short
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(name)
    assert read(path) == ("", ["file_special"])


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_under_the_name_of_an_export_is_refused(device: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to(device)
    assert read(tmp_path / "a.csv") == ("", ["file_special"])
