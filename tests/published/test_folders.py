"""Every folder of published data has a study file that is read, or a reason why not, and stands in the list."""

from __future__ import annotations

import re
from pathlib import Path

from tests.published.road import PUBLISHED, SHIPPED, Road, walk

#: tables of effects: there is nobody who answered.
NO_SURVEY = {"meta_teacher_expectancy", "prepost_control_effects"}
LISTED = dict(re.findall(r"^\| `(\w+)` \|.*\| `(test_\w+\.py)` \|$", (PUBLISHED / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
STUDIES = sorted(path.parent.relative_to(PUBLISHED).as_posix() for path in PUBLISHED.rglob("study.toml"))


def test_every_folder_is_listed_and_every_folder_listed_is_there() -> None:
    there = {path.name for path in PUBLISHED.iterdir() if path.is_dir()} | {"univbct"}
    assert set(LISTED) == there
    assert (SHIPPED / "univbct" / "study.toml").is_file()


def test_a_folder_has_a_study_or_is_no_survey_and_the_test_named_reads_it() -> None:
    with_study = {"univbct"} | {name.split("/")[0] for name in STUDIES}
    assert LISTED.keys() & with_study == LISTED.keys() - NO_SURVEY
    tests = {folder: (Path(__file__).parent / test).read_text(encoding="utf-8") for folder, test in LISTED.items()}
    assert [folder for folder, test in tests.items() if folder not in test] == []


def test_a_folder_says_where_its_data_come_from_and_holds_little() -> None:
    readmes = {folder: (PUBLISHED / folder / "README.md").read_text(encoding="utf-8") for folder in {*LISTED} - {"univbct"}}
    assert [folder for folder, readme in readmes.items() if "**Provenance**" not in readme] == []
    assert [folder for folder, readme in readmes.items() if "**Licence**" not in readme and "GPL" not in readme] == []
    data = {path: folder for folder in readmes for path in (PUBLISHED / folder).rglob("*") if path.suffix not in (".toml", ".md")}
    files = {path: folder for path, folder in data.items() if path.is_file()}
    assert [path for path in files if path.stat().st_size >= 1_000_000] == []
    assert [path for path, folder in files.items() if path.name not in readmes[folder]] == []


#: all that is told of each study: what a person is asked to look at before the bar, what is only good to know behind it.
TOLD = {
    "autonomy_support_nl": "|",
    "bfi": "| answers_partial answers_same",
    "bh1996": "|",
    # one survey, exported to two kinds of files that stand for two schools
    "googleforms_licensing": "answers_shared | answers_partial answers_same columns_unknown left_out_unfinished no_answer",
    "hs1939": "|",
    "hsb82": "|",
    "limesurvey_multilingual": "consent_unruled | columns_unknown left_out_unfinished rows_blank",
    "limesurvey_rse_uk_waves": "| answers_partial columns_unknown left_out_unfinished people_unfollowed",
    "online_science_motivation": "| answers_partial answers_same instrument_absent left_out_unfinished people_unfollowed",
    "paired_classics/anorexia": "|",
    "paired_classics/sleep": "|",
    "pisa2015_teachers_us": "| answers_partial left_out_unfinished",
    "qualtrics_metadata": "| left_out_test personal_data",
    # both files are of one day, but stand for two waves
    "qualtrics_small": "wave_dates | columns_unknown people_unfollowed personal_data",
    # the arms and the events of the project, which hold no answers
    "redcap_longitudinal": "consent_unruled files_unnamed | columns_unknown personal_data rows_elsewhere rows_unasked",
    # labels of days and sexes that no instrument knows: the number beside them is read; other tests read what the study does not name
    "spss_fixtures": "files_unnamed label_unknown | instrument_absent left_out_unfinished no_answer rows_blank",
    # of its four waves the study compares the first two
    "state_anxiety_waves": "respondent_double_first wave_uncompared"
    " | answers_partial answers_same code_empty code_incomplete left_out_double left_out_unfinished",
    "surveymonkey_starwars": "| answers_partial columns_unknown encoding_guessed no_answer",
}


def write_told(road: Road) -> str:
    """Return all that is told of a study, as in `TOLD`."""
    findings = road.exports.findings
    asks, tells = (" ".join(sorted(set(findings.loc[findings["severity"] == severity, "code"]))) for severity in ("asks", "tells"))
    return f"{asks} | {tells}".strip()


def test_a_study_of_published_data_is_sound_and_what_is_told_of_it_is_known() -> None:
    roads = {name: walk(name) for name in STUDIES}
    assert [name for name, road in roads.items() if "stops" in set(road.exports.findings["severity"])] == []
    assert {name: write_told(road) for name, road in roads.items()} == TOLD
    assert [name for name, road in roads.items() if set(road.study.languages) != {"nl", "en"} or road.scores.empty] == []
