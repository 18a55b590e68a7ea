"""The channels by which citizens write: how each stands, its tokens, a message as a trial."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.talks import channel_states
from service.domain.talks.channel_states import ChannelState
from service.domain.talks.outgoing import addressee
from service.domain.talks.vault import Vault
from service.errors import AppError, Unavailable, invalid
from service.i18n import N_, translate
from service.pages.admin.office import AdminPage, FilledDep, OfficeDep, to
from service.sending.channels import CHANNELS
from service.sending.envelope import SendFailed
from service.sending.zalo import make_delivery
from service.sending.zalo.account import CHANNEL_NAME, zalo_account

router = APIRouter(prefix="/admin/channels")

SOON = timedelta(hours=3)
TRIAL = N_("Tin thử từ {service}: kênh này gửi được.")


@router.get("")
async def table(office: OfficeDep) -> Response:
    """Every channel with an account."""
    return await _draw(office)


@router.post("/zalo")
async def act(sent: FilledDep) -> Response:
    """Keep the tokens of Zalo's console, or send a message as a trial, as the button says."""
    office, form = sent.office, sent.form
    account = zalo_account(office.resources.settings)
    if account is None:
        return await _draw(office)
    try:
        if form.text("act") == "try":
            await _try(office, form.text("talk"))
            return to("/admin/channels", "tried")
        pair = form.text("access"), form.text("refresh")
        key, staff_id = office.resources.settings.secret, office.staff.account.id
        await office.run(
            channel_states.enter_tokens, key, CHANNEL_NAME, account.oa_id, pair, staff_id, office.now
        )
    except AppError as error:
        return await _draw(office, error)
    return to("/admin/channels", "saved")


async def _draw(office: AdminPage, error: AppError | None = None) -> Response:
    settings = office.resources.settings
    account = zalo_account(settings)
    rows: list[ChannelState] = []
    if account is not None:
        rows.append(await office.run(channel_states.channel_state, CHANNEL_NAME, account.oa_id))
    context = {
        "rows": rows,
        "known_channels": CHANNELS,
        "soon": office.now + SOON,
        "hook": f"{settings.public_url.rstrip('/')}/hooks/zalo",
        "demo": account is not None and account.demo,
    }
    return office.draw("admin/channels/index.html", context, error=error)


async def _try(office: AdminPage, talk: str) -> None:
    """Send a message to a conversation. Raises Invalid for none, Unavailable where it does not go."""
    settings = office.resources.settings
    try:
        talk_id = UUID(talk.rpartition("/")[2])
    except ValueError:
        raise invalid(["talk"], N_("Dán địa chỉ của một hội thoại ở bàn điều phối.")) from None
    to_whom = await office.run(addressee, Vault(settings.secret), talk_id)
    delivery = make_delivery(settings)
    if to_whom is None or delivery is None:
        raise invalid(["talk"], N_("Không có hội thoại này."))
    service = office.reference.service_name.get("vi", "")
    text = translate(TRIAL, "vi", service=service)
    try:
        await to_thread.run_sync(delivery.deliver, to_whom.person, to_whom.last_in_at, text)
    except SendFailed as failed:
        raise Unavailable(N_("Chưa gửi được: {why}"), why=failed.why) from None
    finally:
        delivery.engine.dispose()
