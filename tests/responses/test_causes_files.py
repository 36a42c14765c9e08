"""What is the same in several files is told once, with the files."""

from __future__ import annotations

from pathlib import Path

from tests.responses.cases import open_study
from toolkit.findings import list_sentences
from toolkit.responses.exports import read_exports

ITEMS = "uwes3_i1,uwes3_i2,uwes3_i3"


def tell(folder: Path, texts: dict[str, str], instruments: list[str]) -> list[str]:
    """Return what is told of these files, in Dutch, up to the first full stop that ends a sentence."""
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("cp1252"))
    sources = [{"file": name, "layout": "l", "wave": "before", "school": "s1"} for name in texts]
    document = {"instruments": instruments, "sources": sources, "layouts": {"l": {"respondent": "code"}}}
    findings = read_exports(open_study(document, folder)).findings
    told = findings[findings["code"].isin(["instrument_absent", "encoding_guessed"])]
    return [sentence.split(". ")[0] for _, sentence in list_sentences(told, "nl")]


def test_an_instrument_that_most_files_lack_is_one_finding_per_instrument(tmp_path: Path) -> None:
    texts = {f"{name}.csv": f"code,{ITEMS}\n{name}1,1,2,3\n{name}2,2,3,4\n" for name in "ab"}
    texts["c.csv"] = f"code,{ITEMS},cijfer1_grade\nc1,1,2,3,7\nc2,2,3,4,8\n"
    assert tell(tmp_path, texts, ["uwes3", "cijfer1"]) == ["Meldt · a.csv, b.csv: Hier staan geen vragen van cijfer1"]


def test_characters_that_were_guessed_are_told_per_encoding_and_not_per_file(tmp_path: Path) -> None:
    texts = {f"{name}.csv": f"code,reünie,{ITEMS}\n{name}1,ja,1,2,3\n{name}2,ja,2,3,4\n" for name in "abc"}
    assert tell(tmp_path, texts, ["uwes3"]) == [
        "Meldt · a.csv, b.csv, c.csv: De tekens zijn gelezen als cp1252, omdat ze geen geldig utf-8 zijn"
    ]
