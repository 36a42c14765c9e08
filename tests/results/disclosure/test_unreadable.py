"""Every way in which the marks of the same people may come out otherwise: the run stops, or hides what could give people away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from tests.test_run import make
from toolkit import estimate_study, load_study, run_study
from toolkit.errors import ReportError
from toolkit.findings import list_sentences
from toolkit.languages import load_text
from toolkit.results.disclosure.contributors import list_published
from toolkit.results.disclosure.register import KEY, load_register, record_publication
from toolkit.results.disclosure.register_lines import REGISTER
from toolkit.results.disclosure.unreadable import ACCOUNT
from toolkit.results.estimation import Estimation

LANGUAGES = {"nl": "--confirm: dan blijft alles verborgen", "en": "--confirm: then everything stays hidden"}


@dataclass
class Place:
    """A study of which everything was published, and the folder of its register."""

    study: Path
    internal: Path

    def write_answers(self, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        """Change the answers."""
        path = self.study / "answers.csv"
        change(pd.read_csv(path, dtype={"code": str})).to_csv(path, index=False)

    def write_study(self, old: str, new: str) -> None:
        """Change the study file."""
        path = self.study / "study.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def drop_one(self) -> None:
        """Take one person out of the answers: what would be given away."""
        self.write_answers(lambda table: table[table["code"].str.casefold() != "s1p3"])

    def estimate(self, *, confirm: bool = False) -> Estimation:
        """Estimate the study, held against the register."""
        return estimate_study(load_study(self.study), register=self.internal, confirm=confirm)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    study = make(tmp_path / "study")
    made = Place(study.folder, tmp_path / "out" / "internal")
    made.write_answers(lambda table: table.assign(code=table["code"].str.replace("p", "P")))
    assert made.estimate().record()
    return made


def rename(column: str, **names: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda table: table.assign(**{column: table[column].replace(names)})


def rename_wave(place: Place) -> None:
    place.write_study('id = "before"', 'id = "start"')
    place.write_answers(rename("wave", before="start"))


def rename_school(place: Place) -> None:
    place.write_study('id = "s1"', 'id = "first"')
    place.write_answers(rename("school", s1="first"))


def rename_instrument(place: Place) -> None:
    shipped = Path(__file__).parents[3] / "toolkit" / "instruments" / "energie_own9.toml"
    own = place.study / "instruments"
    own.mkdir()
    (own / "energie_mine.toml").write_text(shipped.read_text(encoding="utf-8").replace("energie_own9", "energie_mine"), encoding="utf-8")
    place.write_study("energie_own9", "energie_mine")
    place.write_answers(lambda table: table.rename(columns=lambda name: name.replace("energie_own9", "energie_mine")))


def swap_waves(place: Place) -> None:
    place.write_study('id = "before"', 'id = "between"')
    place.write_study('id = "after"', 'id = "before"')
    place.write_study('id = "between"', 'id = "after"')


def recode(places: set[str]) -> Callable[[Place], None]:
    return lambda place: place.write_answers(lambda table: table.assign(code=[f"n{c}" if c in places else c for c in table["code"]]))


SCENARIOS: dict[str, tuple[Callable[[Place], object], str]] = {
    "the key is missing": (lambda place: (place.internal / KEY).unlink(), "register_key_missing"),
    "the key is empty": (lambda place: (place.internal / KEY).write_text(""), "register_key_broken"),
    "the key is half": (lambda place: (place.internal / KEY).write_text("0123456789abcdef" * 2), "register_key_broken"),
    "the key is no text": (lambda place: (place.internal / KEY).write_bytes(b"\xff\x00" * 32), "register_key_broken"),
    "the key is of another": (lambda place: (place.internal / KEY).write_text("0123456789abcdef" * 4), "register_key_other"),
    "a wave has another name": (rename_wave, "register_unknown"),
    "a school has another name": (rename_school, "register_unknown"),
    "an instrument has another name": (rename_instrument, "register_unknown"),
    "two waves took each other's date": (swap_waves, "register_moved"),
    "codes count exactly": (lambda place: place.write_study("[layouts.own]", "[matching]\nexact = true\n[layouts.own]"), "register_people"),
    "codes begin with their school": (
        lambda place: place.write_answers(lambda table: table.assign(code=table["school"] + "-" + table["code"])),
        "register_people",
    ),
    "one school has other codes": (recode({f"s1P{n}" for n in range(14)}), "register_people"),
    "some people of a school have other codes": (recode({f"s1P{n}" for n in range(5, 9)}), "register_exchanged"),
    "codes are not used": (lambda place: place.write_study("[layouts.own]", '[matching]\nby = "none"\n[layouts.own]'), "register_people"),
}


def list_tried() -> Iterator[tuple[str, str]]:
    """Yield the scenarios with a language: the first of each sentence in both, the others in one."""
    told: set[str] = set()
    for number, (scenario, (_, code)) in enumerate(SCENARIOS.items()):
        yield from ((scenario, language) for place, language in enumerate(LANGUAGES) if code not in told or place == number % 2)
        told.add(code)


@pytest.mark.parametrize(("scenario", "language"), [*list_tried()])
def test_what_can_no_longer_be_read_back_stops_or_hides(scenario: str, language: str, place: Place) -> None:
    change, code = SCENARIOS[scenario]
    place.write_study('languages = ["en"]', f'languages = ["{language}"]')
    place.drop_one()
    change(place)
    with pytest.raises(ReportError) as stopped:
        place.estimate()
    first = stopped.value.problems[0]
    assert first.file in (REGISTER, KEY) and (first.line == 1) is (first.file == REGISTER)
    told = load_text(language).phrases[f"faults.{code}.says"]  # type: ignore[arg-type]
    assert told.partition("{")[0] in str(stopped.value) and LANGUAGES[language] in str(stopped.value)
    assert "s1P" not in str(stopped.value) and "s1p" not in str(stopped.value)

    found = place.estimate(confirm=True)
    [sentence] = [said for _, said in list_sentences(found.changed, language) if REGISTER in said]  # type: ignore[arg-type]
    assert "2026-07-01" in sentence
    levels, change_rows = found.results.levels, found.results.change
    school = "first" if "school has another" in scenario else "s1"
    assert not (levels["state"].eq("shown") & levels["school"].eq(school) & levels["quantity"].eq("mean")).any()
    assert not (change_rows["state"].eq("shown") & change_rows["school"].eq(school)).any()


def test_other_schools_stay_shown_where_their_people_are_read_back(place: Place) -> None:
    recode({f"s1P{n}" for n in range(14)})(place)
    levels = place.estimate(confirm=True).results.levels
    shown = levels[levels["state"].eq("shown") & levels["quantity"].eq("mean")]
    assert set(shown["school"]) >= {"s2", "s3"} and "s1" not in set(shown["school"])


def test_answers_that_stayed_the_same_are_no_reason_to_stop(place: Place) -> None:
    assert place.estimate().changed.empty
    place.write_study("report_date = 2026-07-01", "report_date = 2026-09-01")
    place.write_answers(lambda table: pd.concat([table, table.head(14).assign(code=[f"new{n}" for n in range(14)])]))
    assert place.estimate().changed.empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_people_over_all_schools_are_looked_for_too(language: str, tmp_path: Path) -> None:
    """A line may be about all schools only; then no school has people of its own in it."""
    study = make(tmp_path / "study")
    made = Place(study.folder, tmp_path / "internal")
    found = made.estimate()
    only = [number for number in list_published(found.results, found.scores, found.study) if number.key[0] == ""]
    assert record_publication(load_register(made.internal), only, "2026-07-01")
    made.write_study('languages = ["en"]', f'languages = ["{language}"]')
    made.write_answers(lambda table: table.assign(code="x" + table["code"]))
    says = {"nl": "resultaten over alle scholen", "en": "results over all schools"}[language]
    with pytest.raises(ReportError, match=says):
        made.estimate()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_register_that_is_gone_is_missed_by_the_account_of_the_folder(language: str, tmp_path: Path) -> None:
    study, out = make(tmp_path / "study"), tmp_path / "out"
    run_study(study, out, schools=["s1"], kinds=["summary"])
    account = json.loads((out / ACCOUNT).read_text(encoding="utf-8"))
    assert account["runs"][0]["register"]
    kept = (out / "internal" / REGISTER).read_bytes()
    place = Place(study.folder, out / "internal")
    place.write_study('languages = ["en"]', f'languages = ["{language}"]')
    says = {"nl": "niet wat volgens manifest.json", "en": "does not hold what, by manifest.json"}[language]
    for harm in (lambda path: path.unlink(), lambda path: path.write_bytes(b"")):
        (out / "internal" / REGISTER).write_bytes(kept)
        harm(out / "internal" / REGISTER)
        with pytest.raises(ReportError, match=says):
            place.estimate()
        levels = place.estimate(confirm=True).results.levels
        assert not (levels["state"].eq("shown") & levels["quantity"].eq("mean") & levels["school"].ne("")).any()
