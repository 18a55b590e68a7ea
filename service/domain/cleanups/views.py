"""Clean-ups as they are told: to everybody, in lists and one by one; to colleagues with what they may do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from service.domain.cleanups.access import CleanupWork, visible_cleanups
from service.domain.kernel.sql import AnyRow, AnySelect
from service.domain.reports.events import Actor
from service.domain.works.lifecycles import DIRECTOR, INSPECTOR, KEEPER, LEAD, work_roles
from service.models import (
    Cleanup,
    CleanupCheck,
    CleanupSignup,
    Photo,
    Role,
    SignupState,
    Work,
    WorkKind,
    WorkStatus,
)
from service.models.reports.photo import PhotoState
from service.models.works.cleanup import StoredTool

COMING = (WorkStatus.ANNOUNCED, WorkStatus.UNDER_WAY)
OVER = (WorkStatus.DONE, WorkStatus.CLOSED)
_SEE_ALL = (Role.TRIAGE, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo of a clean-up that can be shown; the keys of its public versions, and when it was taken
    as far as its file tells."""

    id: UUID
    kind: str
    public_key: str
    thumbnail_key: str
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CleanupView:
    """A clean-up. `distance_m` is how far it is from where somebody stands; the result is None before it."""

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
    lon: float
    lat: float
    ward_id: int | None
    lead_id: int
    support_ids: Sequence[int]
    collector_id: int | None
    pickup_words: str
    no_waste: bool
    meet_words: str
    bring: str
    tools: Sequence[StoredTool]
    capacity: int | None
    going: int
    waiting: int
    sequence: int
    updated_at: datetime
    public: bool
    distance_m: float | None = None
    people: int | None = None
    units: dict[str, int] = field(default_factory=dict)
    bags: int | None = None
    kg: int | None = None
    trees: int | None = None
    drain_m: int | None = None
    result: str = ""
    from_old: bool = False
    pictures: Sequence[Picture] = ()

    @property
    def free(self) -> int | None:
        """Return the places that are left; None without an end."""
        return None if self.capacity is None else max(0, self.capacity - self.going)


@dataclass(frozen=True, slots=True)
class CleanupFilter:
    """Filter of clean-ups: coming or over, of a ward, between two moments, near a place.

    `after` is the beginning and the id of the last one before, in a list that is not told by distance.
    """

    over: bool = False
    cancelled: bool = False
    drafts: bool = False
    ward_id: int | None = None
    lead_ids: Sequence[int] = ()
    since: datetime | None = None
    until: datetime | None = None
    near: tuple[float, float] | None = None
    after: tuple[datetime, UUID] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class CheckLine:
    """Thing to be checked, as it stands."""

    id: UUID
    building: str
    unit_id: int | None
    words: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class SignupLine:
    """Sign-up as the lead sees it: how many, never who."""

    id: UUID
    people: int
    came: int | None
    state: str


def list_cleanups(session: Session, actor: Actor | None, filters: CleanupFilter) -> list[CleanupView]:
    """Return clean-ups: what comes by its time, what is over the latest first; nearest first near a place."""
    statuses = {*(OVER if filters.over else COMING)}
    if filters.cancelled:
        statuses.add(WorkStatus.CANCELLED)
    if filters.drafts:
        statuses.add(WorkStatus.DRAFT)
    conditions: list[ColumnElement[bool]] = [Work.status.in_(statuses), visible_cleanups(actor)]
    conditions.append(or_(Work.status != WorkStatus.CANCELLED, Cleanup.announced_at.is_not(None)))
    if filters.ward_id is not None:
        conditions.append(Work.ward_id == filters.ward_id)
    if filters.lead_ids:
        units = list(filters.lead_ids)
        conditions.append(or_(Work.lead_id.in_(units), Work.support_ids.overlap(units)))
    if filters.since is not None:
        conditions.append(Cleanup.ends_at >= filters.since)
    if filters.until is not None:
        conditions.append(Work.starts_at < filters.until)
    place = tuple_(Work.starts_at, Work.id)
    if filters.after is not None and filters.near is None:
        conditions.append(place < filters.after if filters.over else place > filters.after)
    query = _query(filters.near).where(and_(*conditions))
    by_time = [Work.starts_at.desc(), Work.id.desc()] if filters.over else [Work.starts_at, Work.id]
    order = [_distance(filters.near), Work.starts_at] if filters.near else by_time
    rows = session.execute(query.order_by(*order).limit(filters.limit)).all()
    pictures = _pictures(session, [row[0].id for row in rows], public=actor is None)
    return [_view(row, pictures.get(row[0].id, ())) for row in rows]


def view_cleanup(session: Session, cleanup: CleanupWork, *, public: bool) -> CleanupView:
    """Return one; with `public` only the photos that everybody may see."""
    row = session.execute(_query(None).where(Work.id == cleanup.work.id)).one()
    return _view(row, _pictures(session, [cleanup.work.id], public=public).get(cleanup.work.id, ()))


def newest_picture(view: CleanupView, kind: str) -> Picture | None:
    """Return the newest photo of a kind that the view shows."""
    return next((each for each in reversed(view.pictures) if each.kind == kind), None)


