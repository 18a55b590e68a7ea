"""Contractors take a case for a time of arrival, or give it back with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.domain.casework.contractor_answers import LATEST, ContractorAnswer, answer_contract
from service.domain.casework.holders import SupportChange, share
from service.domain.reports.arrivals import read_promised_arrivals, read_returned_cases
from service.errors import AppError, Conflict, Forbidden, Invalid
from service.models import Report
from tests.domain.casework.stage import Stage
from tests.support.factories import make_report
from tests.support.people import Cast, Person

SOON = timedelta(hours=2)


@pytest.fixture
def report(stage: Stage) -> Report:
    return make_report(stage.session, stage.reference, "in_progress", executor="telecom")


def say(stage: Stage, person: Person, report: Report, **said: object) -> Report:
    given = ContractorAnswer.model_validate({"version": report.version, **said})
    return answer_contract(stage.session, stage.reference, person.asker, report.id, given, stage.now)


def promised(stage: Stage, report: Report) -> Any:
    found = read_promised_arrivals(stage.session, stage.reference, [report.id]).get(report.id)
    return found.arrives_at if found else None


def test_who_takes_it_says_when_they_come_and_may_change_that(
    stage: Stage, cast: Cast, report: Report
) -> None:
    assert promised(stage, report) is None
    say(stage, cast.executor, report, arrives_at=stage.now + SOON)
    assert promised(stage, report) == stage.now + SOON
    event = stage.events(report)[-1]
    assert (event.type, event.public, event.data["executor"]) == (
        "report.executor_accepted",
        False,
        "telecom",
    )
    say(stage, cast.executor, report, arrives_at=stage.now + 2 * SOON)
    assert promised(stage, report) == stage.now + 2 * SOON
    assert (report.executor_id, report.version) == (stage.reference.department_by_code["telecom"].id, 3)


def test_the_same_again_changes_nothing(stage: Stage, cast: Cast, report: Report) -> None:
    seen = report.version
    for _ in range(2):
        say(stage, cast.executor, report, arrives_at=stage.now + SOON, version=seen)
    assert report.version == seen + 1


def test_a_phone_that_lost_the_answer_may_decline_again(stage: Stage, cast: Cast, report: Report) -> None:
    seen = report.version
    for _ in range(2):
        say(stage, cast.executor, report, reason="Xe đang sửa", version=seen)
    assert report.version == seen + 1 and report.executor_id is None
    with pytest.raises(Forbidden):
        say(stage, cast.executor, report, reason="Xe hỏng", version=seen)


def test_who_declines_gives_it_back_with_a_reason(stage: Stage, cast: Cast, report: Report) -> None:
    with pytest.raises(Invalid):
        say(stage, cast.executor, report, reason=" ")
    say(stage, cast.executor, report, arrives_at=stage.now + SOON)
    say(stage, cast.executor, report, reason="Xe đang sửa")
    assert report.executor_id is None
    assert report.status == "in_progress"
    assert promised(stage, report) is None
    event = stage.events(report)[-1]
    assert event.type == "report.executor_declined"
    assert event.private == {"reason": "Xe đang sửa"}
    assert "Xe đang sửa" not in str(event.data)
    with pytest.raises(Forbidden):
        say(stage, cast.executor, report, arrives_at=stage.now + SOON)


def test_a_promise_is_its_contractors_alone(stage: Stage, cast: Cast, report: Report) -> None:
    say(stage, cast.executor, report, arrives_at=stage.now + SOON)
    body = SupportChange.model_validate({"version": report.version, "executor": "sanitation"})
    share(stage.session, stage.context(cast.department), report.id, body)
    assert promised(stage, report) is None


@pytest.mark.parametrize("who", ["department", "triage", "inspector", "manager"])
def test_nobody_else_answers_for_them(stage: Stage, cast: Cast, report: Report, who: str) -> None:
    with pytest.raises(Forbidden):
        say(stage, cast.everyone()[who], report, arrives_at=stage.now + SOON)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"arrives_at": -timedelta(hours=1)}, Invalid),
        ({"arrives_at": LATEST + SOON}, Invalid),
        ({"arrives_at": SOON, "version": 7}, Conflict),
        ({}, Invalid),
    ],
)
def test_what_cannot_be_promised(
    stage: Stage, cast: Cast, report: Report, said: dict[str, Any], error: type[AppError]
) -> None:
    if "arrives_at" in said:
        said = {**said, "arrives_at": stage.now + said["arrives_at"]}
    with pytest.raises(error):
        say(stage, cast.executor, report, **said)


def test_a_finished_case_is_not_taken(stage: Stage, cast: Cast) -> None:
    report = make_report(
        stage.session, stage.reference, "resolved", executor="telecom", resolved_at=stage.now
    )
    with pytest.raises(Conflict):
        say(stage, cast.executor, report, arrives_at=stage.now + SOON)


def test_a_case_given_back_says_so_until_somebody_else_has_it(
    stage: Stage, cast: Cast, report: Report
) -> None:
    def back() -> Any:
        return read_returned_cases(stage.session, stage.reference, [report.id]).get(report.id)

    assert back() is None
    say(stage, cast.executor, report, reason="Xe hỏng")
    telecom = stage.reference.department_by_code["telecom"].id
    assert (back().contractor_id, back().reason) == (telecom, "Xe hỏng")
    given = SupportChange.model_validate({"executor": "telecom", "supports": [], "version": report.version})
    share(stage.session, stage.context(cast.department), report.id, given)
    assert back() is None
