"""One person's wish for one case: the body of a transition, and what the verbs work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import func
from sqlalchemy.orm import Session

from service.domain.drafts import Strict
from service.domain.events import Actor
from service.domain.lifecycle import Move, allowed, move
from service.domain.reference import CategoryView, Reference
from service.domain.rulebook import RulebookCache
from service.domain.texts import tidy
from service.errors import Conflict
from service.i18n import N_
from service.models import Event, Report

MOST_SUPPORTS, MOST_EVIDENCE = 20, 24

Code = Annotated[str, Field(min_length=1, max_length=100)]
Words = Annotated[str, Field(max_length=2000)]
Status = Literal[
    "received",
    "triage",
    "assigned",
    "in_progress",
    "waiting",
    "resolved",
    "closed",
    "rejected",
    "duplicate",
    "withdrawn",
]


class Transition(Strict):
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
    wish: Transition
    now: datetime

    @property
    def category(self) -> CategoryView:
        """The report's category."""
        return self.reference.categories[self.report.category_id]

    @property
    def reason(self) -> str:
        """The reason, tidied."""
        return tidy(self.wish.reason)

    def walk(
        self,
        changes: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        *,
        private: Mapping[str, Any] | None = None,
        evidence_required: bool = True,
    ) -> Event:
        """Take the step with these further changes of columns; the event tells `data` to everyone."""
        wish = Move(
            self.wish.to,
            self.actor,
            self.now,
            reason=self.reason,
            evidence=tuple(dict.fromkeys(self.wish.evidence)),
            evidence_required=evidence_required,
            changes={**first_seen(self.report, self.now), **(changes or {})},
            data={**(data or {})},
            private=private,
        )
        return move(self.session, self.report, wish)


def stale(report: Report) -> Conflict:
    """The refusal of a change to a version that is no longer the newest."""
    return Conflict(
        N_("Có người vừa thay đổi phản ánh này (phiên bản {version}). Hãy tải lại rồi quyết định."),
        extra={"version": report.version, "status_now": report.status, "allowed": allowed(report)},
        version=report.version,
    )


def first_seen(report: Report, now: datetime) -> dict[str, Any]:
    """Columns that routing would have filled, for a report that a person was quicker with."""
    if report.routed_at is not None:
        return {}
    words = func.report_search(report.code, report.description, report.address)
    return {"routed_at": now, "search": words}
