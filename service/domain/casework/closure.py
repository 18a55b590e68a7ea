"""Verbs that end a case or take it up again: close, send back, reject, merge, reopen, appeal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.casework.case.case import Case, first_view_columns
from service.domain.casework.case.deadline import Fact, shifted_deadline_columns
from service.domain.casework.merge import merge_into
from service.domain.casework.reassignment import successor_columns
from service.domain.publication.publication import PRIVACY, HidingCause, hide_report
from service.domain.publication.reasons import names_privacy
from service.domain.reports.access import Asker, find_report
from service.domain.reports.flags import flagged_private
from service.errors import NotFound, invalid
from service.i18n import N_
from service.models import CLOCK_STANDS, Event, EventType

BY_HAND, APPEAL = "by_hand", "appeal"


def close(case: Case) -> Event:
    """Close the case: the inspector confirms that it was done."""
    return case.walk()


def send_back(case: Case) -> Event:
    """Send the case back to the department, with a reason and a photo: the inspector saw that it was not
    done.
    """
    return case.walk()


def reject(case: Case) -> Event:
    """Reject the report, for a reason that the citizen reads.

    One rejected because it shows personal data is hidden from the public by that. Where the reporter was
    waited for, the deadline has moved by that time: the department is not late by it.
    """
    waited = case.report.status in CLOCK_STANDS
    coming = Fact(EventType.REJECTED, case.now, case.request.to)
    event = case.walk(
        shifted_deadline_columns(case.session, case.reference, case.report, coming) if waited else None
    )
    if _for_privacy(case):
        why = HidingCause(PRIVACY, case.reason)
        hide_report(case.session, case.report, why, actor=case.actor, now=case.now)
    return event


def _for_privacy(case: Case) -> bool:
    """Return whether personal data is why: as the person says, else by the reason's words and
    readers' flags.
    """
    if case.request.privacy is not None:
        return case.request.privacy
    return names_privacy(case.reason) or flagged_private(case.session, case.reference, case.report.id)


def merge(case: Case) -> Event:
    """Close a report that repeats another: its reporter and followers follow that one from now on."""
    if case.request.duplicate_of is None:
        return case.walk()
    original_id = find_report_id(case.session, Asker(staff=case.actor), case.request.duplicate_of, case.now)
    if original_id is None:
        raise invalid(["duplicate_of"], N_("Không có phản ánh này. Hãy xem lại mã."))
    for column, value in first_view_columns(case.report, case.now).items():
        setattr(case.report, column, value)
    return merge_into(
        case.session, case.report, original_id, actor=case.actor, at=case.now, reason=case.reason
    )


def find_report_id(session: Session, asker: Asker, name: str, now: datetime) -> UUID | None:
    """Return the id of the report with that id or code, or None if the asker knows of none."""
    try:
        return find_report(session, asker, name, now=now).report.id
    except NotFound:
        return None


def reopen_case(case: Case) -> Event:
    """Take a closed case up again; a new term begins, with whoever is there for it today."""
    timed = shifted_deadline_columns(
        case.session, case.reference, case.report, Fact(EventType.REOPENED, case.now, case.request.to)
    )
    parts, data = successor_columns(case.session, case.reference, case.report, case.now)
    return case.walk({**timed, **parts}, data)


def appeal(case: Case) -> Event:
    """Look at a rejected report again."""
    return case.walk({"triage_reason": APPEAL}, {"why": APPEAL})


def keep_on_desk(case: Case) -> Event:
    """Keep a report that routing has not come to yet on the coordinator's desk."""
    return case.walk({"triage_reason": BY_HAND}, {"why": BY_HAND})
