"""`numberMatched`: exact where it is told, and not begun where it would not be."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.ogc import items
from service.domain.ogc.collections import REPORTS
from service.domain.ogc.parameters import read_items
from tests.support.factories import make_report
from tests.support.small_city import NOON


def test_what_would_be_too_dear_is_not_counted(
    session: Session, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(8):
        make_report(session, reference, "closed")
    make_report(session, reference, "assigned")
    session.execute(text("ANALYZE report"))

    def matched(**asked: str) -> int | None:
        query = read_items([("limit", "2"), *asked.items()], REPORTS, reference)
        page = items.report_page(
            session, reference, query, after=None, now=NOON, public_url="https://vidu.vn"
        )
        assert len(page.features) == min(2, page.matched or 2)
        return page.matched

    assert (matched(), matched(status="closed"), matched(status="assigned")) == (9, 8, 1)
    monkeypatch.setattr(items, "DEAREST_COUNT", 0.5)
    said: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *told: said.append(str(told[2])))
    assert matched() is None
    counting = [each for each in said if "count(*) AS" in each and "GROUP BY" not in each]
    assert [each.split()[0] for each in counting] == ["EXPLAIN"]  # asked what it would cost; nobody began
