"""Actions of citizens on a report's page: remark, photo, follow, rate, reopen, withdraw, forget.

Who asks for JSON, as the phone does that keeps a form until there is a network, is answered in JSON.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from service.domain.casework.citizens import comments, followers, participation
from service.domain.casework.citizens.comments import Remark
from service.domain.casework.citizens.followers import Follow
from service.domain.casework.citizens.participation import RatingForm, Reopening, Withdrawal
from service.domain.casework.passing_time.follow_up import FollowUpForm, answer_follow_up
from service.domain.contacts.late_contacts import give_contact
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.follower_secrets import claimed_follower, follower_secret
from service.domain.privacy import erasure
from service.domain.privacy.erasure import Erasure
from service.domain.privacy.secret_renewal import Renewal, renew_secret
from service.domain.privacy.visibility import Visibility, decide_photo
from service.domain.queries.tracking import read_tracking
from service.domain.reports import flags, photos
from service.domain.reports.access import Asker
from service.domain.reports.drafts import ContactIn
from service.domain.reports.flags import Flag
from service.errors import AppError, NotFound, invalid
from service.i18n import N_, language_in_use, translate
from service.imaging.refusal import MAX_BYTES
from service.pages.shared.forms import FormDep, SentForm, id_or_none, read, words_id
from service.pages.shared.report_secrets import forget_report, keep_secret, kept_secret
from service.pages.shared.visit import PageVisit
from service.pages.track.drawing import draw
from service.sending.channels import CHANNELS
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, WakeAfter
from service.web.rates import allow, allow_person, device_of
from service.web.takedown import ClearAfter
from service.web.uploads import FILE, FORM_BYTES, ID, Gate, GateDep, Sending, receive_photo

MOST_PHOTOS = 6
"""Photos that one form brings; the camera and the phone's own photos are two fields of it."""

PHOTO_BYTES = MOST_PHOTOS * MAX_BYTES + FORM_BYTES

PHOTO_ALONE = N_("Tôi gửi ảnh kèm theo.")
"""An answer that is a photo alone."""

router = APIRouter(dependencies=[WakeAfter, ClearAfter])


@dataclass(frozen=True, slots=True)
class ReportVisit(PageVisit):
    """A citizen on the page of one report, with the form they sent."""

    asker: Asker
    code: str
    form: SentForm


async def get_visit(
    request: Request, code: str, resources: ResourcesDep, reference: ReferenceDep, now: NowDep, form: FormDep
) -> ReportVisit:
    """Return who acts, by the page's own cookie. Raises Forbidden without the form's token,
    TooMany, NotFound.
    """
    await allow(request, resources, "flag" if request.url.path.endswith("/flag") else "participate")
    tidy = tidy_code(code)
    if tidy is None:
        raise NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
    asker = Asker(secret=kept_secret(request), key=resources.settings.secret)
    return ReportVisit(request, resources, reference, now, asker, tidy, form)


VisitDep = Annotated[ReportVisit, Depends(get_visit)]


@router.post("/r/{code}/comment", max_body_size=PHOTO_BYTES)
async def comment(visit: VisitDep, gate: GateDep) -> Response:
    """Take a remark under the report, with photos. They come first: what is refused keeps the words."""

    async def act() -> None:
        if visit.form.files(FILE):
            await receive_photos(visit, gate, await _sending(visit))
        await _say(visit, visit.form.text("text"), answering=False)

    return await _do(visit, "comment", act)


@router.post("/r/{code}/answer", max_body_size=PHOTO_BYTES)
async def answer(visit: VisitDep, gate: GateDep) -> Response:
    """The answer to what was asked: words, photos, or both. The photos come first: words end it all."""

    async def act() -> None:
        files, text = visit.form.files(FILE), visit.form.text("text")
        if not files and not text.strip():
            raise invalid(["text"], N_("Hãy viết câu trả lời hoặc thêm một ảnh."))
        if files:
            await receive_photos(visit, gate, await _sending(visit))
        await _say(visit, text if text.strip() else translate(PHOTO_ALONE), answering=True)

    return await _do(visit, "answer", act)


