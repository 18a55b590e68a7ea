"""Reports that managers have made for them on the first day after a period, once each, and a notice of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.notices.channels import Channels
from service.domain.notices.plan import Occasion, claim_new
from service.domain.notices.reach import addresses_of
from service.domain.people.staff import actor_for
from service.domain.queries.manage.period_words import period_name, period_slug
from service.domain.queries.manage.periods import Period, period_containing
from service.domain.queries.manage.selection import read_selection
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.domain.reports.filters import Params
from service.domain.workspaces.downloads.named_rows import LAYOUT, OFFICE, list_filename
from service.domain.workspaces.downloads.orders import DownloadFile, add_download
from service.domain.workspaces.downloads.rows import MAY_TAKE
from service.errors import AppError, Forbidden, invalid
from service.i18n import N_, language_in_use
from service.models import Download, ReportSubscription, ScheduledReport, Staff

PERIODS = ("month", "quarter", "year")
FILES = ("report", "list")
"""Files of a subscription: the periodic report as a document, the list of its reports as a workbook."""

AT = time(7)
"""Time of the city's day at which the files of the period before are made, on the first day of the next."""

NOTICE = "staff_report"
KEPT: Mapping[str, timedelta] = {"report": timedelta(days=366), "list": timedelta(days=7)}
"""A list holds what people wrote, which may have to be erased: it is not kept as long as sums are."""

MOST_PAST = 24


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """Subscription as its owner sees it; `next_at` is when its next files are made."""

    period: str
    files: Sequence[str]
    next_at: datetime


@dataclass(frozen=True, slots=True)
class PastReport:
    """Report that was made; `files` are the downloads that can still be fetched, by kind."""

    period: Period
    at: datetime
    files: Mapping[str, UUID]


def subscribe(
    session: Session,
    reference: Reference,
    actor: Actor,
    period: str,
    files: Sequence[str],
    params: Params,
    *,
    language: str,
    now: datetime,
) -> None:
    """Have the files of each period made from the next one on; one subscription a kind of period, the newest.

    Raises Invalid for an unknown period or no file, and what reading the filters raises.
    """
    if actor.staff_id is None or actor.role not in MAY_TAKE["manage"]:
        raise Forbidden(N_("Chỉ cán bộ điều hành đăng ký được báo cáo."))
    if period not in PERIODS:
        raise invalid(["period"], N_("Hãy chọn một trong: {expected}."), expected=", ".join(PERIODS))
    formats = [each for each in FILES if each in files]
    if not formats:
        raise invalid(["files"], N_("Hãy chọn ít nhất một tệp."))
    read_selection(reference, actor, {**params, "period": period}, now)
    values = {"files": formats, "asked": dict(params), "language": language, "created_at": now}
    row = insert(ReportSubscription).values(staff_id=actor.staff_id, period=period, **values)
    session.execute(row.on_conflict_do_update(index_elements=["staff_id", "period"], set_=values))


def unsubscribe(session: Session, actor: Actor, period: str) -> None:
    """End a person's subscription; what was made stays."""
    mine = (ReportSubscription.staff_id == actor.staff_id, ReportSubscription.period == period)
    session.execute(delete(ReportSubscription).where(*mine))


def subscriptions_of(
    session: Session, reference: Reference, actor: Actor, now: datetime
) -> list[SubscriptionView]:
    """Return a person's subscriptions."""
    query = select(ReportSubscription).where(ReportSubscription.staff_id == actor.staff_id)
    zone = ZoneInfo(reference.timezone)
    rows = sorted(session.scalars(query), key=lambda row: PERIODS.index(row.period))
    return [SubscriptionView(row.period, row.files, _next(row.period, now, zone)) for row in rows]


def past_reports(session: Session, actor: Actor, now: datetime) -> list[PastReport]:
    """Return the newest reports that were made for a person."""
    query = select(ScheduledReport).where(ScheduledReport.staff_id == actor.staff_id)
    rows = session.scalars(query.order_by(ScheduledReport.at.desc()).limit(MOST_PAST)).all()
    ids = {UUID(each) for row in rows for each in row.files.values()}
    alive = set(session.scalars(select(Download.id).where(Download.id.in_(ids), Download.expires_at > now)))
    return [
        PastReport(
            period_containing(row.period, row.first),
            row.at,
            {kind: UUID(each) for kind, each in row.files.items() if UUID(each) in alive},
        )
        for row in rows
    ]


