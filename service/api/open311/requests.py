"""Requests: reading public reports, and sending one with a key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.security.utils import get_authorization_scheme_param
from starlette.datastructures import UploadFile

from service.api.open311.answers import in_both_forms, listed_parameters, render_answer
from service.api.open311.services import OurCity, check_jurisdiction
from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.open311 import words
from service.domain.open311.addresses import locate_words, words_of_place
from service.domain.open311.filters import RequestsQuery, find_wanted, read_requests_query
from service.domain.open311.links import LONGEST as LONGEST_LINK
from service.domain.open311.links import note_links
from service.domain.open311.posts import (
    AGAIN,
    Integrator,
    find_integrator,
    read_post,
    readable_contact,
    sent_later,
)
from service.domain.open311.updates import notes_of
from service.domain.queries.views import ReportView
from service.domain.reports.drafts import LocationIn
from service.domain.reports.events import REPORTER
from service.domain.reports.filters import Filters
from service.domain.reports.reports import Draft, Receipt
from service.errors import AppError, Forbidden, Malformed, NotFound
from service.i18n import N_, language_in_use, translate
from service.imaging.refusal import MAX_BYTES
from service.ops.telemetry import get_logger
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep
from service.web.forms import is_form, read_form
from service.web.rates import allow_key, count_failure, refuse_beyond
from service.web.uploads import FORM_BYTES, Gate, GateDep, Sending, receive_photo

log = get_logger(__name__)

router = APIRouter(include_in_schema=False)

MOST_PHOTOS, MOST_FILES, MOST_FIELDS = 6, 30, 200
KEY_HEADERS = ("x-api-key", "api-key", "api_key")
NO_REQUEST = N_("Không có phản ánh này.")
UNREADABLE_BODY = N_("Nội dung cần là biểu mẫu hoặc một đối tượng JSON.")
LINKS_LEFT = N_("Có liên kết ảnh (media_url) không lấy về được; hãy gửi kèm tệp ảnh.")
CONTACT_LEFT = N_(
    "Số điện thoại hoặc email không đọc được nên không được giữ lại; phản ánh vẫn được ghi nhận."
)
PHOTOS_LEFT = N_("Có tệp ảnh không nhận được; phản ánh vẫn được ghi nhận.")


@in_both_forms(router, "/v2/requests")
async def requests(
    request: Request,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    _: OurCity,
) -> Response:
    """Public reports, the newest first: of the last 90 days unless other dates or single ones are named."""
    params = listed_parameters(request)
    wanted = read_requests_query(reference, params, now=now)
    url = resources.settings.public_url
    found = await session.run_sync(find_wanted, reference, wanted, now=now, public_url=url)
    items = await _in_their_words(request, session, reference, found)
    return render_answer(request, "service_requests", items)


async def _in_their_words(
    request: Request, session: SessionDep, reference: ReferenceDep, found: Sequence[ReportView]
) -> list[words.Item]:
    """Return reports as service requests; with the extensions where these are asked for."""
    if request.query_params.get("extensions", "").strip().lower() not in ("true", "1"):
        return [words.request(reference, view) for view in found]
    notes = await session.run_sync(notes_of, reference, [view.id for view in found])
    return [words.request(reference, view, notes.get(view.id, ())) for view in found]


async def _public_request(
    session: SessionDep, reference: ReferenceDep, resources: Resources, code: str, now: datetime
) -> ReportView:
    """Return the public report of that code. Raises NotFound."""
    url, wanted = resources.settings.public_url, RequestsQuery((code,), Filters())
    found = await session.run_sync(find_wanted, reference, wanted, now=now, public_url=url)
    if not found:
        raise NotFound(NO_REQUEST)
    return found[0]


@in_both_forms(router, "/v2/requests/{code}")
async def one_request(
    request: Request,
    code: str,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    _: OurCity,
) -> Response:
    """Return one public report, in a list of one."""
    view = await _public_request(session, reference, resources, code, now)
    items = await _in_their_words(request, session, reference, [view])
    return render_answer(request, "service_requests", items)


@in_both_forms(router, "/v2/tokens/{code}")
async def token(
    request: Request,
    code: str,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    now: NowDep,
    _: OurCity,
) -> Response:
    """A report is stored when it is answered, so no token is ever given; who asks by its code gets it."""
    view = await _public_request(session, reference, resources, code, now)
    items = [{"service_request_id": view.code, "token": code}]
    return render_answer(request, "service_requests", items)


@in_both_forms(router, "/v2/requests", methods=["POST"], max_body_size=MOST_PHOTOS * MAX_BYTES + FORM_BYTES)
async def send_request(
    request: Request,
    reference: ReferenceDep,
    resources: ResourcesDep,
    gate: GateDep,
    now: NowDep,
    _: OurCity,
) -> Response:
    """Take a report of another system. The same words within a day are the same report."""
    integrator, sent, files = await read_by_key(request, reference, resources, now)
    links, notices = links_of(resources, sent)
    place = await _place_in_words(resources, sent)
    draft = read_post(
        reference,
        integrator,
        sent,
        key=resources.settings.secret,
        now=now,
        language=language_in_use.get(),
        place=place,
    )
    receipt = await _store(resources, draft)
    if links:
        async with async_unit_of_work(resources.engine) as session:
            await session.run_sync(note_links, receipt.id, links, now)
    if readable_contact(reference, sent)[1]:
        notices.append(CONTACT_LEFT)
    notices += await take_files(resources, gate, files, receipt.id, reference, now)
    notice = " ".join(dict.fromkeys(translate(each) for each in notices)) or None
    items = [{"service_request_id": receipt.code, "service_notice": notice, "account_id": None}]
    return render_answer(request, "service_requests", items, status=201)


async def _place_in_words(resources: Resources, sent: Sequence[tuple[str, str]]) -> LocationIn | None:
    """Return where an address is; None for a request with a position, or an address that nobody knows."""
    words = words_of_place(sent)
    if not words:
        return None
    async with async_unit_of_work(resources.engine) as session:
        book = await session.run_sync(resources.rulebook.get)
        return await session.run_sync(locate_words, book.reference, book.locator, words)


def links_of(resources: Resources, sent: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Return the photos that are named by a link, and what is to be said of those that are not fetched."""
    named = [value.strip() for name, value in sent if name in ("media_url", "media_url[]") and value.strip()]
    rules = resources.settings.webhook_rules
    good = [url for url in named if len(url) <= LONGEST_LINK and rules.url_problem(url) is None]
    return good[:MOST_PHOTOS], [LINKS_LEFT] if len(good) < len(named) or len(good) > MOST_PHOTOS else []


