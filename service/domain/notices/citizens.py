"""Citizens who sign in by a one-time code sent to their telephone or e-mail: no password, no account."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from service.domain.kernel.addresses import may_be_texted, tidy_mailbox
from service.domain.kernel.codes import report_secret
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.kernel.texts import tidy
from service.domain.kernel.tokens import is_signed, sign
from service.domain.reports.drafts import StrictBody, tidy_phone
from service.errors import NotFound, TooMany, invalid
from service.i18n import N_
from service.models import (
    CitizenSession,
    Contact,
    Follower,
    Message,
    NoticeAudience,
    NoticeChannel,
    Report,
    SigninCode,
    Status,
    Subscription,
)

DIGITS = 8
LASTS = timedelta(minutes=10)
MOST_TRIES = 5
MOST_BY_ONE = 5
"""Codes that one asker may ask for a target in an hour."""
MOST_IN_ALL = 60
"""The same of all askers together: five guesses each at one of a hundred million codes."""
SENT_AT_ONCE = 3
"""Codes on their way to one target while the first is good; who asks beyond that is let in by the newest."""
HOUR = timedelta(hours=1)

SESSION_LASTS = timedelta(days=90)
TOUCH_EVERY = timedelta(hours=1)
MOST_REPORTS = 200


class Target(StrictBody):
    """A telephone number or an e-mail address, as typed."""

    target: Annotated[str, Field(min_length=3, max_length=254)]


@dataclass(frozen=True, slots=True)
class Citizen:
    """Person known by a browser: `target` (e-mail in small letters or E.164 number) was proven theirs."""

    session_id: int
    channel: str
    target: str


def read_target(text: str, region: str) -> tuple[str, str]:
    """Return (channel, address in its one spelling). Raises Invalid for what is neither number nor
    address.
    """
    text = tidy(unicodedata.normalize("NFKC", text))
    if "@" in text:
        if address := tidy_mailbox(text):
            return NoticeChannel.EMAIL, address.lower()
        raise invalid(["target"], N_("Địa chỉ email chưa đúng, ví dụ đúng: ten@vidu.vn."))
    if any(letter.isalpha() for letter in text):
        raise invalid(["target"], N_("Hãy ghi số điện thoại hoặc email, ví dụ: 0905 123 456, ten@vidu.vn."))
    if (phone := tidy_phone(text, region)) and may_be_texted(phone, region):
        return NoticeChannel.SMS, phone
    raise invalid(["target"], N_("Số điện thoại chưa đúng, ví dụ đúng: 0905 123 456."))


def ask_code(
    session: Session,
    key: bytes,
    channel: str,
    target: str,
    *,
    asker: bytes | None = None,
    language: str,
    now: datetime,
) -> UUID:
    """Make a code for the target and send it if it left itself with us before; the id that opens it.

    Where several were sent a moment ago nothing more is sent: the newest of them is good for this asker too,
    so that nobody keeps the owner out by asking first. The answer is the same either way. Raises TooMany
    when this asker, or all together, asked for the target too often.
    """
    _check_number(session, target, asker, now)
    code_id, sent = uuid4(), _lately_sent(session, channel, target, now)
    same_as = sent[0] if len(sent) >= SENT_AT_ONCE else None
    session.add(
        SigninCode(
            id=code_id,
            channel=channel,
            target=target,
            code_hash=_hash_code(key, code_id, code_of(key, same_as.id if same_as else code_id)),
            asker_hash=asker,
            same_as=same_as.id if same_as else None,
            created_at=now,
            expires_at=same_as.expires_at if same_as else now + LASTS,
        )
    )
    if same_as is None and _is_known(session, channel, target):
        session.add(
            Message(
                occasion=f"code:{code_id}",
                channel=channel,
                recipient=target,
                audience=NoticeAudience.VISITOR,
                notice="code",
                language=language,
                data={"code": str(code_id)},
                not_before=now,
                fresh_until=now + LASTS,
                created_at=now,
            )
        )
    session.flush()
    return code_id


def enter_code(
    session: Session, key: bytes, code_id: UUID, code: str, *, label: str, now: datetime
) -> tuple[str | None, str | None]:
    """Return (the new session's token, None) or (None, the msgid of what is wrong).

    A wrong code raises nothing: the try must be counted, and so committed.
    """
    row = session.get(SigninCode, code_id, with_for_update=True)
    if row is None or row.used_at is not None or row.expires_at <= now or row.tries >= MOST_TRIES:
        return None, N_("Mã này đã hết hạn hoặc đã nhập sai nhiều lần. Hãy xin mã mới.")
    row.tries += 1
    digits = "".join(each for each in code if each.isdecimal() and each.isascii())
    if not is_signed(key, "signin-code-hash", row.id.bytes + digits.encode(), row.code_hash):
        return None, N_("Mã chưa đúng. Hãy xem lại tin vừa nhận.")
    _use_up(session, row, now)
    token = secrets.token_urlsafe(32)
    session.add(
        CitizenSession(
            token_hash=_hash_token(token),
            channel=row.channel,
            target=row.target,
            label=label[:200],
            created_at=now,
            seen_at=now,
            expires_at=now + SESSION_LASTS,
        )
    )
    session.flush()
    return token, None


def _check_number(session: Session, target: str, asker: bytes | None, now: datetime) -> None:
    recent = select(func.count(), func.count().filter(SigninCode.asker_hash.is_not_distinct_from(asker)))
    recent = recent.where(SigninCode.target == target, SigninCode.created_at > now - HOUR)
    in_all, by_one = session.execute(recent).one()
    if by_one >= MOST_BY_ONE or in_all >= MOST_IN_ALL:
        raise TooMany(N_("Đã gửi nhiều mã cho số hoặc địa chỉ này. Hãy thử lại sau một giờ."))


def _lately_sent(session: Session, channel: str, target: str, now: datetime) -> Sequence[SigninCode]:
    """Return the codes that are on their way or have just come, and are good for a while yet; the newest
    first.
    """
    query = select(SigninCode).where(
        SigninCode.target == target,
        SigninCode.channel == channel,
        SigninCode.same_as.is_(None),
        SigninCode.used_at.is_(None),
        SigninCode.expires_at > now + LASTS / 5,
    )
    return session.scalars(query.order_by(SigninCode.created_at.desc(), SigninCode.id)).all()


def _use_up(session: Session, row: SigninCode, now: datetime) -> None:
    """Mark a code and those that share its digits as used: digits are good once, whoever asked for them."""
    sent = row.same_as or row.id
    same = or_(SigninCode.id == sent, SigninCode.same_as == sent)
    mine = SigninCode.target == row.target, SigninCode.used_at.is_(None)
    session.execute(update(SigninCode).where(same, *mine).values(used_at=now))


def recognise_citizen(session: Session, token: str, now: datetime) -> Citizen | None:
    """Return the citizen whose browser shows this token; None for nobody's."""
    if not token:
        return None
    row = session.scalar(
        select(CitizenSession).where(
            CitizenSession.token_hash == _hash_token(token), CitizenSession.expires_at > now
        )
    )
    if row is None:
        return None
    if now - row.seen_at >= TOUCH_EVERY:
        row.seen_at, row.expires_at = now, now + SESSION_LASTS
    return Citizen(row.id, row.channel, row.target)


def sign_out_citizen(session: Session, citizen: Citizen, *, everywhere: bool = False) -> None:
    """End this browser's session, or those of every browser that proved the same target."""
    mine = CitizenSession.id == citizen.session_id
    if everywhere:
        mine = (CitizenSession.target == citizen.target) & (CitizenSession.channel == citizen.channel)
    session.execute(delete(CitizenSession).where(mine))


def codes_of_reports(session: Session, citizen: Citizen) -> Sequence[str]:
    """Return the codes of the reports that this person sent or follows, newest first."""
    ids = (
        select(Contact.report_id)
        .where(_contact_is(citizen))
        .union(
            select(Follower.report_id).where(_follower_is(citizen)),
            select(Subscription.report_id).where(_subscriber_is(citizen)),
        )
    )
    query = select(Report.code).where(Report.id.in_(ids))
    return session.scalars(query.order_by(Report.created_at.desc(), Report.id).limit(MOST_REPORTS)).all()


def questions_to(session: Session, citizen: Citizen) -> frozenset[str]:
    """Return the codes of this person's own reports that wait for their answer."""
    own = select(Report.code).join(Contact, Contact.report_id == Report.id).where(_contact_is(citizen))
    return frozenset(session.scalars(own.where(Report.status == Status.WAITING).limit(MOST_REPORTS)))


def secret_for(session: Session, key: bytes, citizen: Citizen, code: str) -> str:
    """Return the secret that opens a report for who sent or follows it. Raises NotFound for everybody
    else's.
    """
    row = session.execute(
        select(Report.id, Report.secret_generation).where(Report.code == code)
    ).one_or_none()
    if row is not None:
        report_id = row.id
        contact = select(Contact.report_id).where(Contact.report_id == report_id, _contact_is(citizen))
        if session.scalar(contact) is not None:
            return report_secret(key, report_id, row.secret_generation)
        follower = select(Follower.id).where(Follower.report_id == report_id, _follower_is(citizen))
        subscribed = select(Subscription.follower_id).where(
            Subscription.report_id == report_id,
            _subscriber_is(citizen),
            Subscription.follower_id.is_not(None),
        )
        found = session.scalar(follower.limit(1)) or session.scalar(subscribed.limit(1))
        if found:
            generation = session.scalar(select(Follower.secret_generation).where(Follower.id == found))
            return follower_secret(key, found, generation or 0)
    raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))


