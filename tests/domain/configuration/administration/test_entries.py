"""Departments, categories, people, keys, days, policies and settings: changed, refused, audited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from service.domain.city.city import load_calendar
from service.domain.configuration.administration import (
    audit_log,
    audit_subjects,
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
from service.domain.configuration.administration.categories import CategoryChange
from service.domain.configuration.administration.days import DayChange, DaySwap
from service.domain.configuration.administration.departments import DepartmentChange
from service.domain.configuration.administration.keys import KeyRequest
from service.domain.configuration.administration.people import NewPerson, PersonChange
from service.domain.configuration.administration.policies import PolicyChange
from service.domain.configuration.administration.replies import TemplateChange
from service.domain.people.sessions import recognise_session
from service.errors import Conflict, Invalid, NotFound
from service.models import AuditEntry
from tests.domain.configuration.administration.stage import Room, rule
from tests.support.small_city import NOON


def department(room: Room, code: str, **changes: object) -> DepartmentChange:
    wish = departments.department_change_of(room.session, departments.find_department(room.session, code))
    return DepartmentChange.model_validate({**wish.model_dump(), **changes})


def test_a_department_is_added_changed_and_never_below_itself(room: Room) -> None:
    wish = DepartmentChange.model_validate({"code": "police", "name": {"vi": "Công an"}, "kind": "city"})
    departments.put_department(room.session, room.stamp(), None, wish)
    assert "police" in room.book.holders
    with pytest.raises(Conflict):
        departments.put_department(
            room.session, room.stamp(), None, wish.model_copy(update={"kind": "company"})
        )
    read = department(room, "police", parent="city-cables")
    departments.put_department(room.session, room.stamp(), "police", read)
    with pytest.raises(Conflict):
        departments.put_department(
            room.session, room.stamp(), "police", read.model_copy(update={"phone": "1900 1"})
        )
    with pytest.raises(Invalid):
        departments.put_department(
            room.session, room.stamp(), "city-cables", department(room, "city-cables", parent="police")
        )
    with pytest.raises(NotFound):
        departments.put_department(room.session, room.stamp(), "nobody", wish)
    assert [entry.action for entry in room.audited("department.changed")] == ["department.changed"]


def test_a_department_that_rules_name_stays_in_use(room: Room) -> None:
    with pytest.raises(Conflict) as refusal:
        departments.put_department(
            room.session, room.stamp(), "telecom", department(room, "telecom", active=False)
        )
    assert refusal.value.params["numbers"] == "2"
    departments.put_department(
        room.session, room.stamp(), "sanitation", department(room, "sanitation", active=False)
    )
    assert "sanitation" not in room.book.holders


def test_a_ward_has_one_committee(room: Room) -> None:
    wish = {"code": "second", "name": {"vi": "UBND thứ hai"}, "kind": "ward", "ward": "W1"}
    with pytest.raises(Invalid):
        departments.put_department(room.session, room.stamp(), None, DepartmentChange.model_validate(wish))
    with pytest.raises(Invalid):
        departments.put_department(
            room.session, room.stamp(), None, DepartmentChange.model_validate(wish | {"ward": None})
        )


def category(room: Room, base: str, **changes: object) -> CategoryChange:
    wish = categories.category_change_of(room.session, categories.find_category(room.session, base))
    return CategoryChange.model_validate({**wish.model_dump(), **changes})


def test_a_category_gets_questions_that_rules_can_ask_for(room: Room) -> None:
    question = {
        "code": "amount",
        "label": {"vi": "Nhiều hay ít?"},
        "datatype": "singlevaluelist",
        "values": [{"key": "bag", "name": {"vi": "Một túi"}}],
    }
    categories.put_category(
        room.session, room.stamp(), "litter", category(room, "litter", questions=[question])
    )
    view = room.book.reference.category_by_code["litter"]
    assert [each["code"] for each in view.questions] == ["amount"]
    twice = category(room, "litter", questions=[question, question])
    with pytest.raises(Invalid) as refusal:
        categories.put_category(room.session, room.stamp(), "litter", twice)
    assert [error.loc for error in refusal.value.errors] == [("questions", 1, "code")]
    empty = category(room, "litter", questions=[question | {"values": []}])
    with pytest.raises(Invalid):
        categories.put_category(room.session, room.stamp(), "litter", empty)


def test_a_category_moves_in_the_tree_but_not_below_itself(room: Room) -> None:
    made = category(room, "noise", code="noise.night", parent="noise", version=None, name={"vi": "Ban đêm"})
    categories.put_category(room.session, room.stamp(), None, made)
    assert room.book.reference.category_by_code["noise.night"].path == ("noise", "noise.night")
    with pytest.raises(Invalid):
        categories.put_category(
            room.session, room.stamp(), "noise", category(room, "noise", parent="noise.night")
        )
    categories.put_category(
        room.session, room.stamp(), "noise.night", category(room, "noise.night", active=False)
    )
    assert not room.book.reference.category_by_code["noise.night"].active


def person(room: Room, username: str, **changes: object) -> PersonChange:
    reference = room.book.reference
    account = people.find_person(room.session, username)
    facts = people.account_facts(reference, account) | {"version": people.account_version(reference, account)}
    facts.pop("active")
    return PersonChange.model_validate({**facts, **changes})


def test_the_last_administrator_stays(room: Room) -> None:
    reference = room.book.reference
    with pytest.raises(Conflict):
        people.close_account(room.session, room.stamp(), "administrator")
    wish = person(room, "administrator", role="triage")
    with pytest.raises(Conflict):
        people.change_account(room.session, reference, room.stamp(), "administrator", wish)
    new = NewPerson.model_validate({"username": "second", "name": "Người thứ hai", "role": "administrator"})
    people.open_account(room.session, reference, room.stamp(), new, "hash")
    people.close_account(room.session, room.stamp(), "second")
    with pytest.raises(Conflict):
        people.change_account(room.session, reference, room.stamp(), "administrator", wish)
    people.enable_account(room.session, reference, room.stamp(), "second")
    changed = people.change_account(room.session, reference, room.stamp(), "administrator", wish)
    assert changed.role == "triage"


def test_a_person_moves_and_is_signed_out(room: Room) -> None:
    reference = room.book.reference
    wish = person(room, "department", department="sanitation")
    people.change_account(room.session, reference, room.stamp(), "department", wish)
    (entry,) = room.audited("staff.changed")
    assert entry.before == {"department": "city-cables"}
    assert entry.after is not None
    assert entry.after["department"] == "sanitation"
    stale = wish.model_copy(update={"name": "Người Khác"})
    with pytest.raises(Conflict):
        people.change_account(room.session, reference, room.stamp(), "department", stale)
    bad = person(room, "department", department=None)
    with pytest.raises(Invalid):
        people.change_account(room.session, reference, room.stamp(), "department", bad)


def test_a_key_comes_in_until_it_is_revoked(room: Room) -> None:
    wish = KeyRequest(name="Cổng dữ liệu", role="manager", scope="read", days=30, per_minute=7)
    key, opened = keys.make_key(room.session, room.book.reference, room.stamp(), wish)
    (unused,) = keys.all_api_keys(room.session, NOON)
    assert (unused.used_at, unused.per_minute) == (None, 7)
    soon = NOON + timedelta(seconds=1)
    assert recognise_session(room.session, opened.token, "bearer", at=soon)
    room.session.flush()
    assert keys.all_api_keys(room.session, soon)[0].used_at == soon  # the first use is told at once
    found = recognise_session(room.session, opened.token, "bearer", at=NOON + timedelta(days=29))
    assert found is not None
    assert found[0].role == "manager"
    assert keys.bounds_of_key(room.session, opened.id) == keys.KeyBounds(key.id, "read", 7)
    assert recognise_session(room.session, opened.token, "bearer", at=NOON + timedelta(days=31)) is None
    (told,) = keys.all_api_keys(room.session, NOON + timedelta(days=29))
    assert (told.active, told.created_by) == (True, room.administrator.name)
    assert told.used_at is not None
    assert all(row.username != found[0].username for row in people.all_people(room.session))
    keys.revoke_key(room.session, room.stamp(), key.id)
    assert recognise_session(room.session, opened.token, "bearer", at=NOON) is None
    assert not keys.all_api_keys(room.session, NOON)[0].active
    with pytest.raises(Conflict):
        keys.revoke_key(room.session, room.stamp(), key.id)
    assert opened.token not in str([entry.after for entry in room.audited("key.added")])
    trail = audit_log.read_audit(room.session, AuditFilters(what="key"))
    assert set(audit_subjects.subject_names(room.session, trail).values()) == {f"“{key.name}”"}
    odd = [replace(trail[0], subject=subject) for subject in ("9" * 5000, "x", "0", "²")]
    odd += [replace(trail[0], action="initiative.decided", subject="no uuid")]
    assert [audit_subjects.subject_names(room.session, [each]) for each in odd] == [{}] * len(odd)


def test_a_swap_changes_the_calendar_and_what_is_due(room: Room) -> None:
    monday, saturday = date(2026, 3, 2), date(2026, 3, 7)
    calendar = load_calendar(room.session, room.book.reference)
    days.swap_days(room.session, room.stamp(), calendar, DaySwap(off=monday, work=saturday))
    after = room.book.calendar
    assert not after.is_working_day(monday)
    assert after.is_working_day(saturday)
    for wish in (DaySwap(off=monday, work=date(2026, 3, 8)), DaySwap(off=date(2026, 3, 3), work=saturday)):
        with pytest.raises(Invalid):
            days.swap_days(room.session, room.stamp(), after, wish)
    days.reset_day(room.session, room.stamp(), monday)
    assert room.book.calendar.is_working_day(monday)


def test_public_holidays_are_taken_over_once_and_own_days_stay(room: Room) -> None:
    own = DayChange.model_validate({"day": date(2027, 9, 2), "kind": "work", "name": {"vi": "Trực lễ"}})
    days.change_day(room.session, room.stamp(), own)
    assert days.import_year(room.session, room.stamp(), 2027) > 8
    assert days.import_year(room.session, room.stamp(), 2027) == 0
    (left,) = days.holiday_differences(room.session, 2027)
    assert left.day == date(2027, 9, 2)
    assert room.book.calendar.is_working_day(date(2027, 9, 2))
    assert days.import_year(room.session, room.stamp(), 2027, overwrite=True) == 1
    with pytest.raises(Invalid):
        days.import_year(room.session, room.stamp(), 1999)


def test_a_year_that_changed_meanwhile_is_a_conflict(room: Room) -> None:
    seen = days.year_version(days.special_days_of_year(room.session, 2027))
    wish = DayChange.model_validate({"day": date(2027, 5, 5), "kind": "off", "name": {"vi": "Nghỉ"}})
    days.change_day(room.session, room.stamp(), wish, seen)
    with pytest.raises(Conflict):
        days.reset_day(room.session, room.stamp(), date(2027, 5, 5), seen)


def test_a_policy_changes_for_reports_to_come(room: Room) -> None:
    wish = policies.policy_change_of(policies.policy_history(room.session, "standard")[0])
    longer = wish.model_copy(update={"resolve": wish.resolve.model_copy(update={"amount": 9})})
    row = policies.put_policy_in_force(room.session, room.stamp(), "standard", longer)
    assert (row.version, room.book.policies["standard"].policy.resolve.amount) == (2, 9)
    stale = longer.model_copy(update={"resolve": wish.resolve.model_copy(update={"amount": 8})})
    with pytest.raises(Conflict):
        policies.put_policy_in_force(room.session, room.stamp(), "standard", stale)
    back = policies.restore_policy(room.session, room.stamp(), "standard", chosen=1, version=2)
    assert (back.version, back.spec["resolve"]["amount"]) == (3, 7)
    with pytest.raises(Conflict):
        policies.end_policy(room.session, room.stamp(), "standard", 3)
    policies.end_policy(room.session, room.stamp(), "urgent", 1)
    assert "urgent" not in room.book.policies
    with pytest.raises(NotFound):
        policies.put_policy_in_force(
            room.session, room.stamp(), "other", PolicyChange.model_validate(wish.model_dump())
        )


def test_settings_change_and_keep_what_the_form_does_not_say(room: Room) -> None:
    wish = city_config.read_settings(room.session)
    said = {"channels": ("portal", "phone"), "tolerance_m": 250.0, "flags_to_desk": 2}
    changed = wish.model_copy(update=said)
    city_config.put_settings(room.session, room.stamp(), changed)
    config = room.book.reference.config
    assert config.channels == ("portal", "phone")
    assert config.flags_to_desk == 2
    assert config.bbox == (107.5, 16.4, 107.6, 16.45)
    assert ("city", "small") in room.by_hand()
    with pytest.raises(Conflict):
        city_config.put_settings(room.session, room.stamp(), changed.model_copy(update={"tolerance_m": 99.0}))


def test_the_audit_is_found_by_who_what_and_when(room: Room) -> None:
    departments.put_department(
        room.session, room.stamp(), "telecom", department(room, "telecom", phone="0234 1")
    )
    policies.end_policy(room.session, room.stamp(5), "urgent", 1)
    (entry,) = audit_log.read_audit(room.session, AuditFilters(who="administrator", what="department"))
    assert entry.differences == (("phone", None, "0234 1"),)
    assert audit_log.read_audit(room.session, AuditFilters(who="triage")) == []
    late: datetime = NOON + timedelta(minutes=3)
    assert [each.action for each in audit_log.read_audit(room.session, AuditFilters(since=late))] == [
        "policy.ended"
    ]
    assert [each.subject for each in audit_log.read_audit(room.session, AuditFilters(subject="TELE"))] == [
        "telecom"
    ]
    assert "policy" in audit_log.audit_kinds(room.session)


def test_a_save_that_is_so_already_is_answered_and_changes_nothing(room: Room) -> None:
    """Its answer was lost, or a colleague was quicker with the very same."""
    session, ctx, reference = room.session, room.stamp(), room.book.reference
    unit = DepartmentChange.model_validate({"code": "police", "name": {"vi": "Công an"}, "kind": "city"})
    changed = department(room, "sanitation", phone="1900 1234")
    kind = category(room, "noise", code="smell", version=None, name={"vi": "Mùi"})
    words = TemplateChange.model_validate(
        {"code": "thanks", "kind": "reply", "name": {"vi": "Cảm ơn"}, "text": {"vi": "Cảm ơn {code}."}}
    )
    term = policies.policy_change_of(policies.policy_history(session, "standard")[0]).model_copy(
        update={"code": "slow", "version": None}
    )
    line = rule(None, number=77)
    config = city_config.read_settings(session)
    config = config.model_copy(update={"tolerance_m": config.tolerance_m + 1})
    who = person(room, "department", name="Người Khác")
    day = DayChange.model_validate({"day": "2027-07-01", "kind": "off", "name": {"vi": "Ngày hội"}})
    seen = days.year_version(days.special_days_of_year(session, 2027))
    saves: list[Callable[[], object]] = [
        lambda: departments.put_department(session, ctx, None, unit),
        lambda: departments.put_department(session, ctx, "sanitation", changed),
        lambda: categories.put_category(session, ctx, None, kind),
        lambda: replies.put_reply(session, ctx, None, words),
        lambda: policies.put_policy_in_force(session, ctx, None, term),
        lambda: rules.put_rule_in_force(session, room.book, ctx, None, line),
        lambda: city_config.put_settings(session, ctx, config),
        lambda: people.change_account(session, reference, ctx, "department", who),
        lambda: days.change_day(session, ctx, day, seen),
        lambda: rules.end_rule(session, ctx, 77, 1),
        lambda: policies.end_policy(session, ctx, "slow", 1),
    ]
    for save in saves:
        save()
        revision, noted = room.revision, len(session.scalars(select(AuditEntry)).all())
        save()
        assert (room.revision, len(session.scalars(select(AuditEntry)).all())) == (revision, noted)


def test_the_term_that_a_persons_choice_falls_back_to_stays(room: Room) -> None:
    for row in rules.rules_in_force(room.session):
        rules.end_rule(room.session, room.stamp(), row.number, row.version)
    with pytest.raises(Conflict, match="không theo quy tắc nào"):
        policies.end_policy(room.session, room.stamp(), "standard", 1)
    assert "standard" in room.book.policies
