"""Movements from the draft to the standing: who may what, figures that open, frozen for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.domain.city.reference import load_reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.configuration.administration.succession import succeed_department
from service.domain.emulation.forms import (
    CriteriaChange,
    NewScoreComment,
    ScoreAnswer,
)
from service.domain.emulation.movements.drafts import put_criteria, put_movement
from service.domain.emulation.movements.papers import read_movement_paper
from service.domain.emulation.movements.views import list_movements, view_differences, view_unit
from service.domain.emulation.points.counted_points import (
    count_open,
    movements_to_count,
    movements_to_freeze,
    score_rows,
)
from service.domain.emulation.points.criteria import criteria_of
from service.domain.emulation.points.entered_points import add_comment, answer_comment
from service.domain.emulation.points.standings import scores_of
from service.domain.indicators.values import count_behind, selection_behind
from service.domain.queries.manage.lists import list_selected
from service.domain.queries.manage.periods import Period
from service.domain.reports.events import SYSTEM, record
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import (
    Department,
    Event,
    EventData,
    EventType,
    LateHolder,
    Report,
    Role,
    Status,
    Subject,
    WorkEventType,
)
from tests.domain.emulation.contest import AFTER, CRITERIA, INSIDE, Contest
from tests.support.factories import make_report


def test_the_log_gives_the_points_and_each_opens_its_cases(contest: Contest) -> None:
    contest.reports("ward-W1", 100, 20)
    contest.make()
    contest.step("open")
    told = contest.score("ward-W1", 1)
    assert (told.by_formula, told.of, told.missed_number) == (16.0, 120, 20)
    period, unit = Period("free", contest.row.first, contest.row.last), contest.unit("ward-W1")
    assert told.cases.startswith("/indicators/on_time_unextended_rate?") and "unit=ward-W1" in told.cases
    assert told.missed.startswith("/indicators/late_unextended?")
    for code, cases in (("on_time_unextended_rate", 120), ("late_unextended", 20)):
        found = count_behind(contest.session, contest.reference, code, unit, period, AFTER)
        assert found == cases
    assert told.lost == 14.0
    led = view_unit(contest.session, contest.reference, contest.leader, contest.number, "ward-W1")
    assert led.scores[0].of == 120 and not led.scores[0].cases, "who may not see the cases has no door"


def test_too_few_cases_leave_a_criterion_out_and_too_much_of_that_the_unit(
    contest: Contest,
) -> None:
    contest.reports("ward-W1", 4, 0)
    contest.reports("ward-W2", 6, 0)
    contest.make()
    contest.step("open")
    contest.claim("ward-W1", (3, 30, "Biên bản 12"))
    few = contest.placed("ward-W1")
    assert few.points == 60.0 and not few.not_ranked_why, "30 of the fifty that are left"
    assert contest.score("ward-W1", 1).left_out and contest.score("ward-W1", 1).by_formula is None
    assert contest.placed("ward-W2").points == 50.0
    mostly = [{**CRITERIA[0], "points": 60}, {**CRITERIA[2], "points": 40}]
    contest.make(mostly)
    contest.step("open")
    unranked = contest.placed("ward-W1")
    assert (unranked.place, unranked.not_ranked_why) == (None, "chưa xếp hạng: 4 hồ sơ, cần 5")
    assert contest.placed("city-cables").not_ranked_why == "chưa xếp hạng: không có số liệu", "not nought"


def test_criteria_are_worth_a_hundred_and_their_formulas_can_be_reached(contest: Contest) -> None:
    contest.make()
    short = [{**CRITERIA[0], "points": 25}, *CRITERIA[1:]]
    with pytest.raises(Invalid) as refused:
        contest.make(short)
    assert refused.value.errors[0].params == {"sum": "95", "difference": "−5"}
    for change in (
        {"formula": {"kind": "linear", "zero": 0.9, "full": 0.7}},
        {"indicator": "nothing"},
        {"indicator": None, "formula": None},
        {"formula": None},
        {"source": "self"},
    ):
        with pytest.raises(Invalid):
            contest.make([{**CRITERIA[0], **change}, *CRITERIA[1:]])
    with pytest.raises(Invalid):
        contest.make(pools=[{"name": "A", "units": ["ward-W1"]}, {"name": "B", "units": ["ward-W1"]}])
    with pytest.raises(Invalid):
        contest.make(first="2026-07-01")
    with pytest.raises(Forbidden):
        put_movement(
            contest.session, contest.reference, contest.cast.department.actor, contest.draft(), AFTER
        )
    contest.step("open")
    change_ = CriteriaChange.model_validate({"criteria": CRITERIA, "version": contest.row.version})
    with pytest.raises(Conflict):
        put_criteria(contest.session, contest.leader, contest.number, change_)


def test_a_unit_claims_for_itself_with_proof_up_to_the_points(contest: Contest) -> None:
    contest.make()
    with pytest.raises(NotFound):
        contest.claim("ward-W1", (3, 30, "Biên bản"))  # a draft is not theirs to know of
    contest.step("open")
    assert [each["code"] for each in contest.view().missing] == ["ward-W1", "ward-W2", "city-cables"]
    for claim in ((3, 31, "x"), (3, 20, ""), (4, 5, "x"), (9, 1, "x")):
        with pytest.raises(Invalid):
            contest.claim("ward-W1", claim)
    with pytest.raises(Forbidden):
        contest.claim("ward-W1", (3, 30, "x"), actor=contest.leads("ward-W2"))
    with pytest.raises(Forbidden):
        contest.claim("ward-W1", (3, 30, "x"), actor=replace(contest.leads("ward-W1"), role=Role.DEPARTMENT))
    contest.claim("ward-W1", (3, 30, "Biên bản 12"), (5, 3, ""))
    assert contest.score("ward-W1", 3).got == 30
    assert [each["code"] for each in contest.view().missing] == ["ward-W2", "city-cables"]


def test_the_council_says_why_and_never_scores_its_own(contest: Contest) -> None:
    contest.reports("ward-W1", 100, 20)
    contest.make()
    contest.step("open")
    contest.claim("ward-W1", (1, 20, "Hồ sơ"), (3, 30, "Biên bản 12"))
    triage, manager = contest.cast.triage.actor, contest.cast.manager.actor
    with pytest.raises(Conflict):
        contest.give("ward-W1", 1, 12, actor=triage, why="Chưa tới bước này")
    contest.step("self_scored")
    open_ = view_differences(contest.session, contest.reference, triage, contest.number)
    assert [(unit["code"], each.position) for unit, each in open_ if unit["code"] == "ward-W1"] == [
        ("ward-W1", 1),
        ("ward-W1", 3),
        ("ward-W1", 4),
    ]
    with pytest.raises(Invalid):
        contest.give("ward-W1", 1, 12, actor=triage)
    with pytest.raises(Forbidden, match="chính mình"):
        contest.give("city-cables", 4, 10, actor=manager, why="Tốt")
    with pytest.raises(Forbidden):
        contest.give("ward-W1", 4, 10, actor=contest.leads("ward-W2"), why="Tốt")
    with pytest.raises(Invalid):
        contest.give("ward-W1", 4, 21, actor=triage, why="Tốt")
    contest.give("ward-W1", 1, 16.0, actor=triage)
    contest.give("ward-W1", 1, 12, actor=triage, why="Có hai phản ánh ngoài địa bàn", version=1)
    with pytest.raises(Conflict):
        contest.give("ward-W1", 1, 14, actor=manager, why="Xem lại", version=1)
    told = view_unit(contest.session, contest.reference, contest.leads("ward-W1"), contest.number, "ward-W1")
    first = told.scores[0]
    assert (first.by_formula, first.claimed, first.given, first.got) == (16.0, 20.0, 12.0, 12.0)
    assert first.why == "Có hai phản ánh ngoài địa bàn"
    with pytest.raises(NotFound):
        view_unit(contest.session, contest.reference, contest.leads("ward-W2"), contest.number, "ward-W1")


def test_units_comment_and_each_is_answered_before_it_is_announced(contest: Contest) -> None:
    contest.reports("ward-W1", 6, 0)
    contest.make()
    new = NewScoreComment(unit="ward-W1", criterion=4, words="Đề nghị xem lại")
    ward, other = contest.leads("ward-W1"), contest.leads("ward-W2")
    contest.until("reviewed")
    args = (contest.session, contest.reference, ward, contest.number, new, AFTER)
    with pytest.raises(Conflict):
        add_comment(*args)
    assert [row.unit["code"] for pool in contest.view(ward).pools for row in pool.rows] == ["ward-W1"]
    contest.step("commented")
    assert len([row for pool in contest.view(ward).pools for row in pool.rows]) == 3, "shown to all units"
    comment = add_comment(*args)
    assert add_comment(*args).id == comment.id, "a retry says nothing twice"
    with pytest.raises(Forbidden):
        add_comment(contest.session, contest.reference, other, contest.number, new, AFTER)
    with pytest.raises(Conflict, match="góp ý"):
        contest.step("announced")
    week = AFTER + timedelta(days=7)
    with pytest.raises(Conflict, match="chưa được trả lời"):
        contest.step("announced", week)
    contest.give("ward-W1", 4, 15, actor=contest.cast.triage.actor, why="Đã bổ sung minh chứng")
    answer = ScoreAnswer(answer="Đã cho thêm điểm", changed=True)
    asked = contest.number, comment.id, answer, AFTER
    with pytest.raises(Forbidden):
        answer_comment(contest.session, contest.reference, ward, *asked)
    answer_comment(contest.session, contest.reference, contest.leader, *asked)
    with pytest.raises(Forbidden):
        contest.step("announced", week, actor=contest.cast.triage.actor)
    contest.step("announced", week)
    told = view_unit(contest.session, contest.reference, ward, contest.number, "ward-W1").comments
    assert [(each.answer, each.changed) for each in told] == [("Đã cho thêm điểm", True)]


def test_what_was_announced_stands_and_says_what_changed_since(contest: Contest) -> None:
    contest.reports("ward-W1", 9, 1)
    contest.reports("ward-W2", 6, 1)
    contest.make()
    contest.until("announced")
    before = [pool.model_dump() for pool in contest.view().pools]
    week = AFTER + timedelta(days=7)
    kept = scores_of(contest.session, contest.row)
    criteria = [each for each in criteria_of(contest.session, contest.number) if each.indicator]
    units = [contest.unit(code) for code in ("ward-W1", "ward-W2", "city-cables")]
    rows = score_rows(contest.session, contest.reference, contest.row, criteria, units, week)
    same = [(kept[row["unit_id"], row["criterion_id"]], row) for row in rows]
    assert len(same) == 6
    assert all((k.figure, k.by_formula) == (row["figure"], row["by_formula"]) for k, row in same)
    later = week + timedelta(days=1)
    report = make_report(
        contest.session, contest.reference, "in_progress", lead="ward-W1", at=INSIDE, updated_at=later
    )
    record(contest.session, report, EventType.REOPENED, actor=SYSTEM, at=later)
    contest.session.flush()
    contest.count()
    assert contest.view().changed == 1
    for actor, codes in (
        (contest.cast.triage.actor, [report.code]),
        (contest.leads("ward-W1"), [report.code]),
        (contest.leads("ward-W2"), []),
    ):
        assert [each.code for each in contest.view(actor).changes] == codes, "those that one may open"
    assert [pool.model_dump() for pool in contest.view().pools] == before
    assert (
        movements_to_count(contest.session) == []
        and count_open(contest.session, contest.reference, contest.number, later) == 0
    )
    with pytest.raises(Conflict):
        contest.give("ward-W1", 4, 10, actor=contest.cast.triage.actor, why="Muộn")
    announced = contest.placed("ward-W1").points
    for points in (41.5, 41.5, 40):
        contest.correct("ward-W1", points)
    found = [(each.was, each.points) for each in contest.view().corrections]
    assert found == [(announced, 41.5), (41.5, 40)], "a retry is none, the second follows the first"
    assert [pool.model_dump() for pool in contest.view().pools] == before
    assert contest.view(contest.cast.other_manager.actor).corrections, "who reads the standing reads them"
    for actor, refusal in ((contest.leads("ward-W1"), Forbidden), (contest.cast.inspector.actor, NotFound)):
        with pytest.raises(refusal):
            contest.correct("ward-W1", 50, actor=actor)
    told = select(Event.type).where(Event.subject_kind == Subject.MOVEMENT).order_by(Event.id)
    assert [str(each) for each in contest.session.scalars(told)] == [
        WorkEventType.MOVEMENT_OPENED,
        WorkEventType.STANDING_ANNOUNCED,
    ]


def test_before_the_announcement_points_are_changed_and_not_corrected(contest: Contest) -> None:
    contest.make()
    contest.step("open")
    with pytest.raises(Conflict):
        contest.correct("ward-W1", 50)
    with pytest.raises(NotFound):
        contest.correct("city-none", 50)


def test_figures_stand_from_the_time_that_was_set(contest: Contest) -> None:
    contest.reports("ward-W1", 6, 0)
    contest.make(freeze_at="2026-07-05T00:00:00+07:00")
    contest.step("open")
    assert movements_to_freeze(contest.session, AFTER) == []
    at = datetime(2026, 7, 5, tzinfo=UTC)
    assert movements_to_freeze(contest.session, at) == [contest.number]
    assert count_open(contest.session, contest.reference, contest.number, at) == 6
    assert movements_to_freeze(contest.session, at) == movements_to_count(contest.session) == []
    contest.reports("ward-W1", 0, 6)
    contest.step("self_scored")
    contest.step("reviewed")
    assert contest.score("ward-W1", 1).by_formula == 30.0


def test_steps_come_one_after_another_and_not_before_the_period_is_over(contest: Contest) -> None:
    contest.make(last="2026-07-02")
    with pytest.raises(Conflict):
        contest.step("announced")
    contest.step("open")
    contest.step("open")
    with pytest.raises(Conflict, match="chưa kết thúc"):
        contest.step("self_scored")
    with pytest.raises(NotFound):
        contest.step("self_scored", AFTER + timedelta(days=2), actor=contest.cast.inspector.actor)
    with pytest.raises(Forbidden):
        contest.step("self_scored", AFTER + timedelta(days=2), actor=contest.leads("ward-W1"))
    listed = list_movements(contest.session, contest.reference, contest.leads("ward-W1"))
    assert [each.state for each in listed] == ["open"]
    contest.make(council=[])
    with pytest.raises(Invalid):
        contest.step("open")


def test_unfair_figures_give_no_points_and_stand_beside_the_fair_ones(contest: Contest) -> None:
    row = put_movement(contest.session, contest.reference, contest.leader, contest.draft(), AFTER)
    linear = {"kind": "linear", "zero": 0, "full": 1}
    for code in ("received", "on_time", "on_time_rate", "late", "open_late", "rating"):
        one = {"words": "x", "points": 100, "source": "indicator", "indicator": code, "formula": linear}
        change = CriteriaChange.model_validate({"criteria": [one], "version": row.version})
        with pytest.raises(Invalid):
            put_criteria(contest.session, contest.leader, row.id, change)
    contest.make()
    due, done = INSIDE + timedelta(days=9), INSIDE + timedelta(days=8)
    ends: dict[str, Any] = {"due_at": due, "resolved_at": done, "extensions": 1}
    late = make_report(contest.session, contest.reference, "closed", lead="ward-W1", at=INSIDE, **ends)
    moved: EventData = {
        "before": (INSIDE + timedelta(days=5)).isoformat(),
        "after": (INSIDE + timedelta(days=9)).isoformat(),
    }
    record(contest.session, late, EventType.EXTENDED, actor=SYSTEM, at=INSIDE, data=moved)
    contest.session.flush()
    contest.reports("ward-W1", 5, 0)
    contest.step("open")
    told = contest.score("ward-W1", 1)
    assert (told.of, told.missed_number) == (6, 1)
    assert told.beside is not None and (told.beside.value, told.beside.of) == (100, 6)
    assert told.beside.cases.startswith("/indicators/on_time_rate?")


def test_a_dossier_says_where_the_same_results_were_used(contest: Contest) -> None:
    contest.make(title="Phong trào kia", first="2026-05-01", last="2026-06-30")
    contest.until("announced")
    contest.make()
    contest.until("announced")
    who = contest.session, contest.reference, contest.leader, contest.number
    paper = read_movement_paper(*who, "ward-W1")
    assert [(title, len(names)) for title, names in paper.shared] == [("Phong trào kia", 2)]
    assert read_movement_paper(*who).shared == ()


def test_a_dissolved_unit_is_scored_to_its_last_day_and_its_successor_is_named(contest: Contest) -> None:
    contest.make()
    contest.reports("ward-W1", 6, 0, at=datetime(2026, 2, 3, 3, tzinfo=UTC))
    contest.reports("ward-W1", 0, 4, at=datetime(2026, 5, 4, 3, tzinfo=UTC))
    contest.step("open")
    assert contest.score("ward-W1", 1).of == 10
    row = contest.session.get_one(Department, contest.unit("ward-W1"))
    succeed_department(
        contest.session, EditStamp(None, "Quản trị", datetime(2026, 4, 30, 3, tzinfo=UTC)), row, "ward-W2"
    )
    row.active = False
    contest.session.flush()
    contest.reference = load_reference(contest.session)
    for to in ("self_scored", "reviewed"):
        contest.step(to)
    told = contest.placed("ward-W1")
    assert told.ended_on == date(2026, 4, 30)
    assert told.successor is not None and told.successor["code"] == "ward-W2"
    assert contest.score("ward-W1", 1).of == 6 and contest.score("ward-W2", 1).of in (None, 0)
    assert "to=2026-04-30" in contest.score("ward-W1", 1).cases


def test_a_report_that_moved_late_counts_for_who_held_it_then(contest: Contest) -> None:
    contest.make()
    days = timedelta(days=1)
    for late, lead in ((7, "ward-W1"), (3, "ward-W1")):  # one handed on after its deadline, one before
        due: dict[str, Any] = {"due_at": INSIDE + 5 * days}
        row = make_report(contest.session, contest.reference, "in_progress", lead=lead, at=INSIDE, **due)
        row.lead_id, row.updated_at = contest.unit("ward-W2"), INSIDE + late * days
        contest.session.flush()
        row.status, row.resolved_at, row.closed_at = Status.CLOSED, INSIDE + 9 * days, INSIDE + 9 * days
        contest.session.flush()
    contest.reports("ward-W1", 4, 1)
    contest.reports("ward-W2", 5, 0)
    contest.step("open")
    first, second = contest.score("ward-W1", 1), contest.score("ward-W2", 1)
    assert (first.of, first.missed_number) == (6, 2) and (second.of, second.missed_number) == (6, 1)
    period = Period("free", contest.row.first, contest.row.last)
    for code, numbers in (("on_time_unextended_rate", (6, 6)), ("late_unextended", (2, 1))):
        found = [
            count_behind(contest.session, contest.reference, code, contest.unit(unit), period, AFTER)
            for unit in ("ward-W1", "ward-W2")
        ]
        assert tuple(found) == numbers
        for unit, number in zip(("ward-W1", "ward-W2"), numbers, strict=True):
            wanted = selection_behind(contest.reference, code, contest.unit(unit), period)
            assert wanted is not None
            who = contest.session, contest.reference, wanted, contest.cast.triage.actor
            told = list_selected(*who, now=AFTER)
            assert (told.number, len(told.items)) == (number, number)
    row = contest.session.scalars(select(Report).join(LateHolder)).one()
    row.status, row.resolved_at, row.closed_at = Status.IN_PROGRESS, None, None
    contest.session.flush()
    assert contest.session.scalars(select(LateHolder)).all() == []
