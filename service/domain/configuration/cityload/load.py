"""A city folder into the tables, within the caller's transaction; loading again changes only what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.domain.configuration.cityfile.checks.whole import check_folder
from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.places import Mistake
from service.domain.configuration.cityload import areas as area_rows
from service.domain.configuration.cityload import entries
from service.domain.configuration.cityload.ledger import Columns, EntryChange, Ledger, audit_facts
from service.domain.configuration.cityload.tables import Row, in_place, versioned
from service.domain.kernel.audit import write_entry
from service.domain.kernel.sql import one_at_a_time
from service.models import (
    CalendarDay,
    Category,
    City,
    DeadlinePolicy,
    Department,
    FormerUnit,
    ManualChange,
    ReplyTemplate,
    RoutingRule,
)

LOCK = 0x48756543  # any number that no other advisory lock here has


class CityRefused(Exception):
    """The folder may not be loaded; `mistakes` say why, errors first."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        errors = [str(mistake) for mistake in mistakes if mistake.level == "error"]
        super().__init__("\n".join(errors))


@dataclass(frozen=True, slots=True)
class LoadResult:
    """Result of a load: every entry with what became of it, and what the check had to say."""

    code: str
    revision: int
    changes: tuple[EntryChange, ...]
    mistakes: tuple[Mistake, ...]
    approximate: int
    """How many areas in force are approximate."""


def load_city(
    session: Session,
    folder: Path,
    *,
    areas: Path | None = None,
    now: datetime,
    accept_overlaps: bool = False,
    overwrite: bool = False,
) -> LoadResult:
    """Check the folder and bring the tables in line with what it newly says; raises CityRefused.

    `areas` is the official boundary file or a folder of them. Entries that were changed here since the last
    loading stay as they are while the folder says the same as then, unless `overwrite`. The city's revision
    grows if anything changed. Where the folder says something new of such an entry, that is told as
    `disputed` and changes nothing.
    """
    checked = check_folder(folder, areas, accept_overlaps=accept_overlaps)
    if checked.errors:
        raise CityRefused(checked.mistakes)
    one_at_a_time(session, LOCK)
    city = session.scalar(select(City))
    _refuse_another_city(checked, city)
    by_hand = {(row.kind, row.code) for row in session.scalars(select(ManualChange))}
    ledger = Ledger(city.loaded if city else {}, overwrite=overwrite, by_hand=by_hand)
    city = _load_city_row(session, ledger, checked, city, now)
    _load_trees(session, ledger, checked)
    _load_lists(session, ledger, checked)
    _load_templates(session, ledger, checked)
    versioned(
        session, ledger, "policy", DeadlinePolicy, DeadlinePolicy.code, entries.policy_rows(checked), now
    )
    versioned(session, ledger, "rule", RoutingRule, RoutingRule.number, entries.rule_rows(checked), now)
    area_rows.load_areas(session, ledger, checked, now, asked=areas is not None)
    _finish(session, city, ledger, now)
    if overwrite:
        session.execute(delete(ManualChange))
    session.flush()
    return LoadResult(
        code=city.code,
        revision=city.revision,
        changes=tuple(ledger.changes),
        mistakes=tuple(checked.mistakes),
        approximate=area_rows.count_approximate(session),
    )


def _refuse_another_city(folder: Folder, city: City | None) -> None:
    """Refuse the folder of another city: the reports of a database belong to its wards and departments."""
    if city is not None and folder.city is not None and folder.city.code != city.code:
        message = f'this database is the city "{city.code}"; "{folder.city.code}" needs a database of its own'
        raise CityRefused([folder.places["city.yaml"].mistake(("code",), message)])


def _load_city_row(
    session: Session, ledger: Ledger, folder: Folder, city: City | None, now: datetime
) -> City:
    wanted = dict(entries.city(folder))
    made = city or City(id=1, **wanted, revision=1, loaded_at=now, loaded={})
    rows = {made.code: city} if city is not None else {}
    in_place(ledger, "city", {made.code: wanted}, rows, lambda _code, _columns: session.add(made), _never)
    return made


def _load_trees(session: Session, ledger: Ledger, folder: Folder) -> None:
    _load_tree(session, ledger, "department", Department, entries.department_rows(folder))
    _load_tree(session, ledger, "category", Category, entries.category_rows(folder))


def _load_tree(
    session: Session,
    ledger: Ledger,
    kind: str,
    table: type[Department] | type[Category],
    wanted: dict[str, Columns],
) -> None:
    """Parents first, so that a row finds the id of its parent."""
    found: Iterable[Row] = session.scalars(select(table))
    rows: dict[str, Row] = {row.code: row for row in found}

    def add(code: str, columns: Columns) -> None:
        rows[code] = table(code=code, **columns)
        session.add(rows[code])
        session.flush()

    def settle(said: Columns) -> Columns:
        own = {key: value for key, value in said.items() if key != "parent"}
        parent = rows.get(said["parent"]) if said["parent"] else None
        return own | {"parent_id": parent.id if parent else None}

    in_place(ledger, kind, _parents_first(wanted), rows, add, _deactivate, settle)


def _parents_first(wanted: dict[str, Columns]) -> dict[str, Columns]:
    ordered: dict[str, Columns] = {}

    def place(code: str) -> None:
        parent = wanted[code]["parent"]
        if parent and parent not in ordered:
            place(parent)
        ordered.setdefault(code, wanted[code])

    for code in wanted:
        place(code)
    return ordered


def _load_lists(session: Session, ledger: Ledger, folder: Folder) -> None:
    units: dict[str, Row] = {row.code: row for row in session.scalars(select(FormerUnit))}
    days: dict[str, Row] = {row.day.isoformat(): row for row in session.scalars(select(CalendarDay))}
    delete = _deleting(session)
    in_place(
        ledger,
        "former_unit",
        entries.former_unit_rows(folder),
        units,
        lambda code, columns: session.add(FormerUnit(code=code, **columns)),
        delete,
    )
    in_place(
        ledger,
        "calendar_day",
        entries.calendar_day_rows(folder),
        days,
        lambda _code, columns: session.add(CalendarDay(**columns)),
        delete,
    )


def _load_templates(session: Session, ledger: Ledger, folder: Folder) -> None:
    rows: dict[str, Row] = {row.code: row for row in session.scalars(select(ReplyTemplate))}
    in_place(
        ledger,
        "template",
        entries.template_rows(folder),
        rows,
        lambda code, columns: session.add(ReplyTemplate(code=code, **columns)),
        _deactivate,
    )


def _deleting(session: Session) -> Callable[[Row], bool]:
    def delete(row: Row) -> bool:
        session.delete(row)
        return True

    return delete


def _deactivate(row: Row) -> bool:
    was, row.active = row.active, False
    return bool(was)


def _never(_row: Row) -> bool:
    return False


def _finish(session: Session, city: City, ledger: Ledger, now: datetime) -> None:
    if city.loaded != ledger.after:
        city.loaded = ledger.after
    newly = any(change.kind == "city" and change.what == "added" for change in ledger.changes)
    if not ledger.anything_changed:
        return
    if not newly:
        city.revision += 1
    city.loaded_at = now
    before, after = audit_facts(ledger, city.revision)
    write_entry(session, "city.load", city.code, at=now, before=before, after=after)
