"""Batches of reports in which one that cannot be dealt with keeps none of the others from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from service.errors import AppError
from service.models import Report

POISON = (AppError, LookupError, TypeError, ValueError, ArithmeticError, IntegrityError, DataError)
"""What a report can be at fault for; a database that is away or a lock that was refused is not among it."""

OnFailure = Callable[[UUID, Exception], None]
"""Told the id of a report and why it could not be dealt with."""


def each_alone(
    session: Session, rows: Sequence[Report], act: Callable[[Report], object], failed: OnFailure | None
) -> int:
    """Call `act` for each report in a savepoint of its own; return how many succeeded.

    What was written for a failing one is undone and `failed` is told; without it the error is raised.
    """
    well = 0
    for row, identity in [(row, row.id) for row in rows]:
        try:
            with session.begin_nested():
                act(row)
        except POISON as error:
            if failed is None:
                raise
            failed(identity, error)
        else:
            well += 1
    return well
