"""The file with what a person judged of codes that look alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.errors import DefinitionError
from toolkit.study.matches import load_matches


def load(folder: Path, text: str) -> list[tuple[int, tuple[str, str], bool | None]]:
    """Return line, codes and judgement of each pair of a file."""
    (folder / "matches.toml").write_text(text, encoding="utf-8")
    study = open_study({"sources": [{"file": "x.csv"}]}, folder)
    return [(match.line, match.codes, match.accepted) for match in load_matches(study)]


def test_a_pair_is_accepted_refused_or_not_judged_yet(tmp_path: Path) -> None:
    pairs = [f'[[matches]]\nschool = "s1"\ncodes = ["a", "{code}"]\n{judged}\n' for code, judged in zip("bcd", JUDGED, strict=True)]
    assert load(tmp_path, "\n".join(pairs)) == [(1, ("a", "b"), True), (6, ("a", "c"), False), (11, ("a", "d"), None)]


JUDGED = ("accepted = true", "accepted = false", "# accepted = true")


def test_without_a_file_nothing_was_judged(tmp_path: Path) -> None:
    assert load_matches(open_study({"sources": [{"file": "x.csv"}]}, tmp_path)) == ()


PAIR = '[[matches]]\nschool = "s1"\ncodes = ["a", "b"]\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (PAIR + "acepted = true\n", "matches.toml, regel 4, [matches.1.acepted]: Onbekende sleutel ‘acepted’. Is ‘accepted’ bedoeld?"),
        (PAIR + 'accepted = "perhaps"\n', "matches.toml, regel 4, [matches.1.accepted]:"),
        (PAIR.replace("s1", "s11"), "matches.toml, regel 1, [school]: Er is geen school ‘s11’. Is ‘s1’ bedoeld?"),
        (PAIR.replace('"b"', '"a"'), "matches.toml, regel 1, [codes]: De code ‘a’ staat naast zichzelf. Noem twee codes."),
        (PAIR + PAIR, "matches.toml, regel 4, [codes]: De codes ‘a’ en ‘b’ zijn op regel 1 al een paar. Houd een van de twee."),
        (PAIR.replace('["a", "b"]', '["a"]'), "matches.toml, regel 3, [matches.1.codes.2]:"),
        ("[[matches]\n", "matches.toml, regel 1: Dit is geen geldige TOML"),
    ],
)
def test_every_fault_is_told_with_its_line(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(problem)
