"""Who speaks for a unit in a movement, and who may not judge it: companies, rooms, one's own comments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from service.domain.emulation.entries.initiatives import (
    InitiativeBallot,
    NewInitiative,
    hand_in_initiative,
    list_initiatives,
    vote_on_initiative,
)
from service.domain.emulation.forms import NewScoreComment, ScoreAnswer
from service.domain.emulation.movements.comments import comments_shown
from service.domain.emulation.movements.views import list_movements, view_differences, view_unit
from service.domain.emulation.persons.forms import OwnClaims
from service.domain.emulation.persons.person_scores import list_people, put_own_claims
from service.domain.emulation.points.entered_points import add_comment, answer_comment
from service.domain.reports.events import Actor
from service.errors import Forbidden, Invalid, NotFound
from tests.domain.emulation.contest import AFTER, CRITERIA, Contest

POOLS: list[dict[str, object]] = [
    {"name": "Phường, xã", "units": ["ward-W1", "ward-W2"]},
    {"name": "Sở", "units": ["city-cables"]},
    {"name": "Doanh nghiệp", "units": ["telecom", "sanitation"]},
]


def comment(contest: Contest, actor: Actor, unit: str) -> int:
    new = NewScoreComment(unit=unit, criterion=4, words=f"Đề nghị xem lại điểm của {unit}")
    return add_comment(contest.session, contest.reference, actor, contest.number, new, AFTER).id


def answer(contest: Contest, actor: Actor, number: int) -> None:
    said = ScoreAnswer(answer="Đã xem lại")
    answer_comment(contest.session, contest.reference, actor, contest.number, number, said, AFTER)


def may_answer(contest: Contest, actor: Actor) -> list[tuple[str, bool]]:
    shown = comments_shown(contest.session, contest.reference, actor, contest.number)
    return [(each.unit["code"], each.may_answer) for each in shown]


def test_a_comment_of_ones_own_unit_is_answered_by_somebody_else(contest: Contest) -> None:
    room, triage, manager = contest.cast.room.actor, contest.cast.triage.actor, contest.cast.manager.actor
    contest.make(council=["triage", "room"])
    contest.until("commented")
    own, others = (
        comment(contest, manager, "city-cables"),
        comment(contest, contest.leads("ward-W1"), "ward-W1"),
    )
    for actor in (manager, room, contest.leads("city-cables")):
        with pytest.raises(Forbidden, match="người khác trả lời"):
            answer(contest, actor, own)
    for actor in (manager, room):
        assert may_answer(contest, actor) == [("city-cables", False), ("ward-W1", True)]
    assert may_answer(contest, triage) == [("city-cables", True), ("ward-W1", True)]
    answer(contest, triage, own)
    answer(contest, manager, others)
    contest.step("announced", AFTER + timedelta(days=7))


def test_who_works_in_a_room_of_a_unit_judges_it_no_more_than_its_leader(contest: Contest) -> None:
    room = contest.cast.room.actor
    contest.make(council=["triage", "room"])
    contest.step("open")
    new = NewInitiative(
        id=uuid4(),
        unit="city-cables",
        authors=["manager"],
        title="Mã QR",
        words="Dán mã",
        effect="Nhanh hơn",
        applied_on=datetime(2026, 3, 2, tzinfo=UTC).date(),
    )
    who = contest.session, contest.reference, contest.calendar, contest.cast.manager.actor
    hand_in_initiative(*who, contest.number, new, AFTER)
    with pytest.raises(Forbidden, match="đơn vị mình"):
        vote(contest, room, new.id)
    told = list_initiatives(contest.session, contest.reference, room, contest.number)
    assert [each.may_vote for each in told] == [False]
    contest.step("self_scored")
    with pytest.raises(Forbidden, match="chính mình"):
        contest.give("city-cables", 4, 20, actor=room, why="Tốt")
    contest.give("ward-W1", 4, 20, actor=room, why="Tốt")
    open_ = view_differences(contest.session, contest.reference, room, contest.number)
    assert "city-cables" not in {unit["code"] for unit, _ in open_}


def vote(contest: Contest, actor: Actor, key: UUID) -> None:
    ballot = InitiativeBallot(agrees=True)
    vote_on_initiative(contest.session, contest.reference, actor, contest.number, key, ballot, AFTER)


def test_a_company_reads_its_own_and_speaks_for_itself_by_its_people(contest: Contest) -> None:
    own, other = contest.cast.executor.actor, contest.cast.other_executor.actor
    contest.make(pools=POOLS)
    with pytest.raises(NotFound):
        contest.view(own)  # a draft is its keepers'
    contest.step("open")
    assert [each.id for each in list_movements(contest.session, contest.reference, own)] == [contest.number]
    rows = [row.unit["code"] for pool in contest.view(own).pools for row in pool.rows]
    assert rows == ["telecom"]
    contest.claim("telecom", (3, 25, "Biên bản"), actor=own)
    with pytest.raises(Forbidden):
        contest.claim("telecom", (3, 30, "Biên bản"), actor=other)
    told = view_unit(contest.session, contest.reference, own, contest.number, "telecom")
    assert (told.may_claim, told.may_give, told.scores[2].claimed) == (True, False, 25)
    assert not any(each.cases or each.missed for each in told.scores), "its cases open elsewhere"
    with pytest.raises(NotFound):
        view_unit(contest.session, contest.reference, own, contest.number, "sanitation")
    for to in ("self_scored", "reviewed", "commented"):
        contest.step(to)
    assert len([row for pool in contest.view(own).pools for row in pool.rows]) == 5, "shown to all units"
    comment(contest, own, "telecom")
    with pytest.raises(NotFound):
        contest.view(contest.cast.inspector.actor)


def test_a_company_of_no_movement_knows_of_none(contest: Contest) -> None:
    contest.make()
    contest.until("announced")
    assert list_movements(contest.session, contest.reference, contest.cast.executor.actor) == []
    with pytest.raises(NotFound):
        contest.view(contest.cast.executor.actor)


def test_one_request_claims_a_criterion_once(contest: Contest) -> None:
    own = {"words": "Chuyên cần", "points": 100, "source": "self", "applies_to": "person"}
    contest.make([*CRITERIA, own])
    contest.step("open")
    with pytest.raises(Invalid) as refused:
        contest.claim("ward-W2", (3, 10, "Biên bản"), (5, 1, ""), (3, 30, "Biên bản"))
    assert tuple(refused.value.errors[0].loc) == ("claims", 2, "criterion")
    assert contest.score("ward-W2", 3).claimed is None, "none of it is kept"
    person = contest.cast.other_manager.actor
    twice = OwnClaims.model_validate({"claims": [{"criterion": 6, "points": each} for each in (40, 60)]})
    with pytest.raises(Invalid):
        put_own_claims(contest.session, contest.reference, person, contest.number, twice, AFTER)
    people = list_people(contest.session, contest.reference, person, contest.number)
    assert next(each for each in people if each.mine).points == 0
