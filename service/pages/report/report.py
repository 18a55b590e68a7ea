"""Sending a report: the sheet that an island drives, and the same questions as plain pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import AwareDatetime, FiniteFloat
from starlette.datastructures import UploadFile

from geo.points import Point, PointError, parse_pair
from service.db import async_unit_of_work
from service.domain.city.danger_words import find_danger
from service.domain.city.kind_search import find_kinds
from service.domain.city.penalties import penalties_in_force
from service.domain.city.questions import questions_of
from service.domain.city.reference import CategoryView, Reference
from service.domain.city.search.places import find_places, ward_place
from service.domain.kernel.codes import report_secret
from service.domain.queries.usual import usual_kinds
from service.domain.reports.drafts import check_submission
from service.domain.reports.events import REPORTER
from service.domain.reports.reports import Receipt
from service.domain.talks.links import ConversationDraft, conversation_draft_of
from service.errors import AppError, Conflict
from service.i18n import N_, language_in_use
from service.imaging.refusal import MAX_BYTES
from service.pages.report.form import PHOTOS, read_contact_fields, read_submission
from service.pages.report.outlook import draw_outlook
from service.pages.report.place import PlaceStep, draw_where
from service.pages.shared.forms import FormDep, SentForm, id_or_none
from service.pages.shared.kinds import below, roots, wards_by_name
from service.pages.shared.report_secrets import keep_secret
from service.pages.shared.visit import PageVisit, PageVisitDep
from service.rendering.engine import page
from service.sending.channels import CHANNELS
from service.web.dependencies import Resources, ResourcesDep, SessionDep
from service.web.rates import allow, sender_of
from service.web.uploads import FORM_BYTES, Gate, GateDep, Sending, receive_photo

router = APIRouter()

MOST_PHOTOS = 6
SHARED_BYTES = MOST_PHOTOS * MAX_BYTES
TAKEN = N_(
    "Phiếu này đã được gửi trước đó với nội dung khác, và phản ánh ấy vẫn còn. "
    "Nếu đây là một phản ánh khác, hãy bấm “Gửi phản ánh” lần nữa."
)
FROM_WHERE = ("lon", "lat", "z", "ward", "address", "draft", "description", "rough")
"""What the step of the place hands on to the form."""

WORDS = ("draft", "description")
"""What choosing another place keeps."""


@router.get("/report")
async def report(
    visit: PageVisitDep,
    category: Annotated[str, Query(max_length=100)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The sheet; without scripts first the kinds of reports, then where it is, then the form."""
    chosen, params = visit.reference.category_by_code.get(category), visit.request.query_params
    filled = SentForm([(name, params[name]) for name in FROM_WHERE if params.get(name)])
    step = "form" if params.get("step") == "form" else "where"
    where = await _place_step(visit, chosen, params, step=step) if chosen else None
    talk = await _beginning(visit.resources, params.get("draft", ""))
    return _draw(visit, chosen, filled, where=where, step=step, q=q, talk=talk)


async def _beginning(resources: Resources, draft: str) -> ConversationDraft | None:
    """Return the conversation that the draft was begun in."""
    if not (known := draft_id(draft)):
        return None
    async with async_unit_of_work(resources.engine) as session:
        return await session.run_sync(conversation_draft_of, UUID(known))


@router.post("/report/shared", max_body_size=SHARED_BYTES)
async def shared() -> Response:
    """Redirect to the sheet, which asks for the photos again: a phone without service worker sends here what
    another app shares, and nobody has said yet what it is of.
    """
    return RedirectResponse("/report?shared=again", status_code=303)


