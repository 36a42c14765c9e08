"""The account of a folder of reports: which run made each file, of what and with what; as a manifest and as an RO-Crate, which archives of
research read. No user, no machine, no path.

After the RO-Crate Metadata Specification 1.1 (https://w3id.org/ro/crate/1.1) and the profile Process Run Crate 0.5
(https://w3id.org/ro/wfrun/process/0.5): one CreateAction per run, by the toolkit, from files that are named by their hash and are not in
the crate because they hold answers of people. An agent is left out: reports name no user,
only the contact that the study gives.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from importlib import metadata
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from toolkit.languages import Language, Text, load_text
from toolkit.report.publishing.pages import write_index
from toolkit.report.sections.page_frame import count_open
from toolkit.results.disclosure.register_lines import REGISTER, hash_line
from toolkit.results.disclosure.unreadable import ACCOUNT
from toolkit.results.estimation import hash_file
from toolkit.results.results import Results
from toolkit.study.study import Study
from toolkit.writing import replace_file

MANIFEST = ACCOUNT
NAME = "plg-toolkit"
#: One run as JSON: what it read, with what it computed, and the files that are its work still.
Run = Mapping[str, Any]


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
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
Entity = dict[str, Any]
INDEX = "index.html"


def describe_files(
    study: Study, results: Results, folder: Path, written: Sequence[Path], command: str, templates: Sequence[Path] = ()
) -> dict[str, Any]:
    """Return the manifest of `folder` after a run that made `results` and wrote `written`, with `templates` of somebody's own.

    Runs before it are there with those of their files that still stand as they were written; a run of which nothing stands is not.
    """
    run = describe_run_files(study, results, folder, written, command)
    run |= {"templates": [{"name": path.name, "sha256": hash_file(path)} for path in templates]} if templates else {}
    own = {file["name"] for file in run["files"]}
    earlier = [_keep_standing(entry, folder, own) for entry in load_manifest(folder).get("runs", [])]
    runs = sorted([run, *(entry for entry in earlier if entry["files"])], key=lambda entry: (entry["command"], entry["study"]["sha256"]))
    return {"manifest": 1, "study": study.id, "title": study.title, "date": str(study.report_date), "runs": runs}


def load_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest that stands in `folder`, nothing where there is none or it can't be read."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("manifest") == 1 else {}


def write_json(document: Mapping[str, Any]) -> str:
    """Return `document` as text that is the same every time."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def describe_run_files(study: Study, results: Results, folder: Path, written: Sequence[Path], command: str) -> dict[str, Any]:
    """Return what a run read, with what it computed, and which files it wrote."""
    provenance = results.provenance
    notes = sorted((study.folder / "notes").glob("*.md"))
    return {
        "command": command,
        "toolkit": {"name": NAME, "version": provenance.get("version", ""), "python": platform.python_version()},
        "libraries": list_libraries(),
        "study": {"name": study.file, "sha256": provenance.get("study_sha", "")},
        **({"studies": dict(provenance["studies"])} if "studies" in provenance else {}),
        "instruments": dict(provenance.get("instruments", {})),
        "sources": list_sources(results),
        "notes": [{"name": path.name, "sha256": hash_file(path)} for path in notes],
        "seed": provenance.get("seed", study.seed),
        "settings": dict(provenance.get("settings", {})),
        "state": study.state,
        "questions": dict(provenance.get("questions", {})),
        "register": hash_register(folder / "internal"),
        "files": sorted((describe_file(path, folder) for path in written), key=lambda file: str(file["name"])),
    }


def describe_file(path: Path, folder: Path) -> dict[str, Any]:
    """Return the name within `folder`, the size and the SHA-256 of a file."""
    content = path.read_bytes()
    return {"name": path.relative_to(folder).as_posix(), "bytes": len(content), "sha256": sha256(content).hexdigest()}


