"""A carrier is asked once for many numbers, answers each, and sees nothing of another's."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from sqlalchemy import select

from service.documents.carriers import write_carrier_letter
from service.documents.offices import office_of
from service.domain.number_cases.access import find_request
from service.domain.number_cases.photo_links import AnnexLinks
from service.domain.number_cases.subscribers import forget_owners, read_owner
from service.domain.number_cases.views import list_requests, number_story, tell_request
from service.domain.works.passing_time import warn_of_works
from service.domain.works.views import WorkFilter, list_works
from service.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from service.models import (
    AdNumber,
    CarrierRequest,
    Event,
    OwnNotice,
    Subscriber,
    SubscriberReading,
    Work,
)
from tests.support.numbers.stage import DIGITS, NumbersStage
from tests.support.people import KEY, Cast

OWNER = {"name": "Nguyễn Văn Thử", "address": "1 Đường Thử", "paper": "000000000000"}


def numbers(stage: NumbersStage, cast: Cast, count: int) -> list[str]:
    digits = [f"09512345{at:02}" for at in range(count)]
    for each in digits:
        stage.verified(cast.triage, each)
    return digits


def test_ported_numbers_are_followed_by_themselves(stage: NumbersStage, cast: Cast) -> None:
    asked = numbers(stage, cast, 4)
    found = stage.send(cast.department, stage.request(cast.department, asked))
    ours = [{"number": each, "answer": "ours"} for each in asked[:2]]
    ported = [{"number": each, "answer": "ported", "ported_to": "sanitation"} for each in asked[2:]]
    assert stage.answer(cast.executor, found, *ours).work.status == "sent"
    assert stage.answer(cast.executor, found, *ours, *ported).work.status == "answered"
    child = stage.session.scalars(select(Work).where(Work.parent_id == found.work.id)).one()
    told = tell_request(
        stage.ctx(cast.department), find_request(stage.session, cast.department.actor, child.code)
    )
    assert ([each.number for each in told.numbers], told.status) == (asked[2:], "draft")
    assert "45/SVHTT" in told.note
    with pytest.raises(NotFound):
        find_request(stage.session, cast.other_executor.actor, child.code)
    carriers = {row.e164[-2:]: row.carrier_id for row in stage.session.scalars(select(AdNumber))}
    own, other = stage.unit("telecom"), stage.unit("sanitation")
    assert carriers == {"00": own, "01": own, "02": other, "03": other}
    assert stage.types(found.work)[-2:] == ["request.answered_partly", "request.answered"]


def test_the_same_answer_again_changes_nothing_and_wrong_ones_are_refused(
    stage: NumbersStage, cast: Cast
) -> None:
    asked = numbers(stage, cast, 2)
    stage.verified(cast.triage, "0951234599")
    found = stage.request(cast.department, asked)
    for person in (cast.executor, cast.other_executor):
        with pytest.raises(NotFound):
            stage.answer(person, found, {"number": asked[0], "answer": "ours"})
    stage.send(cast.department, found)
    with pytest.raises(NotFound):
        stage.answer(cast.other_executor, found, {"number": asked[0], "answer": "ours"})
    wrong = [
        {"number": "0951234599", "answer": "ours"},
        {"number": asked[0], "answer": "ported"},
        {"number": asked[0], "answer": "ported", "ported_to": "telecom"},
        {"number": asked[0], "answer": "ours", "ported_to": "sanitation"},
        {"number": asked[0], "answer": "none"},
        {"number": asked[0], "answer": "ours", "action": "suspended"},
        {"number": asked[0], "answer": "ours", "action": "warned", "action_on": "2026-03-09"},
    ]
    for each in wrong:
        with pytest.raises(Invalid):
            stage.answer(cast.executor, found, each)
    stage.answer(cast.executor, found, {"number": asked[0], "answer": "ours"})
    version = found.work.version
    stage.answer(cast.executor, found, {"number": asked[0], "answer": "ours"})
    assert found.work.version == version
    stage.answer(cast.executor, found, {"number": asked[1], "answer": "not_in_use"})
    with pytest.raises(Conflict):
        stage.answer(cast.executor, found, {"number": asked[0], "answer": "refused"})


def test_only_verified_numbers_are_asked_about_and_suspending_needs_its_case(
    stage: NumbersStage, cast: Cast
) -> None:
    number = stage.see(cast.triage)
    with pytest.raises(Invalid):
        stage.request(cast.department, [number.id])
    stage.verified(cast.triage)
    case = stage.open(cast.department, number)
    with pytest.raises(Invalid):
        stage.request(cast.department, [DIGITS], "suspend")
    with pytest.raises(Forbidden):
        stage.request(cast.triage, [DIGITS])
    with pytest.raises(Invalid):
        stage.request(cast.department, [DIGITS], carrier="ward-W2")
    stage.to_suspend(cast.department, case)
    found = stage.request(cast.department, [DIGITS], "suspend")
    with pytest.raises(Invalid) as refused:
        stage.send(cast.department, found, document=None)
    assert refused.value.errors[0].loc[-1] == "document"
    assert case.work.status == "to_suspend", "nothing but a carrier's answer suspends"
    stage.send(cast.department, found)
    answer = {"number": DIGITS, "answer": "ours", "action": "suspended", "action_on": "2026-03-04"}
    stage.answer(cast.executor, found, answer)
    assert (case.work.status, str(case.side.suspended_from)) == ("suspended", "2026-03-04")


def test_complying_takes_back_what_was_asked_or_asks_to_restore(stage: NumbersStage, cast: Cast) -> None:
    case = stage.to_suspend(cast.department, stage.open(cast.department, stage.verified(cast.triage)))
    asked = stage.send(cast.department, stage.request(cast.department, [DIGITS], "suspend"))
    stage.go(cast.department, case, "complied", remedy="Đã gỡ", removed=True)
    assert asked.work.status == "withdrawn"
    assert not stage.session.scalars(select(Work).where(Work.parent_id == case.work.id)).all()

    other = "0951234508"
    case = stage.to_suspend(cast.department, stage.open(cast.department, stage.verified(cast.triage, other)))
    asked = stage.send(cast.department, stage.request(cast.department, [other], "suspend"))
    stage.answer(cast.executor, asked, {"number": other, "answer": "ours", "action": "suspended"})
    stage.go(cast.department, case, "complied", remedy="Đã gỡ", removed=True)
    drafted = stage.session.scalars(select(Work).where(Work.parent_id == case.work.id)).one()
    side = stage.session.get_one(CarrierRequest, drafted.id)
    assert (side.purpose, drafted.status, drafted.executor_id) == ("restore", "draft", stage.unit("telecom"))
    with pytest.raises(Invalid) as stays:
        stage.go(cast.department, case, "closed")
    assert stays.value.errors[0].loc[-1] == "suspended_to"
    stage.go(cast.department, case, "closed", suspended_to="2026-03-04")
    assert not case.side.running


def test_a_late_answer_is_told_once_to_who_asked_and_their_leaders(stage: NumbersStage, cast: Cast) -> None:
    city = stage.reference.config
    stages = ({"after_working_days": 1, "to": ["holder", "manager"]},)
    reference = stage.reference
    object.__setattr__(reference, "config", city.model_validate({**city.model_dump(), "escalation": stages}))
    stage.send(cast.department, stage.request(cast.department, numbers(stage, cast, 1)))
    stage.at(stage.now + timedelta(days=20))
    for _ in range(2):
        warn_of_works(stage.session, reference, stage.ctx(cast.department).calendar, stage.now)
    late = select(OwnNotice.staff_id).where(OwnNotice.type == "work.overdue")
    assert sorted(stage.session.scalars(late)) == sorted(
        {cast.department.account.id, cast.manager.account.id}
    )


def test_a_carrier_sees_its_own_requests_and_never_a_reporter(stage: NumbersStage, cast: Cast) -> None:
    found = stage.send(cast.department, stage.request(cast.department, numbers(stage, cast, 1)))
    [mine] = list_requests(stage.ctx(cast.executor))
    assert (mine.code, mine.may_answer, mine.actions) == (found.work.code, True, ["answered"])
    assert list_requests(stage.ctx(cast.other_executor)) == []
    assert list_requests(stage.ctx(cast.administrator)) == []
    told = mine.model_dump_json()
    for secret in ("report", "SML-", "description", "contact"):
        assert secret not in told
    for person, sees in ((cast.administrator, 0), (cast.other_department, 0), (cast.department, 1)):
        ctx = stage.ctx(person)
        listed, _ = list_works(stage.session, stage.reference, ctx.actor, WorkFilter(), now=stage.now)
        assert len(listed) == sees


def test_the_owner_is_sealed_read_for_a_purpose_and_erased(stage: NumbersStage, cast: Cast) -> None:
    asked = numbers(stage, cast, 1)
    number = stage.number(asked[0])
    found = stage.send(cast.department, stage.request(cast.department, asked))
    stage.answer(cast.executor, found, {"number": asked[0], "answer": "ours", "subscriber": OWNER})
    kept = stage.session.scalars(select(Subscriber)).one()
    assert kept.sealed is not None
    assert OWNER["name"] not in kept.sealed
    assert not any(OWNER["name"] in str(data) for data in stage.session.scalars(select(Event.data)))
    with pytest.raises(Invalid) as refused:
        read_owner(stage.ctx(cast.department), KEY, number.id, " ")
    assert refused.value.errors[0].loc[-1] == "purpose"
    owner = read_owner(stage.ctx(cast.department), KEY, number.id, "Gửi giấy mời")
    assert owner.name == OWNER["name"]
    [reading] = stage.session.scalars(select(SubscriberReading)).all()
    assert (reading.staff_id, reading.purpose) == (cast.department.account.id, "Gửi giấy mời")
    for name in ("administrator", "triage", "executor", "other_department", "inspector"):
        with pytest.raises(NotFound):
            read_owner(stage.ctx(cast.everyone()[name]), KEY, number.id, "Tò mò")
    assert number_story(stage.ctx(cast.department), number.id).reads_owner
    assert not number_story(stage.ctx(cast.triage), number.id).reads_owner
    assert forget_owners(stage.session, stage.now - timedelta(days=1), stage.now, 10) == 0
    later = stage.now + timedelta(days=1)
    case = stage.open(cast.department, number)
    assert forget_owners(stage.session, later, later, 10) == 0, "while a case runs it is needed"
    stage.go(cast.department, case, "dropped", "Không phải chủ số")
    assert forget_owners(stage.session, datetime(2027, 1, 1, tzinfo=UTC), later, 10) == 1
    stage.session.expire_all()
    with pytest.raises(Gone):
        read_owner(stage.ctx(cast.department), KEY, number.id, "Gửi giấy mời")


def test_a_letter_written_at_night_names_the_citys_day(stage: NumbersStage, cast: Cast) -> None:
    asked = stage.request(cast.department, numbers(stage, cast, 1))
    stage.at(datetime(2026, 3, 9, 19, tzinfo=UTC))  # 2:00 of the tenth, there
    stage.send(cast.department, asked)
    found = find_request(stage.session, cast.department.actor, asked.work.code)
    office, links = office_of(stage.reference, stage.unit("ward-W1")), AnnexLinks(date(2026, 4, 9), {})
    view, zone = tell_request(stage.ctx(cast.department), found), ZoneInfo(stage.reference.timezone)
    letter = Document(io.BytesIO(write_carrier_letter(office, view, links, date(2026, 3, 10), zone)))
    due = "Thời hạn trả lời: trước ngày 19/03/2026."  # seven working days
    assert due in [each.text for each in letter.paragraphs]
