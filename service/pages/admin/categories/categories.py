"""Categories: the tree, and the form of one with its questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.configuration.administration import categories
from service.domain.configuration.administration.categories import CategoryChange
from service.domain.configuration.administration.made_codes import code_of_name
from service.errors import AppError
from service.i18n import N_, pick
from service.pages.admin.categories.question_rows import (
    QuestionRow,
    question_parts,
    question_rows,
    questions_shown,
    rearranged,
    rows_sent,
)
from service.pages.admin.conflicts import BothTexts, both_texts, is_outdated
from service.pages.admin.rule_form import category_choices
from service.pages.admin.visit import AdminForm, AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import Fields, number_or_text, read
from service.pages.shared.question_words import DATATYPES, describe_question
from service.rendering.engine import ICONS
from service.web.paths import EntryCode

router = APIRouter(prefix="/admin/categories")

PUBLICATIONS = {
    "immediate": N_("Công khai ngay"),
    "after_triage": N_("Công khai sau khi điều phối viên xem"),
    "never": N_("Không công khai"),
}
ACTIONS = {
    "suggest": N_("Nhắc điều phối viên"),
    "merge": N_("Tự gộp"),
    "ignore": N_("Bỏ qua"),
}


@router.get("")
async def tree(visit: AdminVisitDep) -> Response:
    """Every category under its parent."""
    rows = {row.code: row for row in await visit.run(categories.all_categories)}
    shown = [(rows[code], depth) for code, _, depth in category_choices(visit.book, visit.language)]
    off = [row for row in rows.values() if not row.active]
    context = {"rows": shown, "off": off, "publications": PUBLICATIONS}
    return visit.draw("admin/categories/index.html", context)


@router.get("/new")
async def blank(visit: AdminVisitDep) -> Response:
    """An empty form."""
    form = {
        "icon": "other",
        "radius_m": "15",
        "window_hours": "72",
        "action": "suggest",
        "inspection_radius_m": "100",
        "evidence_required": "1",
        "publication": "immediate",
        "active": "1",
    }
    return await _draw(visit, None, form, [])


@router.post("/new")
async def add(sent: AdminFormDep) -> Response:
    """A new category."""
    return await _put(sent, None)


@router.get("/{code}")
async def editor(code: EntryCode, visit: AdminVisitDep) -> Response:
    """Show one category."""
    form, questions = await _form_of(visit, code)
    return await _draw(visit, code, form, questions)


async def _form_of(visit: AdminVisit, code: str) -> tuple[dict[str, str], list[QuestionRow]]:
    row = await visit.run(categories.find_category, code)
    change: CategoryChange = await visit.run(categories.category_change_of, row)
    form = {
        "name_vi": change.name.vi,
        "name_en": change.name.en or "",
        "description_vi": change.description.vi if change.description else "",
        "description_en": (change.description.en or "") if change.description else "",
        "parent": change.parent or "",
        "icon": change.icon,
        "keywords": "\n".join(change.keywords),
        "radius_m": f"{change.duplicates.radius_m:g}",
        "window_hours": f"{change.duplicates.window_hours:g}",
        "action": change.duplicates.action,
        "inspection_radius_m": f"{change.inspection_radius_m:g}",
        "evidence_required": "1" if change.evidence_required else "",
        "publication": change.publication,
        "position": str(change.position),
        "active": "1" if change.active else "",
        "version": change.version or "",
    }
    return form, question_rows(row.questions)


@router.post("/{code}/move")
async def move(code: EntryCode, sent: AdminFormDep) -> Response:
    """Put a category before or behind its neighbour; the list comes back at the same place."""
    visit, down = sent.visit, sent.form.text("to") == "down"
    await visit.run(categories.move_category, visit.stamp, code, down=down)
    return RedirectResponse(f"/admin/categories#kind-{code}", status_code=303)


@router.post("/{code}")
async def change(code: EntryCode, sent: AdminFormDep) -> Response:
    """Change a category."""
    return await _put(sent, code)


async def _put(sent: AdminForm, code: str | None) -> Response:
    visit, form, act = sent.visit, sent.form.fields(), sent.form.text("edit")
    rows = rows_sent(sent.form)
    if act:
        return await _draw(visit, code, form, rows, focus=rearranged(rows, act), edited=True)
    try:
        change = read(CategoryChange, _sent_fields(sent, code, rows))
        row = await visit.run(categories.put_category, visit.stamp, code, change)
    except AppError as error:
        if code and is_outdated(error):
            saved, saved_rows = await _form_of(visit, code)
            question_texts = [
                "; ".join(describe_question(each, visit.language) for each in questions_shown(some))
                for some in (saved_rows, rows)
            ]
            beside = both_texts(
                saved | {"questions": question_texts[0]}, {**form, "questions": question_texts[1]}
            )
            return await _draw(visit, code, Fields(form | {"version": saved["version"]}), rows, error, beside)
        return await _draw(visit, code, form, rows, error)
    return redirect_to(f"/admin/categories/{row.code}", "saved" if code else "added")


def _sent_fields(sent: AdminForm, code: str | None, rows: list[QuestionRow]) -> dict[str, object]:
    return {
        "code": code or sent.form.text("code") or code_of_name(sent.form.text("name_vi")),
        "parent": sent.form.text("parent") or None,
        "name": sent.form.named("name"),
        "description": sent.form.named("description") if sent.form.text("description_vi") else None,
        "icon": sent.form.text("icon"),
        "keywords": [word.strip() for word in re.split(r"[\n,]", sent.form.text("keywords")) if word.strip()],
        "questions": question_parts(rows),
        "duplicates": {
            "radius_m": number_or_text(sent.form.text("radius_m")),
            "window_hours": number_or_text(sent.form.text("window_hours")),
            "action": sent.form.text("action"),
        },
        "inspection_radius_m": number_or_text(sent.form.text("inspection_radius_m")),
        "evidence_required": sent.form.text("evidence_required") == "1",
        "publication": sent.form.text("publication"),
        "position": number_or_text(sent.form.text("position")) if sent.form.text("position") else None,
        "active": sent.form.text("active") == "1",
        "version": sent.form.text("version") or None,
        "successor": sent.form.text("successor") or None,
    }


async def _draw(
    visit: AdminVisit,
    code: str | None,
    form: dict[str, str],
    questions: list[QuestionRow],
    error: AppError | None = None,
    beside: Sequence[BothTexts] = (),
    *,
    focus: str = "",
    edited: bool = False,
) -> Response:
    context = {
        "code": code,
        "beside": beside,
        "form": Fields(form),
        "questions": questions,
        "shown": questions_shown(questions),
        "focus": focus,
        "edited": edited,
        "parent_choices": [
            (each.code, pick(each.name, visit.language))
            for each in visit.reference.categories.values()
            if code is None or code not in each.path
        ],
        "successor_choices": [
            (each.code, pick(each.name, visit.language))
            for each in visit.reference.categories.values()
            if each.active and code not in each.path
        ],
        "icon_choices": sorted(path.stem for path in ICONS.glob("*.svg")),
        "datatypes": DATATYPES,
        "publications": PUBLICATIONS,
        "actions": ACTIONS,
    }
    return visit.draw("admin/categories/editor.html", context, error=error)
