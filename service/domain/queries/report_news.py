"""News of several reports at once: which wait for their reporter's answer, which went on since one looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.reports.edges import STEP_TYPES
from service.models import Event, EventType, Report, Status

_NEWS = (
    EventType.RECEIVED,
    *STEP_TYPES,
    EventType.EXTENDED,
    EventType.RECATEGORISED,
    EventType.RELOCATED,
    EventType.FOLLOW_UP_ASKED,
    EventType.COMMENT_ADDED,
)


@dataclass(frozen=True, slots=True)
class RememberedReport:
    """A report as a browser remembers it: `own` was proven by the reporter's secret, `seen` is the newest
    event that was on the screen, 0 before any.
    """

    code: str
    own: bool
    seen: int


@dataclass(frozen=True, slots=True)
class ReportNews:
    """News of kept reports: codes of those that ask their reporter something, and of others that went on."""

    questions: frozenset[str] = frozenset()
    updated: frozenset[str] = frozenset()

    @property
    def count(self) -> int:
        """Return how many reports are worth opening."""
        return len(self.questions | self.updated)


def read_report_news(session: Session, remembered: Sequence[RememberedReport]) -> ReportNews:
    """Return what is new of the kept reports. What is not public is told of one's own reports alone."""
    if not remembered:
        return ReportNews()
    known = {each.code: each for each in remembered}
    latest = latest_news(session, list(known))
    questions, updated = set[str](), set[str]()
    for code, (status, published, newest) in latest.items():
        report = known[code]
        if not (published or report.own):
            continue
        if report.own and status == Status.WAITING:
            questions.add(code)
        elif report.seen and newest > report.seen:
            updated.add(code)
    return ReportNews(frozenset(questions), frozenset(updated))


def latest_news(session: Session, codes: Sequence[str]) -> Mapping[str, tuple[Status, bool, int]]:
    """Return of each report by its code: status, whether it is public, and the id of its newest step."""
    newest = (
        select(func.max(Event.id))
        .where(Event.report_id == Report.id, Event.public, Event.type.in_(sorted(_NEWS)))
        .correlate(Report)
        .scalar_subquery()
    )
    columns = (Report.code, Report.status, Report.published, func.coalesce(newest, 0).label("newest"))
    rows = session.execute(select(*columns).where(Report.code.in_(codes)))
    return {row.code: (row.status, row.published, row.newest) for row in rows}
