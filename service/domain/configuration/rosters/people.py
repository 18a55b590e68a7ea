"""Accounts by spreadsheet: new ones with a first password that must be changed, known ones changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.configuration.administration import people
from service.domain.configuration.administration.changes import EditStamp, alone
from service.domain.configuration.administration.people import NewPerson, PersonChange
from service.domain.configuration.rosters.grid import RosterColumn, RosterLine
from service.domain.configuration.rosters.trying import RosterAct, RosterResult, put_lines, try_lines
from service.domain.kernel.texts import fold
from service.domain.people.staff import find_account
from service.errors import invalid
from service.i18n import N_, pick, translate
from service.i18n.wording import ROLE_WORDS
from service.models import Role, Staff

COLUMNS = (
    RosterColumn("username", N_("Tên đăng nhập"), needed=True),
    RosterColumn("name", N_("Họ tên"), needed=True, width=28),
    RosterColumn("role", N_("Vai trò"), needed=True),
    RosterColumn("department", N_("Đơn vị"), width=36),
    RosterColumn("area_group", N_("Nhóm phường, xã"), width=20),
    RosterColumn("email", N_("Email"), width=28),
)


def people_rows(session: Session, reference: Reference) -> list[list[str]]:
    """Return every active account as a line of the file; what is imported again changes nothing."""
    return [
        [
            row.username,
            row.name,
            translate(ROLE_WORDS[row.role]),
            _department_name(reference, row),
            row.area_group or "",
            row.email or "",
        ]
        for row in people.all_people(session)
        if row.active and not row.demo
    ]


def try_people(
    session: Session, reference: Reference, stamp: EditStamp, lines: Sequence[RosterLine]
) -> list[RosterResult]:
    """Return what the lines would do. Changes nothing."""
    alone(session)
    return try_lines(session, lines, lambda line: _put(session, reference, stamp, line, None))


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
    alone(session)
    return put_lines(
        session,
        lines,
        lambda line: _put(session, reference, stamp, line, hashes.get(line.cells.get("username", ""))),
    )


def _put(
    session: Session, reference: Reference, stamp: EditStamp, line: RosterLine, password_hash: str | None
) -> tuple[RosterAct, Mapping[str, tuple[str, str]]]:
    cells = line.cells
    account = find_account(session, cells["username"])
    wanted: dict[str, object] = {"name": cells["name"], "role": _role(cells["role"])}
    if "department" in cells:
        wanted["department"] = _department(reference, cells["department"])
    if "area_group" in cells:
        wanted["area_group"] = cells["area_group"] or None
    if "email" in cells:
        wanted["email"] = cells["email"] or None
    if account is None:
        change = NewPerson.model_validate({**wanted, "username": cells["username"]})
        people.open_account(session, reference, stamp, change, password_hash or "")
        return "added", {}
    before = people.account_facts(reference, account)
    columns = {key: before[key] for key in ("name", "role", "department", "area_group", "email", "language")}
    version = people.account_version(reference, account)
    after = PersonChange.model_validate({**columns, **wanted, "version": version})
    people.change_account(session, reference, stamp, account.username, after)
    changes = dict(_differing(before, people.account_facts(reference, account)))
    return ("changed" if changes else "same"), changes


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
    if len(named) != 1:
        raise invalid(["department"], N_("Không có đơn vị “{name}”. Hãy ghi mã của đơn vị."), name=text)
    return named.pop()


def _department_name(reference: Reference, row: Staff) -> str:
    view = reference.departments.get(row.department_id or 0)
    return pick(view.name) if view else translate(_WHOLE)


_WHOLE = N_("Toàn thành phố")
