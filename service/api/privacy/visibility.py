"""Routes of publication: hiding a report, a photo or a comment, and showing it again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.domain.privacy import visibility
from service.domain.privacy.visibility import ReportVisibility, Visibility
from service.domain.publication.publication import hiding_of
from service.domain.queries.detail import report_view
from service.domain.queries.views import ReportView
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.takedown import ClearAfter
from service.web.viewer import StaffDep, ViewerDep

router = APIRouter(tags=["visibility"], dependencies=[WakeAfter, ClearAfter])

_REFUSED = refusals(400, 401, 403, 404, 409, 413, 422)


class PhotoVisibilityOut(BaseModel):
    """A photo and whether the public sees it once it is rendered; `hidden` says that it was decided so."""

    id: UUID
    report_id: UUID
    kind: str
    hidden: bool
    published: bool


class CommentVisibilityOut(BaseModel):
    """A comment and whether the public reads it."""

    id: UUID
    report_id: UUID
    kind: str
    hidden: bool
    public: bool
    created_at: datetime


@router.put("/reports/{name}/visibility", responses=_REFUSED)
async def report(
    name: str,
    sent: ReportVisibility,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> ReportView:
    """Hide a report from the public or show it again: coordinators and administrators. Its public files get
    new addresses and the old ones are gone when this answers. A 409 tells the newest `version`.
    """
    await session.run_sync(visibility.decide_report, staff.asker, name, sent, now)
    url = resources.settings.public_url
    return await session.run_sync(report_view, reference, staff.asker, name, now=now, public_url=url)


@router.put("/photos/{photo_id}/visibility", responses=_REFUSED)
async def photo(
    photo_id: UUID, sent: Visibility, session: SessionDep, viewer: ViewerDep, now: NowDep
) -> PhotoVisibilityOut:
    """Hide a photo or show it again: coordinators and administrators. What a follower sent waits: the
    report's reporter (with the secret) or a coordinator shows it with `hidden: false`.
    """
    decided = await session.run_sync(visibility.decide_photo, viewer.asker, photo_id, sent, now)
    hidden = await session.run_sync(hiding_of, "photo", decided.id) is not None
    return PhotoVisibilityOut(
        id=decided.id,
        report_id=decided.report_id,
        kind=decided.kind,
        hidden=hidden,
        published=decided.published,
    )


@router.put("/comments/{comment_id}/visibility", responses=_REFUSED)
async def comment(
    comment_id: UUID, sent: Visibility, session: SessionDep, viewer: ViewerDep, now: NowDep
) -> CommentVisibilityOut:
    """Hide a comment or show it again: coordinators and administrators."""
    decided = await session.run_sync(visibility.decide_comment, viewer.asker, comment_id, sent, now)
    return CommentVisibilityOut(
        id=decided.id,
        report_id=decided.report_id,
        kind=decided.kind,
        hidden=sent.hidden,
        public=decided.public,
        created_at=decided.created_at,
    )
