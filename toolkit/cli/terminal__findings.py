"""Findings on a terminal: a table to read, or a line each where the words go to a file or to another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

#: from how many signs a list of columns or values is cut on a terminal; data_check.html holds all of it.
LONG = 240

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from toolkit.languages import Language


def print_findings(findings: pd.DataFrame, language: Language, console: Console | None = None) -> int:
    """Print all findings, those that stop the analysis first, and return how many stop it."""
    from rich.console import Console

    from toolkit.findings import list_sentences

    console, findings = console or Console(highlight=False), shorten_findings(findings)
    if console.is_terminal and len(findings):
        _print_table(findings, language, console)
    else:
        for _, sentence in list_sentences(findings, language):
            typer.echo(sentence)
    return int((findings["severity"] == "stops").sum())


def shorten_findings(findings: pd.DataFrame) -> pd.DataFrame:
    """Return findings in which long lists are cut after a whole name or word, for a terminal: there names hide the rest."""
    return findings.assign(**{place: findings[place].map(_shorten) for place in ("column", "value", "expected")})


def _shorten(text: str) -> str:
    if len(text) <= LONG:
        return text
    start = text[:LONG]
    return f"{start.rpartition(', ')[0] or start.rpartition(' ')[0] or start} …"


def _print_table(findings: pd.DataFrame, language: Language, console: Console) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text as Words

    from toolkit.findings import ORDER, locate_finding, write_finding
    from toolkit.languages import load_text

    text = load_text(language)
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, pad_edge=False)
    for name in ("", text.say("check.column_says"), text.say("check.column_mend")):
        table.add_column(name, overflow="fold")
    for severity in ORDER:
        for finding in findings[findings["severity"] == severity].to_dict("records"):
            says, mend = write_finding(finding, text)
            cells = (text.say(f"findings.severity.{severity}"), f"{locate_finding(finding, text)}: {says}", mend)
            table.add_row(*map(Words, cells))  # what people typed is shown as it is, brackets and all
    console.print(table)
