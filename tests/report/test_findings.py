import pandas as pd
import pytest

from toolkit.columns import FINDINGS
from toolkit.report.findings import list_sentences


def make_findings() -> pd.DataFrame:
    base = {"school": "", "wave": "w1", "file": "a.csv", "row": 0, "column": "", "value": "", "expected": "", "count": 1}
    return FINDINGS.collect(
        [
            base | {"code": "columns_unknown", "severity": "tells", "value": "Opmerking"},
            base | {"code": "answer_out_of_range", "severity": "asks", "row": 4, "column": "Cijfer", "value": "17", "expected": "1 to 10"},
            base | {"code": "file_empty", "severity": "stops", "file": "b.csv"},
        ]
    )


@pytest.mark.parametrize(("language", "place"), [("nl", "a.csv, rij 4, kolom ‘Cijfer’"), ("en", "a.csv, row 4, column ‘Cijfer’")])
def test_findings_are_sentences_with_place_value_and_mend_and_those_that_stop_come_first(language: str, place: str) -> None:
    sentences = list(list_sentences(make_findings(), language))
    assert [severity for severity, _ in sentences] == ["stops", "asks", "tells"]
    assert place in sentences[1][1] and "17" in sentences[1][1]
    assert sentences[0][1].count(".") >= 2


@pytest.mark.parametrize(("language", "start"), [("nl", "Meldt · a.csv: Kolommen"), ("en", "Tells · a.csv: Columns")])
def test_columns_that_the_sentence_names_are_not_named_before_it_too(language: str, start: str) -> None:
    findings = make_findings().assign(column="Opmerking")
    (sentence,) = [sentence for severity, sentence in list_sentences(findings, language) if severity == "tells"]  # type: ignore[arg-type]
    assert sentence.startswith(start) and sentence.count("Opmerking") == 1
