"""What every visit of a page knows: the city's day and time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

from service.pages.shared.visit import PageVisit


def test_the_day_is_the_citys() -> None:
    reference = SimpleNamespace(timezone="Asia/Ho_Chi_Minh")
    evening = datetime(2026, 9, 30, 18, tzinfo=UTC)
    visit = PageVisit(*cast(Any, (None, None, reference, evening)))
    assert visit.today == date(2026, 10, 1)
