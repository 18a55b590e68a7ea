"""Initiatives: handed in by a unit, judged by the council, counted in the scoring and in dossiers."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from service.domain.emulation.entries.initiatives import (
    InitiativeBallot,
    InitiativeDecision,
    InitiativeView,
    NewInitiative,
    decide_initiative,
    hand_in_initiative,
    list_initiatives,
    vote_on_initiative,
)
from service.domain.emulation.movements.papers import read_movement_paper
from service.domain.indicators.values import count_behind
from service.domain.queries.manage.periods import Period
from service.domain.reports.events import Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound
from tests.domain.emulation.contest import AFTER, Contest

CRITERIA: list[dict[str, object]] = [
    {"words": "Tuyên truyền", "points": 100, "source": "self"},
    {
        "section": "Thưởng",
        "words": "Sáng kiến được công nhận",
        "points": 5,
        "source": "bonus",
        "indicator": "initiatives",
        "formula": {"kind": "per", "each": 1, "points": 2.5, "most": 5},
    },
]


def hand_in(contest: Contest, actor: Actor, **said: object) -> UUID:
    body = {
        "id": uuid4(),
        "unit": "ward-W2",
        "authors": ["other_manager"],
        "title": "Mã QR ở điểm tập kết rác",
        "words": "Dán mã ở từng điểm",
        "effect": "Phản ánh sớm hơn",
        "applied_on": "2026-03-02",
        **said,
    }
    new = NewInitiative.model_validate(body)
    args = contest.session, contest.reference, contest.calendar, actor, contest.number
    row, _ = hand_in_initiative(*args, new, AFTER)
    return row.id


def vote(contest: Contest, actor: Actor, key: UUID, *, agrees: bool = True, why: str = "") -> None:
    ballot = InitiativeBallot(agrees=agrees, why=why)
    vote_on_initiative(contest.session, contest.reference, actor, contest.number, key, ballot, AFTER)


def decide(contest: Contest, actor: Actor, key: UUID, *, recognised: bool = True, why: str = "") -> None:
    asked = InitiativeDecision(recognised=recognised, decision="12/QĐ-HĐSK", why=why)
    decide_initiative(contest.session, actor, contest.number, key, asked, AFTER)


def read_by(contest: Contest, actor: Actor) -> list[InitiativeView]:
    return list_initiatives(contest.session, contest.reference, actor, contest.number)


def test_one_is_judged_by_more_than_half_of_the_council_and_counts(contest: Contest) -> None:
    contest.make(criteria=CRITERIA)
    contest.step("open")
    own, triage, leader = (contest.cast.other_manager.actor, contest.cast.triage.actor, contest.leader)
    key = hand_in(contest, own)
    assert hand_in(contest, own, id=key) == key and len(read_by(contest, own)) == 1
    with pytest.raises(Conflict):
        decide(contest, leader, key)
    vote(contest, triage, key)
    with pytest.raises(Conflict):
        decide(contest, leader, key)  # one of two is not more than half
    vote(contest, contest.cast.manager.actor, key, agrees=False, why="Chưa rõ hiệu quả")
    with pytest.raises(Conflict):
        decide(contest, leader, key)
    vote(contest, contest.cast.manager.actor, key)
    with pytest.raises(Forbidden):
        decide(contest, contest.leads("ward-W2"), key)
    decide(contest, leader, key)
    decide(contest, leader, key)
    with pytest.raises(Conflict):
        decide(contest, leader, key, recognised=False, why="Nhầm")
    with pytest.raises(Conflict):
        vote(contest, triage, key)
    contest.step("self_scored")
    contest.step("reviewed")
    assert contest.score("ward-W2", 2).by_formula == 2.5 and contest.score("ward-W1", 2).by_formula == 0
    period = Period("free", contest.row.first, contest.row.last)
    unit = contest.unit("ward-W2")
    assert count_behind(contest.session, contest.reference, "initiatives", unit, period, AFTER) == 1
    contest.step("commented")
    contest.step("announced", AFTER + timedelta(days=7))
    paper = read_movement_paper(contest.session, contest.reference, leader, contest.number, "ward-W2")
    assert list(paper.initiatives) == [("Mã QR ở điểm tập kết rác", "12/QĐ-HĐSK")]
    with pytest.raises(Conflict):
        hand_in(contest, own)


def test_none_judges_their_own_and_another_unit_does_not_read_it(contest: Contest) -> None:
    contest.make(criteria=CRITERIA, council=["triage", "other_manager"])
    contest.step("open")
    own = contest.cast.other_manager.actor
    key = hand_in(contest, own)
    with pytest.raises(Forbidden):
        vote(contest, own, key)
    with pytest.raises(Forbidden):
        vote(contest, contest.cast.other_department.actor, key)
    with pytest.raises(Invalid):
        vote(contest, contest.cast.triage.actor, key, agrees=False)
    with pytest.raises(NotFound):
        vote(contest, contest.cast.triage.actor, uuid4())
    assert read_by(contest, contest.leads("ward-W1")) == []
    with pytest.raises(NotFound):
        vote(contest, contest.leads("ward-W1"), key)
    [shown] = read_by(contest, contest.cast.triage.actor)
    assert (
        shown.may_vote and not shown.may_decide and shown.authors == [contest.cast.other_manager.account.name]
    )
    decide(contest, contest.leader, key, recognised=False, why="Trùng sáng kiến năm trước")
    assert read_by(contest, own)[0].why == "Trùng sáng kiến năm trước"


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"applied_on": date(2025, 12, 31)}, Invalid),
        ({"applied_on": date(2026, 7, 1)}, Invalid),
        ({"authors": ["triage"]}, Invalid),
        ({"indicator": "nothing"}, Invalid),
        ({"unit": "ward-W1"}, Forbidden),
        ({"unit": "city-none"}, Invalid),
    ],
)
def test_what_is_not_the_units_or_not_of_the_period_is_refused(
    contest: Contest,
    said: dict[str, object],
    refusal: type[Exception],
) -> None:
    contest.make(criteria=CRITERIA)
    contest.step("open")
    with pytest.raises(refusal):
        hand_in(contest, contest.cast.other_manager.actor, **said)
