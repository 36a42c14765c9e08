"""The file with matches: codes that look alike are written to it, for a person to accept or refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from toolkit.languages import Language, Text, load_text
from toolkit.study.matches import FILE, load_matches
from toolkit.study.study import Study
from toolkit.writing import keep_out_of_git, replace_file


def write_matches(findings: pd.DataFrame, study: Study, language: Language) -> Path | None:
    """Add the pairs that `findings` propose to `matches.toml`, unless they are there; return the file where something was added.

    What stands in the file stays as it is.
    """
    there = {(match.school, frozenset(match.codes)) for match in load_matches(study)}
    alike = findings[findings["code"] == "codes_alike"]
    proposed = [(str(school), (str(first), str(second))) for school, first, second in alike[["school", "value", "expected"]].to_numpy()]
    new = [(school, codes) for school, codes in proposed if (school, frozenset(codes)) not in there]
    if not new:
        return None
    words = load_text(language)
    path = study.folder / FILE
    text = (
        path.read_text(encoding="utf-8-sig")
        if path.is_file()
        else "".join(f"# {line}\n" for line in words.say("matches.about").splitlines())
    )
    keep_out_of_git(study.folder, (FILE,))
    counts = pd.Series([code for _, codes in proposed for code in codes]).value_counts()
    replace_file(path, text + "".join(_write_pair(school, codes, counts, words) for school, codes in new))
    return path


def _write_pair(school: str, codes: tuple[str, str], counts: pd.Series, words: Text) -> str:
    """Return one pair, not judged yet; a code that is in more than one pair is said to be."""
    several = "".join(f"# {words.say('matches.several', code=code)}\n" for code in codes if counts[code] > 1)
    quoted = f"school = {_quote(school)}\ncodes = [{', '.join(map(_quote, codes))}]"
    return f"\n{several}[[matches]]\n{quoted}\n# accepted = true  # {words.say('matches.judge')}\n"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
