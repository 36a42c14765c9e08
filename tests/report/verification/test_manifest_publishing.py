"""What stands in a folder of reports after a run and an export, made by the commands."""

from __future__ import annotations

import io
import json
import re
import shutil
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest

from tests.command import begin, plg, type_plg


def publish(folder: Path) -> Path:
    study = begin(folder)
    assert plg("check", study, folder=folder).returncode == 0
    for name, before, after in (("study.toml", 'state = "draft"', 'state = "final"'), ("questions.toml", "# accepted", "accepted")):
        (study / name).write_text((study / name).read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    for command in ("run", "export"):
        done = plg(command, folder / "mystudy", "--output", folder / "out", *(["--scores"] if command == "export" else []), folder=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("account"))


def read_shared(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "out").iterdir()) if path.is_file()}


def test_everything_that_is_shared_stands_in_the_manifest_with_its_hash(folder: Path) -> None:
    shared = read_shared(folder)
    manifest = json.loads(shared["manifest.json"])
    listed = {file["name"]: file["sha256"] for run in manifest["runs"] for file in run["files"]}
    assert set(shared) - set(listed) == {"index.html", "manifest.json", "ro-crate-metadata.json"}
    assert listed == {name: sha256(shared[name]).hexdigest() for name in listed}
    assert [run["command"] for run in manifest["runs"]] == ["plg export my_study", "plg report my_study"]
    lines = (folder / "out" / "internal" / "register.jsonl").read_bytes().splitlines()
    assert {run["register"] for run in manifest["runs"]} <= {sha256(line).hexdigest() for line in lines}


def test_the_hashes_of_what_was_read_are_those_of_the_files(folder: Path) -> None:
    run = json.loads(read_shared(folder)["manifest.json"])["runs"][0]
    for source in run["sources"]:
        assert source["sha256"] == sha256((folder / "mystudy" / "data" / source["name"]).read_bytes()).hexdigest()
    assert run["study"]["sha256"] == sha256((folder / "mystudy" / "study.toml").read_bytes()).hexdigest()


def test_the_index_leads_to_every_page_the_data_and_the_account(folder: Path) -> None:
    shared = read_shared(folder)
    assert set(re.findall(r'href="([^"#]+)"', shared["index.html"].decode())) == set(shared) - {"index.html"}


def test_no_code_of_a_person_and_no_place_on_this_machine_is_in_what_is_shared(folder: Path) -> None:
    for name, content in read_shared(folder).items():
        words = read_cells(content) if name.endswith(".xlsx") else content.decode()
        assert not re.search(r"\bP(?:\d|1[01])\b", words), name
        assert str(folder) not in words and "mystudy/data" not in words, name


def read_cells(book: bytes) -> str:
    sheets = openpyxl.load_workbook(io.BytesIO(book))
    return "\n".join(str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row)


def test_the_scores_of_people_stay_in_the_internal_folder(folder: Path) -> None:
    assert [path.parent.name for path in (folder / "out").rglob("*.sav")] == ["internal"]


@pytest.mark.slow
def test_the_same_study_gives_the_same_files_in_another_folder_and_process(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "mystudy", tmp_path / "mystudy")
    for command in ("run", "export"):
        assert type_plg(command, tmp_path / "mystudy", "--output", tmp_path / "out", folder=tmp_path).returncode == 0
    first, second = read_shared(folder), read_shared(tmp_path)
    own = {"manifest.json", "ro-crate-metadata.json"}  # these tell of the register, whose key differs per folder
    assert {name for name in first if first[name] != second[name]} <= own
    runs = [[run | {"register": ""} for run in json.loads(files["manifest.json"])["runs"]] for files in (first, second)]
    assert runs[0] == runs[1]
