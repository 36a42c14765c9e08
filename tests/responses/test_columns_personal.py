"""Columns that tell who somebody is."""

from __future__ import annotations

import pytest

from tests.files.test_cells_grids import make_sheet
from toolkit.responses.columns import find_personal

HEADERS = {
    "email": ["E-mail", "RecipientEmail"],
    "name": ["Uw naam", "Voornaam", "RecipientLastName"],
    "ip": ["IP-adres", "IPAddress"],
    "birth": ["Geboortedatum"],
    "place": ["Location Latitude", "Postcode"],
    "phone": ["Telefoonnummer"],
    "": ["Naam van de school", "Geboortedag", "Leeftijd", "Code", "Is er een adres bekend?"],
}


@pytest.mark.parametrize(("kind", "header"), [(kind, header) for kind, headers in HEADERS.items() for header in headers])
def test_a_header_tells_it(kind: str, header: str) -> None:
    assert find_personal(make_sheet([[header], ["x"]])) == ({0: kind} if kind else {})


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["anna@school.example", "", "bo@school.example"], "email"),
        (["10.0.0.1", "192.168.1.254"], "ip"),
        (["2001:db8::ff00:42:8329", "::1:2:3"], "ip"),
        (["06-12345678", "+31 6 1234 5678", "weet niet"], "phone"),
        (["anna@school.example", "geen", "geen", "geen"], ""),
        (["10:15:20", "2025-09-15 10:15:20"], ""),
        (["1", "2", "3"], ""),
        (["", ""], ""),
    ],
)
def test_what_stands_in_a_column_tells_it(texts: list[str], kind: str) -> None:
    assert find_personal(make_sheet([["Vraag"], *[[text] for text in texts]])) == ({0: kind} if kind else {})
