"""Rights to read and decide on telephone numbers of a report's advertisement. A contractor never does: a
carrier sees what it was asked, and nothing of a report.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, true
from sqlalchemy.orm import Session

from service.domain.reports.access import (
    Access,
    Asker,
    find_report,
    handed_to,
    lock_report,
    readable_cases,
    sees_all,
)
from service.domain.reports.events import Actor
from service.errors import Forbidden, NotFound
from service.i18n import N_
from service.models import OldSighting, Report, Role

READ = frozenset({Role.TRIAGE, Role.DEPARTMENT, Role.INSPECTOR, Role.MANAGER})
DECIDE = frozenset({Role.TRIAGE, Role.DEPARTMENT, Role.INSPECTOR})
SEES_REQUESTS = frozenset({Role.DEPARTMENT, Role.MANAGER, Role.TRIAGE, Role.EXECUTOR})
"""Who has to do with requests to carriers; an executor sees those that it is asked."""


def may_read_numbers(access: Access) -> bool:
    """Return whether the asker reads the numbers of this report."""
    return access.inside and access.actor.role in READ


def may_decide(access: Access) -> bool:
    """Return whether the asker says which numbers stand there: of a department only that of the case."""
    if not access.works or access.actor.role not in DECIDE:
        return False
    return access.actor.role != Role.DEPARTMENT or access.report.lead_id in access.actor.departments


def cases_read(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Report` for cases whose numbers the person reads."""
    return readable_cases(actor) if actor.role in READ else false()


def cases_decided(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Report` for cases on whose numbers the person decides, as `may_decide` says
    it.
    """
    if actor.role not in DECIDE:
        return false()
    if actor.role != Role.DEPARTMENT:
        return handed_to(actor)
    return and_(handed_to(actor), Report.lead_id.in_(actor.departments))


def readable_old_sightings(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `OldSighting` for lists of the person's units; who sees every case reads
    all.
    """
    if actor.role not in READ:
        return false()
    return true() if sees_all(actor) else OldSighting.unit_id.in_(actor.departments)


def readable_report(session: Session, asker: Asker, name: str | UUID, now: datetime) -> Access:
    """Return the report for reading its numbers. Raises NotFound for strangers, Forbidden for other roles."""
    access = find_report(session, asker, name, now=now)
    if not access.inside:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    if not may_read_numbers(access):
        raise Forbidden(N_("Vai trò của bạn không xem số điện thoại trên quảng cáo."))
    return access


def decidable_report(session: Session, asker: Asker, name: str | UUID, now: datetime) -> Access:
    """Return a report, locked, whose numbers this person may decide on. Raises as `readable_report`."""
    access = lock_report(session, asker, name, now=now)
    if not access.inside:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    if not may_decide(access):
        raise Forbidden(N_("Bạn không xác nhận số điện thoại của phản ánh này."))
    return access
