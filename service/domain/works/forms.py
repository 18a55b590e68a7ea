"""Requests of colleagues about works: checked shapes of requests."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from service.domain.deadlines.deadlines import Unit
from service.domain.reports.drafts import StrictBody
from service.i18n import N_
from service.models import CableBlock, DifficultyKind, WorkStatus
from service.models.works.work import StoredMeans

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Result = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Version = Annotated[int, Field(ge=1, strict=True)]
Metres = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Codes = Annotated[list[Code], Field(max_length=20)]

YEARS_OF_WORK = range(1900, 2101)
"""Working time is counted day by day, so that no term may lie centuries away."""


def day_of_work(day: date) -> date:
    """Return the day. Raises ValueError for one beyond YEARS_OF_WORK."""
    if day.year not in YEARS_OF_WORK:
        raise ValueError(N_("Ngày này quá xa."))
    return day


Day = Annotated[date, AfterValidator(day_of_work)]


class StepData(StrictBody):
    """Texts and choices that single steps need."""

    result: Result = ""
    summary: Result = ""
    proposal: Result = ""
    decision: Result = ""
    answer: Result = ""
    document: Title | None = None
    lead: Code | None = None
    agreed: Day | None = None
    metres_done: Metres | None = None
    old_removed_m: Metres | None = None
    subscribers_left: Metres | None = None
    block: CableBlock | None = None
    who: Title | None = None
    dated: Day | None = None
    appear_by: Day | None = None
    basis: Result = ""
    remedy: Result = ""
    statement: Result = ""
    removed: bool = False
    suspended_from: Day | None = None
    suspended_to: Day | None = None
    appeared_on: Day | None = None
    signer: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    act: Code | None = None
    fine_vnd: Annotated[int, Field(ge=0, le=10**12, strict=True)] | None = None
    paid_on: Day | None = None


class WorkStep(StrictBody):
    """Step of a work's life."""

    to: WorkStatus
    version: Version
    reason: Note = ""
    photos: Annotated[list[UUID], Field(max_length=20)] = Field(default_factory=list)
    data: StepData = StepData()


class NewWork(StrictBody):
    """Work made by hand; `id` is the client's, so that a retry is the same work."""

    id: UUID
    title: Title
    note: Note = ""
    lead: Code
    supports: Codes = Field(default_factory=list)
    executor: Code | None = None
    starts: Day | None = None
    due: Day
    needs_photo: bool = False


class WorkNote(StrictBody):
    """Words on how far a work is."""

    words: Words


class NewReportTie(StrictBody):
    """Report that a work is about, by its code, and why in a few words."""

    report: Code
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class WorkParts(StrictBody):
    """The units beside the lead. What is left out stays; an empty list and null take away."""

    supports: Codes | None = None
    executor: Code | None = None
    version: Version


class WorkHolder(StrictBody):
    """Holder of a work within the unit that leads it, by username; null for nobody in particular."""

    holder: Annotated[str, Field(min_length=1, max_length=100)] | None
    version: Version


class WorkExtensionForm(StrictBody):
    """Request for more time for a work."""

    unit: Unit = "working_days"
    amount: Annotated[int, Field(ge=1, le=365, strict=True)]
    reason: Words
    version: Version


class WorkExtensionAnswer(StrictBody):
    """Decision on a request for more time."""

    approve: Annotated[bool, Field(strict=False)]
    answer: Note = ""


class MeansItem(StrictBody):
    """Thing that is asked for."""

    name: Title
    count: Annotated[int, Field(ge=1, le=1_000_000, strict=True)] = 1
    unit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""

    def stored(self) -> StoredMeans:
        """Return the thing as the difficulty keeps it."""
        return {"name": self.name, "count": self.count, "unit": self.unit}


class NewDifficulty(StrictBody):
    """Difficulty in the way of a plan's task, a work, a report or none in particular; `id` is the client's.

    `plan` is a code, `position` that of its row, `work` a work's code, `report` a report's.
    """

    id: UUID
    kind: DifficultyKind
    title: Title
    note: Note = ""
    proposal: Result = ""
    amount_vnd: Annotated[int, Field(ge=0, le=10**15, strict=True)] | None = None
    items: Annotated[list[MeansItem], Field(max_length=50)] = Field(default_factory=list)
    plan: Code | None = None
    position: Annotated[int, Field(ge=1, le=500)] | None = None
    work: Code | None = None
    report: Code | None = None
