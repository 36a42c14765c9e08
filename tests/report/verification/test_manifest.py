import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from tests.report.made_results import MadeResults, make_study
from toolkit.report.verification.manifest import MANIFEST, describe_files, list_libraries, load_manifest, name_source, write_json
from toolkit.results.results import Results
from toolkit.study.study import Study

SHA = "0123456789abcdef" * 4


def make_run(folder: Path) -> tuple[Study, Results, Path]:
    made = MadeResults()
    made.source("exports/Mijn school.csv", 20, 20)
    study, out = make_study(folder), folder / "out"
    out.mkdir()
    (out / "a.html").write_text("first", encoding="utf-8")
    (out / "b.html").write_text("second", encoding="utf-8")
    return study, replace(made.finish(), provenance={"version": "0.1.0", "study_sha": SHA, "instruments": {"uwes9": SHA}, "seed": 3}), out


def publish(study: Study, results: Results, out: Path, names: list[str], command: str) -> dict[str, object]:
    manifest = describe_files(study, results, out, [out / name for name in names], command)
    (out / MANIFEST).write_text(write_json(manifest), encoding="utf-8")
    return manifest


def test_the_manifest_names_hashes_versions_seed_and_command(tmp_path: Path) -> None:
    study, results, out = make_run(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "s1.md").write_text("Beste team", encoding="utf-8")
    [run] = publish(study, results, out, ["b.html", "a.html"], "plg run made")["runs"]  # type: ignore[misc]
    assert (run["command"], run["seed"], run["toolkit"]["version"]) == ("plg run made", 3, "0.1.0")
    assert run["sources"] == [{"name": "Mijn school.csv", "sheet": "", "sha256": SHA}]
    assert run["study"] == {"name": "study.toml", "sha256": SHA} and run["instruments"] == {"uwes9": SHA}
    assert run["notes"] == [{"name": "s1.md", "sha256": sha256(b"Beste team").hexdigest()}]
    assert run["files"][0] == {"name": "a.html", "bytes": 5, "sha256": sha256(b"first").hexdigest()}
    assert {"numpy", "pandas", "scipy"} <= set(run["libraries"]) and "pytest" not in run["libraries"]


def test_the_manifest_holds_no_user_machine_or_path(tmp_path: Path) -> None:
    study, results, out = make_run(tmp_path)
    text = write_json(publish(study, results, out, ["a.html"], "plg run made"))
    assert str(tmp_path) not in text and "exports" not in text and str(Path.home()) not in text
    assert json.loads(text)["study"] == "made"


def test_a_later_run_takes_over_the_files_it_wrote_and_leaves_the_others(tmp_path: Path) -> None:
    study, results, out = make_run(tmp_path)
    publish(study, results, out, ["a.html", "b.html"], "plg run made")
    (out / "b.html").write_text("newer", encoding="utf-8")
    later = publish(study, results, out, ["b.html"], "plg run made --school s1")
    assert [[file["name"] for file in run["files"]] for run in later["runs"]] == [["a.html"], ["b.html"]]  # type: ignore[attr-defined]
    again = publish(study, results, out, ["a.html", "b.html"], "plg run made")
    assert [run["command"] for run in again["runs"]] == ["plg run made"]  # type: ignore[attr-defined]


def test_a_file_that_was_changed_or_taken_away_is_no_longer_in_it(tmp_path: Path) -> None:
    study, results, out = make_run(tmp_path)
    publish(study, results, out, ["a.html", "b.html"], "plg run made")
    (out / "a.html").write_text("changed by hand", encoding="utf-8")
    (out / "b.html").unlink()
    (out / "c.csv").write_text("c", encoding="utf-8")
    runs = publish(study, results, out, ["c.csv"], "plg export made")["runs"]
    assert [run["command"] for run in runs] == ["plg export made"]  # type: ignore[attr-defined]


def test_the_same_run_twice_gives_the_same_manifest(tmp_path: Path) -> None:
    study, results, out = make_run(tmp_path)
    first = write_json(publish(study, results, out, ["a.html"], "plg run made"))
    assert write_json(publish(study, results, out, ["a.html"], "plg run made")) == first


def test_what_stands_there_and_is_no_manifest_is_not_read(tmp_path: Path) -> None:
    assert load_manifest(tmp_path) == {}
    for text in ("no json", "[]", '{"runs": []}'):
        (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
        assert load_manifest(tmp_path) == {}


def test_a_source_is_named_without_folder_and_sheet() -> None:
    assert name_source("exports/a.xlsx [Blad 1]", "Blad 1") == "a.xlsx"
    assert name_source("exports\\b.csv", "") == "b.csv"
    assert list_libraries()["numpy"]
