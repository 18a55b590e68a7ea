"""Departments and categories for programmes of administrators."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.admin.dependencies import EditStampDep
from service.api.shared.answers import refusals
from service.db import DomainSession
from service.domain.configuration.administration import categories, departments
from service.domain.configuration.administration.categories import CategoryChange
from service.domain.configuration.administration.departments import DepartmentChange
from service.models import Category, Department
from service.web.dependencies import SessionDep
from service.web.paths import EntryCode

router = APIRouter(prefix="/admin", tags=["administration"])


class DepartmentEntryOut(BaseModel):
    """A department; send `version` back to change it."""

    code: str
    name: dict[str, str]
    short_name: dict[str, str]
    kind: str
    parent: str | None
    ward: str | None
    phone: str | None
    email: str | None
    active: bool
    version: str


class DepartmentEntryList(BaseModel):
    """Every department."""

    items: list[DepartmentEntryOut]


class CategoryEntryOut(BaseModel):
    """A category; send `version` back to change it."""

    code: str
    parent: str | None
    name: dict[str, str]
    description: dict[str, str]
    icon: str
    keywords: list[str]
    questions: list[dict[str, object]]
    duplicates: dict[str, object]
    inspection_radius_m: float
    evidence_required: bool
    publication: str
    position: int
    active: bool
    version: str


class CategoryEntryList(BaseModel):
    """Every category, in its order."""

    items: list[CategoryEntryOut]


@router.get("/departments", responses=refusals(401, 403))
async def every_department(session: SessionDep, _stamp: EditStampDep) -> DepartmentEntryList:
    """Every department, those no longer active too."""

    def read(sync: DomainSession) -> list[DepartmentEntryOut]:
        return [_department(sync, row) for row in departments.all_departments(sync)]

    return DepartmentEntryList(items=await session.run_sync(read))


@router.get("/departments/{code}", responses=refusals(401, 403, 404, 422))
async def one_department(code: EntryCode, session: SessionDep, _stamp: EditStampDep) -> DepartmentEntryOut:
    """Return one department."""
    return await session.run_sync(lambda sync: _department(sync, departments.find_department(sync, code)))


@router.post("/departments", status_code=201, responses=refusals(400, 401, 403, 409, 413, 422))
async def add_department(
    sent: DepartmentChange, session: SessionDep, stamp: EditStampDep
) -> DepartmentEntryOut:
    """A new department."""
    return await session.run_sync(
        lambda sync: _department(sync, departments.put_department(sync, stamp, None, sent))
    )


@router.put("/departments/{code}", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def change_department(
    code: EntryCode, sent: DepartmentChange, session: SessionDep, stamp: EditStampDep
) -> DepartmentEntryOut:
    """Change a department; `active` false takes it out of use."""
    return await session.run_sync(
        lambda sync: _department(sync, departments.put_department(sync, stamp, code, sent))
    )


@router.get("/categories", responses=refusals(401, 403))
async def every_category(session: SessionDep, _stamp: EditStampDep) -> CategoryEntryList:
    """Every category, those no longer active too."""

    def read(sync: DomainSession) -> list[CategoryEntryOut]:
        return [_category(sync, row) for row in categories.all_categories(sync)]

    return CategoryEntryList(items=await session.run_sync(read))


@router.get("/categories/{code}", responses=refusals(401, 403, 404, 422))
async def one_category(code: EntryCode, session: SessionDep, _stamp: EditStampDep) -> CategoryEntryOut:
    """Return one category."""
    return await session.run_sync(lambda sync: _category(sync, categories.find_category(sync, code)))


@router.post("/categories", status_code=201, responses=refusals(400, 401, 403, 409, 413, 422))
async def add_category(sent: CategoryChange, session: SessionDep, stamp: EditStampDep) -> CategoryEntryOut:
    """A new category."""
    return await session.run_sync(
        lambda sync: _category(sync, categories.put_category(sync, stamp, None, sent))
    )


@router.put("/categories/{code}", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def change_category(
    code: EntryCode, sent: CategoryChange, session: SessionDep, stamp: EditStampDep
) -> CategoryEntryOut:
    """Change a category; `active` false takes it out of use."""
    return await session.run_sync(
        lambda sync: _category(sync, categories.put_category(sync, stamp, code, sent))
    )


def _department(session: DomainSession, row: Department) -> DepartmentEntryOut:
    facts = departments.department_facts(session, row)
    return DepartmentEntryOut(code=row.code, version=departments.department_version(session, row), **facts)


def _category(session: DomainSession, row: Category) -> CategoryEntryOut:
    facts = categories.category_facts(session, row)
    return CategoryEntryOut(code=row.code, version=categories.category_version(session, row), **facts)
