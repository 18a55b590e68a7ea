"""Works among the reports of the queue: by the same groups of deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.db import DomainSession
from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.reports.events import Actor
from service.domain.rules.standing_words import DeadlineWords
from service.domain.works.views import Scope, WorkFilter, WorkView, list_works
from service.domain.workspaces.worklist import GROUPS, Group
from service.pages.shared.work_words import STATUS_WORDS, work_deadline

MOST = 200
_SCOPES: Mapping[str, Scope] = {"all": "unit", "mine": "mine", "support": "support"}

WorkRow = tuple[WorkView, DeadlineWords | None]


class SharedFilters(Protocol):
    """Filters of the queue that works know too."""

    status: str
    category: str
    q: str
    cursor: str

    @property
    def scope(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def about(self) -> str: ...


@dataclass(frozen=True, slots=True)
class WorksOfQueue:
    """Works that wait for the person, by group; `numbers` counts those of every group, also where one alone
    is shown.
    """

    groups: Mapping[str, Sequence[WorkRow]]
    numbers: Mapping[str, int]

    @property
    def count(self) -> int:
        """Return how many there are in all."""
        return sum(self.numbers.values())

    def context(
        self, filters: SharedFilters, reports: Sequence[tuple[str, Sequence[object]]]
    ) -> dict[str, object]:
        """Return what the list shows: for each group the reports and the works in it."""
        of_reports = dict(reports) if filters.about != "works" else {}
        of_works = self.groups if filters.about != "reports" else {}
        both = [(each, of_reports.get(each, ()), of_works.get(each, ())) for each in GROUPS]
        return {
            "groups": [(name, rows, works) for name, rows, works in both if rows or works],
            "works_kept": self.count > 0 or bool(filters.about),
            "works_count": self.count,
            "works_numbers": self.numbers if filters.about != "reports" else {},
            "statuses_of_works": STATUS_WORDS,
        }


def read_works(
    session: DomainSession,
    reference: Reference,
    calendar: Calendar,
    actor: Actor,
    filters: SharedFilters,
    now: datetime,
) -> WorksOfQueue:
    """Return the works that wait for this person. None on further pages, in a city without works, and where
    the filters are those of reports alone.
    """
    scope = _SCOPES.get(filters.scope)
    of_reports = filters.status or filters.category or filters.q or filters.cursor
    if reference.config.works is None or scope is None or of_reports:
        return WorksOfQueue({}, {})
    if scope == "unit" and not actor.departments:
        scope = "mine"
    found, _ = list_works(session, reference, actor, WorkFilter(scope, open=True), now=now, limit=MOST)
    groups: dict[str, list[WorkRow]] = {}
    numbers: dict[str, int] = dict.fromkeys(GROUPS, 0)
    for work in found:
        group = _group(calendar, work, now)
        numbers[group] += 1
        if filters.group in ("", group):
            groups.setdefault(group, []).append((work, work_deadline(calendar, work, now)))
    return WorksOfQueue(groups, numbers)


def _group(calendar: Calendar, work: WorkView, now: datetime) -> Group:
    if work.paused_at is not None:
        return "paused"
    if work.late:
        return "late"
    if work.due_at is None:
        return "later"
    today = calendar.local(now).date()
    day = calendar.local(work.due_at).date()
    if day == today:
        return "today"
    return "week" if day < today + timedelta(days=7 - today.weekday()) else "later"
