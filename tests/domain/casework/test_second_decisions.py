"""A second, different decision from the same screen is refused and told what changed; a retry is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.case.case import MAKES_A_VERSION, Transition
from service.domain.casework.case.repeats import request_digest
from service.domain.casework.citizens.comments import Remark, comment
from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.casework.citizens.participation import Reopening, reopen_or_appeal
from service.domain.casework.extension_requests import ExtensionDecision, answer_request, ask_for_more
from service.domain.casework.extensions import ExtensionTerms
from service.domain.casework.holders import HolderChange, SupportChange, entrust, share
from service.domain.casework.split import Split, split
from service.domain.city.reference import Reference
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.reports.access import Asker
from service.errors import Conflict
from service.models import Comment, Event, EventType, Report
from tests.domain.casework.stage import Stage
from tests.support.factories import make_photo, make_report
from tests.support.people import KEY, Cast, reporter_of
from tests.support.small_city import NOON

MINUTE = timedelta(minutes=1)

ASSIGN: dict[str, object] = {"lead": "city-cables", "supports": ["ward-W1"], "executor": "telecom"}


@pytest.mark.parametrize(
    "other",
    [
        {"lead": "ward-W2"},
        {"supports": ["ward-W2"]},
        {"supports": []},
        {"executor": "sanitation"},
        {"executor": None},
        {"policy": "urgent"},
        {"category": "noise"},
        {"reason": "Xem lại"},
        {"note": "Gọi trước khi đến"},
        {"public_reply": "Đã chuyển"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_assignment_from_the_same_screen_is_refused(
    stage: Stage, cast: Cast, other: dict[str, object]
) -> None:
    report = make_report(stage.session, stage.reference, "triage", category="litter")
    stage.step(cast.triage, report, "assigned", **ASSIGN, version=1)
    before = stage.types(report)
    with pytest.raises(Conflict) as refused:
        stage.step(cast.triage, report, "assigned", **{**ASSIGN, **other}, version=1)
    assert refused.value.extra["version"] == 2
    (told,) = refused.value.extra["changed"]
    assert (told["type"], told["data"]["lead"]) == ("report.assigned", "city-cables")
    assert stage.types(report) == before


def test_the_very_same_assignment_again_is_done_once(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    for supports in (["ward-W1", "ward-W2"], ["ward-W2", "ward-W1"]):
        stage.step(
            cast.triage, report, "assigned", lead="city-cables", supports=supports, note="gọi", version=1
        )
    assert stage.types(report) == ["report.assigned", "comment.added"]


def test_a_retry_is_known_after_others_went_on(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    stage.step(cast.triage, report, "assigned", lead="city-cables", version=1)
    stage.step(cast.department, report, "in_progress")
    assert stage.step(cast.triage, report, "assigned", lead="city-cables", version=1).status == "in_progress"


def test_a_second_original_is_refused(stage: Stage, cast: Cast) -> None:
    report, first, second = (make_report(stage.session, stage.reference, "assigned") for _ in range(3))
    stage.step(cast.triage, report, "duplicate", duplicate_of=first.code, version=1)
    with pytest.raises(Conflict):
        stage.step(cast.triage, report, "duplicate", duplicate_of=second.code, version=1)
    stage.step(cast.triage, report, "duplicate", duplicate_of=first.code, version=1)
    assert report.duplicate_of_id == first.id


def test_other_evidence_is_another_step(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")
    photos = [make_photo(stage.session, report, "evidence") for _ in range(2)]
    stage.step(cast.department, report, "resolved", evidence=photos[:1], version=1)
    stage.step(cast.department, report, "resolved", evidence=photos[:1], version=1)
    with pytest.raises(Conflict):
        stage.step(cast.department, report, "resolved", evidence=photos[1:], version=1)


def test_giving_a_case_away_twice_from_one_screen(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", lead="cables-room")

    def give(holder: str) -> Report:
        repeat_key = HolderChange(holder=holder, version=1)
        return entrust(stage.session, stage.reference, cast.department.asker, report.id, repeat_key, NOON)

    assert give("room").holder_id == give("room").holder_id == cast.room.account.id
    with pytest.raises(Conflict) as refused:
        give("department")
    assert [each["type"] for each in refused.value.extra["changed"]] == ["report.entrusted"]
    assert refused.value.extra["changed"][0]["data"] == {}
    assert report.version == 2


def test_sharing_twice_from_one_screen(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")

    def divide(executor: str) -> Report:
        repeat_key = SupportChange(executor=executor, version=1)
        return share(stage.session, stage.context(cast.department, NOON), report.id, repeat_key)

    assert divide("telecom").executor_id == divide("telecom").executor_id == stage.department("telecom")
    with pytest.raises(Conflict):
        divide("sanitation")


def test_more_time_is_given_once_for_one_wish(stage: Stage, cast: Cast) -> None:
    due_at = NOON + 20 * timedelta(days=1)
    report = make_report(stage.session, stage.reference, "in_progress", due_at=due_at)
    for _ in range(2):
        stage.extend(cast.department, report, 1, "working_days", version=1)
    assert report.extensions == 1
    with pytest.raises(Conflict):
        stage.extend(cast.department, report, 2, "working_days", version=1)


def test_a_manager_answers_a_request_once(stage: Stage, cast: Cast) -> None:
    due_at = NOON + timedelta(hours=9)
    report = make_report(stage.session, stage.reference, "in_progress", policy="urgent", due_at=due_at)
    repeat_key = ExtensionTerms(amount=1, unit="hours", reason="Chờ xe", version=1)

    def ask() -> int:
        return ask_for_more(
            stage.session, stage.reference, cast.department.asker, report.id, repeat_key, NOON
        ).id

    def answer(**said: Any) -> str:
        sent = ExtensionDecision.model_validate({"version": 1, **said})
        return answer_request(stage.session, stage.reference, cast.manager.asker, report.id, sent, NOON).state

    asked = ask()
    assert answer(approve=False, answer="Chưa cần") == "declined"
    assert answer(approve=False, answer="Chưa cần") == "declined"
    assert ask() == asked
    for other in ({"approve": True}, {"approve": False, "answer": "Không"}):
        with pytest.raises(Conflict):
            answer(**other)


def test_a_split_without_an_id_is_made_once(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned")

    def part(words: str, **more: object) -> Report:
        sent = Split.model_validate({"category": "noise", "description": words, "version": 1, **more})
        return split(stage.session, stage.reference, cast.triage.asker, report.id, sent, NOON)

    made = part("Loa kéo")
    assert part("Loa kéo").id == made.id
    with pytest.raises(Conflict):
        part("Karaoke")
    with pytest.raises(Conflict):
        part("Karaoke", id=str(made.id), version=2)


def test_the_digest_tells_taking_away_from_leaving(stage: Stage) -> None:
    def asked(**repeat_key: object) -> str:
        return request_digest(Transition.model_validate({"to": "assigned", "version": 1, **repeat_key}))

    assert asked() == asked(reason="", evidence=[], supports=None, lead=None)
    assert asked(reason="chuyển") == asked(reason=" chuyển ")
    assert len({asked(), asked(executor=None), asked(supports=[]), asked(version=2)}) == 4


def test_nobody_is_shown_the_digest(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned")
    stage.step(cast.department, report, "in_progress")
    event = stage.events(report)[-1]
    assert event.repeat_key
    assert event.repeat_key not in str((event.data, event.private))


def test_every_event_that_made_a_version_is_told(stage: Stage, cast: Cast) -> None:
    """What raises the version is in MAKES_A_VERSION, or a refusal could not say what changed."""
    report = make_report(stage.session, stage.reference, "triage")
    stage.step(cast.triage, report, "assigned", lead="city-cables", note="một", public_reply="hai")
    stage.step(cast.department, report, "in_progress")
    stage.step(cast.department, report, "waiting", reason="Số nhà?")
    made = [each.type for each in stage.events(report) if each.type in MAKES_A_VERSION]
    assert len(made) == report.version - 1


# Equal words


def follower_of(session: Session, reference: Reference, report: Report) -> Asker:
    who, _ = add_follower(session, reference, Asker(key=KEY), report.id, Follow(), language="vi", now=NOON)
    return Asker(secret=follower_secret(KEY, who), key=KEY)


def test_the_same_answer_to_another_question_is_new(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")
    asker = reporter_of(report)
    for question in ("Rác còn đó không?", "Anh chị có số nhà không?"):
        stage.step(cast.department, report, "waiting", reason=question)
        for is_new in (True, False):
            assert (
                comment(stage.session, stage.reference, asker, report.id, Remark(text="Có"), NOON)[1]
                is is_new
            )
        assert report.status == "in_progress"
    kinds = stage.session.scalars(select(Comment.kind).where(Comment.report_id == report.id))
    assert list(kinds) == ["answer", "answer"]


def test_a_remark_said_before_the_question_is_no_answer_to_it(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")
    asker = reporter_of(report)
    comment(stage.session, stage.reference, asker, report.id, Remark(text="Vẫn còn"), NOON)
    stage.step(cast.department, report, "waiting", reason="Còn không?")
    said, is_new = comment(stage.session, stage.reference, asker, report.id, Remark(text="Vẫn còn"), NOON)
    assert (said.kind, is_new, report.status) == ("answer", True, "in_progress")


def test_equal_words_of_other_people_are_theirs(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")
    people = [follower_of(stage.session, stage.reference, report) for _ in range(2)]
    people += [reporter_of(report), cast.department.asker, cast.manager.asker]
    for again in (True, False):
        for asker in people:
            sent = Remark(text="Vẫn còn nguyên")
            assert comment(stage.session, stage.reference, asker, report.id, sent, NOON)[1] is again
    assert stage.types(report).count(EventType.COMMENT_ADDED) == len(people)


def test_staff_say_the_same_again_after_a_citizens_word(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress")

    def say(asker: Asker, text: str, **sent: object) -> bool:
        said = Remark.model_validate({"text": text, **sent})
        return comment(stage.session, stage.reference, asker, report.id, said, NOON)[1]

    assert say(cast.department.asker, "Ngày mai", kind="reply")
    assert not say(cast.department.asker, "Ngày mai", kind="reply")
    assert say(cast.department.asker, "Ngày mai", kind="note")
    assert say(reporter_of(report), "Chắc không?")
    assert say(cast.department.asker, "Ngày mai", kind="reply")


def test_another_person_reopens_for_the_same_reason(stage: Stage) -> None:
    report = make_report(stage.session, stage.reference, "closed")
    first, second = (follower_of(stage.session, stage.reference, report) for _ in range(2))
    sent = Reopening(reason="Vẫn còn nguyên")
    for _ in range(2):
        reopen_or_appeal(stage.session, stage.reference, first, report.id, sent, NOON)
    with pytest.raises(Conflict):
        reopen_or_appeal(stage.session, stage.reference, second, report.id, sent, NOON)
    assert [event.type for event in stage.session.scalars(select(Event))].count(EventType.REOPENED) == 1