async def _say(visit: ReportVisit, text: str, *, answering: bool) -> None:
    remark_id = words_id(visit.form.text("id"), text)
    await allow_person(visit.request, visit.resources, visit.asker.secret)
    sent = read(Remark, {"text": text, "id": str(remark_id or uuid4())})
    await visit.run(
        comments.comment, visit.reference, visit.asker, visit.code, sent, visit.now, answering=answering
    )


@router.post("/r/{code}/rating")
async def rating(visit: VisitDep) -> Response:
    """The reporter's verdict."""

    async def act() -> None:
        sent = read(RatingForm, visit.form.fields())
        await visit.run(participation.rate, visit.asker, visit.code, sent, visit.now)

    return await _do(visit, "rate", act)


@router.post("/r/{code}/reopen", max_body_size=PHOTO_BYTES)
async def reopen(visit: VisitDep, gate: GateDep) -> Response:
    """Take an objection: not done after all, or wrongly refused; a photo may show it."""

    async def act() -> None:
        sent = read(Reopening, {"reason": visit.form.text("reason")})
        if visit.form.files(FILE):
            taken = await receive_photos(visit, gate, replace(await _sending(visit), reopening=True))
            sent = sent.model_copy(update={"photos": taken})
        await visit.run(
            participation.reopen_or_appeal, visit.reference, visit.asker, visit.code, sent, visit.now
        )

    return await _do(visit, "reopen", act)


@router.post("/r/{code}/lasts")
async def lasts(visit: VisitDep) -> Response:
    """Say whether all is still well some time after the end."""

    async def act() -> None:
        sent = read(FollowUpForm, visit.form.fields())
        await visit.run(answer_follow_up, visit.reference, visit.asker, visit.code, sent, visit.now)

    return await _do(visit, "lasts", act)


@router.post("/r/{code}/withdraw")
async def withdraw(visit: VisitDep) -> Response:
    """Take it back."""

    async def act() -> None:
        sent = read(Withdrawal, visit.form.fields())
        await visit.run(participation.withdraw, visit.asker, visit.code, sent, visit.now)

    return await _do(visit, "withdraw", act)


@router.post("/r/{code}/follow")
async def follow(visit: VisitDep) -> Response:
    """Join a report that is there; the follower's secret goes into the page's cookie."""
    made: list[UUID] = []

    async def act() -> None:
        language = language_in_use.get()
        follower_id, _ = await visit.run(
            followers.add_follower,
            visit.reference,
            visit.asker,
            visit.code,
            Follow(),
            language=language,
            now=visit.now,
        )
        made.append(follower_id)

    response = await _do(visit, "follow", act)
    for follower_id in made:
        secret = follower_secret(visit.asker.key, follower_id)
        keep_secret(visit.request, response, visit.resources, visit.code, secret, own=False)
    return response


@router.post("/r/{code}/flag")
async def flag(visit: VisitDep) -> Response:
    """Flag the report as not fit to be shown: somebody of the city looks at it."""

    async def act() -> None:
        sent = read(Flag, visit.form.fields())
        device = device_of(visit.request, visit.resources)
        await visit.run(
            flags.flag, visit.reference, visit.asker, visit.code, sent, device=device, now=visit.now
        )

    return await _do(visit, "flag", act)


@router.post("/r/{code}/contact")
async def contact(visit: VisitDep) -> Response:
    """Take the reporter's contact once more, where the first was wrong."""

    async def act() -> None:
        given = {name: visit.form.text(name) for name in ("phone", "email")}
        sent = read(ContactIn, {name: value for name, value in given.items() if value})
        await visit.run(give_contact, visit.reference, visit.asker, visit.code, sent, visit.now)

    return await _do(visit, "contact", act)


