"""The data check published: a page per language, made in this process from what it has read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.languages import Language
from toolkit.locking import INTERNAL, prepare_internal
from toolkit.report.rendering.in_place import render_in_place
from toolkit.responses.exports import Exports
from toolkit.shipped import NOTEBOOKS
from toolkit.study.study import Study
from toolkit.writing import replace_file

#: The page in the first language.
NAME = "data_check.html"


def publish_data_check(study: Study, exports: Exports, folder: Path, *, languages: Sequence[Language] = ()) -> list[Path]:
    """Write a data check per language of what was read of `study` into the folder `internal` of `folder`, and return the paths.

    The page shows small numbers and where answers stand: it is for the researcher, not for sharing.
    """
    from toolkit.report.sections.data_check import Check  # with all that draws: only who makes the page waits for it

    languages = languages or study.languages
    internal = folder / INTERNAL
    prepare_internal(internal, study.languages[0])
    names = [NAME, *(f"data_check-{language}.html" for language in languages[1:])]
    for name, language in zip(names, languages, strict=True):
        text = study.load_text(language)
        parameters = {"study_file": Check(study, exports, text), "language": language}
        title = text.say("page.title_check", study=text.pick(study.title))
        page = render_in_place(NOTEBOOKS / "data_check.ipynb", parameters, title, language)
        replace_file(internal / name, page, private=True)
    return [internal / name for name in names]