def order_due(session: Session, channels: Channels, reference: Reference, now: datetime) -> int:
    """Order the files of every subscription whose period has ended, and tell its owner; how many reports.

    The row of each period is what two workers at one moment wait for: the second one makes nothing. What was
    missed while nobody worked is made up for until the next files are due.
    """
    zone = ZoneInfo(reference.timezone)
    query = (
        select(ReportSubscription, Staff)
        .join(Staff, Staff.id == ReportSubscription.staff_id)
        .where(Staff.active, Staff.role.in_(MAY_TAKE["manage"]))
    )
    made = 0
    for row, person in session.execute(query).all():
        begun = _begin(row.period, now, zone)
        if row.created_at < begun and _order(session, reference, row, person, begun, now):
            _tell(session, channels, reference, row, person, begun, now)
            made += 1
    return made


def _order(
    session: Session,
    reference: Reference,
    row: ReportSubscription,
    person: Staff,
    begun: datetime,
    now: datetime,
) -> bool:
    """Claim the period and order its files; False where that was done before."""
    period = _ended(row.period, begun)
    facts = {"staff_id": row.staff_id, "period": row.period, "first": period.first, "at": now, "files": {}}
    claim = insert(ScheduledReport).values(facts).on_conflict_do_nothing().returning(ScheduledReport.first)
    if session.scalar(claim) is None:
        return False
    asker = Asker(staff=actor_for(person, reference))
    token = language_in_use.set("en" if row.language == "en" else "vi")
    try:
        files = _files(reference, row, asker, period, now)
    except AppError:  # a department or kind that is gone: the claim stays, or it would be tried for ever
        return False
    finally:
        language_in_use.reset(token)
    ids = {kind: str(add_download(session, file, now=now)) for kind, file in files.items()}
    session.get_one(ScheduledReport, (row.staff_id, row.period, period.first)).files = ids
    return True


def _files(
    reference: Reference, row: ReportSubscription, asker: Asker, period: Period, now: datetime
) -> dict[str, DownloadFile]:
    params = {**row.asked, "period": row.period, "at": period.first.isoformat()}
    if asker.staff is not None:
        read_selection(reference, asker.staff, params, now)
    narrow: dict[str, object] = {**params, "list": "manage", LAYOUT: OFFICE}
    made = {
        "report": DownloadFile(
            "periodic", "docx", params, "vi", report_filename(period), row.staff_id, KEPT["report"]
        ),
        "list": DownloadFile(
            "reports",
            "xlsx",
            narrow,
            row.language,
            list_filename(reference, asker, narrow, now, "xlsx"),
            row.staff_id,
            KEPT["list"],
        ),
    }
    return {kind: file for kind, file in made.items() if kind in row.files}


def report_filename(period: Period) -> str:
    """Return what the periodic report is called, in its own Vietnamese: `bao-cao-thang-11-2026.docx`."""
    token = language_in_use.set("vi")
    try:
        return f"bao-cao-{period_slug(period)}.docx"
    finally:
        language_in_use.reset(token)


def _tell(
    session: Session,
    channels: Channels,
    reference: Reference,
    row: ReportSubscription,
    person: Staff,
    begun: datetime,
    now: datetime,
) -> None:
    period = _ended(row.period, begun)
    token = language_in_use.set("en" if person.language == "en" else "vi")
    try:
        period_words = period_name(period)
    finally:
        language_in_use.reset(token)
    occasion = f"report:{row.staff_id}:{row.period}:{period.first.isoformat()}"
    people = addresses_of(session, channels, [person], now)
    about = Occasion(occasion, NOTICE, now, {"who": period_words})
    claim_new(session, about, people, channels, now, reference.timezone)


def _begin(kind: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return when files were due last; before `AT` of a first day, a period earlier."""
    present = period_containing(kind, now.astimezone(zone).date())
    begun = _made_at(present, zone)
    return begun if begun <= now else _made_at(present.before(), zone)


def _next(kind: str, now: datetime, zone: ZoneInfo) -> datetime:
    return _made_at(period_containing(kind, _begin(kind, now, zone).date()).after(), zone)


def _made_at(period: Period, zone: ZoneInfo) -> datetime:
    """Return when the files of the period before this one are made."""
    return datetime.combine(period.first, AT, zone)


def _ended(kind: str, begun: datetime) -> Period:
    return period_containing(kind, begun.date()).before()
