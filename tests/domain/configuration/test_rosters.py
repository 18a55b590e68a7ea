"""People and departments by spreadsheet: tried line by line, put in force whole or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.configuration.rosters import people, units
from service.domain.configuration.rosters.grid import RosterLine, read_grid
from service.domain.configuration.rosters.roster_trials import RosterRefused, RosterResult
from service.errors import Invalid
from service.models import Department, Role, Staff
from tests.support.people import Cast
from tests.support.small_city import NOON

HEAD = ["Tên đăng nhập", "Họ tên", "Vai trò", "Đơn vị", "Email"]


@pytest.fixture
def stamp(cast: Cast) -> EditStamp:
    account = cast.administrator.account
    return EditStamp(account.id, account.name, NOON)


def lines(*rows: list[str]) -> list[RosterLine]:
    return read_grid([["Danh sách"], HEAD, *rows], people.COLUMNS)


def departments(session: Session) -> list[list[str]]:
    """The file of the departments, but for those of the small city whose codes are no codes of a real one."""
    rows = [row for row in units.unit_rows(session) if row[0].islower()]
    return [[column.heading for column in units.COLUMNS], *rows]


def test_headings_are_found_in_either_language_and_empty_lines_left_out() -> None:
    found = read_grid(
        [["x"], ["user", "TEN DANG NHAP", "Full name", "họ tên", "Role"], [], ["", "an", "", "An", ""]],
        (people.COLUMNS[0], people.COLUMNS[1]),
    )
    assert [(each.number, each.cells) for each in found] == [(4, {"username": "an", "name": "An"})]
    for rows in ([["a", "b"]], [HEAD]):
        with pytest.raises(Invalid):
            read_grid(rows, people.COLUMNS)


def test_each_line_says_what_it_would_do_and_nothing_is_done(
    session: Session, reference: Reference, cast: Cast, stamp: EditStamp
) -> None:
    known = session.get_one(Staff, cast.department.account.id)
    unit = reference.departments[known.department_id or 0]
    before = session.scalar(select(func.count()).select_from(Staff))
    results = people.try_people(
        session,
        reference,
        stamp,
        lines(
            ["an.moi", "Nguyễn An", "Cán bộ xử lý", unit.name["vi"].upper(), "an@hue.example"],
            [known.username, "Tên khác", "department", unit.code, known.email or ""],
            ["x", "Thiếu đơn vị", "can bo xu ly", "", ""],
            ["y.moi", "Sai", "Vua", unit.code, ""],
            ["z.moi", "Sai", "Lãnh đạo", "Sở Không Có", ""],
            ["t.moi", "Sai", "Lãnh đạo", "", "không phải thư"],
        ),
    )
    assert [each.act for each in results] == ["added", "changed", *["wrong"] * 4]
    assert results[1].changes == {"name": (known.name, "Tên khác")}
    assert all(each.problems for each in results[2:])
    assert session.scalar(select(func.count()).select_from(Staff)) == before
    assert session.get_one(Staff, known.id).name != "Tên khác"


def test_a_file_is_put_in_force_whole_or_not_at_all(
    session: Session, reference: Reference, cast: Cast, stamp: EditStamp
) -> None:
    good, wrong = ["an.moi", "An", "Thanh tra", "", ""], ["b.moi", "B", "Vua", "", ""]
    with pytest.raises(RosterRefused):
        people.put_people(session, reference, stamp, lines(good, wrong), {"an.moi": "hash"})
    assert session.scalar(select(Staff).where(Staff.username == "an.moi")) is None
    people.put_people(session, reference, stamp, lines(good), {"an.moi": "hash"})
    made = session.scalars(select(Staff).where(Staff.username == "an.moi")).one()
    assert (made.role, made.password_hash, made.must_change_password) == (Role.INSPECTOR, "hash", True)


def test_what_was_taken_and_is_sent_back_changes_nothing(
    session: Session, reference: Reference, cast: Cast, stamp: EditStamp
) -> None:
    rows = people.people_rows(session, reference)
    assert rows and {each.act for each in people.try_people(session, reference, stamp, lines(*rows))} == {
        "same"
    }
    taken = departments(session)
    sent = read_grid(taken, units.COLUMNS)
    assert [each for each in units.try_units(session, stamp, sent) if each.act != "same"] == []


def test_departments_are_made_and_changed(session: Session, reference: Reference, stamp: EditStamp) -> None:
    taken = departments(session)
    taken[1][8] = "don.vi@hue.example"
    new = ["so-moi", "Sở Mới", "", "SM", "Cơ quan của thành phố", "", "", "", ""]
    sent = read_grid([*taken, new], units.COLUMNS)
    results = units.put_units(session, stamp, sent)
    assert [each.act for each in results if each.act != "same"] == ["changed", "added"]
    assert session.scalars(select(Department).where(Department.code == "so-moi")).one().name["vi"] == "Sở Mới"
    wrong = units.try_units(session, stamp, read_grid([taken[0], ["X Y", "Sai", *[""] * 7]], units.COLUMNS))
    assert wrong[0].act == "wrong" and wrong[0].problems


def told(result: RosterResult) -> list[tuple[str, str]]:
    return [(each.column, each.cell) for each in result.problems]


def test_a_line_tells_all_its_mistakes_at_once_each_with_its_cell(
    session: Session, reference: Reference, stamp: EditStamp
) -> None:
    wrong = ["Có Dấu", "", "Vua", "Sở Không Có", "không phải thư"]
    tried = people.try_people(
        session,
        reference,
        stamp,
        lines(wrong, ["moi.1", "Một", "Cán bộ xử lý", "", ""], ["moi.1", "M", "Thanh tra", "", ""]),
    )
    assert told(tried[0]) == [
        ("username", "A3"),
        ("name", "B3"),
        ("role", "C3"),
        ("department", "D3"),
        ("email", "E3"),
    ]
    assert told(tried[1]) == [("department", "D4")] and told(tried[2]) == [("username", "A5")]
    assert "4" in tried[2].problems[0].text
    head = [column.heading for column in units.COLUMNS]
    row = ["MÃ SAI", "", "", "", "Loại lạ", "Sở Không Có", "Phường Lạ", "abc", "xyz"]
    [found] = units.try_units(session, stamp, read_grid([head, row], units.COLUMNS))
    columns = ("code", "name", "kind", "parent", "ward", "phone", "email")
    assert told(found) == [(column, f"{cell}2") for column, cell in zip(columns, "ABEFGHI", strict=True)]


def test_units_above_and_wards_may_be_named_as_people_call_them(
    session: Session, reference: Reference, stamp: EditStamp
) -> None:
    above, ward = reference.department_by_code["city-cables"], reference.ward_by_code["W1"]
    head = [column.heading for column in units.COLUMNS]
    row = ["to-moi", "Tổ Mới", "", "", "", above.name["vi"].upper(), ward.full_name, "", ""]
    [found] = units.put_units(session, stamp, read_grid([head, row], units.COLUMNS))
    made = session.scalars(select(Department).where(Department.code == "to-moi")).one()
    assert (found.act, made.parent_id, made.ward_code) == ("added", above.id, "W1")


def test_headings_go_by_what_offices_call_them_and_may_stand_twice_below_each_other() -> None:
    head = ["STT", "Tài khoản", "Họ  và tên:", "Vai trò *", "Đơn vị công tác", "E-mail"]
    data = ["1", " an.moi ", "Nguyễn\u00a0 Văn  An", "Thanh tra", "", ""]
    [line] = read_grid([["DANH SÁCH"], head, head, data, [""] * 6], people.COLUMNS)
    assert line.cells == {
        "username": "an.moi",
        "name": "Nguyễn Văn An",
        "role": "Thanh tra",
        "department": "",
        "email": "",
    }
    with pytest.raises(Invalid) as refused:
        read_grid([[*head, "email"], data], people.COLUMNS)
    assert refused.value.errors[0].params == {"column": "Email"}


def test_a_formula_without_a_result_is_told_by_its_cell(
    session: Session, reference: Reference, stamp: EditStamp
) -> None:
    rows = ["=A1&B1", "An", "Thanh tra", "", ""], ["b.moi", "#N/A", "Thanh tra", "#REF!", "b@hue.example"]
    tried = people.try_people(session, reference, stamp, lines(*rows))
    assert [told(each) for each in tried] == [[("username", "A3")], [("name", "B4"), ("department", "D4")]]
    assert "công thức" in tried[0].problems[0].text


def test_units_without_a_code_go_by_their_name(
    session: Session, reference: Reference, stamp: EditStamp
) -> None:
    known = reference.department_by_code["city-cables"]
    head, name = ["Tên đơn vị", "SĐT"], known.name["vi"].upper().replace(" ", "  ")
    rows = [[name, "2343822888"], ["Trạm Thủy nông số 9", "0234 3822 888"], ["Trạm Đèn", "19001075"]]
    found = units.put_units(session, stamp, read_grid([head, *rows], units.COLUMNS))
    assert [each.act for each in found] == ["changed", "added", "added"]
    assert session.get_one(Department, known.id).phone == "02343822888", "the nought that Excel drops is back"
    made = session.scalars(select(Department).where(Department.code == "tram_thuy_nong_so_9")).one()
    assert (made.name["vi"], made.phone) == ("Trạm Thủy nông số 9", "0234 3822 888")
    assert session.scalars(select(Department.phone).where(Department.code == "tram_den")).one() == "19001075"


def test_a_name_that_several_units_have_wants_a_code(
    session: Session, reference: Reference, stamp: EditStamp
) -> None:
    head = [column.heading for column in units.COLUMNS]
    twins = [[code, "Đội Một", *[""] * 7] for code in ("doi-a", "doi-b")]
    below = ["to-x", "Tổ X", "", "", "", "đội một", "", "", ""]
    *_, last = units.try_units(session, stamp, read_grid([head, *twins, below], units.COLUMNS))
    assert told(last) == [("parent", "F4")] and "Có nhiều đơn vị" in last.problems[0].text
