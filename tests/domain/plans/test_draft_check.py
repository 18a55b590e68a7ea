"""What a draft asks before it is put in force."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.plans.checks.draft_check import check_draft
from tests.support.people import Cast
from tests.support.works.stage import WorksStage, draft_row


def test_a_year_that_nobody_names_is_the_one_that_has_begun_in_the_city(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = WorksStage(session, reference, datetime(2026, 12, 31, 17, 10, tzinfo=UTC))  # 0:10 of 2027
    row = draft_row(first=None, last=None) | {"time_words": "Trước tháng 6", "unclear": ["last"]}
    plan = stage.keep(cast.manager, row)
    [asked] = check_draft(stage.ctx(cast.manager), plan.code).asked.values()
    assert [each.last for each in asked.times] == [date(2027, 5, 31), date(2027, 6, 30)]
