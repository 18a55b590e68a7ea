"""The example city as reference data, and a session: shared by all examples, nothing is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, load_reference
from service.domain.rules.rulebook import Rulebook, load_rulebook


@pytest.fixture(scope="module")
def hue(_city_engine: Engine) -> Iterator[Session]:
    """One session for all examples of a test file, in a database with the example city."""
    with Session(_city_engine) as session:
        yield session


@pytest.fixture(scope="module")
def reference(hue: Session) -> Reference:
    return load_reference(hue)


@pytest.fixture(scope="module")
def rulebook(hue: Session) -> Rulebook:
    return load_rulebook(hue)
