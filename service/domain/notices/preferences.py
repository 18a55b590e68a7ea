"""Choices of how often to be told on which channel, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.notices.channels import Address, Channels
from service.domain.notices.digests.morning import MORNING_ROLES
from service.domain.notices.kinds import AT_ONCE, DAILY, NEVER
from service.errors import invalid
from service.i18n import N_
from service.models import NoticeChoice, Staff
from service.models.notices.notice import PACES

_STRICTER = {AT_ONCE: 0, DAILY: 1, NEVER: 2}


def staff_key(staff_id: int) -> str:
    """Return the recipient under which a colleague's choices are kept, whatever their address is."""
    return f"staff:{staff_id}"


def store_choice(
    session: Session, address: Address, pace: str, *, now: datetime, report_id: UUID | None = None
) -> None:
    """Keep a choice: of one report, or of everything that goes to the address. Raises Invalid."""
    if pace not in PACES:
        raise invalid(["pace"], N_("Hãy chọn một trong các mức được nêu."))
    row = insert(NoticeChoice).values(
        channel=address[0], recipient=address[1], report_id=report_id, pace=pace, changed_at=now
    )
    session.execute(
        row.on_conflict_do_update(
            constraint="uq_notice_choice_recipient",
            set_={"pace": row.excluded.pace, "changed_at": row.excluded.changed_at},
        )
    )


def resume_notices(session: Session, address: Address, report_id: UUID | None = None) -> None:
    """Take a `never` back: whoever asks to be told of something wants to be told."""
    about: ColumnElement[bool] = NoticeChoice.report_id.is_(None)
    if report_id is not None:
        about = or_(about, NoticeChoice.report_id == report_id)
    session.execute(
        delete(NoticeChoice).where(
            NoticeChoice.channel == address[0],
            NoticeChoice.recipient == address[1],
            NoticeChoice.pace == NEVER,
            about,
        )
    )


def stored_choices(
    session: Session, recipients: Collection[str], report_id: UUID | None
) -> Mapping[Address, str]:
    """Return the kept choices of these recipients by address; the stricter of the general one and that of the
    report.
    """
    if not recipients:
        return {}
    about: ColumnElement[bool] = NoticeChoice.report_id.is_(None)
    if report_id is not None:
        about = or_(about, NoticeChoice.report_id == report_id)
    rows = session.execute(
        select(NoticeChoice.channel, NoticeChoice.recipient, NoticeChoice.pace).where(
            NoticeChoice.recipient.in_(list(recipients)), about
        )
    )
    found: dict[Address, str] = {}
    for channel, recipient, pace in rows:
        known = found.get((channel, recipient), AT_ONCE)
        found[channel, recipient] = max(known, pace, key=lambda each: _STRICTER[each])
    return found


def staff_choices(session: Session, channels: Channels, staff_id: int) -> Mapping[str, str]:
    """Return a colleague's pace by channel; `at_once` where nothing was chosen."""
    choices = stored_choices(session, [staff_key(staff_id)], None)
    return {
        channel.name: choices.get((channel.name, staff_key(staff_id)), AT_ONCE)
        for channel in channels.values()
        if channel.staff
    }


def choose_for_staff(
    session: Session, channels: Channels, staff_id: int, name: str, pace: str, *, now: datetime
) -> None:
    """Keep a colleague's choice for a channel by which staff are told. Raises Invalid."""
    channel = channels.get(name)
    if channel is None or not channel.staff:
        raise invalid(["channel"], N_("Không có kênh nhận tin này."))
    store_choice(session, (channel.name, staff_key(staff_id)), pace, now=now)


def choose_morning_mail(session: Session, staff_id: int, enabled: bool) -> None:
    """Keep whether the colleague is told by e-mail in the morning how their work stands."""
    session.get_one(Staff, staff_id).morning_mail = enabled
    session.flush()


def has_morning_mail(session: Session, staff_id: int) -> bool | None:
    """Return whether the colleague has that mail; None for a role that has none."""
    person = session.get_one(Staff, staff_id)
    return person.morning_mail if person.role in MORNING_ROLES else None


def staff_addresses(session: Session, channels: Channels, staff_id: int) -> Mapping[str, str]:
    """Return where a colleague is told by each channel for staff that an address of theirs is known for."""
    person = session.get_one(Staff, staff_id)
    found = {name: each.address_of(person) for name, each in channels.items() if each.staff}
    return {name: address for name, address in found.items() if address}
