"""The data check published: a page per language, made in this process from what it has read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.languages import Language
from toolkit.locking import INTERNAL, prepare_internal
from toolkit.report.content.reads import write_rows
from toolkit.report.publishing.standing import Made, Standing, hash_text, sign_parts
from toolkit.report.rendering.in_place import render_in_place
from toolkit.responses.exports import Exports
from toolkit.shipped import NOTEBOOKS
from toolkit.study.study import Study
from toolkit.writing import replace_file


def publish_data_check(
    study: Study, exports: Exports, folder: Path, *, languages: Sequence[Language] = (), standing: Standing | None = None, sign: str = ""
) -> list[Path]:
    """Write a data check per language of what was read of `study` into the folder `internal` of `folder`, and return the paths.

    The page shows small numbers and where answers stand: it is for the researcher, not for sharing. A page that would become what it is
    stays, as `standing` tells; `sign` stands for what the answers follow from.
    """
    languages = languages or study.languages
    prepare_internal(folder / INTERNAL, study.languages[0])
    names = [f"{INTERNAL}/data_check.html", *(f"{INTERNAL}/data_check-{language}.html" for language in languages[1:])]
    for name, language in zip(names, languages, strict=True):
        inputs = sign_parts(sign, write_rows(exports.findings), language)
        if standing and standing.find(name, inputs):
            continue
        page = _make_page(study, exports, language)
        replace_file(folder / name, page, private=True)
        if standing:
            standing.note(name, Made(inputs, sign, {name: hash_text(page)}))
    return [folder / name for name in names]


def _make_page(study: Study, exports: Exports, language: Language) -> str:
    from toolkit.report.sections.data_check import Check  # with all that draws: only who makes the page waits for it

    text = study.load_text(language)
    parameters = {"study_file": Check(study, exports, text), "language": language}
    title = text.say("page.title_check", study=text.pick(study.title))
    return render_in_place(NOTEBOOKS / "data_check.ipynb", parameters, title, language)
