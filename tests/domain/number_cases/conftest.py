"""The stage on which numbers have their cases."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from tests.support.numbers.stage import NumbersStage


@pytest.fixture
def stage(session: Session, reference: Reference) -> NumbersStage:
    return NumbersStage(session, reference)
