"""A city's folder brought into the database, with all that hangs on what it switches off.

What an administrator may not do, no folder does either: a department, kind, policy or ward that is not in
the folder any more leaves no open case and no rule behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.configuration.administration import areas as area_table
from service.domain.configuration.administration import departments, policies
from service.domain.configuration.administration.changes import EditStamp
from service.domain.configuration.administration.succession import succeed_category, succeed_department
from service.domain.configuration.cityfile.places import Mistake
from service.domain.configuration.cityload import CityRefused, EntryChange, LoadResult, load_city
from service.errors import AppError
from service.i18n import translate
from service.models import Category, Department

FILES = {
    "department": "departments.yaml",
    "category": "categories.yaml",
    "policy": "policies.yaml",
    "area": "areas.yaml",
}


def load_folder(
    session: Session,
    folder: Path,
    *,
    now: datetime,
    successors: Mapping[str, str] | None = None,
    areas: Path | None = None,
    accept_overlaps: bool = False,
    overwrite: bool = False,
) -> LoadResult:
    """Load the folder (`load_city`); open cases of what it switches off go to its `successors`, by code.

    Raises CityRefused, with the cases and rules in words, where it is not said who takes them.
    """
    loaded = load_city(
        session, folder, areas=areas, now=now, accept_overlaps=accept_overlaps, overwrite=overwrite
    )
    heirs = dict(successors or {})
    stamp = EditStamp(None, "city load", now)
    retired = [each for each in loaded.changes if each.what == "retired" and each.kind in FILES]
    mistakes = [
        mistake for each in retired if (mistake := _leave(session, stamp, each, heirs.get(each.code)))
    ]
    off = {each.code for each in retired if each.kind in ("department", "category")}
    mistakes += [_needless(code) for code in sorted(heirs.keys() - off)]
    if mistakes:
        raise CityRefused(mistakes)
    return loaded


def _leave(session: Session, stamp: EditStamp, gone: EntryChange, heir: str | None) -> Mistake | None:
    """Hand on what hangs on a retired entry; what is in the way of that."""
    try:
        _HAND_ON[gone.kind](session, stamp, gone.code, heir)
    except AppError as refused:
        words = [translate(refused.detail, "en", **refused.params)]
        words += [translate(each.msg, "en", **(each.params or {})) for each in refused.errors]
        if "needs" in refused.extra:
            words.append(f"Say who takes them: --successor {gone.code}=CODE.")
        return Mistake(FILES[gone.kind], 0, 0, gone.code, " ".join(words))
    return None


def _leave_department(session: Session, stamp: EditStamp, code: str, heir: str | None) -> None:
    departments.refuse_named_department(session, code)
    row = session.scalars(select(Department).where(Department.code == code)).one()
    succeed_department(session, stamp, row, heir)


def _leave_category(session: Session, stamp: EditStamp, code: str, heir: str | None) -> None:
    row = session.scalars(select(Category).where(Category.code == code)).one()
    succeed_category(session, stamp, row, heir)


def _leave_policy(session: Session, _stamp: EditStamp, code: str, _heir: str | None) -> None:
    policies.require_policy_unused(session, code)


def _leave_area(session: Session, _stamp: EditStamp, code: str, _heir: str | None) -> None:
    area_table.refuse_named_areas(session, {code})


_HAND_ON: dict[str, Callable[[Session, EditStamp, str, str | None], None]] = {
    "department": _leave_department,
    "category": _leave_category,
    "policy": _leave_policy,
    "area": _leave_area,
}


def _needless(code: str) -> Mistake:
    message = "the folder switches no department and no category of this code off"
    return Mistake("--successor", 0, 0, code, message)
