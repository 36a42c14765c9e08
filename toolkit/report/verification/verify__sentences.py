"""What verifying a report found, in words: what it was made of that is different now, and every cell and sentence that differs."""

from __future__ import annotations

from toolkit.languages import Text
from toolkit.report.verification.page_values__comparing import Difference
from toolkit.report.verification.verify import Verdict


def write_verdict(verdict: Verdict, name: str, text: Text) -> list[str]:
    """Return one line when every number of the report `name` stands, else what differs: in the file, and from the study now."""
    if verdict.same:
        return [text.say("verify.stands", file=name)]
    lines = [
        text.say_count("verify.differs", len(verdict.differences), file=name) if verdict.differences else _write_unseen(verdict, name, text)
    ]
    if verdict.origins:
        lines += [text.say("verify.origins"), *(f"  {_write_difference(entry, text)}" for entry in verdict.origins)]
    if verdict.libraries:
        lines.append(text.say("verify.libraries", libraries=", ".join(verdict.libraries)))
    if verdict.differences:
        lines += [text.say("verify.differences"), *(f"  {_write_difference(entry, text)}" for entry in verdict.differences)]
    return lines


def _write_unseen(verdict: Verdict, name: str, text: Text) -> str:
    return text.say("verify.numbers_stand" if verdict.origins else "verify.unseen", file=name)


def _write_difference(entry: Difference, text: Text) -> str:
    section = entry.section or text.say("verify.top")
    if entry.drawing:
        return text.say("verify.drawing", section=section, figure=entry.place[0])
    before, after = (words or text.say("verify.nothing") for words in (entry.before, entry.after))
    if len(entry.place) == 3:
        table, row, column = entry.place
        return text.say("verify.cell", section=section, table=table, row=row, column=column, before=before, after=after)
    return text.say("verify.words", where=" · ".join(filter(None, [section, *entry.place])), before=before, after=after)
