"""Routing rules: the table, the editor with its trial, history, what is wrong with them, who leads where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from service.domain.configuration.administration import rule_table, rules, scheduled_changes
from service.domain.configuration.forecast import installation_basis
from service.domain.kernel.texts import alphabetical
from service.domain.routing.trial import RuleTrial, TrialResult, try_rules
from service.domain.rules.drafts import DraftRule
from service.domain.rules.unattended import units_without_eyes
from service.errors import AppError
from service.i18n import pick
from service.pages.admin import rule_form
from service.pages.admin.conflicts import BothTexts, both_texts, is_outdated
from service.pages.admin.rule_form import RuleForm
from service.pages.admin.visit import AdminForm, AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.visit import not_here

router = APIRouter(prefix="/admin/rules")

Number = Annotated[int, Path(ge=1, le=1_000_000)]
Word = Annotated[str, Query(max_length=100)]
NEW_NUMBER = 1_000_000
"""The number under which a rule that has none yet is tried: it loses against every equal one."""


@router.get("")
async def table(
    visit: AdminVisitDep, category: Word = "", ward: Word = "", department: Word = "", q: Word = ""
) -> Response:
    """Every rule in force as a sentence, by number."""
    filters = rule_table.Filter(category, ward, department, q)
    found = await visit.run(rules.rules_in_force)
    wanted = rule_table.matching_rules(found, visit.book, filters)
    flags = await visit.run(rules.refusals_by_rule)
    context = {
        "filters": filters,
        "lines": [rule_table.rule_line(row, visit.book, visit.language) for row in wanted],
        "flags": flags,
        "total": len(found),
        "scheduled": await visit.run(scheduled_changes.pending_changes),
        "ended": [
            rule_table.rule_line(row, visit.book, visit.language)
            for row in await visit.run(rules.ended_rules)
        ],
        **_filters(visit),
    }
    return visit.draw("admin/rules/index.html", context, part="admin/rules/_table.html")


@router.get("/review")
async def review(visit: AdminVisitDep) -> Response:
    """Gaps, rules that can never win, and ties."""
    basis = installation_basis(visit.book)
    found = await to_thread.run_sync(rule_table.review, basis.rules, basis.ground)
    names = visit.book.names
    gaps = [
        (
            category,
            names.category(category, visit.language),
            [names.ward(gap.cell.ward, visit.language) for gap in each],
            sorted({rule.number for gap in each for rule in gap.partly}),
        )
        for category, each in found.gaps_by_category.items()
    ]
    context = {
        "found": found,
        "gaps": gaps,
        "wards": len(basis.ground.wards),
        "unattended": await visit.run(units_without_eyes, visit.reference, visit.now),
    }
    return visit.draw("admin/rules/review.html", context)


@router.get("/map")
async def responsibility(visit: AdminVisitDep, category: Word = "") -> Response:
    """Show who leads where for one category, gaps hatched."""
    basis = installation_basis(visit.book)
    if not category:
        category = next(iter(basis.ground.categories), "")
    if category not in visit.reference.category_by_code:
        raise not_here()
    found = rule_table.default_leads(visit.book, basis.ground, category, visit.language)
    context = {
        "category": category,
        "category_name": visit.book.names.category(category, visit.language),
        "places": found,
        "gaps": [each for each in found if each.lead is None],
        "committees": set(visit.book.committees.values()),
        **_filters(visit),
    }
    return visit.draw("admin/rules/map.html", context)


@router.get("/new")
async def blank(
    visit: AdminVisitDep, copy: Annotated[int | None, Query(ge=1, le=1_000_000)] = None, category: Word = ""
) -> Response:
    """An empty editor, or one that begins as a copy of another rule or with a category."""
    form = RuleForm(policy=next(iter(sorted(visit.book.policies)), ""))
    if copy is not None:
        row = (await visit.run(rules.rule_history, copy))[0]
        form = rule_form.of_change(rules.rule_change_of(row), copy)
        form.version = form.number = ""
    elif category in visit.reference.category_by_code:
        form.categories = [category]
    return await _editor(visit, None, form)


@router.post("/new")
async def add(sent: AdminFormDep) -> Response:
    """Try a new rule, put it in force, or plan it."""
    return await _act(sent, None)


@router.get("/{number}")
async def editor(number: Number, visit: AdminVisitDep) -> Response:
    """A rule, its versions, and the form that makes the next one."""
    row = (await visit.run(rules.rule_history, number))[0]
    form = rule_form.of_change(rules.rule_change_of(row), number)
    if row.valid_to is not None:
        form.version = ""
    return await _editor(visit, number, form)


@router.post("/{number}")
async def change(number: Number, sent: AdminFormDep) -> Response:
    """Try the next version of a rule, put it in force, or plan it."""
    return await _act(sent, number)


@router.post("/{number}/end")
async def end(number: Number, sent: AdminFormDep) -> Response:
    """Take a rule out of force."""
    visit = sent.visit
    try:
        await visit.run(rules.end_rule, visit.stamp, number, sent.form.whole("version"))
    except AppError as error:
        return await _again(visit, number, error)
    return redirect_to(f"/admin/rules/{number}", "ended")


@router.post("/{number}/restore")
async def restore(number: Number, sent: AdminFormDep) -> Response:
    """Put an old version in force again."""
    visit = sent.visit
    version = sent.form.whole("version") if sent.form.text("version") else None
    try:
        chosen = sent.form.whole("restore")
        await visit.run(rules.restore_rule, visit.book, visit.stamp, number, chosen, version)
    except AppError as error:
        return await _again(visit, number, error)
    return redirect_to(f"/admin/rules/{number}", "restored")


async def _act(sent: AdminForm, number: int | None) -> Response:
    visit, form, act = sent.visit, rule_form.of_sent(sent), sent.form.text("act")
    trial: TrialResult | None = None
    try:
        if act == "try_end" and number is not None:
            trial = await _try(visit, RuleTrial(without=[number]))
        elif act != "questions":
            change = rule_form.rule_change_in_form(form, visit.book)
            if act == "now":
                row = await visit.run(rules.put_rule_in_force, visit.book, visit.stamp, number, change)
                return redirect_to(f"/admin/rules/{row.number}", "in_force")
            if act == "later":
                due = sent.form.moment("due_at", sent.visit.zone)
                await visit.run(scheduled_changes.schedule_rule, visit.book, visit.stamp, number, change, due)
                return redirect_to("/admin/scheduled-changes", "planned")
            draft = DraftRule(number=number or change.number or NEW_NUMBER, **change.spec())
            trial = await _try(visit, RuleTrial(rules=[draft]))
    except AppError as error:
        beside: Sequence[BothTexts] = ()
        if number is not None and is_outdated(error):
            row = (await visit.run(rules.rule_history, number))[0]
            saved = rule_form.of_change(rules.rule_change_of(row), number)
            beside, form.version = both_texts(asdict(saved), asdict(form)), saved.version
        return await _editor(visit, number, form, error=_at_fields(error), beside=beside)
    return await _editor(visit, number, form, trial=trial, tried=act)


async def _try(visit: AdminVisit, trial: RuleTrial) -> TrialResult:
    return await visit.run(try_rules, visit.book, trial, now=visit.now, language=visit.language)


def _at_fields(error: AppError) -> AppError:
    """Return the error at the fields of the form's one rule: a trial tells places as `rules.0.lead`."""
    for index, each in enumerate(error.errors):
        loc = tuple(part for part in each.loc if part != "body")
        if loc[:2] == ("rules", 0):
            moved = type(each)(loc[2:] or ("rule",), each.msg, each.params)
            error.errors = (*error.errors[:index], moved, *error.errors[index + 1 :])
    return error


