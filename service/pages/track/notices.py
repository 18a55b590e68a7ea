"""Being told of a report, chosen on its page: this browser, an e-mail address, how often, no more."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.kernel.follower_secrets import follower_secret
from service.domain.notices import report_subscriptions
from service.domain.notices.confirmation import Pace
from service.domain.notices.report_subscriptions import SubscriptionResult
from service.errors import AppError
from service.i18n import language_in_use
from service.models import NoticeChannel
from service.pages.messages.subscribers import read_subscriber
from service.pages.shared.citizen import CitizenDep
from service.pages.shared.forms import read
from service.pages.shared.report_secrets import keep_secret
from service.pages.track.actions import VisitDep, draw_refused
from service.sending.channels import CHANNELS
from service.web.rates import sender_of

router = APIRouter()


@router.post("/r/{code}/notices")
async def turn_on(visit: VisitDep, citizen: CitizenDep) -> Response:
    """Tell this browser or this address from now on; who did not follow yet does so by this."""
    try:
        subscribed: SubscriptionResult = await visit.run(
            report_subscriptions.watch_report,
            visit.reference,
            visit.asker,
            visit.code,
            await read_subscriber(visit.request, visit.resources, visit.form.fields()),
            language=language_in_use.get(),
            now=visit.now,
            typed_by=(sender_of(visit.request, visit.resources).address_hash or b"").hex(),
            proven=citizen.target if citizen and citizen.channel == NoticeChannel.EMAIL else None,
        )
    except AppError as error:
        return await draw_refused(visit, "notices", error)
    word = "asked" if subscribed.asked else "on"
    response = RedirectResponse(f"/r/{visit.code}?told={word}#notices", status_code=303)
    if subscribed.follower_id is not None:
        secret = follower_secret(visit.asker.key, subscribed.follower_id)
        keep_secret(visit.request, response, visit.resources, visit.code, secret, own=False)
    return response


@router.post("/r/{code}/notices/change")
async def change(visit: VisitDep) -> Response:
    """Another pace for one way of being told, or an end to it."""
    fields = visit.form.fields()
    try:
        pace = read(Pace, {"pace": fields.get("pace", "")})
        await visit.run(
            report_subscriptions.change_pace,
            CHANNELS,
            visit.asker,
            visit.code,
            fields.get("which", ""),
            pace,
            visit.now,
        )
    except AppError as error:
        return await draw_refused(visit, "notices", error)
    return RedirectResponse(f"/r/{visit.code}?told=changed#notices", status_code=303)
