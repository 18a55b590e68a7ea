"""The groups of settings: put in force, refused, foreseen, and two administrators at once."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.config import CityConfig, read_config
from service.domain.city.reference import load_reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.configuration.settings.groups import GROUPS, contrast
from service.domain.configuration.settings.store import (
    OutdatedSettings,
    preview_change,
    put_group,
    read_change,
    read_group,
)
from service.domain.people.staff import NewAccount, actor_for, add_account
from service.domain.reports.access import Asker, find_report, reads_original, sees_all
from service.domain.reports.edges import INSPECTOR
from service.domain.reports.filters import read_filters
from service.domain.reports.lifecycle import roles_of
from service.domain.routing.settings_trial import try_settings
from service.domain.rules.drafts import RuleBody, rule_of_draft
from service.domain.rules.rulebook import load_rulebook
from service.domain.workspaces.case_search import CaseQuery, find_cases
from service.domain.workspaces.downloads.named_rows import filters_in_words
from service.domain.workspaces.rounds import list_to_verify
from service.domain.workspaces.work_lists import WorkListQuery, lists_of, read_work_list
from service.errors import Invalid, NotFound
from service.models import AuditEntry, City, ManualChange, Role, Staff
from tests.support.factories import found_city, make_report
from tests.support.people import make_cast
from tests.support.small_city import NOON

GROUP = {"code": "noi-thi", "name": {"vi": "Nội thị"}, "wards": ["W1", "W2"]}


@pytest.fixture
def stamp(session: Session) -> EditStamp:
    person = make_cast(session, found_city(session)).administrator.account
    return EditStamp(person.id, person.name, NOON)


def config(session: Session) -> CityConfig:
    return read_config(session.scalars(select(City)).one().config)


def put(session: Session, stamp: EditStamp, group: str, version: str = "", **values: Any) -> None:
    kept = read_group(session, group)
    change = read_change(group, {**kept.values, **values})
    put_group(session, load_reference(session), stamp, group, change, version or kept.version)


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_in_force_can_be_saved_as_it_is_and_changes_nothing(
    session: Session, stamp: EditStamp, group: str
) -> None:
    before = session.scalars(select(City)).one().config
    put(session, stamp, group)
    assert session.scalars(select(City)).one().config == before
    assert not session.scalars(select(AuditEntry).where(AuditEntry.action == "city.changed")).all()


@pytest.mark.parametrize(
    ("group", "values", "look"),
    [
        ("hours", {"working_hours": {"0": [["08:00", "12:00"]]}}, lambda c: len(c.working_hours[0]) == 1),
        ("escalation", {"escalation": [{"after_working_days": 2, "to": ["holder"]}]}, lambda c: c.escalation),
        ("notices", {"digest_hour": 6}, lambda c: c.digest_hour == 6),
        (
            "security",
            {"second_factor_roles": ["manager"]},
            lambda c: c.second_factor_roles == (Role.MANAGER,),
        ),
        ("aliases", {"aliases": [["Chợ Cũ", "Chợ Đông Ba"]]}, lambda c: c.aliases[0][0] == "Chợ Cũ"),
        ("units", {"unit_aliases": {"Tổ cáp": "city-cables"}}, lambda c: c.unit_aliases),
        (
            "area_groups",
            {"area_groups": [{"code": "noi-thi", "name": {"vi": "Nội thị"}, "wards": ["W1"]}]},
            lambda c: c.area_groups[0].name["en"] == "Nội thị",
        ),
        ("look", {"colour": "#004488"}, lambda c: c.colour == "#004488"),
        (
            "documents",
            {"administration": {"signs": "Chủ tịch"}},
            lambda c: c.administration.signs == "Chủ tịch",
        ),
        ("words", {"masking": {"words": ["xấu xa"]}}, lambda c: c.masking.words == ("xấu xa",)),
        (
            "words",
            {"masking": {"categories": {"illegal_ad": {"phones": False}}}},
            lambda c: c.masking.categories["illegal_ad"].phones is False,
        ),
        (
            "signin",
            {"sign_in": {"grants": [{"value": "ubnd", "role": "department", "own_department": True}]}},
            lambda c: c.sign_in.grants[0].own_department,
        ),
        (
            "danger",
            {
                "emergency_numbers": [{"phone": "114", "name": {"vi": "Cứu hỏa"}}],
                "danger_words": [{"words": ["cháy nhà"], "call": ["114"]}],
            },
            lambda c: c.emergency_numbers[0].name["en"] == "Cứu hỏa",
        ),
    ],
)
def test_a_group_comes_into_force_audited_and_marked_for_the_next_load(
    session: Session, stamp: EditStamp, group: str, values: dict[str, Any], look: Any
) -> None:
    revision = session.scalars(select(City.revision)).one()
    put(session, stamp, group, **values)
    assert look(config(session))
    assert session.scalars(select(City.revision)).one() == revision + 1
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "city.changed")).one()
    assert entry.before and entry.after and set(entry.after) == set(values)
    assert session.scalars(select(ManualChange.kind)).all() == ["city"]
    assert (read_group(session, group).by, read_group(session, group).at) == (stamp.name, NOON)


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("hours", {"working_hours": {}}),
        ("hours", {"working_hours": {"0": [["12:00", "08:00"]]}}),
        ("hours", {"working_hours": {"7": [["08:00", "12:00"]]}}),
        (
            "escalation",
            {"escalation": [{"after_working_days": each, "to": ["holder"]} for each in (3, 3)]},
        ),
        ("notices", {"digest_hour": 24}),
        ("security", {"second_factor_roles": ["king"]}),
        ("aliases", {"aliases": [["A", "B"], ["A", "C"]]}),
        ("units", {"unit_aliases": {"": "city-cables"}}),
        ("area_groups", {"area_groups": [{"code": "a", "name": {"vi": "A"}, "wards": ["W1"]}] * 2}),
        ("area_groups", {"area_groups": [{"code": "a", "name": {"vi": "A"}, "wards": []}]}),
        ("look", {"colour": "#ffff00"}),
        ("look", {"colour_dark": "#111111"}),
        ("notices", {"nobody": 1}),
        ("signin", {"sign_in": {"grants": [{"value": "ubnd", "role": "department"}]}}),
        ("signin", {"sign_in": {"grants": [{"value": "ubnd", "role": "king"}]}}),
        (
            "signin",
            {
                "sign_in": {
                    "grants": [
                        {"value": "a", "role": "manager", "department": "telecom", "own_department": True}
                    ]
                }
            },
        ),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session, stamp: EditStamp, group: str, values: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        put(session, stamp, group, **values)


def test_names_of_what_is_not_there_are_refused(session: Session, stamp: EditStamp) -> None:
    spam = dict(read_group(session, "spam").values["spam"])  # type: ignore[call-overload]
    with pytest.raises(Invalid):
        put(session, stamp, "spam", spam={**spam, "phrases_allowed_in": ["nothing"]})
    with pytest.raises(Invalid):
        put(session, stamp, "words", masking={"categories": {"nothing": {"phones": False}}})
    granted = {"value": "ubnd", "role": "department", "department": "nobody"}
    with pytest.raises(Invalid):
        put(session, stamp, "signin", sign_in={"grants": [granted]})
    with pytest.raises(Invalid):
        put(session, stamp, "signin", sign_in={"departments": {"UBND": "nobody"}})
    with pytest.raises(Invalid):
        put(session, stamp, "units", unit_aliases={"Tổ cáp": "nobody"})
    with pytest.raises(Invalid):
        put(session, stamp, "area_groups", area_groups=[{**GROUP, "wards": ["nowhere"]}])
    with pytest.raises(Invalid):
        put(session, stamp, "danger", danger_words=[{"words": ["cháy nhà"], "call": ["999"]}])
    with pytest.raises(NotFound):
        read_group(session, "nothing")


def test_a_group_of_wards_narrows_lists_as_its_wards_do(session: Session, stamp: EditStamp) -> None:
    put(session, stamp, "area_groups", area_groups=[GROUP])
    reference = load_reference(session)
    both = reference.ward_ids("W1") | reference.ward_ids("W2")
    assert reference.ward_ids("noi-thi") == both and len(both) > 1
    assert reference.ward_ids("nothing") == frozenset()
    for code, wards in (("noi-thi", both), ("W2", reference.ward_ids("W2"))):
        assert read_filters(reference, {"ward": code}).wards == wards
    assert filters_in_words(reference, {"ward": "noi-thi,W1"})[0] == "Nội thị"


def test_an_inspector_of_a_group_works_in_its_wards_and_reads_no_others(
    session: Session, stamp: EditStamp
) -> None:
    put(session, stamp, "area_groups", area_groups=[{**GROUP, "wards": ["W1"]}])
    reference = load_reference(session)
    new = NewAccount("noi.thi", "Nội Thị", "inspector", area_group="noi-thi")
    account = add_account(session, reference, new, None, at=NOON)
    wards = [reference.ward_by_code[code].id for code in ("W1", "W2")]
    here, there = (make_report(session, reference, "resolved", ward_id=ward) for ward in wards)
    actor = actor_for(account, reference)
    mine = list_to_verify(
        session, reference, actor, sort="deadline", near=None, limit=9, now=NOON, public_url="https://x"
    )
    assert [each.code for each in mine.items] == [here.code]
    assert roles_of(actor, here) == {INSPECTOR} and not roles_of(actor, there)
    assert reads_original(actor, here) and not reads_original(actor, there)
    assert find_report(session, Asker(actor), here.code, now=NOON).works
    assert not find_report(session, Asker(actor), there.code, now=NOON).inside
    assert not sees_all(actor) and lists_of(actor) == ("open", "verify", "done", "closed")
    listed = read_work_list(
        session, reference, actor, WorkListQuery("verify"), now=NOON, public_url="https://x"
    )
    assert [each.code for each in listed.items] == [here.code]
    found = find_cases(session, reference, Asker(actor), CaseQuery(), now=NOON, public_url="https://x")
    assert [each.code for each in found.items] == [here.code]
    with pytest.raises(Invalid, match="sửa"):
        put(session, stamp, "area_groups", area_groups=[])
    city = session.scalars(select(City)).one()
    city.config = {**city.config, "area_groups": []}  # as a load of the folder would
    bare = actor_for(account, load_reference(session))
    assert bare.wards == frozenset() and not roles_of(bare, here)


def test_grants_of_the_directory_name_groups_of_wards(session: Session, stamp: EditStamp) -> None:
    grant = {"value": "tt", "role": "inspector", "area_group": "noi-thi"}
    sign_in = config(session).sign_in.model_dump(mode="json")
    with pytest.raises(Invalid) as refused:
        put(session, stamp, "signin", sign_in={**sign_in, "grants": [grant]})
    assert "Không có nhóm phường, xã" in refused.value.errors[0].msg
    put(session, stamp, "area_groups", area_groups=[GROUP])
    put(session, stamp, "signin", sign_in={**sign_in, "grants": [grant]})
    assert config(session).sign_in.grants[0].area_group == "noi-thi"
    with pytest.raises(Invalid) as refused:
        put(session, stamp, "area_groups", area_groups=[])
    assert refused.value.errors[0].params == {"code": "noi-thi", "value": "tt"}
    for wrong in ({"role": "triage"}, {"department": "telecom"}, {"own_department": True}):
        with pytest.raises(ValidationError, match="chỉ dành cho thanh tra"):
            put(session, stamp, "signin", sign_in={**sign_in, "grants": [grant | wrong]})


@pytest.mark.parametrize(
    ("role", "department", "group"),
    [
        ("triage", None, "noi-thi"),
        ("manager", "telecom", "noi-thi"),
        ("inspector", "telecom", "noi-thi"),
        ("inspector", None, "nothing"),
    ],
)
def test_a_group_binds_nobody_but_inspectors_and_managers_of_no_unit(
    session: Session, stamp: EditStamp, role: str, department: str | None, group: str
) -> None:
    put(session, stamp, "area_groups", area_groups=[GROUP])
    new = NewAccount("ai.do", "Ai Đó", role, department, area_group=group)
    with pytest.raises(Invalid):
        add_account(session, load_reference(session), new, None, at=NOON)


def test_a_rule_takes_the_code_of_a_group_and_keeps_its_wards(session: Session, stamp: EditStamp) -> None:
    put(session, stamp, "area_groups", area_groups=[GROUP])
    body = RuleBody(categories=["litter"], lead="ward", policy="standard", areas=["noi-thi", "W1"])
    rule = rule_of_draft(load_rulebook(session), body, 900, ("body",))
    assert sorted(rule.areas) == ["W1", "W2"]


def test_who_comes_second_sees_what_the_first_one_saved(session: Session, stamp: EditStamp) -> None:
    opened = read_group(session, "notices").version
    put(session, stamp, "notices", digest_hour=5)
    with pytest.raises(OutdatedSettings) as refused:
        put(session, stamp, "notices", opened, digest_hour=9)
    assert refused.value.current.values["digest_hour"] == 5
    assert refused.value.current.by == stamp.name
    put(session, stamp, "notices", refused.value.current.version, digest_hour=9)
    assert config(session).digest_hour == 9


def effects(session: Session, group: str, **values: Any) -> list[tuple[dict[str, Any], list[str]]]:
    book = load_rulebook(session)
    change = read_change(group, {**read_group(session, group).values, **values})
    before, after = preview_change(session, book.reference, group, change)
    found = try_settings(session, book, group, before, after, NOON)
    return [(dict(each.params), list(each.examples)) for each in found]


def test_what_a_change_would_do_is_counted_over_what_came(session: Session, stamp: EditStamp) -> None:
    reference = load_reference(session)
    said = make_report(session, reference, "assigned", lead="ward-W2")
    said.description = "Có kẻ xấu xa đổ rác, cầu treo sập"
    session.flush()
    (masked,) = effects(session, "words", masking={"words": ["xấu xa"]})
    assert masked[0]["more"] == 1 and "•" in masked[1][0]
    (danger,) = effects(
        session,
        "danger",
        emergency_numbers=[{"phone": "114", "name": {"vi": "Cứu hỏa"}}],
        danger_words=[{"words": ["cầu sập"], "call": ["114"]}],
    )
    assert danger[0]["more"] == 1 and said.code in danger[1][0]
    spam = dict(read_group(session, "spam").values["spam"])  # type: ignore[call-overload]
    (held,) = effects(session, "spam", spam={**spam, "phrases": ["đổ rác"], "phrase": 50})
    assert held[0]["more"] == 1
    (factor,) = effects(session, "security", second_factor_roles=["administrator"])
    assert session.get_one(Staff, stamp.staff_id).name in factor[1]
    hours = effects(session, "hours", working_hours={"0": [["08:00", "10:00"]]})
    assert any("after" in params and params["after"] > params["before"] for params, _ in hours)


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
