import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.made_study import make_study
from toolkit.errors import DefinitionError
from toolkit.study.loading import load_study
from toolkit.study.study import Outcome

STUDY = """
id = "try"
title = {{ nl = "Proef", en = "Trial" }}
languages = ["{first}", "{second}"]
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
    blank = dict.fromkeys(("top", "waves", "school", "source", "bottom"), "") | {"first": "en", "second": "nl"}
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


#: What is wrong -> what is told of it in English and in Dutch.
FAULTS: list[tuple[dict[str, str], str, str]] = [
    (
        {"top": "brightness = 1"},
        "study.toml, line 7, [brightness]: Unknown key ‘brightness’. Known: agreed, cohort, comparisons, confidence",
        "study.toml, regel 7, [brightness]: Onbekende sleutel ‘brightness’. Bekend: agreed, cohort, comparisons, confidence",
    ),
    (
        {"top": "smalest_group = 6"},
        "line 7, [smalest_group]: Unknown key ‘smalest_group’. Is ‘smallest_group’ meant?",
        "regel 7, [smalest_group]: Onbekende sleutel ‘smalest_group’. Is ‘smallest_group’ bedoeld?",
    ),
    (
        {"top": "smallest_group = 4"},
        "[smallest_group]: This is too small. Found: 4. It must be at least 5.",
        "[smallest_group]: Dit is te klein. Gevonden: 4. Het moet minstens 5 zijn.",
    ),
    (
        {"top": "confidence = 95"},
        "[confidence]: This is too large. Found: 95. It must be less than 1",
        "[confidence]: Dit is te groot. Gevonden: 95. Het moet kleiner zijn dan 1",
    ),
    ({"top": "confidence = 0.5"}, "It must be greater than 0.5.", "Het moet groter zijn dan 0.5."),
    (
        {"top": "order = 'score'"},
        "This is not possible here. Found: ‘score’. Choose one of: 'code' or 'size'.",
        "Kies uit: 'code' or 'size'.",
    ),
    ({"top": "planned = 1"}, "Unknown key ‘planned’", "Onbekende sleutel ‘planned’"),
    ({"top": "invented = 'x'"}, "This is neither true nor false. Found: ‘x’.", "Dit is geen true of false. Gevonden: ‘x’."),
    ({"top": "seed = 1.5"}, "This is not a whole number. Found: 1.5.", "Dit is geen heel getal. Gevonden: 1.5."),
    ({"top": "matching = 1"}, "This is not a table. Found: 1.", "Dit is geen tabel. Gevonden: 1."),
    (
        {"bottom": '[layouts.x]\npattern = "{instrument}_{nummer}"'},
        "A pattern knows no {nummer}. Found: ‘{instrument}_{nummer}’. Use {instrument}",
        "Een patroon kent geen {nummer}.",
    ),
    ({"bottom": '[layouts.x]\npattern = "{number}{number}"'}, "names each place once", "noemt elke plaats één keer"),
    ({"bottom": '[layouts.x]\npattern = "{instrument}"'}, "does not say which item it is", "staat niet welke vraag het is"),
    ({"waves": '[[waves]]\nid = "x"\nlabels = 1'}, "Unknown key ‘labels’. Is ‘label’ meant?", "Is ‘label’ bedoeld?"),
    (
        {"waves": '[[waves]]\nid = "x"\ndate = 2027-01-01'},
        "The key ‘label’ is missing. Add it.",
        "De sleutel ‘label’ ontbreekt. Voeg hem toe.",
    ),
    (
        {"waves": '[[waves]]\nid = "before"\ndate = 2027-01-01\nlabel = { nl = "x", en = "x" }'},
        "The id ‘before’ is used twice.",
        "De id ‘before’ wordt twee keer gebruikt.",
    ),
    ({"school": "invited = { befor = 3 }"}, "There is no wave ‘befor’. Is ‘before’ meant?", "Er is geen meting ‘befor’."),
    ({"school": '[[schools]]\nid = ""\nname = "x"'}, "This text is empty or too short.", "Deze tekst is leeg of te kort."),
    ({"school": '[[schools]]\nid = "s2"\nname = "ONE"'}, "Two schools have the name ‘ONE’.", "Twee scholen heten ‘ONE’."),
    ({"source": 'layout = "form"'}, "There is no layout ‘form’.", "Er is geen layout ‘form’."),
    (
        {"source": '[[sources]]\nfile = "../other.csv"\nwave = "after"'},
        "The file ‘../other.csv’ lies outside the study's folder.",
        "Het bestand ‘../other.csv’ ligt buiten de map van de studie.",
    ),
    ({"source": '[[sources]]\nfile = "/etc/passwd"\nwave = "after"'}, "The file ‘/etc/passwd’ lies outside", "ligt buiten de map"),
    ({"source": '[[sources]]\nfile = "answers.csv"\nwave = "after"'}, "The file ‘answers.csv’ is listed twice.", "staat er twee keer"),
    (
        {"source": '[[sources]]\nfile = "more.csv"'},
        "Nothing tells of which wave this file is. Give wave here, or a wave column in the layout. One form for all waves? "
        "Then wave_by_date",
        "Nergens staat van welke meting dit bestand is. Zet hier wave bij, of een kolom met de meting in de layout. Eén formulier "
        "voor alle metingen? Dan laat wave_by_date",
    ),
    (
        {"school": '[[schools]]\nid = "s2"\nname = "Two"'},
        "Nothing tells of which school this file is.",
        "Nergens staat van welke school dit bestand is.",
    ),
    ({"bottom": 'further = ["cijfer1.grad"]'}, "There is no outcome ‘cijfer1.grad’.", "Er is geen uitkomst ‘cijfer1.grad’."),
    ({"bottom": "[smallest_change]\ncijfer2 = 1"}, "There is no outcome ‘cijfer2’. Is ‘cijfer1’ meant?", "Is ‘cijfer1’ bedoeld?"),
    ({"bottom": '[[comparisons]]\nid = "c"\nbefore = "before"\nafter = "afters"'}, "There is no wave ‘afters’.", "geen meting ‘afters’"),
    (
        {"bottom": '[[comparisons]]\nid = "c"\nbefore = "after"\nafter = "after"'},
        "is compared with itself",
        "wordt met zichzelf vergeleken",
    ),
    (
        {"bottom": '[[comparisons]]\nid = "c"\nbefore = "after"\nafter = "before"'},
        "The wave ‘after’ comes after ‘before’. Swap them: before is the earlier wave.",
        "De meting ‘after’ ligt na ‘before’. Wissel ze om: before is de vroegste.",
    ),
    ({"bottom": '[layouts.x]\nrole = "Functie"'}, "but the study has no [[roles]]", "maar de studie heeft geen [[roles]]"),
    ({"bottom": '[layouts.x]\nratings = ["nu"]'}, "There is no rating ‘nu’.", "Er is geen beoordeling ‘nu’."),
    ({"bottom": '[layouts.x.items]\nVraag = "cijfer"'}, "There is no item ‘cijfer’.", "Er is geen vraag ‘cijfer’."),
    ({"bottom": '[layouts.x.roles]\nleraar = "teacher"'}, "There is no role ‘teacher’.", "Er is geen rol ‘teacher’."),
    (
        {"bottom": '[[groups]]\nid = "s1"\nlabel = { nl = "x", en = "x" }\nschools = ["s1"]'},
        "The group ‘s1’ has the code of a school.",
        "De groep ‘s1’ heeft de code van een school.",
    ),
    ({"bottom": '[[groups]]\nid = "g"\nlabel = { nl = "x", en = "x" }\nschools = []'}, "At least 1 are needed.", "minstens 1 nodig"),
    ({"bottom": '[[pairs]]\nfirst = "s1"\nsecond = "s1"'}, "The two ends of this pair share a school.", "hebben een school gemeen"),
    ({"bottom": '[[pairs]]\nfirst = "s1"\nsecond = "g9"'}, "There is no school or group ‘g9’.", "Er is geen school of groep ‘g9’."),
    (
        {"bottom": '[[agreed]]\ninstrument = "cijfer1"\ndate = 2026-01-15\nitems = { i1 = "both" }'},
        "There is no instrument ‘cijfer1’.",  # nothing in it is picked, so nothing can be agreed on
        "Er is geen vragenlijst ‘cijfer1’.",
    ),
    ({"bottom": '[[discuss]]\nready = "improve"\nschool = "s9"'}, "There is no school ‘s9’.", "Er is geen school ‘s9’."),
    (
        {"bottom": '[[discuss]]\ntext = { nl = "Wat nu?" }'},
        "This question has no words in: en. Add them at text",
        "Deze vraag heeft geen woorden in: en. Voeg ze toe bij text",
    ),
    (
        {"bottom": '[[discuss]]\nready = "improve"\ntext = { nl = "Wat nu?", en = "What now?" }'},
        "Give text or ready, and not both.",
        "Geef text of ready, en niet allebei.",
    ),
    ({"bottom": '[[discuss]]\nschool = "s1"'}, "has words of its own (text)", "heeft of eigen woorden (text)"),
    ({"bottom": '[[discuss]]\nready = "improved"'}, "discuss.1.ready", "discuss.1.ready"),
]


@pytest.mark.parametrize("first", ["en", "nl"])
def test_every_fault_is_told_with_its_place_and_its_mend_in_the_language_of_the_study(tmp_path: Path, first: str) -> None:
    second = "nl" if first == "en" else "en"
    told = [(explain(tmp_path, first=first, second=second, **parts), *words) for parts, *words in FAULTS]
    assert [(said, wanted) for said, *words in told if (wanted := words[first == "nl"]) not in said] == []


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
        ("s9", "all", "s1", "There is no school ‘s9’."),
        ("s1", "al", "s1", "There is no school or group ‘al’. Is ‘all’ meant?"),
        ("s1", "all", "s1", "The two ends of this pair share a school."),
    ],
)
def test_a_pair_names_two_ends_that_exist_and_share_no_school(tmp_path: Path, school: str, first: str, second: str, fault: str) -> None:
    assert fault in explain(tmp_path, bottom=PAIR.format(school=school, first=first, second=second))


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "<Study made: 3 schools, measured at: before (2025-09-15), after (2026-09-15), asks: cijfer1, 1 file>"),
        ("nl", "<Study made: 3 scholen, gemeten op: before (2025-09-15), after (2026-09-15), vraagt: cijfer1, 1 bestand>"),
    ],
)
def test_a_study_shows_in_one_line_what_it_holds(language: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", language)
    study = make_study(3, title={"nl": "<b>Gemaakt</b>", "en": "<b>Made</b>"})
    assert repr(study) == str(study) == shown
    assert "&lt;b&gt;" in study._repr_html_() and "<b>" not in study._repr_html_()
