"""Messages to companies, one an assignment: the case, and nothing of who reported it; topics: `topics.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.sql import changed_rows
from service.domain.reports.photos import photo_links, public_photos
from service.domain.talks.groups.group_words import WORKED_ON, deadline_text, place_text, safe_for_group
from service.domain.talks.groups.topics import topic_text
from service.i18n import N_, pick, translate
from service.models import CompanyGroup, Event, EventType, GroupPost, Report
from service.models.talks.talk import TalkMessageState

LEASE = timedelta(minutes=2)
PAUSE = timedelta(seconds=10)
MOST_ATTEMPTS = 6
MOST_NEW, LONGEST_SAID = 200, 300

POST = N_("{code}: {category}\n{place}\nHạn: {due}\n{said}\nTrích dẫn tin này để ghi chú vào hồ sơ. {link}")


@dataclass(frozen=True, slots=True)
class PendingPost:
    """Message that was claimed: where to, its words, a photo that everybody may see."""

    id: int
    chat: str
    text: str
    photo: str


def note_assignments(session: Session, now: datetime) -> int:
    """Queue a message for each case that a group's company got since the group was linked; how many."""
    groups = session.scalars(select(CompanyGroup).where(CompanyGroup.department_id.is_not(None))).all()
    new = 0
    for group in groups:
        theirs = or_(Report.lead_id == group.department_id, Report.executor_id == group.department_id)
        last = (
            select(Event.id)
            .where(
                Event.report_id == Report.id,
                Event.type.in_((EventType.ASSIGNED, EventType.HANDED_ON)),
                Event.at > group.linked_at,
            )
            .order_by(Event.at.desc(), Event.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = select(GroupPost.id).where(GroupPost.group_id == group.id, GroupPost.event_id == last)
        wanted = select(Report.id, last.label("event_id")).where(
            theirs, Report.status.in_(WORKED_ON), last.is_not(None), ~query.exists()
        )
        for row in session.execute(wanted.limit(MOST_NEW)).all():
            values = {"group_id": group.id, "event_id": row.event_id, "report_id": row.id}
            post = insert(GroupPost).values(**values, not_before=now, created_at=now)
            made = session.scalar(post.on_conflict_do_nothing().returning(GroupPost.id))
            new += made is not None
    return new


def claim_posts(
    session: Session, reference: Reference, public_url: str, now: datetime, most: int
) -> list[PendingPost]:
    """Take what is due; a message that a dead worker had claimed may have gone, and is not sent twice."""
    lost = update(GroupPost).where(GroupPost.state == TalkMessageState.CLAIMED, GroupPost.not_before <= now)
    changed_rows(session.execute(lost.values(state=TalkMessageState.UNKNOWN, error="worker lost")))
    due = (
        select(GroupPost, CompanyGroup, Report)
        .join(CompanyGroup, CompanyGroup.id == GroupPost.group_id)
        .outerjoin(Report, Report.id == GroupPost.report_id)
        .where(GroupPost.state == TalkMessageState.WAITING, GroupPost.not_before <= now)
        .order_by(GroupPost.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=GroupPost)
    )
    found = []
    for post, group, report in session.execute(due).all():
        post.state, post.not_before, post.attempts = TalkMessageState.CLAIMED, now + LEASE, post.attempts + 1
        if report is None:
            text = topic_text(session, reference, post.topic or "", group.department_id, public_url, now)
            found.append(PendingPost(post.id, group.chat, text, ""))
            continue
        shown = public_photos(session, [report.id]).get(report.id, [])
        photo = photo_links(shown[0], public_url)["url"] if shown else ""
        found.append(PendingPost(post.id, group.chat, post_text(reference, report, public_url), photo))
    session.flush()
    return found


def post_text(reference: Reference, report: Report, public_url: str) -> str:
    """Return what the group is told: masked, short, and without anything that calls somebody."""
    mask = reference.masking_of(report.category_id)
    words = safe_for_group(mask.text(report.description))
    return translate(
        POST,
        "vi",
        code=report.code,
        category=pick(reference.categories[report.category_id].name),
        place=place_text(reference, report),
        due=deadline_text(reference, report.due_at),
        said=words[:LONGEST_SAID] + ("…" if len(words) > LONGEST_SAID else ""),
        link=f"{public_url.rstrip('/')}/case/{report.code}",
    )


def mark_posted(session: Session, post_id: int, external_id: str) -> None:
    """Mark a message to a group as sent."""
    _close(
        session,
        post_id,
        state=TalkMessageState.SENT,
        external_id=external_id or None,
        error="",
        not_before=None,
    )


def mark_unposted(session: Session, post_id: int, why: str, now: datetime, *, for_good: bool) -> None:
    """Mark a message to a group as not sent: to be tried again, or given up; why is shown at the channels."""
    post = session.get(GroupPost, post_id, with_for_update=True)
    if post is None or post.state != TalkMessageState.CLAIMED:
        return
    over = for_good or post.attempts >= MOST_ATTEMPTS
    pause = PAUSE * 2**post.attempts
    post.error, post.state = why[:500], TalkMessageState.GIVEN_UP if over else TalkMessageState.WAITING
    post.not_before = None if over else now + pause
    group = session.get(CompanyGroup, post.group_id)
    if group is not None:
        group.problem = why[:500]


def read_groups(session: Session) -> Sequence[tuple[CompanyGroup, int]]:
    """Return the groups with the number of cases they were told of, the linked ones first."""
    query = (
        select(func.count())
        .select_from(GroupPost)
        .where(
            GroupPost.group_id == CompanyGroup.id,
            GroupPost.state == TalkMessageState.SENT,
            GroupPost.report_id.is_not(None),
        )
        .scalar_subquery()
    )
    rows = select(CompanyGroup, query).order_by(CompanyGroup.department_id.is_(None), CompanyGroup.id)
    return [(group, count or 0) for group, count in session.execute(rows.limit(100)).all()]


def _close(session: Session, post_id: int, **values: object) -> None:
    statement = update(GroupPost).where(GroupPost.id == post_id, GroupPost.state == TalkMessageState.CLAIMED)
    session.execute(statement.values(**values))
