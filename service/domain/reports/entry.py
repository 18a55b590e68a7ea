"""Entering a report for somebody who called, came or wrote: the same reception, with who entered it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from service.domain.city.reference import Reference
from service.domain.reports.drafts import Submission, check_submission
from service.domain.reports.events import Actor
from service.domain.reports.reports import Draft
from service.errors import Forbidden, Invalid, invalid
from service.i18n import N_
from service.models import Role

Channel = Literal["phone", "walk_in", "paper"]


class DeskSubmission(Submission):
    """A report as a coordinator takes it down. `consent`: the caller agreed that their name and address are
    kept; without it none may be sent.
    """

    channel: Channel
    consent: bool = False


def check_entry(
    reference: Reference, sent: DeskSubmission, actor: Actor, *, now: datetime, language: str
) -> Draft:
    """Return the draft to store, which tells who entered it and whether the caller agreed.

    Raises Forbidden but for coordinators, Invalid that names every wrong place.
    """
    if actor.role != Role.TRIAGE:
        raise Forbidden(N_("Việc này dành cho điều phối viên."))
    agreed = None
    has_contact = sent.contact is not None and any(
        (sent.contact.name, sent.contact.phone, sent.contact.email)
    )
    if has_contact and not sent.anonymous and not sent.consent:
        agreed = invalid(["consent"], N_("Người gọi cần đồng ý thì mới ghi tên và cách liên lạc."))
    try:
        draft = check_submission(
            reference,
            sent,
            now=now,
            language=language,
            channel=sent.channel,
            staff_id=actor.staff_id,
        )
    except Invalid as error:
        raise (_both(error, agreed) if agreed else error) from None
    if agreed:
        raise agreed
    return replace(draft, consent=draft.contact is not None)


def _both(error: Invalid, other: Invalid) -> Invalid:
    return Invalid(error.detail, errors=[*error.errors, *other.errors])
