"""What the tests on answers share: all cases, read once."""

from __future__ import annotations

import pytest

from tests.responses.cases import CASES, read_case
from toolkit.responses.exports import Exports


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exports]:
    """Give what is read of every case."""
    folder = tmp_path_factory.mktemp("cases")
    return {case: read_case(case, folder / case) for case in CASES}
