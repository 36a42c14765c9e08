"""The example studies of datasets/, invented with their truth: six schools, written as real ones would send them; trajectory schools beside
comparison schools; schools that start in different years; and two cohorts.

Run as `python -m toolkit.simulation datasets/zes_scholen`.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.simulation.population import Invention, invent_population, invent_responses, write_truth
from toolkit.simulation.records import invent_records
from toolkit.simulation.survey_files import (
    UNKNOWN,
    Dress,
    dress_items,
    insert_row,
    list_questions,
    name_by_id,
    name_by_number,
    name_by_wording,
    repeat_row,
    stop_half_way,
    write_anchor,
    write_delimited,
    write_label,
    write_number,
    write_spss,
    write_workbook,
)
from toolkit.simulation.two_cohorts import invent_two_cohorts

#: tried a few, and took one in which no school of the sample lies far from its truth, so that the example is no freak.
SEED = 2037
#: what the schools call the roles head, leader, support and teacher.
DUTCH = {"head": "directie", "leader": "teamleider", "support": "onderwijsondersteuner", "teacher": "leraar"}
FLEMISH = {"head": "directeur", "leader": "beleidsondersteuner", "support": "zorgcoördinator", "teacher": "leerkracht"}
ROLE_NUMBERS = {"teacher": 1.0, "leader": 2.0, "head": 3.0, "support": 4.0}
COMMENTS = ("Graag meer tijd om bij elkaar te kijken.", "Fijn dat dit gevraagd wordt!", "Minder vergaderen; liever samen lessen maken.")


#: the six schools by name, for a plain table.
TEAMS = {"s1": "De Papieren Brug", "s2": "Sint-Fantasius", "s3": "Het Houten Kompas", "s4": "De Wolkenplukker", "s5": "De Stille Trom"}
TEAMS |= {"s6": "De Zevende Kraanvogel"}
Rows = dict[tuple[str, str], pd.DataFrame]
#: seven schools reach their change between the second and the third wave, seven never do; all drift a little.
COMPARISON = Invention(
    sizes=(31, 26, 22, 18, 15, 12, 9, 29, 25, 21, 17, 14, 11, 8),
    dates=(dt.date(2024, 9, 16), dt.date(2025, 9, 15), dt.date(2026, 6, 22)),
    exposure=((0.0, 0.0, 1.0),) * 7 + ((0.0, 0.0, 0.0),) * 7,
    drift=(0.0, 0.05, 0.10),
    sway=0.05,
)
#: four schools start after the first wave, four after the second, four not before the last; the first year brings six tenths of the change.
STAGGERED = Invention(
    sizes=(28, 22, 16, 11, 30, 21, 15, 10, 26, 20, 14, 9),
    dates=(dt.date(2022, 9, 19), dt.date(2023, 9, 18), dt.date(2024, 9, 16), dt.date(2025, 9, 15)),
    exposure=((0.0, 0.6, 1.0, 1.0),) * 4 + ((0.0, 0.0, 0.6, 1.0),) * 4 + ((0.0, 0.0, 0.0, 0.0),) * 4,
    drift=(0.0, 0.04, 0.08, 0.12),
    sway=0.05,
)
DESIGNS: Mapping[str, Invention] = {"vergelijking": COMPARISON, "gespreide_start": STAGGERED}


def invent_exports(folder: Path, seed: int = SEED) -> None:
    """Write the exports of six invented schools to `folder`/exports, their records beside these, and what is true to `folder`/truth.toml.

    The same seed gives the same bytes.
    """
    population = invent_population(Invention(), seed)
    exports = folder / "exports"
    responses = invent_responses(population, seed)
    rng = np.random.default_rng([seed, 3])
    exports.mkdir(parents=True, exist_ok=True)
    rows = {(str(part["school"].iloc[0]), str(part["wave"].iloc[0])): part for _, part in responses.groupby(["school", "wave"])}
    rows = {key: part.sort_values("date", kind="stable", ignore_index=True) for key, part in rows.items()}
    _send_workbook(exports, rows, rng)
    _send_semicolons(exports, rows, rng)
    _send_commas(exports, rows, rng)
    _send_spss(exports, rows, rng)
    _send_board(exports, rows, rng)
    invent_records(folder)
    (folder / "truth.toml").write_bytes(write_truth(population, seed).encode())


def _send_workbook(exports: Path, rows: Rows, rng: np.random.Generator) -> None:
    """School s1: one workbook with a sheet per wave, a title above the header, questions as headers; one person doesn't consent."""
    sheets = {}
    for wave, sheet in (("w1", "Nulmeting"), ("w2", "Nameting")):
        people = rows["s1", wave]
        if wave == "w1":
            people = insert_row(people, 11, "DORA17", rng)
        table = pd.DataFrame({"Tijdstempel": people["date"].dt.to_pydatetime(), "Wat is uw persoonlijke code?": people["respondent"]})
        table["Wat is uw functie?"] = people["role"].map(DUTCH)
        table["Mogen wij uw antwoorden gebruiken?"] = np.where(people["respondent"] == "DORA17", "nee", "ja")
        table = pd.concat([table, dress_items(people, Dress(name_by_wording, write_number), rng)], axis=1)
        table["Wilt u nog iets kwijt?"] = pd.Series(dict(zip((3, 9, 20), COMMENTS, strict=True)), dtype=object).reindex(table.index)
        sheets[sheet] = table
    write_workbook(exports / "s1_de_papieren_brug.xlsx", sheets, titles=("Vragenlijst PLG, De Papieren Brug",))


