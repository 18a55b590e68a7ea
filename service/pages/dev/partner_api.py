"""The demo's other system as an Open311 server: takes requests, tells what became of them (JSON)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from redis.exceptions import RedisError

from service.domain.kernel.tokens import is_same
from service.domain.open311.words import service_list
from service.domain.partners.twin import TWIN_KEY, TWIN_PATH
from service.pages.dev.only_demo import OnlyDemo
from service.pages.dev.partner import MOST_UPDATES
from service.pages.dev.partner_book import TwinRequest, find_in_book, keep_in_book, next_number, read_book
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep

router = APIRouter(prefix=TWIN_PATH, dependencies=[OnlyDemo])

MOST_BYTES, MOST_FIELDS = 64_000, 100
FIELDS = {"service_code": 200, "description": 4000, "address_string": 500, "lat": 20, "long": 20}


@router.post("/requests.json", max_body_size=MOST_BYTES)
async def take_request(request: Request, resources: ResourcesDep, now: NowDep) -> Response:
    """Take a request and answer its number."""
    sent = await _sent(request)
    if refused := _refused(sent, "service_code", "lat", "long"):
        return refused
    data = {name: sent.get(name, "")[:most] for name, most in FIELDS.items()}
    try:
        number = await next_number(resources)
        if number is None:
            return _error(400, "This installation for trying out is full.")
        address = data.pop("address_string")
        await keep_in_book(resources, TwinRequest(id=number, at=now, address=address, **data))
    except (RedisError, OSError):
        return _error(503, "Not available.")
    return JSONResponse([{"service_request_id": number, "service_notice": None}], 201)


@router.get("/services.json")
async def list_twin_services(request: Request, reference: ReferenceDep, resources: ResourcesDep) -> Response:
    """Return the kinds that it takes: the city's own."""
    return JSONResponse(service_list(reference))


@router.get("/requests.json")
async def list_kept_requests(request: Request, resources: ResourcesDep) -> Response:
    """Return the requests of a span of time, or those that are named."""
    params = request.query_params
    named = {each for each in params.get("service_request_id", "").split(",") if each}
    found = [
        each
        for each in await read_book(resources)
        if (each.id in named if named else _lies_within(each.at, params))
    ]
    code = params.get("service_code", "")
    return JSONResponse([_request_out(each) for each in found if not code or each.service_code == code])


@router.get("/servicerequestupdates.json")
async def list_twin_updates(request: Request, resources: ResourcesDep) -> Response:
    """Return what became of requests in a span of time."""
    items = [
        {
            "update_id": update.update_id,
            "service_request_id": each.id,
            "status": update.status,
            "updated_datetime": update.at.isoformat(timespec="seconds"),
            "description": update.text,
        }
        for each in await read_book(resources)
        for update in each.updates
        if _lies_within(update.at, request.query_params)
    ]
    return JSONResponse(items)


@router.post("/servicerequestupdates.json", max_body_size=MOST_BYTES)
async def take_reopening(request: Request, resources: ResourcesDep, now: NowDep) -> Response:
    """Take the city's wish to open a request again; the same update twice is one."""
    sent = await _sent(request)
    if refused := _refused(sent, "service_request_id", "update_id", "status"):
        return refused
    update_id = sent["update_id"][:200]
    try:
        one = await find_in_book(resources, sent["service_request_id"])
        if one is None or len(one.updates) >= MOST_UPDATES:
            return _error(404, "There is no such request.")
        if update_id not in one.theirs:
            one.theirs.append(update_id)
            one.add_update("OPEN", sent.get("description", "")[:1000], now)
            await keep_in_book(resources, one)
    except (RedisError, OSError):
        return _error(503, "Not available.")
    return JSONResponse([{"update_id": update_id}])


async def _sent(request: Request) -> dict[str, str]:
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return {name: value.strip() for name, value in parse_qsl(body, max_num_fields=MOST_FIELDS)}
    except ValueError:
        return {}


def _refused(sent: Mapping[str, str], *needed: str) -> Response | None:
    if not is_same(sent.get("api_key", ""), TWIN_KEY):
        return _error(403, "Needs the api_key of this installation for trying out.")
    missing = [name for name in needed if not sent.get(name)]
    return _error(400, f"{missing[0]} required") if missing else None


def _error(status: int, description: str) -> Response:
    return JSONResponse([{"code": status, "description": description}], status)


def _request_out(one: TwinRequest) -> dict[str, object]:
    ended = one.status in ("FIXED", "CLOSED", "NOT_COUNCILS_RESPONSIBILITY")
    last = one.updates[-1] if one.updates else None
    return {
        "service_request_id": one.id,
        "status": "closed" if ended else "open",
        "status_notes": last.text if last else None,
        "service_code": one.service_code,
        "description": one.description,
        "requested_datetime": one.at.isoformat(timespec="seconds"),
        "updated_datetime": (last.at if last else one.at).isoformat(timespec="seconds"),
        "address": one.address or None,
        "lat": one.lat,
        "long": one.long,
    }


def _lies_within(at: datetime, params: Mapping[str, str]) -> bool:
    start, end = (_moment(params.get(name, "")) for name in ("start_date", "end_date"))
    return (start is None or at >= start) and (end is None or at <= end)


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