def list_checks(session: Session, work_id: UUID) -> list[CheckLine]:
    """Return what is to be checked, in its order."""
    rows = select(CleanupCheck).where(CleanupCheck.work_id == work_id).order_by(CleanupCheck.position)
    return [
        CheckLine(r.id, r.building, r.unit_id, r.words, str(r.state), r.note) for r in session.scalars(rows)
    ]


def list_own_checks(session: Session, actor: Actor, work: Work) -> list[CheckLine]:
    """Return what is to be checked: everything for who leads, keeps or decides, else what one's own units
    check.
    """
    lines = list_checks(session, work.id)
    if work_roles(actor, work) & {LEAD, KEEPER, DIRECTOR, INSPECTOR} or actor.role in _SEE_ALL:
        return lines
    return own_checks(lines, actor.departments)


def own_checks(lines: Sequence[CheckLine], units: Collection[int]) -> list[CheckLine]:
    """Return what these units check: their own things, and those of nobody in the buildings they are in."""
    inside = {each.building for each in lines if each.unit_id in units and each.building}
    return [
        each for each in lines if each.unit_id in units or (each.unit_id is None and each.building in inside)
    ]


def list_signups(session: Session, work_id: UUID) -> list[SignupLine]:
    """Return who comes and waits, in the order in which they signed up."""
    rows = select(CleanupSignup).where(
        CleanupSignup.work_id == work_id, CleanupSignup.state != SignupState.CANCELLED
    )
    ordered = session.scalars(rows.order_by(CleanupSignup.position))
    return [SignupLine(row.id, row.people, row.came, str(row.state)) for row in ordered]


def _query(near: tuple[float, float] | None) -> AnySelect:
    def people(state: SignupState) -> ScalarSelect[int]:
        query = select(func.coalesce(func.sum(CleanupSignup.people), 0)).where(
            CleanupSignup.work_id == Work.id, CleanupSignup.state == state
        )
        return query.correlate(Work).scalar_subquery()

    came = select(func.coalesce(func.sum(CleanupSignup.people), 0)).where(
        CleanupSignup.work_id == Work.id,
        CleanupSignup.state.in_((SignupState.GOING, SignupState.CAME, SignupState.ABSENT)),
    )
    return (
        select(
            Work,
            Cleanup,
            func.ST_X(Work.geom).label("lon"),
            func.ST_Y(Work.geom).label("lat"),
            came.correlate(Work).scalar_subquery().label("going"),
            people(SignupState.WAITING).label("waiting"),
            _distance(near).label("distance"),
        )
        .join(Cleanup, Cleanup.work_id == Work.id)
        .where(Work.kind == WorkKind.CLEANUP)
    )


def _distance(near: tuple[float, float] | None) -> ColumnElement[float]:
    if near is None:
        return func.nullif(1.0, 1.0)
    point = func.ST_SetSRID(func.ST_MakePoint(*near), 4326)
    return func.ST_Distance(func.geography(Work.geom), func.geography(point))


def _view(row: AnyRow, pictures: Sequence[Picture]) -> CleanupView:
    work, side, lon, lat, going, waiting, distance = row
    # A result that was sent back counts nowhere until it is given anew.
    result = {name: getattr(side, name) for name in _OF_THE_RESULT} if work.status in OVER else {}
    return CleanupView(
        **{name: getattr(work, name) for name in _OF_THE_WORK},
        **{name: getattr(side, name) for name in _OF_THE_SIDE},
        **result,
        form=str(side.form),
        open_to=str(side.open_to),
        lon=lon,
        lat=lat,
        going=int(going),
        waiting=int(waiting),
        distance_m=distance,
        pictures=pictures,
    )


def _pictures(session: Session, ids: Sequence[UUID], *, public: bool) -> dict[UUID, list[Picture]]:
    shown: list[ColumnElement[bool]] = [
        Photo.work_id.in_(ids),
        Photo.state == PhotoState.READY,
        Photo.kind.in_(("before", "after")),
    ]
    if public:
        shown.append(Photo.published.is_(True))
    columns = (
        Photo.work_id,
        Photo.id,
        Photo.kind,
        Photo.public_key,
        Photo.thumbnail_key,
        Photo.taken_at,
    )
    found: dict[UUID, list[Picture]] = {}
    for row in session.execute(select(*columns).where(*shown).order_by(Photo.created_at, Photo.id)):
        picture = Picture(row.id, row.kind, row.public_key, row.thumbnail_key, row.taken_at)
        found.setdefault(row.work_id, []).append(picture)
    return found


_OF_THE_WORK = (
    "id",
    "code",
    "title",
    "note",
    "status",
    "version",
    "starts_at",
    "ward_id",
    "lead_id",
    "support_ids",
    "updated_at",
    "public",
    "result",
)
_OF_THE_SIDE = (
    "ends_at",
    "collector_id",
    "pickup_words",
    "no_waste",
    "meet_words",
    "bring",
    "tools",
    "capacity",
    "sequence",
    "from_old",
)
_OF_THE_RESULT = ("people", "units", "bags", "kg", "trees", "drain_m")
