from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tests.report.made_results import make_study
from toolkit.findings import list_sentences
from toolkit.languages import load_text
from toolkit.results.disclosure.register_lines import read_lines
from toolkit.results.estimation import estimate_study
from toolkit.schemas import FINDINGS, RESPONSES, SOURCES
from toolkit.study.study import Study


@dataclass(frozen=True)
class MadeExports:
    responses: pd.DataFrame
    findings: pd.DataFrame
    sources: pd.DataFrame


def make_exports(study: Study, people: int, waves: tuple[str, ...] = ("before", "after")) -> MadeExports:
    """Return the answers to uwes9 of so many people of the first school."""
    generator = np.random.default_rng(3)
    answers = generator.integers(0, 7, (40, 9))
    columns = list(study.find_instrument("uwes9").columns)
    rows = [
        {"respondent": f"p{n}", "school": "s1", "wave": wave, "role": "", "date": pd.NaT, "source": "s1.csv", "row": n}
        | dict(zip(columns, np.clip(answers[n] + place, 0, 6).astype(float), strict=True))
        for n in range(people)
        for place, wave in enumerate(waves)
    ]
    return MadeExports(RESPONSES.conform(pd.DataFrame(rows)), FINDINGS.empty(), SOURCES.empty())


def list_schools(folder: Path) -> set[str]:
    """Return the schools that the register names."""
    return {number.key[0] for line in read_lines(folder, load_text("en")) for number in line.published}


def count_shown(folder: Path, study: Study, people: int, *, confirm: bool = False) -> int:
    results = estimate_study(study, make_exports(study, people), register=folder, confirm=confirm).results
    return int((results.levels["state"] == "shown").sum())


def test_a_person_who_came_later_is_not_given_away_unless_somebody_confirms(tmp_path: Path) -> None:
    study, folder = make_study(tmp_path), tmp_path / "internal"
    first = estimate_study(study, make_exports(study, 12), register=folder)
    assert first.changed.empty
    assert first.record()
    assert count_shown(folder, study, 12) == int((first.results.levels["state"] == "shown").sum())
    again = estimate_study(study, make_exports(study, 13), register=folder)
    for language, says in (("en", "changed by at most 1 people"), ("nl", "met hooguit 1 mensen veranderde")):
        sentences = [sentence for _, sentence in list_sentences(again.changed, language)]  # type: ignore[arg-type]
        assert says in sentences[0] and "--confirm" in sentences[-1]
    assert set(again.findings["code"]) >= {"group_changed"}
    assert not (again.results.levels["state"] == "shown").any()
    assert count_shown(folder, study, 13, confirm=True) > 0


def test_five_more_people_are_no_reason_to_wait(tmp_path: Path) -> None:
    study, folder = make_study(tmp_path), tmp_path / "internal"
    estimate_study(study, make_exports(study, 12), register=folder).record()
    later = estimate_study(study, make_exports(study, 17), register=folder)
    assert later.changed.empty
    assert later.results.provenance["subtraction"] == []


def test_only_the_schools_that_were_published_are_noted(tmp_path: Path) -> None:
    study, folder = make_study(tmp_path, 2), tmp_path / "internal"
    prepared = estimate_study(study, make_exports(study, 12), register=folder)
    prepared.record(["s2"])
    assert "s1" not in list_schools(folder)
    assert prepared.record(["s1"])
    assert "s1" in list_schools(folder)


def test_what_stays_hidden_does_not_come_back_from_the_answers_per_statement(tmp_path: Path) -> None:
    """With one more person than before, all statements of a scale together would give that person's score away."""
    study, folder = make_study(tmp_path), tmp_path / "internal"
    first = estimate_study(study, make_exports(study, 12), register=folder)
    assert first.record()
    later = estimate_study(study, make_exports(study, 13), register=folder).results.answers
    told = {tuple(key) for key in later.loc[later["state"] == "shown", ["wave", "item"]].itertuples(index=False)}
    assert told  # one statement of a scale is enough to leave out
    for wave in ("before", "after"):
        assert not any(all((wave, item) in told for item in scale.items) for scale in study.find_instrument("uwes9").scales)
    hidden = later[(later["method"] == "subtraction") & (later["wave"] == "before")]
    assert set(hidden["state"]) == {"hidden"} and hidden["estimate"].isna().all() and (hidden["n"] == 0).all()
