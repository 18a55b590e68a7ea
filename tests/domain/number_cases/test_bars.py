"""Numbers that a case would let stand on the public list, and something else does not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.domain.number_cases.forms import ObjectionAnswer
from service.domain.number_cases.publicity.objections import answer_objection
from service.errors import Conflict
from service.models import Objection, Work
from tests.domain.number_cases.test_listings import MASKED, drafted, go, objected, shown, suspended_case
from tests.support.numbers.stage import DIGITS, NumbersStage
from tests.support.people import Cast

OTHER = "0951234599"


def test_an_objection_that_may_be_right_keeps_a_draft_from_being_made_known(
    stage: NumbersStage, cast: Cast
) -> None:
    case = suspended_case(stage, cast)
    list_ = drafted(stage, cast.department, case)
    asked = objected(stage, cast)
    answer_objection(stage.ctx(cast.department), asked, ObjectionAnswer(plausible=True))
    with pytest.raises(Conflict, match="ý kiến phản đối"):
        go(stage, cast.manager, list_)
    with pytest.raises(Conflict, match="hãy trả lời trước"):
        drafted(stage, cast.department, case)
    assert shown(stage, cast) == []
    refused = ObjectionAnswer(upheld=False, answer="Nhà mạng xác nhận vẫn là chủ cũ")
    answer_objection(stage.ctx(cast.department), asked, refused)
    go(stage, cast.manager, list_)
    assert shown(stage, cast) == [MASKED]


def test_a_number_is_hidden_by_the_objection_itself(stage: NumbersStage, cast: Cast) -> None:
    """Also where it was published in the same moment, so that nobody marked the listing."""
    go(stage, cast.manager, drafted(stage, cast.department, suspended_case(stage, cast)))
    row = stage.session.get_one(Objection, objected(stage, cast))
    assert shown(stage, cast) == [MASKED]
    row.plausible = True
    stage.session.flush()
    assert shown(stage, cast) == []


@pytest.mark.parametrize("answer", ["new_owner", "not_in_use"])
def test_a_number_that_is_somebody_elses_by_now_does_not_come_back(
    stage: NumbersStage, cast: Cast, answer: str
) -> None:
    case, other = suspended_case(stage, cast), suspended_case(stage, cast, OTHER)
    list_ = drafted(stage, cast.department, case, other)
    asked = stage.send(cast.department, stage.request(cast.department, [DIGITS, OTHER], "suspend"))
    stage.answer(cast.executor, asked, {"number": DIGITS, "answer": answer})
    for ready in (case, other):
        if ready is case:
            with pytest.raises(Conflict, match="đổi chủ"):
                drafted(stage, cast.department, ready)
        else:
            drafted(stage, cast.department, ready)
    go(stage, cast.manager, list_)
    assert shown(stage, cast) == ["0951 ••• 599"], "the rest of the draft stays"
    stage.answer(cast.executor, asked, {"number": DIGITS, "answer": "ours"})
    go(stage, cast.manager, drafted(stage, cast.department, case))
    assert MASKED in shown(stage, cast), "the carrier had mistaken the row"


def test_an_upheld_objection_bars_the_case_and_not_the_next(stage: NumbersStage, cast: Cast) -> None:
    case = suspended_case(stage, cast)
    go(stage, cast.manager, drafted(stage, cast.department, case))
    asked = objected(stage, cast)
    answer_objection(stage.ctx(cast.department), asked, ObjectionAnswer(upheld=True, answer="Đúng"))
    assert shown(stage, cast) == []
    with pytest.raises(Conflict, match="đã chấp nhận"):
        drafted(stage, cast.department, case)


def test_an_answer_corrected_before_the_letter_is_done_takes_its_draft_back(
    stage: NumbersStage, cast: Cast
) -> None:
    for digits in (DIGITS, OTHER, "0951234588"):
        stage.verified(cast.triage, digits)
    asked = stage.send(cast.department, stage.request(cast.department, [DIGITS, OTHER, "0951234588"]))
    went = [{"number": each, "answer": "ported", "ported_to": "sanitation"} for each in (DIGITS, OTHER)]
    stage.answer(cast.executor, asked, *went)
    child = stage.session.scalars(select(Work).where(Work.parent_id == asked.work.id)).one()
    assert stage.types(child) == ["request.drafted"]
    stage.answer(cast.executor, asked, {"number": DIGITS, "answer": "ours"})
    assert child.status == "draft", "the other number still went there"
    assert stage.number().carrier_id == stage.unit("telecom")
    stage.answer(cast.executor, asked, {"number": OTHER, "answer": "ours"})
    assert child.status == "withdrawn"
    stage.answer(cast.executor, asked, went[0])
    drafts = stage.session.scalars(select(Work.status).where(Work.parent_id == asked.work.id)).all()
    assert sorted(map(str, drafts)) == ["draft", "withdrawn"]
