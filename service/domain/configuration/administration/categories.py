"""Categories as administrators change them: place in the tree, icon, questions, radius, publication."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Annotated

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.config import Code, Text
from service.domain.configuration.administration.changes import (
    EditStamp,
    check_code,
    check_parent,
    holds_already,
    lock_configuration,
    parents_by_code,
    record_if_changed,
    same_version,
    version_of,
    write_columns,
)
from service.domain.configuration.administration.succession import succeed_category
from service.domain.configuration.cityfile.schema.base import CityFileModel, Metres, NameByLanguage
from service.domain.configuration.cityfile.schema.categories import (
    LISTS,
    Duplicates,
    Publication,
    QuestionPart,
)
from service.errors import FieldError, Invalid, NotFound
from service.i18n import N_
from service.models import Category

KIND = "category"


class CategoryChange(CityFileModel):
    """A category as it is to be; nothing is taken over from its parent any more.

    `version` is the one that was read; none for a new one. Without `position` it comes last. Where it is
    switched off, its open reports are put under `successor`.
    """

    code: Code
    parent: Code | None = None
    name: NameByLanguage
    description: NameByLanguage | None = None
    icon: Code
    keywords: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    questions: Annotated[tuple[QuestionPart, ...], Field(max_length=30)] = ()
    duplicates: Duplicates
    inspection_radius_m: Metres
    evidence_required: bool = True
    publication: Publication = "immediate"
    position: Annotated[int, Field(ge=0, le=100_000)] | None = None
    active: bool = True
    version: str | None = None
    successor: Code | None = None


def all_categories(session: Session) -> list[Category]:
    """Return all categories in their order."""
    return list(session.scalars(select(Category).order_by(Category.position, Category.id)))


def find_category(session: Session, code: str) -> Category:
    """Return the category of that code. Raises NotFound."""
    row = session.scalar(select(Category).where(Category.code == code))
    if row is None:
        raise NotFound(N_("Không có loại phản ánh “{code}”."), code=code)
    return row


def put_category(session: Session, stamp: EditStamp, code: str | None, change: CategoryChange) -> Category:
    """Make or change a category; without `code` it is a new one.

    Raises Invalid naming every mistake, NotFound; Conflict for a
    stale version, a code that is taken, and where its open reports or the kinds below would be nothing's.
    """
    lock_configuration(session)
    row = find_category(session, code) if code is not None else None
    there = session.scalar(select(Category).where(Category.code == change.code))
    columns = _columns(session, change, row or there)
    if there is not None and code in (None, change.code) and holds_already(there, columns):
        return there
    check_code(change.code, row.code if row else None, taken=row is None and there is not None)
    same_version(change.version, category_version(session, row) if row else None)
    if row is not None and row.active and not change.active:
        succeed_category(session, stamp, row, change.successor)
    before = category_facts(session, row) if row else None
    row = write_columns(session, row or Category(code=change.code), columns)
    record_if_changed(session, stamp, (KIND, row.code), before, category_facts(session, row))
    return row


def move_category(session: Session, stamp: EditStamp, code: str, *, down: bool) -> None:
    """Move an active category before or behind its neighbour below the same parent; at the edge it stays.

    The neighbours are numbered anew within the places they had, so that equal numbers of old mean no order.
    Raises NotFound.
    """
    lock_configuration(session)
    row = find_category(session, code)
    siblings = [each for each in all_categories(session) if each.parent_id == row.parent_id and each.active]
    if row not in siblings:
        return
    index = siblings.index(row)
    other = index + (1 if down else -1)
    if not 0 <= other < len(siblings):
        return
    numbers = list(
        accumulate((each.position for each in siblings), lambda last, position: max(position, last + 1))
    )
    siblings[index], siblings[other] = siblings[other], siblings[index]
    for each, position in zip(siblings, numbers, strict=True):
        if each.position != position:
            before = category_facts(session, each)
            each.position = position
            record_if_changed(session, stamp, (KIND, each.code), before, category_facts(session, each))


def category_version(session: Session, row: Category) -> str:
    """Return what a form or programme must have read to change it."""
    return version_of(category_facts(session, row))


def category_change_of(session: Session, row: Category) -> CategoryChange:
    """Return the change that would make the category."""
    said = category_facts(session, row)
    said["description"] = said["description"] or None
    return CategoryChange.model_validate(
        {**said, "code": row.code, "version": version_of(category_facts(session, row))}
    )


def category_facts(session: Session, row: Category) -> dict[str, object]:
    """Return what is said of a category; its parent by code."""
    parent = session.get(Category, row.parent_id) if row.parent_id else None
    return {
        "parent": parent.code if parent else None,
        "name": row.name,
        "description": row.description,
        "icon": row.icon,
        "keywords": list(row.keywords),
        "questions": [dict(question) for question in row.questions],
        "duplicates": row.duplicates,
        "inspection_radius_m": row.inspection_radius_m,
        "evidence_required": row.evidence_required,
        "publication": row.publication,
        "position": row.position,
        "active": row.active,
    }


def _columns(session: Session, change: CategoryChange, row: Category | None) -> dict[str, object]:
    known = {each.code: each for each in session.scalars(select(Category))}
    check_parent(change.code, change.parent, parents_by_code(known.values()))
    if errors := list(_wrong_questions(change)):
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    last = (session.scalar(select(func.max(Category.position))) or 0) + 1
    position = row.position if row else last
    return {
        "name": change.name.spec(),
        "description": change.description.spec() if change.description else {},
        "parent_id": known[change.parent].id if change.parent else None,
        "icon": change.icon,
        "keywords": list(change.keywords),
        "questions": [question.spec(number) for number, question in enumerate(change.questions, start=1)],
        "duplicates": change.duplicates.model_dump(),
        "inspection_radius_m": change.inspection_radius_m,
        "evidence_required": change.evidence_required,
        "publication": change.publication,
        "position": position if change.position is None else change.position,
        "active": change.active,
    }


def _wrong_questions(change: CategoryChange) -> Iterator[FieldError]:
    """Yield questions asked twice, lists without answers, answers given twice."""
    seen: set[str] = set()
    for number, question in enumerate(change.questions):
        at = ("questions", number)
        if question.code in seen:
            yield FieldError((*at, "code"), N_("Câu hỏi “{code}” bị lặp lại."), {"code": question.code})
        seen.add(question.code)
        keys = [value.key for value in question.values]
        if question.datatype in LISTS and not keys:
            yield FieldError((*at, "values"), N_("Câu hỏi chọn từ danh sách cần có các câu trả lời."))
        if question.datatype not in LISTS and keys:
            yield FieldError((*at, "values"), N_("Câu hỏi này không chọn từ danh sách."))
        if len(set(keys)) < len(keys):
            yield FieldError((*at, "values"), N_("Mã câu trả lời bị lặp lại."))
