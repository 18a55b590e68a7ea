"""Award dossiers: proposed out of the standing, voted on, submitted, and praise once a decision is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from service.domain.city.config import WorksConfig
from service.domain.emulation.awards.dossier_views import AwardView, list_awards, view_award
from service.domain.emulation.awards.dossiers import draft_award, step_award
from service.domain.emulation.awards.forms import AwardStep, NewAward
from service.domain.emulation.awards.law import law_on
from service.domain.emulation.movements.papers import read_movement_paper
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Commendation, Event, Subject, Work, WorkEventType
from tests.domain.emulation.contest import AFTER, Contest

LATER = AFTER + timedelta(days=8)
CRITERIA: list[dict[str, Any]] = [{"words": "Ra quân", "points": 100, "source": "self"}]
MET: dict[str, Any] = {"to": "reviewed", "met_on": "2026-07-09", "present": ["triage", "manager"]}


def ctx(contest: Contest, actor: Actor | None = None) -> ActionContext:
    who = actor or contest.leader
    return ActionContext(contest.session, contest.reference, contest.calendar, who, LATER)


def draft(contest: Contest, actor: Actor | None = None, **said: Any) -> str:
    new = NewAward.model_validate({"id": uuid4(), **said})
    return draft_award(ctx(contest, actor), contest.number, new)[0].code


def take(contest: Contest, code: str, actor: Actor | None = None, **said: Any) -> Work:
    version = view_award(contest.session, contest.reference, contest.leader, code).version
    asked = AwardStep.model_validate({"version": version, **said})
    return step_award(ctx(contest, actor), code, asked)


def view(contest: Contest, code: str) -> AwardView:
    return view_award(contest.session, contest.reference, contest.leader, code)


def agreed(**votes: int) -> list[dict[str, Any]]:
    return [{"unit": unit.replace("_", "-"), "agree": agree} for unit, agree in votes.items()]


@pytest.fixture
def announced(contest: Contest) -> Contest:
    contest.make(criteria=CRITERIA)
    contest.step("open")
    contest.claim("ward-W1", (1, 80, ""))
    contest.claim("ward-W2", (1, 90, ""))
    contest.claim("city-cables", (1, 70, ""))
    for to in ("self_scored", "reviewed", "commented"):
        contest.step(to)
    with pytest.raises(Conflict):
        draft(contest)  # its figures may still change
    contest.step("announced", LATER)
    return contest


def test_the_first_are_proposed_voted_on_submitted_and_praised(announced: Contest) -> None:
    code = draft(announced)
    told = view(announced, code)
    assert [each.unit["code"] for each in told.proposals] == ["ward-W2", "city-cables"]
    assert told.status == "draft" and told.due_at is not None and told.actions == ["reviewed", "dropped"]
    for wrong in (
        {"to": "reviewed"},
        {**MET, "votes": agreed(ward_W2=2)},  # none for the other
        {**MET, "votes": agreed(ward_W2=3, city_cables=1)},  # more than were there
        {**MET, "present": ["triage"], "votes": agreed(ward_W2=1, city_cables=1)},
        {**MET, "present": ["triage", "other_manager"], "votes": agreed(ward_W2=1, city_cables=1)},
        {**MET, "met_on": "2027-01-01", "votes": agreed(ward_W2=2, city_cables=1)},
        {**MET, "votes": agreed(ward_W2=2, city_cables=1, ward_W1=2)},
    ):
        with pytest.raises(Invalid):
            take(announced, code, **wrong)
    with pytest.raises(Conflict):
        take(announced, code, to="granted", document="1/QĐ", dated="2026-07-10")
    take(announced, code, **MET, votes=agreed(ward_W2=2, city_cables=1))
    assert [(each.agree, each.passed) for each in view(announced, code).proposals] == [(2, True), (1, False)]
    with pytest.raises(Invalid):
        take(announced, code, to="submitted", document="12/TTr")
    take(announced, code, to="submitted", document="12/TTr", dated="2026-07-10")
    with pytest.raises(Invalid):
        take(announced, code, to="granted", document="9/QĐ", dated="2026-07-10", granted=["city-cables"])
    take(announced, code, to="granted", document="9/QĐ", dated="2026-07-10")
    [praise] = announced.session.scalars(select(Commendation))
    assert (praise.unit_id, praise.decision, praise.public) == (announced.unit("ward-W2"), "9/QĐ", True)
    assert praise.decided_on == date(2026, 7, 10) and praise.movement_id == announced.number
    [event] = announced.session.scalars(select(Event).where(Event.type == WorkEventType.COMMENDATION_GIVEN))
    assert (event.subject_kind, event.subject_id, event.public) == (
        Subject.COMMENDATION,
        str(praise.id),
        True,
    )
    paper = read_movement_paper(announced.session, announced.reference, announced.leader, announced.number)
    assert paper.award is not None and paper.award.code == code and len(paper.award.present) == 2


def test_a_retry_is_the_same_dossier_and_a_stale_step_is_refused(announced: Contest) -> None:
    key = uuid4()
    assert draft(announced, id=key) == draft(announced, id=key)
    code = draft(announced, id=key)
    version = view(announced, code).version
    asked = AwardStep.model_validate({"version": version, **MET, "votes": agreed(ward_W2=2, city_cables=2)})
    step_award(ctx(announced), code, asked)
    with pytest.raises(Conflict):
        take(announced, code, to="submitted", document="1/TTr", dated="2026-07-10", version=version)


@pytest.mark.parametrize(
    ("proposals", "error"),
    [
        ([{"unit": "city-water", "form": "merit"}], Invalid),
        ([{"unit": "ward-W2", "form": "merit"}, {"unit": "ward-W2", "form": "praise"}], Invalid),
    ],
)
def test_who_takes_no_part_or_comes_twice_is_not_proposed(
    announced: Contest, proposals: list[dict[str, Any]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        draft(announced, proposals=proposals)
    with pytest.raises(Invalid):
        draft(announced, due_on="2026-07-01")


def test_only_keepers_act_and_units_do_not_read_what_is_proposed(announced: Contest) -> None:
    code = draft(announced, proposals=[{"unit": "ward-W1", "form": "certificate"}])
    ward = announced.leads("ward-W2")
    assert list_awards(announced.session, announced.reference, ward, announced.number) == []
    with pytest.raises(NotFound):
        take(announced, code, ward, **MET, votes=agreed(ward_W1=2))
    with pytest.raises(Forbidden):
        draft(announced, ward)
    with pytest.raises(Forbidden):
        take(announced, code, announced.cast.triage.actor, **MET, votes=agreed(ward_W1=2))
    take(announced, code, to="dropped", reason="Lập nhầm")
    assert view(announced, code).reason == "Lập nhầm" and view(announced, code).actions == []


def test_without_votes_nothing_is_submitted(announced: Contest) -> None:
    code = draft(announced)
    take(announced, code, **MET, votes=agreed(ward_W2=1, city_cables=0))
    with pytest.raises(Conflict):
        take(announced, code, to="submitted", document="1/TTr", dated="2026-07-10")


def test_forms_are_those_in_force_on_the_last_day(contest: Contest) -> None:
    read = {"checked_on": "2026-11-20", "source": "Công báo"}
    old = {"words": "Luật cũ", "valid_from": "2020-01-01", "valid_to": "2026-06-29", **read}
    new = {"words": "Luật mới", "valid_from": "2026-06-30", "forms": ["praise"], **read}
    works = WorksConfig.model_validate({"award_forms": [old, new]})
    config = contest.reference.config.model_copy(update={"works": works})
    contest.reference = replace(contest.reference, config=config)
    contest.make(criteria=CRITERIA, last="2026-06-29")
    assert contest.view().forms == "Luật cũ"
    contest.make(criteria=CRITERIA, forms="Quyết định riêng")
    assert contest.view().forms == "Quyết định riêng"
    contest.make(criteria=CRITERIA)
    assert contest.view().forms == "Luật mới"
    contest.until("announced")
    with pytest.raises(Invalid) as refused:
        draft(contest, proposals=[{"unit": "ward-W1", "form": "merit"}])
    assert refused.value.errors[0].loc == ("proposals", 0, "form")
    assert law_on(contest.reference, date(2019, 12, 31)) is None