def list_sources(results: Results) -> list[dict[str, str]]:
    """Return name, sheet and SHA-256 of each file with answers that was read."""
    rows = results.sources.sort_values(["source", "sheet"]).itertuples()
    return [{"name": name_source(str(row.source), str(row.sheet)), "sheet": str(row.sheet), "sha256": str(row.sha256)} for row in rows]


def name_source(source: str, sheet: str) -> str:
    """Return the name of a file with answers, without its folder and its sheet."""
    return PurePath(source.replace("\\", "/")).name.removesuffix(f" [{sheet}]")


def list_libraries() -> dict[str, str]:
    """Return the version of every library that the toolkit asks for to run."""
    asked = [line for line in metadata.requires(NAME) or [] if "extra ==" not in line]
    names = sorted(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in asked)
    return {name: metadata.version(name) for name in names}


def hash_register(internal: Path) -> str:
    """Return the SHA-256 of the last line of the register, which says on whom the results rest; nothing where there is no register."""
    path = internal / REGISTER
    lines = path.read_bytes().splitlines() if path.exists() else []
    return hash_line(lines[-1]) if lines else ""


def _keep_standing(run: Run, folder: Path, replaced: set[str]) -> dict[str, Any]:
    """Return an earlier run with those of its files that no later run replaced and that are as it wrote them."""
    left = [file for file in run["files"] if file["name"] not in replaced and _stands(folder / file["name"])]
    return {**run, "files": [file for file in left if describe_file(folder / file["name"], folder) == file]}


def _stands(path: Path) -> bool:
    """Return whether a file is there itself, not a link to another."""
    return path.is_file() and not path.is_symlink()


def describe_crate(study: Study, manifest: Mapping[str, Any], folder: Path, text: Text) -> dict[str, Any]:
    """Return the RO-Crate of `folder`, whose `manifest` stands in it."""
    runs: Sequence[Run] = manifest["runs"]
    files = [*(file for run in runs for file in run["files"]), describe_file(folder / MANIFEST, folder)]
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
    read = [run["study"], *_list_instruments(run), *run["sources"], *run["notes"], *run.get("templates", [])]
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
        kinds = (("study", [run["study"]]), ("instrument", _list_instruments(run)), ("source", run["sources"]), ("note", run["notes"]),
                 ("template", run.get("templates", [])))  # fmt: skip
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


def publish_manifest(
    study: Study, results: Results, folder: Path, written: Sequence[Path], command: str, *, languages: Sequence[Language] = (),
    templates: Sequence[Path] = (),
) -> list[Path]:  # fmt: skip
    """Write manifest.json and ro-crate-metadata.json into `folder` after a run that wrote `written`, and the index over all that stands.

    The same files give the same account; nothing in it names a user, a machine or a path.
    """
    chosen = tuple(languages) or study.languages
    manifest = describe_files(study, results, folder, written, command, templates)
    replace_file(folder / MANIFEST, write_json(manifest))
    replace_file(folder / CRATE, write_json(describe_crate(study, manifest, folder, load_text(chosen[0]))))
    names = [str(file["name"]) for run in manifest["runs"] for file in run["files"]]
    index = write_index(study, [*names, MANIFEST, CRATE], languages=chosen, questions=count_open(results))
    replace_file(folder / INDEX, index)
    return [folder / MANIFEST, folder / CRATE]


def name_command(
    study: Study, languages: Sequence[str], schools: Collection[str], kinds: Collection[str], formats: Collection[str],
    templates: Mapping[str, Path],
) -> str:  # fmt: skip
    """Return the command that makes the same files again; templates stand in it without their folder."""
    own = [f"{kind}={path.name}" for kind, path in templates.items()]
    named = (("language", languages), ("school", schools), ("page", kinds), ("template", own))
    options = [f"--{name} {value}" for name, values in named for value in values]
    return " ".join([f"plg report {study.id}", *options, *(f"--{suffix[1:]}" for suffix in formats)])
