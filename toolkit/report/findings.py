"""Findings in words: what was found, where, what would be right and what to do, in the study's language."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from toolkit.report.text import Text, load_text
from toolkit.study.definitions import Language

SEVERITIES = ("stops", "asks", "tells")


def list_sentences(findings: pd.DataFrame, language: Language) -> Iterator[tuple[str, str]]:
    """Yield severity and sentence of every finding, those that stop first."""
    text = load_text(language)
    for severity in SEVERITIES:
        for finding in findings[findings["severity"] == severity].to_dict("records"):
            says, mend = write_finding(finding, text)
            yield severity, f"{text.say(f'findings.severity.{severity}')} · {locate_finding(finding, text)}: {says} {mend}".rstrip()


def write_finding(finding: Mapping[Hashable, Any], text: Text) -> tuple[str, str]:
    """Return what was found and what to do about it."""
    places = {name: finding[name] for name in ("file", "row", "column", "value", "expected", "count", "school", "wave")}
    return tuple(text.say(f"findings.{finding['code']}.{part}", **places) for part in ("says", "mend"))  # type: ignore[return-value]


def locate_finding(finding: Mapping[Hashable, Any], text: Text) -> str:
    """Return where a finding stands: file, row and column as far as it has them; a column that its sentence names is told there only."""
    parts = [finding["file"] or text.say("findings.whole_study")]
    if finding["row"]:
        parts.append(text.say("findings.at_row", row=finding["row"]))
    if finding["column"] and "{column}" not in text.phrases[f"findings.{finding['code']}.says"]:
        parts.append(text.say("findings.at_column", column=finding["column"]))
    return ", ".join(parts)
