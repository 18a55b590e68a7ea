"""Reply templates: the list, and the form of one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.city.templates import PLACEHOLDERS, example_values, fill_placeholders
from service.domain.configuration.administration import replies
from service.domain.configuration.administration.made_codes import code_of_name
from service.domain.configuration.administration.replies import TemplateChange
from service.domain.kernel.texts import fold
from service.errors import AppError
from service.i18n import N_, translate
from service.pages.admin.conflicts import BothTexts, both_texts, is_outdated
from service.pages.admin.rule_form import category_choices
from service.pages.admin.visit import AdminForm, AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import read
from service.web.paths import EntryCode

router = APIRouter(prefix="/admin/templates")

KINDS = {
    "reply": N_("Trả lời"),
    "question": N_("Hỏi người gửi"),
    "resolution": N_("Báo đã xử lý"),
    "rejection": N_("Không tiếp nhận"),
}


PLACEHOLDER_WORDS = {
    "code": N_("mã phản ánh"),
    "category": N_("loại phản ánh"),
    "place": N_("địa chỉ và phường, xã"),
    "ward": N_("phường, xã"),
    "lead": N_("đơn vị chủ trì"),
    "executor": N_("đơn vị thực hiện"),
    "due": N_("hạn xử lý"),
    "hotline": N_("số tổng đài"),
    "today": N_("ngày hôm nay"),
}
_BRACES = re.compile(r"\{([^{}]*)\}")


@router.get("")
async def table(visit: AdminVisitDep) -> Response:
    """Every template."""
    return visit.draw(
        "admin/templates/index.html", {"rows": await visit.run(replies.all_replies), "kinds": KINDS}
    )


@router.get("/new")
async def blank(visit: AdminVisitDep) -> Response:
    """An empty form."""
    return await _draw(visit, None, {"kind": "reply", "active": True, "position": 0, "categories": []})


@router.post("/new")
async def add(sent: AdminFormDep) -> Response:
    """A new template."""
    return await _put(sent, None)


@router.get("/{code}")
async def editor(code: EntryCode, visit: AdminVisitDep) -> Response:
    """Show one template."""
    return await _draw(visit, code, await _saved(visit, code))


async def _saved(visit: AdminVisit, code: str) -> dict[str, object]:
    row = await visit.run(replies.find_reply, code)
    return {**replies.reply_facts(row), "version": replies.reply_version(row)}


@router.post("/{code}")
async def change(code: EntryCode, sent: AdminFormDep) -> Response:
    """Change a template."""
    return await _put(sent, code)


async def _put(sent: AdminForm, code: str | None) -> Response:
    visit = sent.visit
    position = sent.form.text("position") or "0"
    fields: dict[str, object] = {
        "code": code or sent.form.text("code") or code_of_name(sent.form.text("name_vi")),
        "kind": sent.form.text("kind"),
        "name": sent.form.named("name"),
        "text": _in_codes({"vi": sent.form.text("text_vi")})
        | {"en": _in_codes({"en": sent.form.text("text_en")})["en"] or None},
        "categories": sent.form.texts("categories"),
        "position": int(position) if position.isdecimal() else position,
        "active": sent.form.text("active") == "1",
        "version": sent.form.text("version") or None,
    }
    if sent.form.text("act") == "look":
        return await _draw(visit, code, fields, looked=True)
    try:
        row = await visit.run(replies.put_reply, visit.stamp, code, read(TemplateChange, fields))
    except AppError as error:
        if code and is_outdated(error):
            saved = await _saved(visit, code)
            beside = both_texts(saved, fields)
            return await _draw(visit, code, fields | {"version": saved["version"]}, error, beside)
        return await _draw(visit, code, fields, error)
    return redirect_to(f"/admin/templates/{row.code}", "saved" if code else "added")


async def _draw(
    visit: AdminVisit,
    code: str | None,
    fields: dict[str, object],
    error: AppError | None = None,
    beside: Sequence[BothTexts] = (),
    *,
    looked: bool = False,
) -> Response:
    facts = example_values(visit.reference, visit.now, visit.language)
    text = fields.get("text") or {}
    texts = {key: str(each or "") for key, each in text.items()} if isinstance(text, Mapping) else {}
    context = {
        "code": code,
        "beside": beside,
        "template": {"code": "", "name": {}, "version": "", **fields, "text": _in_words(texts)},
        "looked": looked,
        "kinds": KINDS,
        "placeholders": [(f"{{{translate(PLACEHOLDER_WORDS[name])}}}", facts[name]) for name in PLACEHOLDERS],
        "shown": fill_placeholders(texts.get("vi", ""), example_values(visit.reference, visit.now, "vi")),
        "category_tree": category_choices(visit.book, visit.language),
    }
    return visit.draw("admin/templates/editor.html", context, error=error)


def _in_words(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts with the names that people give the placeholders: `{đơn vị chủ trì}` for `{lead}`."""

    def named(found: re.Match[str]) -> str:
        words = PLACEHOLDER_WORDS.get(found[1])
        return f"{{{translate(words)}}}" if words else found[0]

    return {language: _BRACES.sub(named, text) for language, text in texts.items()}


def _in_codes(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts as they are kept, whichever of the names was typed, with or without marks."""
    known = {
        fold(each): name for name, words in PLACEHOLDER_WORDS.items() for each in (words, translate(words))
    }

    def coded(found: re.Match[str]) -> str:
        name = known.get(fold(" ".join(found[1].split())))
        return f"{{{name}}}" if name else found[0]

    return {language: _BRACES.sub(coded, text) for language, text in texts.items()}
