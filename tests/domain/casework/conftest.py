"""The stage that tests of the verbs act on."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from tests.domain.casework.stage import Stage


@pytest.fixture
def stage(session: Session, reference: Reference) -> Stage:
    """A city, and the time."""
    return Stage(session, reference)
