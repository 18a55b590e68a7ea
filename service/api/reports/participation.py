"""Routes of citizens on a report: comments, following, rating, reopening, withdrawing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from service.api.shared.answers import refusals
from service.domain.casework.citizens import comments, participation
from service.domain.casework.citizens.comments import Remark
from service.domain.casework.citizens.followers import Follow
from service.domain.casework.citizens.participation import RatingForm, Reopening, Withdrawal
from service.domain.city.reference import Reference
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.notices import follow_requests
from service.domain.queries.views import ReportView, public_view
from service.i18n import language_in_use
from service.models import Report
from service.sending.channels import CHANNELS
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep, WakeAfter
from service.web.rates import allow, allow_person
from service.web.takedown import ClearAfter
from service.web.viewer import ViewerDep

router = APIRouter(tags=["participation"])

# These bodies may be left out.
_NO_CONTACT, _NO_REASON = Follow(), Withdrawal()

_REFUSED = refusals(400, 401, 403, 404, 409, 413, 422, 429)


class CommentOut(BaseModel):
    """A comment. `kind`: a citizen's remark or answer; a question, reply or internal note of staff."""

    id: UUID
    kind: str
    public: bool
    text: str
    created_at: datetime


class CommentList(BaseModel):
    """The comments that whoever asks may read, oldest first."""

    items: list[CommentOut]


class FollowerOut(BaseModel):
    """A follower. `secret` authorises follow-ups (`Authorization: Report <secret>`)."""

    id: UUID
    secret: str


class RatingOut(BaseModel):
    """The reporter's rating."""

    score: int
    comment: str
    created_at: datetime


def _again(model: type[BaseModel], what: str) -> dict[int | str, dict[str, object]]:
    return {200: {"model": model, "description": f"The same {what} was sent before: the first answer again"}}


@router.post(
    "/reports/{name}/comments",
    status_code=201,
    responses={**_again(CommentOut, "comment"), **_REFUSED},
    dependencies=[WakeAfter],
)
async def comment(
    request: Request,
    response: Response,
    name: str,
    sent: Remark,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
) -> CommentOut:
    """Say something, with the report's or a follower's secret, or as staff. The reporter's words while the
    city waits for them are the answer: the case goes on.
    """
    await allow(request, resources, "participate")
    await allow_person(request, resources, viewer.asker.secret)
    comment_view, is_new = await session.run_sync(comments.comment, reference, viewer.asker, name, sent, now)
    response.status_code = 201 if is_new else 200
    return CommentOut.model_validate(comment_view, from_attributes=True)


@router.get("/reports/{name}/comments", responses=refusals(401, 404))
async def list_comments(
    name: str, session: SessionDep, reference: ReferenceDep, viewer: ViewerDep, now: NowDep
) -> CommentList:
    """Return what was said: everyone reads what is public, staff of the case the internal notes too."""
    found = await session.run_sync(comments.comments_for, viewer.asker, name, now, reference)
    return CommentList(items=[CommentOut.model_validate(view, from_attributes=True) for view in found])


@router.post(
    "/reports/{name}/follow",
    status_code=201,
    responses={**_again(FollowerOut, "follower"), **_REFUSED},
    dependencies=[WakeAfter],
)
async def follow(
    request: Request,
    response: Response,
    name: str,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
    sent: Follow = _NO_CONTACT,
) -> FollowerOut:
    """Join a report that is there already; who follows a duplicate follows its original.

    An address or number in `contact` is asked first, and told nothing before it said yes. The same `id`
    again is the same follower; without an `id` every request makes a new one with a secret of its own.
    """
    await allow(request, resources, "participate")
    if sent.contact is not None:
        await allow(request, resources, "ask")
    follower_id, is_new = await session.run_sync(
        follow_requests.follow,
        CHANNELS,
        reference,
        viewer.asker,
        name,
        sent,
        language=language_in_use.get(),
        now=now,
    )
    response.status_code = 201 if is_new else 200
    return FollowerOut(id=follower_id, secret=follower_secret(resources.settings.secret, follower_id))


@router.post(
    "/reports/{name}/rating",
    status_code=201,
    responses={**_again(RatingOut, "rating"), **_REFUSED},
    dependencies=[WakeAfter],
)
async def rate(
    request: Request,
    response: Response,
    name: str,
    sent: RatingForm,
    session: SessionDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
) -> RatingOut:
    """Rate what was done: once, by its reporter, after `resolved`."""
    await allow(request, resources, "participate")
    rating, is_new = await session.run_sync(participation.rate, viewer.asker, name, sent, now)
    response.status_code = 201 if is_new else 200
    return RatingOut(score=rating.score, comment=rating.comment, created_at=rating.created_at)


@router.post("/reports/{name}/reopen", responses=_REFUSED, dependencies=[WakeAfter])
async def reopen(
    request: Request,
    name: str,
    sent: Reopening,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
) -> ReportView:
    """Say that a closed report is not done, or that a rejected one should be looked at again."""
    await allow(request, resources, "participate")
    report = await session.run_sync(participation.reopen_or_appeal, reference, viewer.asker, name, sent, now)
    return await _view(session, reference, resources, report, now)


@router.post("/reports/{name}/withdraw", responses=_REFUSED, dependencies=[WakeAfter, ClearAfter])
async def withdraw(
    request: Request,
    name: str,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    viewer: ViewerDep,
    now: NowDep,
    sent: Withdrawal = _NO_REASON,
) -> ReportView:
    """Take the report back before work on it began; its reporter only."""
    await allow(request, resources, "participate")
    report = await session.run_sync(participation.withdraw, viewer.asker, name, sent, now)
    return await _view(session, reference, resources, report, now)


async def _view(
    session: AsyncSession, reference: Reference, resources: Resources, report: Report, now: datetime
) -> ReportView:
    url = resources.settings.public_url
    return await session.run_sync(public_view, reference, report, now=now, public_url=url, reader=None)
