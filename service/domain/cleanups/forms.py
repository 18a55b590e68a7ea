"""Checked shapes of requests about clean-ups, by colleagues and by volunteers."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, FiniteFloat, StringConstraints

from service.domain.reports.drafts import Moment, StrictBody
from service.domain.works.forms import Code, Codes, Day, Note, Title, Version
from service.models import Audience, CheckState, CleanupForm, HolidayHandling, WorkStatus
from service.models.works.cleanup import StoredTool

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Place = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
People = Annotated[int, Field(ge=1, le=50, strict=True)]

Rule = Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=200)]
Minutes = Annotated[int, Field(ge=15, le=720, strict=True)]
OfDay = time
PremisesNumber = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]


class MapPoint(StrictBody):
    """A place on the map."""

    lon: FiniteFloat
    lat: FiniteFloat


class Tool(StrictBody):
    """Tool that is needed, how many and how many are there."""

    what: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    need: Count
    have: Count = 0

    def stored(self) -> StoredTool:
        """Return the tool as the clean-up keeps it."""
        return {"what": self.what, "need": self.need, "have": self.have}


class NewCheck(StrictBody):
    """Thing to be done: in a building, by a unit."""

    building: Short = ""
    unit: Code | None = None
    words: Place


class CleanupFacts(StrictBody):
    """Facts of a clean-up, all but its days."""

    title: Title
    form: CleanupForm = CleanupForm.CLEANUP
    open_to: Audience = Audience.PUBLIC
    lead: Code
    supports: Codes = Field(default_factory=list)
    location: MapPoint
    meet_words: Place
    capacity: Annotated[int, Field(ge=1, le=5000, strict=True)] | None = None
    bring: Note = ""
    no_waste: bool = False
    collector: Code | None = None
    pickup_words: Short = ""


class NewCleanup(CleanupFacts):
    """Clean-up that somebody drafts; `id` is the client's, so that a retry is the same one."""

    id: UUID
    note: Note = ""
    starts_at: Moment
    ends_at: Moment
    tools: Annotated[list[Tool], Field(max_length=30)] = Field(default_factory=list)
    checks: Annotated[list[NewCheck], Field(max_length=100)] = Field(default_factory=list)


class NewSeries(CleanupFacts):
    """Clean-ups that come again. `rule` is an RRULE, from `first` on. At `premises` they are of its units."""

    rule: Rule
    first: Day
    time: OfDay
    minutes: Minutes = 90
    on_holiday: HolidayHandling = HolidayHandling.BEFORE
    premises: PremisesNumber | None = None


class FactsChange(StrictBody):
    """Other facts; what is left out stays."""

    version: Version
    title: Title | None = None
    location: MapPoint | None = None
    meet_words: Place | None = None
    capacity: Annotated[int, Field(ge=1, le=5000, strict=True)] | None = None
    bring: Note | None = None
    no_waste: bool | None = None
    collector: Code | None = None
    pickup_words: Short | None = None


class SeriesChange(FactsChange):
    """Other rule, time or facts of what comes again; `active` false pauses it, what is left out stays.

    At other `premises` its drafts begin with the roster of those; null takes it away from premises.
    """

    active: bool | None = None
    rule: Rule | None = None
    first: Day | None = None
    time: OfDay | None = None
    minutes: Minutes | None = None
    on_holiday: HolidayHandling | None = None
    premises: PremisesNumber | None = None


class CleanupChange(FactsChange):
    """Other time, place or facts of a clean-up; what is left out stays."""

    reason: Note = ""
    note: Note | None = None
    tools: Annotated[list[Tool], Field(max_length=30)] | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class CleanupStep(StrictBody):
    """Step of a clean-up's life, but for those that have a form of their own."""

    to: Literal[
        WorkStatus.ANNOUNCED,
        WorkStatus.CANCELLED,
        WorkStatus.UNDER_WAY,
        WorkStatus.CLOSED,
    ]
    version: Version
    reason: Note = ""


class NewSignup(StrictBody):
    """People who want to come; `id` is the client's. An address is asked for nothing but reminders."""

    id: UUID
    people: People = 1
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] = ""


class SignupChange(StrictBody):
    """Another number of people."""

    people: People


class ArrivalCount(StrictBody):
    """People of one sign-up who came; 0 for nobody."""

    id: UUID
    came: Annotated[int, Field(ge=0, le=50, strict=True)]


class Attendance(StrictBody):
    """People who came, as the lead's phone knows it: of sign-ups, and all others together."""

    arrivals: Annotated[list[ArrivalCount], Field(max_length=500)] = Field(default_factory=list)
    walk_ins: Annotated[int, Field(ge=0, le=5000, strict=True)] | None = None


class CheckTick(StrictBody):
    """State of one thing to be checked."""

    state: CheckState
    note: Short = ""


class CleanupResult(StrictBody):
    """The one result of a clean-up. `sure` says that an unusual number is right."""

    version: Version
    people: Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
    units: Annotated[
        dict[Code, Annotated[int, Field(ge=1, le=100_000, strict=True)]], Field(max_length=100)
    ] = Field(default_factory=dict)
    bags: Count | None = None
    kg: Count | None = None
    trees: Count | None = None
    drain_m: Count | None = None
    words: Note = ""
    photos: Annotated[list[UUID], Field(max_length=20)] = Field(default_factory=list)
    sure: bool = False
