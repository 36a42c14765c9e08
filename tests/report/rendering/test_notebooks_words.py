"""No word in a table breaks without a hyphen: on a desktop, on a phone and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat.v4 as nb
import pytest

from toolkit.report.html.elements import Column, TableView, publish_table
from toolkit.report.rendering.notebooks import export_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ["Externe professionalisering", "Onderwijsondersteuner", "Werkbijeenkomsten, geen vergaderingen", "stichting_verzonnen_w1.xlsx"]
#: Of every word in a cell the number of lines that it stands on; a soft hyphen makes it more without a fault.
BROKEN = """() => [...document.querySelectorAll('th, td')].flatMap(cell => {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), broken = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode())
        for (const word of node.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) broken.push(word[0]);
        }
    return broken;
})"""


@pytest.mark.browser
@pytest.mark.parametrize(("width", "media"), [(1280, "screen"), (360, "screen"), (658, "print")])
def test_no_word_of_a_table_breaks_and_no_table_is_wider_than_paper(browser: Browser, width: int, media: str) -> None:
    tables = [
        TableView("Breed", [Column("Factor"), *(Column(f"{name} {n}", number=True) for n in range(3))], [[name, "3,41", "3,72", "23"]])
        for name in NAMES
    ]
    heads = [Column("Stelling"), *(Column(f"{n} Onderzoeksmatig personeelsbeleid", number=True) for n in range(11))]
    tables += [TableView("Veel", heads, [[name, *["20%"] * 11] for name in NAMES])]
    tables += [TableView("Twee", [Column("Deel"), Column("Aantal", number=True)], [[name, "23"] for name in NAMES])]
    cells = [nb.new_output("display_data", {"text/html": publish_table(each, f"t{n}").markup}) for n, each in enumerate(tables)]
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.emulate_media(media="print" if media == "print" else "screen")
    page.set_content(export_page(nb.new_notebook(cells=[nb.new_code_cell("", outputs=cells)]), "Titel", "nl"))
    # without a dictionary a browser knows no place to hyphenate: then every break is one inside a word
    page.add_style_tag(content="*{hyphens:manual !important}")
    assert page.evaluate(BROKEN) == []
    wider = "() => [...document.querySelectorAll('table')].filter(table => table.offsetWidth > innerWidth).map(table => table.id)"
    assert media == "screen" or page.evaluate(wider) == []
    page.close()