@router.post("/r/{code}/photos", max_body_size=PHOTO_BYTES)
async def photo(visit: VisitDep, gate: GateDep) -> Response:
    """Add photos."""

    async def act() -> None:
        sending = await _sending(visit)
        if not visit.form.files(FILE):
            raise invalid([FILE], N_("Cần một tệp ảnh."))
        await receive_photos(visit, gate, sending)

    return await _do(visit, "photo", act)


@router.post("/r/{code}/photos/{photo_id}/show")
async def show_photo(visit: VisitDep, photo_id: UUID) -> Response:
    """The reporter lets a photo that a follower sent be seen by everyone."""

    async def act() -> None:
        await visit.run(decide_photo, visit.asker, photo_id, Visibility(hidden=False), visit.now)

    return await _do(visit, "show", act)


@router.post("/r/{code}/erase")
async def erase_own(visit: VisitDep) -> Response:
    """Erase what is personal of whoever looks; the report stays."""

    async def act() -> None:
        if "sure" not in visit.form.fields():
            raise invalid(["sure"], N_("Hãy đánh dấu để xác nhận."))
        await visit.run(
            erasure.erase, visit.asker, visit.code, Erasure(words="words" in visit.form.fields()), visit.now
        )

    return await _do(visit, "erase", act)


@router.post("/r/{code}/secret")
async def renew(visit: VisitDep) -> Response:
    """Make the secret of whoever looks anew: links sent or shown before open nothing any more."""
    made: list[str] = []

    async def act() -> None:
        secret = await visit.run(renew_secret, visit.asker, visit.code, Renewal(), visit.now)
        if secret is not None:
            made.append(secret)

    response = await _do(visit, "secret", act)
    for secret in made:
        own = claimed_follower(secret) is None
        keep_secret(visit.request, response, visit.resources, visit.code, secret, own=own)
    return response


@router.post("/r/{code}/forget")
async def forget_here(visit: VisitDep) -> Response:
    """Take the report off this browser's list; the report itself stays."""
    response = RedirectResponse("/mine", status_code=303)
    forget_report(visit.request, response, visit.resources, visit.code)
    return response


async def receive_photos(visit: ReportVisit, gate: Gate, sending: Sending) -> list[UUID]:
    """Take the photos of the form and return their ids. Raises as `receive_photo`; what came before stays."""
    files = visit.form.files(FILE)[:MOST_PHOTOS]
    if len(files) == 1 and (given := id_or_none(visit.form.text(f"photo_{ID}"))):
        sending = replace(sending, id=given)
    taken = [await receive_photo(visit.resources, gate, file, sending) for file in files]
    return [photo.id for photo, _ in taken]


async def _sending(visit: ReportVisit) -> Sending:
    """Return who sends a photo to which report. Raises as `find_for_sender`."""
    report_id, actor = await visit.run(photos.find_for_sender, visit.asker, visit.code, now=visit.now)
    return Sending(report_id, actor, at=visit.now, zone=visit.zone)


async def _do(visit: ReportVisit, name: str, act: Callable[[], Awaitable[None]]) -> Response:
    """Act, then back to the page; a refusal is shown at its form. Raises AppError to who asked for JSON."""
    as_json = visit.request.headers.get("accept", "").startswith("application/json")
    try:
        await act()
    except AppError as error:
        if as_json:
            raise
        return await draw_refused(visit, name, error)
    goal = f"/r/{visit.code}?done={name}#top"
    return JSONResponse({"page": goal}) if as_json else RedirectResponse(goal, status_code=303)


async def draw_refused(visit: ReportVisit, name: str, error: AppError) -> Response:
    """Draw the page with the form of that name open, which was refused for that reason."""
    tracking = await visit.run(
        read_tracking,
        visit.reference,
        visit.resources.rulebook,
        CHANNELS,
        visit.asker,
        visit.code,
        now=visit.now,
        public_url="",
    )
    if name == "answer" and tracking.question is None:
        name = "comment"  # what was typed stands in the form that is there now
    return draw(visit.request, visit.reference, visit.now, tracking, error, name, visit.form.fields())
