"""Giving praise and criticism, and taking it back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from service.domain.cleanups.access import find_cleanup
from service.domain.kernel.audit import write_entry
from service.domain.people.staff import tidy_username
from service.domain.reports.drafts import StrictBody
from service.domain.works.actions import ActionContext
from service.domain.works.events import record_commendation
from service.domain.works.forms import Code
from service.domain.works.units import unit_id
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import (
    Commendation,
    CommendationForm,
    Movement,
    MovementState,
    Photo,
    Report,
    Role,
    Staff,
    Work,
)
from service.models.reports.photo import PhotoState

GIVERS = frozenset({Role.MANAGER})
PRAISES = (CommendationForm.MERIT, CommendationForm.CERTIFICATE, CommendationForm.PRAISE)
MOST_A_DAY = 200
"""Commendations that one unit is given in a day."""
LEADERS = N_("Chỉ lãnh đạo của đơn vị hoặc của đơn vị cấp trên được khen, nhắc nhở.")
NONE = N_("Không có mục khen, nhắc nhở này.")
OLDEST = timedelta(days=3700)

FORM_NAMES = {
    CommendationForm.MERIT: N_("Bằng khen"),
    CommendationForm.CERTIFICATE: N_("Giấy khen"),
    CommendationForm.PRAISE: N_("Biểu dương"),
    CommendationForm.REMINDER: N_("Nhắc nhở"),
    CommendationForm.CRITICISM: N_("Phê bình"),
}


class NewCommendation(StrictBody):
    """Praise or criticism of a unit, or of a person of it; `id` is the client's, so that a retry is the same.

    Without `public` praise of a unit is public and all else is not. `cleanup` is the one that it is for;
    `photo` is one that everybody may see, shown instead of the clean-up's.
    """

    id: UUID
    unit: Code
    person: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] | None = None
    form: CommendationForm
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
    decision: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    decided_on: date | None = None
    public: bool | None = None
    cleanup: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] | None = None
    movement: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] | None = None
    photo: UUID | None = None


def give_commendation(ctx: ActionContext, form: NewCommendation) -> tuple[Commendation, bool]:
    """Return (the commendation, whether it is new). Given by leaders of the unit or of one above it.

    Raises Forbidden, NotFound, Conflict for an id that stands for another, Invalid: criticism is never
    public, nor is anything about a person.
    """
    unit = _unit(ctx, form.unit)
    person = _person(ctx, unit, form)
    praise = form.form in PRAISES
    public = form.public if form.public is not None else praise and person is None
    if public and not praise:
        raise invalid(["public"], N_("Nhắc nhở và phê bình không bao giờ công khai."))
    if public and person is not None:
        raise invalid(["public"], N_("Khen cá nhân chỉ hiện trong đơn vị; công khai thì khen đơn vị."))
    on, today = form.decided_on or ctx.calendar.local(ctx.now).date(), ctx.calendar.local(ctx.now).date()
    if not today - OLDEST <= on <= today:
        raise invalid(["decided_on"], N_("Ngày quyết định không được sau hôm nay."))
    work_id = None
    if form.cleanup:
        work_id = find_cleanup(ctx.session, ctx.reference, form.cleanup, ctx.actor).work.id
    if form.movement is not None:
        _check_movement(ctx, unit, form.movement)
    columns = {
        "unit_id": unit,
        "staff_id": person,
        "form": form.form,
        "words": form.words,
        "decision": form.decision,
        "decided_on": on,
        "public": public,
        "work_id": work_id,
        "movement_id": form.movement,
        "photo_id": _photo(ctx, form.photo, public) if form.photo else None,
    }
    known = ctx.session.get(Commendation, form.id)
    if known is not None:
        if known.given_by != ctx.actor.staff_id or known.words != form.words or known.unit_id != unit:
            raise Conflict(N_("Mã id này đã được dùng cho mục khác. Hãy tạo id mới."))
        return known, False
    _check_many(ctx, unit)
    row = Commendation(id=form.id, **columns)
    keep_commendation(ctx, row)
    return row, True


def keep_commendation(ctx: ActionContext, row: Commendation) -> None:
    """Add a commendation that was decided, with its event and its line of the audit."""
    row.given_at, row.given_by = ctx.now, ctx.actor.staff_id
    ctx.session.add(row)
    ctx.session.flush()
    record_commendation(ctx.session, row, actor=ctx.actor, at=ctx.now)
    _audit(ctx, row, "added")


def withdraw_commendation(ctx: ActionContext, id_: UUID) -> Commendation:
    """Take it back: it is shown to nobody any more. Again it changes nothing. Raises NotFound, Forbidden."""
    row = ctx.session.get(Commendation, id_, with_for_update=True, populate_existing=True)
    if row is None or not (row.public or _within(ctx, row.unit_id)):
        raise NotFound(NONE)
    if ctx.actor.role not in GIVERS or not _within(ctx, row.unit_id):
        raise Forbidden(LEADERS)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = ctx.now, ctx.actor.staff_id
        ctx.session.flush()
        _audit(ctx, row, "removed")
    return row


def _unit(ctx: ActionContext, code: str) -> int:
    if ctx.actor.role not in GIVERS:
        raise Forbidden(LEADERS)
    unit = unit_id(ctx.reference, code, "unit")
    if not _within(ctx, unit):
        raise Forbidden(LEADERS)
    return unit


def _within(ctx: ActionContext, unit: int) -> bool:
    return ctx.actor.of_city or unit in ctx.actor.departments


def _person(ctx: ActionContext, unit: int, form: NewCommendation) -> int | None:
    """Return the id. Raises Invalid for who is not of the unit, Forbidden for criticism from afar."""
    if not form.person:
        return None
    mine = Staff.username == tidy_username(form.person), Staff.department_id == unit, Staff.active
    found = ctx.session.scalar(select(Staff.id).where(*mine))
    if found is None:
        raise invalid(["person"], N_("Đơn vị này không có người này."))
    if form.form not in PRAISES and ctx.actor.department_id != unit:
        raise Forbidden(N_("Chỉ lãnh đạo của chính đơn vị được nhắc nhở, phê bình người của mình."))
    return found


def _photo(ctx: ActionContext, id_: UUID, public: bool) -> UUID:
    """Return the id of a photo that everybody may see. Raises Invalid, as where nobody reads the praise."""
    if not public or ctx.session.scalar(select(Photo.id).where(Photo.id == id_, is_public_photo())) is None:
        raise invalid(["photo"], N_("Chỉ kèm được ảnh đang công khai, cho mục khen công khai."))
    return id_


def is_public_photo() -> ColumnElement[bool]:
    """Return the condition of photos that everybody may see, as their report or work is."""
    of_report = exists().where(Report.id == Photo.report_id, Report.published)
    of_work = exists().where(Work.id == Photo.work_id, Work.public)
    return and_(Photo.state == PhotoState.READY, Photo.published.is_(True), or_(of_report, of_work))


def _check_movement(ctx: ActionContext, unit: int, number: int) -> None:
    """Raise Invalid for a movement that there is not, or that the unit takes no part in."""
    movement = ctx.session.get(Movement, number)
    units = {each for pool in movement.pools for each in pool["units"]} if movement is not None else set()
    if movement is None or movement.state == MovementState.DRAFT or unit not in units:
        raise invalid(["movement"], N_("Đơn vị này không tham gia phong trào."))


def _check_many(ctx: ActionContext, unit: int) -> None:
    since = ctx.now - timedelta(days=1)
    today = select(func.count()).where(Commendation.unit_id == unit, Commendation.given_at > since)
    if (ctx.session.scalar(today) or 0) >= MOST_A_DAY:
        raise Conflict(N_("Hôm nay đơn vị này đã có quá nhiều mục."))


def _audit(ctx: ActionContext, row: Commendation, verb: str) -> None:
    facts = {"form": str(row.form), "public": row.public, "unit_id": row.unit_id}
    name = f"commendation.{verb}"
    write_entry(ctx.session, name, str(row.id), at=ctx.now, staff_id=ctx.actor.staff_id, after=facts)
