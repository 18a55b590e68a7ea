"""Who works on a case, who helps, who is called in a note, and rules that departments doubt."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.domain.casework.case.mentions import unknown_mentions
from service.domain.casework.citizens.comments import Remark, comment
from service.domain.casework.holders import HolderChange, SupportChange, entrust, share
from service.domain.configuration.administration.rules import refusals_by_rule, rule_refusals
from service.domain.people.colleagues import may_hold, may_mention, mentioned
from service.domain.queries.timeline import timeline
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from service.models import Report, RoutingRule
from tests.domain.casework.stage import Stage
from tests.support.factories import make_report
from tests.support.people import Cast, Person, reporter_of


def give(stage: Stage, person: Person, report: Report, holder: str | None, **wish: object) -> Report:
    body = HolderChange.model_validate({"holder": holder, "version": report.version, **wish})
    return entrust(stage.session, stage.reference, person.asker, report.id, body, stage.now)


def divide(stage: Stage, person: Person, report: Report, **wish: object) -> Report:
    body = SupportChange.model_validate({"version": report.version, **wish})
    return share(stage.session, stage.context(person), report.id, body)


def test_a_case_is_given_to_a_person_and_taken_back(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", lead="cables-room")
    seen = report.updated_at
    give(stage, cast.department, report, "room")
    assert (report.holder_id, report.version, report.updated_at) == (cast.room.account.id, 2, seen)
    event = stage.events(report)[-1]
    assert (event.type, event.public) == ("report.entrusted", False)
    assert event.private == {
        "holder_id": cast.room.account.id,
        "holder": cast.room.account.name,
        "before": None,
    }
    assert give(stage, cast.department, report, "room").version == 2
    give(stage, cast.room, report, None)
    assert (report.holder_id, report.version) == (None, 3)


@pytest.mark.parametrize("who", ["executor", "other_department", "triage", "inspector", "administrator"])
def test_only_the_lead_gives_it_away(stage: Stage, cast: Cast, who: str) -> None:
    report = make_report(stage.session, stage.reference, "assigned", executor="telecom")
    with pytest.raises(Forbidden):
        give(stage, cast.everyone()[who], report, "department")


def test_refusals_of_holders(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned")
    for stranger in ("room", "other_department", "executor", "triage", "nobody"):
        with pytest.raises(Invalid):
            give(stage, cast.department, report, stranger)
    with pytest.raises(Conflict):
        give(stage, cast.department, report, "department", version=9)
    done = make_report(stage.session, stage.reference, "closed")
    with pytest.raises(Conflict):
        give(stage, cast.department, done, "department")
    cast.department.account.active = False
    stage.session.flush()
    with pytest.raises(Invalid):
        give(stage, cast.manager, report, "department")
    hidden = make_report(stage.session, stage.reference, "assigned", published=False)
    with pytest.raises(NotFound):
        give(stage, cast.other_department, hidden, "other_department")


def test_who_may_hold(stage: Stage, cast: Cast) -> None:
    def names(code: str) -> set[str]:
        return {each.username for each in may_hold(stage.session, stage.reference, stage.department(code))}

    assert names("city-cables") == {"department", "manager"}
    assert names("cables-room") == {"room", "department", "manager"}
    assert may_hold(stage.session, stage.reference, None) == []


def test_helpers_change_without_a_step(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", supports=["ward-W1"])
    divide(stage, cast.department, report, supports=["ward-W2"], executor="telecom")
    assert report.status == "in_progress"
    assert report.executor_id == stage.department("telecom")
    assert report.support_ids == [stage.department("ward-W2")]
    event = stage.events(report)[-1]
    assert (event.type, event.public, event.data) == (
        "report.parts_changed",
        True,
        {"lead": "city-cables", "supports": ["ward-W2"], "executor": "telecom"},
    )
    assert event.private == {"released": [stage.department("ward-W1")]}
    assert divide(stage, cast.department, report, supports=["ward-W2"]).version == 2
    divide(stage, cast.triage, report, executor=None, supports=[])
    assert report.executor_id is None
    assert report.support_ids == []


@pytest.mark.parametrize(
    ("who", "wish", "refusal"),
    [
        ("executor", {"supports": []}, Forbidden),
        ("other_department", {"supports": []}, Forbidden),
        ("administrator", {"supports": []}, Forbidden),
        ("department", {"executor": "city-cables"}, Invalid),
        ("department", {"executor": "gone"}, Invalid),
        ("department", {"supports": ["nowhere"]}, Invalid),
        ("department", {"supports": [], "version": 7}, Conflict),
    ],
)
def test_refusals_of_helpers(
    stage: Stage, cast: Cast, who: str, wish: dict[str, object], refusal: type[AppError]
) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", executor="telecom")
    with pytest.raises(refusal):
        divide(stage, cast.everyone()[who], report, **wish)
    assert report.version == 1


def test_a_note_calls_those_who_may_see_the_case(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", executor="telecom")
    text = "@executor xem giúp, @TRIAGE, @other_executor @nobody a@b.vn @department và @executor."
    called = [each.username for each in mentioned(stage.session, stage.reference, report, text)]
    assert called == ["executor", "triage", "department"]
    comment(stage.session, stage.reference, cast.department.asker, report.id, Remark(text=text), stage.now)
    added, noted = stage.events(report)[-2:]
    assert (noted.type, noted.public, noted.data) == ("report.noted", False, {})
    assert noted.private == {
        "comment": added.data["comment"],
        "mentions": [cast.executor.account.id, cast.triage.account.id],
    }
    quiet = Remark(text="Không gọi ai")
    comment(stage.session, stage.reference, cast.department.asker, report.id, quiet, stage.now)
    assert stage.types(report)[-1] == "comment.added"


def test_a_name_that_calls_nobody_is_told_to_who_wrote_it(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", executor="telecom")
    text = "@executor @khongco. @other_executor a@b.vn @KHONGCO"
    asker = cast.department.asker
    assert unknown_mentions(stage.session, stage.reference, asker, report.code, text, stage.now) == [
        "khongco",
        "other_executor",
    ]
    assert (
        unknown_mentions(stage.session, stage.reference, asker, report.code, "không gọi ai", stage.now) == []
    )


def test_notes_with_a_step_call_too(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "assigned")
    stage.step(cast.department, report, "in_progress", note="@manager biết giúp")
    assert stage.events(report)[-1].private["mentions"] == [cast.manager.account.id]  # type: ignore[index]


def test_whom_a_note_can_call(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", executor="telecom")
    found = may_mention(stage.session, stage.reference, report, cast.department.account.id)
    assert {each.username for each in found} == {"manager", "executor", "triage"}


def test_the_reporter_hears_nothing_of_what_is_among_colleagues(stage: Stage, cast: Cast) -> None:
    report = make_report(stage.session, stage.reference, "in_progress", published=False)
    give(stage, cast.department, report, "department")
    stage.step(cast.department, report, "waiting", reason="Ở đâu ạ?", note="@manager")
    told = timeline(stage.session, stage.reference, reporter_of(report), report.id, now=stage.now).items
    assert {event.type for event in told} == {"report.received", "report.waiting"}


def test_a_refusal_flags_the_rule(stage: Stage, cast: Cast) -> None:
    rule = stage.session.scalars(select(RoutingRule).where(RoutingRule.number == 2)).one()
    report = make_report(stage.session, stage.reference, "assigned", rule_id=rule.id)
    by_hand = make_report(stage.session, stage.reference, "assigned")
    for each in (report, by_hand):
        stage.step(cast.department, each, "triage", reason="Không phải của chúng tôi")
    assert refusals_by_rule(stage.session) == {2: 1}
    [said] = rule_refusals(stage.session, rule.id)
    assert (said.code, said.reason) == (report.code, "Không phải của chúng tôi")
    assert said.department_id == stage.department("city-cables")
    first = stage.session.scalars(select(RoutingRule.id).where(RoutingRule.number == 1)).one()
    assert rule_refusals(stage.session, first) == []
