"""The manifest of a folder of reports as an RO-Crate, which archives of research read.

After the RO-Crate Metadata Specification 1.1 (https://w3id.org/ro/crate/1.1) and the profile Process Run Crate 0.5
(https://w3id.org/ro/wfrun/process/0.5): one CreateAction per run, by the toolkit, from files that are named by their hash and are not in
the crate because they hold answers of people. An agent is left out: reports name no user,
only the contact that the study gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from toolkit.languages import Text
from toolkit.report.verification.manifest import MANIFEST, Run, describe_file
from toolkit.study.study import Study

CRATE = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
LICENCE = "https://spdx.org/licenses/GPL-3.0-or-later"
CONTEXT = [f"{SPECIFICATION}/context", {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}]
#: The kind of each file by its ending; a comma-separated file of ours is UTF-8.
FORMATS = {
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".json": "application/json",
}
Entity = dict[str, Any]


def describe_crate(study: Study, manifest: Mapping[str, Any], folder: Path, text: Text) -> dict[str, Any]:
    """Return the RO-Crate of `folder`, whose `manifest` stands in it."""
    runs: Sequence[Run] = manifest["runs"]
    files = [*(file for run in runs for file in run["files"]), describe_file(folder / MANIFEST)]
    graph = [
        _describe_itself(),
        _describe_root(study, runs, [str(file["name"]) for file in files], text),
        {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        {"@id": "#terms", "@type": "CreativeWork", "name": text.say("proof.terms"), "description": text.say("proof.terms_say")},
        *([{"@id": "#contact", "@type": "Organization", "name": study.contact}] if study.contact else []),
        *(_describe_file(file, folder, text) for file in files),
        *(_describe_action(number, run, study) for number, run in enumerate(runs, 1)),
        *_describe_parts(runs, text),
    ]
    return {"@context": CONTEXT, "@graph": graph}


def _describe_itself() -> Entity:
    return {"@id": CRATE, "@type": "CreativeWork", "conformsTo": _refer(SPECIFICATION), "about": _refer("./")}


def _describe_root(study: Study, runs: Sequence[Run], names: list[str], text: Text) -> Entity:
    contact = {"author": _refer("#contact"), "publisher": _refer("#contact")} if study.contact else {}
    return contact | {
        "@id": "./",
        "@type": "Dataset",
        "conformsTo": _refer(PROFILE),
        "name": text.pick(study.title),
        "identifier": study.id,
        "description": text.say("proof.about"),
        "datePublished": study.report_date.isoformat(),
        "license": _refer("#terms"),
        "hasPart": [_refer(quote(name)) for name in names],
        "mentions": [_refer(f"#run-{number}") for number in range(1, len(runs) + 1)],
    }


def _describe_file(file: Mapping[str, Any], folder: Path, text: Text) -> Entity:
    name = str(file["name"])
    entity = {"@id": quote(name), "@type": "File", "name": _name_file(folder / name, text), "contentSize": str(file["bytes"])}
    return entity | {"encodingFormat": FORMATS.get(Path(name).suffix, "application/octet-stream"), "sha256": file["sha256"]}


def _name_file(path: Path, text: Text) -> str:
    """Return what a file is called: the title of a page, the words for a file that every study has, or its name."""
    key = f"data.file.{path.name.replace('.', '_')}"
    if key in text.phrases:
        return text.say(key)
    return find_title(path.read_text(encoding="utf-8")) or path.name if path.suffix == ".html" else path.name


def find_title(page: str) -> str:
    """Return the title of a page as it was typed."""
    from html import unescape

    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    return unescape(found[1]).strip() if found else ""


def _describe_action(number: int, run: Run, study: Study) -> Entity:
    read = [run["study"], *_list_instruments(run), *run["sources"], *run["notes"]]
    settings = [f"seed = {run['seed']}", *(f"{name} = {value}" for name, value in sorted(run["settings"].items()))]
    return {
        "@id": f"#run-{number}",
        "@type": "CreateAction",
        "name": run["command"],
        "description": "; ".join(settings),
        "endTime": study.report_date.isoformat(),
        "instrument": _refer(_name_software(run)),
        "object": [_refer(id) for id in dict.fromkeys(_name_part(part) for part in read)],
        "result": [_refer(quote(str(file["name"]))) for file in run["files"]],
    }


def _describe_parts(runs: Sequence[Run], text: Text) -> Iterator[Entity]:
    """Yield what the runs worked with and on, each once: the toolkit with its libraries, and files by their hash."""
    found: dict[str, Entity] = {}
    for run in runs:
        found[_name_software(run)] = {
            "@id": _name_software(run),
            "@type": "SoftwareApplication",
            "name": run["toolkit"]["name"],
            "softwareVersion": run["toolkit"]["version"],
            "license": LICENCE,
            "softwareRequirements": [
                f"Python {run['toolkit']['python']}",
                *(f"{name} {version}" for name, version in run["libraries"].items()),
            ],
        }
        kinds = (("study", [run["study"]]), ("instrument", _list_instruments(run)), ("source", run["sources"]), ("note", run["notes"]))
        for kind, parts in kinds:
            found |= {_name_part(part): _describe_part(part, text.say(f"proof.{kind}")) for part in parts}
    yield from (found[id] for id in sorted(found))


def _list_instruments(run: Run) -> list[dict[str, str]]:
    return [{"name": f"{id}.toml", "sha256": sha} for id, sha in sorted(run["instruments"].items())]


def _describe_part(part: Mapping[str, str], what: str) -> Entity:
    return {"@id": _name_part(part), "@type": "CreativeWork", "name": part["name"], "description": what, "sha256": part["sha256"]}


def _name_part(part: Mapping[str, str]) -> str:
    return f"#sha256-{part['sha256']}"


def _name_software(run: Run) -> str:
    return f"#{run['toolkit']['name']}-{run['toolkit']['version']}"


def _refer(id: str) -> dict[str, str]:
    return {"@id": id}
