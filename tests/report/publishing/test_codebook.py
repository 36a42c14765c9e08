from pathlib import Path

import pandas as pd
import pytest

from tests.estimated import estimate_shipped
from tests.report.made_results import MadeResults, make_cohort, make_study
from toolkit.languages import load_text
from toolkit.report.publishing.codebook import list_columns, tabulate_codebook
from toolkit.results.disclosure.released_data import combine_results

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture
def codebook(tmp_path: Path) -> pd.DataFrame:
    study, made = make_study(tmp_path, 5), MadeResults()
    make_cohort(made, 5)
    made.pair("s1", "s2", 0.5, verdict="rose")
    return tabulate_codebook(combine_results(made.finish(), study), study)


def test_every_column_is_explained_in_both_languages(codebook: pd.DataFrame) -> None:
    columns = codebook[codebook["code"] == ""]
    assert columns["column"].tolist() == list_columns()
    assert (columns["nl"].str.len() > 5).all() and (columns["en"].str.len() > 5).all()
    assert (columns["nl"] != columns["en"]).all()


def test_a_scale_has_its_name_and_its_ends_and_a_gap_runs_below_zero(codebook: pd.DataFrame) -> None:
    rows = codebook.set_index(["column", "code"])
    total, gap = rows.loc[("scale", "uwes9.total")], rows.loc[("rating", "plg12.gap")]
    assert (total["low"], total["high"]) == (0, 6) and total["nl"] and total["en"]
    assert (gap["low"], gap["high"]) == (-4, 4)
    assert rows.loc[("table", "pairs"), ["nl", "en"]].tolist() == ["Paren die de studie noemt", "Pairs that the study names"]
    assert rows.loc[("wave", "before"), "en"] == "first measurement (2025-09-15)"


@pytest.mark.parametrize("name", ["zes_scholen", "univbct"])
def test_every_code_of_a_real_run_has_words_of_its_own(name: str) -> None:
    found = estimate_shipped(name)
    study = found.study
    export = combine_results(found.results, study)
    codebook = tabulate_codebook(export, study)
    for column in ("table", "state", "quantity", "reason", "verdict", "method"):
        own = codebook[(codebook["column"] == column) & (codebook["code"] != "")]
        assert set(own["code"]) == set(export[column]) - {""}
        for language in ("nl", "en"):
            assert load_text(language).say("data.other_code") not in set(own[language])
            assert load_text(language).say("reason.other") not in set(own[language])
