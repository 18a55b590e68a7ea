"""A sanction is entered after the invitation, lists a number, and takes it off where it is annulled."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from service.domain.city.config import PenaltyConfig
from service.domain.number_cases.access import NumberCaseWork
from service.domain.number_cases.forms import NewPublication, PublicationStep
from service.domain.number_cases.monthly import numbers_month
from service.domain.number_cases.publicity.listings import (
    draft_publication,
    listed_numbers,
    take_publication_step,
    tell_publication,
)
from service.domain.number_cases.views import tell_case
from service.domain.works.views import tell_works
from service.errors import AppError, Conflict, Forbidden, Invalid
from service.models import Event
from tests.support.numbers.stage import BASIS, NumbersStage
from tests.support.people import Cast

DECISION = {"document": "31/QĐ-XPHC", "dated": "2026-03-04", "signer": "Chủ tịch", "basis": BASIS}
ACT = {
    "code": "ads_on_poles",
    "categories": ("illegal_ad",),
    "act": {"vi": "Dán quảng cáo trên cột điện"},
    "decree": "87/2026/NĐ-CP",
    "article": "Điều 60",
    "person_min": 1_000_000,
    "person_max": 2_000_000,
    "factor_organisation": 2,
    "checked_on": "2026-01-01",
    "source": "Công báo",
}


def invited(stage: NumbersStage, cast: Cast) -> NumberCaseWork:
    found = stage.open(cast.department, stage.verified(cast.triage))
    said = {"document": "12/GM", "dated": "2026-03-04", "appear_by": "2026-03-11"}
    return stage.go(cast.department, found, "invited", **said)


def listed(stage: NumbersStage, cast: Cast, found: NumberCaseWork, **said: object) -> list[str]:
    """A list of one number, published; what everybody sees then."""
    body = {"id": str(uuid4()), "number": "20/TB", "items": [{"case": found.work.code, **said}]}
    draft, _ = draft_publication(stage.ctx(cast.department), NewPublication.model_validate(body))
    list_ = take_publication_step(stage.ctx(cast.manager), draft.id, PublicationStep(to="published"))
    [row] = tell_publication(stage.ctx(cast.manager), list_).items
    assert (row.decided_on, row.basis) == (date(2026, 3, 4), BASIS)
    return [row.decision, row.signer]


def refused(
    stage: NumbersStage, cast: Cast, found: NumberCaseWork, to: str, reason: str = "", **data: object
) -> str:
    with pytest.raises((Invalid, Conflict)) as error:
        stage.go(cast.department, found, to, reason, **data)
    stage.session.expire_all()
    told: AppError = error.value
    return str(told.errors[0].loc[-1]) if told.errors else "conflict"


def test_a_sanction_lists_a_number_and_ends_with_it(stage: NumbersStage, cast: Cast) -> None:
    found = stage.open(cast.department, stage.verified(cast.triage))
    assert refused(stage, cast, found, "sanctioned", **DECISION) == "conflict", "invitation comes first"
    found = invited_case = stage.go(
        cast.department, found, "invited", document="12/GM", dated="2026-03-04", appear_by="2026-03-11"
    )
    with pytest.raises(Conflict, match="quyết định xử phạt"):
        listed(stage, cast, found)
    for missing in ("document", "dated", "signer", "basis"):
        said = {name: value for name, value in DECISION.items() if name != missing}
        assert refused(stage, cast, found, "sanctioned", **said) == missing
    for wrong, place in (({"dated": "2026-03-05"}, "dated"), ({"dated": "2026-03-03"}, "dated")):
        assert refused(stage, cast, found, "sanctioned", **{**DECISION, **wrong}) == place
    for who in (cast.triage, cast.administrator, cast.executor, cast.other_department):
        with pytest.raises(AppError) as error:
            stage.go(who, found, "sanctioned", **DECISION)
        assert error.value.status in (403, 404)
    stage.go(cast.department, found, "sanctioned", **DECISION, fine_vnd=1_500_000)
    assert (found.work.status, found.side.fine_vnd) == ("invited", 1_500_000)
    assert stage.types(found.work)[-1] == "number.sanctioned"
    assert refused(stage, cast, found, "sanctioned", **DECISION, fine_vnd=1) == "conflict"
    assert listed(stage, cast, found) == ["31/QĐ-XPHC", "Chủ tịch"]
    assert [each.decision for each in listed_numbers(stage.ctx(cast.department))] == ["31/QĐ-XPHC"]
    stage.go(cast.department, invited_case, "complied", remedy="Đã gỡ", removed=True)
    assert listed_numbers(stage.ctx(cast.department)) == []
    with pytest.raises(Conflict):
        listed(stage, cast, found)
    assert refused(stage, cast, found, "paid") == "paid_on"
    assert refused(stage, cast, found, "paid", paid_on="2026-03-03") == "paid_on"
    stage.go(cast.department, found, "paid", paid_on="2026-03-04")
    assert refused(stage, cast, found, "paid", paid_on="2026-03-04") == "conflict"
    told = numbers_month(stage.ctx(cast.department), "2026-03")
    assert (told.sanctioned, told.fined_vnd, told.paid_vnd) == (1, 1_500_000, 1_500_000)
    assert stage.types(found.work).count("request.drafted") == 0


@pytest.mark.parametrize("suspended", [False, True])
def test_an_annulled_sanction_takes_off_what_stood_by_it(
    stage: NumbersStage, cast: Cast, suspended: bool
) -> None:
    found = invited(stage, cast)
    assert refused(stage, cast, found, "annulled", "Khiếu nại đúng") == "conflict"
    stage.go(cast.department, found, "sanctioned", **DECISION)
    if suspended:
        stage.go(cast.department, found, "to_suspend", "Không gỡ", basis=BASIS)
    listed(stage, cast, found)
    assert refused(stage, cast, found, "annulled") == "reason"
    assert refused(stage, cast, found, "paid", paid_on="2026-03-04") == "conflict", "a warning is not paid"
    with pytest.raises(Forbidden):
        stage.go(cast.triage, found, "annulled", "Khiếu nại đúng")
    stage.go(cast.manager, found, "annulled", "Khiếu nại đúng")
    assert listed_numbers(stage.ctx(cast.department)) == []
    assert stage.types(found.work)[-2:] == ["number.annulled", "number.unlisted"]
    view = tell_case(stage.ctx(cast.department), found.work, found.side)
    assert (view.listable, view.sanction_document) == (suspended, "")
    assert "sanctioned" in view.actions
    assert not {"paid", "annulled"} & set(view.actions)


def test_the_fine_keeps_to_its_act_and_what_the_owner_said_stays_inside(
    stage: NumbersStage, cast: Cast
) -> None:
    config = stage.reference.config
    penalties = (PenaltyConfig.model_validate(ACT),)
    object.__setattr__(stage.reference, "config", config.model_copy(update={"penalties": penalties}))
    found = invited(stage, cast)
    assert refused(stage, cast, found, "appeared") == "appeared_on"
    assert refused(stage, cast, found, "appeared", appeared_on="2026-03-05") == "appeared_on"
    stage.go(cast.department, found, "appeared", appeared_on="2026-03-04", statement="Thuê người dán")
    by_act = {**DECISION, "basis": "", "act": "ads_on_poles"}
    assert refused(stage, cast, found, "sanctioned", **{**by_act, "act": "litter"}) == "act"
    for fine in (999_999, 4_000_001):
        assert refused(stage, cast, found, "sanctioned", **by_act, fine_vnd=fine) == "fine_vnd"
    stage.go(cast.department, found, "sanctioned", **by_act, fine_vnd=4_000_000)
    assert found.side.sanction_basis == "Điều 60, Nghị định 87/2026/NĐ-CP"
    stage.go(cast.department, found, "complied", remedy="Đã gỡ", removed=True)
    assert (found.side.statement, found.side.appeared_on) == ("Thuê người dán", date(2026, 3, 4))
    told = stage.session.scalars(select(Event.data).where(Event.subject_id == str(found.work.id))).all()
    assert told
    assert "Thuê" not in str(told)


def test_a_step_that_no_decision_stands_behind_is_offered_by_no_door(stage: NumbersStage, cast: Cast) -> None:
    """Neither by the number's own page nor among the works: what is offered can be taken."""

    def offered(found: NumberCaseWork) -> set[str]:
        ctx = stage.ctx(cast.department)
        [told] = tell_works(ctx.session, ctx.reference, ctx.actor, [found.work], ctx.now)
        assert told.actions == tell_case(ctx, found.work, found.side).actions
        return {"sanctioned", "annulled", "paid"} & set(told.actions)

    found = invited(stage, cast)
    assert offered(found) == {"sanctioned"}
    found = stage.go(cast.department, found, "sanctioned", **DECISION)
    assert offered(found) == {"annulled"}, "a warning has no fine to pay"
    found = stage.go(cast.department, found, "annulled", "Sai người")
    assert offered(found) == {"sanctioned"}
    found = stage.go(cast.department, found, "sanctioned", **DECISION, fine_vnd=1_500_000)
    assert offered(found) == {"annulled", "paid"}
    found = stage.go(cast.department, found, "paid", paid_on="2026-03-04")
    assert offered(found) == {"annulled"}
