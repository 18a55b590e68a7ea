"""The reports of a download, in pieces: what everyone may see of each, and nothing about who sent it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.deadlines.standing import is_late
from service.domain.kernel.sql import AnyRow, plan_by_values
from service.domain.queries.conditions import conditions, index_alternatives
from service.domain.queries.manage.lists import BY_LATENESS, STOPPED
from service.domain.queries.manage.selection import read_selection
from service.domain.queries.views import COLUMNS
from service.domain.reports.access import Asker, visible
from service.domain.reports.events import Actor
from service.domain.reports.filters import Params, read_filters
from service.domain.workspaces.desk.queue import read_filter
from service.domain.workspaces.downloads.fields import Rows
from service.domain.workspaces.downloads.named_rows import named_values
from service.domain.workspaces.worklist import conditions_of, read_worklist_filters
from service.errors import NotFound, Unauthenticated, invalid
from service.i18n import N_, pick, translate
from service.i18n.wording import STATUSES
from service.models import Report, Role, Staff

LISTS = ("reports", "manage", "queue", "desk")
MAY_TAKE: Mapping[str, frozenset[str]] = {
    "manage": frozenset({Role.MANAGER, Role.TRIAGE, Role.ADMINISTRATOR}),
    "queue": frozenset({Role.TRIAGE, Role.DEPARTMENT, Role.EXECUTOR, Role.INSPECTOR, Role.MANAGER}),
    "desk": frozenset({Role.TRIAGE}),
}
"""Whose lists those of staff are."""

CHUNK = 2_000

Conditions = list[ColumnElement[bool]]


def list_conditions(reference: Reference, asker: Asker, params: Params, now: datetime) -> Conditions:
    """Return what the list behind an address is on `Report`, within what the asker may see.

    `list` in it is `reports` (the filters of the public list), `manage` (those of the manager's lists),
    `queue` (the person's own) or `desk` (what waits for a coordinator). Raises what reading the filters
    raises, Unauthenticated for a list of staff without a sign-in, NotFound for one that is not theirs.
    """
    kind = params.get("list") or "reports"
    if kind not in LISTS:
        raise invalid(["list"], N_("Hãy chọn một trong: {expected}."), expected=", ".join(LISTS))
    if kind != "reports":
        if asker.staff is None:
            raise Unauthenticated(N_("Cần đăng nhập bằng tài khoản cán bộ."))
        if asker.staff.role not in MAY_TAKE[kind]:
            raise NotFound(N_("Không có danh sách này."))
        return _of_staff(kind, reference, asker.staff, params, now)
    filters = read_filters(reference, params)
    return [visible(asker), or_(*index_alternatives(filters)), *conditions(filters, now)]


def _of_staff(kind: str, reference: Reference, actor: Actor, params: Params, now: datetime) -> Conditions:
    if kind == "queue":
        return conditions_of(reference, actor, read_worklist_filters(reference, params), now)
    if kind == "desk":
        return [Report.desk_since.is_not(None), *read_filter(reference, params).conditions(now)]
    selection = read_selection(reference, actor, params, now)
    return selection.conditions(ZoneInfo(reference.timezone), now)


def is_by_lateness(params: Params) -> bool:
    """Return whether a list is read from what is most late, as the page that it stands on shows it."""
    return params.get("list") == "manage" and params.get("outcome") in BY_LATENESS


def count_rows(session: Session, conditions: Conditions, most: int) -> int:
    """Return how many rows there are; stops counting beyond `most`."""
    plan_by_values(session)
    few = select(Report.id).where(*conditions).limit(most + 1).subquery()
    return session.scalar(select(func.count()).select_from(few)) or 0


def chunks(
    session: Session,
    reference: Reference,
    conditions: Conditions,
    *,
    now: datetime,
    public_url: str,
    most: int,
    named_for: Asker | None = None,
    latest_first: bool = False,
) -> Iterator[Rows]:
    """Yield the rows newest first, or what is most late first, some thousand at a time: values in the order
    of `fields.FIELDS`, or those of `named_rows` for somebody of an office.
    """
    late_by = func.coalesce(STOPPED, now) - Report.due_at
    plan_by_values(session)
    query = (
        select(*COLUMNS, Report.channel, Staff.name.label("holder"))
        .outerjoin(Staff, Staff.id == Report.holder_id)
        .where(*conditions)
        .order_by(late_by.desc().nulls_last() if latest_first else Report.created_at.desc(), Report.id.desc())
        .limit(most)
        .execution_options(yield_per=CHUNK)
    )
    base = public_url.rstrip("/")
    for found in session.execute(query).partitions():
        if named_for is None:
            yield [_values(reference, row, now, base) for row in found]
        else:
            inside = named_for.staff is not None
            yield [named_values(reference, row, now, base, inside=inside) for row in found]


def _values(reference: Reference, row: AnyRow, now: datetime, base: str) -> tuple[object, ...]:
    category, mask = reference.categories[row.category_id], reference.masking_of(row.category_id)
    ward = reference.wards.get(row.ward_id or 0)
    lead = reference.departments.get(row.lead_id or 0)
    executor = reference.departments.get(row.executor_id or 0)
    helping = [reference.departments[each] for each in row.support_ids if each in reference.departments]
    return (
        row.code,
        category.code,
        pick(category.name),
        row.status,
        translate(STATUSES[row.status].name),
        mask.text(row.description),
        mask.text(row.address),
        ward.code if ward else None,
        ward.said_name if ward else None,
        lead.code if lead else None,
        pick(lead.name) if lead else None,
        ", ".join(each.code for each in helping) or None,
        ", ".join(pick(each.name) for each in helping) or None,
        executor.code if executor else None,
        pick(executor.name) if executor else None,
        row.channel,
        row.created_at,
        row.updated_at,
        row.due_at,
        row.resolved_at,
        row.closed_at,
        is_late(row, now),
        row.lon,
        row.lat,
        f"{base}/r/{row.code}",
    )
