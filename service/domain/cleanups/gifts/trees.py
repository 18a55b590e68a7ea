"""Planting trees at a clean-up, and looking later at how many of them live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.columns import point_at
from service.domain.cleanups.access import find_cleanup, visible_cleanups
from service.domain.cleanups.day import count_planted
from service.domain.cleanups.drafts import may_lead
from service.domain.cleanups.forms import MapPoint
from service.domain.reports.drafts import StrictBody, check_place
from service.domain.works.actions import ActionContext
from service.domain.works.events import record_work
from service.domain.works.lifecycles import KEEPER, LEAD, work_roles
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import Cleanup, TreeGroup, Work, WorkEventType, WorkKind, WorkStatus

MOST_GROUPS = 50
AFTER_THE_START = (WorkStatus.UNDER_WAY, WorkStatus.DONE, WorkStatus.CLOSED)


class NewTrees(StrictBody):
    """Trees of one species that were planted; without `location` at the place of the clean-up."""

    id: UUID
    species: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    planted: Annotated[int, Field(ge=1, le=100_000, strict=True)]
    location: MapPoint | None = None


class TreeCheck(StrictBody):
    """Number of the trees that live, as somebody counted them on a day, today without one."""

    alive: Annotated[int, Field(ge=0, le=100_000, strict=True)]
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class TreeLine:
    """Trees of one species with what became of them; `alive` is None until somebody looked."""

    id: UUID
    species: str
    planted: int
    lon: float
    lat: float
    alive: int | None
    checked_on: date | None


def plant_trees(ctx: ActionContext, code: str, form: NewTrees) -> tuple[TreeGroup, bool]:
    """Return (the trees, whether they are new). Written by who leads, once the clean-up has begun.

    Raises NotFound, Forbidden, Conflict, Invalid for more trees than the result says.
    """
    cleanup = find_cleanup(ctx.session, ctx.reference, code, ctx.actor, lock=True)
    work, side = cleanup.work, cleanup.side
    if not may_lead(ctx, work.lead_id):
        raise Forbidden(N_("Chỉ đơn vị chủ trì được ghi cây đã trồng."))
    known = ctx.session.get(TreeGroup, form.id)
    if known is not None:
        if (known.work_id, known.species, known.planted) != (work.id, form.species, form.planted):
            raise Conflict(N_("Mã id này đã được dùng cho nhóm cây khác. Hãy tạo id mới."))
        return known, False
    if work.status not in AFTER_THE_START:
        raise Conflict(N_("Chỉ ghi được cây đã trồng khi đợt ra quân đã bắt đầu."))
    groups, planted = count_planted(ctx.session, work.id)
    if groups >= MOST_GROUPS:
        raise Conflict(N_("Đợt này đã có quá nhiều nhóm cây."))
    if side.people is not None and planted + form.planted > (side.trees or 0):
        raise invalid(
            ["planted"],
            N_("Kết quả đã báo là {trees} cây. Các nhóm cây cộng lại không được nhiều hơn."),
            trees=side.trees or 0,
        )
    geom = work.geom
    if form.location is not None:
        lon, lat = form.location.lon, form.location.lat
        if problem := check_place(ctx.reference, lon, lat):
            raise invalid(["location"], problem)
        geom = point_at(lon, lat)
    row = TreeGroup(
        id=form.id,
        work_id=work.id,
        species=form.species,
        planted=form.planted,
        geom=geom,
        created_at=ctx.now,
        created_by=ctx.actor.staff_id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row, True


def check_trees(ctx: ActionContext, id_: UUID, form: TreeCheck) -> TreeGroup:
    """Say how many of the trees live. The same again changes nothing; a newer count replaces an older one.

    Raises NotFound, Forbidden, Invalid for more than were planted or a day that is none.
    """
    row = ctx.session.get(TreeGroup, id_, with_for_update=True, populate_existing=True)
    work = ctx.session.get(Work, row.work_id) if row is not None else None
    if row is None or work is None:
        raise NotFound(N_("Không có nhóm cây này."))
    find_cleanup(ctx.session, ctx.reference, work.code, ctx.actor)
    if not work_roles(ctx.actor, work) & {LEAD, KEEPER}:
        raise Forbidden(N_("Chỉ đơn vị chủ trì và đơn vị theo dõi được kiểm tra cây."))
    if form.alive > row.planted:
        raise invalid(["alive"], N_("Chỉ trồng {planted} cây."), planted=row.planted)
    today = ctx.calendar.local(ctx.now).date()
    on = form.checked_on or today
    begun = ctx.calendar.local(work.starts_at).date() if work.starts_at else on
    if not begun <= on <= today:
        raise invalid(["checked_on"], N_("Ngày kiểm tra phải từ ngày trồng đến hôm nay."))
    if row.checked_on is not None and on < row.checked_on:
        raise invalid(["checked_on"], N_("Đã có lần kiểm tra sau ngày này."))
    if (row.alive, row.checked_on) == (form.alive, on):
        return row
    row.alive, row.checked_on, row.checked_by = form.alive, on, ctx.actor.staff_id
    data = {"species": row.species, "planted": row.planted, "alive": row.alive}
    checked = WorkEventType.TREE_CHECKED
    record_work(ctx.session, work, checked, actor=ctx.actor, at=ctx.now, data=data)
    ctx.session.flush()
    return row


def list_trees(session: Session, work_id: UUID) -> list[TreeLine]:
    """Return what was planted at a clean-up, in the order in which it was written down."""
    rows = session.execute(
        select(TreeGroup, func.ST_X(TreeGroup.geom), func.ST_Y(TreeGroup.geom))
        .where(TreeGroup.work_id == work_id)
        .order_by(TreeGroup.created_at, TreeGroup.id)
    )
    return [_line(row, lon, lat) for row, lon, lat in rows]


def list_public_trees(session: Session, most: int) -> Sequence[tuple[str, TreeLine]]:
    """Return (code of the clean-up, trees) of everything planted that everybody may see, the newest first."""
    query = (
        select(Work.code, TreeGroup, func.ST_X(TreeGroup.geom), func.ST_Y(TreeGroup.geom))
        .join(Work, Work.id == TreeGroup.work_id)
        .where(Work.kind == WorkKind.CLEANUP, visible_cleanups(None))
        .order_by(TreeGroup.created_at.desc(), TreeGroup.id)
        .limit(most)
    )
    return [(code, _line(row, lon, lat)) for code, row, lon, lat in session.execute(query)]


def list_own_trees(ctx: ActionContext) -> Sequence[tuple[str, str, TreeLine]]:
    """Return (code, title, trees) of the clean-ups of the person's units, the longest unchecked first."""
    query = (
        select(Work.code, Work.title, TreeGroup, func.ST_X(TreeGroup.geom), func.ST_Y(TreeGroup.geom))
        .join(Cleanup, Cleanup.work_id == TreeGroup.work_id)
        .join(Work, Work.id == Cleanup.work_id)
        .order_by(TreeGroup.checked_on.nulls_first(), TreeGroup.created_at, TreeGroup.id)
        .limit(200)
    )
    if not ctx.actor.of_city:
        query = query.where(Work.lead_id.in_(sorted(ctx.actor.departments)))
    return [(code, title, _line(row, lon, lat)) for code, title, row, lon, lat in ctx.session.execute(query)]


def _line(row: TreeGroup, lon: float, lat: float) -> TreeLine:
    return TreeLine(row.id, row.species, row.planted, lon, lat, row.alive, row.checked_on)
