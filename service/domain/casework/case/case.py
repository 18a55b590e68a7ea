"""Body of a transition and the locked case: the input of every verb of casework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from service.domain.city.reference import CategoryView, Reference
from service.domain.kernel.texts import tidy
from service.domain.kernel.times import utc_text
from service.domain.reports.drafts import StrictBody
from service.domain.reports.edges import STEP_TYPES
from service.domain.reports.events import Actor
from service.domain.reports.lifecycle import StatusChange, allowed, move
from service.domain.rules.rulebook import RulebookCache
from service.errors import Conflict
from service.i18n import N_
from service.models import Event, EventData, EventType, Report, Status
from service.models.reports.report import ReportChanges

MOST_SUPPORTS, MOST_EVIDENCE = 20, 24
MOST_CHANGES = 20

MAKES_A_VERSION = STEP_TYPES | {
    EventType.ENTRUSTED,
    EventType.EXTENDED,
    EventType.EXTENSION_DECLINED,
    EventType.HIDDEN,
    EventType.PARTS_CHANGED,
    EventType.RECATEGORISED,
    EventType.RECOUNTED,
    EventType.RELOCATED,
    EventType.SHOWN,
    EventType.SPLIT,
}
"""Events that come with a new version of the report; a test looks that none is missing."""

Code = Annotated[str, Field(min_length=1, max_length=100)]
Words = Annotated[str, Field(max_length=2000)]


class Transition(StrictBody):
    """A change of status. `version` is the one the person saw; what a step does not need is left out.

    `supports` and `executor` that are left out stay as they are; an empty list or null takes them away.
    `policy` and `category` are the coordinator's to correct when assigning. `privacy` says that a report is
    rejected because it shows somebody's personal data: it is hidden by that. Left out, the reason decides.
    """

    to: Status
    reason: Words = ""
    lead: Code | None = None
    supports: Annotated[list[Code], Field(max_length=MOST_SUPPORTS)] | None = None
    executor: Code | None = None
    duplicate_of: Code | None = None
    evidence: Annotated[list[UUID], Field(max_length=MOST_EVIDENCE)] = Field(default_factory=list)
    note: Words = ""
    public_reply: Words = ""
    policy: Code | None = None
    category: Code | None = None
    privacy: bool | None = None
    version: Annotated[int, Field(ge=1, strict=True)]


@dataclass(frozen=True, slots=True)
class Case:
    """A report whose row is locked, who works on it, and what they want. The verbs read nothing else."""

    session: Session
    reference: Reference
    books: RulebookCache
    report: Report
    actor: Actor
    request: Transition
    now: datetime

    @property
    def category(self) -> CategoryView:
        """Return the report's category."""
        return self.reference.categories[self.report.category_id]

    @property
    def reason(self) -> str:
        """The reason, tidied."""
        return tidy(self.request.reason)

    def walk(
        self,
        changes: ReportChanges | None = None,
        data: EventData | None = None,
        *,
        private: Mapping[str, object] | None = None,
        evidence_required: bool = True,
    ) -> Event:
        """Take the step with these further changes of columns; tell `data` in the public event, `private` to
        colleagues.
        """
        request = StatusChange(
            self.request.to,
            self.actor,
            self.now,
            reason=self.reason,
            evidence=tuple(dict.fromkeys(self.request.evidence)),
            evidence_required=evidence_required,
            changes={**first_view_columns(self.report, self.now), **(changes or {})},
            data=data or {},
            private=private,
        )
        return move(self.session, self.report, request)


def stale_version(report: Report, seen: int) -> Conflict:
    """Return the refusal of a change to the version `seen`, which is no longer the newest: it tells the
    newest one and what happened since, oldest first.
    """
    return Conflict(
        N_("Có người vừa cập nhật phản ánh này (phiên bản {version}). Hãy xem bản mới rồi quyết định."),
        extra={
            "version": report.version,
            "status_now": report.status,
            "allowed": allowed(report),
            "changed": _changed(report, report.version - seen),
        },
        version=report.version,
    )


def _changed(report: Report, steps: int) -> list[dict[str, object]]:
    """Return the last so many events that made a new version; of what is not public its kind alone."""
    session = object_session(report)
    if session is None or steps <= 0:
        return []
    query = select(Event.type, Event.at, Event.status, Event.data, Event.public)
    made = query.where(Event.report_id == report.id, Event.type.in_(MAKES_A_VERSION))
    rows = session.execute(made.order_by(Event.id.desc()).limit(min(steps, MOST_CHANGES))).all()
    return [
        {
            "type": row.type,
            "at": utc_text(row.at),
            "status": row.status,
            "data": dict(row.data) if row.public else {},
        }
        for row in reversed(rows)
    ]


def first_view_columns(report: Report, now: datetime) -> ReportChanges:
    """Return columns that routing would have filled, for a report that a person was quicker with."""
    if report.routed_at is not None:
        return {}
    words = func.report_search(report.code, report.description, report.address)
    return {"routed_at": now, "search": words}
