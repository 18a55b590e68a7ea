"""Whose cable is it: companies are asked with a term; theirs, nobody's, or two at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.claims.answers import answer_claim
from service.domain.claims.forms import ClaimReply, ClaimsRequest
from service.domain.claims.requests import ask_companies
from service.domain.claims.silence import silent_companies, too_silent
from service.domain.claims.unclaimed import expire_claims, removal_id
from service.domain.claims.views import claims_for, claims_to
from service.domain.indicators.values import count_behind, count_units
from service.domain.notices.kinds import for_staff
from service.domain.queries.manage.periods import period_containing
from service.domain.reports.events import SYSTEM
from service.domain.works.actions import ActionContext
from service.domain.works.terms import after_working_days
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Claim, Event, EventType, Pole, Report, Status, Work, WorkReport, WorkStatus
from tests.domain.emergencies.stage import LIVE, make_dangers, sent
from tests.support.factories import make_photo, make_report
from tests.support.people import Cast, Person
from tests.support.small_city import IN_W1
from tests.support.works.cables import CableStage


class ClaimStage(CableStage):
    """One city with a report of a hanging cable that nobody carries out."""

    def report(self, status: str = "assigned", **columns: Any) -> Report:
        """The report."""
        return make_report(self.session, self.reference, status, category="hanging_cable", **columns)

    def ask(self, person: Person, report: Report, **request: Any) -> list[Claim]:
        """The person asks whose it is."""
        return ask_companies(self.ctx(person), person.asker, report.id, ClaimsRequest.model_validate(request))

    def answer(self, person: Person, claim: Claim, answer: str, words: str = "") -> Claim:
        """The person answers for their company."""
        return answer_claim(
            self.ctx(person), claim.id, ClaimReply.model_validate({"answer": answer, "words": words})
        )

    def expire(self) -> int:
        """Time passes."""
        calendar = load_calendar(self.session, self.reference)
        return expire_claims(ActionContext(self.session, self.reference, calendar, SYSTEM, self.now))

    def of(self, claims: list[Claim], company: str) -> Claim:
        """The claim of a company."""
        return next(each for each in claims if each.company_id == self.unit(company))

    def events(self, report: Report, type_: EventType) -> list[Event]:
        """The report's events of a type."""
        mine = select(Event).where(Event.report_id == report.id, Event.type == type_)
        return list(self.session.scalars(mine.order_by(Event.id)))


@pytest.fixture
def stage(session: Session, reference: Reference) -> ClaimStage:
    return ClaimStage(session, reference)


def test_one_says_mine_and_the_others_need_not_answer(stage: ClaimStage, cast: Cast) -> None:
    report = stage.report(supports=["telecom"])
    claims = stage.ask(cast.department, report)
    assert len(claims) == 2
    calendar = load_calendar(stage.session, stage.reference)
    assert calendar.working_time_between(stage.now, claims[0].due_at) == timedelta(hours=8)
    assert [each.id for each in stage.ask(cast.department, report)] == [each.id for each in claims]
    [asked] = stage.events(report, EventType.CLAIM_ASKED)
    assert not asked.public
    assert {each["department"] for each in (asked.private or {})["recipients"]} == {"telecom", "sanitation"}
    stage.now += timedelta(hours=2)
    mine = stage.of(claims, "telecom")
    version = report.version
    stage.answer(cast.executor, mine, "mine")
    stage.answer(cast.executor, mine, "mine")
    assert (report.executor_id, report.version, report.support_ids) == (
        stage.unit("telecom"),
        version + 1,
        [],
    )
    assert stage.of(claims, "sanitation").closed_at == stage.now
    [told] = stage.events(report, EventType.PARTS_CHANGED)
    assert told.data["executor"] == "telecom"
    [answered] = stage.events(report, EventType.CLAIM_ANSWERED)
    assert not answered.public
    assert for_staff(answered) is not None
    stage.now += timedelta(days=5)
    assert stage.expire() == 0
    assert stage.session.get(Work, removal_id(report.id)) is None
    with pytest.raises(Conflict):
        stage.answer(cast.executor, mine, "not_mine")


def test_two_say_mine_and_the_lead_sees_both(stage: ClaimStage, cast: Cast) -> None:
    report = stage.report()
    claims = stage.ask(cast.department, report)
    stage.answer(cast.executor, stage.of(claims, "telecom"), "mine")
    stage.answer(cast.other_executor, stage.of(claims, "sanitation"), "mine", "Cáp của chúng tôi")
    assert report.executor_id == stage.unit("telecom")
    assert stage.events(report, EventType.CLAIM_ANSWERED)[-1].data["disputed"] is True
    views = claims_for(stage.session, stage.reference, cast.department.asker, report.code, stage.now)
    assert sorted((each.state, each.carries) for each in views) == [("mine", False), ("mine", True)]


