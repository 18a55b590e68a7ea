"""Contributions and trees: named only who wants to be, in every sum once, counted again they are the same."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.campaigns.campaigns import CampaignForm, keep_campaign
from service.domain.cleanups.day import give_result, send_result_back
from service.domain.cleanups.forms import CleanupResult
from service.domain.cleanups.gifts.contribution_views import GiftTotals, gifts_of_campaign, gifts_of_cleanup
from service.domain.cleanups.gifts.contributions import (
    NewContribution,
    forget_givers,
    record_contribution,
    withdraw_contribution,
)
from service.domain.cleanups.gifts.trees import NewTrees, TreeCheck, check_trees, list_trees, plant_trees
from service.domain.indicators.values import count_units
from service.domain.queries.manage.periods import period_containing
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Contribution, Event, TreeGroup, WorkEventType, WorkStatus
from tests.support.cleanups.stage import MORNING, CleanupStage, add_cleanup_photo
from tests.support.people import Cast, Person


class GiftStage(CleanupStage):
    """One city whose clean-ups are given something."""

    def give(self, person: Person, **said: object) -> Contribution:
        """Somebody records a contribution; without another word ten sacks."""
        body = {"id": str(uuid4()), "kind": "tools", **said}
        if body["kind"] != "cash":
            body = {"count": 10, "words": "Bao tải", **body}
        return record_contribution(self.ctx(person), NewContribution.model_validate(body))[0]

    def plant(self, person: Person, found: CleanupWork, planted: int = 12, **said: object) -> TreeGroup:
        """Somebody writes down trees."""
        body = {"id": str(uuid4()), "species": "Bằng lăng", "planted": planted, **said}
        return plant_trees(self.ctx(person), found.work.code, NewTrees.model_validate(body))[0]

    def begin(self, person: Person, **said: object) -> CleanupWork:
        """A clean-up that has begun."""
        found = self.announce(person, **said)
        found.work.status = WorkStatus.UNDER_WAY
        self.at(MORNING + timedelta(hours=1))
        self.session.flush()
        return found


@pytest.fixture
def stage(session: Session, reference: Reference) -> GiftStage:
    return GiftStage(session, reference)


def test_who_is_not_named_is_anonymous_and_everything_is_in_the_sums(stage: GiftStage, cast: Cast) -> None:
    lead = cast.other_department
    code = (found := stage.announce(lead)).work.code
    form = CampaignForm.model_validate(
        {"title": {"vi": "Chủ nhật Xanh"}, "first": "2026-01-01", "last": "2026-12-31"}
    )
    campaign, _ = keep_campaign(stage.ctx(cast.manager), "chu-nhat-xanh", form)
    named = {"giver": "Công ty Bền Xanh 0905123456", "named": True}
    stage.give(lead, cleanup=code, kind="cash", amount_vnd=5_000_000, **named)
    again = str(uuid4())
    for _ in range(2):
        stage.give(lead, cleanup=code, id=again)
    with pytest.raises(Conflict):
        stage.give(lead, cleanup=code, id=again, count=11)
    gone = stage.give(lead, cleanup=code, kind="labour", count=3, words="Ba ngày công")
    stage.give(cast.manager, campaign="chu-nhat-xanh", kind="trees", count=20, words="Cây giống")
    for _ in range(2):
        withdraw_contribution(stage.ctx(lead), gone.id)
    totals, lines = gifts_of_cleanup(stage.session, stage.reference, found.work.id)
    assert totals == GiftTotals(gifts=2, cash_vnd=5_000_000, tools=10)
    givers = sorted(each.giver for each in lines)
    assert givers[0] == ""
    assert givers[1].startswith("Công ty Bền Xanh") and "0905123456" not in givers[1]
    whole, _ = gifts_of_campaign(stage.session, stage.reference, campaign)
    assert whole == GiftTotals(gifts=3, cash_vnd=5_000_000, tools=10, trees=20)
    stage.take(lead, found, "cancelled", reason="Mưa")
    assert gifts_of_campaign(stage.session, stage.reference, campaign)[0] == GiftTotals(gifts=1, trees=20)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "cash", "count": 3},
        {"kind": "cash", "amount_vnd": 5, "count": 3},
        {"kind": "tools", "amount_vnd": 5},
        {"kind": "tools", "words": ""},
        {"giver": "Ông A"},
        {"named": True},
        {"received_on": "2099-01-01"},
        {"cleanup": None},
        {"campaign": "chu-nhat-xanh"},
    ],
)
def test_what_does_not_go_together_is_refused(stage: GiftStage, cast: Cast, said: dict[str, object]) -> None:
    code = stage.announce(cast.other_department).work.code
    with pytest.raises(Invalid):
        stage.give(cast.other_department, **{"cleanup": code, **said})


def test_only_who_organises_keeps_the_book(stage: GiftStage, cast: Cast) -> None:
    code = stage.announce(cast.other_department).work.code
    row = stage.give(cast.other_department, cleanup=code)
    for person in (cast.department, cast.executor, cast.inspector, cast.triage):
        with pytest.raises(Forbidden):
            stage.give(person, cleanup=code)
        with pytest.raises(Forbidden):
            withdraw_contribution(stage.ctx(person), row.id)
    with pytest.raises(Forbidden):
        stage.give(cast.other_department, campaign="chu-nhat-xanh")
    with pytest.raises(NotFound):
        stage.give(cast.manager, campaign="khong-co")
    with pytest.raises(NotFound):
        withdraw_contribution(stage.ctx(cast.manager), uuid4())


def test_names_of_givers_are_erased_after_a_year_the_sums_stay(stage: GiftStage, cast: Cast) -> None:
    found = stage.announce(cast.other_department)
    named = {"giver": "Bà Nguyễn Thị B", "named": True, "cleanup": found.work.code}
    stage.give(cast.other_department, kind="cash", amount_vnd=100_000, **named)
    new = stage.give(cast.other_department, **named)
    before = gifts_of_cleanup(stage.session, stage.reference, found.work.id)[0]
    later = stage.now + timedelta(days=366)
    new.received_on = later.date()
    stage.session.flush()
    assert forget_givers(stage.session, stage.reference, later, 10) == 1
    assert forget_givers(stage.session, stage.reference, later, 10) == 0
    stage.session.expire_all()
    totals, lines = gifts_of_cleanup(stage.session, stage.reference, found.work.id)
    assert sorted(each.giver for each in lines) == ["", "Bà Nguyễn Thị B"]
    assert totals == before


def test_trees_are_looked_at_again_and_everybody_reads_of_it(stage: GiftStage, cast: Cast) -> None:
    lead = cast.other_department
    coming = stage.announce(lead)
    with pytest.raises(Conflict):
        stage.plant(lead, coming)
    found = stage.begin(lead)
    same = str(uuid4())
    row, _ = (stage.plant(lead, found, id=same) for _ in range(2))
    with pytest.raises(Conflict):
        stage.plant(lead, found, 13, id=same)
    for person in (cast.department, cast.inspector):
        with pytest.raises(Forbidden):
            stage.plant(person, found)
        with pytest.raises(Forbidden):
            check_trees(stage.ctx(person), row.id, TreeCheck(alive=9))
    with pytest.raises(Invalid):
        check_trees(stage.ctx(lead), row.id, TreeCheck(alive=13))
    with pytest.raises(Invalid):
        check_trees(stage.ctx(lead), row.id, TreeCheck(alive=9, checked_on=date(2020, 1, 1)))
    for _ in range(2):
        check_trees(stage.ctx(lead), row.id, TreeCheck(alive=9))
    told = stage.session.scalars(select(Event).where(Event.type == WorkEventType.TREE_CHECKED)).all()
    assert [(each.public, each.data["alive"]) for each in told] == [(True, 9)]
    [line] = list_trees(stage.session, found.work.id)
    assert (line.planted, line.alive) == (12, 9)
    assert (line.lon, line.lat) == pytest.approx((107.59, 16.44))


def test_groups_of_trees_never_add_up_to_more_than_the_result(stage: GiftStage, cast: Cast) -> None:
    lead = cast.other_department
    found = stage.begin(lead)
    found.side.people, found.side.trees, found.work.status = 20, 30, WorkStatus.DONE
    stage.session.flush()
    stage.plant(lead, found, 20)
    with pytest.raises(Invalid):
        stage.plant(lead, found, 11)
    stage.plant(lead, found, 10)


def test_a_result_has_no_fewer_trees_than_were_written_down(stage: GiftStage, cast: Cast) -> None:
    lead = cast.other_department
    found = stage.begin(lead)
    for planted in (12, 8):
        stage.plant(lead, found, planted)
    add_cleanup_photo(stage.session, found.work)

    def give(trees: int | None) -> int | None:
        asked = CleanupResult(version=found.work.version, people=9, trees=trees)
        return give_result(stage.ctx(lead), found.work.code, asked).side.trees

    for fewer in (0, 19):
        with pytest.raises(Invalid):
            give(fewer)
    assert give(None) == 20, "what was written down one by one is the number where nobody says another"
    send_result_back(stage.ctx(cast.inspector), found.work.code, found.work.version, "Đếm lại")
    assert give(21) == 21


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.integers(1, 500),
            st.lists(st.integers(1, 10**9), max_size=3),
            st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), max_size=2),
        ),
        max_size=4,
    )
)
def test_every_sum_of_clean_ups_equals_a_recount(
    stage: GiftStage, cast: Cast, held: list[tuple[bool, int, list[int], list[tuple[int, int]]]]
) -> None:
    """The same figures counted in the code, one clean-up after the other."""
    with stage.session.begin_nested() as nested:
        wanted = dict.fromkeys(("cleanups", "people", "kg", "trees", "trees_alive", "gifts_vnd"), 0)
        for over, people, gifts, trees in held:
            stage.at(MORNING - timedelta(days=4))
            found = stage.begin(cast.other_department)
            found.side.people, found.side.kg = people, people * 2
            found.side.trees = sum(planted for planted, _ in trees)
            for amount in gifts:
                stage.give(cast.other_department, cleanup=found.work.code, kind="cash", amount_vnd=amount)
            for planted, left in trees:
                row = stage.plant(cast.other_department, found, planted)
                check_trees(stage.ctx(cast.other_department), row.id, TreeCheck(alive=min(planted, left)))
            found.work.status = WorkStatus.DONE if over else WorkStatus.LAPSED
            if over:
                wanted["cleanups"] += 1
                wanted["people"] += people
                wanted["kg"] += people * 2
                wanted["trees"] += sum(planted for planted, _ in trees)
                wanted["trees_alive"] += sum(min(planted, left) for planted, left in trees)
                wanted["gifts_vnd"] += sum(gifts)
        stage.session.flush()
        unit = stage.unit("ward-W2")
        period = period_containing("month", MORNING.date())
        for scope in (unit, None):
            counted = count_units(stage.session, stage.reference, [scope], period, stage.now)[scope]
            assert {name: counted.works.get(name, 0) for name in wanted} == wanted
        nested.rollback()
