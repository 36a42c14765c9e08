"""Invented records of the trajectory of the six schools: coaching, goals with their progress, and the parents who came to a meeting."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toolkit.simulation.survey_files import write_delimited, write_workbook

GOALS = ("doel", "school", "rol", "factor", "hoe zien we het", "begin", "streefwaarde", "datum", "nu bereikt", "voortgang", "klaar op")
VISITS = ("Elke leraar kijkt dit jaar mee in de les van een collega", "s1")
LESSONS = ("Bouwteams maken samen een lessenserie", "s1")
TALKS = ("Teamvergaderingen beginnen met een vraag uit de klas", "s5")
DESIGN = ("Twee leraren maken samen een les en kijken bij elkaar", "s3")
TIME = ("In elk rooster staat een vast uur voor overleg", "s4")
#: of each goal what holds for it (who, factor, how it is seen, start, target), where it stood in January and June, and when it is due.
PLANS = (
    (*VISITS, "leraren", "Leren van en met elkaar", "leraren die meekeken", 2, 20, "2026-01-20", 9, 2, "2026-06-30"),
    (*VISITS, "leraren", "Leren van en met elkaar", "leraren die meekeken", 2, 20, "2026-06-16", 17, 3, "2026-06-30"),
    (*LESSONS, "teamleiders", "Samen onderwijs ontwikkelen", "lessenseries die zijn gegeven", 0, 4, "2026-01-20", 1, 1, "2026-10-01"),
    (*LESSONS, "teamleiders", "Samen onderwijs ontwikkelen", "lessenseries die zijn gegeven", 0, 4, "2026-06-16", 4, 4, "2026-10-01"),
    (*DESIGN, "leraren", "Collegiale ondersteuning", "tweetallen dat dit deed", 0, 8, "2026-01-20", 3, 2, "2026-06-30"),
    (*DESIGN, "leraren", "Collegiale ondersteuning", "tweetallen dat dit deed", 0, 8, "2026-06-16", 8, 4, "2026-06-30"),
    (*TIME, "directie", "Professionele ruimte", "roosters met zo’n uur", 0, 6, "2026-06-16", 2, 2, "2026-10-01"),
    (*TALKS, "directie", "Onderzoeksmatig werken", "verslagen met zo’n vraag", None, None, "2026-06-16", None, 1, "2026-12-01"),
)
SHARES = ("school", "indicator", "datum", "teller", "noemer", "wat is geteld", "streefwaarde")
PARENTS = "Ouders op de informatieavond"
#: how many parents came, of how many, in September and in June.
COUNTS = {"s1": ((48, 120), (81, 118)), "s2": ((52, 96), (55, 94)), "s5": ((30, 75), (41, 72))}
CONTACTS = ("datum", "soort", "titel", "school", "uren")
#: on which days each school had coaching of its own, besides what was for all, and for how many hours each time.
COACHING = {
    "s1": (("2025-11-06", "2025-12-04", "2026-02-05", "2026-04-16"), 2),
    "s2": (("2025-11-20", "2026-03-12"), 2),
    "s3": (("2025-11-13", "2026-01-22", "2026-03-19"), 1.5),
    "s4": (("2025-12-11", "2026-02-12", "2026-03-26", "2026-05-07", "2026-05-28"), 1.5),
    "s5": (("2026-01-29",), 2),
    "s6": (("2025-12-18", "2026-02-26", "2026-04-23"), 2),
}


def invent_records(folder: Path) -> None:
    """Write goals as a workbook, and indicators and contacts as text to `folder`/records; the bytes are the same every time."""
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
    coached = [
        (date, "coaching", "Coaching op school", school, f"{hours:g}".replace(".", ","))
        for school, (days, hours) in COACHING.items()
        for date in days
    ]
    write_delimited(folder / "contacten.csv", pd.DataFrame(coached, columns=list(CONTACTS)), separator=";", encoding="utf-8")
