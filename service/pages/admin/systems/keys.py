"""Keys of programmes: made, shown once, listed with their last use, ended."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from service.domain.configuration.administration import keys
from service.domain.configuration.administration.keys import KeyRequest
from service.errors import AppError
from service.i18n import pick
from service.i18n.wording import ROLE_WORDS
from service.models import Role
from service.pages.admin.office import AdminPage, FilledDep, OfficeDep, to
from service.pages.shared.forms import read

router = APIRouter(prefix="/admin/keys")


@router.get("")
async def table(office: OfficeDep) -> Response:
    """Every key, those that were ended too."""
    return await _draw(office)


@router.post("")
async def add(sent: FilledDep) -> Response:
    """Make a key; its token is on this page and never again."""
    office, form = sent.office, sent.form.fields()
    said = {
        "name": sent.form.text("name"),
        "role": sent.form.text("role"),
        "department": sent.form.text("department") or None,
        "scope": sent.form.text("scope"),
    }
    try:
        numbers = {name: sent.form.whole(name) for name in ("days", "per_minute")}
        change = read(KeyRequest, {**said, **numbers})
        _, opened = await office.run(keys.make_key, office.reference, office.stamp, change)
    except AppError as error:
        return await _draw(office, form, error)
    return await _draw(office, token=opened.token)


@router.post("/{key}/revoke")
async def revoke(key: Annotated[int, Path(ge=1, le=2**31 - 1)], sent: FilledDep) -> Response:
    """End a key at once."""
    try:
        await sent.office.run(keys.revoke_key, sent.office.stamp, key)
    except AppError as error:
        return await _draw(sent.office, error=error)
    return to("/admin/keys", "removed")


async def _draw(
    office: AdminPage, form: dict[str, str] | None = None, error: AppError | None = None, token: str = ""
) -> Response:
    context = {
        "keys": await office.run(keys.all_api_keys, office.now),
        "token": token,
        "form": {
            "name": "",
            "role": Role.EXECUTOR,
            "department": "",
            "scope": "read",
            "days": "365",
            "per_minute": "120",
            **(form or {}),
        },
        "role_choices": [(role, ROLE_WORDS[role]) for role in Role],
        "role_words": ROLE_WORDS,
        "department_choices": [
            (each.code, pick(each.name, office.language))
            for each in office.reference.departments.values()
            if each.active
        ],
    }
    response = office.draw("admin/keys.html", context, error=error)
    response.headers["Cache-Control"] = "no-store"
    return response
