"""A case on the desk: the suggestion, what lies around it, the sender by their pseudonym."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.transitions import transition
from service.domain.city.reference import Reference
from service.domain.reports.access import Asker
from service.domain.reports.reports import ContactDraft, submit
from service.domain.routing.dispatch import route_many
from service.domain.rules.rulebook import RulebookCache, load_rulebook
from service.domain.workspaces.casefile import read_case_file
from service.domain.workspaces.desk.review import DeskReview, read_review
from service.domain.workspaces.desk.senders import pseudonym
from service.domain.workspaces.desk.suggestion import complete_suggestion
from service.errors import Invalid, NotFound
from service.models import Report
from tests.support.factories import make_report
from tests.support.people import KEY, Cast
from tests.support.small_city import IN_W1, NOON, OUTSIDE, draft

LAN = ContactDraft("Lan", "+84905123456", None)
NEAR = (IN_W1[0] + 0.0001, IN_W1[1])
"""About 11 m away."""
AWAY = (IN_W1[0] + 0.01, IN_W1[1])


def read(
    session: Session, reference: Reference, cast: Cast, report: Report, asker: Asker | None = None
) -> DeskReview:
    book, asker = load_rulebook(session), asker or cast.triage.asker
    file = read_case_file(session, reference, book, asker, report.code, now=NOON)
    return read_review(session, reference, book, asker, file, now=NOON, language="vi")


def take(session: Session, reference: Reference, cast: Cast, report: Report, wish: Transition) -> None:
    """The step is taken as the desk suggests."""
    books = RulebookCache()
    filling = complete_suggestion(books, wish)
    ctx = CaseContext(reference, books, cast.triage.asker, NOON)
    transition(session, ctx, report.code, wish, filling)


def sent(
    session: Session, reference: Reference, category: str, place: Any = IN_W1, minutes: int = 0
) -> Report:
    at = NOON + timedelta(minutes=minutes)
    receipt = submit(session, draft(reference.category_by_code[category].id, place, at=at))
    route_many(session, load_rulebook(session), [receipt.id], at)
    return session.get_one(Report, receipt.id)


def test_a_suspected_duplicate_is_to_be_merged(session: Session, reference: Reference, cast: Cast) -> None:
    original = sent(session, reference, "illegal_ad")
    report = sent(session, reference, "illegal_ad", NEAR, minutes=5)
    review = read(session, reference, cast, report)
    assert review.kinds == ["duplicate"]
    assert review.suggestion and (review.suggestion.act, review.suggestion.original) == (
        "merge",
        original.code,
    )
    assert original.code in review.suggestion.sentence
    assert [(twin.code, round(twin.distance_m)) for twin in review.twins] == [(original.code, 11)]


def test_outside_is_to_be_rejected_with_a_sentence(
    session: Session, reference: Reference, cast: Cast
) -> None:
    review = read(session, reference, cast, sent(session, reference, "litter", OUTSIDE))
    assert review.kinds == ["outside"]
    assert review.suggestion and review.suggestion.act == "reject"
    assert review.suggestion.reason


def test_without_a_rule_a_person_chooses(session: Session, reference: Reference, cast: Cast) -> None:
    report = sent(session, reference, "noise")
    review = read(session, reference, cast, report)
    assert review.suggestion and review.suggestion.act == "choose"
    assert "Chưa có quy tắc" in review.suggestion.sentence
    wish = Transition(to="assigned", version=report.version)
    with pytest.raises(Invalid):
        take(session, reference, cast, report, wish)


def test_what_was_refused_goes_elsewhere(session: Session, reference: Reference, cast: Cast) -> None:
    report = sent(session, reference, "hanging_cable")
    refuse = Transition(to="triage", reason="Không phải cáp viễn thông", version=report.version)
    ctx = CaseContext(reference, RulebookCache(), cast.department.asker, NOON)
    transition(session, ctx, report.id, refuse)
    review = read(session, reference, cast, report)
    assert review.suggestion and (review.suggestion.act, review.suggestion.lead) == ("assign", "ward-W1")
    assert "city-cables" in review.suggestion.sentence
    wish = Transition(to="assigned", version=report.version)
    take(session, reference, cast, report, wish)
    assert (report.status, report.lead_id) == ("assigned", reference.department_by_code["ward-W1"].id)
    assert read(session, reference, cast, report).suggestion is None


def test_what_the_rules_know_by_now_is_suggested(session: Session, reference: Reference, cast: Cast) -> None:
    report = sent(session, reference, "noise")
    report.category_id = reference.category_by_code["litter"].id
    session.flush()
    review = read(session, reference, cast, report)
    assert review.suggestion and (review.suggestion.act, review.suggestion.lead) == ("assign", "ward-W1")


def test_what_lies_around(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "triage")
    near = make_report(session, reference, "assigned", category="noise", place=NEAR)
    before = make_report(session, reference, "closed", place=NEAR, at=NOON - timedelta(days=90))
    make_report(session, reference, "assigned", place=AWAY)
    make_report(session, reference, "closed", place=NEAR, at=NOON - timedelta(days=900))
    review = read(session, reference, cast, report)
    assert [each.code for each in review.nearby] == [near.code]
    assert [each.code for each in review.before] == [before.code]
    assert review.twins == []


def test_the_sender_is_a_pseudonym_the_same_for_the_same_address(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "triage", contact=LAN)
    other = make_report(session, reference, "closed", contact=LAN, place=AWAY)
    stranger = make_report(session, reference, "triage", contact=ContactDraft("Lan", "+84905123457", None))
    review, again = read(session, reference, cast, report), read(session, reference, cast, other)
    assert review.sender and again.sender
    assert (review.sender.total, [each.code for each in review.sender.others]) == (1, [other.code])
    assert review.sender.mark == again.sender.mark == pseudonym(KEY, "+84905123456")
    foreign = read(session, reference, cast, stranger).sender
    assert foreign and foreign.mark != review.sender.mark
    assert pseudonym(b"another key", "+84905123456") != review.sender.mark
    assert read(session, reference, cast, make_report(session, reference, "triage")).sender is None


def test_others_of_the_staff_have_no_desk(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "assigned")
    for name, person in cast.everyone().items():
        if name != "triage":
            with pytest.raises(NotFound):
                read(session, reference, cast, report, person.asker)
    with pytest.raises(NotFound):
        read(session, reference, cast, report, Asker())


def test_the_desk_reads_originals_and_is_told_what_the_public_does_not_see(
    session: Session, reference: Reference, cast: Cast
) -> None:
    said = "Dán khắp cột điện, gọi 0905 123 987"
    hidden = make_report(
        session, reference, "in_progress", category="illegal_ad", published=False, description=said
    )
    shown = make_report(session, reference, "in_progress", category="noise", description=said)
    report = make_report(session, reference, "triage", category="illegal_ad", description=said, address=said)

    review = read(session, reference, cast, report)

    book = load_rulebook(session)
    view = read_case_file(session, reference, book, cast.triage.asker, report.code, now=NOON).view
    assert (view.description, view.address) == (said, said)
    assert [each.description for each in (*review.twins, *review.nearby)] == [said, said]
    assert {each.id for each in (*review.twins, *review.nearby)} == {hidden.id, shown.id}
    assert review.unpublished == {hidden.id}
