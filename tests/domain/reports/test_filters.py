"""Filters of lists: moments widened to whole days of the city, up to the last one that is taken."""

from __future__ import annotations

from datetime import UTC, datetime

from service.domain.reports.filters import Filters, in_whole_days

LAST = datetime(2999, 12, 31, 20, tzinfo=UTC)


def test_the_last_moment_that_is_taken_has_a_day_after_it() -> None:
    widened = in_whole_days(Filters(created_after=LAST, created_before=LAST), "Asia/Ho_Chi_Minh")
    assert widened.created_after == datetime(2999, 12, 31, 17, tzinfo=UTC)
    assert widened.created_before == datetime(3000, 1, 1, 17, tzinfo=UTC)
