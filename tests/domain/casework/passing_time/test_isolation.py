"""What time does by itself, it does to all of a batch but the one that is broken; warnings too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from service.domain.casework.passing_time import timeouts, warnings
from service.domain.city.reference import Reference
from service.models import Report
from tests.support.factories import make_report
from tests.support.small_city import NOON

DAY = timedelta(days=1)
LATE = NOON + 400 * DAY


@pytest.mark.parametrize(
    ("step", "status", "broken", "columns"),
    [
        (timeouts.close_verified, "resolved", "move", {"resolved_at": NOON}),
        (timeouts.end_unanswered, "waiting", "move", {"paused_at": NOON}),
        (timeouts.remind_unanswered, "waiting", "record", {"paused_at": NOON}),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_one_broken_report_keeps_no_other_waiting(
    session: Session,
    reference: Reference,
    monkeypatch: pytest.MonkeyPatch,
    step: Callable[..., int],
    status: str,
    broken: str,
    columns: dict[str, Any],
) -> None:
    batch = [make_report(session, reference, status, **columns) for _ in range(3)]
    bad, failures = batch[1].id, list[UUID]()
    done = getattr(timeouts, broken)

    def fail_for_one(session: Session, report: Report, *rest: Any, **more: Any) -> Any:
        if report.id == bad:
            raise LookupError("broken")
        return done(session, report, *rest, **more)

    monkeypatch.setattr(timeouts, broken, fail_for_one)
    assert step(session, reference, LATE, failed=lambda each, _: failures.append(each)) == 2
    assert failures == [bad]


def test_one_broken_case_keeps_no_other_from_being_warned_of(
    session: Session, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    due: dict[str, Any] = {"amber_at": NOON, "due_at": NOON + DAY}
    batch = [make_report(session, reference, "in_progress", **due) for _ in range(3)]
    bad, failures, warned = batch[1].id, list[UUID](), set[UUID]()
    record = vars(warnings)["record"]

    def fail_for_one(session: Session, report: Report, *rest: Any, **more: Any) -> Any:
        if report.id == bad:
            raise LookupError("broken")
        warned.add(report.id)
        return record(session, report, *rest, **more)

    monkeypatch.setattr(warnings, "record", fail_for_one)
    warnings.warn_due(session, reference, NOON + 2 * DAY, 200, lambda each, _: failures.append(each))
    assert failures == [bad]
    assert warned == {each.id for each in batch} - {bad}
