"""The manager's list of what is late: running and finished reports in one order, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.queries.manage.lists import list_selected
from service.domain.queries.manage.selection import Selection
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.small_city import NOON

HOUR = timedelta(hours=1)


def test_the_worst_come_first_whether_they_run_or_are_done(
    session: Session, reference: Reference, cast: Cast
) -> None:
    actor = cast.administrator.asker.staff
    assert actor
    due = NOON - 10 * HOUR
    cases: list[tuple[str, int, dict[str, Any]]] = [
        ("closed", 7, {"resolved_at": due + 7 * HOUR, "closed_at": due + 9 * HOUR}),
        ("in_progress", 10, {}),
        ("resolved", 3, {"resolved_at": due + 3 * HOUR}),
        ("waiting", 5, {"paused_at": due + 5 * HOUR}),
        ("closed", 1, {"resolved_at": due + HOUR, "closed_at": due + HOUR}),
    ]
    late = {
        make_report(session, reference, status, due_at=due, **times).code: hours
        for status, hours, times in cases
    }
    make_report(session, reference, "closed", due_at=due, resolved_at=due - HOUR, closed_at=due)
    make_report(session, reference, "waiting", due_at=due, paused_at=due - HOUR)
    make_report(session, reference, "in_progress", due_at=NOON + HOUR)
    for outcome, wanted in (("late", [10, 7, 5, 3, 1]), ("overdue", [10, 5])):
        found, after = list[int](), None
        for _ in wanted:
            chosen = Selection(None, outcome=outcome)
            page = list_selected(session, reference, chosen, actor, now=NOON, after=after, limit=1)
            assert page.number == len(wanted)
            found += [late[item.code] for item in page.items]
            after = page.next
        assert (found, after) == (wanted, None)
