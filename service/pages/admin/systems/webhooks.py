"""Webhooks: the list, the form of one, its secret shown once, its log, and what is sent again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from service.domain.webhooks import log, register
from service.domain.webhooks.register import Span, WebhookRequest
from service.errors import AppError
from service.i18n import N_, pick, translate
from service.pages.admin.office import AdminPage, Filled, FilledDep, OfficeDep, to
from service.pages.shared.forms import read
from service.pages.shared.story import EVENT_WORDS

router = APIRouter(prefix="/admin/webhooks")

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
STATE_WORDS: Mapping[str, tuple[str, str, str]] = {
    "on": ("green", "check", N_("đang chạy")),
    "paused": ("grey", "pause", N_("tạm dừng")),
    "gone": ("red", "alert", N_("bên nhận đã đóng (410)")),
    "failing": ("red", "alert", N_("hỏng nhiều ngày, đã dừng")),
    "full": ("red", "alert", N_("chờ quá nhiều, đã dừng")),
}
DELIVERY_WORDS: Mapping[str, tuple[str, str, str]] = {
    "waiting": ("amber", "clock", N_("chờ gửi")),
    "claimed": ("blue", "progress", N_("đang gửi")),
    "done": ("green", "check", N_("đã nhận")),
    "given_up": ("red", "alert", N_("đã thôi gửi")),
    "cancelled": ("grey", "close", N_("không còn cần")),
}
LISTS = ("types", "categories", "wards", "departments")


@router.get("")
async def table(office: OfficeDep) -> Response:
    """Every webhook."""
    rows = await office.run(register.all_webhooks)
    return office.draw("admin/webhooks/index.html", {"rows": rows, "states": STATE_WORDS})


@router.get("/new")
async def blank(office: OfficeDep) -> Response:
    """An empty form."""
    return _form(office)


@router.post("/new")
async def add(sent: FilledDep) -> Response:
    """Make a webhook; its secret is on the page that comes and never again."""
    office = sent.office
    settings = office.resources.settings
    try:
        change = _read(sent)
        row, secret = await office.run(
            register.add_webhook,
            office.reference,
            office.stamp,
            settings.secret,
            settings.webhook_rules,
            change,
        )
    except AppError as error:
        return _form(office, _said(sent), error)
    return await _draw(office, row.id, secret=secret)


@router.get("/{webhook}")
async def one(
    webhook: Number,
    office: OfficeDep,
    state: Annotated[str, Query(max_length=20)] = "",
    before: UUID | None = None,
) -> Response:
    """Show one webhook with its log."""
    return await _draw(office, webhook, state=state, before=before)


@router.post("/{webhook}")
async def change(webhook: Number, sent: FilledDep) -> Response:
    """Change name, address or filters."""
    office, rules = sent.office, sent.office.resources.settings.webhook_rules
    try:
        request = _read(sent)
        await office.run(register.change_webhook, office.reference, office.stamp, rules, webhook, request)
    except AppError as error:
        return await _draw(office, webhook, form=_said(sent), error=error)
    return to(f"/admin/webhooks/{webhook}", "saved")


@router.post("/{webhook}/act")
async def act(webhook: Number, sent: FilledDep) -> Response:
    """Pause, resume, test, new secret or delete, as the button says."""
    try:
        return await _act(sent, webhook, sent.form.text("act"))
    except AppError as error:
        return await _draw(sent.office, webhook, error=error)


@router.post("/{webhook}/replay")
async def replay(webhook: Number, sent: FilledDep) -> Response:
    """Send one delivery again, or the events of a span of time."""
    office = sent.office
    try:
        if one := _uuid(sent.form.text("delivery")):
            await office.run(register.replay_one, office.stamp, webhook, one)
        else:
            span = Span(sent.form.moment("since", office.zone), sent.form.moment("until", office.zone))
            await office.run(register.replay_range, office.reference, office.stamp, webhook, span)
    except AppError as error:
        return await _draw(office, webhook, error=error)
    return to(f"/admin/webhooks/{webhook}", "resent")


async def _act(sent: Filled, webhook: int, what: str) -> Response:
    office, here = sent.office, f"/admin/webhooks/{webhook}"
    if what == "delete":
        await office.run(register.delete_webhook, office.stamp, webhook)
        return to("/admin/webhooks", "removed")
    if what == "secret":
        key = office.resources.settings.secret
        _, secret = await office.run(register.rotate_secret, office.stamp, key, webhook)
        return await _draw(office, webhook, secret=secret)
    if what == "pause":
        await office.run(register.pause_webhook, office.stamp, webhook)
        return to(here, "saved")
    if what == "test":
        await office.run(register.send_test, office.stamp, webhook)
        return to(here, "resent")
    missed = sent.form.text("missed") == "1"
    await office.run(
        lambda session: register.resume_webhook(
            session, office.reference, office.stamp, webhook, missed=missed
        )
    )
    return to(here, "saved")


async def _draw(
    office: AdminPage,
    webhook: int,
    *,
    form: Mapping[str, object] | None = None,
    error: AppError | None = None,
    secret: str = "",
    state: str = "",
    before: UUID | None = None,
) -> Response:
    row = await office.run(register.find_webhook, webhook)
    chosen: Literal[""] | str = state if state in DELIVERY_WORDS else ""
    entries = await office.run(log.read_log_before, webhook, chosen, before, log.PAGE)
    stored: dict[str, object] = {"name": row.row.name, "url": row.row.url}
    stored |= {name: list(getattr(row.row, name)) for name in LISTS}
    context = {
        "hook": row,
        "form": form or stored,
        "secret": secret,
        "entries": entries,
        "state": chosen,
        "more": entries[-1].row.id if len(entries) == log.PAGE else None,
        "states": STATE_WORDS,
        "delivery_states": DELIVERY_WORDS,
        **_choices(office),
    }
    response = office.draw("admin/webhooks/editor.html", context, error=error)
    response.headers["Cache-Control"] = "no-store"
    return response


def _form(
    office: AdminPage, form: Mapping[str, object] | None = None, error: AppError | None = None
) -> Response:
    empty = {"name": "", "url": "", **{name: [] for name in LISTS}}
    return office.draw("admin/webhooks/new.html", {"form": form or empty, **_choices(office)}, error=error)


def _choices(office: AdminPage) -> dict[str, object]:
    """Return what can be ticked, by code, with their names."""
    reference = office.reference
    return {
        "known": {
            "types": [
                (each.value, f"{translate(words.what)} ({each})" if words else each.value)
                for each, words in EVENT_WORDS.items()
            ],
            "categories": [(each.code, pick(each.name)) for each in reference.categories.values()],
            "wards": [(each.code, each.full_name) for each in reference.wards.values() if each.current],
            "departments": [
                (each.code, pick(each.name)) for each in reference.departments.values() if each.active
            ],
        },
        "networks": office.resources.settings.webhook_networks,
    }


def _said(sent: Filled) -> dict[str, object]:
    form = sent.form
    return {"name": form.text("name"), "url": form.text("url"), **{name: form.texts(name) for name in LISTS}}


def _read(sent: Filled) -> WebhookRequest:
    return read(WebhookRequest, _said(sent))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
