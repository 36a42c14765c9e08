"""The one gate: a study is read, checked, refused or estimated, protected, published, and accounted for.

Commands and programs go through here, and so does everything that is written for others to read: nothing above `results` knows what it took
out, earlier publications are looked up first, and new ones are recorded in the register.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.check import NOBODY, Watch, locate
from toolkit.cluster import Cluster
from toolkit.findings import refuse_stops
from toolkit.languages import Language
from toolkit.locking import INTERNAL, hold_folder
from toolkit.records.reading import read_all
from toolkit.report.content.reads import write_rows
from toolkit.report.formats.chromium import check_browser
from toolkit.report.publishing.data_check import NAME as DATA_CHECK
from toolkit.report.publishing.data_check import publish_data_check
from toolkit.report.publishing.data_tables import publish_data
from toolkit.report.publishing.pages import NOTHING, PlannedPage, plan_pages
from toolkit.report.publishing.person_scores import publish_scores
from toolkit.report.publishing.reports import Published, publish_cohorts, publish_reports
from toolkit.report.publishing.standing import Made, Standing, hash_text, sign_parts
from toolkit.report.rendering.kernels import KernelServer
from toolkit.report.verification.manifest import name_command, publish_manifest
from toolkit.responses.exports import Exports
from toolkit.responses.questions import refuse_open
from toolkit.results.estimation import Estimation, estimate_study, join_cohorts
from toolkit.results.publication import finish, record, record_and_keep, take_kept
from toolkit.results.results import Results
from toolkit.results.stored import find_stored, has_stored, sign_inputs
from toolkit.study.cohorts import check_cohorts
from toolkit.study.loading import load_study
from toolkit.study.study import Study
from toolkit.workers import Spread


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What a run made and found: pages, copies in other formats, their index, errors by the name of what failed, and FINDINGS.

    `kept` are those of the pages and copies that were still right and stayed as they were.
    """

    folder: Path
    pages: tuple[Path, ...]
    copies: tuple[Path, ...]
    index: Path
    errors: dict[str, str]
    findings: pd.DataFrame
    kept: tuple[Path, ...] = ()


def run_study(
    study: Study | str | Path,
    folder: str | Path | None = None,
    *,
    languages: Sequence[Language] = (),
    schools: Collection[str] = (),
    kinds: Collection[str] = (),
    formats: Collection[str] = (),
    templates: Mapping[str, str | Path] = NOTHING,
    data_check: bool | None = None,
    jobs: int = 2,
    cluster: str = "",
    confirm: bool = False,
    strict: bool = False,
    fresh: bool = False,
    watch: Watch = NOBODY,
) -> Run:
    """Read a study, make its reports, and return what was made and found; what is still right stays as it is.

    Parameters
    ----------
    study
        A study, its file, or the folder of that file.
    folder
        Where the reports go; by default reports/<id of the study>.
    languages
        "nl", "en" or both; by default those of the study.
    schools
        Codes: only the pages of these schools.
    kinds
        "school", "summary", "across_schools", "board", "cohorts"; by default all that the study has.
    formats
        Further formats of each page, ".pdf" and ".docx"; they need chromium.
    templates
        Notebooks of your own that pages are made from, by kind: `{"school": "mystudy/school_report.ipynb"}`. They show what the protected
        results hold; `toolkit/page_kernel.py` says what is promised.
    data_check
        Whether to make the data check too; by default if all pages of all schools are made.
    jobs
        How many processes estimate, protect and make pages at a time.
    cluster
        The address of a Dask cluster, "tcp://...": scales are estimated and pages made there, as docs/performance.md tells.
    confirm
        Show numbers whose group changed by a few people since they were published.
    strict
        Stop, instead of hiding numbers, if subtraction would reveal a small group.
    fresh
        Estimate and make everything, also what would become what it is.
    watch
        Callbacks that report progress.

    Returns
    -------
    Run
        `folder`, `pages`, their `copies` in other formats, the `index` over them, `errors` by the name of the page that failed (an earlier
        version of it stays), the `findings`, and which of the pages and copies were `kept`.

    Raises
    ------
    DefinitionError
        For an invalid study.
    ExportError
        With every finding that stops the analysis; of a final study also with every question in the data that nobody accepted.
    ReportError
        If another run is at work in the folder, or if what was published from it can't be read back.

    Examples
    --------
    >>> import tempfile
    >>> import toolkit as plg
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = plg.run_study("datasets/univbct", folder, languages=["en"], schools=["4-A"], kinds=["summary"])
    ...     [page.name for page in made.pages], made.errors
    (['summary-4-a-6ac947-en.html'], {})
    """
    study, place, spoken = locate(study, folder, languages)
    pages = plan_pages(study, spoken, kinds, schools)
    own = _open_templates(templates, pages, spoken[0])
    if formats:
        check_browser()
    internal = place / INTERNAL
    with ExitStack() as held:
        begun = _open_workers(held, cluster, study) if fresh or not has_stored(internal) else None  # they warm up while we read
        exports = _read_settled(study, watch)
        held.enter_context(hold_folder(place, study.languages[0]))
        sign = sign_inputs(study, exports.sources, confirm=confirm, strict=strict)
        standing = Standing(place, fresh=fresh)
        if not (schools or kinds) if data_check is None else data_check:
            _check_data(study, exports, place, spoken, standing, sign)
        watch.planned(len(pages) * (1 + len(formats)))
        kept = None if fresh else find_stored(internal, sign, schools, published=True)
        server, others = begun or _open_workers(held, cluster, study, bool(kept))
        found = _estimate(study, exports, place, confirm, strict, watch, kept, jobs, others.spread if others else None)
        made = publish_reports(study, found.results, place, languages=spoken, schools=schools, kinds=kinds, formats=formats,
                               templates=own, jobs=jobs, report_done=watch.made, server=server, cluster=others, sign=sign,
                               standing=standing, record=lambda: record_and_keep(found, place, sign, schools))  # fmt: skip
        _account(found, made, place, spoken, name_command(study, languages, schools, kinds, formats, own), own)
    return Run(place, made.pages, made.copies, made.index, made.errors, found.findings, made.kept)


