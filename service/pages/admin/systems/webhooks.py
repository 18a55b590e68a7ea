"""Webhooks: the list, the form of one, its secret shown once, its log, and what is sent again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.domain.webhooks import log, register
from service.domain.webhooks.register import Span, WebhookRequest
from service.errors import AppError
from service.i18n import N_, pick, translate
from service.models.ops.webhook import DeliveryState, WebhookState
from service.pages.admin.visit import AdminForm, AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import id_or_none, read
from service.pages.shared.story import EVENT_WORDS
from service.web.paths import RowId

router = APIRouter(prefix="/admin/webhooks")

STATE_WORDS: Mapping[WebhookState, tuple[str, str, str]] = {
    WebhookState.ON: ("green", "check", N_("đang chạy")),
    WebhookState.PAUSED: ("grey", "pause", N_("tạm dừng")),
    WebhookState.GONE: ("red", "alert", N_("bên nhận đã đóng (410)")),
    WebhookState.FAILING: ("red", "alert", N_("hỏng nhiều ngày, đã dừng")),
    WebhookState.FULL: ("red", "alert", N_("chờ quá nhiều, đã dừng")),
}
DELIVERY_WORDS: Mapping[DeliveryState, tuple[str, str, str]] = {
    DeliveryState.WAITING: ("amber", "clock", N_("chờ gửi")),
    DeliveryState.CLAIMED: ("blue", "progress", N_("đang gửi")),
    DeliveryState.DONE: ("green", "check", N_("đã nhận")),
    DeliveryState.GIVEN_UP: ("red", "alert", N_("đã thôi gửi")),
    DeliveryState.CANCELLED: ("grey", "close", N_("không còn cần")),
}
LISTS = ("types", "categories", "wards", "departments")


@router.get("")
async def table(visit: AdminVisitDep) -> Response:
    """Every webhook."""
    rows = await visit.run(register.all_webhooks)
    return visit.draw("admin/webhooks/index.html", {"rows": rows, "states": STATE_WORDS})


@router.get("/new")
async def blank(visit: AdminVisitDep) -> Response:
    """An empty form."""
    return _form(visit)


@router.post("/new")
async def add(sent: AdminFormDep) -> Response:
    """Make a webhook; its secret is on the page that comes and never again."""
    visit = sent.visit
    settings = visit.resources.settings
    try:
        change = _read(sent)
        row, secret = await visit.run(
            register.add_webhook,
            visit.reference,
            visit.stamp,
            settings.secret,
            settings.webhook_rules,
            change,
        )
    except AppError as error:
        return _form(visit, _sent_fields(sent), error)
    return await _draw(visit, row.id, secret=secret)


@router.get("/{webhook}")
async def one(
    webhook: RowId,
    visit: AdminVisitDep,
    state: Annotated[str, Query(max_length=20)] = "",
    before: UUID | None = None,
) -> Response:
    """Show one webhook with its log."""
    return await _draw(visit, webhook, state=state, before=before)


@router.post("/{webhook}")
async def change(webhook: RowId, sent: AdminFormDep) -> Response:
    """Change name, address or filters."""
    visit, rules = sent.visit, sent.visit.resources.settings.webhook_rules
    try:
        request = _read(sent)
        await visit.run(register.change_webhook, visit.reference, visit.stamp, rules, webhook, request)
    except AppError as error:
        return await _draw(visit, webhook, form=_sent_fields(sent), error=error)
    return redirect_to(f"/admin/webhooks/{webhook}", "saved")


@router.post("/{webhook}/act")
async def act(webhook: RowId, sent: AdminFormDep) -> Response:
    """Pause, resume, test, new secret or delete, as the button says."""
    try:
        return await _act(sent, webhook, sent.form.text("act"))
    except AppError as error:
        return await _draw(sent.visit, webhook, error=error)


@router.post("/{webhook}/replay")
async def replay(webhook: RowId, sent: AdminFormDep) -> Response:
    """Send one delivery again, or the events of a span of time."""
    visit = sent.visit
    try:
        if one := id_or_none(sent.form.text("delivery")):
            await visit.run(register.replay_one, visit.stamp, webhook, one)
        else:
            span = Span(sent.form.moment("since", visit.zone), sent.form.moment("until", visit.zone))
            await visit.run(register.replay_range, visit.reference, visit.stamp, webhook, span)
    except AppError as error:
        return await _draw(visit, webhook, error=error)
    return redirect_to(f"/admin/webhooks/{webhook}", "resent")


async def _act(sent: AdminForm, webhook: int, what: str) -> Response:
    visit, here = sent.visit, f"/admin/webhooks/{webhook}"
    if what == "delete":
        await visit.run(register.delete_webhook, visit.stamp, webhook)
        return redirect_to("/admin/webhooks", "removed")
    if what == "secret":
        key = visit.resources.settings.secret
        _, secret = await visit.run(register.rotate_secret, visit.stamp, key, webhook)
        return await _draw(visit, webhook, secret=secret)
    if what == "pause":
        await visit.run(register.pause_webhook, visit.stamp, webhook)
        return redirect_to(here, "saved")
    if what == "test":
        await visit.run(register.send_test, visit.stamp, webhook)
        return redirect_to(here, "resent")
    missed = sent.form.text("missed") == "1"
    await visit.run(
        lambda session: register.resume_webhook(session, visit.reference, visit.stamp, webhook, missed=missed)
    )
    return redirect_to(here, "saved")


async def _draw(
    visit: AdminVisit,
    webhook: int,
    *,
    form: Mapping[str, object] | None = None,
    error: AppError | None = None,
    secret: str = "",
    state: str = "",
    before: UUID | None = None,
) -> Response:
    row = await visit.run(register.find_webhook, webhook)
    chosen = DeliveryState(state) if state in DELIVERY_WORDS else None
    entries = await visit.run(log.read_log_before, webhook, chosen, before, log.PAGE)
    stored: dict[str, object] = {"name": row.row.name, "url": row.row.url}
    stored |= {name: list(getattr(row.row, name)) for name in LISTS}
    context = {
        "hook": row,
        "form": form or stored,
        "secret": secret,
        "entries": entries,
        "state": chosen or "",
        "more": entries[-1].row.id if len(entries) == log.PAGE else None,
        "states": STATE_WORDS,
        "delivery_states": DELIVERY_WORDS,
        **_choices(visit),
    }
    response = visit.draw("admin/webhooks/editor.html", context, error=error)
    response.headers["Cache-Control"] = "no-store"
    return response


def _form(
    visit: AdminVisit, form: Mapping[str, object] | None = None, error: AppError | None = None
) -> Response:
    empty = {"name": "", "url": "", **{name: [] for name in LISTS}}
    return visit.draw("admin/webhooks/new.html", {"form": form or empty, **_choices(visit)}, error=error)


def _without_values(words: str) -> str:
    return re.sub(r"\{\w+\}", "…", words)


def _choices(visit: AdminVisit) -> dict[str, object]:
    """Return what can be ticked, by code, with their names."""
    reference = visit.reference
    return {
        "known": {
            "types": [
                (each.value, f"{_without_values(translate(words.what))} ({each})" if words else each.value)
                for each, words in EVENT_WORDS.items()
            ],
            "categories": [(each.code, pick(each.name)) for each in reference.categories.values()],
            "wards": [(each.code, each.full_name) for each in reference.wards.values() if each.current],
            "departments": [
                (each.code, pick(each.name)) for each in reference.departments.values() if each.active
            ],
        },
        "networks": visit.resources.settings.webhook_networks,
    }


def _sent_fields(sent: AdminForm) -> dict[str, object]:
    form = sent.form
    return {"name": form.text("name"), "url": form.text("url"), **{name: form.texts(name) for name in LISTS}}


def _read(sent: AdminForm) -> WebhookRequest:
    return read(WebhookRequest, _sent_fields(sent))