async def _again(visit: AdminVisit, number: int, error: AppError) -> Response:
    row = (await visit.run(rules.rule_history, number))[0]
    return await _editor(visit, number, rule_form.of_change(rules.rule_change_of(row), number), error=error)


async def _editor(
    visit: AdminVisit,
    number: int | None,
    form: RuleForm,
    *,
    error: AppError | None = None,
    trial: TrialResult | None = None,
    tried: str = "",
    beside: Sequence[BothTexts] = (),
) -> Response:
    versions = await visit.run(rules.rule_history, number) if number is not None else []
    current = versions[0] if versions and versions[0].valid_to is None else None
    context: dict[str, object] = {
        "rule_number": number,
        "beside": beside,
        "form": form,
        "current": current,
        "refusals": await visit.run(rules.rule_refusals, current.id) if current else [],
        "versions": [rule_table.rule_line(row, visit.book, visit.language) for row in versions],
        "trial": trial,
        "tried": tried,
        "draft_line": _draft_line(visit, form),
        "book_names": visit.book.names,
        **rule_form.form_choices(form, visit.book, visit.language),
    }
    return visit.draw("admin/rules/editor.html", context, error=error)


def _draft_line(visit: AdminVisit, form: RuleForm) -> str:
    """Return the rule as it stands in the form, as a sentence; empty while it is none."""
    try:
        change = rule_form.rule_change_in_form(form, visit.book)
        return rule_table.draft_sentence(change, visit.book, visit.language)
    except (AppError, ValueError, KeyError):
        return ""


def _filters(visit: AdminVisit) -> dict[str, object]:
    reference, language = visit.reference, visit.language
    departments = [each for each in reference.departments.values() if each.active]
    return {
        "category_choices": [
            (code, " ".join(["–"] * depth + [name]))
            for code, name, depth in rule_form.category_choices(visit.book, language)
        ],
        "ward_choices": [
            (each.code, each.full_name)
            for each in sorted(reference.ward_by_code.values(), key=lambda ward: alphabetical(ward.full_name))
        ],
        "department_choices": [
            (each.code, pick(each.short_name, language) or pick(each.name, language)) for each in departments
        ],
    }
