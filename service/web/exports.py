"""Files of lists at the web edge: short ones made at once, long ones left to a worker."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.reports.access import Asker
from service.domain.workspaces.downloads import orders
from service.domain.workspaces.downloads.fields import Rows
from service.domain.workspaces.downloads.named_rows import is_office_file, list_filename, list_sheet
from service.domain.workspaces.downloads.office import Sheet, write_sheet
from service.domain.workspaces.downloads.orders import DownloadView
from service.domain.workspaces.downloads.rows import (
    Conditions,
    chunks,
    count_rows,
    is_by_lateness,
    list_conditions,
)
from service.domain.workspaces.downloads.writers import MEDIA_TYPES, write_file
from service.errors import Conflict
from service.i18n import N_, language_in_use
from service.web.dependencies import Resources
from service.web.rates import allow

MOST_AT_ONCE = 5_000
"""Rows of a file that is made while the browser waits."""


async def short_file(
    resources: Resources,
    reference: Reference,
    asker: Asker,
    form: str,
    params: Mapping[str, object],
    now: datetime,
) -> Response | None:
    """Return the short file of a list with at most MOST_AT_ONCE reports, with names and for printing where
    `params` has the layout OFFICE; None where it has more.

    Raises what reading the filters raises, Unavailable while many files are being made.
    """
    conditions = list_conditions(reference, asker, params, now)
    async with resources.response_cache.files.turn():
        async with async_unit_of_work(resources.engine) as session:
            if await session.run_sync(count_rows, conditions, MOST_AT_ONCE) > MOST_AT_ONCE:
                return None
            url, named_for = resources.settings.public_url, asker if is_office_file(params, form) else None
            rows = await session.run_sync(
                _all, reference, conditions, now, url, named_for, is_by_lateness(params)
            )
        sheet = list_sheet(reference, asker, params, now) if named_for else None
        body = await asyncio.to_thread(_file, rows, form, ZoneInfo(reference.timezone), sheet)
    name = list_filename(reference, asker, params, now, form)
    return Response(body, media_type=MEDIA_TYPES[form], headers=attachment(name))


async def order_list(
    request: Request,
    resources: Resources,
    reference: Reference,
    asker: Asker,
    form: str,
    params: Mapping[str, object],
    now: datetime,
) -> DownloadView:
    """Have a worker make the file of a list. The public shares one of the same filters, and beyond that has
    a number of files an hour and a day for each address. Raises TooMany.
    """
    language = language_in_use.get()
    if asker.staff is None:
        async with async_unit_of_work(resources.engine) as session:
            there = await session.run_sync(
                orders.find_shared, "reports", form, params, language=language, now=now
            )
        if there is not None:
            return there
        await allow(request, resources, "order")
    name = list_filename(reference, asker, params, now, form)
    async with async_unit_of_work(resources.engine) as session:
        return await session.run_sync(
            orders.order_download,
            asker.staff,
            "reports",
            form,
            params,
            language=language,
            now=now,
            name=name,
        )


def attachment(name: str) -> dict[str, str]:
    """Return the headers of a file that browsers save instead of showing it."""
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def too_long() -> Conflict:
    """Return the refusal of a caller that wants a long list at once."""
    return Conflict(
        N_("Danh sách dài quá {most} dòng. Hãy tạo tệp qua POST /api/v1/downloads."), most=MOST_AT_ONCE
    )


def _all(
    session: Session,
    reference: Reference,
    conditions: Conditions,
    now: datetime,
    public_url: str,
    named_for: Asker | None,
    latest_first: bool,
) -> list[Rows]:
    found = chunks(
        session,
        reference,
        conditions,
        now=now,
        public_url=public_url,
        most=MOST_AT_ONCE,
        named_for=named_for,
        latest_first=latest_first,
    )
    return list(found)


def _file(rows: list[Rows], form: str, zone: ZoneInfo, sheet: Sheet | None) -> bytes:
    with tempfile.TemporaryDirectory(prefix="hientruong-") as folder:
        path = Path(folder) / f"file.{form}"
        if sheet is None:
            write_file(path, form, zone, rows, lambda _: None)
        else:
            write_sheet(path, form, zone, sheet, rows, lambda _: None)
        return path.read_bytes()