def test_an_emergency_does_not_wait_and_the_owner_is_asked_beside(stage: ClaimStage, cast: Cast) -> None:
    """Whoever was sent at once stays; whose cable it is helps, and where all say no nobody is sent again."""
    report = stage.report(executor="ward-W1")
    claims = stage.ask(cast.department, report)
    stage.answer(cast.executor, stage.of(claims, "telecom"), "mine")
    assert (report.executor_id, report.support_ids) == (stage.unit("ward-W1"), [stage.unit("telecom")])
    [told] = stage.events(report, EventType.PARTS_CHANGED)
    assert (told.data["executor"], told.data["supports"]) == ("ward-W1", ["telecom"])
    assert stage.of(claims, "sanitation").closed_at == stage.now
    other = stage.report(executor="ward-W1")
    claims = stage.ask(cast.department, other)
    stage.answer(cast.executor, stage.of(claims, "telecom"), "not_mine")
    stage.answer(cast.other_executor, stage.of(claims, "sanitation"), "not_mine")
    assert (other.executor_id, stage.session.get(Work, removal_id(other.id))) == (stage.unit("ward-W1"), None)


def test_all_say_no_and_the_pole_owner_takes_it_down(stage: ClaimStage, cast: Cast) -> None:
    report = stage.report()
    claims = stage.ask(cast.department, report)
    stage.answer(cast.executor, stage.of(claims, "telecom"), "not_mine")
    assert for_staff(stage.events(report, EventType.CLAIM_ANSWERED)[0]) is None
    stage.answer(cast.other_executor, stage.of(claims, "sanitation"), "not_mine")
    work = stage.session.get_one(Work, removal_id(report.id))
    calendar = load_calendar(stage.session, stage.reference)
    assert work.due_at == after_working_days(calendar, stage.now, 3)
    assert (work.lead_id, work.needs_photo) == (report.lead_id, True)
    assert stage.session.get(WorkReport, (work.id, report.id)) is not None
    [line] = stage.events(report, EventType.UNCLAIMED)
    assert line.public
    assert line.data["until"] == f"{calendar.local(work.due_at):%d/%m/%Y}"
    stage.now += timedelta(days=3)
    stage.expire()
    assert len(stage.events(report, EventType.UNCLAIMED)) == 1


def test_silence_counts_and_a_pole_says_whose_it_is(stage: ClaimStage, cast: Cast) -> None:
    owner = stage.unit("ward-W1")
    report = stage.report()
    stage.session.add(
        Pole(
            code="C1",
            owner_id=owner,
            lon=report.lon + 0.0001,
            lat=report.lat,
            attached_ids=[stage.unit("sanitation")],
        )
    )
    stage.session.add(
        Pole(
            code="C2",
            owner_id=owner,
            lon=report.lon + 0.001,
            lat=report.lat,
            attached_ids=[stage.unit("telecom")],
        )
    )
    stage.session.flush()
    [claim] = stage.ask(cast.department, report)
    assert claim.company_id == stage.unit("sanitation")
    stage.now = claim.due_at - timedelta(minutes=1)
    assert stage.expire() == 0
    stage.now = claim.due_at
    assert stage.expire() == 1
    assert stage.expire() == 0
    assert (claim.answer, claim.silent_at) == ("none", stage.now)
    assert silent_companies(stage.session, stage.now, stage.now + timedelta(days=1)) == {claim.company_id: 1}
    assert stage.session.get_one(Work, removal_id(report.id)).lead_id == owner
    month = period_containing("month", stage.now.date())
    days = month.first, month.last
    assert too_silent(stage.session, stage.reference, cast.manager.actor, *days) == []
    for _ in range(2):
        stage.ask(cast.department, stage.report(), companies=["sanitation"])
    stage.now += timedelta(days=4)
    assert stage.expire() == 2
    assert too_silent(stage.session, stage.reference, cast.manager.actor, *days) == [(claim.company_id, 3)]
    assert too_silent(stage.session, stage.reference, cast.other_manager.actor, *days) == []
    counts = count_units(stage.session, stage.reference, [None, claim.company_id], month, stage.now)
    assert [each.works["claims_silent"] for each in counts.values()] == [3, 3]
    assert count_behind(stage.session, stage.reference, "claims_silent", None, month, stage.now) == 3
    silent_at = claim.silent_at
    stage.answer(cast.other_executor, claim, "mine")
    assert (report.executor_id, claim.silent_at) == (claim.company_id, silent_at)
    removal = stage.session.get_one(Work, removal_id(report.id))
    assert (removal.status, removal.closed_at) == (WorkStatus.DROPPED, stage.now), "it has an owner after all"


