"""People and departments by spreadsheet: taken, filled in, tried line by line, put in force."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from service.domain.configuration.rosters import people, units
from service.domain.configuration.rosters.grid import RosterColumn, RosterLine, read_grid
from service.domain.configuration.rosters.roster_trials import RosterRefused, RosterResult
from service.domain.people.passwords import generate
from service.domain.workspaces.downloads.office import Column, Sheet, sheet_bytes
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.errors import AppError, Invalid, invalid
from service.i18n import N_, translate
from service.pages.admin.visit import AdminForm, AdminFormDep, AdminVisit, AdminVisitDep
from service.pages.shared.forms import sent_json
from service.signin.throttling import hashed
from service.web.exports import attachment
from service.web.reading.table_file import read_tables

router = APIRouter(prefix="/admin/rosters")

Kind = Annotated[Literal["people", "departments"], Path()]
Form = Annotated[Literal["xlsx", "csv"], Path()]
MOST_BYTES, FORM_BYTES = 2 << 20, 100_000
EXAMPLES = {
    "people": [["an.nguyen", "Nguyễn Văn An", N_("Cán bộ xử lý"), "", "", "an@example.vn"]],
    "departments": [
        ["so-vi-du", "Sở Ví dụ", "Example Department", "Sở VD", N_("Cơ quan của thành phố"), "", "", "", ""]
    ],
}
ACTS = {
    "added": ("green", "plus", N_("thêm mới")),
    "changed": ("blue", "edit", N_("sửa")),
    "same": ("grey", "minus", N_("như cũ")),
    "wrong": ("red", "alert", N_("sai")),
}


@dataclass(frozen=True, slots=True)
class RosterPage:
    """Words of a roster's page."""

    title: str
    back: str
    columns: Sequence[RosterColumn]


PAGES = {
    "people": RosterPage(N_("Tài khoản bằng bảng tính"), "/admin/people", people.COLUMNS),
    "departments": RosterPage(N_("Đơn vị bằng bảng tính"), "/admin/departments", units.COLUMNS),
}


@router.get("/{kind}")
async def form(kind: Kind, visit: AdminVisitDep) -> Response:
    """Show the files to take, and the form that takes one."""
    return _draw(visit, kind)


@router.get("/{kind}/file.{form}")
async def file(
    kind: Kind, form: Form, visit: AdminVisitDep, template: Annotated[bool, Query()] = False
) -> Response:
    """Download the list as it is, or the template."""
    if template:
        rows = [[translate(cell) for cell in row] for row in EXAMPLES[kind]]
    elif kind == "people":
        rows = await visit.run(people.people_rows, visit.reference)
    else:
        rows = await visit.run(units.unit_rows)
    shown = PAGES[kind]
    columns = tuple(Column(translate(each.heading), "text", each.width) for each in shown.columns)
    sheet = Sheet(translate(shown.title), (), columns)
    body = await to_thread.run_sync(sheet_bytes, form, visit.zone, sheet, rows)
    name = f"{'mau-' if template else ''}{'tai-khoan' if kind == 'people' else 'don-vi'}.{form}"
    return Response(body, media_type=MEDIA_TYPES[form], headers=attachment(name))


@router.post("/{kind}", max_body_size=MOST_BYTES + FORM_BYTES)
async def look(kind: Kind, sent: AdminFormDep) -> Response:
    """Try a file: what each line would do, and what is wrong with it."""
    visit = sent.visit
    try:
        lines = _lines(await _tables(sent), PAGES[kind].columns)
        results = await _tried(visit, kind, lines)
    except AppError as error:
        return _draw(visit, kind, error=error)
    return _draw(visit, kind, results=results, lines=lines)


