"""Rules put in force, ended and taken back: each a new version, checked, audited, told to everybody."""

from __future__ import annotations

from typing import Any

import pytest

from service.domain.configuration.administration import rules
from service.domain.configuration.administration.rule_table import (
    Filter,
    default_leads,
    matching_rules,
    review,
    rule_line,
)
from service.domain.configuration.forecast import installation_basis
from service.errors import Conflict, Invalid, NotFound
from service.models import RuleRefusal
from tests.domain.configuration.administration.stage import Room, rule
from tests.support.factories import make_report


def test_a_change_is_the_next_version_and_the_old_one_is_kept(room: Room) -> None:
    before = room.revision
    row = rules.put_rule_in_force(room.session, room.book, room.stamp(), 1, rule(lead="city-cables"))
    assert (row.number, row.version, row.valid_to, row.created_by) == (1, 2, None, room.administrator.name)
    newest, oldest = rules.rule_history(room.session, 1)
    assert (newest.version, oldest.version) == (2, 1)
    assert oldest.valid_to == newest.valid_from == room.stamp().at
    assert room.revision == before + 1
    assert ("rule", "1") in room.by_hand()
    (entry,) = room.audited("rule.changed")
    assert (entry.subject, entry.staff_id) == ("1", room.administrator.id)
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["lead"], entry.after["lead"]) == ("ward", "city-cables")


def test_the_very_same_is_no_new_version(room: Room) -> None:
    rules.put_rule_in_force(room.session, room.book, room.stamp(), 1, rule())
    revision = room.revision
    again = rules.put_rule_in_force(room.session, room.book, room.stamp(5), 1, rule(version=2))
    assert again.version == 2
    assert room.revision == revision


def test_a_stale_version_is_a_conflict_that_says_the_current_one(room: Room) -> None:
    rules.put_rule_in_force(room.session, room.book, room.stamp(), 1, rule(lead="city-cables"))
    with pytest.raises(Conflict) as refusal:
        rules.put_rule_in_force(room.session, room.book, room.stamp(1), 1, rule(lead="telecom"))
    assert refusal.value.extra == {"version": 2}
    assert rules.rule_history(room.session, 1)[0].spec["lead"] == "city-cables"


def test_a_new_rule_gets_the_next_number_or_the_one_it_asks_for(room: Room) -> None:
    made = rules.put_rule_in_force(
        room.session, room.book, room.stamp(), None, rule(None, categories=["noise"])
    )
    assert (made.number, made.version) == (4, 1)
    asked = rules.put_rule_in_force(room.session, room.book, room.stamp(), None, rule(None, number=90))
    assert asked.number == 90
    other = rule(None, number=90, categories=["noise"])
    with pytest.raises(Invalid) as refusal:
        rules.put_rule_in_force(room.session, room.book, room.stamp(), None, other)
    assert [error.loc for error in refusal.value.errors] == [("number",)]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"lead": "nobody"}, ("body", "lead")),
        ({"lead": "gone"}, ("body", "lead")),
        ({"policy": "whenever"}, ("body", "policy")),
        ({"areas": ["W9"]}, ("body", "areas")),
        ({"categories": ["nothing"]}, ("body", "categories")),
        ({"when": [{"attribute": "owner", "op": "present"}]}, ("body", "when", 0)),
        ({"executor": "attribute:owner"}, ("body", "executor")),
    ],
)
def test_mistakes_are_named_and_nothing_changes(
    room: Room, wrong: dict[str, Any], where: tuple[str | int, ...]
) -> None:
    revision = room.revision
    with pytest.raises(Invalid) as refusal:
        rules.put_rule_in_force(room.session, room.book, room.stamp(), 1, rule(**wrong))
    assert [error.loc for error in refusal.value.errors] == [where]
    assert room.revision == revision
    assert len(rules.rule_history(room.session, 1)) == 1


def test_an_ended_rule_is_kept_and_can_come_back(room: Room) -> None:
    rules.end_rule(room.session, room.stamp(), 1, 1)
    assert [row.number for row in rules.rules_in_force(room.session)] == [2, 3]
    assert [row.number for row in rules.ended_rules(room.session)] == [1]
    with pytest.raises(Conflict):
        rules.end_rule(room.session, room.stamp(1), 1, 2)
    back = rules.restore_rule(room.session, room.book, room.stamp(2), 1, chosen=1, version=None)
    assert (back.version, back.valid_to) == (2, None)
    assert [row.number for row in rules.rules_in_force(room.session)] == [1, 2, 3]


def test_taking_back_is_a_new_version(room: Room) -> None:
    rules.put_rule_in_force(room.session, room.book, room.stamp(), 1, rule(lead="city-cables"))
    with pytest.raises(Conflict):
        rules.restore_rule(room.session, room.book, room.stamp(1), 1, chosen=1, version=0)
    back = rules.restore_rule(room.session, room.book, room.stamp(1), 1, chosen=1, version=2)
    assert (back.version, back.spec["lead"]) == (3, "ward")
    with pytest.raises(NotFound):
        rules.restore_rule(room.session, room.book, room.stamp(1), 1, chosen=9, version=3)