async def take_files(
    resources: Resources,
    gate: Gate,
    files: Sequence[UploadFile],
    report_id: UUID,
    reference: Reference,
    now: datetime,
) -> list[str]:
    """Take the photos that came along; return what is to be said of those that were refused."""
    notices, zone = [], ZoneInfo(reference.timezone)
    for file in files:
        try:
            await receive_photo(resources, gate, file, Sending(report_id, REPORTER, at=now, zone=zone))
        except AppError as refused:  # the report is stored: its answer may not be lost with a picture
            log.info("a photo by Open311 was refused", status=refused.status)
            notices.append(PHOTOS_LEFT)
    return notices


async def _store(resources: Resources, draft: Draft) -> Receipt:
    """Store the request and return its receipt: an earlier report's for a retry, a new one's after a day."""
    receipt = await resources.intake.submit(draft)
    while not receipt.stored and draft.received_at - receipt.created_at > AGAIN:
        draft = sent_later(resources.settings.secret, draft, receipt.created_at)
        receipt = await resources.intake.submit(draft)
    return receipt


async def read_by_key(
    request: Request, reference: Reference, resources: Resources, now: datetime
) -> tuple[Integrator, list[tuple[str, str]], list[UploadFile]]:
    """Return who sends, what, and its files. A key in the address or a header is checked before the body.

    An address that tries keys is held up by its failures, a good key by its own limit alone.
    Raises Forbidden, NotFound, TooMany.
    """
    await refuse_beyond(request, resources, "open311")
    early = request.query_params.get("api_key", "").strip() or _key_in_headers(request)
    integrator = await _check_key(request, resources, early, now) if early else None
    sent, files = await read_sent(request)
    plain = dict(sent)
    check_jurisdiction(reference, plain.get("jurisdiction_id", ""))
    if integrator is None:
        integrator = await _check_key(request, resources, plain.get("api_key", "").strip(), now)
    return integrator, sent, files


async def _check_key(request: Request, resources: Resources, token: str, now: datetime) -> Integrator:
    try:
        async with async_unit_of_work(resources.engine) as session:
            found = await session.run_sync(find_integrator, token, now=now)
    except Forbidden:
        count_failure(request, resources, "open311")
        raise
    await allow_key(request, resources, found.key_id, found.per_minute)
    return found


def _key_in_headers(request: Request) -> str:
    """Return the key of `Authorization: Bearer`, or of the headers that gateways are given it in."""
    scheme, credentials = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme.lower() == "bearer" and credentials:
        return credentials
    return next((key for name in KEY_HEADERS if (key := request.headers.get(name, "").strip())), "")


async def read_sent(request: Request) -> tuple[list[tuple[str, str]], list[UploadFile]]:
    """Return what was sent: the address's own parameters too, which some clients put everything into."""
    sent = list(request.query_params.multi_items())
    if is_form(request.headers):
        form = await read_form(request, max_files=MOST_FILES, max_fields=MOST_FIELDS)
        items = form.multi_items()
        sent += [(name, value) for name, value in items if isinstance(value, str)]
        return sent, [value for _, value in items if isinstance(value, UploadFile) and value.size]
    if content := await request.body():
        sent += _from_json(content)
    return sent, []


def _from_json(content: bytes) -> list[tuple[str, str]]:
    try:
        payload = json.loads(content)
    except (ValueError, RecursionError):
        raise Malformed(UNREADABLE_BODY) from None
    if not isinstance(payload, dict):
        raise Malformed(UNREADABLE_BODY)
    return list(_flat(payload))


def _flat(data: dict[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if name in ("attribute", "attributes"):
            yield from _flat({f"attribute[{code}]": each for code, each in _answers(value)})
        elif isinstance(value, list):
            yield from ((name, _plain(each)) for each in value if isinstance(each, str | int | float))
        elif isinstance(value, str | int | float):
            yield name, _plain(value)


def _answers(value: object) -> Iterator[tuple[str, Any]]:
    """Yield the answers of an object by codes, or of a list of objects with `code` and `value`."""
    if isinstance(value, dict):
        yield from value.items()
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict) and isinstance(code := each.get("code", each.get("key")), str):
            yield code, each.get("value", each.get("values"))


def _plain(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
