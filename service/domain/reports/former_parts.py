"""Parts that departments had in cases before reports kept them, filled in from the log piece by piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.models import Consumer, Department, Event, Report

BOOKMARK = "former_parts"
"""The row of `consumer` that says how far the log was read; it is there only until all of it was."""

PIECE = 500


@dataclass
class _Parts:
    """Departments that had a part in a case by what the log says."""

    anyhow: set[int] = field(default_factory=set)
    executors: set[int] = field(default_factory=set)


def fill_former_parts(session: Session, most: int = PIECE) -> bool:
    """Fill in what the next `most` events tell; return whether there is more. Harmless beside the writers:
    what is handed on meanwhile the report keeps by itself.
    """
    named = select(Consumer).where(Consumer.name == BOOKMARK).with_for_update(skip_locked=True)
    bookmark = session.scalars(named).one_or_none()
    if bookmark is None:
        return False
    rows = session.execute(
        select(Event.position, Event.report_id, Event.lead_id, Event.data)
        .where(Event.position > bookmark.position)
        .order_by(Event.position)
        .limit(most)
    ).all()
    known = {each.code: each.id for each in session.execute(select(Department.code, Department.id))}
    found: dict[UUID, _Parts] = {}
    for row in rows:
        if row.report_id is not None:
            _note(found.setdefault(row.report_id, _Parts()), row.lead_id, row.data, known)
    _fill(session, {report: parts for report, parts in found.items() if parts.anyhow})
    if len(rows) < most:
        session.delete(bookmark)
        return False
    bookmark.position = rows[-1].position
    return True


def _note(parts: _Parts, lead_id: int | None, data: Mapping[str, object], known: Mapping[str, int]) -> None:
    executor, supports = data.get("executor"), data.get("supports")
    if lead_id is not None:
        parts.anyhow.add(lead_id)
    if isinstance(executor, str) and executor in known:
        parts.anyhow.add(known[executor])
        parts.executors.add(known[executor])
    for code in supports if isinstance(supports, list) else ():
        if isinstance(code, str) and code in known:
            parts.anyhow.add(known[code])


def _fill(session: Session, found: Mapping[UUID, _Parts]) -> None:
    """Put down who has a part no longer. Reports are locked in the order of their ids, as everywhere."""
    query = (
        select(
            Report.id,
            Report.lead_id,
            Report.executor_id,
            Report.support_ids,
            Report.former_ids,
            Report.former_executor_ids,
        )
        .where(Report.id.in_(found))
        .order_by(Report.id)
        .with_for_update(key_share=True)
    )
    for row in session.execute(query).all():
        parts = found[row.id]
        here = {row.lead_id, row.executor_id, *row.support_ids}
        former = sorted({*row.former_ids, *(parts.anyhow - here)})
        hired = [
            *row.former_executor_ids,
            *sorted(parts.executors - {row.executor_id, *row.former_executor_ids}),
        ]
        if former != sorted(row.former_ids) or hired != list(row.former_executor_ids):
            session.execute(
                update(Report)
                .where(Report.id == row.id)
                .values(former_ids=former, former_executor_ids=hired)
                .execution_options(synchronize_session=False)
            )
