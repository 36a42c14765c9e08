"""Every folder of published data has a study file that is read, or a reason why not, and stands in the list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.published.road import PUBLISHED, SHIPPED, walk
from toolkit.findings import ORDER
from toolkit.study.loading import load_study

#: tables of effects: there is nobody who answered.
NO_SURVEY = {"meta_teacher_expectancy", "prepost_control_effects"}
LISTED = dict(re.findall(r"^\| `(\w+)` \|.*\| `(test_\w+\.py)` \|$", (PUBLISHED / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
STUDIES = sorted(path.parent.relative_to(PUBLISHED).as_posix() for path in PUBLISHED.rglob("study.toml"))


def test_every_folder_is_listed_and_every_folder_listed_is_there() -> None:
    there = {path.name for path in PUBLISHED.iterdir() if path.is_dir()} | {"univbct"}
    assert set(LISTED) == there
    assert (SHIPPED / "univbct" / "study.toml").is_file()


@pytest.mark.parametrize("folder", sorted(LISTED))
def test_a_folder_has_a_study_or_is_no_survey_and_the_test_named_reads_it(folder: str) -> None:
    has_study = folder == "univbct" or any(name.split("/")[0] == folder for name in STUDIES)
    assert has_study is (folder not in NO_SURVEY)
    assert folder in (Path(__file__).parent / LISTED[folder]).read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", sorted({*LISTED} - {"univbct"}))
def test_a_folder_says_where_its_data_come_from_and_holds_little(folder: str) -> None:
    readme = (PUBLISHED / folder / "README.md").read_text(encoding="utf-8")
    assert "**Provenance**" in readme and any(word in readme for word in ("**Licence**", "GPL"))
    for path in (PUBLISHED / folder).rglob("*"):
        if path.is_file() and path.suffix not in (".toml", ".md"):
            assert path.stat().st_size < 1_000_000
            assert path.name in readme


#: all that is told of each study: what a person is asked to look at before the bar, what is only good to know behind it.
TOLD = {
    "autonomy_support_nl": "|",
    "bfi": "| answers_partial answers_same",
    "bh1996": "|",
    "googleforms_licensing": "| answers_partial answers_same columns_unknown left_out_unfinished no_answer",
    "hs1939": "|",
    "hsb82": "|",
    "limesurvey_multilingual": "forms_unfinished | columns_unknown left_out_unfinished rows_blank",
    "limesurvey_rse_uk_waves": "| answers_partial columns_unknown left_out_unfinished people_unfollowed",
    "online_science_motivation": "| answers_partial answers_same instrument_absent left_out_unfinished people_unfollowed",
    "paired_classics/anorexia": "|",
    "paired_classics/sleep": "|",
    "pisa2015_teachers_us": "| answers_partial left_out_unfinished",
    "qualtrics_metadata": "forms_unfinished | left_out_test personal_data",
    # both files are of one day, but stand for two waves
    "qualtrics_small": "wave_dates | columns_unknown people_unfollowed personal_data",
    "redcap_longitudinal": "| columns_unknown personal_data rows_elsewhere rows_unasked",
    # labels of days and sexes that no instrument knows: the number beside them is read
    "spss_fixtures": "label_unknown | instrument_absent left_out_unfinished no_answer rows_blank",
    "state_anxiety_waves": "respondent_double"
    " | answers_partial answers_same code_empty code_incomplete left_out_double left_out_unfinished",
    "surveymonkey_starwars": "| answers_partial columns_unknown encoding_guessed no_answer",
}


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_of_published_data_is_sound_and_what_is_told_of_it_is_known(name: str) -> None:
    study, road = load_study(PUBLISHED / name), walk(name)
    assert set(study.languages) == {"nl", "en"}
    findings = road.exports.findings
    told = {severity: " ".join(sorted(set(findings.loc[findings["severity"] == severity, "code"]))) for severity in ORDER}
    assert told["stops"] == ""
    assert f"{told['asks']} | {told['tells']}".strip() == TOLD[name]
    assert len(road.scores) > 0