def export_study(
    study: Study | str | Path,
    folder: str | Path | None = None,
    *,
    languages: Sequence[Language] = (),
    scores: bool = False,
    figures: bool = False,
    confirm: bool = False,
    strict: bool = False,
    watch: Watch = NOBODY,
) -> list[Path]:
    """Write the results of a study as data with a codebook, and return the paths.

    Parameters
    ----------
    study
        A study, its file, or the folder of that file.
    folder
        Where the files go; by default reports/<id of the study>.
    languages
        "nl", "en" or both; by default those of the study.
    scores
        Also write the scale scores per person, for SPSS: personal data, in the folder `internal`.
    figures
        Also write the figures of every school for slides, as PNG and SVG in the folder `figures`.
    confirm, strict, watch
        As in `run_study`.

    Returns
    -------
    list of Path
        The files: `results.xlsx`, `results.csv`, `codebook.csv` and what else was asked for. What is in them is in `docs/outputs.md`.

    Raises
    ------
    DefinitionError, ExportError
        As `run_study`.

    Examples
    --------
    >>> import tempfile
    >>> import toolkit as plg
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(path.name for path in plg.export_study("datasets/univbct", folder))
    ['codebook.csv', 'results.csv', 'results.xlsx']
    """
    study, place, spoken = locate(study, folder, languages)
    exports = _read_settled(study, watch)
    with hold_folder(place, study.languages[0]):
        found = _estimate(study, exports, place, confirm, strict, watch)
        record((found, place))
        written = publish_data(study, found.results, place, language=spoken[0])
        if figures:
            from toolkit.report.publishing.slides import publish_slides  # with all that draws

            written += publish_slides(study, found.results, place, languages=spoken)
        command = f"plg export {study.id}" + (" --figures" if figures else "")
        publish_manifest(study, found.results, place, written, command, languages=spoken)
        finish((found, place))
        if scores:
            written.append(publish_scores(study, found.scores, place / INTERNAL, language=spoken[0]))
    return written


def run_notebook(
    name: str | Path, study: Study | str | Path, folder: str | Path | None = None, *, languages: Sequence[Language] = ()
) -> list[Path]:
    """Run a notebook on a study, write its page in each language, and return the paths.

    Parameters
    ----------
    name
        That of a shipped notebook for researchers, or a file whose name ends in .ipynb.
    study
        A study, its file, or the folder of that file.
    folder
        Where the page goes, in `internal`; by default reports/<id of the study>.
    languages
        "nl", "en" or both; by default those of the study.

    Returns
    -------
    list of Path
        The pages. They are for those who have the answers, not for sharing.

    Raises
    ------
    ReportError
        For a name that is no notebook for researchers, and for a notebook that fails.
    DefinitionError, ExportError
        As `run_study`.

    Examples
    --------
    >>> import tempfile
    >>> import toolkit as plg
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [page.name for page in plg.run_notebook("first_look", "datasets/zes_scholen", folder, languages=["en"])]
    ['01_first_look-en.html']
    """
    from toolkit.report.publishing.notebooks import locate_notebook, publish_notebook  # with what reads notebooks

    study, place, spoken = locate(study, folder, languages)
    found = locate_notebook(name, study.languages[0])
    _read(study, NOBODY)  # what stops the analysis is told before a notebook meets it
    with hold_folder(place, study.languages[0]):
        return publish_notebook(study, found, place, languages=spoken)


