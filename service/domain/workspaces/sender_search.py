"""Search for the reports of a caller by number, e-mail or whole name; every report found is a reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.contacts.ceiling import count_reading
from service.domain.contacts.disclosure import check_purpose, check_scope
from service.domain.kernel.sql import AnySelect
from service.domain.kernel.texts import fold, tidy
from service.domain.notices.channels import Channels
from service.domain.queries.views import COLUMNS, StaffView, staff_views
from service.domain.reports.access import Asker
from service.domain.reports.drafts import tidy_phone
from service.domain.reports.events import Actor
from service.errors import Forbidden, invalid
from service.i18n import N_
from service.models import Contact, ContactReading, Report, Role

NO_ADDRESS = N_("Hãy ghi đủ số điện thoại hoặc email của người gửi.")
MOST = 20
NAMED_WITHIN = timedelta(days=180)
"""Names are looked for in the reports of so long: there is no index of names, which nobody should browse."""


def read_address(reference: Reference, typed: str) -> ColumnElement[bool] | None:
    """Return the condition on `Contact` for exactly that number (with +84 or 0, with spaces) or e-mail; None
    for what is neither.
    """
    text = tidy(typed)
    if "@" in text.strip("@") and " " not in text:
        return func.lower(Contact.email) == text.lower()
    phone = tidy_phone(text, reference.config.region) if any(map(str.isdigit, text)) else None
    return Contact.phone == phone if phone else None


def read_name(typed: str, now: datetime) -> ColumnElement[bool] | None:
    """Return the condition on `Contact` for a whole name, or the end of one (“Thị Hoa”), with or without its
    marks, in the reports of the last 180 days; None for fewer than two words and what holds digits or `@`.
    """
    words = fold(tidy(typed)).split()
    if len(words) < 2 or any(char.isdigit() or char == "@" for char in typed):
        return None
    name, said = func.fold(Contact.name), " ".join(words)
    recent = select(Report.id).where(Report.created_at > now - NAMED_WITHIN)
    return Contact.report_id.in_(recent) & ((name == said) | name.endswith(f" {said}", autoescape=True))


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
    named: bool = False,
) -> Sequence[StaffView]:
    """Return the newest reports of who left this number or e-mail, or with `named` this name, of the cases
    whose contacts the asker may read; each is written down as a reading.

    Raises Forbidden for other roles and keys, Invalid without a purpose or for what is no address, TooMany
    beyond the day's number of readings.
    """
    actor = asker.staff
    if actor is None or actor.staff_id is None or not may_seek(actor, reference):
        raise Forbidden(N_("Vai trò của bạn không được xem thông tin người gửi."))
    check_scope(session, actor.staff_id)
    why = check_purpose(purpose)
    condition = read_address(reference, typed)
    if condition is None and named:
        condition = read_name(typed, now)
    if condition is None:
        refusal = (
            N_("Hãy ghi đủ số điện thoại, email, hoặc họ và tên của người gửi.") if named else NO_ADDRESS
        )
        raise invalid(["address"], refusal)
    rows = session.execute(_reports(actor, condition)).all()
    for row in rows:
        count_reading(session, channels, reference, actor.staff_id, now)
        session.add(ContactReading(report_id=row.id, staff_id=actor.staff_id, at=now, purpose=why))
        session.flush()
    return staff_views(session, reference, rows, now=now, public_url=public_url, reader=actor)


def _reports(actor: Actor, condition: ColumnElement[bool]) -> AnySelect:
    own = select(Contact.report_id).where(condition, Contact.erased_at.is_(None))
    query = select(*COLUMNS).where(Report.id.in_(own))
    if actor.role != Role.TRIAGE:
        query = query.where(Report.lead_id.in_(sorted(actor.departments)))
    return query.order_by(Report.created_at.desc(), Report.id.desc()).limit(MOST)