def test_an_old_version_with_a_mistake_of_today_does_not_come_back(room: Room) -> None:
    rules.put_rule_in_force(room.session, room.book, room.stamp(), 1, rule(lead="telecom"))
    rules.put_rule_in_force(room.session, room.book, room.stamp(1), 1, rule(version=2))
    telecom = room.book.reference.department_by_code["telecom"]
    from service.models import Department

    room.session.get_one(Department, telecom.id).active = False
    room.session.flush()
    with pytest.raises(Invalid):
        rules.restore_rule(room.session, room.book, room.stamp(2), 1, chosen=2, version=3)


def test_unknown_numbers_are_not_found(room: Room) -> None:
    for act in (
        lambda: rules.rule_history(room.session, 77),
        lambda: rules.end_rule(room.session, room.stamp(), 77, 1),
        lambda: rules.put_rule_in_force(room.session, room.book, room.stamp(), 77, rule()),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_rule_reads_as_a_sentence(room: Room) -> None:
    row = rules.put_rule_in_force(
        room.session,
        room.book,
        room.stamp(),
        1,
        rule(areas=["W1"], supports=["city-cables"], executor="telecom"),
    )
    told = rule_line(row, room.book, "vi")
    assert told.sentence == (
        "Khi loại litter tại phường W1 thì UBND phường, xã sở tại chủ trì, Đơn vị city-cables phối hợp, "
        "Đơn vị telecom thực hiện, hạn 7 ngày làm việc"
    )
    assert rule_line(row, room.book, "en").sentence.startswith("When litter in W1 Ward: the ward's")


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        (Filter(), [1, 2, 3]),
        (Filter(category="hanging_cable"), [2]),
        (Filter(category="noise"), []),
        (Filter(department="telecom"), [2]),
        (Filter(department="ward-W1"), [1, 3]),
        (Filter(ward="W2"), [1, 2, 3]),
        (Filter(q="quy tac 3"), [3]),
        (Filter(q="2"), [2]),
    ],
)
def test_filters_keep_what_may_decide(room: Room, asked: Filter, numbers: list[int]) -> None:
    found = matching_rules(rules.rules_in_force(room.session), room.book, asked)
    assert [row.number for row in found] == numbers


def test_a_rule_for_one_ward_is_not_in_the_others(room: Room) -> None:
    rules.put_rule_in_force(room.session, room.book, room.stamp(), 1, rule(areas=["W1"]))
    found = rules.rules_in_force(room.session)
    assert 1 not in [row.number for row in matching_rules(found, room.book, Filter(ward="W2"))]
    assert 1 in [row.number for row in matching_rules(found, room.book, Filter(ward="W1"))]


def test_the_map_knows_gaps_and_committees(room: Room) -> None:
    rules.put_rule_in_force(room.session, room.book, room.stamp(), 1, rule(areas=["W1"]))
    found = default_leads(room.book, installation_basis(room.book).ground, "litter", "vi")
    assert [(place.ward, place.lead, place.rule) for place in found] == [
        ("W1", "ward-W1", 1),
        ("W2", None, None),
    ]


def test_the_review_names_gaps_and_rules_that_never_win(room: Room) -> None:
    rules.put_rule_in_force(
        room.session, room.book, room.stamp(), None, rule(None, number=50, lead="telecom")
    )
    basis = installation_basis(room.book)
    found = review(basis.rules, basis.ground)
    assert [(shadow.rule.number, [rule.number for rule in shadow.by]) for shadow in found.shadows] == [
        (50, [1])
    ]
    assert {gap.cell.category for gap in found.gaps} >= {"noise", "pollution"}
    assert "litter" not in found.gaps_by_category
    assert [(each.first.number, each.second.number) for each in found.conflicts] == [(1, 50)]


def test_refusals_are_counted_for_the_version_in_force(room: Room) -> None:
    first = rules.rule_history(room.session, 1)[0]
    report = make_report(room.session, room.book.reference, "assigned")
    room.session.add(
        RuleRefusal(
            report_id=report.id,
            rule_id=first.id,
            department_id=report.lead_id,
            staff_id=None,
            reason="Không phải đường của phường",
            at=room.stamp().at,
        )
    )
    room.session.flush()
    assert rules.refusals_by_rule(room.session) == {1: 1}
    (told,) = rules.rule_refusals(room.session, first.id)
    assert (told.code, told.reason) == (report.code, "Không phải đường của phường")
    rules.put_rule_in_force(room.session, room.book, room.stamp(), 1, rule(lead="telecom"))
    assert rules.refusals_by_rule(room.session) == {}
