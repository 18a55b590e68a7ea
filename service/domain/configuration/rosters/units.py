"""Departments by spreadsheet; what a file leaves out stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.configuration.administration import departments
from service.domain.configuration.administration.changes import EditStamp, lock_configuration
from service.domain.configuration.administration.departments import DepartmentChange
from service.domain.configuration.administration.made_codes import code_of_name
from service.domain.configuration.rosters.grid import EMAIL_HEADINGS, RosterColumn, RosterLine
from service.domain.configuration.rosters.roster_trials import (
    CellReader,
    RosterAct,
    RosterResult,
    only_unit,
    put_lines,
    try_lines,
)
from service.domain.kernel.texts import fold
from service.errors import Invalid, invalid
from service.i18n import N_, translate
from service.models import Area, Department

COLUMNS = (
    RosterColumn("code", N_("Mã"), also=("ma don vi",)),
    RosterColumn("name", N_("Tên"), needed=True, width=40, also=("ten don vi",)),
    RosterColumn("name_en", N_("Tên tiếng Anh"), width=40),
    RosterColumn("short_name", N_("Tên ngắn"), also=("ten viet tat", "viet tat")),
    RosterColumn("kind", N_("Loại")),
    RosterColumn("parent", N_("Thuộc"), also=("don vi cap tren", "truc thuoc")),
    RosterColumn("ward", N_("Phường, xã")),
    RosterColumn("phone", N_("Điện thoại"), also=("so dien thoai", "sdt", "dien thoai lien he")),
    RosterColumn("email", N_("Email"), width=28, also=EMAIL_HEADINGS),
)
KIND_WORDS: Mapping[str, str] = {
    "city": N_("Cơ quan của thành phố"),
    "ward": N_("UBND phường, xã"),
    "company": N_("Doanh nghiệp"),
    "body": N_("Đoàn thể, cơ quan Đảng"),
}


def unit_rows(session: Session) -> list[list[str]]:
    """Return every active department as a line of the file."""
    found = []
    for row in departments.all_departments(session):
        said = departments.department_facts(session, row)
        if row.active:
            kind = translate(KIND_WORDS[row.kind]) if row.kind in KIND_WORDS else row.kind
            texts = (said["parent"], row.ward_code, row.phone, row.email)
            names = (row.name["vi"], row.name.get("en", ""), row.short_name.get("vi", ""))
            found.append([row.code, *names, kind, *(str(each or "") for each in texts)])
    return found


def try_units(session: Session, stamp: EditStamp, lines: Sequence[RosterLine]) -> list[RosterResult]:
    """Return what the lines would do. Changes nothing."""
    lock_configuration(session)
    return try_lines(session, lines, lambda line: _put(session, stamp, line), "code")


def put_units(session: Session, stamp: EditStamp, lines: Sequence[RosterLine]) -> list[RosterResult]:
    """Make and change departments. Raises RosterRefused where a line is wrong; then nothing is changed."""
    lock_configuration(session)
    return put_lines(session, lines, lambda line: _put(session, stamp, line), "code")


def _put(
    session: Session, stamp: EditStamp, line: RosterLine
) -> tuple[RosterAct, Mapping[str, tuple[str, str]]]:
    cells, reader = line.cells, CellReader()
    row = _known(session, cells.get("code", ""), cells["name"])
    code = cells.get("code") or (row.code if row else _new_code(session, cells["name"]))
    before = departments.department_change_of(session, row).model_dump() if row is not None else None
    wanted = dict(before or {"code": code, "kind": "city"})
    old_name = before["name"] if before else {}
    wanted["name"] = {"vi": cells["name"], "en": cells.get("name_en", old_name.get("en")) or None}
    if cells.get("short_name"):
        same = before and before["short_name"] and before["short_name"]["vi"] == cells["short_name"]
        wanted["short_name"] = before["short_name"] if same and before else {"vi": cells["short_name"]}
    if cells.get("kind"):
        wanted["kind"] = reader.read(lambda: _kind(cells["kind"]), wanted["kind"])
    for key in ("phone", "email"):
        if key in cells:
            wanted[key] = (_phone(cells[key]) if key == "phone" else cells[key]) or None
    if "parent" in cells:
        wanted["parent"] = reader.read(lambda: _parent(session, cells["parent"]), None)
    if "ward" in cells:
        wanted["ward"] = reader.read(lambda: _ward(session, cells["ward"], row), None)
    change = reader.model(DepartmentChange, wanted)
    made = _made(session, stamp, row, change, reader) if change else None
    reader.check()
    if made is None:  # the reader has said why
        raise invalid(["code"], N_("Không đúng dạng."))
    if before is None:
        return "added", {}
    after = departments.department_change_of(session, made).model_dump()
    changes = {
        key: (_text(before[key]), _text(after[key]))
        for key in ("name", "short_name", "kind", "parent", "ward", "phone", "email")
        if before[key] != after[key]
    }
    return ("changed" if changes else "same"), changes


def _made(
    session: Session, stamp: EditStamp, row: Department | None, change: DepartmentChange, reader: CellReader
) -> Department | None:
    """Put a unit in force; None where something is wrong with it, which the reader keeps."""
    try:
        return departments.put_department(session, stamp, row.code if row else None, change)
    except Invalid as refusal:  # of an unknown kind nobody can say whether it needs a ward
        reader.add(refusal.errors, but={"ward"} if "kind" in reader.wrong else ())
        return None


def _known(session: Session, code: str, name: str) -> Department | None:
    """Return the unit of that code; without a code the active one of that name, if there is one alone."""
    if code:
        return session.scalar(select(Department).where(Department.code == code))
    rows = session.scalars(select(Department).where(Department.active)).all()
    found = [row for row in rows if fold(row.name["vi"]) == fold(name)]
    return found[0] if len(found) == 1 else None


def _new_code(session: Session, name: str) -> str:
    return code_of_name(name, taken=set(session.scalars(select(Department.code))))


def _phone(text: str) -> str:
    """Return the number with the nought that a spreadsheet drops from one typed as a figure."""
    dropped = text.isdecimal() and len(text) in (9, 10) and text[0] not in "01"
    return f"0{text}" if dropped else text


def _parent(session: Session, text: str) -> str | None:
    """Return the code of a unit by its code, name or short name. Raises Invalid."""
    if not text:
        return None
    rows = session.scalars(select(Department)).all()
    if any(row.code == text for row in rows):
        return text
    named = {
        row.code
        for row in rows
        for names in (row.name, row.short_name)
        if fold(text) in {fold(name) for name in names.values() if name}
    }
    return only_unit("parent", text, named)


def _ward(session: Session, text: str, row: Department | None) -> str | None:
    """Return the code of a ward in force by its code or name, or the one the unit had. Raises Invalid."""
    if not text:
        return None
    wards = session.execute(select(Area.code, Area.name, Area.full_name).where(Area.valid_to.is_(None))).all()
    if any(each.code == text for each in wards) or (row is not None and row.ward_code == text):
        return text
    named: set[str] = {each.code for each in wards if fold(text) in {fold(each.name), fold(each.full_name)}}
    if len(named) != 1:
        raise invalid(["ward"], N_("Không có phường, xã “{code}”."), code=text)
    return named.pop()


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return " / ".join(str(each) for each in value.values() if each)
    return str(value or "–")


def _kind(text: str) -> str:
    for kind, words in KIND_WORDS.items():
        if fold(text) in {fold(translate(words, "vi")), fold(translate(words, "en")), kind}:
            return kind
    known = ", ".join(translate(words) for words in KIND_WORDS.values())
    raise invalid(["kind"], N_("Không có loại đơn vị “{kind}”. Các loại: {known}."), kind=text, known=known)
