"""Accounts: the list, and what can be done with one. A new password is shown once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.domain.configuration.administration import people
from service.domain.configuration.administration.people import NewPerson, PersonChange
from service.domain.kernel.texts import fold
from service.domain.people.identities import identities_of
from service.domain.people.passwords import generate
from service.errors import AppError
from service.i18n import pick
from service.i18n.wording import ROLE_WORDS
from service.models import Role
from service.pages.admin.conflicts import BothTexts, both_texts, is_outdated
from service.pages.admin.visit import AdminForm, AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.login.provided import provider_of
from service.pages.shared.forms import Fields, read
from service.pages.shared.kinds import department_choices
from service.signin.throttling import hashed
from service.web.paths import Username

router = APIRouter(prefix="/admin/people")

Word = Annotated[str, Query(max_length=100)]


@router.get("")
async def table(visit: AdminVisitDep, q: Word = "", role: Word = "", quiet: Word = "") -> Response:
    """Everybody, those whose account is closed too; `quiet` are those who did not sign in for ninety days."""
    rows = await visit.run(people.all_people)
    seen = await visit.run(people.last_sign_ins, visit.now)
    found = [
        row
        for row in rows
        if (not role or row.role == role)
        and not (quiet and (row.id in seen or not row.active))
        and fold(q) in fold(f"{row.username} {row.name} {row.email or ''}")
    ]
    context = {"rows": found, "q": q, "role": role, "total": len(rows), "roles": ROLE_WORDS}
    context |= {"seen": seen, "quiet": quiet, "groups": dict(_groups(visit, ""))}
    return visit.draw("admin/people/index.html", context)


@router.get("/new")
async def blank(visit: AdminVisitDep, department: Word = "") -> Response:
    """An empty form, of a department where one is named."""
    return await _draw(visit, None, {"role": Role.DEPARTMENT, "language": "vi", "department": department})


@router.post("/new")
async def add(sent: AdminFormDep) -> Response:
    """A new account, with a password that is shown this once."""
    visit, form = sent.visit, sent.form.fields()
    try:
        change = read(NewPerson, {**_sent_fields(sent), "username": sent.form.text("username")})
        password = generate()
        digest = await hashed(password)
        account = await visit.run(people.open_account, visit.reference, visit.stamp, change, digest)
    except AppError as error:
        return await _draw(visit, None, form, error)
    return await _show(visit, account.username, password)


@router.get("/{username}")
async def editor(username: Username, visit: AdminVisitDep) -> Response:
    """Show one account."""
    return await _show(visit, username)


@router.post("/{username}")
async def change(username: Username, sent: AdminFormDep) -> Response:
    """Name, role, department, address."""
    visit, form = sent.visit, sent.form.fields()
    try:
        named = {"successor": sent.form.text("successor")} if "successor" in sent.form else {}
        change = read(PersonChange, _sent_fields(sent) | {"version": sent.form.text("version")} | named)
        await visit.run(people.change_account, visit.reference, visit.stamp, username, change)
    except AppError as error:
        if is_outdated(error):
            saved = await _form_of(visit, username)
            beside = both_texts(saved, form)
            return await _draw(
                visit, username, Fields(form | {"version": saved["version"]}), error, beside=beside
            )
        return await _draw(visit, username, form, error)
    return redirect_to(f"/admin/people/{username}", "saved")


@router.post("/{username}/disable")
async def disable(username: Username, sent: AdminFormDep) -> Response:
    """Close the account."""
    try:
        named = sent.form.text("successor") if "successor" in sent.form else None
        await sent.visit.run(people.close_account, sent.visit.stamp, username, named)
    except AppError as error:
        return await _show(sent.visit, username, error=error)
    return redirect_to(f"/admin/people/{username}", "saved")


@router.post("/{username}/enable")
async def enable(username: Username, sent: AdminFormDep) -> Response:
    """Open the account again."""
    visit = sent.visit
    try:
        await visit.run(people.enable_account, visit.reference, visit.stamp, username)
    except AppError as error:
        return await _show(visit, username, error=error)
    return redirect_to(f"/admin/people/{username}", "saved")


@router.post("/{username}/password")
async def password(username: Username, sent: AdminFormDep) -> Response:
    """A new password, shown this once."""
    made = generate()
    digest = await hashed(made)
    await sent.visit.run(people.replace_password, sent.visit.stamp, username, digest)
    return await _show(sent.visit, username, made)


@router.post("/{username}/signout")
async def sign_out(username: Username, sent: AdminFormDep) -> Response:
    """End all their sessions."""
    await sent.visit.run(people.sign_out_everywhere, sent.visit.stamp, username)
    return redirect_to(f"/admin/people/{username}", "saved")


@router.post("/{username}/factor")
async def factor(username: Username, sent: AdminFormDep) -> Response:
    """Take away a second factor that was lost."""
    try:
        await sent.visit.run(people.remove_factor, sent.visit.stamp, username)
    except AppError as error:
        return await _show(sent.visit, username, error=error)
    return redirect_to(f"/admin/people/{username}", "saved")


def _sent_fields(sent: AdminForm) -> dict[str, object]:
    return {
        "name": sent.form.text("name"),
        "role": sent.form.text("role"),
        "department": sent.form.text("department") or None,
        "area_group": sent.form.text("area_group") or None,
        "email": sent.form.text("email") or None,
        "language": sent.form.text("language") or "vi",
    }


async def _show(
    visit: AdminVisit, username: str, password: str = "", error: AppError | None = None
) -> Response:
    form = await _form_of(visit, username)
    return await _draw(visit, form["username"], form, error, password)


async def _form_of(visit: AdminVisit, username: str) -> dict[str, str]:
    account = await visit.run(people.find_person, username)
    facts = people.account_facts(visit.reference, account)
    form = {key: str(value or "") for key, value in facts.items() if key != "active"}
    form |= {"username": account.username, "version": people.account_version(visit.reference, account)}
    return form


async def _draw(
    visit: AdminVisit,
    username: str | None,
    form: dict[str, str],
    error: AppError | None = None,
    password: str = "",
    beside: Sequence[BothTexts] = (),
) -> Response:
    account = await visit.run(people.find_person, username) if username is not None else None
    elsewhere = await visit.run(identities_of, account.id) if account else []
    colleagues = await visit.run(people.all_people) if error and "cases" in error.extra else []
    context = {
        "successor_choices": [
            (each.username, each.name)
            for each in colleagues
            if account is not None
            and each.active
            and each.id != account.id
            and each.department_id == account.department_id
            and each.role in (Role.DEPARTMENT, Role.MANAGER)
        ],
        "person": account,
        "has_duty": account is not None and account.active and account.role == Role.TRIAGE,
        "beside": beside,
        "form": form,
        "password": password,
        "identities": elsewhere,
        "provider": provider_of(visit.resources, elsewhere),
        "group_choices": _groups(visit, form.get("area_group", "")),
        "role_choices": [(role, ROLE_WORDS[role]) for role in Role],
        "department_choices": department_choices(visit.reference),
    }
    response = visit.draw("admin/people/editor.html", context, error=error)
    response.headers["Cache-Control"] = "no-store"
    return response


def _groups(visit: AdminVisit, chosen: str) -> list[tuple[str, str]]:
    """Return the groups of wards; one that is gone stays in sight, so that nobody is unbound by saving."""
    known = {each.code: pick(each.name, visit.language) for each in visit.reference.config.area_groups}
    if chosen:
        known.setdefault(chosen, chosen)
    return list(known.items())
