"""The channels by which citizens write: how each stands, its tokens, a message as a trial."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.kernel.texts import alphabetical
from service.domain.talks import channel_states
from service.domain.talks.channel_figures import channel_figures
from service.domain.talks.channel_states import ChannelState
from service.domain.talks.groups.incoming import link_group
from service.domain.talks.groups.posts import read_groups
from service.domain.talks.outgoing import conversation_addressee, note_sent
from service.domain.talks.vault import Vault
from service.errors import AppError, Unavailable, invalid
from service.i18n import N_, pick, translate
from service.pages.admin.visit import AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.channel_words import wait_words
from service.pages.shared.forms import SentForm
from service.pages.shared.visit import not_here
from service.sending.channels import CHANNELS, talk_channels
from service.sending.envelope import SendFailed
from service.sending.zalo.bot.bot_account import CHANNEL_NAME as BOT
from service.sending.zalo.bot.bot_account import bot_account

router = APIRouter(prefix="/admin/channels")

SOON = timedelta(hours=3)
FIGURES_OF = timedelta(days=30)
TRIAL = N_("Tin thử từ {service}: kênh này gửi được.")


@router.get("")
async def table(visit: AdminVisitDep) -> Response:
    """Every channel with an account."""
    return await _draw(visit)


@router.post("/{channel}")
async def act(channel: str, sent: AdminFormDep) -> Response:
    """Keep the tokens of a channel's console, or send a message as a trial, as the button says."""
    visit, form = sent.visit, sent.form
    settings = visit.resources.settings
    if channel == BOT and bot_account(settings) is not None:
        return await _link(visit, form)
    talk = talk_channels(settings).get(channel)
    if talk is None:
        raise not_here()
    try:
        if form.text("act") == "try" or not talk.has_tokens:
            await _try(visit, channel, form.text("talk"))
            return redirect_to("/admin/channels", "tried")
        pair, account = (form.text("access"), form.text("refresh")), talk.account(settings) or ""
        staff_id = visit.staff.account.id
        await visit.run(
            channel_states.enter_tokens, settings.secret, channel, account, pair, staff_id, visit.now
        )
    except AppError as error:
        return await _draw(visit, error, channel)
    return redirect_to("/admin/channels", "saved")


async def _link(visit: AdminVisit, form: SentForm) -> Response:
    """Say whose cases a group of the bot is told of."""
    given = form.text("group")
    group = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
    staff_id, code = visit.staff.account.id, form.text("department")
    try:
        await visit.run(link_group, visit.reference, group, code, staff_id, visit.now)
    except AppError as error:
        return await _draw(visit, error, BOT)
    return redirect_to("/admin/channels", "saved")


async def _draw(visit: AdminVisit, error: AppError | None = None, failed: str = "") -> Response:
    settings = visit.resources.settings
    found = talk_channels(settings)
    rows: list[ChannelState] = [
        await visit.run(channel_states.channel_state, name, talk.account(settings) or "")
        for name, talk in found.items()
    ]
    public = settings.public_url.rstrip("/")
    context = {
        "rows": rows,
        "known_channels": CHANNELS,
        "soon": visit.now + SOON,
        "hooks": {name: f"{public}{talk.hook}" for name, talk in found.items() if talk.hook},
        "twins": {name: talk.twin for name, talk in found.items() if talk.is_demo(settings)},
        "figures": await visit.run(channel_figures, list(found), visit.now - FIGURES_OF, visit.now),
        "wait_words": wait_words,
        "failed": failed,
        "bot": bot_account(settings) is not None,
        "bot_hook": f"{public}/hooks/zalo-bot",
        "groups": await visit.run(read_groups),
        "companies": sorted(
            (each for each in visit.reference.departments.values() if each.active),
            key=lambda each: alphabetical(pick(each.name)),
        ),
    }
    return visit.draw("admin/channels/index.html", context, error=error)


async def _try(visit: AdminVisit, channel: str, talk: str) -> None:
    """Send a message to a conversation. Raises Invalid for none, Unavailable where it does not go."""
    settings = visit.resources.settings
    try:
        talk_id = UUID(talk.strip().rpartition("/")[2].partition("#")[0])
    except ValueError:
        raise invalid(["talk"], N_("Dán địa chỉ của một hội thoại ở bàn điều phối.")) from None
    to_whom = await visit.run(conversation_addressee, Vault(settings.secret), talk_id)
    delivery = talk_channels(settings)[channel].make_delivery(settings)
    if to_whom is None or to_whom.channel != channel or delivery is None:
        raise invalid(["talk"], N_("Không có hội thoại này."))
    service = visit.reference.service_name.get("vi", "")
    text = translate(TRIAL, "vi", service=service)
    try:
        given = await to_thread.run_sync(partial(delivery.deliver, to_whom, text, by_person=True))
    except SendFailed as failed:
        raise Unavailable(N_("Chưa gửi được: {why}"), why=failed.why) from None
    finally:
        delivery.close()
    # The person has it: it stands in their conversation too.
    await visit.run(note_sent, Vault(settings.secret), talk_id, text, given, visit.now)
