"""The first half of the gate: the answers of a study are read and checked, and a page is made about them.

It stands apart from `run.py`, so that who checks does not wait for what estimates, draws figures and makes reports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.languages import Language
from toolkit.locking import hold_folder
from toolkit.records.reading import read_all
from toolkit.report.publishing.data_check import publish_data_check
from toolkit.responses.questions import write_questions, write_seen
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
class Checked:
    """What was found in the answers of a study as FINDINGS, the pages about it, and the files with codes and questions, if changed."""

    findings: pd.DataFrame
    pages: tuple[Path, ...]
    matches: Path | None
    questions: Path | None
    #: schools, people per wave and open questions, in one line.
    seen: str


def check_study(
    study: Study | str | Path, folder: str | Path | None = None, *, languages: Sequence[Language] = (), watch: Watch = NOBODY
) -> Checked:
    """Read all answers of a study and return what a person should look at; write a page about it.

    Parameters
    ----------
    study
        A study, its file, or the folder of that file.
    folder
        Where the page goes, in `internal`; by default reports/<id of the study>.
    languages
        "nl", "en" or both; by default those of the study.
    watch
        Callbacks that report progress.

    Returns
    -------
    Checked
        `findings` as from `list_findings`, the `pages` written, and the files of `matches` (codes that look alike) and of `questions`, each
        for a person to judge, or None where nothing was added.

    Raises
    ------
    DefinitionError
        For an invalid study. Nothing in the answers raises an error.

    Examples
    --------
    >>> import tempfile
    >>> import toolkit as plg
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     checked = plg.check_study("datasets/univbct", folder, languages=["en"])
    ...     [page.name for page in checked.pages]
    ['data_check.html']
    """
    study, place, spoken = locate(study, folder, languages)
    exports, _ = read_all(study, report=watch.reading)
    findings = exports.findings
    seen = write_seen(exports.responses, findings, study, study.load_text(spoken[0]))
    watch.found(findings)
    matches = write_matches(findings, study, spoken[0])
    questions = write_questions(findings, study, spoken[0])
    with hold_folder(place, study.languages[0]):
        pages = publish_data_check(study, exports, place, languages=spoken)
    return Checked(findings, tuple(pages), matches, questions, seen)


def locate(study: Study | str | Path, folder: str | Path | None, languages: Sequence[Language]) -> tuple[Study, Path, tuple[Language, ...]]:
    """Return the study, the folder for what is made of it, and the languages of what is made."""
    opened = study if isinstance(study, Study) else load_study(study)
    return opened, Path(folder or Path("reports") / opened.id), tuple(languages) or opened.languages
