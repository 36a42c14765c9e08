"""Codes of cohorts, and of what people picked, have words of their own in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.two_studies import SHIPPED
from toolkit.languages import Language, load_text
from toolkit.report.publishing.codebook import tabulate_codebook
from toolkit.report.publishing.data_tables import label_results
from toolkit.results.disclosure.released_data import combine_results
from toolkit.results.estimation import estimate_study
from toolkit.schemas import EXPORT
from toolkit.study.loading import load_study

ROWS = Path(__file__).parent.parent.parent / "data" / "rows"
LANGUAGES: list[Language] = ["nl", "en"]
#: Table, quantity and method of rows that only some studies have.
CODES = (
    ("cohorts", "average", "random effects over cohorts"),
    ("cohorts", "tau_cohorts", "REML, Q-profile"),
    ("cohorts", "tau_schools", "REML, Q-profile"),
    ("cohorts", "change", "no_spread"),
    ("shares", "share", "Wilson"),
    ("switches", "switched", "count"),
    ("roles", "leaders", "mean"),
    ("roles", "staff", "mean of leaders minus the difference"),
    ("roles", "leader_minus_staff", "least squares within schools, CR2"),
    ("switches", "symmetry", "McNemar, exact"),
    ("switches", "symmetry", "Bowker"),
    ("switches", "symmetry", "McNemar, exact; Holm"),
    ("switches", "added", "count"),
    ("switches", "dropped", "count"),
    ("shares", "word", "count"),
    ("shares", "other_words", "count"),
)


def make_row(number: int, table: str, quantity: str, method: str) -> dict[str, Any]:
    blank = {name: "" if dtype == "str" else pd.NA if dtype == "Int64" else np.nan for name, dtype in EXPORT.columns.items()}
    return blank | {"table": table, "quantity": quantity, "method": method, "state": "shown", "cohort": str(number)}


def test_codes_that_only_some_studies_have_are_explained() -> None:
    export = pd.DataFrame([make_row(number, *codes) for number, codes in enumerate(CODES)]).astype(dict(EXPORT.columns))
    codebook = tabulate_codebook(export, load_study(SHIPPED)).set_index(["column", "code"])
    for language in ("nl", "en"):
        other = load_text(language).say("data.other_code")
        told = [
            codebook.loc[(column, code), language]
            for codes in CODES
            for column, code in zip(("table", "quantity", "method"), codes, strict=True)
        ]
        assert other not in told and all(told)


def test_options_have_their_words_and_key_words_stand_as_they_are() -> None:
    study = load_study(ROWS / "E2")
    export = combine_results(estimate_study(study).results, study)
    for language in LANGUAGES:
        picked = label_results(export, study, load_text(language)).query("table == 'shares' and quantity == 'share' and answer == 3")
        name = {"nl": "leraar buiten mijn team", "en": "teacher outside my team"}[language]
        assert set(picked["answer_label"]) == {name}
        codebook = tabulate_codebook(export, study).set_index(["column", "code"])
        assert codebook.loc[("answer", "leert_van.from.3"), language] == name
        assert codebook.loc[("reason", "not_added_up"), language] != load_text(language).say("data.other_code")
    words = export[(export["quantity"] == "word") & (export["school"] == "s1") & (export["wave"] == "before")]
    assert words.set_index("word")["estimate"].to_dict()["differentiëren"] == 9
