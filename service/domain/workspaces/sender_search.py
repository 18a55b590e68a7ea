"""Search for the reports of a caller by their telephone number or e-mail; every report found is a reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.contacts.ceiling import count_reading
from service.domain.contacts.reading import check_purpose, check_scope
from service.domain.kernel.texts import tidy
from service.domain.notices.channels import Channels
from service.domain.queries.views import COLUMNS, StaffView, staff_views
from service.domain.reports.access import Asker
from service.domain.reports.drafts import tidy_phone
from service.domain.reports.events import Actor
from service.errors import Forbidden, invalid
from service.i18n import N_
from service.models import Contact, ContactReading, Report, Role

MOST = 20


def read_address(reference: Reference, typed: str) -> ColumnElement[bool] | None:
    """Return the condition on `Contact` for exactly that number (with +84 or 0, with spaces) or e-mail; None
    for what is neither.
    """
    text = tidy(typed)
    if "@" in text.strip("@") and " " not in text:
        return func.lower(Contact.email) == text.lower()
    phone = tidy_phone(text, reference.config.region) if any(map(str.isdigit, text)) else None
    return Contact.phone == phone if phone else None


def may_seek(actor: Actor, reference: Reference) -> bool:
    """Return whether the role looks for senders: the coordinator does, a lead's people where the city lets
    them read contacts.
    """
    if actor.role == Role.TRIAGE:
        return True
    return actor.role in (Role.DEPARTMENT, Role.MANAGER) and (
        bool(actor.departments) and reference.config.contact_for_lead
    )


def find_by_sender(
    session: Session,
    channels: Channels,
    reference: Reference,
    asker: Asker,
    typed: str,
    purpose: str,
    *,
    now: datetime,
    public_url: str,
) -> Sequence[StaffView]:
    """Return the newest reports of who left this number or e-mail, of the cases whose contacts the asker may
    read; each is written down as a reading.

    Raises Forbidden for other roles and keys, Invalid without a purpose or for what is no address, TooMany
    beyond the day's number of readings.
    """
    actor = asker.staff
    if actor is None or actor.staff_id is None or not may_seek(actor, reference):
        raise Forbidden(N_("Vai trò của bạn không được xem thông tin người gửi."))
    check_scope(session, actor.staff_id)
    why = check_purpose(purpose)
    sought = read_address(reference, typed)
    if sought is None:
        raise invalid(["address"], N_("Hãy ghi đủ số điện thoại hoặc email của người gửi."))
    rows = session.execute(_reports(actor, sought)).all()
    for row in rows:
        count_reading(session, channels, reference, actor.staff_id, now)
        session.add(ContactReading(report_id=row.id, staff_id=actor.staff_id, at=now, purpose=why))
        session.flush()
    return staff_views(session, reference, rows, now=now, public_url=public_url, reader=actor)


def _reports(actor: Actor, sought: ColumnElement[bool]) -> Any:
    own = select(Contact.report_id).where(sought, Contact.erased_at.is_(None))
    query = select(*COLUMNS).where(Report.id.in_(own))
    if actor.role != Role.TRIAGE:
        query = query.where(Report.lead_id.in_(sorted(actor.departments)))
    return query.order_by(Report.created_at.desc(), Report.id.desc()).limit(MOST)
