"""A number is made known by two people, masked, and off the list in the moment that it is no longer true."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from service.domain.number_cases.access import NumberCaseWork
from service.domain.number_cases.forms import (
    NewObjection,
    NewPublication,
    ObjectionAnswer,
    PublicationStep,
)
from service.domain.number_cases.passing_time import close_quiet, expire_listings
from service.domain.number_cases.publicity.listings import (
    draft_publication,
    list_publications,
    listed_numbers,
    take_publication_step,
)
from service.domain.number_cases.publicity.objections import (
    answer_objection,
    list_objections,
    object_to_listing,
)
from service.domain.number_cases.requests import system_context
from service.domain.number_cases.views import list_register
from service.domain.numbers.number_lists import list_numbers
from service.domain.reports.access import ANYONE
from service.domain.works.actions import ActionContext
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Listing, Objection, Publication
from tests.support.numbers.stage import BASIS, DIGITS, NumbersStage
from tests.support.people import KEY, Cast, Person

MASKED = "0951 ••• 507"
DECIDED = {"decision": "15/QĐ-SVHTT", "decided_on": "2026-03-04", "signer": "Giám đốc", "basis": BASIS}


def suspended_case(stage: NumbersStage, cast: Cast, digits: str = DIGITS) -> NumberCaseWork:
    return stage.to_suspend(cast.department, stage.open(cast.department, stage.verified(cast.triage, digits)))


def drafted(stage: NumbersStage, person: Person, *cases: NumberCaseWork, **said: object) -> Publication:
    items = [{"case": case.work.code, **DECIDED, **said} for case in cases]
    body = NewPublication.model_validate({"id": str(uuid4()), "number": "20/TB", "items": items})
    return draft_publication(stage.ctx(person), body)[0]


def go(stage: NumbersStage, person: Person, list_: Publication, to: str = "published") -> Publication:
    body = PublicationStep.model_validate({"to": to, "reason": "Nhầm"})
    return take_publication_step(stage.ctx(person), list_.id, body)


def shown(stage: NumbersStage, cast: Cast) -> list[str]:
    ctx = stage.ctx(cast.department)
    anybody = ActionContext(stage.session, stage.reference, ctx.calendar, ANYONE, stage.now)
    return [each.number for each in listed_numbers(anybody)]


def test_two_people_and_a_decision_list_a_number_masked(stage: NumbersStage, cast: Cast) -> None:
    case = suspended_case(stage, cast)
    assert shown(stage, cast) == [], "nothing lists by itself"
    bare = drafted(stage, cast.department, case, decision="", decided_on=None)
    with pytest.raises(Invalid) as missing:
        go(stage, cast.manager, bare)
    assert [each.loc[-1] for each in missing.value.errors] == ["decision", "decided_on"]
    own = drafted(stage, cast.manager, case)
    for person in (cast.manager, cast.department):
        with pytest.raises(Forbidden):
            go(stage, person, own)
    with pytest.raises(NotFound):
        go(stage, cast.other_manager, own)
    list_ = drafted(stage, cast.department, case)
    assert shown(stage, cast) == []
    go(stage, cast.manager, list_)
    assert shown(stage, cast) == [MASKED]
    [first] = [each for each in list_publications(stage.ctx(cast.manager)) if each.id == list_.id]
    assert first.items[0].until == date(2026, 3, 4) + timedelta(days=90)


def test_only_what_has_come_so_far_is_listed_and_not_for_longer(stage: NumbersStage, cast: Cast) -> None:
    case = stage.open(cast.department, stage.verified(cast.triage))
    with pytest.raises(Conflict):
        drafted(stage, cast.department, case)
    stage.to_suspend(cast.department, case)
    with pytest.raises(Invalid):
        drafted(stage, cast.department, case, until="2026-06-03")
    with pytest.raises(NotFound):
        drafted(stage, cast.other_department, case)


@pytest.mark.parametrize("end", ["complied", "dropped", "new_owner", "withdrawn"])
def test_what_is_no_longer_true_is_off_the_list_at_once(stage: NumbersStage, cast: Cast, end: str) -> None:
    case, other = suspended_case(stage, cast), suspended_case(stage, cast, "0951234599")
    list_ = go(stage, cast.manager, drafted(stage, cast.department, case, other))
    assert len(shown(stage, cast)) == 2
    if end == "withdrawn":
        go(stage, cast.department, list_, "withdrawn")
        assert shown(stage, cast) == []
        return
    if end == "complied":
        stage.go(cast.department, case, "complied", remedy="Đã gỡ", removed=True)
    elif end == "dropped":
        stage.go(cast.manager, case, "dropped", "Không phải chủ số")
    else:
        asked = stage.send(cast.department, stage.request(cast.department, [DIGITS], "suspend"))
        stage.answer(cast.executor, asked, {"number": DIGITS, "answer": "new_owner"})
    assert shown(stage, cast) == ["0951 ••• 599"]
    gone = stage.session.scalars(select(Listing).where(Listing.case_id == case.work.id)).one()
    assert gone.withdrawn_at == stage.now
    assert "number.unlisted" in stage.types(case.work)


def test_a_list_ends_by_itself_on_its_last_day(stage: NumbersStage, cast: Cast) -> None:
    go(stage, cast.manager, drafted(stage, cast.department, suspended_case(stage, cast)))
    stage.at(stage.now + timedelta(days=90))
    assert shown(stage, cast) == [MASKED]
    assert expire_listings(system_context(stage.ctx(cast.department))) == 0
    stage.at(stage.now + timedelta(days=1))
    assert shown(stage, cast) == [], "whether the worker came or not"
    assert expire_listings(system_context(stage.ctx(cast.department))) == 1
    assert expire_listings(system_context(stage.ctx(cast.department))) == 0


def objected(stage: NumbersStage, cast: Cast, digits: str = DIGITS) -> UUID:
    body = NewObjection(id=uuid4(), number=digits, words="Tôi mới mua số này", contact="a@vidu.vn")
    calendar = stage.ctx(cast.department).calendar
    return object_to_listing(stage.session, stage.reference, calendar, KEY, body, stage.now).id


def test_a_plausible_objection_hides_and_an_upheld_one_takes_it_off(stage: NumbersStage, cast: Cast) -> None:
    go(stage, cast.manager, drafted(stage, cast.department, suspended_case(stage, cast)))
    first = objected(stage, cast)
    kept = stage.session.get_one(Objection, first)
    assert (kept.due_at.date(), DIGITS in str(kept.sealed)) == (date(2026, 3, 11), False)
    assert shown(stage, cast) == [MASKED], "not everybody who writes is right"
    [waiting] = list_objections(stage.ctx(cast.department), KEY)
    assert (waiting.number, waiting.contact) == (DIGITS, "a@vidu.vn")
    assert list_objections(stage.ctx(cast.other_department), KEY) == []
    answer_objection(stage.ctx(cast.department), first, ObjectionAnswer(plausible=True))
    assert shown(stage, cast) == []
    with pytest.raises(Invalid):
        answer_objection(stage.ctx(cast.department), first, ObjectionAnswer(upheld=False))
    with pytest.raises(NotFound):
        answer_objection(stage.ctx(cast.other_department), first, ObjectionAnswer(upheld=False, answer="x"))
    refused = ObjectionAnswer(upheld=False, answer="Nhà mạng xác nhận vẫn là chủ cũ")
    answer_objection(stage.ctx(cast.department), first, refused)
    stage.session.expire_all()
    assert shown(stage, cast) == [MASKED]
    second = objected(stage, cast)
    answer_objection(stage.ctx(cast.manager), second, ObjectionAnswer(upheld=True, answer="Đúng"))
    assert shown(stage, cast) == []
    with pytest.raises(Conflict):
        answer_objection(stage.ctx(cast.manager), second, refused)


def test_an_objection_to_a_number_that_nobody_knows_is_kept_too(stage: NumbersStage, cast: Cast) -> None:
    kept = stage.session.get_one(Objection, objected(stage, cast, "0951000999"))
    assert (kept.number_id, kept.upheld) == (stage.number("0951000999").id, None)
    assert stage.number("0951000999").sightings == 0
    ctx = stage.ctx(cast.department)
    assert list_register(ctx, "confirmed") == [], "who objects stands on no poster"
    assert list_numbers(stage.session, ctx.actor, "0951000999") == []
    with pytest.raises(Invalid):
        objected(stage, cast, "12345")


@pytest.mark.parametrize(
    "spelled",
    [
        *("0951 234 507", "+84 951.234.507", "(+84) 951-234-507", "0084951234507", "0951\u2013234\u2013507"),
        *("\u202d0951 234 507\u202c", "０９５１２３４５０７", "0951,234,507"),
    ],
)
def test_an_objection_from_before_its_number_was_seen_counts(
    stage: NumbersStage, cast: Cast, spelled: str
) -> None:
    """It keeps the number off a list while it may be right, however it was typed."""
    first = objected(stage, cast, spelled)
    case = suspended_case(stage, cast)
    answer_objection(stage.ctx(cast.department), first, ObjectionAnswer(plausible=True))
    with pytest.raises(Conflict, match="phản đối"):
        drafted(stage, cast.department, case)
    [waiting] = list_objections(stage.ctx(cast.department), KEY)
    assert (waiting.number, waiting.number_id) == (DIGITS, case.number.id)
    refused = ObjectionAnswer(upheld=False, answer="Nhà mạng xác nhận vẫn là chủ cũ")
    answer_objection(stage.ctx(cast.department), first, refused)
    go(stage, cast.manager, drafted(stage, cast.department, case))
    assert shown(stage, cast) == [MASKED]


def test_a_waiting_objection_hides_the_number_that_was_listed_after_it(
    stage: NumbersStage, cast: Cast
) -> None:
    first, second = objected(stage, cast, "+84951234507"), objected(stage, cast, "0951.234.507")
    go(stage, cast.manager, drafted(stage, cast.department, suspended_case(stage, cast)))
    answer_objection(stage.ctx(cast.department), first, ObjectionAnswer(plausible=True))
    assert shown(stage, cast) == []
    answer_objection(stage.ctx(cast.manager), second, ObjectionAnswer(upheld=True, answer="Đúng"))
    gone = stage.session.scalars(select(Listing).where(Listing.number_id == stage.number().id)).one()
    assert gone.withdrawn_at == stage.now


def test_a_quiet_case_closes_and_one_with_a_new_poster_stays(stage: NumbersStage, cast: Cast) -> None:
    for digits in (DIGITS, "0951234599"):
        case = stage.open(cast.department, stage.verified(cast.triage, digits))
        said = {"document": "1/GM", "dated": "2026-03-04", "appear_by": "2026-03-11"}
        stage.go(cast.department, case, "invited", **said)
        stage.go(cast.department, case, "complied", remedy="Đã gỡ", removed=True)
    stage.at(stage.now + timedelta(days=29))
    assert close_quiet(system_context(stage.ctx(cast.department))) == 0
    stage.see(cast.triage, "0951234599")
    stage.at(stage.now + timedelta(days=1))
    assert close_quiet(system_context(stage.ctx(cast.department))) == 1
    assert close_quiet(system_context(stage.ctx(cast.department))) == 0
