"""The entrance to the verbs: versions, retries, rights, fields, evidence, words."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from service.domain.casework.case.case import Transition
from service.domain.casework.transitions import VERBS
from service.domain.reports.edges import EDGES
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Report, Status
from tests.domain.casework.stage import Stage
from tests.support.factories import make_photo, make_report
from tests.support.people import Cast
from tests.support.small_city import NOON

LATER = NOON + timedelta(hours=2)


def wrong_places(refused: pytest.ExceptionInfo[Invalid]) -> list[tuple[str | int, ...]]:
    return [error.loc for error in refused.value.errors]


def test_every_edge_that_staff_may_take_has_its_verb() -> None:
    staffed = {edge.event for edge in EDGES if edge.who - {"reporter", "follower", "system"}}
    assert set(VERBS) == staffed


def test_a_stale_version_is_refused_and_told_the_newest(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", version=7)
    with pytest.raises(Conflict) as refused:
        stage.step(cast.department, report, "waiting", reason="Xin thêm ảnh", version=6)
    assert refused.value.extra["version"] == 7
    assert refused.value.extra["status_now"] == "in_progress"
    assert report.status == "in_progress"


def test_the_same_step_again_is_answered_and_does_nothing(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")
    for _ in range(2):
        stage.step(cast.department, report, "waiting", reason="Xin thêm ảnh", note="gọi rồi", version=1)
    assert (report.version, report.status) == (2, "waiting")
    assert stage.types(report) == ["report.waiting", "comment.added"]


@pytest.mark.parametrize("other", ["reason", "person"])
def test_another_step_with_the_old_version_is_no_retry(stage: Stage, cast: Cast, other: str) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")
    stage.step(cast.department, report, "waiting", reason="Xin thêm ảnh")
    person = cast.manager if other == "person" else cast.department
    reason = "Xin địa chỉ" if other == "reason" else "Xin thêm ảnh"
    with pytest.raises(Conflict):
        stage.step(person, report, "waiting", reason=reason, version=1)


def test_a_retry_of_a_refusal_is_answered_though_the_case_is_no_longer_ones_own(
    stage: Stage, cast: Cast
) -> None:
    report = make_report(stage.session, stage.reference, "assigned")
    for _ in range(2):
        stage.step(cast.department, report, "triage", reason="Không thuộc đơn vị", version=1)
    assert stage.types(report) == ["report.refused"]


@pytest.mark.parametrize("name", ["other_department", "executor", "administrator", "inspector"])
def test_who_has_no_part_in_the_case_is_forbidden_whatever_the_step(
    stage: Stage, cast: Cast, name: str
) -> None:
    report = make_report(stage.session, stage.reference, "assigned", lead="city-cables")
    with pytest.raises(Forbidden):
        stage.step(cast.everyone()[name], report, "in_progress")
    assert report.status == "assigned"


def test_what_one_may_not_see_cannot_be_moved(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned", published=False)
    with pytest.raises(NotFound):
        stage.step(cast.other_department, report, "in_progress")


def test_a_step_the_life_cycle_lacks_names_those_it_has(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned")
    with pytest.raises(Conflict) as refused:
        stage.step(cast.department, report, "closed")
    existing = {edge.target for edge in EDGES if edge.source == Status.ASSIGNED}
    assert set(refused.value.extra["allowed"]) == existing
    assert Status.CLOSED not in existing


def test_rights_come_before_what_the_step_lacks(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned")
    with pytest.raises(Forbidden) as refused:
        stage.step(cast.department, report, "rejected")
    assert "in_progress" in refused.value.extra["allowed"]


@pytest.mark.parametrize(
    ("to", "field", "value"),
    [
        ("waiting", "lead", "telecom"),
        ("waiting", "supports", ["telecom"]),
        ("rejected", "executor", "telecom"),
        ("resolved", "duplicate_of", "HUE-2222-22"),
        ("waiting", "policy", "urgent"),
        ("resolved", "category", "litter"),
        ("assigned", "policy", "urgent"),
    ],
)
def test_a_field_of_another_step_is_refused(
    stage: Stage, cast: Cast, to: str, field: str, value: object
) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")
    with pytest.raises(Invalid) as refused:
        stage.step(cast.department, report, to, reason="vì thế", **{field: value})
    assert wrong_places(refused) == [(field,)]


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"to": "waiting"},
        {"to": "nowhere", "version": 1},
        {"to": "waiting", "version": 0},
        {"to": "waiting", "version": 1, "reason": "x" * 2001},
        {"to": "waiting", "version": 1, "evidence": ["no id"]},
        {"to": "waiting", "version": 1, "supports": ["a"] * 21},
        {"to": "waiting", "version": 1, "status": "closed"},
    ],
)
def test_a_body_that_is_none_is_refused(wish: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Transition.model_validate(wish)


def test_evidence_is_a_photo_of_this_report_that_staff_took(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")
    other = make_report(stage.session, stage.reference, "in_progress")
    wrong = [
        uuid4(),
        make_photo(stage.session, other),
        make_photo(stage.session, report, "report"),
        make_photo(stage.session, report, state="failed"),
    ]
    good = make_photo(stage.session, report)
    with pytest.raises(Invalid) as refused:
        stage.step(cast.department, report, "resolved", evidence=[*wrong, good])
    assert wrong_places(refused) == [("evidence", place) for place in range(4)]
    assert report.status == "in_progress"

    stage.step(cast.department, report, "resolved", evidence=[good, good])
    assert stage.events(report)[-1].data["evidence"] == [str(good)]


def test_evidence_is_needed_where_the_category_says_so(stage: Stage, cast: Cast) -> None:
    litter = make_report(stage.session, stage.reference, "in_progress")
    with pytest.raises(Invalid) as refused:
        stage.step(cast.department, litter, "resolved")
    assert wrong_places(refused) == [("evidence",)]
    lamp = make_report(stage.session, stage.reference, "in_progress", category="street_light")
    assert stage.step(cast.department, lamp, "resolved").status == "resolved"


def test_an_inspector_shows_what_was_not_done_also_where_the_work_needs_no_photo(
    stage: Stage, cast: Cast
) -> None:
    lamp = make_report(stage.session, stage.reference, "resolved", category="street_light")
    with pytest.raises(Invalid):
        stage.step(cast.inspector, lamp, "in_progress", reason="Đèn vẫn tắt")
    photo = make_photo(stage.session, lamp)
    stage.step(cast.inspector, lamp, "in_progress", reason="Đèn vẫn tắt", evidence=[photo])
    assert stage.types(lamp) == ["report.sent_back"]


def test_a_note_stays_inside_and_a_reply_goes_out(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned")
    stage.step(cast.department, report, "in_progress", note=" gọi đội 2 ", public_reply="Sẽ xong hôm nay")
    assert sorted(stage.comments(report)) == [
        ("note", False, "gọi đội 2"),
        ("reply", True, "Sẽ xong hôm nay"),
    ]
    told = [(e.type, e.public, e.data.get("kind")) for e in stage.events(report)[1:]]
    assert told == [
        ("report.accepted", True, None),
        ("comment.added", True, "reply"),
        ("comment.added", False, "note"),
    ]
    assert "gọi đội 2" not in str([event.data for event in stage.events(report)])


def test_the_public_words_of_an_unpublished_case_are_not_public(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned", category="tip_off", published=False)
    stage.step(cast.department, report, "in_progress", public_reply="Đã nhận")
    assert stage.comments(report) == [("reply", False, "Đã nhận")]
    assert not any(event.public for event in stage.events(report)[1:])


def test_what_is_said_with_a_question_is_the_question(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")
    stage.step(cast.department, report, "waiting", reason="Xin địa chỉ", public_reply="Số nhà bao nhiêu ạ?")
    assert stage.comments(report) == [("question", True, "Số nhà bao nhiêu ạ?")]


def test_a_report_that_a_person_was_quicker_with_than_routing_is_found_in_lists(
    stage: Stage, cast: Cast
) -> None:
    report = make_report(stage.session, stage.reference, "received")
    stage.now = LATER
    stage.step(cast.triage, report, "rejected", reason="Thử máy")
    stage.session.flush()
    found = select(Report.routed_at, func.length(Report.search)).where(Report.id == report.id)
    routed_at, words = stage.session.execute(found).one()
    assert routed_at == LATER
    assert words > 0
