"""Keys of programmes: made, shown once, listed with their last use, ended."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.configuration.administration import keys
from service.domain.configuration.administration.keys import KeyRequest
from service.errors import AppError
from service.i18n import pick
from service.i18n.wording import ROLE_WORDS
from service.models import Role
from service.pages.admin.visit import AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import read
from service.web.paths import RowId

router = APIRouter(prefix="/admin/keys")


@router.get("")
async def table(visit: AdminVisitDep) -> Response:
    """Every key, those that were ended too."""
    return await _draw(visit)


@router.post("")
async def add(sent: AdminFormDep) -> Response:
    """Make a key; its token is on this page and never again."""
    visit, form = sent.visit, sent.form.fields()
    fields = {
        "name": sent.form.text("name"),
        "role": sent.form.text("role"),
        "department": sent.form.text("department") or None,
        "scope": sent.form.text("scope"),
    }
    try:
        numbers = {name: sent.form.whole(name) for name in ("days", "per_minute")}
        change = read(KeyRequest, {**fields, **numbers})
        _, opened = await visit.run(keys.make_key, visit.reference, visit.stamp, change)
    except AppError as error:
        return await _draw(visit, form, error)
    return await _draw(visit, token=opened.token)


@router.post("/{key}/revoke")
async def revoke(key: RowId, sent: AdminFormDep) -> Response:
    """End a key at once."""
    try:
        await sent.visit.run(keys.revoke_key, sent.visit.stamp, key)
    except AppError as error:
        return await _draw(sent.visit, error=error)
    return redirect_to("/admin/keys", "removed")


async def _draw(
    visit: AdminVisit, form: dict[str, str] | None = None, error: AppError | None = None, token: str = ""
) -> Response:
    context = {
        "keys": await visit.run(keys.all_api_keys, visit.now),
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
            (each.code, pick(each.name, visit.language))
            for each in visit.reference.departments.values()
            if each.active
        ],
    }
    response = visit.draw("admin/keys.html", context, error=error)
    response.headers["Cache-Control"] = "no-store"
    return response
