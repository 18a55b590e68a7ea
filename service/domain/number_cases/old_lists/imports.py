"""Old lists kept: as sightings without a witness, shown to the unit whose list it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.office_lists import ImportCounts
from service.domain.city.reference import Reference
from service.domain.number_cases.old_lists.sheet import OldListRow, midnight_of
from service.domain.numbers.registry import enter_numbers, recount_old_numbers
from service.domain.numbers.rights import readable_old_sightings
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.domain.works.views import ReadModel
from service.errors import Forbidden, NotFound
from service.i18n import N_, pick
from service.models import OldSighting, Role
from service.models.reports.event import ActorKind

KEEPERS = frozenset({Role.TRIAGE, Role.DEPARTMENT})
"""Roles that enter old lists; who reads numbers sees them."""

MOST_SHOWN = 200


class OldSightingView(ReadModel):
    """Sighting out of an old list (“từ hồ sơ cũ”): no witness of the number."""

    seen_on: date
    place: str
    ward: str
    words: str
    unit: str


def require_old_lists(actor: Actor) -> None:
    """Raise NotFound for who reads no numbers, Forbidden for roles that enter no old lists."""
    if actor.kind != ActorKind.STAFF or actor.role in (Role.EXECUTOR, Role.ADMINISTRATOR):
        raise NotFound(N_("Không có trang này."))
    if actor.role not in KEEPERS:
        raise Forbidden(N_("Chỉ điều phối và đơn vị chủ trì được nhập hồ sơ cũ."))


def keep_old_rows(ctx: ActionContext, rows: Sequence[OldListRow]) -> ImportCounts:
    """Keep the rows of an old list; those that stand there already stay as they are, so that a file sent
    twice counts once. No number is verified by it. Raises as `require_old_lists`.
    """
    require_old_lists(ctx.actor)
    if not rows:
        return ImportCounts(0, 0)
    ids = enter_numbers(ctx.session, [each.number for each in rows], ctx.now)
    values = [
        {
            "number_id": ids[each.number.e164],
            "seen_at": midnight_of(ctx.calendar, each.seen_on),
            "place": each.place,
            "ward_id": each.ward_id,
            "words": each.words,
            "unit_id": ctx.actor.department_id,
            "entered_at": ctx.now,
            "entered_by": ctx.actor.staff_id,
        }
        for each in rows
    ]
    values.sort(key=lambda row: (row["number_id"], row["seen_at"], row["place"]))  # one order: no deadlock
    put = insert(OldSighting).on_conflict_do_nothing().returning(OldSighting.number_id)
    touched = ctx.session.scalars(put.values(values)).all()
    recount_old_numbers(ctx.session, set(touched))
    return ImportCounts(len(touched), len(rows) - len(touched))


def old_sightings(
    session: Session, reference: Reference, calendar: Calendar, actor: Actor, number_id: int
) -> list[OldSightingView]:
    """Return where a number stood by the old lists of this reader, the newest first."""
    query = select(OldSighting).where(OldSighting.number_id == number_id, readable_old_sightings(actor))
    newest = query.order_by(OldSighting.seen_at.desc(), OldSighting.id).limit(MOST_SHOWN)
    wards, units = reference.wards, reference.departments
    return [
        OldSightingView(
            seen_on=calendar.local(each.seen_at).date(),
            place=each.place,
            ward=wards[each.ward_id].name if each.ward_id is not None and each.ward_id in wards else "",
            words=each.words,
            unit=pick(units[each.unit_id].name) if each.unit_id is not None and each.unit_id in units else "",
        )
        for each in session.scalars(newest)
    ]
