"""A receiver of webhooks inside the demo: it checks signatures as a receiver should, and shows what arrived.

Kept in Redis for a day, as this is for looking at; only where the demo is on, and only at this very machine.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import from_json, to_json
from redis.exceptions import RedisError

from service.db import async_unit_of_work
from service.domain.webhooks.receiver import check_delivery, secrets_sent_to
from service.pages.dev.only_demo import OnlyDemo
from service.rendering.engine import page
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep

router = APIRouter(prefix="/dev/hooks", dependencies=[OnlyDemo])

MOST_BYTES = 64_000
MOST_KEPT, SHOWN = 200, 50
KEPT = timedelta(days=1)
KEY = "hientruong:dev:hooks"

Answer = Literal["200", "302", "410", "429", "500", "503"]


@router.get("")
async def received(
    request: Request, reference: ReferenceDep, resources: ResourcesDep, now: NowDep
) -> Response:
    """Show what arrived, the newest first; the list alone for a script."""
    try:
        rows = await resources.redis.lrange(KEY, 0, SHOWN - 1)
    except (RedisError, OSError):
        rows = []
    context = {
        "reference": reference,
        "now": now,
        "arrived": [_read_arrival(each) for each in rows],
        "address": f"{resources.settings.public_url.rstrip('/')}/dev/hooks",
    }
    return page(request, "dev/hooks.html", context, part="dev/_hooks.html")


@router.post("", max_body_size=MOST_BYTES)
async def receive(
    request: Request,
    resources: ResourcesDep,
    now: NowDep,
    answer: Annotated[Answer, Query()] = "200",
) -> Response:
    """Take a message, look at its signature, answer as the address asks for: to see what is tried again."""
    body = await request.body()
    address = f"{resources.settings.public_url.rstrip('/')}/dev/hooks"
    async with async_unit_of_work(resources.engine) as session:
        secrets = await session.run_sync(secrets_sent_to, resources.settings.secret, address, now)
    headers = {name: request.headers.get(name, "") for name in ("webhook-id", "webhook-timestamp")}
    problem = check_delivery(
        secrets, headers, request.headers.get("webhook-signature", ""), body, int(now.timestamp())
    )
    status = 401 if problem else int(answer)
    entry = {
        "at": now.isoformat(),
        "id": headers["webhook-id"][:100],
        "problem": problem,
        "status": status,
        "body": body.decode("utf-8", "replace"),
    }
    try:
        async with resources.redis.pipeline(transaction=True) as pipe:
            pipe.lpush(KEY, to_json(entry))
            pipe.ltrim(KEY, 0, MOST_KEPT - 1)
            pipe.expire(KEY, KEPT)
            await pipe.execute()
    except (RedisError, OSError):
        status = 503
    wait = {"Retry-After": "5"} if status in (429, 503) else {}
    return Response(status_code=status, headers=wait | ({"Location": "/dev/hooks"} if status == 302 else {}))


def _read_arrival(row: bytes | str) -> dict[str, Any]:
    found: dict[str, Any] = from_json(row)
    try:
        message = json.loads(found["body"])
        found["body"] = json.dumps(message, ensure_ascii=False, indent=1)
        found["type"] = str(message["type"])
    except (ValueError, TypeError, KeyError, RecursionError):
        found["type"] = ""
    found["at"] = datetime.fromisoformat(found["at"]).astimezone(UTC)
    return found
