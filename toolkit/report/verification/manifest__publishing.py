"""Publishing the account of a folder of reports: its manifest, the same as an RO-Crate, and the index that lists everything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.languages import Language, load_text
from toolkit.report.publishing.pages__index import write_index
from toolkit.report.verification.manifest import MANIFEST, describe_files, write_json
from toolkit.report.verification.manifest__crate import CRATE, describe_crate
from toolkit.results.results import Results
from toolkit.study.study import Study
from toolkit.writing import replace_file

INDEX = "index.html"


def publish_manifest(
    study: Study, results: Results, folder: Path, written: Sequence[Path], command: str, *, languages: Sequence[Language] = ()
) -> list[Path]:
    """Write manifest.json and ro-crate-metadata.json into `folder` after a run that wrote `written`, and the index over all that stands.

    The same files give the same account; nothing in it names a user, a machine or a path.
    """
    chosen = tuple(languages) or study.languages
    manifest = describe_files(study, results, folder, written, command)
    replace_file(folder / MANIFEST, write_json(manifest))
    replace_file(folder / CRATE, write_json(describe_crate(study, manifest, folder, load_text(chosen[0]))))
    names = [str(file["name"]) for run in manifest["runs"] for file in run["files"]]
    replace_file(folder / INDEX, write_index(study, [*names, MANIFEST, CRATE], languages=chosen))
    return [folder / MANIFEST, folder / CRATE]
