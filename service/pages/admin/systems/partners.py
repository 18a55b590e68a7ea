"""Partners: other systems that work on cases; added, changed, paused, tried, and what was handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.city.config import PartnerConfig
from service.domain.partners import partner_settings, register
from service.domain.partners.partner_settings import PartnerChange
from service.errors import AppError, Invalid
from service.i18n import N_, pick, translate
from service.pages.admin.systems.partner_rows import (
    fields_of_names,
    read_services,
    read_state_words,
    service_rows,
    state_rows,
)
from service.pages.admin.visit import AdminForm, AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import Fields, read
from service.pages.shared.partner_words import CONTACT_WORDS, HAND_OVER_WORDS, STEP_WORDS, UPDATE_WORDS
from service.sending.partner_trial import TriedCall, try_partner
from service.web.paths import EntryCode

router = APIRouter(prefix="/admin/partners")

TEXTS = ("endpoint", "jurisdiction_id", "default_service", "updates_by", "photos", "contact")


@router.get("")
async def table(visit: AdminVisitDep) -> Response:
    """Every partner of the city, and the newest hand-overs."""
    context = {
        "partners": await visit.run(register.all_partners, visit.reference),
        "hand_overs": await visit.run(register.newest_hand_overs),
        "states": HAND_OVER_WORDS,
    }
    return visit.draw("admin/partners/index.html", context)


@router.get("/new")
async def blank(visit: AdminVisitDep) -> Response:
    """An empty form."""
    return await _draw(visit, None, Fields(poll_minutes="5", contact="none", photos="none"))


@router.post("/new")
async def add(sent: AdminFormDep) -> Response:
    """A new partner."""
    return await _put(sent, None)


@router.get("/{department}")
async def editor(department: EntryCode, visit: AdminVisitDep) -> Response:
    """Show one partner."""
    _, config = register.find_partner(visit.reference, department)
    return await _draw(visit, config, _form_of(config))


@router.post("/{department}")
async def change(department: EntryCode, sent: AdminFormDep) -> Response:
    """Change a partner."""
    return await _put(sent, department)


@router.post("/{department}/act")
async def act(department: EntryCode, sent: AdminFormDep) -> Response:
    """Pause, go on with or remove a partner, as the button says."""
    visit, what = sent.visit, sent.form.text("act")
    try:
        if what == "remove":
            await visit.run(partner_settings.remove_partner, visit.stamp, department)
            return redirect_to("/admin/partners", "removed")
        paused = what == "pause"
        await visit.run(
            lambda session: partner_settings.pause_partner(session, visit.stamp, department, paused=paused)
        )
    except AppError as error:
        return await _failed(visit, department, error)
    return redirect_to(f"/admin/partners/{department}", "saved")


@router.post("/{department}/key")
async def set_key(department: EntryCode, sent: AdminFormDep) -> Response:
    """Keep the key that a partner gave us, which no page ever shows; an empty one takes it away."""
    visit, secret = sent.visit, sent.form.text("secret")
    key = visit.resources.settings.secret
    try:
        await visit.run(register.set_partner_key, visit.reference, visit.stamp, key, department, secret)
    except AppError as error:
        return await _failed(visit, department, error)
    return redirect_to(f"/admin/partners/{department}", "saved")


@router.post("/{department}/test")
async def try_call(department: EntryCode, sent: AdminFormDep) -> Response:
    """Ask the partner which kinds it takes, and say which of ours it lacks. Nothing is handed over."""
    visit, settings = sent.visit, sent.visit.resources.settings
    department_id, config = register.find_partner(visit.reference, department)
    key = await visit.run(register.key_of_partner, settings.secret, department_id)
    tried = await to_thread.run_sync(try_partner, settings, visit.reference, config, key)
    await visit.run(register.note_call, department_id, visit.stamp.at, tried.problem)
    return await _draw(visit, config, _form_of(config), tried=tried)


async def _put(sent: AdminForm, department: str | None) -> Response:
    visit, rules = sent.visit, sent.visit.resources.settings.webhook_rules
    known = register.find_partner(visit.reference, department)[1] if department else None
    try:
        change = _read(sent, known)
        config = await visit.run(
            partner_settings.put_partner, visit.reference, visit.stamp, rules, department, change
        )
    except AppError as error:
        return await _draw(visit, known, Fields(sent.form.fields()), error)
    return redirect_to(f"/admin/partners/{config.department}", "saved" if department else "added")


async def _failed(visit: AdminVisit, department: str, error: AppError) -> Response:
    _, config = register.find_partner(visit.reference, department)
    return await _draw(visit, config, _form_of(config), error)


async def _draw(
    visit: AdminVisit,
    config: PartnerConfig | None,
    form: Mapping[str, str],
    error: AppError | None = None,
    tried: TriedCall | None = None,
) -> Response:
    found = await visit.run(register.all_partners, visit.reference)
    taken = {each.config.department for each in found}
    context = {
        "partner": next(
            (each for each in found if config and each.config.department == config.department), None
        ),
        "form": form,
        "tried": tried,
        "update_choices": [(code, translate(words)) for code, words in UPDATE_WORDS.items()],
        "contact_choices": [(code, translate(words)) for code, words in CONTACT_WORDS.items()],
        "step_choices": [(code, translate(words)) for code, words in STEP_WORDS.items()],
        "department_choices": [
            (each.code, pick(each.name, visit.language))
            for each in visit.reference.departments.values()
            if each.active and each.code not in taken
        ],
        "services": service_rows(visit.reference, form),
        "states": state_rows(form),
        "named": bool(read_services(form)),
    }
    return visit.draw("admin/partners/editor.html", context, error=error)


def _form_of(config: PartnerConfig) -> Fields:
    fields = {name: str(getattr(config, name) or "") for name in TEXTS}
    return Fields(
        fields
        | fields_of_names(config)
        | {"poll_minutes": str(config.poll_minutes), "version": partner_settings.partner_version(config)}
    )


def _read(sent: AdminForm, known: PartnerConfig | None) -> PartnerChange:
    """Raises Invalid."""
    form = sent.form
    fields: dict[str, object] = {name: form.text(name) or None for name in TEXTS}
    fields |= {name: form.text(name) for name in ("updates_by", "photos", "contact", "endpoint")}
    fields |= {"services": read_services(form.fields()), "statuses": read_state_words(form.fields())}
    fields["department"] = known.department if known else form.text("department")
    fields["poll_minutes"] = form.whole("poll_minutes")
    fields["enabled"] = known.enabled if known else True
    try:
        return read(PartnerChange, {**fields, "version": form.text("version") or None})
    except Invalid as wrong:  # a pair is named by the list that it stands in
        errors = [replace(each, loc=each.loc[:1]) for each in wrong.errors]
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors) from None
