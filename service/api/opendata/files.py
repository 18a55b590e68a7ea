"""Files of open data: whole, or a part of one, as maps in browsers and broken downloads ask for it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC
from email.utils import format_datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from service.db import async_unit_of_work
from service.domain.opendata.formats import FORMATS
from service.domain.opendata.published_files import PublishedFile, find_file
from service.errors import NotFound
from service.i18n import N_
from service.storage import Storage
from service.web.any_site import ANY_SITE
from service.web.dependencies import ResourcesDep
from service.web.rates import allow

router = APIRouter(include_in_schema=False)

PIECE = 1024 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@router.get("/open-data/files/{name}")
async def open_file(request: Request, name: str, resources: ResourcesDep) -> Response:
    """Return a file in force; one range of it where that is asked for (RFC 9110, 14)."""
    await allow(request, resources, "open_data")
    async with async_unit_of_work(resources.engine) as session:
        file = await session.run_sync(find_file, name)
    headers = _headers(file)
    if request.headers.get("if-none-match") in (headers["ETag"], "*"):
        return Response(status_code=304, headers=headers)
    media_type = FORMATS[file.kind].media_type
    span = _span(request, file, headers["ETag"])
    if span is None:
        try:
            stored = await resources.storage.open(file.key)
        except FileNotFoundError:
            raise NotFound(N_("Không có tệp dữ liệu mở này.")) from None
        headers["Content-Length"] = str(stored.size)
        return StreamingResponse(stored.chunks, media_type=media_type, headers=headers)
    if not span:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{file.size}"})
    headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{file.size}"
    headers["Content-Length"] = str(len(span))
    pieces = _read(resources.storage, file.key, span)
    return StreamingResponse(pieces, status_code=206, media_type=media_type, headers=headers)


def _headers(file: PublishedFile) -> dict[str, str]:
    """Return the headers of a file. Its name is the newest edition's:
    a kept copy is asked about after minutes.
    """
    return {
        **ANY_SITE,
        "Access-Control-Expose-Headers": "Content-Range, Content-Length, ETag",
        "ETag": f'"{file.sha256[:32]}"',
        "Last-Modified": format_datetime(file.made_at.astimezone(UTC), usegmt=True),
        "Accept-Ranges": "bytes",
        "Cache-Control": "public, max-age=300, must-revalidate",
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def _span(request: Request, file: PublishedFile, etag: str) -> range | None:
    """Return the bytes asked for: None for all of them, an empty range where there are none such.

    Several ranges, or one of another edition, are answered by the whole file.
    """
    found = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or request.headers.get("if-range", etag) != etag:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        return range(max(0, file.size - int(last)), file.size)
    end = min(file.size, int(last) + 1) if last else file.size
    if last and int(last) < int(first):
        return None
    return range(int(first), end) if int(first) < file.size else range(0)


async def _read(storage: Storage, key: str, span: range) -> AsyncIterator[bytes]:
    for start in range(span.start, span.stop, PIECE):
        yield await storage.read_part(key, start, min(PIECE, span.stop - start))
