"""Publishing results as data: one table for a spreadsheet and for a program, with a codebook; made of the same results as the pages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toolkit.languages import Language, Text, load_text
from toolkit.report.publishing.codebook import list_columns, tabulate_codebook
from toolkit.report.publishing.codebook__labels import LABELS, write_label
from toolkit.report.publishing.data_tables__spreadsheet import write_csv, write_workbook
from toolkit.results.disclosure.released_data import combine_results
from toolkit.results.results import Results
from toolkit.study.study import Study
from toolkit.writing import replace_file

RESULTS, CODEBOOK, WORKBOOK = "results.csv", "codebook.csv", "results.xlsx"


def publish_data(study: Study, results: Results, folder: Path, *, language: Language | None = None) -> list[Path]:
    """Write `results` as results.xlsx and results.csv with codebook.csv into `folder`, and return the paths.

    The words beside the codes are in `language`, or the study's first; the codebook has both. All schools stand in one table: it is for
    whoever may see the page across schools.
    """
    text = load_text(language or study.languages[0])
    export = combine_results(results, study)
    table, codebook = label_results(export, study, text), tabulate_codebook(export, study)
    title = f"{study.id}: {text.pick(study.title)}"
    replace_file(folder / RESULTS, write_csv(table))
    replace_file(folder / CODEBOOK, write_csv(codebook))
    replace_file(folder / WORKBOOK, write_workbook({"results": table, "codebook": codebook}, title, study.report_date))
    return [folder / name for name in (WORKBOOK, RESULTS, CODEBOOK)]


def label_results(export: pd.DataFrame, study: Study, text: Text) -> pd.DataFrame:
    """Return `export` with the words for its codes beside them."""
    labelled = export.assign(**{label: _write_labels(label, export, study, text) for label in LABELS})
    return labelled[list_columns()]


def _write_labels(label: str, export: pd.DataFrame, study: Study, text: Text) -> list[str]:
    rows = list(export[list(LABELS[label])].itertuples(index=False, name=None))
    words = {codes: write_label(label, codes, study, text) for codes in set(rows)}
    return [words[codes] for codes in rows]
