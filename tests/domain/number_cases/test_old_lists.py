"""Old lists of numbers: understood row by row, counted as seen, never a witness, entered once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from service.domain.city.office_lists import ImportCounts
from service.domain.number_cases.forms import NewObjection
from service.domain.number_cases.old_lists.imports import keep_old_rows
from service.domain.number_cases.old_lists.sheet import MOST_ROWS, OldList, read_old_list
from service.domain.number_cases.publicity.objections import object_to_listing
from service.domain.number_cases.views import list_register, number_story
from service.domain.numbers.number_lists import list_numbers
from service.domain.numbers.proposals import forget_proposed
from service.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from service.models import AdNumber, OldSighting
from tests.support.numbers.stage import DIGITS, FAR_OFF, NumbersStage
from tests.support.people import KEY, Cast, Person

HEAD = ["STT", "Số điện thoại", "Ngày", "Địa điểm", "Phường/xã", "Nội dung"]


def understood(stage: NumbersStage, cast: Cast, *rows: list[str], head: list[str] = HEAD) -> OldList:
    ctx = stage.ctx(cast.department)
    return read_old_list(ctx.reference, ctx.calendar, [head, *rows], ctx.now)


def entered(stage: NumbersStage, person: Person, cast: Cast, *rows: list[str]) -> ImportCounts:
    return keep_old_rows(stage.ctx(person), understood(stage, cast, *rows).items)


def row(
    digits: str = DIGITS, day: str = "12/03/2025", place: str = "Cột điện 15", words: str = "Vay nóng"
) -> list[str]:
    return ["1", digits, day, place, "", words]


def test_columns_are_guessed_and_refused_rows_are_named(stage: NumbersStage, cast: Cast) -> None:
    ward = next(each for each in stage.reference.wards.values() if each.current)
    found = understood(
        stage,
        cast,
        ["1", "0951.234.507", "2025-03-12", "12 Lê Lợi", ward.name, "Khoan giếng"],
        ["2", "951234508", "12/3/2025", f"Chợ, {ward.full_name}", "", "=1+1"],
        ["3", "12345", "12/03/2025", "", "", ""],
        ["", "", "", "", "", ""],
        ["5", DIGITS, "mùa xuân", "", "", ""],
        ["6", DIGITS, "12/03/2027", "", "", ""],
        ["7", DIGITS, "12/03/0202", "", "", ""],
        ["8", "+84 951 234 507", "12/03/2025", "12 Lê Lợi", ward.name, "lặp lại"],
        ["9"],
    )
    assert [(each.row, each.number.digits, each.seen_on, each.ward_id) for each in found.items] == [
        (2, DIGITS, date(2025, 3, 12), ward.id),
        (3, "0951234508", date(2025, 3, 12), ward.id),
    ]
    assert [at for at, _, _ in found.refused] == [4, 6, 7, 8, 9, 10]
    assert found.refused[4][2] == {"n": 2}
    assert len({why for _, why, _ in found.refused}) == 5


@pytest.mark.parametrize("head", [["Số điện thoại", "Địa điểm"], ["Ngày", "Nội dung"], ["a", "b"]])
def test_a_table_without_numbers_or_days_is_refused(stage: NumbersStage, cast: Cast, head: list[str]) -> None:
    with pytest.raises(Invalid):
        understood(stage, cast, head=head)


def test_two_thousand_rows_and_no_more(stage: NumbersStage, cast: Cast) -> None:
    rows = [row(place=str(at)) for at in range(MOST_ROWS + 1)]
    assert len(understood(stage, cast, *rows[:-1]).items) == MOST_ROWS
    with pytest.raises(TooLarge):
        understood(stage, cast, *rows)


def test_what_old_lists_saw_counts_and_verifies_nothing(stage: NumbersStage, cast: Cast) -> None:
    rows = [row(), row(day="13/03/2025", place="Chợ Đông Ba"), row("0951234508")]
    assert entered(stage, cast.department, cast, *rows) == ImportCounts(3, 0)
    assert entered(stage, cast.department, cast, *rows) == ImportCounts(0, 3), "the same file again"
    number = stage.number()
    assert (number.sightings, number.places, number.verified_at) == (2, 2, None)
    assert number.first_seen is not None
    assert stage.ctx(cast.department).calendar.local(number.first_seen).date() == date(2025, 3, 12)
    assert stage.see(cast.triage).verified_at is None, "one report and a list are one witness"
    assert stage.number().sightings == 3
    with pytest.raises(Conflict):
        stage.open(cast.department, number)
    assert stage.see(cast.triage, place=FAR_OFF).verified_at is not None
    assert entered(stage, cast.department, cast, row(place="Cầu")) == ImportCounts(1, 0)
    assert stage.number().verified_at is not None
    assert stage.open(cast.department, stage.number()).side.offence == 1, "no list makes an offence"


def test_the_unit_of_a_list_and_coordinators_see_it(stage: NumbersStage, cast: Cast) -> None:
    entered(stage, cast.department, cast, row())
    number = stage.number()
    for person in (cast.department, cast.triage):
        [old] = number_story(stage.ctx(person), number.id).old
        assert (old.seen_on, old.place, old.words) == (date(2025, 3, 12), "Cột điện 15", "Vay nóng")
        assert [each.id for each in list_register(stage.ctx(person), "confirmed")] == [number.id]
        assert [each.id for each in list_numbers(stage.session, person.actor, "")] == [number.id]
    for person in (cast.other_department, cast.executor, cast.administrator):
        with pytest.raises(NotFound):
            number_story(stage.ctx(person), number.id)
        assert list_register(stage.ctx(person), "confirmed") == []


def test_who_enters_old_lists(stage: NumbersStage, cast: Cast) -> None:
    assert entered(stage, cast.triage, cast, row()) == ImportCounts(1, 0)
    for person, refused in (
        (cast.manager, Forbidden),
        (cast.inspector, Forbidden),
        (cast.executor, NotFound),
        (cast.administrator, NotFound),
    ):
        with pytest.raises(refused):
            entered(stage, person, cast, row("0951234509"))
    assert stage.session.scalar(select(func.count()).select_from(OldSighting)) == 1


def test_numbers_that_something_names_are_not_forgotten(stage: NumbersStage, cast: Cast) -> None:
    entered(stage, cast.department, cast, row())
    objected, idle = "0951234510", "0951234511"
    for digits in (objected, idle):
        stage.session.add(
            AdNumber(e164=f"+84{digits[1:]}", shown=digits, kind="mobile", created_at=stage.now)
        )
    stage.session.flush()
    said = NewObjection(id=uuid4(), number=objected, words="Không phải tôi")
    object_to_listing(
        stage.session, stage.reference, stage.ctx(cast.department).calendar, KEY, said, stage.now
    )
    forget_proposed(stage.session, stage.now + timedelta(days=91))
    left = set(stage.session.scalars(select(AdNumber.e164)))
    assert left == {f"+84{DIGITS[1:]}", f"+84{objected[1:]}"}
