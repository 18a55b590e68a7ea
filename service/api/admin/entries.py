"""Departments and categories for programmes of administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel

from service.api.admin.office import HandDep
from service.api.shared.answers import refusals
from service.domain.configuration.administration import categories, departments
from service.domain.configuration.administration.categories import CategoryWish
from service.domain.configuration.administration.departments import DepartmentWish
from service.models import Category, Department
from service.web.dependencies import SessionDep

router = APIRouter(prefix="/admin", tags=["administration"])

Code = Annotated[str, Path(max_length=60)]


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
    questions: list[dict[str, Any]]
    duplicates: dict[str, Any]
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
async def every_department(session: SessionDep, _hand: HandDep) -> DepartmentEntryList:
    """Every department, those no longer active too."""

    def read(sync: Any) -> list[DepartmentEntryOut]:
        return [_department(sync, row) for row in departments.every(sync)]

    return DepartmentEntryList(items=await session.run_sync(read))


@router.get("/departments/{code}", responses=refusals(401, 403, 404, 422))
async def one_department(code: Code, session: SessionDep, _hand: HandDep) -> DepartmentEntryOut:
    """Return one department."""
    return await session.run_sync(lambda sync: _department(sync, departments.one(sync, code)))


@router.post("/departments", status_code=201, responses=refusals(400, 401, 403, 409, 413, 422))
async def add_department(sent: DepartmentWish, session: SessionDep, hand: HandDep) -> DepartmentEntryOut:
    """A new department."""
    return await session.run_sync(lambda sync: _department(sync, departments.put(sync, hand, None, sent)))


@router.put("/departments/{code}", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def change_department(
    code: Code, sent: DepartmentWish, session: SessionDep, hand: HandDep
) -> DepartmentEntryOut:
    """Change a department; `active` false takes it out of use."""
    return await session.run_sync(lambda sync: _department(sync, departments.put(sync, hand, code, sent)))


@router.get("/categories", responses=refusals(401, 403))
async def every_category(session: SessionDep, _hand: HandDep) -> CategoryEntryList:
    """Every category, those no longer active too."""

    def read(sync: Any) -> list[CategoryEntryOut]:
        return [_category(sync, row) for row in categories.every(sync)]

    return CategoryEntryList(items=await session.run_sync(read))


@router.get("/categories/{code}", responses=refusals(401, 403, 404, 422))
async def one_category(code: Code, session: SessionDep, _hand: HandDep) -> CategoryEntryOut:
    """Return one category."""
    return await session.run_sync(lambda sync: _category(sync, categories.one(sync, code)))


@router.post("/categories", status_code=201, responses=refusals(400, 401, 403, 409, 413, 422))
async def add_category(sent: CategoryWish, session: SessionDep, hand: HandDep) -> CategoryEntryOut:
    """A new category."""
    return await session.run_sync(lambda sync: _category(sync, categories.put(sync, hand, None, sent)))


@router.put("/categories/{code}", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def change_category(
    code: Code, sent: CategoryWish, session: SessionDep, hand: HandDep
) -> CategoryEntryOut:
    """Change a category; `active` false takes it out of use."""
    return await session.run_sync(lambda sync: _category(sync, categories.put(sync, hand, code, sent)))


def _department(session: Any, row: Department) -> DepartmentEntryOut:
    said = departments.facts(session, row)
    return DepartmentEntryOut(code=row.code, version=departments.version(session, row), **said)


def _category(session: Any, row: Category) -> CategoryEntryOut:
    said = categories.facts(session, row)
    return CategoryEntryOut(code=row.code, version=categories.version(session, row), **said)
