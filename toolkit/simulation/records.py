"""Invented records of the trajectory of the six schools: goals with their progress, and the parents who came to a meeting."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toolkit.simulation.survey_files import write_delimited, write_workbook

GOALS = ("doel", "school", "rol", "factor", "hoe zien we het", "begin", "streefwaarde", "datum", "nu bereikt", "voortgang", "klaar op")
VISITS = ("Elke leraar kijkt dit jaar mee in de les van een collega", "s1")
LESSONS = ("Bouwteams maken samen een lessenserie", "s1")
TALKS = ("Teamvergaderingen beginnen met een vraag uit de klas", "s5")
#: of each goal what holds for it (who, factor, how it is seen, start, target), where it stood in January and June, and when it is due.
PLANS = (
    (*VISITS, "leraren", "Leren van en met elkaar", "leraren die meekeken", 2, 20, "2026-01-20", 9, 2, "2026-06-30"),
    (*VISITS, "leraren", "Leren van en met elkaar", "leraren die meekeken", 2, 20, "2026-06-16", 17, 3, "2026-06-30"),
    (*LESSONS, "teamleiders", "Samen onderwijs ontwikkelen", "lessenseries die zijn gegeven", 0, 4, "2026-01-20", 1, 1, "2026-10-01"),
    (*LESSONS, "teamleiders", "Samen onderwijs ontwikkelen", "lessenseries die zijn gegeven", 0, 4, "2026-06-16", 4, 4, "2026-10-01"),
    (*TALKS, "directie", "Onderzoeksmatig werken", "verslagen met zo’n vraag", None, None, "2026-06-16", None, 1, "2026-12-01"),
)
SHARES = ("school", "indicator", "datum", "teller", "noemer", "wat is geteld", "streefwaarde")
PARENTS = "Ouders op de informatieavond"
#: how many parents came, of how many, in September and in June.
COUNTS = {"s1": ((48, 120), (81, 118)), "s2": ((52, 96), (55, 94)), "s5": ((30, 75), (41, 72))}


def invent_records(folder: Path) -> None:
    """Write goals as a workbook and indicators as text to `folder`/records; the bytes are the same every time."""
    folder = folder / "records"
    folder.mkdir(parents=True, exist_ok=True)
    goals = pd.DataFrame(list(PLANS), columns=list(GOALS), dtype=object)
    write_workbook(folder / "doelen.xlsx", {"doelen": goals})
    dates = ("2025-09-25", "2026-06-11")
    rows = [
        (school, PARENTS, date, *count, "ouders", "75%")
        for school, counts in COUNTS.items()
        for date, count in zip(dates, counts, strict=True)
    ]
    write_delimited(folder / "indicatoren.csv", pd.DataFrame(rows, columns=list(SHARES)), separator=";", encoding="utf-8")
