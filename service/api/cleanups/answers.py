"""Clean-ups as the API tells them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Self
from uuid import UUID

from geo.columns import degrees_of
from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, department_brief, ward_brief
from service.domain.cleanups.forms import Tool
from service.domain.cleanups.spots.spot_cleanups import SpotView
from service.domain.cleanups.views import CheckLine, CleanupView
from service.domain.queries.views import NamedCode, PhotoLinks, Place, View
from service.domain.reports.photos import media_url
from service.models import CleanupSeries, CleanupSignup, HotspotState, WorkStatus


class CleanupOutcome(View):
    """Result of a clean-up; `units` is who came by the code of their unit, never by name."""

    people: int
    units: dict[str, int]
    bags: int | None
    kg: int | None
    trees: int | None
    drain_m: int | None
    words: str


class CleanupLinks(View):
    """Links from a clean-up."""

    self: str
    page: str
    calendar: str


class CleanupOut(View):
    """A clean-up. `going` people come, `waiting` wait for a place, `free` are left; None without an end.

    `result` is None until it is given; `from_old` tells that an old list
    told it. `distance_m` stands where a place was asked for.
    """

    id: UUID
    code: str
    title: str
    note: str
    status: WorkStatus
    version: int
    form: str
    open_to: str
    starts_at: datetime
    ends_at: datetime
    location: Place
    distance_m: int | None
    ward: NamedCode | None
    lead: NamedCode | None
    supports: list[NamedCode]
    collector: NamedCode | None
    no_waste: bool
    pickup_words: str
    meet_words: str
    bring: str
    tools: list[Tool]
    capacity: int | None
    going: int
    waiting: int
    free: int | None
    result: CleanupOutcome | None
    from_old: bool
    photos: list[PhotoLinks]
    updated_at: datetime
    links: CleanupLinks


class CleanupPage(View):
    """Page of clean-ups; `next` is None after the last, and where they are told by distance."""

    items: list[CleanupOut]
    next: str | None


class CheckOut(View):
    """Thing to be checked. `unit` is who ticks it, None for the unit that leads."""

    id: UUID
    building: str
    unit: NamedCode | None
    words: str
    state: str
    note: str

    @classmethod
    def of(cls, line: CheckLine, reference: Reference) -> Self:
        """Return the line with the name of its unit."""
        return cls(
            id=line.id,
            building=line.building,
            unit=_unit(reference, line.unit_id),
            words=line.words,
            state=line.state,
            note=line.note,
        )


class CheckList(View):
    """Things to be checked, in their order."""

    items: list[CheckOut]


class AttendanceOut(View):
    """Attendance so far: all who came, and those of them without a sign-up."""

    came: int
    walk_ins: int


class SignupOut(View):
    """Sign-up of whoever asks. `token` opens it later (`Authorization: Signup <token>`)."""

    id: UUID
    people: int
    state: str
    call_sign: str
    token: str
    page: str

    @classmethod
    def of(cls, signup: CleanupSignup, code: str, sign: str, token: str, base: str) -> Self:
        """Return the sign-up with its secret, for who made it."""
        return cls(
            id=signup.id,
            people=signup.people,
            state=str(signup.state),
            call_sign=sign,
            token=token,
            page=f"{base}/cleanups/{code}/me?t={token}",
        )


class HotspotOut(View):
    """A hot spot. `reports` lay there in the 28 days before `found_on`.

    After a clean-up: the counts of 28 days before and after it, also at places of the same list without one.
    `effect` is what is left against these (0.4: 40 %), None where the numbers are too few to say.
    """

    id: int
    found_on: date
    category: str
    location: Place
    ward: NamedCode | None
    reports: int
    state: HotspotState
    cleanup: str | None
    cleaned_on: date | None
    before: int | None
    after: int | None
    control_before: int | None
    control_after: int | None
    effect: float | None
    lasting: int | None

    @classmethod
    def of(cls, spot: SpotView, reference: Reference) -> Self:
        """Return the spot."""
        counts = ("before", "after", "control_before", "control_after")
        return cls(
            category=reference.categories[spot.category_id].code,
            location=Place(lon=spot.lon, lat=spot.lat),
            ward=_named(ward_brief(reference.wards.get(spot.ward_id or 0))),
            **{name: getattr(spot.counts, name) if spot.counts else None for name in counts},
            **{name: getattr(spot, name) for name in _OF_SPOT},
        )


class HotspotList(View):
    """List of hot spots: proposals of the newest week, then those that were taken up."""

    items: list[HotspotOut]


class SeriesOut(View):
    """Clean-ups that come again by `rule` (RRULE) from `first` on; `active` is false while it pauses."""

    id: int
    title: str
    rule: str
    first: date
    time: time
    minutes: int
    on_holiday: str
    form: str
    open_to: str
    lead: NamedCode | None
    location: Place
    meet_words: str
    premises: int | None
    active: bool
    version: int

    @classmethod
    def of(cls, series: CleanupSeries, reference: Reference) -> Self:
        """Return the series."""
        lon, lat = degrees_of(series.geom)
        return cls(
            location=Place(lon=lon, lat=lat),
            lead=_unit(reference, series.lead_id),
            on_holiday=str(series.on_holiday),
            form=str(series.form),
            open_to=str(series.open_to),
            premises=series.premises_id,
            **{name: getattr(series, name) for name in _OF_SERIES},
        )


class SeriesList(View):
    """List of what comes again, the oldest first."""

    items: list[SeriesOut]


def cleanup_out(view: CleanupView, reference: Reference, public_url: str) -> CleanupOut:
    """Return a clean-up as the API tells it."""
    base = public_url.rstrip("/")
    return CleanupOut(
        **{name: getattr(view, name) for name in _ALIKE},
        location=Place(lon=view.lon, lat=view.lat),
        distance_m=None if view.distance_m is None else round(view.distance_m),
        ward=_named(ward_brief(reference.wards.get(view.ward_id or 0))),
        lead=_unit(reference, view.lead_id),
        supports=_units(reference, view.support_ids),
        collector=_unit(reference, view.collector_id),
        tools=[Tool.model_validate(each) for each in view.tools],
        result=_outcome(view, reference),
        photos=[
            PhotoLinks(
                id=each.id,
                url=media_url(each.public_key, base),
                thumbnail_url=media_url(each.thumbnail_key, base),
                kind=each.kind,
            )
            for each in view.pictures
        ],
        links=CleanupLinks(
            self=f"{base}/api/v1/cleanups/{view.code}",
            page=f"{base}/cleanups/{view.code}",
            calendar=f"{base}/cleanups/{view.code}.ics",
        ),
    )


def _outcome(view: CleanupView, reference: Reference) -> CleanupOutcome | None:
    if view.people is None:
        return None
    units = {
        found.code: count
        for unit, count in view.units.items()
        if (found := reference.departments.get(int(unit)))
    }
    return CleanupOutcome(
        people=view.people,
        units=units,
        words=view.result,
        **{name: getattr(view, name) for name in ("bags", "kg", "trees", "drain_m")},
    )


def _units(reference: Reference, ids: Sequence[int]) -> list[NamedCode]:
    return [found for each in ids if (found := _unit(reference, each))]


def _unit(reference: Reference, id_: int | None) -> NamedCode | None:
    return _named(department_brief(reference.departments.get(id_ or 0)))


def _named(brief: UnitBrief | None) -> NamedCode | None:
    return NamedCode(**brief) if brief else None


_ALIKE = (
    "id",
    "code",
    "title",
    "note",
    "status",
    "version",
    "form",
    "open_to",
    "starts_at",
    "ends_at",
    "no_waste",
    "pickup_words",
    "meet_words",
    "bring",
    "capacity",
    "going",
    "waiting",
    "free",
    "from_old",
    "updated_at",
)
_OF_SERIES = ("id", "title", "rule", "first", "time", "minutes", "meet_words", "active", "version")
_OF_SPOT = ("id", "found_on", "reports", "state", "cleanup", "cleaned_on", "effect", "lasting")
