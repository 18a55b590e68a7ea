"""Persons scored inside their unit: they claim, its leader gives, nobody outside reads any of it."""

from __future__ import annotations

import pytest

from service.domain.emulation.forms import CriteriaChange
from service.domain.emulation.movements.drafts import put_criteria, put_movement
from service.domain.emulation.movements.public import public_standing
from service.domain.emulation.persons.forms import OwnClaims, PersonPointsChange, PersonView
from service.domain.emulation.persons.person_scores import list_people, put_own_claims, put_person_points
from service.domain.reports.events import Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound
from tests.domain.emulation.contest import AFTER, Contest

CRITERIA: list[dict[str, object]] = [
    {"words": "Ra quân", "points": 100, "source": "self"},
    {"words": "Tham gia", "points": 60, "source": "self", "applies_to": "person", "needs_proof": True},
    {"words": "Ý thức", "points": 40, "source": "council", "applies_to": "person"},
]


def claim(contest: Contest, actor: Actor, points: float, proof: str = "Ảnh 3/5", at: int = 2) -> None:
    change = OwnClaims.model_validate({"claims": [{"criterion": at, "points": points, "proof": proof}]})
    put_own_claims(contest.session, contest.reference, actor, contest.number, change, AFTER)


def give(contest: Contest, actor: Actor, person: str, at: int, points: float, **said: object) -> None:
    body = {"person": person, "criterion": at, "points": points, "version": 0, **said}
    change = PersonPointsChange.model_validate(body)
    put_person_points(contest.session, contest.reference, actor, contest.number, change, AFTER)


def people(contest: Contest, actor: Actor) -> dict[str, PersonView]:
    found = list_people(contest.session, contest.reference, actor, contest.number)
    return {each.username: each for each in found}


def test_a_person_claims_a_leader_gives_and_only_they_read_it(contest: Contest) -> None:
    contest.make(criteria=CRITERIA)
    contest.step("open")
    worker, leader = contest.cast.department.actor, contest.cast.manager.actor
    claim(contest, worker, 50)
    claim(contest, worker, 50)
    for wrong, error in (((70, "Ảnh"), Invalid), ((50, ""), Invalid)):
        with pytest.raises(error):
            claim(contest, worker, *wrong)
    with pytest.raises(Invalid):
        claim(contest, worker, 10, at=3)  # the leader's
    with pytest.raises(Invalid):
        claim(contest, worker, 10, at=1)  # the unit's
    with pytest.raises(Invalid):
        give(contest, leader, "department", 2, 45)
    give(contest, leader, "department", 2, 45, why="Vắng một buổi")
    give(contest, leader, "department", 3, 38)
    with pytest.raises(Conflict):
        give(contest, leader, "department", 3, 30)
    with pytest.raises(Forbidden):
        give(contest, leader, "manager", 3, 40)
    told = people(contest, leader)["department"]
    assert (told.points, told.place, told.may_give, told.may_claim) == (83, 1, True, False)
    own = people(contest, worker)
    assert list(own) == ["department"] and own["department"].place is None
    assert own["department"].scores[0].why == "Vắng một buổi"
    for outside in (contest.cast.triage.actor, contest.cast.administrator.actor):
        assert people(contest, outside) == {}
    assert "department" not in people(contest, contest.cast.other_manager.actor)
    with pytest.raises(NotFound):
        give(contest, contest.cast.other_manager.actor, "department", 3, 10)
    with pytest.raises(Forbidden):
        claim(contest, contest.cast.triage.actor, 5)
    assert contest.placed("city-cables").points == 0  # the unit's own points are others
    assert [each.position for each in contest.view().person_criteria] == [2, 3]


def test_what_was_announced_is_not_changed_for_persons_either(contest: Contest) -> None:
    contest.make(criteria=CRITERIA, public=True)
    contest.until("announced")
    with pytest.raises(Conflict):
        claim(contest, contest.cast.department.actor, 50)
    with pytest.raises(Conflict):
        give(contest, contest.cast.manager.actor, "department", 3, 38)
    told = public_standing(contest.session, contest.reference, contest.number).model_dump_json()
    assert "department" not in told.replace("departments", "") and "Tham gia" not in told


@pytest.mark.parametrize(
    "wrong",
    [
        [CRITERIA[0], {**CRITERIA[1], "points": 50}, CRITERIA[2]],
        [
            CRITERIA[0],
            {**CRITERIA[1], "points": 100, "source": "indicator", "indicator": "done"}
            | {"formula": {"kind": "yes"}},
        ],
        [{**CRITERIA[1], "points": 100}],
    ],
)
def test_criteria_of_persons_are_worth_a_hundred_of_their_own(contest: Contest, wrong: object) -> None:
    row = put_movement(contest.session, contest.reference, contest.leader, contest.draft(), AFTER)
    change = CriteriaChange.model_validate({"criteria": wrong, "version": row.version})
    with pytest.raises(Invalid):
        put_criteria(contest.session, contest.leader, row.id, change)
