"""Study files that nobody meant: they are refused with the reason, or read, never a traceback."""

from __future__ import annotations

import copy
import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from toolkit.errors import DefinitionError, ExportError
from toolkit.findings import refuse_stops
from toolkit.new_study.study_file import write_value
from toolkit.responses.exports import read_exports
from toolkit.study.definitions import list_keys
from toolkit.study.loading import load_study
from toolkit.study.matches import write_matches
from toolkit.study.study import Study

SOUND: dict[str, Any] = {
    "id": "sound",
    "title": {"nl": "Goed", "en": "Sound"},
    "languages": ["nl"],
    "report_date": dt.date(2026, 7, 1),
    "instruments": ["uwes3", "plg12"],
    "waves": [
        {"id": "before", "date": dt.date(2025, 9, 1), "label": {"nl": "voor", "en": "before"}},
        {"id": "after", "date": dt.date(2026, 6, 1), "label": {"nl": "na", "en": "after"}},
    ],
    "schools": [{"id": "s1", "name": "Een", "invited": {"before": 9}}, {"id": "s2", "name": "Twee"}],
    "roles": [{"id": "teacher", "label": {"nl": "leraar", "en": "teacher"}, "also": ["docent"]}],
    "sources": [{"file": "a.csv", "layout": "own"}, {"file": "b.csv", "layout": "other", "wave": "after", "school": "s1"}],
    "layouts": {
        "own": {"respondent": ["Code", "Dag"], "school": "School", "wave": "Meting", "role": "Functie", "date": "Datum", "items_by": "id"},
        "other": {"pattern": "Q{number}_{rating}", "ignore": ["x"], "answers": {"ja": 1}, "missing": ["99"]},
    },
    "matching": {"by": "code"},
    "leave_out": [{"column": "Akkoord", "values": ["nee"], "reason": "no_consent"}],
    "outcomes": {"primary": "uwes3.total"},
    "comparisons": [{"id": "c", "before": "before", "after": "after"}],
}
FILES = {
    "a.csv": "Code;Dag;School;Meting;Functie;Datum;uwes3_i1;uwes3_i2;uwes3_i3\nab;1;s1;before;docent;1-9-2025;1;2;3\n"
    "ab;1;s1;after;x;;4;5;6\n",
    "b.csv": "Code,Q1_now,Q1_wanted\nab,1,2\n",
}
NASTY = [
    "",
    " ",
    "s1",
    "before",
    "after",
    "a.csv",
    "b.csv",
    "own",
    "Code",
    "School",
    "uwes3_i1",
    "uwes3.total",
    "..",
    "../b.csv",
    "/",
    "a\0b",
]
NASTY += [
    "[",
    "(?P<",
    "{number}{number}",
    "{item}{item}{rating}",
    "{",
    "\\",
    "utf-99",
    "rot13",
    "base64",
    ";;",
    "é",
    "\n",
    "\t",
    "🙂",
    "x" * 300,
]
values = (
    st.sampled_from(NASTY)
    | st.text(max_size=6)
    | st.integers(-5, 10**12)
    | st.floats(allow_nan=True)
    | st.booleans()
    | st.dates()
    | st.lists(st.sampled_from(NASTY), max_size=3)
    | st.dictionaries(
        st.sampled_from(NASTY),
        st.sampled_from(NASTY) | st.integers(0, 9) | st.dictionaries(st.sampled_from(NASTY), st.sampled_from(NASTY)),
        max_size=3,
    )
)


def list_places(document: Any, location: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield every place of a study at which a value may stand, also keys that it leaves out."""
    if isinstance(document, dict):
        for key in {*document, *list_keys(Study, location)}:
            yield (*location, key)
            yield from list_places(document.get(key), (*location, key))
    elif isinstance(document, list):
        for number, entry in enumerate(document):
            yield from list_places(entry, (*location, number))


PLACES = sorted(list_places(SOUND), key=str)


def change(places: dict[tuple[Any, ...], Any]) -> dict[str, Any]:
    """Return the sound study with other values at some places, as far as these are still there."""
    document = copy.deepcopy(SOUND)
    for (*way, key), value in places.items():
        inner: Any = document
        try:
            for step in way:
                inner = inner[step]
            inner[key] = value
        except (KeyError, IndexError, TypeError):  # an earlier change took this place away
            continue
    return document


def write_study(folder: Path, document: dict[str, Any]) -> None:
    """Write a study file and the files it may name."""
    text = "\n".join(f"{key} = {write_value(value)}" for key, value in document.items())
    (folder / "study.toml").write_text(text, encoding="utf-8")
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")


def test_the_sound_study_is_read() -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_study(Path(folder), SOUND)
        assert len(read_exports(load_study(folder)).responses) == 3


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(PLACES), values, min_size=1, max_size=4))
@example({("layouts", "other", "pattern"): "{number}{number}"})
@example({("layouts", "other", "encoding"): "rot13"})
@example({("sources", 0, "file"): "a\0b"})
@example({("layouts", "own", "separator"): ""})
@example({("instruments",): ["../../x"]})
def test_no_study_of_random_values_ends_in_a_traceback(places: dict[tuple[Any, ...], Any]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "study"
        folder.mkdir()
        write_study(folder, change(places))
        try:
            study = load_study(folder)
            exports = read_exports(study)
            write_matches(exports.findings, study, "nl")
            refuse_stops(exports.findings, "nl")
        except (DefinitionError, ExportError) as error:
            assert error.problems
        assert [path.name for path in Path(name).iterdir()] == ["study"]


@given(
    st.dictionaries(
        st.sampled_from(["matches", "x"]),
        st.lists(st.dictionaries(st.sampled_from(["school", "codes", "accepted", "x"]), values, max_size=4), max_size=3),
    )
)
@example({"matches": [{"school": "s1", "codes": ["ab-1", ""], "accepted": True}]})
def test_no_file_of_random_matches_ends_in_a_traceback(document: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as name:
        write_study(Path(name), SOUND)
        text = "\n".join(f"{key} = {write_value(value)}" for key, value in document.items())
        (Path(name) / "matches.toml").write_text(text, encoding="utf-8")
        study = load_study(name)
        try:
            refuse_stops(read_exports(study).findings, "nl")
        except DefinitionError as error:
            assert all(problem.file == "matches.toml" for problem in error.problems)
        except ExportError as error:
            assert {problem.file.split(", ")[0] for problem in error.problems} <= {"matches.toml", "Hele studie", *FILES}
