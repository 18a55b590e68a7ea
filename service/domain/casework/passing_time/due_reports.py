"""Reports that a step of passing time is due for: locked, those that somebody holds left for the next run."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import SQLColumnExpression, select
from sqlalchemy.orm import Session, defer

from service.models import Report


def lock_due_reports(
    session: Session,
    due: Sequence[SQLColumnExpression[bool]],
    order: Sequence[SQLColumnExpression[object]],
    most: int,
) -> Sequence[Report]:
    """Return up to `most` reports that meet every condition of `due`, in that order, their rows locked.

    Rows that another transaction holds are skipped, so that any number of workers may run at one moment. Not
    the key is locked: events that refer to the row need not wait.
    """
    query = select(Report).where(*due).order_by(*order).limit(most)
    return session.scalars(
        query.options(defer(Report.location), defer(Report.search))
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
