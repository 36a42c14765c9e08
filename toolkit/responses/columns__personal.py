"""Personal data: columns that tell who somebody is, by their header or by what stands in them."""

from __future__ import annotations

import re

from toolkit.files.cells__grids import Sheet
from toolkit.spelling import fold_words

#: kind -> the headers that tell it, folded to words.
HEADERS = {
    "email": "email|e mail|mail|mailadres|emailadres|e mailadres|emailaddress|email address|recipientemail",
    "name": "naam|name|voornaam|achternaam|volledige naam|uw naam|je naam|your name|full name|first name|last name|firstname|lastname"
    "|surname|recipientlastname|recipientfirstname",
    "ip": "ip|ipaddress|ip address|ip adres|ipadres|ipaddr",
    "place": "locationlatitude|locationlongitude|location latitude|location longitude|latitude|longitude|adres|address|straat|street"
    "|postcode|zip code|postal code|woonplaats",
    "birth": "geboortedatum|geboren op|birth date|birthdate|date of birth|dob",
    "phone": "telefoon|telefoonnummer|mobiel|phone|phone number|telephone|mobile",
}
CONTENTS = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"),
    "ip": re.compile(r"(\d{1,3}\.){3}\d{1,3}|([0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}"),
    "phone": re.compile(r"(\+31|0031|\+32|0032|0)[ -]?[1-9]([ -]?\d){7,8}"),
}


def find_personal(sheet: Sheet) -> dict[int, str]:
    """Return the kind of personal data (email, name, ip, place, birth, phone) per column position that holds such."""
    kinds = {position: _judge_header(header) or _judge_content(sheet, position) for position, header in enumerate(sheet.headers)}
    return {position: kind for position, kind in kinds.items() if kind}


def _judge_header(header: str) -> str:
    words = fold_words(header)
    return next((kind for kind, names in HEADERS.items() if words in names.split("|")), "")


def _judge_content(sheet: Sheet, position: int) -> str:
    """Return the kind that at least half of the first 200 answers in a column look like."""
    texts = [text.strip() for text in sheet.cells[:1000, position] if text.strip()][:200]
    for kind, shape in CONTENTS.items():
        if texts and 2 * sum(shape.fullmatch(text) is not None for text in texts) >= len(texts):
            return kind
    return ""
