"""Buildings of premises in their form, a row each: its name, and the units in it as ticks."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.cleanups.offices.premises import NONE, find_premises, view_premises
from service.domain.works.actions import ActionContext
from service.errors import NotFound
from service.pages.shared.forms import Fields, SentForm

MOST_BUILDINGS = 20
MORE = 5
"""So many empty rows come behind those that are filled in: each holds every unit of the city."""
BuildingRow = dict[str, object]


def sent_buildings(form: SentForm) -> list[BuildingRow]:
    """Return the rows in which a name or a unit stands."""
    rows: list[BuildingRow] = [
        {"name": form.text(f"buildings.{at}.name"), "units": form.texts(f"buildings.{at}.units")}
        for at in range(MOST_BUILDINGS)
    ]
    return [row for row in rows if row["name"] or row["units"]]


def draw_buildings(filled: Sequence[BuildingRow]) -> list[BuildingRow]:
    """Return the rows to draw, with empty ones below."""
    spare = min(MORE, MOST_BUILDINGS - len(filled))
    rows: list[BuildingRow] = [{"name": "", "units": []} for _ in range(spare)]
    return [*filled, *rows]


def fill_premises(ctx: ActionContext, premises_id: int) -> tuple[Fields, list[BuildingRow]]:
    """Return the form of premises that are there, and the rows of their buildings. Raises NotFound
    also for those of others.
    """
    view = view_premises(ctx, find_premises(ctx.session, ctx.actor, premises_id))
    units = ctx.reference.departments
    if not view.mine:
        raise NotFound(NONE)
    fields = {
        "name": view.name,
        "department": units[view.department_id].code,
        "lon": str(round(view.lon, 6)),
        "lat": str(round(view.lat, 6)),
        "head": view.head,
    }
    return Fields(fields), [
        {"name": each.name, "units": [units[id_].code for id_ in each.unit_ids if id_ in units]}
        for each in view.buildings
    ]
