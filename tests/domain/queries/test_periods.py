"""With which days a period is compared, also where February has a day more."""

from __future__ import annotations

from datetime import date

import pytest

from service.domain.queries.manage.periods import Period, period_containing


def compared(kind: str, today: date) -> tuple[date, date]:
    """The days a year before with which the period of today is compared."""
    period = period_containing(kind, today)
    earlier = period.a_year_before(period.until(today))
    return earlier.first, earlier.last


@pytest.mark.parametrize(
    ("kind", "today", "first", "last"),
    [
        ("year", date(2028, 2, 29), date(2027, 1, 1), date(2027, 2, 28)),
        ("year", date(2028, 3, 15), date(2027, 1, 1), date(2027, 3, 15)),
        ("year", date(2029, 3, 15), date(2028, 1, 1), date(2028, 3, 15)),
        ("year", date(2028, 12, 31), date(2027, 1, 1), date(2027, 12, 31)),
        ("year", date(2029, 12, 31), date(2028, 1, 1), date(2028, 12, 31)),
        ("quarter", date(2029, 3, 31), date(2028, 1, 1), date(2028, 3, 31)),
        ("quarter", date(2028, 3, 1), date(2027, 1, 1), date(2027, 3, 1)),
        ("month", date(2029, 2, 27), date(2028, 2, 1), date(2028, 2, 27)),
        ("month", date(2029, 2, 28), date(2028, 2, 1), date(2028, 2, 29)),
        ("month", date(2028, 2, 29), date(2027, 2, 1), date(2027, 2, 28)),
        ("week", date(2028, 3, 1), date(2027, 3, 1), date(2027, 3, 3)),
    ],
)
def test_the_same_days_a_year_before(kind: str, today: date, first: date, last: date) -> None:
    assert compared(kind, today) == (first, last)


def test_free_days_are_compared_with_the_same_days_as_far_as_they_have_passed() -> None:
    days = Period("free", date(2028, 2, 20), date(2028, 3, 10))
    assert days.a_year_before(days) == Period("free", date(2027, 2, 20), date(2027, 3, 10))
    so_far = days.until(date(2028, 2, 29))
    assert days.a_year_before(so_far) == Period("free", date(2027, 2, 20), date(2027, 2, 28))
