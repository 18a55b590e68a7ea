"""The day's ceilings of SMS: of a number, of the installation; emergencies outside."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from service.domain.notices.ceilings import SmsCeilings, sms_refusal
from service.domain.notices.kinds import EMERGENCY_NOTICE
from service.domain.notices.letters import Letter
from service.models import Message, NoticeAudience
from tests.support.small_city import NOON

MINE, OTHER = "+84905123456", "+84905123457"
MOST = SmsCeilings(per_number=2, per_day=4)


def sms(recipient: str = MINE, notice: str = "resolved", channel: str = "sms") -> Letter:
    return Letter(
        id=uuid4(),
        channel=channel,
        recipient=recipient,
        audience=NoticeAudience.REPORTER,
        notice=notice,
        language="vi",
        at=NOON,
        fresh_until=NOON,
        data={},
    )


def sent(session: Session, number: int, recipient: str, notice: str = "resolved", *, hours: int = 1) -> None:
    for _ in range(number):
        at = NOON - timedelta(hours=hours)
        session.add(
            Message(
                occasion=str(uuid4()),
                channel="sms",
                recipient=recipient,
                audience=NoticeAudience.REPORTER,
                notice=notice,
                language="vi",
                state="sent",
                not_before=at,
                fresh_until=at,
                created_at=at,
            )
        )
    session.flush()


@pytest.mark.parametrize(
    ("mine", "others", "hours", "refused"),
    [(1, 0, 1, False), (2, 0, 1, True), (2, 0, 25, False), (1, 2, 1, False), (1, 3, 1, True)],
)
def test_a_day_has_so_many(session: Session, mine: int, others: int, hours: int, refused: bool) -> None:
    sent(session, mine, MINE, hours=hours)
    sent(session, others, OTHER, hours=hours)
    assert bool(sms_refusal(session, sms(), "VN", MOST, NOON)) is refused
    assert sms_refusal(session, sms(channel="email"), "VN", MOST, NOON) == ""
    assert sms_refusal(session, sms(notice=EMERGENCY_NOTICE), "VN", MOST, NOON) == ""


def test_emergencies_use_nothing_up(session: Session) -> None:
    sent(session, 9, MINE, EMERGENCY_NOTICE)
    assert sms_refusal(session, sms(), "VN", MOST, NOON) == ""


def test_a_number_of_another_region_is_sent_nothing(session: Session) -> None:
    assert sms_refusal(session, sms("+12025550123"), "VN", MOST, NOON)
