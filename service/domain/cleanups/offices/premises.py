"""Keeping premises: their buildings and the units in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.columns import degrees_of, point_at
from service.domain.cleanups.drafts import lead_of, may_lead
from service.domain.cleanups.forms import MapPoint
from service.domain.cleanups.offices.ground import (
    DrawnArea,
    area_of,
    find_head,
    head_username,
    read_area,
    renew_ground,
    set_area,
)
from service.domain.kernel.sql import one_at_a_time
from service.domain.reports.drafts import StrictBody, check_place
from service.domain.reports.events import Actor
from service.domain.works.access import READERS, require_works
from service.domain.works.actions import ActionContext
from service.domain.works.forms import Code
from service.domain.works.units import unit_id
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import Premises, Role
from service.models.reports.event import ActorKind
from service.models.works.premises import StoredBuilding

MOST = 500
NONE = N_("Không có trụ sở này.")
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class NewBuilding(StrictBody):
    """Building, and the units in it."""

    name: Name
    units: Annotated[list[Code], Field(min_length=1, max_length=40)]


class NewPremises(StrictBody):
    """Premises that a unit keeps. `area` and `head`, the user name of who answers for reports inside, stay as
    they are where they are left out, and go with null.
    """

    name: Name
    department: Code
    location: MapPoint
    buildings: Annotated[list[NewBuilding], Field(min_length=1, max_length=20)]
    area: DrawnArea | None = None
    head: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None = None


@dataclass(frozen=True, slots=True)
class Building:
    """Building and the ids of the units in it."""

    name: str
    unit_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class PremisesView:
    """Premises as colleagues see them; `mine` for who enters their rosters."""

    id: int
    name: str
    department_id: int
    lon: float
    lat: float
    buildings: Sequence[Building]
    mine: bool
    area: dict[str, object] | None
    head: str


def make_premises(ctx: ActionContext, form: NewPremises) -> tuple[PremisesView, bool]:
    """Return (the premises, whether they are new). The same name of the same unit is changed to what is said
    now.

    Raises Forbidden, Invalid.
    """
    require_works(ctx.reference)
    department = lead_of(ctx, form.department)
    lon, lat = form.location.lon, form.location.lat
    if problem := check_place(ctx.reference, lon, lat):
        raise invalid(["location"], problem)
    names = [each.name for each in form.buildings]
    if len(set(names)) != len(names):
        raise invalid(["buildings"], N_("Hai nhà không được trùng tên."))
    buildings: list[StoredBuilding] = [
        {"name": each.name, "units": [unit_id(ctx.reference, code, "buildings") for code in each.units]}
        for each in form.buildings
    ]
    one_at_a_time(ctx.session, "premises")  # or two of one name at once: a 500
    mine = Premises.department_id == department, Premises.name == form.name
    row = ctx.session.scalar(select(Premises).where(*mine))
    new = row is None
    if row is None:
        if (ctx.session.scalar(select(func.count()).select_from(Premises)) or 0) >= MOST:
            raise Conflict(N_("Đã có quá nhiều trụ sở."))
        row = Premises(
            name=form.name,
            department_id=department,
            created_at=ctx.now,
            created_by=ctx.actor.staff_id,
        )
        ctx.session.add(row)
    row.geom, row.buildings = point_at(lon, lat), buildings
    if "head" in form.model_fields_set:
        row.head_id = find_head(ctx, department, form.head) if form.head else None
    if "area" in form.model_fields_set:
        set_area(row, read_area(ctx, form.area) if form.area else None)
    ctx.session.flush()
    if form.model_fields_set & {"area", "head"}:
        renew_ground(ctx)
    ctx.session.refresh(row)
    return view_premises(ctx, row), new


def require_premises_keeping(actor: Actor) -> None:
    """Raise Forbidden for who leads no unit's clean-ups, and so keeps no premises."""
    if (
        actor.kind != ActorKind.STAFF
        or actor.role not in (Role.DEPARTMENT, Role.MANAGER)
        or not actor.departments
    ):
        raise Forbidden(N_("Chỉ cán bộ của đơn vị quản lý được sửa trụ sở của đơn vị mình."))


def list_premises(ctx: ActionContext) -> list[PremisesView]:
    """Return the premises that this person may see, by name."""
    rows = ctx.session.scalars(select(Premises).order_by(Premises.name, Premises.id))
    return [view_premises(ctx, row) for row in rows if _may_see(ctx.actor, row)]


def find_premises(session: Session, actor: Actor, id_: int) -> Premises:
    """Return the premises. Raises NotFound also for who may not see them."""
    row = session.get(Premises, id_)
    if row is None or not _may_see(actor, row):
        raise NotFound(NONE)
    return row


def view_premises(ctx: ActionContext, row: Premises) -> PremisesView:
    """Return premises as colleagues see them."""
    lon, lat = degrees_of(row.geom)
    buildings = [Building(each["name"], tuple(each["units"])) for each in row.buildings]
    mine = may_lead(ctx, row.department_id)
    ground = area_of(row), head_username(ctx, row)
    return PremisesView(row.id, row.name, row.department_id, lon, lat, buildings, mine, *ground)


def _may_see(actor: Actor, row: Premises) -> bool:
    if actor.kind != ActorKind.STAFF:
        return False
    if actor.role in READERS or actor.role == Role.INSPECTOR:
        return True
    units = {unit for each in row.buildings for unit in each["units"]} | {row.department_id}
    return bool(units & actor.departments)
