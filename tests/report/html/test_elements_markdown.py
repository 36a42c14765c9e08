import pytest

from toolkit.report.html.elements import show_markdown, show_note

HOSTILE = "<script>alert(1)</script> ![x](http://example.org/x.png) [look](http://example.org)"


@pytest.mark.parametrize("show", [show_markdown, lambda source: show_note(source).markup])
def test_what_an_evaluator_types_is_shown_and_fetches_or_runs_nothing(show) -> None:
    markup = show(f"# Own words\n\nThis is **ours**. {HOSTILE}")
    assert "<strong>ours</strong>" in markup
    assert "&lt;script&gt;" in markup and "<script" not in markup
    assert "<img" not in markup


def test_a_note_stands_below_the_headings_of_its_section_and_holds_no_links() -> None:
    markup = show_note("# Talk\n\n[look](http://example.org)").markup
    assert "<h4>Talk</h4>" in markup
    assert "<a " not in markup and "look (http://example.org)" in markup


def test_a_heading_of_a_page_is_never_of_level_one() -> None:
    assert "<h2" in show_markdown("# Own words") and "<h1" not in show_markdown("# Own words")
