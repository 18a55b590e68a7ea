"""Messages to groups about no single case: what is open each morning, and who was made known there."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.talks.groups.group_words import WORKED_ON, deadline_text, place_text, without_mentions
from service.i18n import N_, pick, translate
from service.models import CompanyGroup, GroupPost, Report, Staff

FROM, UNTIL = time(7, 30), time(11, 30)
"""When the summary is queued: a city whose workers stood still until noon is told the next morning."""

MOST_LINES = 12
MORNING, KNOWN = "morning", "known"

HEAD = N_("{company}, sáng {day}: {open} hồ sơ đang mở, {late} quá hạn.")
LATE_LINE = N_("- Quá hạn {due}: {code}, {category}, {place}")
LINE = N_("- Hạn {due}: {code}, {category}, {place}")
REST = N_("… và {n} hồ sơ khác.")
ALL_AT = N_("Xem tất cả: {link}")
NOTHING_OPEN = N_("{company}, sáng {day}: không còn hồ sơ nào đang mở.")
NOW_KNOWN = N_("Đã xác nhận {name} trong nhóm này. Xong việc, hãy trích dẫn tin của hồ sơ và viết “xong”.")


def note_mornings(session: Session, reference: Reference, now: datetime) -> int:
    """Queue the morning's summary of each group whose company has open cases; how many were queued."""
    local = now.astimezone(ZoneInfo(reference.timezone))
    if not FROM <= local.time() < UNTIL:
        return 0
    topic = f"{MORNING}:{local.date().isoformat()}"
    query = select(GroupPost.id).where(GroupPost.group_id == CompanyGroup.id, GroupPost.topic == topic)
    theirs = or_(
        Report.lead_id == CompanyGroup.department_id, Report.executor_id == CompanyGroup.department_id
    )
    open_ = select(Report.id).where(theirs, Report.status.in_(WORKED_ON))
    wanted = select(CompanyGroup.id).where(
        CompanyGroup.department_id.is_not(None), ~query.exists(), open_.exists()
    )
    return sum(queue_topic(session, group_id, topic, now) for group_id in session.scalars(wanted).all())


def queue_topic(session: Session, group_id: int, topic: str, now: datetime) -> bool:
    """Queue a message about a topic once; return whether it was not there."""
    post = insert(GroupPost).values(group_id=group_id, topic=topic, not_before=now, created_at=now)
    return session.scalar(post.on_conflict_do_nothing().returning(GroupPost.id)) is not None


def topic_text(
    session: Session,
    reference: Reference,
    topic: str,
    department_id: int | None,
    public_url: str,
    now: datetime,
) -> str:
    """Return the words of a topic as things are now."""
    kind, _, rest = topic.partition(":")
    if kind == MORNING:
        return _morning(session, reference, department_id or 0, public_url, now)
    account = session.get(Staff, int(rest.partition(":")[0]))
    return translate(NOW_KNOWN, "vi", name=without_mentions(account.name) if account else "")


def _morning(
    session: Session, reference: Reference, department_id: int, public_url: str, now: datetime
) -> str:
    theirs = and_(
        or_(Report.lead_id == department_id, Report.executor_id == department_id),
        Report.status.in_(WORKED_ON),
    )
    late = func.count().filter(Report.due_at < now)
    count, overdue = session.execute(select(func.count(), late).where(theirs)).one()
    company = reference.departments.get(department_id)
    data = {
        "company": pick(company.name) if company else "",
        "day": now.astimezone(ZoneInfo(reference.timezone)).strftime("%d/%m"),
    }
    if not count:
        return translate(NOTHING_OPEN, "vi", **data)
    shown = select(Report).where(theirs).order_by(Report.due_at.asc().nulls_last(), Report.id)
    lines = [translate(HEAD, "vi", open=count, late=overdue, **data)]
    for report in session.scalars(shown.limit(MOST_LINES)).all():
        is_late = report.due_at is not None and report.due_at < now
        lines.append(
            translate(
                LATE_LINE if is_late else LINE,
                "vi",
                due=deadline_text(reference, report.due_at),
                code=report.code,
                category=pick(reference.categories[report.category_id].name),
                place=place_text(reference, report)[:80],
            )
        )
    if count > MOST_LINES:
        lines.append(translate(REST, "vi", n=count - MOST_LINES))
    lines.append(translate(ALL_AT, "vi", link=f"{public_url.rstrip('/')}/queue"))
    return "\n".join(lines)
