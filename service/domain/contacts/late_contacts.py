"""Giving a way to be reached after the report was sent: what was typed first may have been wrong."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.access import ANYONE, Asker, lock_report
from service.domain.reports.drafts import ContactIn, check_contact
from service.errors import Conflict, FieldError, Forbidden, Invalid, Unauthenticated, invalid
from service.i18n import N_
from service.models import FINISHED, Contact
from service.models.reports.event import ActorKind


def give_contact(
    session: Session, reference: Reference, asker: Asker, name: str | UUID, sent: ContactIn, now: datetime
) -> Contact:
    """Keep what the reporter gives now beside what they gave before; return the contact as it is then.

    Raises NotFound; Unauthenticated for a stranger, Forbidden for others than the reporter; Invalid naming
    every wrong field, and for an empty form; Conflict where the report has ended or the contact was erased.
    """
    access = lock_report(session, asker, name, now=now)
    if access.actor is ANYONE:
        raise Unauthenticated(N_("Cần mã bí mật của phản ánh hoặc của người quan tâm."))
    if access.actor.kind != ActorKind.REPORTER:
        raise Forbidden(N_("Chỉ người gửi phản ánh được để lại cách liên hệ."))
    if access.report.status in FINISHED:
        raise Conflict(N_("Phản ánh đã kết thúc nên không nhận thêm cách liên hệ."))
    errors: list[FieldError] = []
    checked = check_contact(reference, sent, errors)
    if errors:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    if checked is None:
        raise invalid(["contact"], N_("Hãy ghi số điện thoại hoặc email."))
    contact = session.get(Contact, access.report.id)
    if contact is None:
        contact = Contact(report_id=access.report.id)
        session.add(contact)
    elif contact.erased_at is not None:
        raise Conflict(N_("Thông tin liên hệ của phản ánh này đã được xóa."))
    contact.name = checked.name or contact.name
    contact.phone = checked.phone or contact.phone
    contact.email = checked.email or contact.email
    session.flush()
    return contact
