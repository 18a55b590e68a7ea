"""Fixtures of emulation."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.domain.emulation.contest import Contest


@pytest.fixture
def contest(session: Session) -> Contest:
    """A city without a movement yet."""
    return Contest(session)