def test_what_the_poles_owner_took_down_already_stays_done(stage: ClaimStage, cast: Cast) -> None:
    report = stage.report()
    [claim] = stage.ask(cast.department, report, companies=["sanitation"])
    stage.now = claim.due_at
    stage.expire()
    removal = stage.session.get_one(Work, removal_id(report.id))
    removal.status, removal.done_at = WorkStatus.DONE, stage.now
    stage.answer(cast.other_executor, claim, "mine")
    assert (report.executor_id, removal.status) == (claim.company_id, WorkStatus.DONE)


def test_a_dangerous_cable_goes_to_the_poles_owner_at_once_whatever_companies_say(stage: ClaimStage) -> None:
    book, owner = make_dangers(stage.session), stage.unit("ward-W2")
    lon, lat = IN_W1
    stage.session.add(Pole(code="C1", owner_id=owner, lon=lon + 0.0001, lat=lat))
    stage.session.flush()
    for answers, category, told in ((LIVE, "hanging_cable", True), ({}, "hanging_cable", False)):
        report = sent(stage.session, book, category, answers=answers)
        assert (report.status, owner in report.support_ids) == ("assigned", told)
        [event] = stage.events(report, EventType.ASSIGNED)
        assert ("ward-W2" in event.data["supports"]) is told
        stage.session.delete(report)
        stage.session.flush()
    assert owner not in sent(stage.session, book, "illegal_ad", answers=LIVE).support_ids


def test_a_route_says_who_hangs_there(stage: ClaimStage, cast: Cast) -> None:
    stage.route(cast.department, sections=[{"company": "telecom"}])
    report = stage.report(place=(107.5215, 16.4201))
    assert [each.company_id for each in stage.ask(cast.department, report)] == [stage.unit("telecom")]


def test_a_company_reads_its_own_question_and_no_word_of_another(stage: ClaimStage, cast: Cast) -> None:
    report = stage.report(description="Gọi 0905123456", address="12 Lê Lợi")
    make_photo(stage.session, report, "report")
    make_photo(stage.session, report, "report", published=False)
    claims = stage.ask(cast.department, report)
    stage.answer(cast.executor, stage.of(claims, "telecom"), "not_mine", "Lời của viễn thông")
    views = claims_for(stage.session, stage.reference, cast.other_executor.asker, report.id, stage.now)
    assert [(each.company_id, each.words) for each in views] == [(stage.unit("sanitation"), "")]
    [own] = claims_to(stage.session, stage.reference, cast.other_executor.actor)
    assert "0905123456" not in own.description
    assert len(own.photos) == 1
    with pytest.raises(NotFound):
        stage.answer(cast.other_executor, stage.of(claims, "telecom"), "mine")
    with pytest.raises(NotFound):
        stage.answer(cast.department, stage.of(claims, "telecom"), "mine")
    hidden = stage.report(published=False)
    with pytest.raises(NotFound):
        claims_for(stage.session, stage.reference, cast.executor.asker, hidden.id, stage.now)
    assert claims_to(stage.session, stage.reference, cast.inspector.actor) == []


def test_who_may_ask_and_of_what(stage: ClaimStage, cast: Cast) -> None:
    report = stage.report()
    for person in (cast.other_department, cast.executor, cast.inspector, cast.administrator):
        with pytest.raises(Forbidden):
            stage.ask(person, report)
    with pytest.raises(Invalid):
        stage.ask(cast.department, report, companies=["ward-W1"])
    photo = make_photo(stage.session, report, "report", published=False)
    with pytest.raises(Invalid):
        stage.ask(cast.department, report, photo=str(photo))
    with pytest.raises(Conflict):
        stage.ask(cast.department, stage.report(executor="telecom"))
    with pytest.raises(Conflict):
        stage.ask(cast.triage, stage.report("closed"))
    with pytest.raises(Conflict):
        stage.ask(cast.department, make_report(stage.session, stage.reference, "assigned"))
    claims = stage.ask(cast.triage, report, companies=["telecom"])
    assert len(claims) == 1
    report.status = Status.CLOSED
    stage.session.flush()
    with pytest.raises(Conflict):
        stage.answer(cast.executor, claims[0], "mine")
    stage.now += timedelta(days=5)
    assert stage.expire() == 1
    assert (claims[0].answer, claims[0].silent_at) == (None, None)
    assert claims[0].closed_at == stage.now