def compare_studies(
    studies: Sequence[Study | str | Path],
    folder: str | Path | None = None,
    *,
    languages: Sequence[Language] = (),
    formats: Collection[str] = (),
    confirm: bool = False,
    watch: Watch = NOBODY,
) -> Run:
    """Put the cohorts of several studies side by side on one page, and return what was made and found.

    Parameters
    ----------
    studies
        Two or more, as `run_study` takes one. Of a study that names cohorts each counts, of another the whole study.
    folder
        Where the page goes; by default reports/<ids of the studies>. Each study's register is that of its reports beside that folder.
    languages, formats, confirm, watch
        As in `run_study`.

    Returns
    -------
    Run
        As from `run_study`.

    Raises
    ------
    DefinitionError, ExportError, ReportError
        As `run_study`; also without two cohorts or a scale that all measured, and with one measurement of a school in two studies.

    Examples
    --------
    >>> import tempfile
    >>> import toolkit as plg
    >>> with tempfile.TemporaryDirectory() as folder:  # doctest: +SKIP
    ...     made = plg.compare_studies(["datasets/zes_scholen", "datasets/vergelijking"], f"{folder}/both", languages=["en"])
    ...     [page.name for page in made.pages], made.errors
    (['cohorts-en.html'], {})
    """
    opened = [study if isinstance(study, Study) else load_study(study) for study in studies]
    check_cohorts(opened)
    first, place, spoken = locate(opened[0], folder or Path("reports") / "-".join(study.id for study in opened), languages)
    if formats:
        check_browser()
    exports = [_read_settled(study, watch) for study in opened]
    folders = [place.parent / study.id for study in opened]
    with ExitStack() as held:
        for each in (place, *folders):
            held.enter_context(hold_folder(each, first.languages[0]))
        found = [_estimate(*part, confirm, False, watch) for part in zip(opened, exports, folders, strict=True)]
        results, parts = join_cohorts(found), list(zip(found, folders, strict=True))
        watch.planned(len(spoken) * (1 + len(formats)))
        made = publish_cohorts(opened, results, place, languages=spoken, formats=formats, report_done=watch.made,
                               record=lambda: record(*parts))  # fmt: skip
        if made.pages:
            written = [*made.pages, *made.copies, *publish_data(first, results, place, language=spoken[0])]
            publish_manifest(first, results, place, written, f"plg compare {' '.join(s.id for s in opened)}", languages=spoken)
            finish(*parts)
    told = pd.concat([estimation.findings for estimation in found], ignore_index=True)
    return Run(place, made.pages, made.copies, made.index, made.errors, told)


def _open_templates(templates: Mapping[str, str | Path], pages: list[PlannedPage], language: Language) -> dict[str, Path]:
    """Return the templates of somebody's own, looked at; most runs have none."""
    if not templates:
        return {}
    from toolkit.report.publishing.templates import open_templates  # with what reads notebooks

    return open_templates(templates, pages, language)


def _read(study: Study, watch: Watch) -> Exports:
    """Return what was read of a study, unless something stops the analysis."""
    exports, _ = read_all(study, report=watch.reading)
    watch.found(exports.findings)
    refuse_stops(exports.findings, study.languages[0])
    return exports


def _read_settled(study: Study, watch: Watch) -> Exports:
    """Return what was read of a study, unless something stops the analysis or, in a final study, a question is open."""
    exports = _read(study, watch)
    refuse_open(exports.findings, study)
    return exports


def _check_data(study: Study, exports: Exports, place: Path, languages: Sequence[Language], standing: Standing, sign: str) -> None:
    """Publish the data check, unless it stands and would become what it is: it shows what was read and what was found in it."""
    inputs = sign_parts(sign, write_rows(exports.findings), languages)
    if not standing.find(DATA_CHECK, inputs):
        pages = publish_data_check(study, exports, place, languages=languages)
        files = {page.relative_to(place).as_posix(): hash_text(page.read_bytes()) for page in pages}
        standing.note(DATA_CHECK, Made(inputs, sign, files))


def _open_workers(held: ExitStack, cluster: str, study: Study, kept: bool = False) -> tuple[KernelServer | None, Cluster | None]:
    """Return what makes pages, `held` open: a cluster, or a process here, which warms up meanwhile; that only where nothing was kept."""
    if cluster:
        return None, held.enter_context(Cluster(cluster, study.languages[0]))
    return None if kept else held.enter_context(KernelServer()), None


def _estimate(
    study: Study,
    exports: Exports,
    place: Path,
    confirm: bool,
    strict: bool,
    watch: Watch,
    kept: Results | None = None,
    jobs: int = 1,
    spread: Spread | None = None,
) -> Estimation:
    """Return the study estimated, checked against what was published in `place` before, or what an earlier run `kept` of that."""
    if kept:
        found = take_kept(study, exports, kept, place / INTERNAL)
    else:
        found = estimate_study(study, exports, register=place / INTERNAL, confirm=confirm, strict=strict, jobs=jobs, spread=spread)
    watch.found(found.changed)
    return found


def _account(
    found: Estimation, made: Published, place: Path, languages: Sequence[Language], command: str, templates: Mapping[str, Path]
) -> None:
    """Write down in the manifest what was published, which was recorded before."""
    if made.pages:
        written = [*made.pages, *made.copies]
        publish_manifest(found.study, found.results, place, written, command, languages=languages, templates=list(templates.values()))
        finish((found, place))
