"""Requests about surveys: checked shapes of requests."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, FiniteFloat, StringConstraints

from service.domain.reports.drafts import LocationIn, Moment, StrictBody
from service.domain.works.forms import Code, Day, Note, Title

MOST_POINTS = 500
Username = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
PointWords = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Gathered = Literal["report", "repeated", "route", "pole"]


class NewPoint(StrictBody):
    """Spot by hand; `id` is the client's, so that a retry is the same point."""

    id: UUID
    lon: Annotated[FiniteFloat, Field(ge=-180, le=180)]
    lat: Annotated[FiniteFloat, Field(ge=-90, le=90)]
    words: PointWords = ""


class NewSurvey(StrictBody):
    """Survey of a category on some days; `id` is the client's. Without `lead` it is the person's own unit.

    No `wards` are the whole city. `gather` names where points come from at once.
    """

    id: UUID
    category: Code
    first: Day
    last: Day
    title: Title | None = None
    note: Note = ""
    lead: Code | None = None
    wards: Annotated[list[Code], Field(max_length=200)] = Field(default_factory=list)
    inspectors: Annotated[list[Username], Field(max_length=50)] = Field(default_factory=list)
    gather: Annotated[list[Gathered], Field(max_length=4)] = Field(default_factory=list)
    points: Annotated[list[NewPoint], Field(max_length=MOST_POINTS)] = Field(default_factory=list)


class PointsChange(StrictBody):
    """Points gathered, added and taken away; those who walk; and how points are split among them."""

    gather: Annotated[list[Gathered], Field(max_length=4)] = Field(default_factory=list)
    points: Annotated[list[NewPoint], Field(max_length=MOST_POINTS)] = Field(default_factory=list)
    remove: Annotated[list[UUID], Field(max_length=MOST_POINTS)] = Field(default_factory=list)
    inspectors: Annotated[list[Username], Field(max_length=50)] | None = None
    split: Literal["ward", "nearest"] | None = None
    first: Day | None = None
    last: Day | None = None


class PointObservation(StrictBody):
    """Observation of a point: fine, a fault of a `category` with a note, or not to be found.

    A fault becomes a report: `report` is its id made on the phone, for its photos. `location` is where the
    fault is, the point itself where it is left out; `seen_at` the phone's time.
    """

    state: Literal["ok", "fault", "not_found"]
    note: Note = ""
    category: Code | None = None
    report: UUID | None = None
    attributes: Annotated[dict[str, object], Field(max_length=50)] = Field(default_factory=dict)
    location: LocationIn | None = None
    seen_at: Moment | None = None
