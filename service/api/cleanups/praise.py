"""Praise and criticism by machines: given, listed, taken back; praise for feed readers."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.shared.answers import refusals
from service.api.works.shared import READS, WRITES, WorkCallDep
from service.domain.city.reference import Reference, department_brief
from service.domain.cleanups.praise.commendations import (
    FORM_NAMES,
    NewCommendation,
    give_commendation,
    withdraw_commendation,
)
from service.domain.cleanups.praise.praise_views import (
    PraiseItem,
    list_commendations,
    list_praise,
    view_commendation,
)
from service.domain.queries.views import NamedCode, View
from service.domain.reports.photos import media_url
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.i18n import N_, language_in_use, pick, translate
from service.models import CommendationForm
from service.web.caching import made_for, reply
from service.web.dependencies import ReferenceDep, ResourcesDep, SessionDep
from service.web.viewer import StaffDep

router = APIRouter(tags=["clean-ups"])
feed = APIRouter()
"""The feed at the address beside `/feed.atom`, where readers look for it."""

ATOM, XML = "http://www.w3.org/2005/Atom", "http://www.w3.org/XML/1998/namespace"
MEDIA_TYPE = "application/atom+xml"
NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)
MAX_AGE_S = 60


class CommendationFigure(View):
    """Figure of the clean-up that the praise is for: kilograms, trees, bags or people."""

    value: int
    what: str


class CommendationOut(View):
    """Praise or criticism. `person` is told inside the unit alone; `photo_url` is of the clean-up."""

    id: UUID
    unit: NamedCode | None
    person: str
    form: CommendationForm
    words: str
    decision: str
    decided_on: date
    public: bool
    cleanup: str | None
    figure: CommendationFigure | None
    photo_url: str | None


class CommendationList(View):
    """The newest praise and criticism that one may read."""

    items: list[CommendationOut]


@router.get("/commendations", responses=READS)
async def all_commendations(
    session: SessionDep, reference: ReferenceDep, resources: ResourcesDep, staff: StaffDep
) -> CommendationList:
    """Return what everybody reads, and what one's own unit was given."""
    require_works(reference)
    found = await session.run_sync(list_commendations, reference, staff.actor)
    base = resources.settings.public_url
    return CommendationList(items=[_commendation_out(each, reference, base) for each in found])


@router.post(
    "/commendations",
    status_code=201,
    responses={**WRITES, 200: {"model": CommendationOut, "description": "It was given before"}},
)
async def give_one_commendation(
    sent: NewCommendation, response: Response, call: WorkCallDep, resources: ResourcesDep
) -> CommendationOut:
    """Praise, remind or criticise a unit or a person of it; criticism is never public. Again it is one."""
    require_works(call.reference)
    base = resources.settings.public_url

    def verb(ctx: ActionContext) -> tuple[CommendationOut, bool]:
        row, new = give_commendation(ctx, sent)
        return _own(ctx, row.id, base), new

    return await call.create(response, verb)


@router.delete("/commendations/{commendation_id}", status_code=204, responses=WRITES)
async def take_back_commendation(commendation_id: UUID, call: WorkCallDep) -> None:
    """Take it back: nobody reads it any more. Again it changes nothing."""

    def verb(ctx: ActionContext) -> None:
        withdraw_commendation(ctx, commendation_id)

    await call.act(verb)


@feed.get("/praise.atom", include_in_schema=False)
@router.get(
    "/praise.atom",
    response_class=Response,
    responses={
        200: {"description": "An Atom feed", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}},
        304: {"description": "The client's copy is current"},
        **refusals(400, 404),
    },
)
async def praise_feed(
    request: Request, session: SessionDep, reference: ReferenceDep, resources: ResourcesDep
) -> Response:
    """The newest praise of units, never of a person, for feed readers."""
    require_works(reference)
    found = await session.run_sync(list_praise, reference)
    modified = max((each.given_at for each in found), default=NOTHING_YET)
    body = _feed(found, reference, resources.settings.public_url.rstrip("/"), modified)
    vary = "Accept-Language, Cookie"
    return reply(
        request, made_for(request, body), MEDIA_TYPE, max_age_s=MAX_AGE_S, vary=vary, modified=modified
    )


def _own(ctx: ActionContext, id_: UUID, base: str) -> CommendationOut:
    return _commendation_out(view_commendation(ctx.session, ctx.reference, id_), ctx.reference, base)


def _commendation_out(item: PraiseItem, reference: Reference, public_url: str) -> CommendationOut:
    unit = department_brief(reference.departments.get(item.unit_id))
    return CommendationOut(
        id=item.id,
        unit=NamedCode(**unit) if unit else None,
        person=item.person,
        form=CommendationForm(item.form),
        words=item.words,
        decision=item.decision,
        decided_on=item.decided_on,
        public=item.public,
        cleanup=item.cleanup or None,
        figure=CommendationFigure(value=item.figure[0], what=item.figure[1]) if item.figure else None,
        photo_url=media_url(item.photo, public_url.rstrip("/")) if item.photo else None,
    )


def _feed(found: list[PraiseItem], reference: Reference, base: str, modified: datetime) -> bytes:
    ET.register_namespace("", ATOM)
    tree = ET.Element(f"{{{ATOM}}}feed", {f"{{{XML}}}lang": language_in_use.get()})
    city = pick(reference.service_name)
    _add(tree, "id", f"{base}/praise.atom")
    _add(tree, "title", translate(N_("{city}: biểu dương"), city=city))
    _add(tree, "updated", modified.isoformat(timespec="seconds"))
    _add(_add(tree, "author"), "name", city)
    _link(tree, "self", f"{base}/praise.atom", MEDIA_TYPE)
    _link(tree, "alternate", f"{base}/praise", "text/html")
    for item in found:
        entry, unit = _add(tree, "entry"), reference.departments.get(item.unit_id)
        form = translate(FORM_NAMES[CommendationForm(item.form)])
        _add(entry, "id", f"urn:uuid:{item.id}")
        _add(entry, "title", f"{form}: {pick(unit.name) if unit else ''}")
        _add(entry, "updated", item.given_at.isoformat(timespec="seconds"))
        _link(entry, "alternate", f"{base}/praise#p-{item.id}", "text/html")
        if item.photo:
            _link(entry, "enclosure", media_url(item.photo, base), "image/webp")
        _add(entry, "summary", item.words)
    document: bytes = ET.tostring(tree, encoding="utf-8", xml_declaration=True)
    return document


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = text
    return child


def _link(parent: ET.Element, rel: str, href: str, media_type: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": href, "type": media_type})
