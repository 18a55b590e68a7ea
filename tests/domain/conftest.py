"""The small world that tests of the domain stand in."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from tests.support.factories import found_city
from tests.support.people import Cast, make_cast


@pytest.fixture
def reference(session: Session) -> Reference:
    """Reference data of a city with every kind of department and category."""
    return found_city(session)


@pytest.fixture
def cast(session: Session, reference: Reference) -> Cast:
    """Everybody who works in it."""
    return make_cast(session, reference)
