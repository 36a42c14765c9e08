import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import DefinitionError
from toolkit.study.loading import load_study
from toolkit.study.study import Outcome

STUDY = """
id = "try"
title = {{ nl = "Proef", en = "Trial" }}
languages = ["nl", "en"]
report_date = 2026-07-01
instruments = ["cijfer1", "plg12"]
{top}
[[waves]]
id = "before"
date = 2025-09-15
label = {{ nl = "voor", en = "before" }}

[[waves]]
id = "after"
date = 2026-06-22
label = {{ nl = "na", en = "after" }}
{waves}
[[schools]]
id = "s1"
name = "One"
{school}
[[sources]]
file = "answers.csv"
wave = "before"
{source}
[outcomes]
primary = "cijfer1.grade"
{bottom}
"""


def write(folder: Path, **parts: str) -> Path:
    blank = dict.fromkeys(("top", "waves", "school", "source", "bottom"), "")
    (folder / "study.toml").write_text(STUDY.format(**(blank | parts)), encoding="utf-8")
    return folder / "study.toml"


def explain(folder: Path, **parts: str) -> str:
    with pytest.raises(DefinitionError) as caught:
        load_study(write(folder, **parts))
    return str(caught.value)


def test_a_study_is_loaded_from_its_file_or_its_folder(tmp_path: Path) -> None:
    path = write(tmp_path)
    for place in (path, tmp_path):
        study = load_study(place)
        assert study.folder == tmp_path.resolve() and study.file == "study.toml"
        assert study.primary == Outcome(instrument="cijfer1", scale="grade")


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"top": "colour = 1"}, "study.toml, line 7, [colour]: Unknown key 'colour'. Known: comparisons, confidence"),
        ({"top": "smalest_group = 6"}, "line 7, [smalest_group]: Unknown key 'smalest_group'. Did you mean 'smallest_group'?"),
        ({"top": "smallest_group = 4"}, "line 7, [smallest_group]: Input should be greater than or equal to 5. Found: 4."),
        ({"top": "confidence = 95"}, "line 7, [confidence]: Input should be less than 1. Found: 95."),
        ({"waves": '[[waves]]\nid = "x"\nlabels = 1'}, "Unknown key 'labels'. Did you mean 'label'?"),
        ({"waves": '[[waves]]\nid = "before"\ndate = 2027-01-01\nlabel = { nl = "x", en = "x" }'}, "The id 'before' is used twice."),
        ({"school": "invited = { befor = 3 }"}, "There is no wave 'befor'. Did you mean 'before'?"),
        ({"source": 'layout = "form"'}, "There is no layout 'form'."),
        ({"source": '[[sources]]\nfile = "../other.csv"\nwave = "after"'}, "The file '../other.csv' lies outside the study's folder."),
        ({"source": '[[sources]]\nfile = "/etc/passwd"\nwave = "after"'}, "The file '/etc/passwd' lies outside the study's folder."),
        ({"source": '[[sources]]\nfile = "more.csv"'}, "Nothing tells of which wave this file is."),
        ({"bottom": 'further = ["cijfer1.grad"]'}, "There is no outcome 'cijfer1.grad'. Did you mean 'cijfer1.grade'?"),
        ({"bottom": "[smallest_change]\ncijfer2 = 1"}, "There is no outcome 'cijfer2'. Did you mean 'cijfer1'?"),
        ({"bottom": '[[comparisons]]\nid = "c"\nbefore = "before"\nafter = "afters"'}, "There is no wave 'afters'. Did you mean 'after'?"),
    ],
)
def test_every_fault_is_told_with_its_place_and_its_mend(tmp_path: Path, parts: dict[str, str], message: str) -> None:
    assert message in explain(tmp_path, **parts)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    told = explain(tmp_path, top="colour = 1\nsmallest_group = 2", school='colour = "red"')
    assert len(told.splitlines()) == 3


def test_a_file_that_is_no_toml_names_the_line(tmp_path: Path) -> None:
    assert "study.toml, line 7: This is not valid TOML" in explain(tmp_path, top="id = = 3")


def test_waves_out_of_order_are_refused(tmp_path: Path) -> None:
    early = '[[waves]]\nid = "x"\ndate = 2020-01-01\nlabel = { nl = "x", en = "x" }'
    assert "The waves are not in the order of their dates." in explain(tmp_path, waves=early)


def test_the_smallest_change_is_that_of_the_nearest_name(tmp_path: Path) -> None:
    study = load_study(write(tmp_path, bottom='[smallest_change]\nplg12 = 0.3\n"plg12.e1" = 0.4\n"plg12.e1.now" = 0.5'))
    found = [
        study.find_smallest_change(study.find_outcome(name))
        for name in ("plg12.e2.now", "plg12.e1.wanted", "plg12.e1.now", "cijfer1.grade")
    ]
    assert found == [0.3, 0.4, 0.5, None]


def test_without_planned_comparisons_the_first_wave_is_set_against_the_last_as_exploratory(tmp_path: Path) -> None:
    (comparison,) = load_study(write(tmp_path)).planned
    assert (comparison.before, comparison.after, comparison.planned) == ("before", "after", False)


def test_a_longer_version_brings_the_shorter_ones(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"cijfer1", "plg12"', '"uwes17", "cijfer1"'), encoding="utf-8")
    assert [instrument.id for instrument in load_study(path).scored_instruments] == ["uwes17", "cijfer1", "uwes15", "uwes9", "uwes3"]


KEYS = st.sampled_from(["id", "title", "waves", "schools", "sources", "layouts", "outcomes", "smallest_change", "confidence", "x", "seed"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_no_study_file_of_random_keys_ends_in_a_traceback(document: dict[str, object]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "study.toml"
        path.write_text("\n".join(f"{key} = {_write(value)}" for key, value in document.items()), encoding="utf-8")
        with pytest.raises(DefinitionError) as caught:
            load_study(path)
        assert all(problem.file == "study.toml" for problem in caught.value.problems)


def _write(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_write(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_write(inner) for inner in value) + "]"
    return json.dumps(value if value is not None else "")


PAIR = '[[groups]]\nid = "all"\nlabel = {{ nl = "alle" }}\nschools = ["{school}"]\n[[pairs]]\nfirst = "{first}"\nsecond = "{second}"'


@pytest.mark.parametrize(
    ("school", "first", "second", "fault"),
    [
        ("s9", "all", "s1", "There is no school 's9'."),
        ("s1", "al", "s1", "There is no school or group 'al'. Did you mean 'all'?"),
        ("s1", "all", "s1", "The two ends of this pair share a school."),
    ],
)
def test_a_pair_names_two_ends_that_exist_and_share_no_school(tmp_path: Path, school: str, first: str, second: str, fault: str) -> None:
    assert fault in explain(tmp_path, bottom=PAIR.format(school=school, first=first, second=second))
