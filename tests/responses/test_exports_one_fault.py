"""One fault in files that are otherwise sound: it is told, and so are at most two things beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.responses.cases import FOLDER
from tests.responses.sound_files import AFTER, BEFORE, ENERGY, ITEMS, SAFETY, SCHOOLS, Files, make_files, name_people, read, renumber
from toolkit.findings import list_sentences

MOST = 3
Fault = Callable[[Files], None]
FAULTS: dict[str, tuple[str, Fault]] = {}


def told_as(code: str) -> Callable[[Fault], Fault]:
    """Add a fault to those that are tried, with the finding that must tell it."""

    def register(fault: Fault) -> Fault:
        FAULTS[fault.__name__] = (code, fault)
        return fault

    return register


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "fault" in metafunc.fixturenames:
        metafunc.parametrize(("code", "fault"), list(FAULTS.values()), ids=list(FAULTS))


def test_one_fault_is_told_with_little_beside_it(code: str, fault: Fault, tmp_path: Path) -> None:
    files = make_files()
    fault(files)
    findings = read(files, tmp_path).findings
    assert code in set(findings["code"])
    said = [sentence for _, sentence in list_sentences(findings, "en")]
    assert len(said) <= MOST, "\n".join(said)


# --- 1. rules and mappings ----------------------------------------------------------------------------------------------------------


@told_as("rule_unmet_consent")
def a_refusal_in_other_words(files: Files) -> None:
    del files.document["leave_out"][0]["keep"]
    files.change(AFTER, "toestemming", "Nee, liever niet", "ja, prima")


@told_as("rule_near_consent")
def a_refusal_in_more_words(files: Files) -> None:
    del files.document["leave_out"][0]["keep"]
    files.change(AFTER, "toestemming", "nee", "nee hoor")


@told_as("rule_unmet_consent")
def consent_that_one_wave_left_empty(files: Files) -> None:
    files.rows[AFTER]["toestemming"] = ""


@told_as("rule_unmet")
def trials_with_other_codes_than_the_rule(files: Files) -> None:
    files.document["leave_out"].append({"column": "code", "values": ["TEST"], "reason": "test"})
    files.rows[AFTER] = pd.concat([files.rows[AFTER], files.rows[AFTER].iloc[[5]].assign(code="TEST1", energie_own9_i1="0")])


@told_as("leave_out_absent")
def a_rule_on_a_column_that_is_nowhere(files: Files) -> None:
    files.document["leave_out"].append({"column": "akkord", "values": ["nee"], "reason": "test"})


@told_as("items_joined")
def two_columns_for_one_item(files: Files) -> None:
    again = files.rows[AFTER].pop(ENERGY[3])
    first = np.arange(len(again)) < 20
    files.rows[AFTER] = files.rows[AFTER].assign(**{"vraag 4": again.where(first, ""), "vraag 4 (nieuw)": again.where(~first, "")})
    files.document["sources"][1]["layout"] = "m"
    files.document["layouts"]["m"] = files.layout | {"items": dict.fromkeys(("vraag 4", "vraag 4 (nieuw)"), ENERGY[3])}


@told_as("items_differ")
def two_columns_for_one_item_that_differ(files: Files) -> None:
    two_columns_for_one_item(files)
    files.rows[AFTER].loc[:9, "vraag 4 (nieuw)"] = "0"


@told_as("words_unmet")
def a_word_for_a_school_that_stands_nowhere(files: Files) -> None:
    files.layout["schools"] = {"De Alfa": "Alfa", "De Bèta": "Beta"}


@told_as("words_contradict")
def one_word_for_two_answers(files: Files) -> None:
    files.layout["answers"] = {"vaak": 4, "Vaak": 5}


# --- 2. the same answers in two places ----------------------------------------------------------------------------------------------


@told_as("answers_shared")
def rows_of_the_first_wave_pasted_again(files: Files) -> None:
    files.rows[AFTER].loc[10:19, ITEMS] = files.rows[BEFORE].loc[10:19, ITEMS]


@told_as("file_same")
def a_wave_saved_twice(files: Files) -> None:
    files.rows[AFTER] = files.rows[BEFORE]


@told_as("answers_shared")
def a_wave_saved_twice_in_another_order(files: Files) -> None:
    files.rows[AFTER] = files.rows[BEFORE].sample(frac=1, random_state=1)


@told_as("answers_shared")
def an_export_that_also_holds_the_earlier_wave(files: Files) -> None:
    files.rows[AFTER] = pd.concat([files.rows[AFTER], files.rows[BEFORE]])


@told_as("answers_shared")
def an_export_of_a_school_that_holds_another(files: Files) -> None:
    for school in SCHOOLS[:2]:
        files.rows[f"data/{school}.csv"] = files.rows[AFTER][files.rows[AFTER]["school"] == school].drop(columns="school")
        files.document["sources"].append({"file": f"data/{school}.csv", "wave": "after", "layout": "own", "school": school})
    files.document["layouts"]["own"] = {name: text for name, text in files.layout.items() if name != "school"}
    files.rows[AFTER] = files.rows[AFTER][~files.rows[AFTER]["school"].isin(SCHOOLS[:2])]
    files.rows["data/Beta.csv"] = pd.concat([files.rows["data/Beta.csv"], files.rows["data/Alfa.csv"]])


@told_as("rows_copied")
def rows_pasted_twice_in_a_wave(files: Files) -> None:
    files.rows[AFTER].loc[1:3, ["datum", *ITEMS]] = files.rows[AFTER].loc[5:7, ["datum", *ITEMS]].to_numpy()


# --- 3. and 4. the coding -----------------------------------------------------------------------------------------------------------


@told_as("items_turned_surely")
def reversed_items_that_one_wave_turned_round(files: Files) -> None:
    renumber(files, [SAFETY[0], SAFETY[2], SAFETY[4]], lambda number: 8 - number)


@told_as("items_turned_surely")
def an_item_that_one_wave_turned_round(files: Files) -> None:
    renumber(files, [ENERGY[2]], lambda number: 6 - number)


@told_as("column_renumbered")
def one_column_numbered_from_nought(files: Files) -> None:
    renumber(files, [SAFETY[2]], lambda number: min(number, 6) - 1)


@told_as("scale_shifted")
def a_scale_numbered_from_one(files: Files) -> None:
    renumber(files, ENERGY, lambda number: number + 1)


@told_as("scale_renumbered")
def a_scale_numbered_with_a_gap(files: Files) -> None:
    for file in (BEFORE, AFTER):
        renumber(files, ENERGY, lambda number: (1, 2, 3, 4, 5, 6, 8)[number], file)


@told_as("scale_renumbered")
def a_scale_numbered_by_tens_in_one_wave(files: Files) -> None:
    renumber(files, ENERGY, lambda number: 10 * number)


@told_as("wave_turned")
def an_instrument_numbered_the_other_way_round(files: Files) -> None:
    for place, column in enumerate(ENERGY):
        for file in (BEFORE, AFTER):
            renumber(files, [column], lambda number, step=place % 4: min(number + step, 6), file)
    renumber(files, ENERGY, lambda number: 6 - number)


@told_as("answer_out_of_range")
def a_code_for_no_answer_that_nobody_declared(files: Files) -> None:
    files.change(AFTER, ENERGY[1], "99", first=4)
    files.change(AFTER, ENERGY[5], "99", first=9)


# --- 5. and 6. codes of people ------------------------------------------------------------------------------------------------------


@told_as("code_date")
def a_code_that_became_a_date(files: Files) -> None:
    files.change(BEFORE, "code", "mrt05")
    files.change(AFTER, "code", "2026-03-05")


@told_as("codes_dated")
def many_codes_that_became_dates(files: Files) -> None:
    months = ["jan", "feb", "mrt", "apr", "mei", "jun"]
    files.change(BEFORE, "code", *(f"{month}{number + 3:02}" for number, month in enumerate(months)))
    files.change(AFTER, "code", *(f"2026-{number + 1:02}-{number + 3:02}" for number in range(6)))


@told_as("code_long")
def codes_of_nineteen_digits(files: Files) -> None:
    name_people(files, lambda number: f"87123456789012{34567 + 13 * number}", lambda _: "8712345678901230000")


@told_as("codes_zeros")
def codes_without_their_zeros(files: Files) -> None:
    name_people(files, lambda number: f"{17 + 10 * number:05}", lambda number: f"{17 + 10 * number}")


@told_as("codes_powers")
def codes_that_became_powers_of_ten(files: Files) -> None:
    files.change(BEFORE, "code", "12e3", "45e6")
    files.change(AFTER, "code", "12000", "45000000")


@told_as("codes_apart")
def words_of_a_program_that_fold_to_one(files: Files) -> None:
    files.change(AFTER, "code", "N/A", "NA", "#N/A")


@told_as("code_words")
def words_for_no_code(files: Files) -> None:
    files.change(AFTER, "code", "geen", "x", "weet ik niet meer", "?", "geen")


@told_as("code_words")
def words_for_no_code_in_every_part_of_a_code(files: Files) -> None:
    files.layout["respondent"] = ["dag", "code"]
    for file in (BEFORE, AFTER):
        files.rows[file]["dag"] = [f"{1 + number % 28}" for number in range(48)]
    files.change(AFTER, "dag", "x", "geen")
    files.change(AFTER, "code", "x", "geen")


@told_as("code_signs")
def a_sign_that_nobody_sees(files: Files) -> None:
    files.change(AFTER, "code", f"{files.rows[AFTER]['code'][0]}\u200b")


@told_as("respondent_contradicts")
def one_code_for_two_people(files: Files) -> None:
    files.change(AFTER, "code", str(files.rows[AFTER]["code"][1]))


@told_as("respondent_contradicts")
def one_person_twice_in_both_waves(files: Files) -> None:
    for file in (BEFORE, AFTER):
        rows = files.rows[file]
        again = rows.iloc[[0]].copy()
        again[ENERGY] = rows[ENERGY].iloc[[7]].to_numpy()
        files.rows[file] = pd.concat([rows, again])


@told_as("respondent_double_first")
def forms_that_were_sent_twice(files: Files) -> None:
    files.rows[AFTER] = pd.concat([files.rows[AFTER], files.rows[AFTER].head(3)])


@told_as("nobody_matched")
def other_codes_in_the_second_wave(files: Files) -> None:
    name_people(files, lambda number: f"aa{number * 37:04}q", lambda number: f"{number * 53:05}zz")


@told_as("code_two_schools")
def codes_that_count_from_one_at_each_school(files: Files) -> None:
    name_people(files, lambda number: f"{number % 12 + 1}", lambda number: f"{number % 12 + 1}")


@told_as("code_empty")
def people_without_a_code(files: Files) -> None:
    files.change(AFTER, "code", "", "-", "?")


@told_as("codes_alike")
def a_slip_in_a_code(files: Files) -> None:
    files.change(AFTER, "code", f"{files.rows[AFTER]['code'][0]}0")


@told_as("code_personal")
def codes_that_are_addresses(files: Files) -> None:
    name_people(files, lambda number: f"wie{number * 37}@school.example", lambda number: f"wie{number * 37}@school.example")


# --- 7. dates -----------------------------------------------------------------------------------------------------------------------


@told_as("wave_dates")
def two_files_that_changed_places(files: Files) -> None:
    files.rows[BEFORE], files.rows[AFTER] = files.rows[AFTER], files.rows[BEFORE]


def use_one_form(files: Files) -> None:
    """Make one file of both waves, in which the date of a row tells the wave."""
    files.rows = {"data/form.csv": pd.concat(list(files.rows.values()), ignore_index=True)}
    files.document["sources"] = [{"file": "data/form.csv", "layout": "l"}]
    files.layout["wave_by_date"] = "nearest"


@told_as("wave_undated")
def a_row_without_a_date_where_dates_tell_the_wave(files: Files) -> None:
    use_one_form(files)
    files.change("data/form.csv", "datum", "", "vorige week")


@told_as("wave_between")
def a_date_between_two_waves(files: Files) -> None:
    use_one_form(files)
    files.change("data/form.csv", "datum", "2026-01-20")


@told_as("date_unreadable")
def a_date_that_is_none(files: Files) -> None:
    files.change(AFTER, "datum", "gisteren", "2026-02-30")


# --- 8. places that are not known ---------------------------------------------------------------------------------------------------


@told_as("schools_unknown")
def schools_that_nobody_named(files: Files) -> None:
    for file in (BEFORE, AFTER):
        files.rows[file]["school"] = [f"School {number // 2}" for number in range(48)]


@told_as("school_unknown")
def a_slip_in_the_name_of_a_school(files: Files) -> None:
    files.change(AFTER, "school", *["Alpha"] * 12)


@told_as("school_empty")
def rows_without_a_school(files: Files) -> None:
    files.change(AFTER, "school", "", "")


@told_as("waves_unknown")
def words_for_waves_that_nobody_named(files: Files) -> None:
    files.rows[BEFORE]["meting"] = "Voor de start van het traject"
    files.rows[AFTER]["meting"] = "Na afloop van het traject"
    files.layout["wave"] = "meting"
    for source in files.document["sources"]:
        del source["wave"]


@told_as("schools_apart")
def names_before_and_numbers_after(files: Files) -> None:
    files.rows[AFTER]["school"] = [str(1 + SCHOOLS.index(name)) for name in files.rows[AFTER]["school"]]
    files.document["schools"] += [{"id": f"s{number}", "name": str(number)} for number in range(1, 5)]


# --- 9. files of another kind -------------------------------------------------------------------------------------------------------


@told_as("items_long")
def a_row_for_every_answer(files: Files) -> None:
    files.rows[AFTER] = files.rows[AFTER].melt(["code", "school", "datum", "toestemming"], ITEMS, "vraag", "antwoord")


@told_as("file_program")
def a_file_of_stata(files: Files) -> None:
    del files.rows[AFTER]
    files.document["sources"][1]["file"] = "data/after.dta"
    files.bytes["data/after.dta"] = (FOLDER / "what_another_program_saved" / "data" / "a.dta").read_bytes()


@told_as("file_missing")
def a_file_that_is_not_there(files: Files) -> None:
    del files.rows[AFTER]


@told_as("header_missing")
def a_header_that_was_renamed(files: Files) -> None:
    files.rows[AFTER] = files.rows[AFTER].rename(columns={"code": "Uw persoonlijke code"})


@told_as("header_missing")
def a_header_that_no_file_has(files: Files) -> None:
    files.layout["school"] = "schoolnaam"


@told_as("header_twice")
def a_header_that_is_there_twice(files: Files) -> None:
    files.rows[AFTER] = pd.concat([files.rows[AFTER], files.rows[AFTER][[ENERGY[0]]]], axis=1)


@told_as("rows_header")
def two_exports_pasted_below_each_other(files: Files) -> None:
    rows = files.rows[AFTER]
    files.rows[AFTER] = pd.concat([rows.iloc[:20], pd.DataFrame([rows.columns], columns=rows.columns), rows.iloc[20:]])


# --- 10. numbers as people write them -----------------------------------------------------------------------------------------------


@told_as("answer_out_of_range")
def a_half_on_a_scale_of_whole_numbers(files: Files) -> None:
    files.change(AFTER, ENERGY[0], "4½", "3,5")


@told_as("answer_zeros")
def a_thousand_among_small_numbers(files: Files) -> None:
    files.change(AFTER, ENERGY[0], "1.000")


@told_as("answer_date")
def a_grade_that_became_a_date(files: Files) -> None:
    files.change(AFTER, "cijfer1_grade", "7/8", "2026-08-07")


@told_as("answer_unknown")
def grades_with_a_sign_behind_them(files: Files) -> None:
    files.change(AFTER, "cijfer1_grade", "8-", "6+", "acht", "ruim 7", "8 of 9")


@told_as("answer_unknown")
def an_error_of_a_spreadsheet(files: Files) -> None:
    files.change(AFTER, ENERGY[0], "#REF!", "#REF!")


@told_as("column_uncoded")
def a_question_answered_in_words_of_its_own(files: Files) -> None:
    files.rows[AFTER][ENERGY[4]] = ["rood", "geel", "groen"] * 16


@told_as("no_answer")
def what_a_program_writes_for_nothing(files: Files) -> None:
    files.change(AFTER, ENERGY[0], "NA", "NA", "NA")


# --- 11. not asked ------------------------------------------------------------------------------------------------------------------


@told_as("items_missing")
def items_that_one_wave_left_out(files: Files) -> None:
    files.rows[AFTER] = files.rows[AFTER].drop(columns=ENERGY[7:])


@told_as("not_asked_answered")
def items_that_were_answered_and_not_asked(files: Files) -> None:
    files.document["sources"][1]["not_asked"] = ENERGY[7:]


@told_as("item_empty")
def an_item_that_nobody_answered(files: Files) -> None:
    files.rows[AFTER][ENERGY[7]] = ""


@told_as("instrument_absent")
def an_instrument_that_no_file_holds(files: Files) -> None:
    files.document["instruments"] = [*files.document["instruments"], "uwes3"]


# --- 12. late and further files -----------------------------------------------------------------------------------------------------


@told_as("file_unnamed")
def a_late_school_in_the_folder(files: Files) -> None:
    files.rows["data/late.csv"] = files.rows[AFTER].head(9).assign(school="Late")


@told_as("files_unnamed")
def many_files_in_the_folder(files: Files) -> None:
    files.rows |= {f"data/late{number}.csv": files.rows[AFTER].head(number) for number in range(3, 14)}


@told_as("wave_uncompared")
def a_third_wave_that_nothing_compares(files: Files) -> None:
    labels = [("before", "2025-09-15"), ("after", "2026-06-15"), ("later", "2027-06-15")]
    files.document["waves"] = [{"id": name, "date": date, "label": {"nl": name, "en": name}} for name, date in labels]
    files.document["comparisons"] = [{"id": "c", "before": "before", "after": "after", "planned": True}]
