"""Splitting a report: the second thing gets a life of its own, with its sender and its photos."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from service.domain.casework.split import Split, split
from service.domain.kernel.codes import report_secret
from service.domain.reports.access import Asker, find_report
from service.domain.reports.reports import ContactDraft
from service.domain.routing.dispatch import route_many
from service.domain.rules.rulebook import load_rulebook
from service.errors import AppError, Conflict, Forbidden, Invalid
from service.models import Contact, Photo, Report
from tests.domain.casework.stage import Stage
from tests.support.factories import make_photo, make_report
from tests.support.people import KEY, Cast, Person
from tests.support.small_city import IN_W2, NOON

LAN = ContactDraft("Lan", "+84905123456", None)


def cut(stage: Stage, person: Person, report: Report, **wish: object) -> Report:
    values = {"category": "hanging_cable", "description": "Cáp rủ xuống", "version": report.version, **wish}
    sent = Split.model_validate(values)
    return split(stage.session, stage.reference, person.asker, report.id, sent, stage.now)


def photos(stage: Stage, report: Report) -> list[tuple[str, str]]:
    query = select(Photo.kind, Photo.original_key).where(Photo.report_id == report.id)
    return sorted((row.kind, row.original_key) for row in stage.session.execute(query))


def test_the_second_thing_is_a_report_of_its_own(stage: Stage, cast: Cast) -> None:
    source = make_report(stage.session, stage.reference, "triage", contact=LAN, place=IN_W2, channel="phone")
    made = cut(stage, cast.triage, source)

    assert made.code != source.code
    assert (made.status, made.split_from_id, made.channel) == ("received", source.id, "phone")
    assert (made.lon, made.lat, made.description) == (*IN_W2, "Cáp rủ xuống")
    assert (source.status, source.version) == ("triage", 2)
    contact = stage.session.get_one(Contact, made.id)
    assert (contact.name, contact.phone) == ("Lan", "+84905123456")
    first, second = stage.events(source)[-1], stage.events(made)[-1]
    assert (first.type, first.data, first.public) == ("report.split", {"into": made.code}, True)
    assert (second.type, second.data, second.public) == ("report.split_off", {"source": source.code}, True)
    received = stage.events(made)[0]
    assert (received.type, received.actor, received.staff_id) == (
        "report.received",
        "staff",
        cast.triage.actor.staff_id,
    )


def test_it_is_routed_as_usual(stage: Stage, cast: Cast) -> None:
    source = make_report(stage.session, stage.reference, "in_progress", place=IN_W2)
    made = cut(stage, cast.triage, source)
    assert route_many(stage.session, load_rulebook(stage.session), [made.id], NOON) == 1
    assert (made.status, made.lead_id) == ("assigned", stage.department("city-cables"))


def test_its_sender_opens_both_with_the_secret_they_have(stage: Stage, cast: Cast) -> None:
    source = make_report(stage.session, stage.reference, "triage")
    made = cut(stage, cast.triage, source)
    asker = Asker(secret=report_secret(KEY, source.id), key=KEY)
    assert find_report(stage.session, asker, made.id, now=NOON).actor.kind == "reporter"


@pytest.mark.parametrize(("how", "stay", "go"), [("copy", 2, 1), ("move", 1, 1)])
def test_photos_are_copied_or_moved(stage: Stage, cast: Cast, how: str, stay: int, go: int) -> None:
    source = make_report(stage.session, stage.reference, "triage")
    make_photo(stage.session, source, "report")
    chosen = make_photo(stage.session, source, "report")
    key = stage.session.get_one(Photo, chosen).original_key
    made = cut(stage, cast.triage, source, photos=[chosen], photos_as=how)
    assert len(photos(stage, source)) == stay
    assert photos(stage, made) == [("report", key)][:go]


def test_the_same_split_again_is_the_first(stage: Stage, cast: Cast) -> None:
    source = make_report(stage.session, stage.reference, "triage")
    identity = uuid4()
    made = cut(stage, cast.triage, source, id=identity)
    assert cut(stage, cast.triage, source, id=identity, version=1).id == made.id == identity
    assert stage.types(source) == ["report.split"]
    with pytest.raises(Conflict):
        cut(stage, cast.triage, make_report(stage.session, stage.reference, "triage"), id=identity)


def other_photo(stage: Stage) -> UUID:
    return make_photo(stage.session, make_report(stage.session, stage.reference), "report")


def test_who_may_not_split_and_what_is_no_part(stage: Stage, cast: Cast) -> None:
    source = make_report(stage.session, stage.reference, "in_progress")
    proof = make_photo(stage.session, source, "evidence")
    wrong: list[tuple[Person, dict[str, object], type[AppError]]] = [
        (cast.department, {}, Forbidden),
        (cast.administrator, {}, Forbidden),
        (cast.triage, {"version": 2}, Conflict),
        (cast.triage, {"category": "none"}, Invalid),
        (cast.triage, {"category": "old_kind"}, Invalid),
        (cast.triage, {"photos": [other_photo(stage)]}, Invalid),
        (cast.triage, {"photos": [proof]}, Invalid),
    ]
    for person, wish, error in wrong:
        with pytest.raises(error):
            cut(stage, person, source, **wish)
    for status in ("duplicate", "withdrawn"):
        with pytest.raises(Conflict):
            cut(stage, cast.triage, make_report(stage.session, stage.reference, status))
    assert stage.types(source) == []