@router.get("/report/places")
async def places(
    request: Request,
    resources: ResourcesDep,
    session: SessionDep,
    q: Annotated[str, Query(max_length=100)] = "",
    near: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Places that fit what was typed, as a fragment; of equal ones the nearest to `near` come first."""
    await allow(request, resources, "places")
    book = await session.run_sync(resources.rulebook.get)
    found = await session.run_sync(
        lambda s: find_places(s, book.reference, book.locator, q, near=_point(near))
    )
    return page(request, "report/_places.html", {"reference": book.reference, "places": found})


def _point(near: str) -> Point | None:
    """Return where the asker is; None for what is no place: the search goes on without."""
    try:
        return parse_pair(near)
    except PointError:
        return None


@router.get("/report/usual")
async def usual(
    visit: PageVisitDep,
    session: SessionDep,
    lon: FiniteFloat,
    lat: FiniteFloat,
    at: AwareDatetime | None = None,
    *,
    wide: bool = False,
) -> Response:
    """Kinds of reports that are usual around a place, as a fragment."""
    kinds = await session.run_sync(usual_kinds, visit.reference, lon, lat, now=visit.now, at=at, wide=wide)
    return page(visit.request, "report/_usual.html", {"reference": visit.reference, "kinds": kinds})


@router.post("/report", max_body_size=MOST_PHOTOS * MAX_BYTES + FORM_BYTES)
async def send(visit: PageVisitDep, form: FormDep, gate: GateDep) -> Response:
    """Take the plain form: the report first, then its photos, then on to its own page."""
    if form.text("look"):
        return await _redraw(visit, form)
    await allow(visit.request, visit.resources, "report")
    try:
        sent = read_submission(visit.reference, form)
        language, sender = language_in_use.get(), sender_of(visit.request, visit.resources)
        draft = check_submission(
            visit.reference, sent, now=visit.now, language=language, channel="portal", sender=sender
        )
    except AppError as error:
        return await _redraw(visit, form, error)
    receipt = await visit.resources.intake.submit(draft)
    if not receipt.same_body:
        return await _redraw(visit, form, Conflict(TAKEN), draft=str(uuid4()))
    if not receipt.tell_secret:  # who repeats public words gets the public page, and adds nothing to it
        return RedirectResponse(f"/r/{receipt.code}", status_code=303)
    lost = await take_photos(visit.resources, gate, receipt, form, visit.reference, visit.now)
    _, wrong = read_contact_fields(visit.reference, form)
    flags = {"new": 1} | ({"lost": lost} if lost else {}) | ({"nocontact": ",".join(wrong)} if wrong else {})
    response = RedirectResponse(f"/r/{receipt.code}?{urlencode(flags)}", status_code=303)
    secret = report_secret(visit.resources.settings.secret, receipt.id)
    keep_secret(visit.request, response, visit.resources, receipt.code, secret, own=True)
    return response


async def _redraw(
    visit: PageVisit, form: SentForm, error: AppError | None = None, *, draft: str = ""
) -> Response:
    """Return the form as it was filled in, with what is wrong; `draft` is a new id where the form's is
    taken.
    """
    category = visit.reference.category_by_code.get(form.text("category"))
    where = await _place_step(visit, category, form.fields()) if category else None
    return _draw(visit, category, form, error, where=where, draft=draft)


async def take_photos(
    resources: Resources, gate: Gate, receipt: Receipt, form: SentForm, reference: Reference, now: datetime
) -> int:
    """Return how many photos could not be taken; the report itself is safe by now."""
    zone, lost = ZoneInfo(reference.timezone), 0
    for file in _files(form):
        try:
            await receive_photo(resources, gate, file, Sending(receipt.id, REPORTER, at=now, zone=zone))
        except AppError:
            lost += 1
    return lost


def _files(form: SentForm) -> Sequence[UploadFile]:
    return form.files(PHOTOS)[:MOST_PHOTOS]


def draft_id(text: str) -> str:
    """Return the report's id that a form carries in its address, empty where it is none: going back to the
    form, or opening it anew, is the same report and not another.
    """
    return str(id_or_none(text) or "")


async def _place_step(
    visit: PageVisit, kind: CategoryView, params: Mapping[str, str], *, step: str = "form"
) -> PlaceStep:
    """Return what the step of the place shows, and the form of the place that was chosen: with it who will
    be responsible there, or in the middle of the ward that was chosen instead.
    """
    async with async_unit_of_work(visit.resources.engine) as session:
        book = await session.run_sync(visit.resources.rulebook.get)
        where = await draw_where(session, book.reference, book.locator, params)
    chosen = "" if params.get("lon") else params.get("ward", "")
    ward = ward_place(visit.reference, chosen) if step == "form" else None
    spot = where["spot"] if where["spot_given"] and not where["spot_problem"] else ward
    if step != "form" or spot is None:
        return where
    named, address = spot is ward, params.get("address", "")
    where["outlook"] = await draw_outlook(
        visit.resources, visit.reference, kind, spot.lon, spot.lat, visit.now, named=named, address=address
    )
    return where


def _given_place(where: PlaceStep | None, form: SentForm) -> str:
    """Return the place of the address for the sheet, `lon,lat`; empty without one, outside the city, and
    for one that is only where the map begins: no pin stands in the middle of a street by itself.
    """
    if where is None or not where["spot_given"] or where["spot_problem"] or form.text("rough"):
        return ""
    return f"{where['spot'].lon},{where['spot'].lat}"


def _as_query(form: SentForm, names: Sequence[str]) -> str:
    """Return what was said so far as the rest of a link's query; empty where nothing was."""
    filled = {name: value for name in names if (value := form.text(name))}
    return f"&{urlencode(filled)}" if filled else ""


def _draw(
    visit: PageVisit,
    category: CategoryView | None,
    form: SentForm,
    error: AppError | None = None,
    *,
    where: PlaceStep | None,
    step: str = "form",
    draft: str = "",
    q: str = "",
    talk: ConversationDraft | None = None,
) -> Response:
    active = category if category and category.active else None
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "roots": roots(visit.reference),
        "below": {root.code: below(visit.reference, root) for root in roots(visit.reference)},
        "category": active,
        "children": below(visit.reference, active) if active else [],
        "penalties": penalties_in_force(visit.reference, visit.now, active.code) if active else (),
        "questions": questions_of(visit.reference, active) if active else [],
        "wards": wards_by_name(visit.reference),
        "values": form,
        "draft_id": draft or form.text("id") or draft_id(form.text("draft")) or str(uuid4()),
        "step": step,
        "given_place": _given_place(where, form),
        "talk": talk,
        "talk_channel": CHANNELS[talk.channel].label if talk and talk.channel in CHANNELS else "",
        "kept_words": _as_query(form, WORDS),
        "rest": _as_query(form, FROM_WHERE),
        "shared_again": visit.request.query_params.get("shared") == "again",
        "searched": q.strip() if not active else "",
        "found": find_kinds(visit.reference, q) if not active else [],
        "danger": find_danger(visit.reference.config.danger_words, " ".join((q, form.text("description")))),
        "error": error,
        "islands": ["citizens/report.ts"],
        **(where or {}),
    }
    return page(visit.request, "report/index.html", context)
