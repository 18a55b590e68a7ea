"""Accounts by spreadsheet: new ones with a first password that must be changed, known ones changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.configuration.administration import people
from service.domain.configuration.administration.changes import EditStamp, lock_configuration
from service.domain.configuration.administration.people import NewPerson, PersonChange
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
from service.domain.people.staff import NewAccount, check_account, find_account
from service.errors import Invalid, invalid
from service.i18n import N_, pick, translate
from service.i18n.wording import ROLE_WORDS
from service.models import Role, Staff

P = TypeVar("P", bound=PersonChange)

COLUMNS = (
    RosterColumn("username", N_("Tên đăng nhập"), needed=True, also=("tai khoan", "ten tai khoan")),
    RosterColumn("name", N_("Họ tên"), needed=True, width=28, also=("ho va ten", "ten")),
    RosterColumn("role", N_("Vai trò"), needed=True),
    RosterColumn("department", N_("Đơn vị"), width=36, also=("don vi cong tac", "co quan")),
    RosterColumn("area_group", N_("Nhóm phường, xã"), width=20),
    RosterColumn("email", N_("Email"), width=28, also=EMAIL_HEADINGS),
)


def people_rows(session: Session, reference: Reference) -> list[list[str]]:
    """Return every active account as a line of the file; what is imported again changes nothing."""
    return [
        [
            row.username,
            row.name,
            translate(ROLE_WORDS[row.role]),
            _department_name(reference, row),
            _group_name(reference, row),
            row.email or "",
        ]
        for row in people.all_people(session)
        if row.active and not row.demo
    ]


def try_people(
    session: Session, reference: Reference, stamp: EditStamp, lines: Sequence[RosterLine]
) -> list[RosterResult]:
    """Return what the lines would do. Changes nothing."""
    lock_configuration(session)
    return try_lines(session, lines, lambda line: _put(session, reference, stamp, line, None), "username")


def put_people(
    session: Session,
    reference: Reference,
    stamp: EditStamp,
    lines: Sequence[RosterLine],
    hashes: Mapping[str, str],
) -> list[RosterResult]:
    """Make and change the accounts; `hashes` are the first passwords' by username as the file has it.

    Raises RosterRefused where a line is wrong; then nothing is changed.
    """
    lock_configuration(session)
    return put_lines(
        session,
        lines,
        lambda line: _put(session, reference, stamp, line, hashes.get(line.cells.get("username", ""))),
        "username",
    )


def _put(
    session: Session, reference: Reference, stamp: EditStamp, line: RosterLine, password_hash: str | None
) -> tuple[RosterAct, Mapping[str, tuple[str, str]]]:
    cells, reader = line.cells, CellReader()
    account = find_account(session, cells["username"])
    wanted = _wanted(reference, cells, reader)
    if account is None:
        given = {**wanted, "username": cells["username"]}
        new = _checked(reference, reader, NewPerson, given, cells["username"])
        people.open_account(session, reference, stamp, new, password_hash or "")
        return "added", {}
    before = people.account_facts(reference, account)
    columns = {key: before[key] for key in ("name", "role", "department", "area_group", "email", "language")}
    version = people.account_version(reference, account)
    given = {**columns, **wanted, "version": version}
    after = _checked(reference, reader, PersonChange, given, account.username)
    people.change_account(session, reference, stamp, account.username, after)
    changes = dict(_differing(before, people.account_facts(reference, account)))
    return ("changed" if changes else "same"), changes


def _wanted(reference: Reference, cells: Mapping[str, str], reader: CellReader) -> dict[str, object]:
    # An unknown role is taken for one that a unit or a group of wards may stand beside.
    wanted: dict[str, object] = {"name": cells["name"]}
    wanted["role"] = reader.read(lambda: _role(cells["role"]), Role.INSPECTOR)
    if "department" in cells:
        wanted["department"] = reader.read(lambda: _department(reference, cells["department"]), None)
    if "area_group" in cells:
        wanted["area_group"] = reader.read(lambda: _group(reference, cells["area_group"]), None)
    if "email" in cells:
        wanted["email"] = cells["email"] or None
    return wanted


def _checked(
    reference: Reference, reader: CellReader, model: type[P], given: Mapping[str, object], username: str
) -> P:
    """Return the account that the line asks for. Raises Invalid with all that is wrong with it, once each."""
    made = reader.model(model, given)
    text = {key: str(given.get(key) or "") for key in ("name", "role", "department", "area_group")}
    new = NewAccount(
        username,
        text["name"],
        text["role"],
        text["department"] or None,
        area_group=text["area_group"] or None,
    )
    try:
        check_account(reference, new)
    except Invalid as refusal:  # of a role that is unknown nobody can say where it may stand
        reader.add(refusal.errors, but={"area_group"} if "role" in reader.wrong else ())
    reader.check()
    return made or model.model_validate(given)


def _differing(
    before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[tuple[str, tuple[str, str]]]:
    for key in ("name", "role", "department", "area_group", "email"):
        if before[key] != after[key]:
            yield key, (str(before[key] or "–"), str(after[key] or "–"))


def _role(text: str) -> Role:
    """Return the role of a word in either language, or of its code. Raises Invalid."""
    for role, words in ROLE_WORDS.items():
        if fold(text) in {fold(translate(words, "vi")), fold(translate(words, "en")), role.value}:
            return role
    known = ", ".join(translate(words) for words in ROLE_WORDS.values())
    raise invalid(["role"], N_("Không có vai trò “{role}”. Các vai trò: {known}."), role=text, known=known)


def _department(reference: Reference, text: str) -> str | None:
    """Return the code of a department by its code, name or short name; None for the whole city.

    Raises Invalid.
    """
    if not text or fold(text) in {fold(translate(_WHOLE, "vi")), fold(translate(_WHOLE, "en"))}:
        return None
    if text in reference.department_by_code:
        return text
    named = {
        view.code
        for view in reference.departments.values()
        for names in (view.name, view.short_name)
        if fold(text) in {fold(name) for name in names.values()}
    }
    return only_unit("department", text, named)


def _department_name(reference: Reference, row: Staff) -> str:
    view = reference.departments.get(row.department_id or 0)
    return pick(view.name) if view else translate(_WHOLE)


def _group(reference: Reference, text: str) -> str | None:
    """Return the code of a group of wards by its code or name; None for none. Raises Invalid."""
    if not text:
        return None
    for each in reference.config.area_groups:
        if text == each.code or fold(text) in {fold(name) for name in each.name.values()}:
            return each.code
    raise invalid(["area_group"], N_("Không có nhóm phường, xã “{code}”."), code=text)


def _group_name(reference: Reference, row: Staff) -> str:
    group = reference.area_group(row.area_group or "")
    return pick(group.name) if group else row.area_group or ""


_WHOLE = N_("Toàn thành phố")
