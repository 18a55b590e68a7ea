"""In the first days of a period its page opens on the last whole one, says so, and every link names it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, tzinfo
from typing import Self

import pytest
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.people.sessions import open_session
from service.domain.queries.manage.periods import Period, period_at_hand, period_begun, read_period
from service.models import Staff
from service.web import dependencies
from service.web.viewer import SESSION_COOKIE
from tests.support.site import Site

AT = datetime(2027, 3, 1, 17, 30, tzinfo=UTC)
"""Half past midnight on 2 March in Huế."""
BEGUN = "Kỳ mới vừa bắt đầu, nên trang mở kỳ trọn gần nhất."


class StoppedClock(datetime):
    """A clock that always says AT."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(AT.timestamp(), tz)


@pytest.fixture
def march(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The site at AT, with the manager of all the city signed in then."""
    monkeypatch.setattr(dependencies, "datetime", StoppedClock)
    with unit_of_work(site.engine) as session:
        account = session.scalars(select(Staff).where(Staff.username == "demo.triage")).one()
        token = open_session(session, account, "cookie", at=AT).token
    site.client.cookies.set(SESSION_COOKIE, token)
    yield site
    site.client.cookies.clear()


@pytest.mark.parametrize(
    ("kind", "today", "first"),
    [
        ("month", date(2026, 12, 1), date(2026, 11, 1)),
        ("month", date(2026, 12, 5), date(2026, 11, 1)),
        ("month", date(2026, 12, 6), date(2026, 12, 1)),
        ("month", date(2027, 1, 1), date(2026, 12, 1)),
        ("quarter", date(2026, 12, 1), date(2026, 10, 1)),
        ("quarter", date(2027, 1, 5), date(2026, 10, 1)),
        ("quarter", date(2027, 1, 6), date(2027, 1, 1)),
        ("year", date(2027, 1, 1), date(2026, 1, 1)),
        ("year", date(2027, 1, 6), date(2027, 1, 1)),
        ("year", date(2026, 12, 1), date(2026, 1, 1)),
        ("week", date(2026, 11, 30), date(2026, 11, 23)),
        ("week", date(2026, 12, 1), date(2026, 11, 30)),
    ],
)
def test_the_period_at_hand(kind: str, today: date, first: date) -> None:
    found = period_at_hand(kind, today)
    assert found.first == first
    assert read_period(kind, "", "", "", today) == found
    begun = period_begun(found, today)
    assert (begun is None) == (found.first <= today <= found.last)
    assert begun is None or begun.first <= today <= begun.last


def test_a_day_that_is_named_says_its_own_period() -> None:
    today = date(2026, 12, 1)
    assert read_period("month", "2026-12-01", "", "", today).first == today
    assert period_begun(Period("month", date(2026, 10, 1), date(2026, 10, 31)), today) is None
    assert period_begun(Period("free", date(2026, 11, 1), date(2026, 11, 30)), today) is None


@pytest.mark.parametrize(
    ("kind", "shown", "first", "now"),
    [
        ("month", "Tháng 2 năm 2027", "2027-02-01", "2027-03-01"),
        ("quarter", "Quý 1 năm 2027", "2027-01-01", ""),
        ("year", "Năm 2027", "2027-01-01", ""),
    ],
)
def test_pages_open_on_the_last_whole_period(
    march: Site, kind: str, shown: str, first: str, now: str
) -> None:
    for path in ("/manage", "/manage/channels"):
        text = march.look(f"{path}?period={kind}").text
        assert shown in text, path
        assert (BEGUN in text) == bool(now), path
        if now:
            there = march.look(f"{path}?period={kind}&at={now}").text
            assert "Tháng 3 năm 2027" in there, path
            assert BEGUN not in there, path
    links = re.findall(
        r'href="(/manage/(?:list|channels|\w+\.xlsx)\?[^"]*)"', march.look(f"/manage?period={kind}").text
    )
    assert len(links) > 8
    assert all(f"at={first}" in each or "period=free" in each for each in map(html.unescape, links))


def test_files_and_indicators_are_of_the_same_month(march: Site) -> None:
    sheet = march.look("/manage/departments.csv?period=month")
    assert "thang-02-2027" in sheet.headers["content-disposition"]
    assert "Phản ánh nhận từ 01/02/2027 đến 28/02/2027." in sheet.text
    page = march.look("/indicators").text
    assert "01/02/2027 – 28/02/2027" in page
    assert BEGUN in page
    [now] = re.findall(r'href="(/indicators\?from=2027-03-01[^"]*)"', page)
    assert "01/03/2027 – 31/03/2027" in march.look(html.unescape(now)).text
    told = march.client.get("/api/v1/indicators/received").json()
    assert "from=2027-02-01&to=2027-02-28" in told["cases"]
