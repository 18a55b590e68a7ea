"""An administrator in the small city, for the tests of what they change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.configuration.administration.changes import EditStamp
from service.domain.configuration.administration.rules import RuleChange
from service.domain.rules.rulebook import Rulebook, load_rulebook
from service.models import AuditEntry, City, ManualChange, Staff
from tests.support.factories import found_city
from tests.support.people import make_cast
from tests.support.small_city import NOON


@dataclass
class Room:
    """A session over the city with its cast; `book` is what is in force now."""

    session: Session
    administrator: Staff

    @property
    def book(self) -> Rulebook:
        return load_rulebook(self.session)

    def stamp(self, minutes: int = 0) -> EditStamp:
        """The administrator, so many minutes after noon."""
        return EditStamp(self.administrator.id, self.administrator.name, NOON + timedelta(minutes=minutes))

    @property
    def revision(self) -> int:
        return self.session.scalars(select(City.revision)).one()

    def audited(self, action: str) -> list[AuditEntry]:
        wanted = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
        return list(self.session.scalars(wanted))

    def by_hand(self) -> set[tuple[str, str]]:
        return {(row.kind, row.code) for row in self.session.scalars(select(ManualChange))}


def rule(version: int | None = 1, **changes: Any) -> RuleChange:
    """Rule 1 of the small city, changed."""
    body = {"categories": ["litter"], "lead": "ward", "policy": "standard", "name": {"vi": "Rác"}}
    return RuleChange.model_validate({**body, "version": version, **changes})


@pytest.fixture
def room(session: Session) -> Room:
    reference = found_city(session)
    return Room(session, make_cast(session, reference).administrator.account)
