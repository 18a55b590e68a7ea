"""Pages of requests: each report once, and the last page costs no more statements than the second."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.open311.filters import find_wanted, read_requests_query
from tests.support.factories import make_report
from tests.support.small_city import NOON


def test_a_far_page_of_few_is_one_list_more(session: Session, reference: Reference) -> None:
    made = [
        make_report(session, reference, "assigned", at=NOON - timedelta(minutes=each)).code
        for each in range(12)
    ]

    def page(number: int) -> tuple[list[str], int]:
        asked = {"page": str(number), "page_size": "1", "start_date": (NOON - timedelta(days=1)).isoformat()}
        wanted = read_requests_query(reference, asked, now=NOON)
        said: list[str] = []

        def note(*told: object) -> None:
            said.append(str(told[2]))

        bind = session.get_bind()
        event.listen(bind, "before_cursor_execute", note)
        try:
            found = find_wanted(session, reference, wanted, now=NOON, public_url="https://vidu.vn")
        finally:
            event.remove(bind, "before_cursor_execute", note)
        return [view.code for view in found], len(said)

    assert [page(number)[0] for number in (1, 2, 11, 12)] == [[made[each]] for each in (0, 1, 10, 11)]
    assert page(13)[0] == []
    assert page(12)[1] == page(2)[1] > 0
