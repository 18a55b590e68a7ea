"""Reply templates: the list, and the form of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from service.domain.city.templates import PLACEHOLDERS
from service.domain.configuration.administration import replies
from service.domain.configuration.administration.replies import TemplateChange
from service.errors import AppError
from service.i18n import N_
from service.pages.admin.conflicts import BothTexts, both_texts, is_outdated
from service.pages.admin.office import AdminPage, Filled, FilledDep, OfficeDep, to
from service.pages.admin.rule_form import category_choices
from service.pages.shared.forms import read

router = APIRouter(prefix="/admin/templates")

Code = Annotated[str, Path(max_length=60)]
KINDS = {
    "reply": N_("Trả lời"),
    "question": N_("Hỏi người gửi"),
    "resolution": N_("Báo đã xử lý"),
    "rejection": N_("Không tiếp nhận"),
}


@router.get("")
async def table(office: OfficeDep) -> Response:
    """Every template."""
    return office.draw(
        "admin/templates/index.html", {"rows": await office.run(replies.all_replies), "kinds": KINDS}
    )


@router.get("/new")
async def blank(office: OfficeDep) -> Response:
    """An empty form."""
    return await _draw(office, None, {"kind": "reply", "active": True, "position": 0, "categories": []})


@router.post("/new")
async def add(sent: FilledDep) -> Response:
    """A new template."""
    return await _put(sent, None)


@router.get("/{code}")
async def editor(code: Code, office: OfficeDep) -> Response:
    """Show one template."""
    return await _draw(office, code, await _saved(office, code))


async def _saved(office: AdminPage, code: str) -> dict[str, object]:
    row = await office.run(replies.find_reply, code)
    return {**replies.reply_facts(row), "version": replies.reply_version(row)}


@router.post("/{code}")
async def change(code: Code, sent: FilledDep) -> Response:
    """Change a template."""
    return await _put(sent, code)


async def _put(sent: Filled, code: str | None) -> Response:
    office = sent.office
    place = sent.form.text("position") or "0"
    said: dict[str, object] = {
        "code": code or sent.form.text("code"),
        "kind": sent.form.text("kind"),
        "name": sent.form.named("name"),
        "text": sent.form.named("text"),
        "categories": sent.form.texts("categories"),
        "position": int(place) if place.isdecimal() else place,
        "active": sent.form.text("active") == "1",
        "version": sent.form.text("version") or None,
    }
    try:
        row = await office.run(replies.put_reply, office.stamp, code, read(TemplateChange, said))
    except AppError as error:
        if code and is_outdated(error):
            saved = await _saved(office, code)
            beside = both_texts(saved, said)
            return await _draw(office, code, said | {"version": saved["version"]}, error, beside)
        return await _draw(office, code, said, error)
    return to(f"/admin/templates/{row.code}", "saved" if code else "added")


async def _draw(
    office: AdminPage,
    code: str | None,
    said: dict[str, object],
    error: AppError | None = None,
    beside: Sequence[BothTexts] = (),
) -> Response:
    context = {
        "code": code,
        "beside": beside,
        "said": {"code": "", "name": {}, "text": {}, "version": "", **said},
        "kinds": KINDS,
        "placeholders": [f"{{{name}}}" for name in PLACEHOLDERS],
        "category_tree": category_choices(office.book, office.language),
    }
    return office.draw("admin/templates/editor.html", context, error=error)
