"""Ceiling of readings of reporters' contacts by one person or key: a number a day, then a notice to
managers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel import audit
from service.domain.notices.channels import Channels
from service.domain.notices.plan import Occasion, claim_new
from service.domain.notices.reach import active_staff, addresses_of, managers_of
from service.errors import TooMany
from service.i18n import N_
from service.models import ContactReading, Role, Staff

DAY = timedelta(days=1)


def count_reading(
    session: Session, channels: Channels, reference: Reference, staff_id: int, now: datetime
) -> None:
    """Let one more reading be; with the last one of the day who answers for the reader is told.

    They are told by the reading that is still answered, since a refusal stores nothing. Raises TooMany.
    """
    # The row is what two readings at the same moment wait for; sessions that refer to it do not.
    reader = session.scalars(select(Staff).where(Staff.id == staff_id).with_for_update(key_share=True)).one()
    most = reference.config.contacts_a_day
    lately = select(ContactReading.at).where(
        ContactReading.staff_id == staff_id, ContactReading.at > now - DAY
    )
    times = session.scalars(lately.order_by(ContactReading.at.desc()).limit(most)).all()
    if len(times) >= most:
        wait = max(1, int((times[-1] + DAY - now).total_seconds()))
        raise TooMany(
            N_(
                "Đã xem liên hệ của người gửi {most} lần trong 24 giờ, bằng mức cho phép. "
                "Hãy thử lại sau {hours} giờ, hoặc nhờ quản trị viên "
                "nâng mức trong phần cài đặt của thành phố."
            ),
            headers={"Retry-After": str(wait)},
            most=most,
            hours=-(-wait // 3600),
        )
    if len(times) + 1 == most:
        _tell(session, channels, reference, reader, most, now)


def _tell(
    session: Session, channels: Channels, reference: Reference, reader: Staff, most: int, now: datetime
) -> None:
    facts = {"readings": most, "hours": 24}
    audit.write_entry(session, "contact.ceiling", reader.username, at=now, staff_id=reader.id, after=facts)
    about = Occasion(
        f"contacts:{reader.id}:{int(now.timestamp())}",
        "staff_contacts",
        now,
        {"who": reader.name, "username": reader.username, "readings": most},
    )
    people = addresses_of(session, channels, _answering_for(session, reference, reader), now)
    claim_new(session, about, people, channels, now, reference.timezone, always=True)


def _answering_for(session: Session, reference: Reference, reader: Staff) -> Sequence[Staff]:
    """Return the reader's managers, else the city's; the administrators where there is no other one."""
    managers = [
        each for each in managers_of(session, reference, reader.department_id) if each.id != reader.id
    ]
    return managers or active_staff(session, and_(Staff.role == Role.ADMINISTRATOR, Staff.id != reader.id))
