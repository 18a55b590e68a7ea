"""Praise as everybody reads it, with a photo and one figure; praise and criticism as a unit reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.praise.commendations import GIVERS, NONE, PRAISES, is_public_photo
from service.domain.cleanups.views import OVER
from service.domain.reports.events import Actor
from service.errors import NotFound
from service.models import Cleanup, Commendation, Photo, Role, Staff, Work, WorkReport
from service.models.reports.event import ActorKind
from service.models.reports.photo import PhotoState

SHOWN = 50
CHOSEN_FROM = 24
KG, TREES, BAGS, PEOPLE = "kg", "trees", "bags", "people"
_FIGURES = (KG, TREES, BAGS, PEOPLE)
"""The one figure that is told: the first of these that the clean-up has."""


@dataclass(frozen=True, slots=True)
class PraiseItem:
    """Praise or criticism. `figure` is a number and what it counts, of the clean-up's own result; `person` is
    a name only inside the unit. `photo` and `thumbnail` are keys of what everybody may see.
    """

    id: UUID
    unit_id: int
    person: str
    form: str
    words: str
    decision: str
    decided_on: date
    public: bool
    given_at: datetime
    cleanup: str
    figure: tuple[int, str] | None
    photo: str
    thumbnail: str


@dataclass(frozen=True, slots=True)
class PhotoChoice:
    """Photo that a praise may show; `of_report`: one of a report tied to the clean-up."""

    id: UUID
    kind: str
    thumbnail: str
    of_report: bool


def list_praise(
    session: Session, reference: Reference, first: date | None = None, last: date | None = None
) -> list[PraiseItem]:
    """Return the newest praise for everybody, decided between two days: of units, never of a person."""
    shown = [Commendation.public, Commendation.form.in_(PRAISES), Commendation.staff_id.is_(None)]
    if first is not None and last is not None:
        shown.append(Commendation.decided_on.between(first, last))
    return _items(session, reference, and_(*shown))


def list_commendations(session: Session, reference: Reference, actor: Actor) -> list[PraiseItem]:
    """Return what a colleague may read: what everybody reads, what their own unit was given, and about
    persons only what leaders of the unit and the person themselves may know.
    """
    return _items(session, reference, or_(Commendation.public, _inside(actor)))


def view_commendation(session: Session, reference: Reference, id_: UUID) -> PraiseItem:
    """Return a commendation as its giver reads it. Raises NotFound for what was taken back."""
    found = _items(session, reference, Commendation.id == id_)
    if not found:
        raise NotFound(NONE)
    return found[0]


def photos_to_choose(session: Session, cleanup: Work) -> list[PhotoChoice]:
    """Return the photos of a clean-up, and of the reports tied to it, that everybody may see: those of
    afterwards first, the newest before the others.
    """
    tied = select(WorkReport.report_id).where(WorkReport.work_id == cleanup.id)
    of_it = or_(Photo.work_id == cleanup.id, Photo.report_id.in_(tied))
    order = (Photo.work_id.is_(None), Photo.kind != "after", Photo.created_at.desc(), Photo.id)
    columns = select(Photo.id, Photo.kind, Photo.thumbnail_key, Photo.work_id)
    rows = session.execute(columns.where(of_it, is_public_photo()).order_by(*order).limit(CHOSEN_FROM))
    return [
        PhotoChoice(row.id, str(row.kind), row.thumbnail_key, of_report=row.work_id is None) for row in rows
    ]


def _inside(actor: Actor) -> ColumnElement[bool]:
    if actor.kind != ActorKind.STAFF or actor.staff_id is None:
        return false()
    own_person = Commendation.staff_id == actor.staff_id
    of_unit = Commendation.staff_id.is_(None)
    if actor.of_city:
        whole = actor.role in GIVERS
        return or_(own_person, and_(of_unit, true() if whole else false()))
    mine = Commendation.unit_id.in_(sorted(actor.departments))
    leads = actor.role == Role.MANAGER
    persons = and_(Commendation.unit_id == actor.department_id, true() if leads else false())
    return or_(own_person, and_(of_unit, mine), persons)


def _items(session: Session, reference: Reference, shown: ColumnElement[bool]) -> list[PraiseItem]:
    rows = session.execute(
        select(Commendation, Work, Cleanup, Staff.name)
        .outerjoin(Work, and_(Work.id == Commendation.work_id, Work.public, Work.status.in_(OVER)))
        .outerjoin(Cleanup, Cleanup.work_id == Work.id)
        .outerjoin(Staff, Staff.id == Commendation.staff_id)
        .where(Commendation.withdrawn_at.is_(None), shown)
        .order_by(Commendation.decided_on.desc(), Commendation.position.desc())
        .limit(SHOWN)
    ).all()
    photos = _photos(session, [work.id for _, work, _, _ in rows if work is not None])
    chosen = _chosen(session, [row.photo_id for row, *_ in rows if row.photo_id is not None])
    mask = reference.masking.general
    items = []
    for row, work, side, name in rows:
        photo, thumbnail = photos.get(work.id, ("", "")) if work is not None else ("", "")
        photo, thumbnail = chosen.get(row.photo_id, (photo, thumbnail))
        items.append(
            PraiseItem(
                id=row.id,
                unit_id=row.unit_id,
                person=name or "",
                form=str(row.form),
                words=mask.text(row.words),
                decision=row.decision,
                decided_on=row.decided_on,
                public=row.public,
                given_at=row.given_at,
                cleanup=work.code if work is not None else "",
                figure=_figure(side) if side is not None else None,
                photo=photo,
                thumbnail=thumbnail,
            )
        )
    return items


def _figure(side: Cleanup) -> tuple[int, str] | None:
    return next(((value, name) for name in _FIGURES if (value := getattr(side, name))), None)


def _photos(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return the last published photo of afterwards of each."""
    columns = select(Photo.work_id, Photo.public_key, Photo.thumbnail_key)
    shown = columns.where(
        Photo.work_id.in_(ids),
        Photo.kind == "after",
        Photo.state == PhotoState.READY,
        Photo.published.is_(True),
    )
    return {
        row.work_id: (row.public_key, row.thumbnail_key)
        for row in session.execute(shown.order_by(Photo.created_at, Photo.id))
    }


def _chosen(session: Session, ids: Sequence[UUID]) -> dict[UUID | None, tuple[str, str]]:
    """Return the photos that were chosen, as long as everybody may see them."""
    columns = select(Photo.id, Photo.public_key, Photo.thumbnail_key)
    shown = columns.where(Photo.id.in_(ids), is_public_photo())
    return {row.id: (row.public_key, row.thumbnail_key) for row in session.execute(shown)}