def known_secret(session: Session, key: bytes, citizen: Citizen, code: str) -> str | None:
    """Return the secret of who signed in by a code, None for a report that is not theirs."""
    try:
        return secret_for(session, key, citizen, code)
    except NotFound:
        return None


def code_of(key: bytes, code_id: UUID) -> str:
    """Return the digits of a code that was asked for: derived, so that no table and no queue holds them."""
    number = int.from_bytes(sign(key, "signin-code", code_id.bytes, 8), "big")
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def _is_known(session: Session, channel: str, target: str) -> bool:
    citizen = Citizen(0, channel, target)
    confirmed = select(Subscription.id).where(_confirmed(citizen))
    left = (
        select(Contact.report_id).where(_contact_is(citizen)),
        select(Follower.id).where(_follower_is(citizen)),
        confirmed,
    )
    return any(session.scalar(each.limit(1)) is not None for each in left)


def _contact_is(citizen: Citizen) -> ColumnElement[bool]:
    if citizen.channel == NoticeChannel.EMAIL:
        return (func.lower(Contact.email) == citizen.target) & Contact.erased_at.is_(None)
    return (Contact.phone == citizen.target) & Contact.erased_at.is_(None)


def _follower_is(citizen: Citizen) -> ColumnElement[bool]:
    if citizen.channel == NoticeChannel.EMAIL:
        return func.lower(Follower.email) == citizen.target
    return Follower.phone == citizen.target


def _confirmed(citizen: Citizen) -> ColumnElement[bool]:
    return (
        (Subscription.channel == citizen.channel)
        & (Subscription.recipient == citizen.target)
        & Subscription.confirmed_at.is_not(None)
    )


def _subscriber_is(citizen: Citizen) -> ColumnElement[bool]:
    """Return the condition on subscriptions to a report that this citizen confirmed."""
    return _confirmed(citizen) & Subscription.report_id.is_not(None)


def _hash_code(key: bytes, code_id: UUID, digits: str) -> bytes:
    return sign(key, "signin-code-hash", code_id.bytes + digits.encode())


def _hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
