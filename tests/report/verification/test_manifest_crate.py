import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.report.verification.test_manifest import SHA, make_run, publish
from toolkit.languages import Language, load_text
from toolkit.report.verification.manifest import CRATE, PROFILE, SPECIFICATION, describe_crate, find_title


def make_crate(folder: Path, language: Language = "en") -> dict[str, dict[str, Any]]:
    study, results, out = make_run(folder)
    (folder / "notes").mkdir()
    (folder / "notes" / "s1.md").write_text("Beste team", encoding="utf-8")
    (out / "a.html").write_text("<title>Rapport &amp; meer</title>", encoding="utf-8")
    manifest = publish(study, results, out, ["a.html", "b.html"], "plg run made")
    crate = describe_crate(study, manifest, out, load_text(language))
    assert crate["@context"][0] == f"{SPECIFICATION}/context"
    ids = [entity["@id"] for entity in crate["@graph"]]
    assert len(ids) == len(set(ids)) and json.loads(json.dumps(crate)) == crate
    return {entity["@id"]: entity for entity in crate["@graph"]}


def list_references(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [value["@id"]] if set(value) == {"@id"} else [found for part in value.values() for found in list_references(part)]
    return [found for part in value for found in list_references(part)] if isinstance(value, list) else []


def test_the_crate_has_what_the_specification_asks_for(tmp_path: Path) -> None:
    graph = make_crate(tmp_path)
    assert graph[CRATE] == {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": SPECIFICATION},
        "about": {"@id": "./"},
    }
    root = graph["./"]
    assert root["@type"] == "Dataset" and root["datePublished"] == "2026-06-30" and root["conformsTo"] == {"@id": PROFILE}
    assert graph[root["publisher"]["@id"]]["name"] == "De onderzoeker"
    assert root["name"] and root["description"] and root["license"]["@id"] in graph
    assert [part["@id"] for part in root["hasPart"]] == ["a.html", "b.html", "manifest.json"]


def test_everything_that_is_referred_to_is_described(tmp_path: Path) -> None:
    graph = make_crate(tmp_path)
    assert {id for entity in graph.values() for id in list_references(entity)} - set(graph) == {SPECIFICATION}


def test_a_run_is_an_action_of_the_toolkit_from_files_named_by_their_hash_to_what_it_wrote(tmp_path: Path) -> None:
    graph = make_crate(tmp_path)
    action = graph["#run-1"]
    assert action["@type"] == "CreateAction" and action["name"] == "plg run made" and "agent" not in action
    assert [part["@id"] for part in action["result"]] == ["a.html", "b.html"]
    tool = graph[action["instrument"]["@id"]]
    assert (tool["@type"], tool["softwareVersion"]) == ("SoftwareApplication", "0.1.0")
    assert any(line.startswith("numpy ") for line in tool["softwareRequirements"])
    read, note = action["object"]  # the study, the instrument and the answers have one hash in this test
    assert graph[read["@id"]]["sha256"] == SHA and graph[read["@id"]]["@type"] == "CreativeWork"
    assert graph[note["@id"]]["sha256"] == sha256(b"Beste team").hexdigest()


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "nl",
            {
                "Rapporten over een studie van professionele leergemeenschappen",
                "De studie noemt geen licentie",
                "Een tekst van de evaluator",
                "Een bestand met antwoorden van mensen",
            },
        ),
        (
            "en",
            {
                "Reports on a study of professional learning communities",
                "The study names no licence",
                "A text by the evaluator",
                "A file with answers of people",
            },
        ),
    ],
)
def test_what_is_in_the_crate_and_what_is_not_is_told_in_the_language_of_the_reports(
    tmp_path: Path, language: Language, says: set[str]
) -> None:
    told = [entity["description"] for entity in make_crate(tmp_path, language).values() if "description" in entity]
    assert {words for words in says if any(line.startswith(words) for line in told)} == says


def test_a_page_has_its_title_and_kind_and_raw_files_are_no_part_of_the_crate(tmp_path: Path) -> None:
    graph = make_crate(tmp_path)
    assert graph["a.html"]["name"] == "Rapport & meer" and graph["a.html"]["encodingFormat"] == "text/html"
    assert graph["b.html"]["name"] == "b.html" and find_title("none") == ""
    files = {id for id, entity in graph.items() if entity["@type"] == "File"}
    assert files == {"a.html", "b.html", "manifest.json"}
    assert str(tmp_path) not in json.dumps(graph)


@pytest.mark.parametrize(("language", "told"), [("nl", "veranderd door de evaluator"), ("en", "changed by the evaluator")])
def test_a_notebook_of_somebodys_own_is_listed_with_its_hash(language: Language, told: str, tmp_path: Path) -> None:
    study, results, out = make_run(tmp_path)
    (out / "a.html").write_text("<title>Report</title>", encoding="utf-8")
    manifest = publish(study, results, out, ["a.html"], "plg run made")
    manifest["runs"][0]["templates"] = [{"name": "mine.ipynb", "sha256": "0" * 64}]
    graph = describe_crate(study, manifest, out, load_text(language))["@graph"]
    (found,) = [entity for entity in graph if entity.get("sha256") == "0" * 64]
    assert told in found["description"]
