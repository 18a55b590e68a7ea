"""The public versions of photos, at `/media/…`. What is hidden gets another name and is gone from here."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from service.errors import NotFound
from service.i18n import N_
from service.storage import PUBLIC, is_public_key
from service.web.dependencies import ResourcesDep

router = APIRouter(include_in_schema=False)

HEADERS = {
    # The name is told to everyone and what it names can be taken back: nobody keeps it longer than minutes,
    # and then asks whether it is still there (a 304 costs a look at the disk, no bytes).
    "Cache-Control": "public, max-age=300, must-revalidate",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.api_route("/media/{path:path}", methods=["GET", "HEAD"])
async def media(request: Request, path: str, resources: ResourcesDep) -> Response:
    """Return one public file. Private keys cannot be named here: every key read begins with `public/`."""
    key = PUBLIC + path
    if not (is_public_key(key) and key.endswith(".webp")):
        raise _no_file()
    headers = HEADERS | {"ETag": f'"{path}"'}
    try:
        stored = await resources.storage.open(key)
    except FileNotFoundError:
        raise _no_file() from None
    # Only now: a kept copy of a file that is gone is not to be shown again.
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(stored.size)
    if request.method == "HEAD":
        return Response(headers=headers, media_type="image/webp")
    return StreamingResponse(stored.chunks, headers=headers, media_type="image/webp")


def _no_file() -> NotFound:
    return NotFound(N_("Không có ảnh này."))