@router.post("/{kind}/put", max_body_size=2 * MOST_BYTES)
async def put(kind: Kind, sent: AdminFormDep) -> Response:
    """Put the lines that were looked at in force; first passwords are shown this once."""
    visit = sent.visit
    try:
        lines = _sent_lines(sent, PAGES[kind].columns)
        if kind == "departments":
            await visit.run(units.put_units, visit.stamp, lines)
            return _draw(visit, kind, done=len(lines))
        passwords = await _first_passwords(visit, lines)
        hashes = {name: digest for name, (_, digest) in passwords.items()}
        await visit.run(people.put_people, visit.reference, visit.stamp, lines, hashes)
    except RosterRefused as refusal:
        return _draw(visit, kind, results=refusal.results, error=refusal)
    except AppError as error:
        return _draw(visit, kind, error=error)
    made = [
        (line.cells, passwords[line.cells["username"]][0])
        for line in lines
        if line.cells["username"] in passwords
    ]
    return _draw(visit, kind, done=len(lines), made=made)


async def _tried(visit: AdminVisit, kind: str, lines: Sequence[RosterLine]) -> list[RosterResult]:
    if kind == "people":
        return await visit.run(people.try_people, visit.reference, visit.stamp, lines)
    return await visit.run(units.try_units, visit.stamp, lines)


async def _first_passwords(visit: AdminVisit, lines: Sequence[RosterLine]) -> dict[str, tuple[str, str]]:
    """Return a password and its hash for each new account; hashed before any transaction."""
    results = await visit.run(people.try_people, visit.reference, visit.stamp, lines)
    if any(each.act == "wrong" for each in results):
        raise RosterRefused(results)
    found = {}
    for each in results:
        if each.act == "added":
            made = generate()
            found[each.line.cells["username"]] = made, await hashed(made)
    return found


async def _tables(sent: AdminForm) -> list[list[list[str]]]:
    """Return the cells of the file that was chosen, sheet by sheet. Raises Invalid and what a workbook
    raises.
    """
    missing = N_("Hãy chọn một tệp Excel (.xlsx) hoặc CSV.")
    name, data = await sent.form.file("file", MOST_BYTES, missing)
    if len(data) > MOST_BYTES:
        raise invalid(["file"], N_("Tệp quá lớn. Tối đa 2 MB."))
    return await read_tables(name, data)


def _lines(tables: Sequence[list[list[str]]], columns: Sequence[RosterColumn]) -> list[RosterLine]:
    """Return the lines of the first sheet that has the headings. Raises Invalid where none has them."""
    for table in tables[:-1]:
        with suppress(Invalid):
            return read_grid(table, columns)
    return read_grid(tables[-1] if tables else [], columns)


def _sent_lines(sent: AdminForm, columns: Sequence[RosterColumn]) -> list[RosterLine]:
    """Return the lines that the page carried along. Raises Invalid."""
    known = {each.key for each in columns}
    needed = {each.key for each in columns if each.needed}
    try:
        rows = sent_json(sent.form.as_sent("lines"))
        lines = [
            RosterLine(int(number), {key: str(text) for key, text in cells.items() if key in known})
            for number, cells in rows
        ]
    except (ValueError, TypeError, AttributeError, OverflowError):
        lines = []
    if not lines or any(needed - set(line.cells) for line in lines):
        raise invalid(["file"], N_("Hãy chọn một tệp Excel (.xlsx) hoặc CSV."))
    return lines


def _draw(
    visit: AdminVisit,
    kind: str,
    *,
    results: Sequence[RosterResult] = (),
    lines: Sequence[RosterLine] = (),
    done: int = 0,
    made: Sequence[tuple[dict[str, str], str]] = (),
    error: AppError | None = None,
) -> Response:
    counts = {act: sum(each.act == act for each in results) for act in ACTS}
    context = {
        "kind": kind,
        "shown": PAGES[kind],
        "results": results,
        "counts": counts,
        "acts": ACTS,
        "lines": json.dumps([[each.number, each.cells] for each in lines], ensure_ascii=False),
        "headings": {each.key: each.heading for each in PAGES[kind].columns},
        "put": done,
        "made": made,
    }
    response = visit.draw("admin/roster.html", context, error=error)
    response.headers["Cache-Control"] = "no-store"
    return response
