from toolkit.report.verification.page_values import Part, read_page

PAGE = """<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>Rapport A &amp; B</title><style>h2{color:red}</style></head>
<body>
<a class="skip" href="#main">Naar het rapport</a>
<header><h1>Rapport</h1><dl class="facts"><div><dt>Datum</dt><dd>1 juli</dd></div></dl></header>
<main><h2 id="kern">De kern</h2><p>Gestegen: <strong>3,1</strong> naar 3,5.</p><ul><li>een</li></ul>
<div><table id="t"><caption>Scholen</caption><thead><tr><th>School</th><th>Na</th></tr></thead>
<tbody><tr><th>De Wilg</th><td>3,5</td></tr><tr><th>De Wilg</th><td>3,6</td></tr></tbody></table></div>
<table><caption>Scholen</caption><tr><th>School</th></tr><tr><th>De Wilg</th></tr></table>
<figure id="f"><figcaption><h3>Het steeg</h3><p>Uitleg.</p></figcaption>
<svg viewBox="0 0 1 1"><title>Het steeg</title><desc>Van 3,1 naar 3,5.</desc><path d="M0 1"/><text x="1">3,5</text></svg></figure>
</main><footer><p>Voet</p></footer></body></html>"""


def test_a_page_is_read_with_the_place_of_everything() -> None:
    page = read_page(PAGE)
    assert (page.language, page.title) == ("nl", "Rapport A & B")
    found = {(part.section, part.place): part.words for part in page.parts if part.place}
    assert found["Rapport", ("Datum",)] == "1 juli"
    assert found["De kern", ("Scholen", "De Wilg", "Na")] == "3,5"
    assert found["De kern", ("Scholen", "De Wilg (2)", "Na")] == "3,6"
    assert found["De kern", ("Scholen (2)", "De Wilg", "School")] == "De Wilg"
    assert Part("De kern", (), "Gestegen: 3,1 naar 3,5.") in page.parts
    assert Part("De kern", ("Het steeg",), "Van 3,1 naar 3,5.") in page.parts


def test_every_word_of_the_page_is_in_a_part_and_no_style_is() -> None:
    words = " ".join(part.words for part in read_page(PAGE).parts)
    assert "color" not in words
    for sentence in ("Naar het rapport", "een", "Uitleg.", "Voet", "3,5"):
        assert sentence in words


def test_a_drawing_is_kept_as_it_is_drawn() -> None:
    [(place, drawing)] = read_page(PAGE).drawings.items()
    assert place == ("De kern", "Het steeg") and 'd="M0 1"' in drawing
    assert read_page(PAGE.replace("M0 1", "M0 2")).drawings[place] != drawing