def _send_semicolons(exports: Path, rows: Rows, rng: np.random.Generator) -> None:
    """School s2: a Dutch spreadsheet's text per wave, with a test row; later some type their code in another way, and one leaves it out."""
    for wave in ("w1", "w2"):
        people = rows["s2", wave]
        if wave == "w1":
            people = insert_row(people, 0, "TEST", rng)
        code = people["respondent"].copy()
        if wave == "w2":
            code[::5] = code[::5].str.lower()
            code[2::7] = code[2::7].str.replace(r"(\d+)", r"-\1", regex=True)
            new = ~code.str.upper().str.replace("-", "").isin(rows["s2", "w1"]["respondent"])
            # somebody new, so that nobody who answered twice is lost
            code = code.mask(new & (new.cumsum() == 1))
        table = pd.DataFrame({"Datum": people["date"].dt.strftime("%d-%m-%Y %H:%M"), "Code": code, "Functie": people["role"].map(FLEMISH)})
        table = pd.concat([table, dress_items(people, Dress(name_by_number, write_number), rng)], axis=1)
        write_delimited(exports / f"s2_sint_fantasius_{wave}.csv", table, separator=";", encoding="cp1252", decimal=",")


def _send_commas(exports: Path, rows: Rows, rng: np.random.Generator) -> None:
    """School s3: one file with both waves, a code in two parts, words at the ends of each scale; one person stopped half-way."""
    people = pd.concat([rows["s3", "w1"], rows["s3", "w2"]], ignore_index=True)
    people = insert_row(people, 6, "WIBO21", rng)
    items = stop_half_way(dress_items(people, Dress(name_by_id, write_anchor), rng), 6)
    table = pd.DataFrame({"id": np.arange(101, 101 + len(people)), "submitdate": people["date"].dt.strftime("%Y-%m-%d %H:%M:%S")})
    table["meting"] = people["wave"].map({"w1": "voor", "w2": "na"})
    table["code_letters"], table["code_dag"] = people["respondent"].str[:4], people["respondent"].str[4:]
    table["functie"], table["voltooid"] = people["role"].map(DUTCH), np.where(people["respondent"] == "WIBO21", "nee", "ja")
    write_delimited(exports / "s3_het_houten_kompas.csv", pd.concat([table, items], axis=1), separator=",", encoding="utf-8-sig")


def _send_spss(exports: Path, rows: Rows, rng: np.random.Generator) -> None:
    """School s4: a file of SPSS per wave, with value labels; 99 is declared missing."""
    labels = {
        column: {label.value: label.nl[0] for label in instrument.find_answers(rating).labels} | {99.0: UNKNOWN}
        for column, (instrument, _, rating) in list_questions().items()
    }
    headers = {column: name_by_wording(*question) for column, question in list_questions().items()}
    for wave in ("w1", "w2"):
        people = rows["s4", wave]
        table = pd.DataFrame({"code": people["respondent"], "datum": people["date"], "functie": people["role"].map(ROLE_NUMBERS)})
        table = pd.concat([table, dress_items(people, Dress(name_by_id, write_number, unknown=99.0), rng).astype(float)], axis=1)
        write_spss(exports / f"s4_de_wolkenplukker_{wave}.sav", table, headers=headers, labels=labels, missing=99)


