"""Updates that another system sends about a report of its own: words, photos, the wish to open it again.

No partner closes a case of the city: any status but REOPEN is left aside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.casework.citizens.comments import Remark, comment
from service.domain.casework.citizens.participation import Reopening, reopen_or_appeal
from service.domain.city.reference import Reference
from service.domain.kernel.codes import report_secret, tidy_code
from service.domain.kernel.texts import tidy
from service.domain.open311.links import note_links
from service.domain.open311.posts import LONGEST, REQUIRED, Integrator
from service.domain.reports.access import Asker
from service.errors import FieldError, Invalid, NotFound
from service.i18n import N_
from service.models import Event, EventType, Report, SentUpdate

REOPEN = "REOPEN"
MOST_OF_REMARK = 2000
LONGEST_ID = 200
NOT_YOURS = N_("Không có phản ánh này trong số các phản ánh do khóa này gửi.")
TOO_LONG_TEXT = N_("Tối đa {n} ký tự.")


@dataclass(frozen=True, slots=True)
class UpdateOutcome:
    """Outcome of an update: our id of it, whether it is new, and whether its status was left aside."""

    id: UUID
    report_id: UUID
    is_new: bool
    status_ignored: bool


def take_update(
    session: Session,
    reference: Reference,
    integrator: Integrator,
    sent: Mapping[str, str],
    photos: Sequence[str],
    *,
    key: bytes,
    now: datetime,
) -> UpdateOutcome:
    """Carry out an update of the system that sent the report. The same `update_id` again changes nothing.

    Raises Invalid; NotFound for a report that this key did not send; Conflict and Forbidden as comments and
    reopening do.
    """
    remote_id, text = _checked(sent)
    report = _own_report(session, integrator, sent["service_request_id"])
    status = sent.get("status", "").strip().upper()
    ours = uuid4()
    if remote_id:
        row = {"staff_id": integrator.staff_id, "remote_id": remote_id, "report_id": report.id}
        claim = insert(SentUpdate).values(**row, id=ours, at=now).on_conflict_do_nothing()
        if session.scalar(claim.returning(SentUpdate.id)) is None:
            known = session.get_one(SentUpdate, (integrator.staff_id, remote_id))
            return UpdateOutcome(known.id, report.id, False, status not in ("", REOPEN))
    asker = Asker(secret=report_secret(key, report.id, report.secret_generation), key=key)
    if status == REOPEN:
        words = text[:MOST_OF_REMARK] or REOPEN
        reopen_or_appeal(session, reference, asker, report.id, Reopening(reason=words), now)
        text = text[MOST_OF_REMARK:]
    for number, start in enumerate(range(0, len(text), MOST_OF_REMARK)):
        part = Remark(text=text[start : start + MOST_OF_REMARK])
        comment(session, reference, asker, report.id, part, now + timedelta(microseconds=number))
    note_links(session, report.id, photos, now)
    return UpdateOutcome(ours, report.id, True, status not in ("", REOPEN))


def _checked(sent: Mapping[str, str]) -> tuple[str, str]:
    """Return the sender's id and the words. Raises Invalid."""
    if not sent.get("service_request_id"):
        missing = FieldError(("service_request_id",), REQUIRED, {"name": "service_request_id"})
        raise Invalid(REQUIRED, errors=[missing])
    remote_id, text = sent.get("update_id", ""), tidy(sent.get("description", ""))
    for name, value, most in (("update_id", remote_id, LONGEST_ID), ("description", text, LONGEST)):
        if len(value) > most:
            raise Invalid(TOO_LONG_TEXT, n=most, errors=[FieldError((name,), TOO_LONG_TEXT, {"n": most})])
    return remote_id, text


def _own_report(session: Session, integrator: Integrator, code: str) -> Report:
    """Return the report of that code if this key sent it; others are as if there were none."""
    tidied = tidy_code(code)
    sent_by = select(Event.report_id).where(
        Event.type == EventType.RECEIVED, Event.staff_id == integrator.staff_id, Event.report_id == Report.id
    )
    query = select(Report).where(Report.code == tidied, sent_by.exists())
    report = session.scalar(query) if tidied else None
    if report is None:
        raise NotFound(NOT_YOURS)
    return report
