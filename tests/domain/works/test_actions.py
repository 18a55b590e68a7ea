"""Works are begun, done, sent back and closed by those whose part it is; difficulties are decided."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.relay import give_positions
from service.domain.reports.access import Asker
from service.domain.works.actions import entrust_work, set_work_parts, write_note
from service.domain.works.feed import WORKS, WorkFeedItem
from service.domain.works.forms import (
    NewReportTie,
    WorkExtensionAnswer,
    WorkExtensionForm,
    WorkHolder,
    WorkNote,
    WorkParts,
)
from service.domain.works.more_time import answer_more_time, ask_more_time
from service.domain.works.report_links import tie_report, untie_report, works_of_report
from service.domain.works.subject_feed import FeedReader, SubjectFeedPage, read_subject_feed
from service.domain.works.views import tell_works
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Difficulty
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.works.stage import WorksStage, draft_row

FRIDAY_16 = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
WEDNESDAY_16 = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)


@pytest.fixture
def stage(session: Session, reference: Reference) -> WorksStage:
    return WorksStage(session, reference)


def test_a_task_is_lived_to_its_end(stage: WorksStage, cast: Cast) -> None:
    work = stage.task(cast.manager)
    write_note(
        stage.ctx(cast.room if work.lead_id in cast.room.actor.departments else cast.department),
        work.code,
        WorkNote(words="Đã họp tổ dân phố"),
    )
    assert (work.status, work.result) == ("under_way", "Đã họp tổ dân phố")
    write_note(stage.ctx(cast.department), work.code, WorkNote(words="Đã họp tổ dân phố"))
    with pytest.raises(Invalid):
        stage.step(cast.department, work, "done")
    stage.step(cast.department, work, "done", data={"result": "Thu gom 3 tấn rác"})
    assert work.done_at == stage.now
    stage.session.refresh(work)
    assert work.warn_at is None
    stage.step(cast.manager, work, "under_way", reason="Còn đoạn cuối")
    assert work.status == "under_way"
    assert work.done_at is None
    stage.step(cast.department, work, "done", data={"result": "Đã xong cả đoạn cuối"})
    stage.step(cast.department, work, "closed")
    assert (work.status, work.closed_at) == ("closed", stage.now)
    assert stage.types(work) == [
        "work.begun",
        "work.done",
        "work.sent_back",
        "work.done",
        "work.closed",
    ]


def test_others_may_read_but_not_act_and_contractors_see_their_own_alone(
    stage: WorksStage, cast: Cast
) -> None:
    work = stage.task(cast.manager)
    for stranger in (cast.other_department, cast.other_manager, cast.triage, cast.administrator):
        with pytest.raises(Forbidden):
            stage.step(stranger, work, "under_way")
    for blind in (cast.executor, cast.inspector):
        with pytest.raises(NotFound):
            stage.step(blind, work, "under_way")
    set_work_parts(stage.ctx(cast.department), work.code, WorkParts(executor="telecom", version=work.version))
    stage.step(cast.executor, work, "under_way")
    with pytest.raises(NotFound):
        stage.step(cast.other_executor, work, "done", data={"result": "x"})


def test_the_same_step_again_changes_nothing_and_a_stale_one_is_refused(
    stage: WorksStage, cast: Cast
) -> None:
    work = stage.task(cast.manager)
    seen = work.version
    stage.step(cast.department, work, "under_way")
    assert stage.step(cast.department, work, "under_way", version=seen).version == seen + 1
    with pytest.raises(Conflict) as refused:
        stage.step(cast.department, work, "waiting", reason="Chờ vốn", version=seen)
    assert refused.value.extra["version"] == seen + 1
    with pytest.raises(Conflict) as lacking:
        stage.step(cast.department, work, "closed")
    assert "done" in lacking.value.extra["allowed"]


def test_a_supporting_unit_only_notes(stage: WorksStage, cast: Cast) -> None:
    work = stage.task(cast.manager, supports=["ward-W2"])
    write_note(stage.ctx(cast.other_department), work.code, WorkNote(words="Phường đã cử mười người"))
    assert work.status == "planned"
    with pytest.raises(Forbidden):
        stage.step(cast.other_department, work, "under_way")


def test_a_photo_is_needed_where_the_row_asks_for_one(stage: WorksStage, cast: Cast) -> None:
    work = stage.task(cast.manager)
    work.needs_photo = True
    with pytest.raises(Invalid) as refused:
        stage.step(cast.department, work, "done", data={"result": "Xong"})
    assert refused.value.errors[0].loc == ("photos",)


def test_the_lead_gives_it_to_its_own_people(stage: WorksStage, cast: Cast) -> None:
    work = stage.task(cast.manager)
    mine = WorkHolder(holder=cast.department.account.username, version=work.version)
    assert entrust_work(stage.ctx(cast.manager), work.code, mine).holder_id == cast.department.account.id
    theirs = WorkHolder(holder=cast.other_department.account.username, version=work.version)
    with pytest.raises(Invalid):
        entrust_work(stage.ctx(cast.manager), work.code, theirs)


def test_more_time_is_granted_once_by_the_keeper_and_then_by_the_director_alone(
    stage: WorksStage, cast: Cast
) -> None:
    work = stage.task(cast.manager)
    first = work.due_at
    for number in (1, 2):
        ask = WorkExtensionForm(amount=5, reason="Mưa lớn", version=work.version)
        request = ask_more_time(stage.ctx(cast.department), work.code, ask)
        grant = WorkExtensionAnswer(approve=True)
        if number == 2:
            with pytest.raises(Forbidden):
                answer_more_time(stage.ctx(cast.department), work.code, request.id, grant)
        decider = cast.department if number == 1 else cast.manager
        answer_more_time(stage.ctx(decider), work.code, request.id, grant)
        assert work.extensions == number
    assert first is not None
    assert work.due_at is not None
    assert work.due_at > first == work.first_due_at


def test_a_difficulty_has_a_term_at_each_step_and_frees_the_task_once_decided(
    stage: WorksStage, cast: Cast
) -> None:
    work = stage.task(cast.manager)
    stage.now = FRIDAY_16
    stage.step(cast.department, work, "waiting", reason="Chưa có vốn")
    found = stage.difficulty(cast.department, work=work.code, amount_vnd=50_000_000)
    assert (found.status, found.due_at) == ("raised", WEDNESDAY_16)
    with pytest.raises(Forbidden):
        stage.step(cast.other_department, found, "summarised", data={"summary": "x", "proposal": "y"})
    stage.step(
        cast.department, found, "summarised", data={"summary": "Thiếu vốn", "proposal": "Cấp 50 triệu"}
    )
    assert found.due_at is not None
    assert found.due_at > WEDNESDAY_16
    with pytest.raises(Forbidden):
        stage.step(cast.department, found, "decided", data={"decision": "Đồng ý"})
    stage.now = WEDNESDAY_16
    stage.step(cast.manager, found, "decided", data={"decision": "Đồng ý cấp vốn"})
    beside = stage.session.get_one(Difficulty, found.id)
    assert (beside.decision, beside.decided_by) == ("Đồng ý cấp vốn", cast.manager.account.id)
    assert work.status == "under_way"
    assert stage.types(work)[-1] == "work.resumed"


def test_anybody_of_the_staff_raises_a_difficulty_and_may_take_it_back(stage: WorksStage, cast: Cast) -> None:
    stage.reference.config.__dict__["triage_department"] = "city-cables"
    for person in (cast.inspector, cast.executor, cast.other_department):
        found = stage.difficulty(person)
        assert stage.step(person, found, "withdrawn").closed_at == stage.now


def test_a_report_is_tied_once_and_both_sides_know(stage: WorksStage, cast: Cast) -> None:
    work, ctx = stage.task(cast.manager), stage.ctx(cast.department)
    report = make_report(stage.session, stage.reference, "assigned", lead="city-cables")
    asked, asker = NewReportTie(report=report.code, why="cùng cột"), Asker(staff=cast.department.actor)
    assert [tie_report(ctx, asker, work.code, asked)[1] for _ in range(2)] == [True, False]
    (tied,) = works_of_report(stage.session, cast.department.actor, report.id)
    assert (tied.code, tied.why) == (work.code, "cùng cột")
    assert works_of_report(stage.session, cast.executor.actor, report.id) == []
    (view,) = tell_works(stage.session, stage.reference, ctx.actor, [work], stage.now)
    assert view.reports == [report.code]
    with pytest.raises(Forbidden):
        tie_report(stage.ctx(cast.triage), Asker(staff=cast.triage.actor), work.code, asked)
    with pytest.raises(NotFound):
        tie_report(ctx, asker, work.code, NewReportTie(report="KHONG-CO"))
    for _ in range(2):
        untie_report(ctx, asker, work.code, report.code)
    assert works_of_report(stage.session, cast.department.actor, report.id) == []
    assert stage.types(work) == ["work.report_tied", "work.report_untied"]


def test_the_feed_tells_the_steps_of_public_works_alone(stage: WorksStage, cast: Cast) -> None:
    secret = stage.task(cast.manager)
    plan = stage.plan_step(cast.manager, stage.keep(cast.manager, draft_row("Dọn bờ sông"), public=True))
    (work,) = stage.works(plan)
    for each in (secret, work):
        stage.step(cast.department, each, "under_way")
        stage.step(cast.department, each, "waiting", reason="Lời của đồng nghiệp")
        stage.step(cast.department, each, "under_way")
        stage.step(cast.department, each, "done", data={"result": "Xong, hỏi 0905123456"})
    give_positions(stage.session)

    reader = FeedReader(stage.reference, str, "https://x")

    def read(after: int, limit: int, types: frozenset[str] | None = None) -> SubjectFeedPage[WorkFeedItem]:
        return read_subject_feed(stage.session, WORKS, reader, types, after=after, limit=limit)

    seen: list[WorkFeedItem] = []
    after = 0
    while items := (page := read(after, 1)).items:
        seen, after = [*seen, *items], page.next
    assert [(each.work.code, each.type) for each in seen] == [
        (work.code, "work.begun"),
        (work.code, "work.done"),
    ]
    told = seen[-1].model_dump_json()
    assert "Xong" in told and "0905123456" not in told
    assert [each.type for each in read(0, 9, frozenset({"work.done", "work.waiting"})).items] == ["work.done"]