def _send_board(exports: Path, rows: Rows, rng: np.random.Generator) -> None:
    """Schools s5 and s6: their board sends both in one workbook per wave, all answers in words; one person sent the form twice."""
    names = {"s5": "De Stille Trom", "s6": "De Zevende Kraanvogel"}
    for wave in ("w1", "w2"):
        people = pd.concat([rows["s5", wave], rows["s6", wave]]).sort_values("date", kind="stable", ignore_index=True)
        people = repeat_row(people, 4) if wave == "w2" else people
        items = dress_items(people, Dress(name_by_wording, write_label), rng)
        items = stop_half_way(items, 4) if wave == "w2" else items
        ended = people["date"].dt.to_pydatetime()
        table = pd.DataFrame({"Id": np.arange(1, len(people) + 1), "Tijd van voltooien": ended, "E-mail": "anonymous", "Naam": None})
        table["Op welke school werkt u?"], table["Uw code"] = people["school"].map(names), people["respondent"]
        table["Uw functie"] = people["role"].map(DUTCH)
        write_workbook(exports / f"stichting_verzonnen_onderwijs_{wave}.xlsx", {"Form1": pd.concat([table, items], axis=1)})


def invent_design(folder: Path, design: str, seed: int) -> None:
    """Write the exports of a population of `DESIGNS`, a file per wave, to `folder`/exports, and what is true of it to truth.toml."""
    population = invent_population(DESIGNS[design], seed)
    exports = folder / "exports"
    responses = invent_responses(population, seed)
    rng = np.random.default_rng([seed, 3])
    exports.mkdir(parents=True, exist_ok=True)
    for wave in population.invention.waves:
        people = responses[responses["wave"] == wave].sort_values("date", kind="stable", ignore_index=True)
        table = pd.DataFrame({"date": people["date"].dt.strftime("%Y-%m-%d %H:%M"), "code": people["respondent"]})
        table["school"], table["role"] = people["school"], people["role"]
        items = dress_items(people, Dress(name_by_id, write_number), rng)
        write_delimited(exports / f"{wave}.csv", pd.concat([table, items], axis=1), separator=",", encoding="utf-8")
    (folder / "truth.toml").write_bytes(write_truth(population, seed).encode())


def invent_table(path: Path, seed: int = SEED) -> None:
    """Write the answers of the six invented schools as one plain table: school, code, wave, role and a column of numbers per question."""
    people = invent_responses(invent_population(Invention(), seed), seed).sort_values(["wave", "school", "respondent"], ignore_index=True)
    table = pd.DataFrame({"school": people["school"].map(TEAMS), "code": people["respondent"]})
    table["wave"], table["role"] = people["wave"].map({"w1": "sept", "w2": "june"}), people["role"]
    items = dress_items(people, Dress(name_by_id, write_number), np.random.default_rng([seed, 3]))
    write_delimited(path, pd.concat([table, items.replace(UNKNOWN, None)], axis=1), separator=",", encoding="utf-8")


def main() -> None:
    """Write the exports of an invented study to the folder that is named on the command line."""
    parser = argparse.ArgumentParser(description="Write the exports of invented schools, and what is true of them.")
    parser.add_argument("folder", type=Path, help="the folder of the study")
    parser.add_argument("--design", choices=["zes_scholen", "teams", "twee_cohorten", *DESIGNS], default="zes_scholen")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    if options.design == "teams":
        invent_table(options.folder / "teams.csv", options.seed)
    elif options.design == "twee_cohorten":
        invent_two_cohorts(options.folder, options.seed)
    elif options.design in DESIGNS:
        invent_design(options.folder, options.design, options.seed)
    else:
        invent_exports(options.folder, options.seed)


if __name__ == "__main__":
    main()
