"""Saved filters of the desk: one's own, and those that colleagues share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.texts import tidy
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import Actor
from service.domain.workspaces.desk.coordinators import coordinator_id
from service.domain.workspaces.desk.queue import ASKED, DeskFilter, count_each, read_filter
from service.errors import Conflict, Invalid, NotFound, invalid
from service.i18n import N_
from service.models import SavedFilter, Staff

MOST = 20


class NewFilter(StrictBody):
    """A filter to keep: `query` is that of the desk's address."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    query: Annotated[str, Field(max_length=1000)]
    shared: bool = False


@dataclass(frozen=True, slots=True)
class SavedFilterView:
    """A saved filter: `count` wait for it now, None where the city no longer knows what it names.

    `by` is who shares it, empty for one's own.
    """

    id: int
    name: str
    query: str
    shared: bool
    by: str
    count: int | None


def desk_parameters(query: str) -> dict[str, str]:
    """Return what the query of an address says of the desk; whatever else it holds is left out."""
    return {name: value for name, value in parse_qsl(query) if name in ASKED and value}


def tidy_query(params: Mapping[str, str | None]) -> str:
    """Return a filter's query in one spelling, so that the same filter is the same text."""
    return urlencode([(name, value) for name in ASKED if (value := tidy(params.get(name) or ""))])


def save_filter(
    session: Session, reference: Reference, actor: Actor, sent: NewFilter, now: datetime
) -> SavedFilter:
    """Keep the filter; under a name that is there already it takes its place.

    Raises Forbidden but for coordinators, Invalid for a filter of nothing or of what does not exist, Conflict
    when there are too many.
    """
    staff_id = coordinator_id(actor)
    params = desk_parameters(sent.query)
    read_filter(reference, params)
    if not (query := tidy_query(params)):
        raise invalid(["query"], N_("Hãy chọn ít nhất một điều kiện lọc trước khi lưu."))
    if not (name := tidy(sent.name)):
        raise invalid(["name"], N_("Cần đặt tên cho bộ lọc."))
    session.scalar(select(Staff.id).where(Staff.id == staff_id).with_for_update(key_share=True))
    own = select(SavedFilter).where(SavedFilter.staff_id == staff_id)
    saved = session.scalar(own.where(SavedFilter.name == name))
    if saved is None:
        if (session.scalar(select(func.count()).select_from(own.subquery())) or 0) >= MOST:
            raise Conflict(N_("Đã đủ {most} bộ lọc. Hãy xóa bớt rồi lưu."), most=MOST)
        saved = SavedFilter(staff_id=staff_id, name=name, created_at=now)
        session.add(saved)
    saved.query, saved.shared = query, sent.shared
    session.flush()
    return saved


def delete_filter(session: Session, actor: Actor, filter_id: int) -> None:
    """Delete one's own filter; NotFound for those of others."""
    saved = session.get(SavedFilter, filter_id)
    if saved is None or saved.staff_id != coordinator_id(actor):
        raise NotFound(N_("Không có bộ lọc này."))
    session.delete(saved)
    session.flush()


def saved_filters(
    session: Session, reference: Reference, actor: Actor, now: datetime
) -> list[SavedFilterView]:
    """Return the person's own by name, then those of colleagues, each with how many wait for it; two queries
    in all.
    """
    mine = SavedFilter.staff_id == coordinator_id(actor)
    query = (
        select(SavedFilter, Staff.name)
        .join(Staff, Staff.id == SavedFilter.staff_id)
        .where(mine | (SavedFilter.shared & Staff.active))
        .order_by(mine.desc(), SavedFilter.name, SavedFilter.id)
        .limit(2 * MOST)
    )
    rows = session.execute(query).all()
    filters = [_known(reference, row.SavedFilter.query) for row in rows]
    counts = iter(count_each(session, [each for each in filters if each], now))
    return [
        SavedFilterView(
            row.SavedFilter.id,
            row.SavedFilter.name,
            row.SavedFilter.query,
            row.SavedFilter.shared,
            "" if row.SavedFilter.staff_id == actor.staff_id else row.name,
            next(counts) if known else None,
        )
        for row, known in zip(rows, filters, strict=True)
    ]


def _known(reference: Reference, query: str) -> DeskFilter | None:
    """None where a category or ward is gone: the filter is kept, and says so."""
    try:
        return read_filter(reference, desk_parameters(query))
    except Invalid:
        return None
