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
from service.pages.admin.office import AdminPage, Filled, FilledDep, OfficeDep, not_here, to
from service.pages.admin.rule_form import RuleForm

router = APIRouter(prefix="/admin/rules")

Number = Annotated[int, Path(ge=1, le=1_000_000)]
Word = Annotated[str, Query(max_length=100)]
NEW_NUMBER = 1_000_000
"""The number under which a rule that has none yet is tried: it loses against every equal one."""


@router.get("")
async def table(
    office: OfficeDep, category: Word = "", ward: Word = "", department: Word = "", q: Word = ""
) -> Response:
    """Every rule in force as a sentence, by number."""
    filters = rule_table.Filter(category, ward, department, q)
    found = await office.run(rules.rules_in_force)
    wanted = rule_table.matching_rules(found, office.book, filters)
    flags = await office.run(rules.refusals_by_rule)
    context = {
        "asked": filters,
        "lines": [rule_table.rule_line(row, office.book, office.language) for row in wanted],
        "flags": flags,
        "total": len(found),
        "scheduled": await office.run(scheduled_changes.pending_changes),
        "ended": [
            rule_table.rule_line(row, office.book, office.language)
            for row in await office.run(rules.ended_rules)
        ],
        **_filters(office),
    }
    return office.draw("admin/rules/index.html", context, part="admin/rules/_table.html")


@router.get("/review")
async def review(office: OfficeDep) -> Response:
    """Gaps, rules that can never win, and ties."""
    basis = installation_basis(office.book)
    found = await to_thread.run_sync(rule_table.review, basis.rules, basis.ground)
    names = office.book.names
    gaps = [
        (
            category,
            names.category(category, office.language),
            [names.ward(gap.cell.ward, office.language) for gap in each],
            sorted({rule.number for gap in each for rule in gap.partly}),
        )
        for category, each in found.gaps_by_category.items()
    ]
    context = {
        "found": found,
        "gaps": gaps,
        "wards": len(basis.ground.wards),
        "unattended": await office.run(units_without_eyes, office.reference, office.now),
    }
    return office.draw("admin/rules/review.html", context)


@router.get("/map")
async def responsibility(office: OfficeDep, category: Word = "") -> Response:
    """Show who leads where for one category, gaps hatched."""
    basis = installation_basis(office.book)
    if not category:
        category = next(iter(basis.ground.categories), "")
    if category not in office.reference.category_by_code:
        raise not_here()
    found = rule_table.default_leads(office.book, basis.ground, category, office.language)
    context = {
        "category": category,
        "category_name": office.book.names.category(category, office.language),
        "places": found,
        "gaps": [each for each in found if each.lead is None],
        "committees": set(office.book.committees.values()),
        **_filters(office),
    }
    return office.draw("admin/rules/map.html", context)


@router.get("/new")
async def blank(
    office: OfficeDep, copy: Annotated[int | None, Query(ge=1, le=1_000_000)] = None, category: Word = ""
) -> Response:
    """An empty editor, or one that begins as a copy of another rule or with a category."""
    form = RuleForm(policy=next(iter(sorted(office.book.policies)), ""))
    if copy is not None:
        row = (await office.run(rules.rule_history, copy))[0]
        form = rule_form.of_change(rules.rule_change_of(row), copy)
        form.version = form.number = ""
    elif category in office.reference.category_by_code:
        form.categories = [category]
    return await _editor(office, None, form)


@router.post("/new")
async def add(sent: FilledDep) -> Response:
    """Try a new rule, put it in force, or plan it."""
    return await _act(sent, None)


@router.get("/{number}")
async def editor(number: Number, office: OfficeDep) -> Response:
    """A rule, its versions, and the form that makes the next one."""
    row = (await office.run(rules.rule_history, number))[0]
    form = rule_form.of_change(rules.rule_change_of(row), number)
    if row.valid_to is not None:
        form.version = ""
    return await _editor(office, number, form)


@router.post("/{number}")
async def change(number: Number, sent: FilledDep) -> Response:
    """Try the next version of a rule, put it in force, or plan it."""
    return await _act(sent, number)


@router.post("/{number}/end")
async def end(number: Number, sent: FilledDep) -> Response:
    """Take a rule out of force."""
    office = sent.office
    try:
        await office.run(rules.end_rule, office.stamp, number, sent.form.whole("version"))
    except AppError as error:
        return await _again(office, number, error)
    return to(f"/admin/rules/{number}", "ended")


