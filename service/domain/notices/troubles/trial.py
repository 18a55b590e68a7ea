"""Test message to oneself: by the same queue, worker and sender as every other message of its channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.addresses import may_be_texted
from service.domain.notices.channels import Channels, contact_addresses, masked_address
from service.domain.notices.plan import Occasion, claim_new
from service.domain.notices.reach import Recipient, addresses_of
from service.domain.reports.drafts import tidy_phone
from service.errors import Conflict, NotFound, TooMany, invalid
from service.i18n import N_
from service.models import Message, NoticeAudience, NoticeChannel, Staff

NOTICE = "staff_test"
MOST_AN_HOUR = 10


@dataclass(frozen=True, slots=True)
class TestMessage:
    """Newest test message of a channel to a colleague: its masked address and what became of it."""

    channel: str
    shown: str
    state: str
    at: datetime
    sent_at: datetime | None
    error: str


def send_test_message(
    session: Session,
    channels: Channels,
    reference: Reference,
    staff_id: int,
    channel: str,
    now: datetime,
    *,
    phone: str = "",
) -> int:
    """Queue a test message to every address that the account has on the channel; return how many.

    `phone` is a mobile number to text instead: accounts rarely have one. A second request within the same
    minute is the first. Raises NotFound for a channel that cannot be sent on, Conflict where the account has
    no address on it, Invalid for what is no mobile number, TooMany beyond ten an hour.
    """
    if channel not in channels:
        raise NotFound(N_("Kênh này chưa được thiết lập trên máy chủ."))
    person = session.get_one(Staff, staff_id)
    _check_number_of_tests(session, staff_id, now)
    if channel == NoticeChannel.SMS and phone.strip():
        people = [
            Recipient(
                NoticeChannel.SMS,
                _mobile(phone, reference),
                NoticeAudience.STAFF,
                person.language,
                staff_id=person.id,
            )
        ]
    else:
        people = [each for each in _reached(session, channels, person, now) if each.channel == channel]
    if not people:
        raise Conflict(_MISSING.get(channel, N_("Tài khoản của bạn chưa có địa chỉ trên kênh này.")))
    about = Occasion(f"test:{staff_id}:{int(now.timestamp()) // 60}", NOTICE, now, {"who": person.name})
    claim_new(session, about, people, channels, now, reference.timezone, always=True)
    return len(people)


def newest_tests(session: Session, channels: Channels, staff_id: int) -> dict[str, TestMessage]:
    """Return the newest test message of each channel that the colleague sent to themselves."""
    rows = session.scalars(
        select(Message)
        .where(Message.staff_id == staff_id, Message.notice == NOTICE)
        .ext(distinct_on(Message.channel))
        .order_by(Message.channel, Message.created_at.desc())
    )
    return {
        row.channel: TestMessage(
            row.channel,
            masked_address(channels, row.channel, row.recipient),
            row.state,
            row.created_at,
            row.sent_at,
            row.error,
        )
        for row in rows
    }


def _mobile(typed: str, reference: Reference) -> str:
    region = reference.config.region
    number = tidy_phone(typed.strip(), region)
    if number is None or not may_be_texted(number, region):
        raise invalid(["phone"], N_("Cần số di động, ví dụ 0912 345 678."))
    return number


def _check_number_of_tests(session: Session, staff_id: int, now: datetime) -> None:
    lately = select(func.count()).where(
        Message.staff_id == staff_id, Message.notice == NOTICE, Message.created_at > now - timedelta(hours=1)
    )
    if (session.scalar(lately) or 0) >= MOST_AN_HOUR:
        raise TooMany(N_("Đã gửi thử nhiều lần. Hãy thử lại sau một giờ."), headers={"Retry-After": "3600"})


_MISSING: dict[str, str] = {
    NoticeChannel.EMAIL: N_("Tài khoản của bạn chưa có địa chỉ email. Hãy thêm email rồi gửi thử."),
    NoticeChannel.SMS: N_("Tài khoản của bạn chưa có số di động. Hãy nhập số rồi gửi thử."),
    NoticeChannel.PUSH: N_(
        "Bạn chưa bật thông báo trên trình duyệt nào. Hãy bật ở trang tài khoản rồi gửi thử."
    ),
}


def _reached(session: Session, channels: Channels, person: Staff, now: datetime) -> list[Recipient]:
    """Return the colleague's addresses on all channels, those kept for citizens and emergencies too."""
    found = addresses_of(session, channels, [person], now)
    known = {each.key for each in found}
    others = [
        Recipient(name, address, NoticeAudience.STAFF, person.language, staff_id=person.id)
        for name, address in contact_addresses(channels, person)
    ]
    return [*found, *(each for each in others if each.key not in known)]
