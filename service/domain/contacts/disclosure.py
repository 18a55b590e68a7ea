"""Reading who reported: by the few who need it, and every reading is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.contacts.ceiling import count_reading
from service.domain.kernel.texts import tidy
from service.domain.notices.channels import Channels
from service.domain.reports.access import Access, Asker, find_report
from service.domain.reports.edges import LEAD, TRIAGE
from service.domain.reports.lifecycle import roles_of
from service.errors import Forbidden, Gone, invalid
from service.i18n import N_
from service.models import ApiKey, Contact, ContactReading

SHORTEST_PURPOSE = 3


@dataclass(frozen=True, slots=True)
class ContactView:
    """Contact of a reporter; all empty for an anonymous one."""

    anonymous: bool
    name: str | None = None
    phone: str | None = None
    email: str | None = None


def read_contact(
    session: Session,
    channels: Channels,
    reference: Reference,
    asker: Asker,
    name: str | UUID,
    purpose: str,
    now: datetime,
) -> ContactView:
    """Return the reporter's contact, for the coordinator and, where the city allows it, the lead department.

    Raises NotFound; Forbidden for everyone else, keys without the scope `contacts` among them; Invalid
    without a purpose; Gone when it was erased after the retention period; TooMany beyond the day's number.
    """
    access = find_report(session, asker, name, now=now)
    staff_id = access.actor.staff_id
    if staff_id is None or not may_read(access, reference):
        raise Forbidden(N_("Vai trò của bạn không được xem thông tin người gửi."))
    check_scope(session, staff_id)
    why = check_purpose(purpose)
    contact = session.get(Contact, access.report.id)
    if contact is None:
        return ContactView(anonymous=True)
    if contact.erased_at is not None:
        raise Gone(N_("Thông tin người gửi đã được xóa khi hết thời hạn lưu."))
    count_reading(session, channels, reference, staff_id, now)
    session.add(ContactReading(report_id=access.report.id, staff_id=staff_id, at=now, purpose=why))
    session.flush()
    return ContactView(False, contact.name, contact.phone, contact.email)


def check_scope(session: Session, staff_id: int) -> None:
    """Raise Forbidden unless the account is a person's, or that of a key made for reading contacts."""
    scope = session.scalar(select(ApiKey.scope).where(ApiKey.staff_id == staff_id))
    if scope not in (None, "contacts"):
        raise Forbidden(
            N_(
                "Khóa này không được đọc liên hệ của người gửi. "
                "Hãy xin quản trị viên một khóa có phạm vi này."
            )
        )


def check_purpose(purpose: str) -> str:
    """Return the purpose as it is written down. Raises Invalid for none."""
    if len(why := tidy(purpose)) < SHORTEST_PURPOSE:
        raise invalid(["purpose"], N_("Cần nói rõ xem để làm gì."))
    return why


def may_read(access: Access, reference: Reference) -> bool:
    """Return whether the role reads contacts: the coordinator does, the lead where the city lets it."""
    played = roles_of(access.actor, access.report)
    return TRIAGE in played or (LEAD in played and reference.config.contact_for_lead)