@router.post("/{number}/restore")
async def restore(number: Number, sent: FilledDep) -> Response:
    """Put an old version in force again."""
    office = sent.office
    version = sent.form.whole("version") if sent.form.text("version") else None
    try:
        chosen = sent.form.whole("restore")
        await office.run(rules.restore_rule, office.book, office.stamp, number, chosen, version)
    except AppError as error:
        return await _again(office, number, error)
    return to(f"/admin/rules/{number}", "restored")


async def _act(sent: Filled, number: int | None) -> Response:
    office, form, act = sent.office, rule_form.of_sent(sent), sent.form.text("act")
    trial: TrialResult | None = None
    try:
        if act == "try_end" and number is not None:
            trial = await _try(office, RuleTrial(without=[number]))
        elif act != "questions":
            change = rule_form.rule_change_in_form(form, office.book)
            if act == "now":
                row = await office.run(rules.put_rule_in_force, office.book, office.stamp, number, change)
                return to(f"/admin/rules/{row.number}", "in_force")
            if act == "later":
                due = sent.form.moment("due_at", sent.office.zone)
                await office.run(
                    scheduled_changes.schedule_rule, office.book, office.stamp, number, change, due
                )
                return to("/admin/scheduled-changes", "planned")
            draft = DraftRule(number=number or change.number or NEW_NUMBER, **change.spec())
            trial = await _try(office, RuleTrial(rules=[draft]))
    except AppError as error:
        beside: Sequence[BothTexts] = ()
        if number is not None and is_outdated(error):
            row = (await office.run(rules.rule_history, number))[0]
            saved = rule_form.of_change(rules.rule_change_of(row), number)
            beside, form.version = both_texts(asdict(saved), asdict(form)), saved.version
        return await _editor(office, number, form, error=_at_fields(error), beside=beside)
    return await _editor(office, number, form, trial=trial, tried=act)


async def _try(office: AdminPage, trial: RuleTrial) -> TrialResult:
    return await office.run(try_rules, office.book, trial, now=office.now, language=office.language)


def _at_fields(error: AppError) -> AppError:
    """Return the error at the fields of the form's one rule: a trial tells places as `rules.0.lead`."""
    for index, each in enumerate(error.errors):
        loc = tuple(part for part in each.loc if part != "body")
        if loc[:2] == ("rules", 0):
            moved = type(each)(loc[2:] or ("rule",), each.msg, each.params)
            error.errors = (*error.errors[:index], moved, *error.errors[index + 1 :])
    return error


async def _again(office: AdminPage, number: int, error: AppError) -> Response:
    row = (await office.run(rules.rule_history, number))[0]
    return await _editor(office, number, rule_form.of_change(rules.rule_change_of(row), number), error=error)


async def _editor(
    office: AdminPage,
    number: int | None,
    form: RuleForm,
    *,
    error: AppError | None = None,
    trial: TrialResult | None = None,
    tried: str = "",
    beside: Sequence[BothTexts] = (),
) -> Response:
    versions = await office.run(rules.rule_history, number) if number is not None else []
    current = versions[0] if versions and versions[0].valid_to is None else None
    context: dict[str, object] = {
        "rule_number": number,
        "beside": beside,
        "form": form,
        "current": current,
        "refusals": await office.run(rules.rule_refusals, current.id) if current else [],
        "versions": [rule_table.rule_line(row, office.book, office.language) for row in versions],
        "trial": trial,
        "tried": tried,
        "draft_line": _draft_line(office, form),
        "book_names": office.book.names,
        **rule_form.form_choices(form, office.book, office.language),
    }
    return office.draw("admin/rules/editor.html", context, error=error)


def _draft_line(office: AdminPage, form: RuleForm) -> str:
    """Return the rule as it stands in the form, as a sentence; empty while it is none."""
    try:
        change = rule_form.rule_change_in_form(form, office.book)
        return rule_table.draft_sentence(change, office.book, office.language)
    except (AppError, ValueError, KeyError):
        return ""


def _filters(office: AdminPage) -> dict[str, object]:
    reference, language = office.reference, office.language
    departments = [each for each in reference.departments.values() if each.active]
    return {
        "category_choices": [
            (code, " ".join(["–"] * depth + [name]))
            for code, name, depth in rule_form.category_choices(office.book, language)
        ],
        "ward_choices": [
            (each.code, each.full_name)
            for each in sorted(reference.ward_by_code.values(), key=lambda ward: alphabetical(ward.full_name))
        ],
        "department_choices": [
            (each.code, pick(each.short_name, language) or pick(each.name, language)) for each in departments
        ],
    }
