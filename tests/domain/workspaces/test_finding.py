"""A closed case is found by whoever has or had a part in it, whatever is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.access import find_report
from service.domain.workspaces.case_search import CaseSearchPage, find_cases, read_case_query
from service.errors import NotFound
from service.models import Report
from tests.support.factories import make_report
from tests.support.people import Cast, Person
from tests.support.small_city import IN_W1, NOON

LAST_MONTH = NOON - timedelta(days=35)
PART = ("department", "executor", "manager", "triage", "inspector", "administrator")
NO_PART = ("other_department", "other_executor", "other_manager", "ward_inspector")


@pytest.fixture
def case(session: Session, reference: Reference, cast: Cast) -> Report:
    lon, lat = IN_W1
    line = f"MULTILINESTRING(({lon - 0.001} {lat}, {lon + 0.001} {lat}))"
    session.execute(
        text(
            "INSERT INTO street (name, key, road_class, is_bridge, geom)"
            " VALUES ('Lê Lợi', 'le loi', 'residential', false, ST_GeomFromText(:line, 4326))"
        ),
        {"line": line},
    )
    session.execute(
        text(
            "INSERT INTO place_name (source, kind, name, key, initials, rank, street_key)"
            " VALUES ('street', 'street', 'Đường Lê Lợi', 'le loi', 'll', 1, 'le loi')"
        )
    )
    report = make_report(
        session,
        reference,
        "closed",
        lead="city-cables",
        executor="telecom",
        at=LAST_MONTH,
        description="Nắp hố ga kênh, ai cần gọi số 0914222333",
        holder_id=cast.department.account.id,
    )
    make_report(
        session,
        reference,
        "closed",
        lead="city-cables",
        executor="telecom",
        at=LAST_MONTH,
        place=(lon, lat + 0.002),
    )
    return report


def find(session: Session, reference: Reference, person: Person, typed: str) -> CaseSearchPage:
    query = read_case_query(reference, typed)
    return find_cases(session, reference, person.asker, query, now=NOON, public_url="")


def queries(report: Report) -> dict[str, str]:
    return {
        "code": report.code.lower().replace("-", " "),
        "words": "nap ho ga",
        "street": "le loi",
        "street and words": "nắp hố ga Lê Lợi",
        "street by its short word": "đ. Lê Lợi",
        "street by letters": "LL",
        "holder": "can bo department",
    }


WAYS = ("code", "words", "street", "street and words", "holder")


@pytest.mark.parametrize(
    ("name", "way"),
    # Contractors look for their own people alone.
    [(name, way) for name in PART for way in WAYS if (name, way) != ("executor", "holder")],
)
def test_each_role_finds_the_closed_case(
    session: Session, reference: Reference, cast: Cast, case: Report, name: str, way: str
) -> None:
    person = cast.everyone()[name]
    found = find(session, reference, person, queries(case)[way])
    assert [item.code for item in found.items] == [case.code]


@pytest.mark.parametrize("way", ["street by its short word", "street by letters"])
def test_streets_are_known_by_what_people_write(
    session: Session, reference: Reference, cast: Cast, case: Report, way: str
) -> None:
    found = find(session, reference, cast.triage, queries(case)[way])
    assert [item.code for item in found.items] == [case.code]
    assert found.street is not None and list(found.street.names) == ["Lê Lợi"]


@pytest.mark.parametrize("name", PART)
def test_the_unit_finds_it_too(
    session: Session, reference: Reference, cast: Cast, case: Report, name: str
) -> None:
    unit = reference.department_by_code["city-cables"].name["vi"]
    codes = [item.code for item in find(session, reference, cast.everyone()[name], unit).items]
    assert case.code in codes


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("Phòng Bưu chính – Viễn thông", ""),
        ("phong buu chinh-vien thong hố ga", "hố ga"),
        ("hố ga phòng bưu chính viễn thông", "hố ga"),
        ("Sở KH&CN", ""),
        ("bcvt hố ga", "hố ga"),
    ],
)
def test_a_unit_is_named_with_its_signs_or_without_and_by_its_initials(
    reference: Reference, typed: str, rest: str
) -> None:
    known = reference.department_by_code["cables-room"]
    room = replace(
        known,
        name={"vi": "Phòng Bưu chính – Viễn thông", "en": "Post Office"},
        short_name={"vi": "Sở KH&CN" if "KH" in typed else "Phòng BCVT", "en": "PO"},
    )
    there = replace(reference, departments={**reference.departments, known.id: room})
    query = read_case_query(there, typed)
    assert query.department == room and query.words == rest


@pytest.mark.parametrize("typed", ["Sở KH", "KH&CNX", "UBND", "phòng bưu"])
def test_half_a_name_is_no_unit(reference: Reference, typed: str) -> None:
    known = reference.department_by_code["cables-room"]
    room = replace(known, name={"vi": "Sở KH&CN"}, short_name={"vi": "UBND X"})
    other = reference.department_by_code["telecom"]
    twin = replace(other, short_name={"vi": "UBND Y"})
    there = replace(reference, departments={**reference.departments, known.id: room, other.id: twin})
    assert read_case_query(there, typed).department is None


@pytest.mark.parametrize("name", NO_PART)
def test_who_had_no_part_finds_nothing(
    session: Session, reference: Reference, cast: Cast, case: Report, name: str
) -> None:
    for typed in queries(case).values():
        assert not find(session, reference, cast.everyone()[name], typed).items, typed


def test_a_masked_number_is_no_word(session: Session, reference: Reference, cast: Cast, case: Report) -> None:
    assert not find(session, reference, cast.department, "0914222333").items
    assert [item.code for item in find(session, reference, cast.triage, "0914222333").items] == [case.code]


@pytest.mark.parametrize("name", ["department", "manager", "executor"])
def test_who_had_a_part_finds_and_reads_and_works_no_more(
    session: Session, reference: Reference, cast: Cast, case: Report, name: str
) -> None:
    other = reference.department_by_code["ward-W2"].id
    gone = {"lead_id": other, "executor_id": reference.department_by_code["sanitation"].id}
    session.execute(update(Report).where(Report.id == case.id).values(gone))
    person = cast.everyone()[name]
    for way in ("code", "words", "street"):
        found = find(session, reference, person, queries(case)[way])
        assert [item.code for item in found.items] == [case.code], way
    access = find_report(session, person.asker, case.code, now=NOON)
    assert access.inside and access.former and not access.works


def test_a_contractors_people_lose_what_their_unit_only_led(
    session: Session, reference: Reference, cast: Cast, case: Report
) -> None:
    telecom, other = (reference.department_by_code[code].id for code in ("telecom", "ward-W2"))
    session.execute(update(Report).where(Report.id == case.id).values(executor_id=None, published=False))
    session.execute(
        update(Report).where(Report.id == case.id).values(lead_id=telecom, former_executor_ids=[])
    )
    session.execute(update(Report).where(Report.id == case.id).values(lead_id=other))
    assert not find(session, reference, cast.executor, "nap ho ga").items
    with pytest.raises(NotFound):
        find_report(session, cast.executor.asker, case.code, now=NOON)
