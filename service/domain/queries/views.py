"""Public view of a report, for one or for many, and the names it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, department_brief, ward_brief
from service.domain.deadlines.standing import DeadlineColumns, is_late
from service.domain.kernel.masking import UNMASKED, Masking
from service.domain.kernel.sql import in_array
from service.domain.reports.access import reads_original
from service.domain.reports.events import Actor
from service.domain.reports.photos import PhotoView, photo_links, public_photos
from service.models import EMERGENCY, Report
from service.models.reports.event import ActorKind


class View(BaseModel):
    """A frozen read model."""

    model_config = ConfigDict(frozen=True)


class Place(View):
    """WGS 84 degrees."""

    lon: float
    lat: float


class NamedCode(View):
    """A ward or department: its code, and its name in the language asked for."""

    code: str
    name: str


class PhotoLinks(View):
    """A published photo; `kind` is report, evidence or reply."""

    id: UUID
    url: str
    thumbnail_url: str
    kind: str


class ReportLinks(View):
    """Links from a report; `duplicate_of` is the report that a duplicate was merged into."""

    self: str
    page: str
    events: str
    photos: str
    duplicate_of: str | None = None


class ReportView(View):
    """A report as everyone may see it. `late`: past its deadline, or finished after it."""

    id: UUID
    code: str
    category: str
    status: str
    description: str
    location: Place
    address: str
    ward: NamedCode | None
    lead: NamedCode | None
    supports: list[NamedCode]
    executor: NamedCode | None
    due_at: datetime | None
    late: bool
    photos: list[PhotoLinks]
    created_at: datetime
    updated_at: datetime
    version: int
    links: ReportLinks


class StaffView(ReportView):
    """View of a report in lists of staff; `emergency` is told to nobody else."""

    emergency: bool


class ReportRow(DeadlineColumns, Protocol):
    """The columns a view is made of: a `Report`, or a row of COLUMNS."""

    @property
    def id(self) -> UUID: ...
    @property
    def code(self) -> str: ...
    @property
    def category_id(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...
    @property
    def ward_id(self) -> int | None: ...
    @property
    def lead_id(self) -> int | None: ...
    @property
    def executor_id(self) -> int | None: ...
    @property
    def support_ids(self) -> list[int]: ...
    @property
    def duplicate_of_id(self) -> UUID | None: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def version(self) -> int: ...
    @property
    def priority(self) -> int: ...


COLUMNS = (
    Report.id,
    Report.code,
    Report.category_id,
    Report.status,
    Report.description,
    Report.address,
    Report.lon,
    Report.lat,
    Report.ward_id,
    Report.lead_id,
    Report.executor_id,
    Report.support_ids,
    Report.duplicate_of_id,
    Report.due_at,
    Report.paused_at,
    Report.resolved_at,
    Report.closed_at,
    Report.created_at,
    Report.updated_at,
    Report.version,
    Report.priority,
)


def public_views(
    session: Session,
    reference: Reference,
    rows: Sequence[ReportRow],
    *,
    now: datetime,
    public_url: str,
    reader: Actor | None,
) -> list[ReportView]:
    """Return the public views of the rows, in their order; one query more however many there are, and another
    where some are duplicates: the id of a report that the public may not see is for colleagues alone.

    What people wrote is masked, but for a `reader` of the staff who may read the original. There is no
    default: a screen of colleagues that forgot to say whose it is would hide from them what they work with.
    """
    if not rows:
        return []
    photos = public_photos(session, [row.id for row in rows])
    base, originals = public_url.rstrip("/"), _originals(session, rows, reader)
    return [
        _view(
            reference,
            row,
            photos.get(row.id, ()),
            now,
            base,
            _mask(reference, row, reader),
            row.duplicate_of_id if row.duplicate_of_id in originals else None,
        )
        for row in rows
    ]


def public_view(
    session: Session,
    reference: Reference,
    row: ReportRow,
    *,
    now: datetime,
    public_url: str,
    reader: Actor | None,
) -> ReportView:
    """Return the view of one report as `public_views` makes it."""
    [view] = public_views(session, reference, [row], now=now, public_url=public_url, reader=reader)
    return view


def _originals(session: Session, rows: Sequence[ReportRow], reader: Actor | None) -> frozenset[UUID]:
    """Return those of the reports' originals that the reader may know of."""
    ids = frozenset(row.duplicate_of_id for row in rows if row.duplicate_of_id is not None)
    if not ids or (reader is not None and reader.kind == ActorKind.STAFF):
        return ids
    shown = select(Report.id).where(in_array(Report.id, ids), Report.published)
    return frozenset(session.scalars(shown))


def _mask(reference: Reference, row: ReportRow, reader: Actor | None) -> Masking:
    return UNMASKED if reads_original(reader, row) else reference.masking_of(row.category_id)


def report_links(
    public_url: str, report_id: UUID, code: str, duplicate_of: UUID | None = None
) -> ReportLinks:
    """Return a report's addresses."""
    own = f"{public_url}/api/v1/reports/{report_id}"
    return ReportLinks(
        self=own,
        page=f"{public_url}/r/{code}",
        events=f"{own}/events",
        photos=f"{own}/photos",
        duplicate_of=f"{public_url}/api/v1/reports/{duplicate_of}" if duplicate_of else None,
    )


def department_named(reference: Reference, department_id: int | None) -> NamedCode | None:
    """Return the department's code and name in the language in use."""
    brief = department_brief(reference.departments.get(department_id or 0))
    return NamedCode(**brief) if brief else None


def ward_named(reference: Reference, ward_id: int | None) -> NamedCode | None:
    """Return the ward's code and name."""
    brief = ward_brief(reference.wards.get(ward_id or 0))
    return NamedCode(**brief) if brief else None


def _view(
    reference: Reference,
    row: ReportRow,
    photos: Sequence[PhotoView],
    now: datetime,
    public_url: str,
    mask: Masking,
    original_id: UUID | None,
) -> ReportView:
    return ReportView(
        id=row.id,
        code=row.code,
        category=reference.categories[row.category_id].code,
        status=row.status,
        description=mask.text(row.description),
        location=Place(lon=row.lon, lat=row.lat),
        address=mask.text(row.address),
        ward=ward_named(reference, row.ward_id),
        lead=department_named(reference, row.lead_id),
        supports=[named for support in row.support_ids if (named := department_named(reference, support))],
        executor=department_named(reference, row.executor_id),
        due_at=row.due_at,
        late=is_late(row, now),
        photos=[PhotoLinks(**photo_links(photo, public_url)) for photo in photos],
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        links=report_links(public_url, row.id, row.code, original_id),
    )


class StaffRow(ReportRow, Protocol):
    """Row of COLUMNS as a list of staff needs it."""

    @property
    def priority(self) -> int: ...


def staff_views(
    session: Session,
    reference: Reference,
    rows: Sequence[StaffRow],
    *,
    now: datetime,
    public_url: str,
    reader: Actor,
) -> list[StaffView]:
    """Return the views of rows of COLUMNS for lists of staff, in their order, as `public_views`."""
    views = public_views(session, reference, rows, now=now, public_url=public_url, reader=reader)
    return [
        StaffView(**dict(view), emergency=row.priority == EMERGENCY)
        for view, row in zip(views, rows, strict=True)
    ]
