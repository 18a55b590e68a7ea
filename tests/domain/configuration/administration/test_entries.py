"""Departments, categories, people, keys, days, policies and settings: changed, refused, audited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.domain.city.city import load_calendar
from service.domain.configuration.administration import (
    audit_log,
    categories,
    city_config,
    days,
    departments,
    keys,
    people,
    policies,
    replies,
    rules,
)
from service.domain.configuration.administration.audit_log import AuditFilters
from service.domain.configuration.administration.categories import CategoryWish
from service.domain.configuration.administration.days import DayWish, SwapWish
from service.domain.configuration.administration.departments import DepartmentWish
from service.domain.configuration.administration.keys import KeyWish
from service.domain.configuration.administration.people import NewPerson, PersonWish
from service.domain.configuration.administration.policies import PolicyWish
from service.domain.configuration.administration.replies import TemplateWish
from service.domain.people.sessions import recognise
from service.errors import Conflict, Invalid, NotFound
from service.models import AuditEntry
from tests.domain.configuration.administration.stage import Room, rule
from tests.support.small_city import NOON


def department(room: Room, code: str, **changes: Any) -> DepartmentWish:
    wish = departments.wish_of(room.session, departments.one(room.session, code))
    return DepartmentWish.model_validate({**wish.model_dump(), **changes})


def test_a_department_is_added_changed_and_never_below_itself(room: Room) -> None:
    wish = DepartmentWish.model_validate({"code": "police", "name": {"vi": "Công an"}, "kind": "city"})
    departments.put(room.session, room.hand(), None, wish)
    assert "police" in room.book.holders
    with pytest.raises(Conflict):
        departments.put(room.session, room.hand(), None, wish.model_copy(update={"kind": "company"}))
    read = department(room, "police", parent="city-cables")
    departments.put(room.session, room.hand(), "police", read)
    with pytest.raises(Conflict):
        departments.put(room.session, room.hand(), "police", read.model_copy(update={"phone": "1900 1"}))
    with pytest.raises(Invalid):
        departments.put(
            room.session, room.hand(), "city-cables", department(room, "city-cables", parent="police")
        )
    with pytest.raises(NotFound):
        departments.put(room.session, room.hand(), "nobody", wish)
    assert [entry.action for entry in room.audited("department.changed")] == ["department.changed"]


def test_a_department_that_rules_name_stays_in_use(room: Room) -> None:
    with pytest.raises(Conflict) as refusal:
        departments.put(room.session, room.hand(), "telecom", department(room, "telecom", active=False))
    assert refusal.value.params["numbers"] == "2"
    departments.put(room.session, room.hand(), "sanitation", department(room, "sanitation", active=False))
    assert "sanitation" not in room.book.holders


def test_a_ward_has_one_committee(room: Room) -> None:
    wish = {"code": "second", "name": {"vi": "UBND thứ hai"}, "kind": "ward", "ward": "W1"}
    with pytest.raises(Invalid):
        departments.put(room.session, room.hand(), None, DepartmentWish.model_validate(wish))
    with pytest.raises(Invalid):
        departments.put(room.session, room.hand(), None, DepartmentWish.model_validate(wish | {"ward": None}))


def category(room: Room, base: str, **changes: Any) -> CategoryWish:
    wish = categories.wish_of(room.session, categories.one(room.session, base))
    return CategoryWish.model_validate({**wish.model_dump(), **changes})


def test_a_category_gets_questions_that_rules_can_ask_for(room: Room) -> None:
    question = {
        "code": "amount",
        "label": {"vi": "Nhiều hay ít?"},
        "datatype": "singlevaluelist",
        "values": [{"key": "bag", "name": {"vi": "Một túi"}}],
    }
    categories.put(room.session, room.hand(), "litter", category(room, "litter", questions=[question]))
    view = room.book.reference.category_by_code["litter"]
    assert [each["code"] for each in view.questions] == ["amount"]
    twice = category(room, "litter", questions=[question, question])
    with pytest.raises(Invalid) as refusal:
        categories.put(room.session, room.hand(), "litter", twice)
    assert [error.loc for error in refusal.value.errors] == [("questions", 1, "code")]
    empty = category(room, "litter", questions=[question | {"values": []}])
    with pytest.raises(Invalid):
        categories.put(room.session, room.hand(), "litter", empty)


def test_a_category_moves_in_the_tree_but_not_below_itself(room: Room) -> None:
    made = category(room, "noise", code="noise.night", parent="noise", version=None, name={"vi": "Ban đêm"})
    categories.put(room.session, room.hand(), None, made)
    assert room.book.reference.category_by_code["noise.night"].path == ("noise", "noise.night")
    with pytest.raises(Invalid):
        categories.put(room.session, room.hand(), "noise", category(room, "noise", parent="noise.night"))
    categories.put(room.session, room.hand(), "noise.night", category(room, "noise.night", active=False))
    assert not room.book.reference.category_by_code["noise.night"].active


def person(room: Room, username: str, **changes: Any) -> PersonWish:
    reference = room.book.reference
    account = people.one(room.session, username)
    facts = people.facts(reference, account) | {"version": people.version(reference, account)}
    facts.pop("active")
    return PersonWish.model_validate({**facts, **changes})


def test_the_last_administrator_stays(room: Room) -> None:
    reference = room.book.reference
    with pytest.raises(Conflict):
        people.disable(room.session, room.hand(), "administrator")
    wish = person(room, "administrator", role="triage")
    with pytest.raises(Conflict):
        people.change(room.session, reference, room.hand(), "administrator", wish)
    new = NewPerson.model_validate({"username": "second", "name": "Người thứ hai", "role": "administrator"})
    people.add(room.session, reference, room.hand(), new, "hash")
    people.disable(room.session, room.hand(), "second")
    with pytest.raises(Conflict):
        people.change(room.session, reference, room.hand(), "administrator", wish)
    people.enable(room.session, reference, room.hand(), "second")
    changed = people.change(room.session, reference, room.hand(), "administrator", wish)
    assert changed.role == "triage"


def test_a_person_moves_and_is_signed_out(room: Room) -> None:
    reference = room.book.reference
    wish = person(room, "department", department="sanitation")
    people.change(room.session, reference, room.hand(), "department", wish)
    (entry,) = room.audited("staff.changed")
    assert entry.before == {"department": "city-cables"}
    assert entry.after is not None
    assert entry.after["department"] == "sanitation"
    stale = wish.model_copy(update={"name": "Người Khác"})
    with pytest.raises(Conflict):
        people.change(room.session, reference, room.hand(), "department", stale)
    bad = person(room, "department", department=None)
    with pytest.raises(Invalid):
        people.change(room.session, reference, room.hand(), "department", bad)


def test_a_key_comes_in_until_it_is_revoked(room: Room) -> None:
    wish = KeyWish(name="Cổng dữ liệu", role="manager", scope="read", days=30)
    key, opened = keys.add(room.session, room.book.reference, room.hand(), wish)
    found = recognise(room.session, opened.token, "bearer", at=NOON + timedelta(days=29))
    assert found is not None
    assert found[0].role == "manager"
    assert keys.scope_of(room.session, opened.id) == "read"
    assert recognise(room.session, opened.token, "bearer", at=NOON + timedelta(days=31)) is None
    (told,) = keys.every(room.session, NOON + timedelta(days=29))
    assert (told.active, told.created_by) == (True, room.administrator.name)
    assert told.used_at is not None
    assert all(row.username != found[0].username for row in people.every(room.session))
    keys.revoke(room.session, room.hand(), key.id)
    assert recognise(room.session, opened.token, "bearer", at=NOON) is None
    assert not keys.every(room.session, NOON)[0].active
    with pytest.raises(Conflict):
        keys.revoke(room.session, room.hand(), key.id)
    assert opened.token not in str([entry.after for entry in room.audited("key.added")])


def test_a_swap_changes_the_calendar_and_what_is_due(room: Room) -> None:
    monday, saturday = date(2026, 3, 2), date(2026, 3, 7)
    calendar = load_calendar(room.session, room.book.reference)
    days.swap(room.session, room.hand(), calendar, SwapWish(off=monday, work=saturday))
    after = room.book.calendar
    assert not after.is_working_day(monday)
    assert after.is_working_day(saturday)
    for wish in (SwapWish(off=monday, work=date(2026, 3, 8)), SwapWish(off=date(2026, 3, 3), work=saturday)):
        with pytest.raises(Invalid):
            days.swap(room.session, room.hand(), after, wish)
    days.remove(room.session, room.hand(), monday)
    assert room.book.calendar.is_working_day(monday)


def test_public_holidays_are_taken_over_once_and_own_days_stay(room: Room) -> None:
    own = DayWish.model_validate({"day": date(2027, 9, 2), "kind": "work", "name": {"vi": "Trực lễ"}})
    days.put(room.session, room.hand(), own)
    assert days.import_year(room.session, room.hand(), 2027) > 8
    assert days.import_year(room.session, room.hand(), 2027) == 0
    (left,) = days.differences(room.session, 2027)
    assert left.day == date(2027, 9, 2)
    assert room.book.calendar.is_working_day(date(2027, 9, 2))
    assert days.import_year(room.session, room.hand(), 2027, overwrite=True) == 1
    with pytest.raises(Invalid):
        days.import_year(room.session, room.hand(), 1999)


def test_a_year_that_changed_meanwhile_is_a_conflict(room: Room) -> None:
    seen = days.version(days.of_year(room.session, 2027))
    wish = DayWish.model_validate({"day": date(2027, 5, 5), "kind": "off", "name": {"vi": "Nghỉ"}})
    days.put(room.session, room.hand(), wish, seen)
    with pytest.raises(Conflict):
        days.remove(room.session, room.hand(), date(2027, 5, 5), seen)


def test_a_policy_changes_for_reports_to_come(room: Room) -> None:
    wish = policies.wish_of(policies.history(room.session, "standard")[0])
    longer = wish.model_copy(update={"resolve": wish.resolve.model_copy(update={"amount": 9})})
    row = policies.put_in_force(room.session, room.hand(), "standard", longer)
    assert (row.version, room.book.policies["standard"].policy.resolve.amount) == (2, 9)
    stale = longer.model_copy(update={"resolve": wish.resolve.model_copy(update={"amount": 8})})
    with pytest.raises(Conflict):
        policies.put_in_force(room.session, room.hand(), "standard", stale)
    back = policies.restore(room.session, room.hand(), "standard", chosen=1, version=2)
    assert (back.version, back.spec["resolve"]["amount"]) == (3, 7)
    with pytest.raises(Conflict):
        policies.end(room.session, room.hand(), "standard", 3)
    policies.end(room.session, room.hand(), "urgent", 1)
    assert "urgent" not in room.book.policies
    with pytest.raises(NotFound):
        policies.put_in_force(
            room.session, room.hand(), "other", PolicyWish.model_validate(wish.model_dump())
        )


def test_settings_change_and_keep_what_the_form_does_not_say(room: Room) -> None:
    wish = city_config.read(room.session)
    said = {"channels": ("portal", "phone"), "tolerance_m": 250.0, "flags_to_desk": 2}
    changed = wish.model_copy(update=said)
    city_config.put(room.session, room.hand(), changed)
    config = room.book.reference.config
    assert config["channels"] == ["portal", "phone"]
    assert config["flags_to_desk"] == 2
    assert config["bbox"] == [107.5, 16.4, 107.6, 16.45]
    assert ("city", "small") in room.by_hand()
    with pytest.raises(Conflict):
        city_config.put(room.session, room.hand(), changed.model_copy(update={"tolerance_m": 99.0}))


def test_the_audit_is_found_by_who_what_and_when(room: Room) -> None:
    departments.put(room.session, room.hand(), "telecom", department(room, "telecom", phone="0234 1"))
    policies.end(room.session, room.hand(5), "urgent", 1)
    (entry,) = audit_log.read(room.session, AuditFilters(who="administrator", what="department"))
    assert entry.differences == (("phone", None, "0234 1"),)
    assert audit_log.read(room.session, AuditFilters(who="triage")) == []
    late: datetime = NOON + timedelta(minutes=3)
    assert [each.action for each in audit_log.read(room.session, AuditFilters(since=late))] == [
        "policy.ended"
    ]
    assert [each.subject for each in audit_log.read(room.session, AuditFilters(subject="TELE"))] == [
        "telecom"
    ]
    assert "policy" in audit_log.kinds(room.session)


def test_a_save_that_is_so_already_is_answered_and_changes_nothing(room: Room) -> None:
    """Its answer was lost, or a colleague was quicker with the very same."""
    session, hand, reference = room.session, room.hand(), room.book.reference
    unit = DepartmentWish.model_validate({"code": "police", "name": {"vi": "Công an"}, "kind": "city"})
    changed = department(room, "sanitation", phone="1900 1234")
    kind = category(room, "noise", code="smell", version=None, name={"vi": "Mùi"})
    words = TemplateWish.model_validate(
        {"code": "thanks", "kind": "reply", "name": {"vi": "Cảm ơn"}, "text": {"vi": "Cảm ơn {code}."}}
    )
    term = policies.wish_of(policies.history(session, "standard")[0]).model_copy(
        update={"code": "slow", "version": None}
    )
    line = rule(None, number=77)
    config = city_config.read(session)
    config = config.model_copy(update={"tolerance_m": config.tolerance_m + 1})
    who = person(room, "department", name="Người Khác")
    day = DayWish.model_validate({"day": "2027-07-01", "kind": "off", "name": {"vi": "Ngày hội"}})
    seen = days.version(days.of_year(session, 2027))
    saves: list[Callable[[], object]] = [
        lambda: departments.put(session, hand, None, unit),
        lambda: departments.put(session, hand, "sanitation", changed),
        lambda: categories.put(session, hand, None, kind),
        lambda: replies.put(session, hand, None, words),
        lambda: policies.put_in_force(session, hand, None, term),
        lambda: rules.put_in_force(session, room.book, hand, None, line),
        lambda: city_config.put(session, hand, config),
        lambda: people.change(session, reference, hand, "department", who),
        lambda: days.put(session, hand, day, seen),
        lambda: rules.end(session, hand, 77, 1),
        lambda: policies.end(session, hand, "slow", 1),
    ]
    for save in saves:
        save()
        revision, noted = room.revision, len(session.scalars(select(AuditEntry)).all())
        save()
        assert (room.revision, len(session.scalars(select(AuditEntry)).all())) == (revision, noted)


def test_the_term_that_a_persons_choice_falls_back_to_stays(room: Room) -> None:
    for row in rules.in_force(room.session):
        rules.end(room.session, room.hand(), row.number, row.version)
    with pytest.raises(Conflict, match="không theo quy tắc nào"):
        policies.end(room.session, room.hand(), "standard", 1)
    assert "standard" in room.book.policies
