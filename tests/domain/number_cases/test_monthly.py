"""The monthly report: what was seen, what became of the cases, how many working days carriers took."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from service.domain.number_cases.monthly import numbers_month
from service.errors import Forbidden, Invalid
from tests.support.numbers.stage import DIGITS, NumbersStage
from tests.support.people import Cast

OTHER = "0951234599"


def test_a_month_tells_cases_repeats_and_how_fast_carriers_answer(stage: NumbersStage, cast: Cast) -> None:
    first = stage.to_suspend(cast.department, stage.open(cast.department, stage.verified(cast.triage)))
    again = stage.open(cast.department, stage.verified(cast.triage, OTHER))
    again.side.offence = 2
    stage.go(cast.manager, again, "dropped", "Số đã đổi chủ")
    asked = stage.send(cast.department, stage.request(cast.department, [DIGITS], "suspend"))
    silent = stage.send(cast.department, stage.request(cast.department, [DIGITS]))
    back = stage.send(cast.department, stage.request(cast.department, [DIGITS]))
    stage.send(cast.department, back, "withdrawn")
    stage.at(datetime(2026, 3, 11, 3, tzinfo=UTC))
    answer = {"number": DIGITS, "answer": "ours", "action": "suspended", "action_on": "2026-03-10"}
    stage.answer(cast.executor, asked, answer)
    assert first.side.suspended_from == date(2026, 3, 10)

    stage.at(datetime(2026, 4, 2, 3, tzinfo=UTC))
    told = numbers_month(stage.ctx(cast.department))
    assert (told.first, told.last) == (date(2026, 3, 1), date(2026, 3, 31))
    assert (told.sightings, told.numbers) == (4, 2)
    counts = (told.opened, told.invited, told.suspended, told.dropped, told.closed, told.complied)
    assert counts == (2, 1, 1, 1, 0, 0)
    assert (told.repeated, told.repeat_share) == (1, 50)
    [carrier] = told.carriers
    assert carrier.carrier["code"] == "telecom"
    assert (carrier.sent, carrier.answered, carrier.numbers) == (3, 1, 1)
    assert (carrier.mean_days, carrier.longest_days) == (5, 5), "a week without its weekend"
    assert (carrier.waiting, carrier.late) == (1, 1)
    assert silent.side.answered_on is None

    stage.answer(cast.executor, silent, {"number": DIGITS, "answer": "ours"})
    [later] = numbers_month(stage.ctx(cast.department), "04/2026").carriers
    assert (later.sent, later.answered, later.waiting, later.late) == (0, 1, 0, 0)
    assert numbers_month(stage.ctx(cast.department), "2026-03").carriers == told.carriers
    assert numbers_month(stage.ctx(cast.manager), "2026-3").opened == 2


def test_a_term_that_ends_with_the_month_is_past_at_its_end(stage: NumbersStage, cast: Cast) -> None:
    asked = stage.send(cast.department, stage.request(cast.department, [stage.verified(cast.triage).id]))
    asked.work.first_due_at = datetime(2026, 3, 31, 10, tzinfo=UTC)  # 17:00 there
    late = []
    for day, hour in ((31, 9), (31, 11), (32, 3)):
        stage.at(datetime(2026, 3, 1, hour, tzinfo=UTC) + timedelta(days=day - 1))
        [carrier] = numbers_month(stage.ctx(cast.department), "2026-03").carriers
        late.append((carrier.waiting, carrier.late))
    assert late == [(1, 0), (1, 1), (1, 1)]


def test_a_month_tells_each_only_what_they_know(stage: NumbersStage, cast: Cast) -> None:
    stage.send(cast.department, stage.request(cast.department, [stage.verified(cast.triage).id]))
    told = numbers_month(stage.ctx(cast.other_department), "2026-03")
    assert (told.sightings, told.opened, told.carriers) == (0, 0, [])
    for person in (cast.executor, cast.inspector, cast.administrator):
        with pytest.raises(Forbidden):
            numbers_month(stage.ctx(person), "2026-03")
    for written in ("2026-04", "2026-13", "0000-01", "tháng ba", "1999-01"):
        with pytest.raises(Invalid):
            numbers_month(stage.ctx(cast.department), written)
