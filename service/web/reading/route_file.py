"""A list of routes on its way from an upload to what it holds: read in a child, in a thread."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread

from service.domain.cables.route_lists import Features
from service.domain.plans.imports.blocks import Content
from service.errors import Invalid
from service.i18n import N_
from service.planfile.reader import read_plan_file
from service.routefile.reader import is_map_file, read_route_lines

_at_once = CapacityLimiter(2)


async def read_route_file(name: str, data: bytes) -> Content | Features:
    """Return what a workbook, a Word file or a map file holds. Raises UnsupportedMedia, TooLarge, Invalid."""
    if not data:
        raise Invalid(N_("Hãy chọn một tệp để nhập."))
    if is_map_file(name):
        return await to_thread.run_sync(read_route_lines, name, data, limiter=_at_once)
    return await to_thread.run_sync(read_plan_file, name, data, limiter=_at_once)
