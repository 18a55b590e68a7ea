"""Monthly readings: entered by people of the unit, plausible or explained, corrected, points of criteria."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.emulation.entries.readings import MeterDraft, ReadingView, list_readings, put_reading
from service.domain.emulation.points.counted_points import exact_value
from service.domain.indicators.entered import saved_part
from service.domain.indicators.values import count_behind, figures_of
from service.domain.queries.manage.periods import Period
from service.domain.reports.events import Actor
from service.errors import Conflict, Forbidden, Invalid
from service.models import MeterReading
from tests.domain.emulation.contest import AFTER, Contest


def enter(
    contest: Contest, month: str, value: float, actor: Actor | None = None, **said: object
) -> MeterReading:
    body = {"unit": "ward-W1", "month": month, "what": "kwh", "value": value, **said}
    draft = MeterDraft.model_validate(body)
    by = actor or contest.leads("ward-W1")
    return put_reading(contest.session, contest.reference, contest.calendar, by, draft, AFTER)


def shown(contest: Contest, actor: Actor) -> list[ReadingView]:
    return list_readings(contest.session, contest.reference, actor, None, month=date(2026, 6, 1))


def test_a_correction_needs_its_reason_and_keeps_what_was_there(contest: Contest) -> None:
    first = enter(contest, "2026-04", 900)
    assert enter(contest, "2026-04", 900).id == first.id
    with pytest.raises(Conflict):
        enter(contest, "2026-04", 950, why="Đọc nhầm")
    with pytest.raises(Invalid):
        enter(contest, "2026-04", 950, replaces=first.id)
    second = enter(contest, "2026-04", 950, replaces=first.id, why="Đọc nhầm")
    with pytest.raises(Conflict):
        enter(contest, "2026-04", 980, replaces=first.id, why="Người khác vừa sửa")
    contest.session.refresh(first)
    assert first.replaced_at == AFTER and first.value == 900
    [told] = shown(contest, contest.leads("ward-W1"))
    assert (told.id, told.value, told.corrected, told.why) == (second.id, 950, 1, "Đọc nhầm")
    assert shown(contest, contest.leads("ward-W2")) == []
    assert len(shown(contest, contest.cast.triage.actor)) == 1


def test_a_value_far_from_those_before_is_asked_about(contest: Contest) -> None:
    for month in ("2026-01", "2026-02", "2026-03"):
        enter(contest, month, 1000)
    for value in (3001, 333, 0):
        with pytest.raises(Invalid):
            enter(contest, "2026-04", value)
    assert enter(contest, "2026-04", 334).value == 334
    assert enter(contest, "2026-05", 9000, why="Lắp điều hòa mới").value == 9000
    assert enter(contest, "2026-05", 9000, what="m3").value == 9000, "each meter is compared with itself"


def test_only_people_of_the_unit_enter_months_that_are_over(contest: Contest) -> None:
    for actor in (contest.leads("ward-W2"), contest.cast.triage.actor, contest.cast.inspector.actor):
        with pytest.raises(Forbidden):
            enter(contest, "2026-04", 900, actor)
    for month in ("2026-07", "2026-12", "2020-01"):
        with pytest.raises(Invalid):
            enter(contest, month, 900)
    with pytest.raises(Invalid):
        enter(contest, "2026-04", 900, premises=2_000_000_000)
    with pytest.raises(Forbidden):
        list_readings(
            contest.session, contest.reference, contest.cast.inspector.actor, None, month=date(2026, 6, 1)
        )


def test_a_criterion_gives_points_for_what_was_saved(contest: Contest) -> None:
    for month, before, after in (("01", 1000, 900), ("02", 1000, 900), ("03", 1000, 900)):
        enter(contest, f"2025-{month}", before)
        enter(contest, f"2026-{month}", after)
    enter(contest, "2026-04", 5000, why="Tháng này năm trước không có số")
    saving = {
        "words": "Tiết kiệm điện",
        "points": 10,
        "source": "indicator",
        "indicator": "kwh_saved",
        "formula": {"kind": "linear", "zero": 0, "full": 0.2},
        "fewest": 3,
    }
    contest.make(criteria=[saving, {"words": "Khác", "points": 90, "source": "self"}])
    contest.step("open")
    told = contest.score("ward-W1", 1)
    assert (told.by_formula, told.value, told.of) == (5.0, 10.0, 3)
    assert contest.score("ward-W2", 1).left_out, "no reading is no figure, not nought"
    period, unit = Period("free", contest.row.first, contest.row.last), contest.unit("ward-W1")
    figures = figures_of(contest.session, contest.reference, unit, period, AFTER)
    assert next(each.value for each in figures if each.code == "kwh") == 7700
    for code, lines in (("kwh", 4), ("kwh_saved", 3), ("m3", 0)):
        assert count_behind(contest.session, contest.reference, code, unit, period, AFTER) == lines


@given(then=st.integers(1, 10**6), now=st.integers(0, 10**6))
def test_what_was_saved_is_a_part_of_what_was_used_before(then: int, now: int) -> None:
    counts = {"m3_then": then, "m3_now": now, "m3_compared": 2}
    value, of = saved_part(counts, "m3")
    assert value is not None and of == 2
    assert float(exact_value("saved", value, of)) == pytest.approx((then - now) / then, abs=1e-5)
    assert saved_part({}, "m3") == (None, None)
