"""Loading a city's folder: everything arrives, loading again changes only what changed, versions are kept."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import load_reference
from service.domain.configuration.cityload import CityRefused, LoadResult, load_city
from service.domain.rules.rulebook import load_rulebook
from service.models import (
    AuditEntry,
    CalendarDay,
    Category,
    City,
    DeadlinePolicy,
    Department,
    FormerUnit,
    RoutingRule,
)
from tests.domain.configuration.cityfile.cities import FILES, HUE, write_city

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return write_city(tmp_path / "city")


def what_changed(loaded: LoadResult) -> Counter[tuple[str, str]]:
    return Counter((change.kind, change.what) for change in loaded.changes if change.what != "unchanged")


def rewrite(place: Path, file: str, old: str, new: str) -> None:
    """Change one word in a file of the folder."""
    path = place / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_part_of_the_folder_arrives(session: Session, place: Path) -> None:
    loaded = load_city(session, place, now=NOW)
    assert (loaded.code, loaded.revision, loaded.approximate) == ("mau", 1, 3)
    assert what_changed(loaded) == {
        ("city", "added"): 1,
        ("department", "added"): 6,
        ("category", "added"): 3,  # its own two, and the one that every city has
        ("former_unit", "added"): 5,
        ("calendar_day", "added"): 541,  # public holidays, and one of the city's own
        ("policy", "added"): 2,
        ("rule", "added"): 2,
        ("area", "added"): 3,
    }
    book = load_rulebook(session)
    assert book.reference.config.bbox == (106.0, 9.0, 107.0, 10.0)
    assert book.reference.department_by_code["101"].name == {
        "vi": "UBND phường Đông",
        "en": "Đông Ward People's Committee",
    }
    assert book.policies["standard"].policy.extension.max_count == 1
    assert [rule.number for rule in book.rules.rules] == [1, 2]
    assert book.rules.rules[1].areas == {"101", "102"}


def test_a_child_takes_over_what_it_does_not_say(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    rows = {row.code: row for row in session.scalars(select(Category))}
    dump, litter = rows["litter.dump"], rows["litter"]
    assert dump.parent_id == litter.id
    assert (dump.icon, dump.publication, dump.evidence_required) == ("trash", "immediate", True)
    assert dump.duplicates == {"radius_m": 40, "window_hours": 24, "action": "suggest"}
    assert dump.questions == []
    assert [question["order"] for question in litter.questions] == [1, 2]
    assert litter.questions[0]["values"][1] == {
        "key": "truck",
        "name": {"vi": "Một xe", "en": "Một xe"},
        "danger": True,
    }


def test_the_calendar_is_the_citys(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    calendar = load_calendar(session, load_reference(session))
    assert not calendar.is_working_day(date(2026, 7, 1))
    assert not calendar.is_working_day(date(2026, 9, 2))
    assert calendar.is_working_day(date(2026, 7, 3))
    assert not calendar.is_working_day(date(2026, 7, 7))


def test_loading_again_changes_nothing(session: Session, place: Path) -> None:
    first = load_city(session, place, now=NOW)
    again = load_city(session, place, now=LATER)
    assert what_changed(again) == {}
    assert len(again.changes) == len(first.changes)
    assert again.revision == first.revision
    assert session.scalars(select(City)).one().loaded_at == NOW


def test_the_example_city_loads_twice(session: Session) -> None:
    loaded = load_city(session, HUE, now=NOW)
    assert loaded.approximate == 40
    assert what_changed(load_city(session, HUE, now=LATER)) == {}
    book = load_rulebook(session)
    assert len(book.reference.ward_by_code) == 40
    assert len(book.committees) == 40


def test_only_what_changed_is_changed(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    rewrite(place, "departments.yaml", "Ca đêm", "Ca trực đêm")
    rewrite(place, "categories.yaml", "icon: trash", "icon: bin")
    rewrite(place, "city.yaml", "tolerance_m: 80", "tolerance_m: 90")
    loaded = load_city(session, place, now=LATER)
    assert {(c.kind, c.code) for c in loaded.changes if c.what == "changed"} == {
        ("department", "desk.night"),
        ("category", "litter"),
        ("category", "litter.dump"),
        ("city", "mau"),
    }
    assert loaded.revision == 2
    city = session.scalars(select(City)).one()
    assert (city.revision, city.loaded_at, city.config["tolerance_m"]) == (2, LATER, 90)


def test_a_changed_rule_gets_a_new_version_and_the_old_one_is_closed(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    rewrite(place, "rules.yaml", "    executor: cleaners\n", "")
    loaded = load_city(session, place, now=LATER)
    assert what_changed(loaded) == {("rule", "changed"): 1}
    versions = session.execute(
        select(
            RoutingRule.number, RoutingRule.version, RoutingRule.valid_from, RoutingRule.valid_to
        ).order_by(RoutingRule.number, RoutingRule.version)
    ).all()
    assert versions == [(1, 1, NOW, None), (2, 1, NOW, LATER), (2, 2, LATER, None)]
    assert [(rule.number, rule.version) for rule in load_rulebook(session).rules.rules] == [(1, 1), (2, 2)]


def test_a_rule_that_comes_back_goes_on_counting(session: Session, place: Path) -> None:
    whole = FILES["rules.yaml"]
    load_city(session, place, now=NOW)
    (place / "rules.yaml").write_text(whole.split("  - number: 2")[0], encoding="utf-8")
    assert what_changed(load_city(session, place, now=LATER)) == {("rule", "retired"): 1}
    (place / "rules.yaml").write_text(whole, encoding="utf-8")
    again = load_city(session, place, now=LATER + timedelta(days=1))
    assert what_changed(again) == {("rule", "added"): 1}
    versions = session.execute(
        select(RoutingRule.version, RoutingRule.valid_to).where(RoutingRule.number == 2).order_by("version")
    ).all()
    assert versions == [(1, LATER), (2, None)]


def test_a_changed_policy_gets_a_new_version(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    rewrite(place, "policies.yaml", "amount: 7", "amount: 5")
    assert what_changed(load_city(session, place, now=LATER)) == {("policy", "changed"): 1}
    rows = session.execute(
        select(DeadlinePolicy.version, DeadlinePolicy.valid_to)
        .where(DeadlinePolicy.code == "standard")
        .order_by(DeadlinePolicy.version)
    ).all()
    assert rows == [(1, LATER), (2, None)]
    assert load_rulebook(session).policies["standard"].policy.resolve.amount == 5


def test_what_left_the_folder_is_retired_and_not_forgotten(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    categories = FILES["categories.yaml"].split("  - code: litter.dump")[0]
    (place / "categories.yaml").write_text(categories, encoding="utf-8")
    rewrite(place, "rules.yaml", "[litter.dump]", "[litter]")
    rewrite(
        place,
        "departments.yaml",
        "  - {code: desk.night, parent: desk, name: {vi: Ca đêm}, kind: city}\n",
        "",
    )
    rewrite(place, "rules.yaml", "desk.night", "desk")
    rewrite(place, "city.yaml", "    - {date: 2026-07-01, name: {vi: Ngày thị xã}}\n", "")
    rewrite(place, "former_units.csv", "2,Đông Thạnh,xã,Quận Một,106.8,9.4,101\n", "")
    rewrite(place, "city.yaml", "  days_off:\n", "  days_off: []\n")
    loaded = load_city(session, place, now=LATER)
    retired = {(change.kind, change.code) for change in loaded.changes if change.what == "retired"}
    assert retired == {
        ("category", "litter.dump"),
        ("department", "desk.night"),
        ("calendar_day", "2026-07-01"),
        ("former_unit", "2"),
    }
    assert session.scalars(select(Category.active).where(Category.code == "litter.dump")).one() is False
    assert session.scalars(select(Department.active).where(Department.code == "desk.night")).one() is False
    assert session.get(CalendarDay, date(2026, 7, 1)) is None
    assert len(session.scalars(select(FormerUnit)).all()) == 4


def test_what_was_retired_comes_back(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    line = "  - {code: cleaners, name: {vi: Công ty Môi trường}, kind: company}\n"
    rewrite(place, "departments.yaml", line, "")
    rewrite(place, "rules.yaml", "    executor: cleaners\n", "")
    load_city(session, place, now=LATER)
    for name in ("departments.yaml", "rules.yaml"):
        (place / name).write_text(FILES[name], encoding="utf-8")
    load_city(session, place, now=LATER + timedelta(days=1))
    assert session.scalars(select(Department.active).where(Department.code == "cleaners")).one() is True


def test_what_administrators_changed_stays_while_the_folder_says_the_same(
    session: Session, place: Path
) -> None:
    load_city(session, place, now=NOW)
    desk = session.scalars(select(Department).where(Department.code == "desk")).one()
    desk.phone = "1900 1111"
    own = Department(
        code="own", name={"vi": "Đội riêng"}, short_name={"vi": "Đội riêng"}, kind="city", ward_code=None
    )
    session.add(own)
    rule = session.scalars(select(RoutingRule).where(RoutingRule.number == 1)).one()
    rule.valid_to = LATER
    session.flush()
    session.add(
        RoutingRule(
            number=1, version=2, name={"vi": "Khác"}, spec=rule.spec, valid_from=LATER, created_by="admin"
        )
    )
    session.flush()
    loaded = load_city(session, place, now=LATER)
    assert what_changed(loaded) == {("department", "kept"): 1, ("rule", "kept"): 1}
    assert (desk.phone, own.active, loaded.revision) == ("1900 1111", True, 1)


def test_overwriting_brings_the_folder_back(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    desk = session.scalars(select(Department).where(Department.code == "desk")).one()
    desk.phone = "1900 1111"
    loaded = load_city(session, place, now=LATER, overwrite=True)
    assert what_changed(loaded) == {("department", "changed"): 1}
    assert desk.phone is None


def test_what_the_folder_newly_says_wins_over_administrators(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    desk = session.scalars(select(Department).where(Department.code == "desk")).one()
    desk.phone = "1900 1111"
    rewrite(place, "departments.yaml", "{code: desk, name", '{code: desk, phone: "1900 2222", name')
    load_city(session, place, now=LATER)
    assert desk.phone == "1900 2222"


def test_a_folder_with_mistakes_changes_nothing(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    rewrite(place, "rules.yaml", "lead: desk.night", "lead: nobody")
    with pytest.raises(CityRefused) as refused:
        load_city(session, place, now=LATER)
    assert [mistake.path for mistake in refused.value.mistakes] == ["rules[1].lead"]
    assert "rules.yaml:12:11: rules[1].lead" in str(refused.value)
    assert session.scalars(select(City)).one().revision == 1


def test_another_city_is_refused(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    rewrite(place, "city.yaml", "code: mau", "code: khac")
    with pytest.raises(CityRefused, match='this database is the city "mau"'):
        load_city(session, place, now=LATER)


def test_a_committee_may_be_named_otherwise(session: Session, place: Path) -> None:
    own = '  - {code: ubnd-dong, name: {vi: UBND Đông}, kind: ward, ward: "101"}\n'
    rewrite(place, "departments.yaml", "departments:\n", f"departments:\n{own}")
    rewrite(place, "areas.yaml", "units:\n", 'committee: {vi: "Ủy ban {name} ({kind})"}\nunits:\n')
    load_city(session, place, now=NOW)
    reference = load_reference(session)
    assert "101" not in reference.department_by_code
    assert reference.department_by_code["ubnd-dong"].ward_code == "101"
    assert reference.department_by_code["102"].name["vi"] == "Ủy ban Tây (phường)"


def test_two_who_load_at_once_load_once(clean_engine: Engine, place: Path) -> None:
    def load() -> LoadResult:
        with unit_of_work(clean_engine) as session:
            return load_city(session, place, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        results = [future.result() for future in (pool.submit(load), pool.submit(load))]
    assert sorted(bool(what_changed(loaded)) for loaded in results) == [False, True]
    assert {loaded.revision for loaded in results} == {1}


def test_what_a_loading_changed_is_audited(session: Session, place: Path) -> None:
    load_city(session, place, now=NOW)
    rewrite(place, "departments.yaml", "Ca đêm", "Ca trực đêm")
    load_city(session, place, now=LATER)
    load_city(session, place, now=LATER)
    first, second = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert (first.action, first.subject, first.at, first.staff_id) == ("city.load", "mau", NOW, None)
    assert first.after is not None
    assert first.after["entries"]["added"]["rule"] == ["1", "2"]
    assert second.before == {
        "department desk.night": {
            "name": {"vi": "Ca đêm", "en": "Ca đêm"},
            "short_name": {"vi": "Ca đêm", "en": "Ca đêm"},
        }
    }
    assert second.after is not None
    assert second.after["department desk.night"]["name"]["vi"] == "Ca trực đêm"
    assert second.after["revision"] == 2
