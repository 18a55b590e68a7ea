"""Zalo's side of the demo: takes messages and renews tokens as the real one does; nothing leaves."""

from __future__ import annotations

from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic_core import from_json

from service.domain.kernel.tokens import is_same
from service.pages.dev.zalo import demo_account
from service.web.dependencies import NowDep, ResourcesDep

router = APIRouter(prefix="/dev/zalo/api")

MOST_BYTES = 32_000


@router.post("/v3.0/oa/message/cs", max_body_size=MOST_BYTES)
async def take_message(request: Request, resources: ResourcesDep, now: NowDep) -> Response:
    """Answer as Zalo does to a message in a conversation; the telephone shows what was sent."""
    account = demo_account(request, resources)
    if not is_same(request.headers.get("access_token", ""), account.app_secret):
        return JSONResponse({"error": -216, "message": "Access token is invalid"})
    try:
        payload = from_json(await request.body())
        user, text = payload["recipient"]["user_id"], payload["message"]["text"]
    except (ValueError, KeyError, TypeError):
        return JSONResponse({"error": -201, "message": "Params is invalid"})
    if not text or len(text) > 2000:
        return JSONResponse({"error": -201, "message": "Params is invalid"})
    data = {"message_id": uuid4().hex, "user_id": user, "sent_time": str(int(now.timestamp() * 1000))}
    return JSONResponse({"error": 0, "message": "Success", "data": data})


@router.post("/v4/oa/access_token", max_body_size=MOST_BYTES)
async def renew_token(request: Request, resources: ResourcesDep) -> Response:
    """Answer as Zalo does to a refresh token."""
    account = demo_account(request, resources)
    if not is_same(request.headers.get("secret_key", ""), account.app_secret):
        return JSONResponse({"error": -14002, "error_name": "Invalid secret key"})
    pair = {"access_token": account.app_secret, "refresh_token": uuid4().hex, "expires_in": "90000"}
    return JSONResponse(pair)
