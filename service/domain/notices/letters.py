"""Facts of messages at the moment they are sent, frozen; the words are made of them elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.kernel.masking import Masking
from service.domain.kernel.sql import AnyRow, AnySelect
from service.domain.kernel.texts import defuse_links
from service.domain.notices.digests.morning import MorningGroup, read_morning
from service.domain.notices.pictures import LetterPicture, pictures_for, read_pictures
from service.domain.people.staff import actor_for
from service.domain.reports.access import handed_to
from service.models import (
    OPEN,
    Comment,
    Event,
    Follower,
    Message,
    NoticeAudience,
    NoticeChannel,
    PushDevice,
    Report,
    Staff,
)

MOST_IN_DIGEST = 100
STAFF_DIGEST = "staff_digest"
CITIZENS = frozenset({"reporter", "follower", "integrator"})
"""Actors whose words are not the city's."""
CITIZENS_KINDS = frozenset({"remark", "answer"})
"""Kinds of comments that citizens write."""


@dataclass(frozen=True, slots=True)
class LetterReport:
    """The report of a message, as it is now."""

    id: UUID
    code: str
    category_id: int
    ward_id: int | None
    lead_id: int | None
    address: str
    description: str
    status: str
    due_at: datetime | None
    published: bool
    paused_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """Push address of a browser, and the keys that seal what it reads."""

    id: UUID
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Message to be sent, its words as its reader may see them; `items` are those a digest sums up,
    `morning` what waits for a colleague when it is sent.

    `quote` is what somebody wrote, masked by the city's rule: words of staff for everybody, a citizen's for
    staff alone and without live links. It is empty where the reader has to open the report's page.
    `generation` is that of the secret in its link; `name` and `role` those of the account it goes to.
    """

    id: UUID
    channel: str
    recipient: str
    audience: NoticeAudience
    notice: str
    language: str
    at: datetime
    fresh_until: datetime
    data: Mapping[str, Any]
    about: LetterReport | None = None
    follower_id: UUID | None = None
    subscription_id: UUID | None = None
    device: Device | None = None
    quote: str = ""
    name: str = ""
    role: str = ""
    generation: int = 0
    items: Sequence[Letter] = field(default=())
    morning: Sequence[MorningGroup] = ()
    pictures: Sequence[LetterPicture] = ()

    @property
    def unwanted(self) -> str:
        """Return why the message must not be sent any more; empty when it may."""
        if self.channel == NoticeChannel.PUSH and self.device is None:
            return "the browser is gone"
        if self.notice == STAFF_DIGEST and not (self.items or self.morning):
            return "nothing waits"
        hidden = self.about is not None and not self.about.published
        if hidden and self.audience in (NoticeAudience.FOLLOWER, NoticeAudience.ALERT):
            return "the report is not public any more"
        return ""


def read_letters(session: Session, reference: Reference, ids: Sequence[UUID], now: datetime) -> list[Letter]:
    """Return the messages with these ids, in their order, with all that composing them needs; few queries."""
    rows = {row.id: row for row in session.scalars(select(Message).where(Message.id.in_(ids)))}
    digests = [row.id for row in rows.values() if row.notice in ("digest", STAFF_DIGEST)]
    collected = _collected(session, digests)
    facts = _Facts(
        session, reference, [*rows.values(), *(each for group in collected.values() for each in group)]
    )
    letters = [
        facts.letter(rows[each], [facts.letter(item) for item in collected.get(each, ())])
        for each in ids
        if each in rows
    ]
    return [_as_it_stands(session, reference, each, rows[each.id], now) for each in letters]


def _as_it_stands(
    session: Session, reference: Reference, letter: Letter, row: Message, now: datetime
) -> Letter:
    """Return a colleague's digest without what is settled or not theirs to read any more, with what waits."""
    account = session.get(Staff, row.staff_id) if row.notice == STAFF_DIGEST and row.staff_id else None
    if account is None:
        return letter
    reports = [item.about.id for item in letter.items if item.about]
    own = handed_to(actor_for(account, reference))
    unsettled = select(Report.id).where(Report.id.in_(reports), Report.status.in_(sorted(OPEN)), own)
    waiting = frozenset(session.scalars(unsettled.where(_still_asked(letter.items)))) if reports else ()
    items = [item for item in letter.items if item.about and item.about.id in waiting]
    calendar = load_calendar(session, reference)
    return replace(letter, items=items, morning=read_morning(session, reference, calendar, account, now))


def _still_asked(items: Sequence[Letter]) -> ColumnElement[bool]:
    """Return the condition that drops what waited for a coordinator and does no longer."""
    report_ids = [item.about.id for item in items if item.about and item.notice == "staff_triage"]
    others = [item.about.id for item in items if item.about and item.notice != "staff_triage"]
    return or_(Report.id.in_(others), and_(Report.id.in_(report_ids), Report.desk_since.is_not(None)))


