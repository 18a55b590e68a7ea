"""Days as people write them, and as programs do."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.domain.kernel.written_days import day_written, read_day, read_moment
from service.domain.queries.manage.periods import period_written, read_period
from service.errors import Invalid

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 11, 29)


@pytest.mark.parametrize("text", ["03/04/2026", "3/4/2026", " 03-04-2026 ", "3.4.2026", "2026-04-03"])
def test_a_day_stands_before_its_month(text: str) -> None:
    assert read_day(text) == date(2026, 4, 3)
    assert day_written(text) == "03/04/2026"


@pytest.mark.parametrize("text", ["", "31/02/2026", "2026/04/03", "04/2026", "hôm qua", "3/4/26"])
def test_what_is_no_day_is_refused_and_stays_as_it_was_typed(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_day(text)
    assert day_written(text) == text


@pytest.mark.parametrize(
    "text", ["03/04/2026 08:30", "08:30 03/04/2026", "08:30, 3/4/2026", "8h30 3/4/2026", "2026-04-03T08:30"]
)
def test_a_moment_is_one_of_the_city(text: str) -> None:
    assert read_moment(text, ZONE) == datetime(2026, 4, 3, 8, 30, tzinfo=ZONE)


def test_a_day_without_an_hour_begins_at_midnight_and_another_zone_is_kept() -> None:
    assert read_moment("03/04/2026", ZONE) == datetime(2026, 4, 3, tzinfo=ZONE)
    assert read_moment("2026-04-03T01:30:00+00:00", ZONE) == datetime(2026, 4, 3, 8, 30, tzinfo=ZONE)


@pytest.mark.parametrize("text", ["", "08:30", "03/04/2026 25:00", "03/04/2026 08:30 sáng mai", "mai"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_moment(text, ZONE)


@pytest.mark.parametrize(
    ("kind", "at", "first", "written"),
    [
        ("month", "11/2025", date(2025, 11, 1), "11/2025"),
        ("month", "2025-11-05", date(2025, 11, 1), "11/2025"),
        ("quarter", "Q4/2025", date(2025, 10, 1), "Q4/2025"),
        ("quarter", "quý 2/2025", date(2025, 4, 1), "Q2/2025"),
        ("year", "2025", date(2025, 1, 1), "2025"),
        ("week", "05/11/2025", date(2025, 11, 3), "05/11/2025"),
        ("month", "", date(2026, 11, 1), ""),
    ],
)
def test_a_period_is_asked_for_as_it_is_called(kind: str, at: str, first: date, written: str) -> None:
    assert read_period(kind, at, "", "", TODAY).first == first
    assert period_written(kind, at) == written


@pytest.mark.parametrize("at", ["13/2026", "tháng này", "Q5/2026", "0001-01-01"])
def test_what_is_no_period_is_said(at: str) -> None:
    with pytest.raises(Invalid):
        read_period("month", at, "", "", TODAY)
