"""The names of schools that names of files tell of: as written, without what tools and people call the file itself."""

from __future__ import annotations

import pytest

from toolkit.new_study.column_roles import split_name
from toolkit.new_study.waves_and_schools import name_school


@pytest.mark.parametrize(
    ("name", "school"),
    [
        ("De Wilgen nulmeting", "De Wilgen"),
        ("HetKompas_PLG_na_June 22, 2026_09.40", "HetKompas"),
        ("results-survey481516 De Brug voor", "De Brug"),
        ("Sint Jan data def", "Sint Jan"),
        ("Sint Jan nameting 9 juni 2026", "Sint Jan"),
        ("Sint Jan juni 2026", "Sint Jan"),
        ("Mei Li school voor", "Mei Li school"),
        ("s1_voor", "s1"),
        ("school 2", "school 2"),
        ("export 2", "export 2"),
        ("2025-09 OBS De Vliet", "OBS De Vliet"),
    ],
)
def test_what_is_left_of_the_name_of_a_file(name: str, school: str) -> None:
    assert name_school(name, split_name(name)[1]) == school
