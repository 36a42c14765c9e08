"""The page about the study file names every key that a study may have, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from tests.responses.cases import open_study
from toolkit.responses.exports import read_exports
from toolkit.responses.questions import Questions
from toolkit.scoring import compute_scores
from toolkit.study.definitions import list_keys
from toolkit.study.instruments import Instrument
from toolkit.study.matches import Matches
from toolkit.study.study import Study

PAGE = (Path(__file__).parent.parent / "docs" / "study-file.md").read_text(encoding="utf-8")
PARTS = ("licence", "answers", "ratings", "items", "scales")
HEADINGS = {"The study": "", "An instrument": "instrument", "What the data ask": "questions"}
TABLES = ("waves", "occasions", "schools", "roles", "subgroups", "sources", "leave_out", "comparisons", "contacts", "records")
TABLES += ("groups", "pairs", "agreed", "discuss")


def list_explained(page: str) -> dict[str, list[str]]:
    """Return the keys that each part of the page explains, by the name of its table ("" for the keys above all tables)."""
    parts = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    found = {}
    for part in parts:
        name = re.match(r"\[+([a-z_]+)", part)
        place = next((place for start, place in HEADINGS.items() if part.startswith(start)), "beside")
        part = part.rpartition("| key |")[2]  # a table of files may stand above that of keys
        found[name[1] if name else place] = re.findall(r"^\| `([a-z_]+(?:\.[a-z_]+)?)` \|", part, re.MULTILINE)
    return found


def test_the_page_explains_every_key_once() -> None:
    known = {name: list_keys(Study, (name, 0)) for name in TABLES}
    known |= {name: list_keys(Study, (name,)) for name in ("limits", "matching", "outcomes", "unit")}
    known |= {"": list_keys(Study, ()), "layouts": list_keys(Study, ("layouts", "name")), "beside": list_keys(Matches, ("matches", 0))}
    known["questions"] = list_keys(Questions, ("questions", 0))
    inside = {table: list_keys(Instrument, (table,) if table in ("licence", "answers") else (table, 0)) for table in PARTS}
    known["instrument"] = sorted([*list_keys(Instrument, ()), *(f"{table}.{key}" for table, keys in inside.items() for key in keys)])
    assert {name: sorted(keys) for name, keys in list_explained(PAGE).items()} == known


def test_keys_that_must_be_there_are_said_to() -> None:
    for name in ("waves", "occasions", "schools", "sources", "records", "outcomes", "unit"):
        model = Study.model_fields[name].annotation
        inner = getattr(model, "__args__", (model,))[0]
        needed = {key for key, field in inner.model_fields.items() if field.is_required()}
        part = re.split(rf"^## \[+{name}", PAGE, flags=re.MULTILINE)[1].split("\n## ")[0]
        assert set(re.findall(r"^\| `([a-z_]+)` \| must be there", part, re.MULTILINE)) == needed


def test_the_instrument_on_the_page_is_read_and_scored_as_the_page_says(tmp_path: Path) -> None:
    (example,) = [block for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "scales" in block]
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "trust3.toml").write_text(example, encoding="utf-8")
    rows = ["Code;Ik durf een collega om hulp te vragen.;Fouten kunnen wij hier bespreken.;Twijfels houd ik liever voor mezelf."]
    rows += ["a1;helemaal mee eens;eens;Mee oneens", "a2;3;weet niet;1"]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    study = open_study(
        {
            "instruments": ["trust3"],
            "outcomes": {"primary": "trust3.total"},
            "layouts": {"form": {"items_by": "wording", "respondent": "Code"}},
            "sources": [{"file": "a.csv", "layout": "form", "wave": "before", "school": "s1"}],
        },
        tmp_path,
    )
    exports = read_exports(study)
    assert set(exports.findings.loc[exports.findings["file"] == "a.csv", "severity"]) <= {"tells"}
    scores = compute_scores(exports.responses, study).set_index("respondent")["score"]
    assert scores.round(6).tolist()[:1] == [round((5 + 4 + (6 - 2)) / 3, 6)]  # the third statement is turned round
    assert scores.isna().tolist() == [False, True]  # two of three answers are fewer than three in four