def _collected(session: Session, digests: Sequence[UUID]) -> dict[UUID, list[Message]]:
    found: dict[UUID, list[Message]] = {}
    if not digests:
        return found
    inside = select(Message).where(Message.digest_id.in_(digests)).order_by(Message.created_at, Message.id)
    for row in session.scalars(inside):
        group = found.setdefault(row.digest_id, [])  # type: ignore[arg-type]
        if len(group) < MOST_IN_DIGEST:
            group.append(row)
    return found


class _Facts:
    """Everything that a set of messages refers to, read at once."""

    def __init__(self, session: Session, reference: Reference, rows: Sequence[Message]) -> None:
        self.reference = reference
        self.reports = {row.id: row for row in session.execute(_reports(rows))}
        devices = [row.device_id for row in rows if row.device_id]
        self.devices = {
            row.id: Device(row.id, row.endpoint, row.p256dh, row.auth)
            for row in session.scalars(select(PushDevice).where(PushDevice.id.in_(devices)))
        }
        comments = [UUID(row.data["comment"]) for row in rows if row.data.get("comment")]
        comment_query = select(Comment.id, Comment.text, Comment.kind).where(Comment.id.in_(comments))
        self.comments: dict[UUID, tuple[str, bool]] = {
            row.id: (row.text, row.kind in CITIZENS_KINDS) for row in session.execute(comment_query)
        }
        staff = [row.staff_id for row in rows if row.staff_id]
        accounts = select(Staff.id, Staff.name, Staff.role).where(Staff.id.in_(staff))
        self.people: dict[int | None, tuple[str, str]] = {
            row.id: (row.name, row.role) for row in session.execute(accounts)
        }
        events = [row.event_id for row in rows if row.event_id]
        query = select(Event.id, Event.at, Event.actor).where(Event.id.in_(events))
        self.events: dict[int, tuple[datetime, bool]] = {
            row.id: (row.at, row.actor in CITIZENS) for row in session.execute(query)
        }

        self.generations = _generations(session, {each for row in rows if (each := _whose(row))})
        self.pictures = read_pictures(session, rows)

    def letter(self, row: Message, items: Sequence[Letter] = ()) -> Letter:
        report = self.reports.get(row.report_id)
        masking = self.reference.masking
        mask = self.reference.masking_of(report.category_id) if report else masking.general
        name, role = self.people.get(row.staff_id, ("", ""))
        return Letter(
            id=row.id,
            channel=row.channel,
            recipient=row.recipient,
            audience=row.audience,
            notice=row.notice,
            language=row.language,
            at=self.events[row.event_id][0] if row.event_id in self.events else row.created_at,
            fresh_until=row.fresh_until,
            data=row.data,
            about=_about(report, mask) if report else None,
            follower_id=row.follower_id,
            subscription_id=row.subscription_id,
            device=self.devices.get(row.device_id) if row.device_id else None,
            quote=self._quote(row, mask),
            name=name,
            role=role,
            generation=self.generations.get(_whose(row), 0),
            items=tuple(items),
            pictures=pictures_for(row, self.pictures, public=bool(report and report.published)),
        )

    def _quote(self, row: Message, mask: Masking) -> str:
        comment = row.data.get("comment")
        if comment:
            words, by_citizen = self.comments.get(UUID(comment), ("", True))
        else:
            words = str(row.data.get("reason") or "")
            by_citizen = self.events[row.event_id][1] if row.event_id in self.events else True
        if by_citizen and row.audience != NoticeAudience.STAFF:
            return ""
        shown = mask.text(words)
        return defuse_links(shown) if by_citizen else shown


def _whose(row: Message) -> UUID | None:
    """Return the report or the follower whose secret stands in the message's link."""
    own = row.data.get("own")
    return UUID(own) if own else row.follower_id


def _generations(session: Session, ids: Collection[UUID]) -> dict[UUID | None, int]:
    found: dict[UUID | None, int] = {}
    for table in (Report, Follower):
        query = select(table.id, table.secret_generation).where(table.id.in_(ids))
        found |= {row.id: row.secret_generation for row in session.execute(query)}
    return found


def _about(report: AnyRow, mask: Masking) -> LetterReport:
    """Return the report as messages tell of it: masked, without live links in what its reporter wrote."""
    about = LetterReport(*report)
    return replace(
        about,
        address=defuse_links(mask.text(about.address)),
        description=defuse_links(mask.text(about.description)),
    )


def _reports(rows: Sequence[Message]) -> AnySelect:
    columns = (
        Report.id,
        Report.code,
        Report.category_id,
        Report.ward_id,
        Report.lead_id,
        Report.address,
        Report.description,
        Report.status,
        Report.due_at,
        Report.published,
        Report.paused_at,
        Report.closed_at,
    )
    return select(*columns).where(Report.id.in_({row.report_id for row in rows if row.report_id}))
