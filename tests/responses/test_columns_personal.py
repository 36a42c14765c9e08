"""Columns that tell who somebody is."""

from __future__ import annotations

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


def find(*cells: str) -> dict[int, str]:
    """Return the kind of personal data that was found in the one column of a sheet, its header first."""
    return find_personal(make_sheet([[cell] for cell in cells]))


def test_a_header_tells_it() -> None:
    kinds = {header: {0: kind} if kind else {} for kind, headers in HEADERS.items() for header in headers}
    assert {header: find(header, "x") for header in kinds} == kinds


def test_what_stands_in_a_column_tells_it() -> None:
    kinds = {
        ("anna@school.example", "", "bo@school.example"): {0: "email"},
        ("10.0.0.1", "192.168.1.254"): {0: "ip"},
        ("2001:db8::ff00:42:8329", "::1:2:3"): {0: "ip"},
        ("06-12345678", "+31 6 1234 5678", "weet niet"): {0: "phone"},
        ("anna@school.example", "geen", "geen", "geen"): {},
        ("10:15:20", "2025-09-15 10:15:20"): {},
        ("1", "2", "3"): {},
        ("", ""): {},
    }
    assert {texts: find("Vraag", *texts) for texts in kinds} == kinds
