"""The manifest of a folder of reports: which run made each file, of what and with what. No user, no machine, no path."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib import metadata
from pathlib import Path, PurePath
from typing import Any

from toolkit.results.disclosure.register import REGISTER
from toolkit.results.estimation import hash_file
from toolkit.results.results import Results
from toolkit.study.study import Study

MANIFEST = "manifest.json"
NAME = "plg-toolkit"
#: One run as JSON: what it read, with what it computed, and the files that are its work still.
Run = Mapping[str, Any]


def describe_files(study: Study, results: Results, folder: Path, written: Sequence[Path], command: str) -> dict[str, Any]:
    """Return the manifest of `folder` after a run that made `results` and wrote `written`.

    Runs before it are there with those of their files that still stand as they were written; a run of which nothing stands is not.
    """
    run = describe_run_files(study, results, folder, written, command)
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
        "instruments": dict(provenance.get("instruments", {})),
        "sources": list_sources(results),
        "notes": [{"name": path.name, "sha256": hash_file(path)} for path in notes],
        "seed": provenance.get("seed", study.seed),
        "settings": dict(provenance.get("settings", {})),
        "register": hash_register(folder / "internal"),
        "files": sorted((describe_file(path) for path in written), key=lambda file: str(file["name"])),
    }


def describe_file(path: Path) -> dict[str, Any]:
    """Return the name, size and SHA-256 of a file."""
    content = path.read_bytes()
    return {"name": path.name, "bytes": len(content), "sha256": sha256(content).hexdigest()}


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
    return sha256(lines[-1]).hexdigest() if lines else ""


def _keep_standing(run: Run, folder: Path, replaced: set[str]) -> dict[str, Any]:
    """Return an earlier run with those of its files that no later run replaced and that are as it wrote them."""
    left = [file for file in run["files"] if file["name"] not in replaced and (folder / file["name"]).is_file()]
    return {**run, "files": [file for file in left if describe_file(folder / file["name"]) == file]}
