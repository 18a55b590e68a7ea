"""Groups of the city's settings for programmes of administrators: read, foreseen, put in force."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, ValidationError

from service.api.admin.dependencies import BookDep, EditStampDep
from service.api.shared.answers import refusals
from service.domain.configuration.cityfile.schema.base import CityFileModel
from service.domain.configuration.settings.groups import settings_values
from service.domain.configuration.settings.store import (
    SettingsGroup,
    all_groups,
    preview_change,
    put_group,
    read_change,
    read_group,
)
from service.domain.reports.drafts import StrictBody
from service.domain.routing.settings_trial import try_settings
from service.errors import FieldError, Invalid
from service.i18n import N_, translate
from service.web.dependencies import SessionDep
from service.web.validation import field_errors

router = APIRouter(prefix="/admin/settings", tags=["administration"])

Group = Annotated[str, Path(max_length=40)]


class SettingsOut(BaseModel):
    """A group as it is; send `version` back to change it. `by` and `at` are of the last change made here."""

    group: str
    values: dict[str, object]
    version: str
    by: str | None
    at: datetime | None


class SettingsList(BaseModel):
    """Every group."""

    items: list[SettingsOut]


class SettingsValues(StrictBody):
    """The group's values as they are to be, all of them."""

    values: Annotated[dict[str, object], Field(max_length=20)]


class SettingsUpdate(SettingsValues):
    """Values of a group as they are to be, and the version that was read."""

    version: Annotated[str, Field(max_length=100)]


class EffectOut(BaseModel):
    """Effect of a change, in the language of the request, with examples."""

    says: str
    params: dict[str, object]
    examples: list[str]


class ForeseenOut(BaseModel):
    """The group now, as it would be, and what that would do. Nothing was changed."""

    before: dict[str, object]
    after: dict[str, object]
    effects: list[EffectOut]


@router.get("", responses=refusals(401, 403))
async def every_group(session: SessionDep, _stamp: EditStampDep) -> SettingsList:
    """Return every group of settings."""
    return SettingsList(items=[_out(await session.run_sync(read_group, each)) for each in all_groups()])


@router.get("/{group}", responses=refusals(401, 403, 404, 422))
async def one_group(group: Group, session: SessionDep, _stamp: EditStampDep) -> SettingsOut:
    """Return one group."""
    return _out(await session.run_sync(read_group, group))


@router.put("/{group}", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def change_group(
    group: Group, sent: SettingsUpdate, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> SettingsOut:
    """Put a group's values in force. A stale version is refused with what is in force now (`current`)."""
    change = _read(group, sent.values)
    return _out(await session.run_sync(put_group, book.reference, stamp, group, change, sent.version))


@router.post("/{group}/preview", responses=refusals(400, 401, 403, 404, 413, 422))
async def preview_group(
    group: Group, sent: SettingsValues, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> ForeseenOut:
    """Return what a change would do, counted over the newest reports."""
    change = _read(group, sent.values)
    before, after = await session.run_sync(preview_change, book.reference, group, change)
    effects = await session.run_sync(try_settings, book, group, before, after, stamp.at)
    return ForeseenOut(
        before=settings_values(group, before),
        after=settings_values(group, after),
        effects=[
            EffectOut(
                says=translate(each.says, **each.params),
                params=dict(each.params),
                examples=list(each.examples),
            )
            for each in effects
        ],
    )


def _read(group: str, values: dict[str, object]) -> CityFileModel:
    try:
        return read_change(group, values)
    except ValidationError as wrong:
        found = field_errors(wrong.errors(include_url=False))
        errors = [FieldError(("body", "values", *each.loc), each.msg, each.params) for each in found]
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors) from None


def _out(group: SettingsGroup) -> SettingsOut:
    return SettingsOut(
        group=group.group, values=dict(group.values), version=group.version, by=group.by, at=group.at
    )
