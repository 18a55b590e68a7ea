"""Claims as they are read: by the case's own people all of them, by a company its own and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from service.domain.cables.access import cables_of
from service.domain.city.reference import Reference
from service.domain.kernel.sql import AnyRow
from service.domain.reports.access import Access, Asker, find_report
from service.domain.reports.events import Actor
from service.domain.reports.photos import PhotoView, public_photos
from service.errors import NotFound
from service.i18n import N_
from service.models import HELD, Claim, ClaimAnswer, Report, Role
from service.models.reports.event import ActorKind

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ClaimView:
    """Claim with as much of its report as a company may know: everybody's words and photos, masked.

    `state` is open, mine, not_mine, none or closed. `late` says that the term passed without a word, also
    where an answer came after it. `takes` whether an answer is still wanted or may be given.
    """

    id: int
    report_id: UUID
    code: str
    category_id: int
    ward_id: int | None
    address: str
    description: str
    lon: float
    lat: float
    company_id: int
    asked_at: datetime
    due_at: datetime
    state: str
    answered_at: datetime | None
    words: str
    late: bool
    takes: bool
    carries: bool
    published: bool
    photos: Sequence[PhotoView]


def claims_for(
    session: Session, reference: Reference, asker: Asker, name: str | UUID, now: datetime
) -> list[ClaimView]:
    """Return the claims of a case for who works on it; for a company its own alone.

    Raises NotFound for everybody else, as if there were none.
    """
    cables_of(reference)
    access = find_report(session, asker, name, now=now)
    actor = access.actor
    mine = Claim.report_id == access.report.id
    if access.inside and not access.hired:
        return _read(session, reference, mine, SHOWN)
    found = _own(session, reference, actor, mine, SHOWN)
    if not found and not access.inside:
        raise NotFound(N_("Không có câu hỏi này. Hãy xem lại danh sách."))
    return found


def case_claims(session: Session, reference: Reference, access: Access) -> list[ClaimView] | None:
    """Return the claims of a case for its page; None where nothing is to be asked, or not by this reader."""
    rules, kind = reference.config.cables, reference.categories.get(access.report.category_id)
    if rules is None or kind is None or rules.category not in kind.path:
        return None
    if not access.inside or access.hired:
        return None
    return _read(session, reference, Claim.report_id == access.report.id, SHOWN)


def claims_to(
    session: Session, reference: Reference, actor: Actor, *, report: UUID | None = None
) -> list[ClaimView]:
    """Return what the person's company was asked, of one report or all: first what waits."""
    cables_of(reference)
    about = Claim.report_id == report if report is not None else true()
    return _own(session, reference, actor, about, SHOWN)


def _own(
    session: Session, reference: Reference, actor: Actor, about: ColumnElement[bool], limit: int
) -> list[ClaimView]:
    if actor.kind != ActorKind.STAFF or actor.role not in (Role.EXECUTOR, Role.DEPARTMENT, Role.MANAGER):
        return []
    return _read(session, reference, about & Claim.company_id.in_(sorted(actor.departments)), limit)


def _read(session: Session, reference: Reference, about: ColumnElement[bool], limit: int) -> list[ClaimView]:
    waits = Claim.answer.is_(None) & Claim.closed_at.is_(None) & Report.status.in_(sorted(HELD))
    columns = (
        Report.code,
        Report.category_id,
        Report.ward_id,
        Report.address,
        Report.description,
        Report.lon,
        Report.lat,
        Report.status,
        Report.executor_id,
        Report.published,
    )
    rows = session.execute(
        select(Claim, *columns)
        .join(Report, Report.id == Claim.report_id)
        .where(about)
        .order_by(waits.desc(), Claim.asked_at.desc(), Claim.id)
        .limit(limit)
    ).all()
    photos = public_photos(session, list({row.Claim.report_id for row in rows if row.published}))
    return [_view(reference, row, photos) for row in rows]


def _view(reference: Reference, row: AnyRow, photos: Mapping[UUID, Sequence[PhotoView]]) -> ClaimView:
    claim, report = row.Claim, row
    held = report.status in HELD
    mask = reference.masking_of(report.category_id)
    words = mask.text(report.description) if report.published else ""
    shown = sorted(photos.get(claim.report_id, ()), key=lambda photo: photo.id != claim.photo_id)
    settled = claim.answer in (ClaimAnswer.MINE, ClaimAnswer.NOT_MINE)
    state = str(claim.answer or ("closed" if claim.closed_at or not held else "open"))
    return ClaimView(
        claim.id,
        claim.report_id,
        report.code,
        report.category_id,
        report.ward_id,
        mask.text(report.address),
        words,
        report.lon,
        report.lat,
        claim.company_id,
        claim.asked_at,
        claim.due_at,
        state,
        claim.answered_at,
        claim.words,
        late=claim.silent_at is not None,
        takes=held and not settled,
        carries=report.executor_id == claim.company_id,
        published=report.published,
        photos=shown,
    )
