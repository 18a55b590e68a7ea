"""Being told of one report by push or e-mail, from its own page: asked for, changed, ended there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.city.reference import Reference
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.notices import confirmation
from service.domain.notices.channels import Address, Channels, contact_addresses, masked_address
from service.domain.notices.confirmation import Mailbox, Pace
from service.domain.notices.kinds import AT_ONCE, NEVER
from service.domain.notices.preferences import resume_notices, store_choice, stored_choices
from service.domain.people.devices import Browser, keep_device
from service.domain.reports.access import Access, Asker, find_report, lock_report
from service.errors import Conflict, NotFound, Unauthenticated
from service.i18n import N_
from service.models import ENDED_ELSEWHERE, Contact, Message, NoticeChannel, Subscription
from service.models.reports.event import ActorKind


@dataclass(frozen=True, slots=True)
class Watch:
    """Way in which somebody is told of a report. `id` is empty for the contact they left with it."""

    id: UUID | None
    channel: str
    shown: str
    pace: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class SubscriptionResult:
    """Result of a subscription: whether the address is `asked` first, and the follower this has made."""

    asked: bool
    follower_id: UUID | None


def watch_report(
    session: Session,
    reference: Reference,
    asker: Asker,
    name: str,
    to: Mailbox | Browser,
    *,
    language: str,
    now: datetime,
    proven: str | None = None,
    typed_by: str = "",
) -> SubscriptionResult:
    """Tell this address or browser of the report; who is neither its reporter nor a follower follows by it.

    `proven` is the address that signed in here: only that one need not be asked, since anybody can type any
    other, also that of somebody who wants to hear no more. Raises NotFound, Unauthenticated, Conflict where
    nothing will happen any more, Invalid, TooMany.
    """
    found = find_report(session, asker, name, now=now)
    made: UUID | None = None
    if found.actor.kind not in (ActorKind.REPORTER, ActorKind.FOLLOWER):
        made, _ = add_follower(session, reference, asker, name, Follow(), language=language, now=now)
        asker = Asker(secret=follower_secret(asker.key, made), key=asker.key)
    access = _member(session, asker, name, now)
    if isinstance(to, Mailbox):
        return SubscriptionResult(_by_email(session, access, to, language, now, proven, typed_by), made)
    device = keep_device(session, to, language=language, now=now)
    subscription = _keep(
        session, access, (NoticeChannel.PUSH, str(device)), language, now, confirmed=True, device=device
    )
    confirmation.confirm(session, subscription.id, now)
    return SubscriptionResult(False, made)


def _by_email(
    session: Session,
    access: Access,
    to: Mailbox,
    language: str,
    now: datetime,
    proven: str | None,
    typed_by: str,
) -> bool:
    address = confirmation.tidy_email(to.email)
    if address == proven:
        subscription = _keep(session, access, (NoticeChannel.EMAIL, address), language, now, confirmed=True)
        confirmation.confirm(session, subscription.id, now)
        return False
    return ask_address(session, access, (NoticeChannel.EMAIL, address), language, now, asker=typed_by)


def ask_address(
    session: Session, access: Access, address: Address, language: str, now: datetime, *, asker: str = ""
) -> bool:
    """Ask the address whether it wants to be told; return False where this person's has said so already.

    Whether somebody else subscribed the same address already makes no difference that they could see.
    Raises TooMany when it was asked too often today.
    """
    subscription = _keep(session, access, address, language, now, confirmed=False)
    chosen = stored_choices(session, [address[1]], access.report.id).get(address)
    confirmed = subscription.confirmed_at is not None and NEVER not in (subscription.pace, chosen)
    if _is_own(access, subscription) and confirmed:
        return False
    whose, reporter = access.follower.id if access.follower else None, access.actor.kind == ActorKind.REPORTER
    confirmation.ask_to_confirm(
        session, subscription, {}, now, follower_id=whose, reporter=reporter, asker=asker
    )
    return True


def watches(session: Session, channels: Channels, asker: Asker, name: str, now: datetime) -> list[Watch]:
    """Return how this reporter or follower is told of the report; empty for everyone else."""
    access = find_report(session, asker, name, now=now)
    if access.actor.kind not in (ActorKind.REPORTER, ActorKind.FOLLOWER):
        return []
    rows = session.scalars(_own(access).order_by(Subscription.created_at, Subscription.id)).all()
    contacts = _left(session, channels, access)
    choices = stored_choices(
        session, {*(row.recipient for row in rows), *(each[1] for each in contacts)}, access.report.id
    )
    found = [
        Watch(
            None,
            channel,
            masked_address(channels, channel, address),
            choices.get((channel, address), AT_ONCE),
            confirmed=True,
        )
        for channel, address in contacts
    ]
    for row in rows:
        if (row.channel, row.recipient) not in contacts and row.pace != NEVER:
            pace = choices.get((row.channel, row.recipient), row.pace)
            shown = masked_address(channels, row.channel, row.recipient)
            found.append(Watch(row.id, row.channel, shown, pace, row.confirmed_at is not None))
    known = {*contacts, *((row.channel, row.recipient) for row in rows)}
    return found + [
        Watch(
            each.id,
            each.channel,
            masked_address(channels, each.channel, each.recipient),
            AT_ONCE,
            confirmed=False,
        )
        for each in _pending_questions(session, access, now)
        if (each.channel, each.recipient) not in known
    ]


def change_pace(
    session: Session, channels: Channels, asker: Asker, name: str, which: str, change: Pace, now: datetime
) -> None:
    """Set how often a person is told by one way: that of the id `which`, or the contact left with the report,
    named by its channel. `never` ends it. Raises NotFound, Unauthenticated.
    """
    access = _member(session, asker, name, now, ended_too=True)
    for channel, address in _left(session, channels, access):
        if which == channel:
            store_choice(session, (channel, address), change.pace, now=now, report_id=access.report.id)
            return
    row = next((each for each in session.scalars(_own(access)) if str(each.id) == which), None)
    questions = _pending_questions(session, access, now)
    if question := next((each for each in questions if str(each.id) == which), None):
        if change.pace == NEVER:
            session.delete(question)
        session.flush()
        return
    if row is None:
        raise NotFound(N_("Không có cách nhận tin này."))
    resume_notices(session, (row.channel, row.recipient), access.report.id)
    if change.pace == NEVER:
        session.delete(row)
    else:
        row.pace = change.pace
    session.flush()


def _member(session: Session, asker: Asker, name: str, now: datetime, *, ended_too: bool = False) -> Access:
    access = lock_report(session, asker, name, now=now)
    if access.actor.kind not in (ActorKind.REPORTER, ActorKind.FOLLOWER):
        raise Unauthenticated(N_("Cần mã bí mật của phản ánh hoặc của người quan tâm."))
    if access.report.status in ENDED_ELSEWHERE and not ended_too:
        raise Conflict(N_("Phản ánh này đã kết thúc, không còn tin để báo."))
    return access


def _own(access: Access) -> Select[Subscription]:
    query = select(Subscription).where(Subscription.report_id == access.report.id)
    if access.follower is not None:
        return query.where(Subscription.follower_id == access.follower.id)
    own = Subscription.reporter.is_(access.actor.kind == ActorKind.REPORTER)
    return query.where(own, Subscription.follower_id.is_(None))


def _is_own(access: Access, subscription: Subscription) -> bool:
    if access.follower is not None:
        return subscription.follower_id == access.follower.id
    return subscription.follower_id is None and subscription.reporter == (
        access.actor.kind == ActorKind.REPORTER
    )


def _pending_questions(session: Session, access: Access, now: datetime) -> list[Message]:
    """Return this person's questions to addresses, the newest of each address: one of another person's
    subscriptions looks like one of their own.
    """
    query = select(Message).where(
        Message.report_id == access.report.id,
        Message.notice == "confirm",
        Message.created_at > now - confirmation.ASKED_FOR,
    )
    if access.follower is not None:
        query = query.where(Message.follower_id == access.follower.id)
    else:
        query = query.where(Message.follower_id.is_(None), Message.data["reporter"].as_boolean().is_(True))
    rows = session.scalars(query.order_by(Message.created_at, Message.id))
    return list({(row.channel, row.recipient): row for row in rows}.values())


def _left(session: Session, channels: Channels, access: Access) -> list[Address]:
    """Return the addresses that were left with the report, or with the following."""
    if access.follower is not None:
        return list(contact_addresses(channels, access.follower))
    if access.actor.kind == ActorKind.REPORTER and (contact := session.get(Contact, access.report.id)):
        return list(contact_addresses(channels, contact))
    return []


def _keep(
    session: Session,
    access: Access,
    address: Address,
    language: str,
    now: datetime,
    *,
    confirmed: bool,
    device: UUID | None = None,
) -> Subscription:
    """Return the subscription, added where there is none: one for a report and an address, however often it
    is asked for.
    """
    row = insert(Subscription).values(
        channel=address[0],
        recipient=address[1],
        device_id=device,
        report_id=access.report.id,
        follower_id=access.follower.id if access.follower else None,
        reporter=access.actor.kind == ActorKind.REPORTER,
        language=language,
        confirmed_at=now if confirmed else None,
        created_at=now,
    )
    stored = row.on_conflict_do_update(
        index_elements=[Subscription.report_id, Subscription.channel, Subscription.recipient],
        index_where=Subscription.report_id.is_not(None),
        set_={"channel": row.excluded.channel},  # nothing: so that the row that was there comes back
    )
    found = session.scalars(stored.returning(Subscription.id)).one()
    return session.get_one(Subscription, found, populate_existing=True)
