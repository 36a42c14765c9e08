"""The one gate: a study is read, checked, refused or estimated, protected, published, and accounted for.

Commands and programs go through here, and so does everything that is written for others to read: nothing above `results` knows what it took
out, earlier publications are looked up first, and new ones are recorded in the register.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.findings import refuse_stops
from toolkit.languages import Language
from toolkit.report.formats.chromium import check_browser
from toolkit.report.publishing.data_tables import publish_data
from toolkit.report.publishing.pages import plan_pages
from toolkit.report.publishing.person_scores import publish_scores
from toolkit.report.publishing.reports import Published, publish_data_check, publish_notebook, publish_reports
from toolkit.report.rendering.kernels import KernelServer
from toolkit.report.verification.manifest import publish_manifest
from toolkit.responses.exports import Exports, list_findings, read_exports
from toolkit.results.estimation import Estimation, estimate_study
from toolkit.study.loading import load_study
from toolkit.study.matches import write_matches
from toolkit.study.study import Study


@dataclass(frozen=True, slots=True)
class Watch:
    """Callbacks that report progress: the file being read (with the share done), what was found in all files, how many pages and copies
    there will be, and the title of each one that is ready.
    """

    reading: Callable[[str, float], None] = lambda file, share: None
    found: Callable[[pd.DataFrame], None] = lambda findings: None
    planned: Callable[[int], None] = lambda count: None
    made: Callable[[str], None] = lambda title: None


NOBODY = Watch()


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What a run made and found: pages, copies in other formats, their index, errors by the name of what failed, and FINDINGS."""

    folder: Path
    pages: tuple[Path, ...]
    copies: tuple[Path, ...]
    index: Path
    errors: dict[str, str]
    findings: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What was found in the answers of a study as FINDINGS, the pages about it, and the file of codes to judge, if one was written."""

    findings: pd.DataFrame
    pages: tuple[Path, ...]
    matches: Path | None


def run_study(
    study: Study | str | Path,
    folder: str | Path | None = None,
    *,
    languages: Sequence[Language] = (),
    schools: Collection[str] = (),
    kinds: Collection[str] = (),
    formats: Collection[str] = (),
    data_check: bool | None = None,
    jobs: int = 2,
    confirm: bool = False,
    strict: bool = False,
    watch: Watch = NOBODY,
) -> Run:
    """Read a study, make its reports in `folder` (default: reports/<id of the study>), and return what was made and found.

    Args:
        study: a study, its file, or the folder of that file.
        languages: "nl", "en" or both; default: those of the study.
        schools: codes; only the pages of these schools.
        kinds: "school", "summary", "across_schools", "board"; default: all that the study has.
        formats: further formats of each page, ".pdf" and ".docx"; they need chromium.
        data_check: whether to make the data check too; default: if all pages of all schools are made.
        jobs: how many pages are made at a time.
        confirm: show numbers whose group changed by a few people since they were published.
        strict: stop, instead of hiding numbers, if subtraction would reveal a small group.
        watch: callbacks that report progress.

    Raises `DefinitionError` for an invalid study, `ExportError` with every finding that stops the analysis. Pages that fail are named in
    `errors`; earlier versions of them stay.
    """
    study, place, spoken = _open(study, folder, languages)
    pages = plan_pages(study, spoken, kinds, schools)
    if formats:
        check_browser()
    exports = _read(study, watch)
    if not (schools or kinds) if data_check is None else data_check:
        publish_data_check(study, place, languages=spoken)
    watch.planned(len(pages) * (1 + len(formats)))
    with KernelServer() as server:  # it warms up while the results are estimated
        found = _estimate(study, exports, place, confirm, strict, watch)
        made = publish_reports(study, found.results, place, languages=spoken, schools=schools, kinds=kinds, formats=formats, jobs=jobs,
                               report_done=watch.made, server=server)  # fmt: skip
    _account(found, made, place, spoken, schools, _name_command(study, languages, schools, kinds, formats))
    return Run(place, made.pages, made.copies, made.index, made.errors, found.findings)


def check_study(
    study: Study | str | Path, folder: str | Path | None = None, *, languages: Sequence[Language] = (), watch: Watch = NOBODY
) -> Checked:
    """Read all answers of a study and return what a person should look at; write the data check to `folder`/internal.

    Codes that look alike are added to `matches.toml` beside the study, for a person to judge. Nothing in the answers raises an error.
    """
    study, place, spoken = _open(study, folder, languages)
    findings = list_findings(study, report=watch.reading)  # of a million answers nothing else is kept while the page is made
    watch.found(findings)
    matches = write_matches(findings, study, spoken[0])
    return Checked(findings, tuple(publish_data_check(study, place, languages=spoken)), matches)


def export_study(
    study: Study | str | Path,
    folder: str | Path | None = None,
    *,
    languages: Sequence[Language] = (),
    scores: bool = False,
    confirm: bool = False,
    strict: bool = False,
    watch: Watch = NOBODY,
) -> list[Path]:
    """Write the results of a study as data with a codebook to `folder`, and return the paths.

    With `scores` the scale scores per person are written too, for SPSS: personal data, in the folder internal. Raises like `run_study`.
    """
    study, place, spoken = _open(study, folder, languages)
    found = _estimate(study, _read(study, watch), place, confirm, strict, watch)
    written = publish_data(study, found.results, place, language=spoken[0])
    found.record()
    publish_manifest(study, found.results, place, written, f"plg export {study.id}", languages=spoken)
    return [*written, publish_scores(study, found.scores, place / "internal", language=spoken[0])] if scores else written


def run_notebook(
    name: str, study: Study | str | Path, folder: str | Path | None = None, *, languages: Sequence[Language] = ()
) -> list[Path]:
    """Run the notebook for researchers `name` on a study, write its page to `folder`/internal in each language, and return the paths."""
    study, place, spoken = _open(study, folder, languages)
    return publish_notebook(study, name, place, languages=spoken)


def _open(study: Study | str | Path, folder: str | Path | None, languages: Sequence[Language]) -> tuple[Study, Path, tuple[Language, ...]]:
    """Return the study, the folder for what is made of it, and the languages of what is made."""
    opened = study if isinstance(study, Study) else load_study(study)
    return opened, Path(folder or Path("reports") / opened.id), tuple(languages) or opened.languages


def _read(study: Study, watch: Watch) -> Exports:
    """Return what was read of a study, unless something stops the analysis."""
    exports = read_exports(study, report=watch.reading)
    watch.found(exports.findings)
    refuse_stops(exports.findings, study.languages[0])
    return exports


def _estimate(study: Study, exports: Exports, place: Path, confirm: bool, strict: bool, watch: Watch) -> Estimation:
    """Return the study estimated, checked against what was published in `place` before."""
    found = estimate_study(study, exports, register=place / "internal", confirm=confirm, strict=strict)
    watch.found(found.changed)
    return found


def _account(
    found: Estimation, made: Published, place: Path, languages: Sequence[Language], schools: Collection[str], command: str
) -> None:
    """Record what was published, in the register and in the manifest."""
    if made.pages:
        found.record(schools)
        publish_manifest(found.study, found.results, place, [*made.pages, *made.copies], command, languages=languages)


def _name_command(
    study: Study, languages: Sequence[str], schools: Collection[str], kinds: Collection[str], formats: Collection[str]
) -> str:
    """Return the command that makes the same files again."""
    named = (("language", languages), ("school", schools), ("page", kinds))
    options = [f"--{name} {value}" for name, values in named for value in values]
    return " ".join([f"plg report {study.id}", *options, *(f"--{suffix[1:]}" for suffix in formats)])
